#!/bin/sh
# Runs its arguments as what the kernel ends first when the whole machine runs out of memory (proc(5), oom_score_adj): the
# sandbox and not the agent. It does so before anything is forked, since children inherit the score they find.
{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null || true # no /proc: the sampled limit still holds
exec "$@"
