"""Launches a script once and tells what it cost: `python script_launcher.py PROGRAM ARGUMENTS...`

Standard library only, syntax of Python 3.6. The script's stdout is read in here (its end is kept), its stderr passes
through. The one line on the real stdout is a JSON object. It is a process of its own, because only a parent that waits
for the script itself learns its CPU time and its peak memory (the rusage of all children of the agent would be mixed).
"""
import json
import os
import sys
import threading
import time

MAXIMUM_KEPT_BYTES = 1048576
# A line of results is short; the channel to the agent is bounded too.
MAXIMUM_LINE_CHARACTERS = 131072
READER_PATIENCE_SECONDS = 2.0


class OutputReader(threading.Thread):
    """Reads a pipe to its end and keeps the last bytes."""

    def __init__(self, descriptor):
        threading.Thread.__init__(self, daemon=True)
        self.descriptor = descriptor
        self.kept = b""

    def run(self):
        while True:
            piece = os.read(self.descriptor, 65536)
            if not piece:
                return
            self.kept = (self.kept + piece)[-MAXIMUM_KEPT_BYTES:]


def execute(arguments, output):
    """The child's side: never returns."""
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.execvp(arguments[0], arguments)
    except OSError as error:
        os.write(2, ("cannot start %s: %s\n" % (arguments[0], error)).encode("utf-8", "replace"))
    os._exit(127)


def main():
    arguments = sys.argv[1:]
    reading, writing = os.pipe()
    reader = OutputReader(reading)
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        execute(arguments, writing)
    os.close(writing)
    reader.start()
    _, status, usage = os.wait4(child, 0)
    wall_seconds = time.perf_counter() - started
    # A daemon of the script may hold the pipe open; what it prints later is of no interest.
    reader.join(READER_PATIENCE_SECONDS)
    # Not splitlines: that also takes for the end of a line what JSON may hold.
    last_line = reader.kept.decode("utf-8", "replace").rstrip().replace("\r", "\n").rpartition("\n")[2]
    report = {
        "exitCode": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "wallNs": int(wall_seconds * 1e9),
        "cpuNs": int((usage.ru_utime + usage.ru_stime) * 1e9),
        "involuntarySwitches": usage.ru_nivcsw,
        "minorFaults": usage.ru_minflt,
        "majorFaults": usage.ru_majflt,
        # Linux counts kilobytes, macOS bytes.
        "peakMemoryBytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "pythonVersion": ".".join(str(part) for part in sys.version_info[:3]),
        "lastLine": last_line if len(last_line) <= MAXIMUM_LINE_CHARACTERS else None,
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
