"""Keeps one benchmark resident in the interpreter of the stack and takes values of it on demand.

Newline JSON on stdin and stdout, standard library only, syntax of Python 3.6. Whatever the benchmark prints goes to
stderr: the real stdout belongs to the protocol alone. Times are taken in here and never by the agent, whose event loop
is not precise enough. One request, one reply:

  {"command": "load", "program": path, "parameters": {...}, "cores": [2] or null}
  {"command": "value", "loops": n}
  {"command": "check"}
  {"command": "quit"}

A reply is {"ok": true, ...} or {"ok": false, "stage": "import" | "run", "error": {...}}; after the second kind only
"quit" makes sense.
"""
import os
import sys
import time

MAXIMUM_TEXT = 2000
MAXIMUM_NUMBERS = 64
LIBRARY_WORDS = ("blas", "lapack", "mkl", "omp", "dnnl", "cuda", "cudnn", "tbb", "blis")


def nanosecond_clock(name):
    """time.perf_counter_ns and its like came with Python 3.7."""
    precise = getattr(time, name + "_ns", None)
    if precise is not None:
        return precise
    coarse = getattr(time, name)
    return lambda: int(coarse() * 1e9)


wall_clock_ns = nanosecond_clock("perf_counter")
cpu_clock_ns = nanosecond_clock("process_time")


def take_protocol_streams():
    """Moves the protocol to private descriptors; stdin becomes empty and stdout becomes stderr, also for C code."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, replies


def plain_number(value):
    """A number that JSON can hold, or the name of one that it cannot ("nan", "inf", "-inf")."""
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return value


def describe_error(error):
    import traceback

    traceback.print_exception(type(error), error, error.__traceback__)
    sys.stderr.flush()
    return {
        "type": type(error).__name__,
        "message": str(error)[:MAXIMUM_TEXT],
        "isImport": isinstance(error, ImportError),
        "missing": getattr(error, "name", None) if isinstance(error, ImportError) else None,
    }


def pin(cores):
    """Pins this process; returns where it may run afterwards, or None where the system has no such thing."""
    if not cores or not hasattr(os, "sched_setaffinity"):
        return None
    try:
        os.sched_setaffinity(0, cores)
        return sorted(os.sched_getaffinity(0))
    except OSError:
        return None


def peak_memory_bytes():
    """VmHWM: the rusage of a child starts at the size of its parent, which is the agent."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def is_numeric_library(name):
    return name.startswith("lib") and ".so" in name and any(word in name for word in LIBRARY_WORDS)


def numeric_libraries():
    """File names of the numeric libraries that are mapped: which BLAS really ran."""
    names = set()
    try:
        with open("/proc/self/maps") as maps:
            for line in maps:
                name = line.rstrip("\n").rpartition("/")[2] if "/" in line else ""
                if is_numeric_library(name.lower()):
                    names.add(name)
    except OSError:
        return None
    return sorted(names)[:MAXIMUM_NUMBERS]


class Benchmark(object):
    def __init__(self):
        self.module = None
        self.state = None
        self.parameters = None

    def load(self, request):
        cores = pin(request.get("cores"))
        self.parameters = request["parameters"]
        with open(request["program"], encoding="utf-8") as source:
            code = compile(source.read(), request["program"], "exec")
        self.module = type(sys)("indicator")
        started = wall_clock_ns()
        exec(code, self.module.__dict__)
        imported = wall_clock_ns()
        try:
            self.state = self.module.prepare(self.parameters)
        except ImportError:
            raise
        except BaseException as error:
            return {"ok": False, "stage": "run", "error": describe_error(error)}
        return {
            "ok": True,
            "cores": cores,
            "importNs": imported - started,
            "prepareNs": wall_clock_ns() - imported,
            "pythonVersion": ".".join(str(part) for part in sys.version_info[:3]),
        }

    def value(self, request):
        from resource import RUSAGE_SELF, getrusage

        loops = request["loops"]
        run = self.module.run
        state = self.state
        before = getrusage(RUSAGE_SELF)
        cpu = cpu_clock_ns()
        wall = wall_clock_ns()
        run(state, loops)
        wall = wall_clock_ns() - wall
        cpu = cpu_clock_ns() - cpu
        after = getrusage(RUSAGE_SELF)
        return {
            "ok": True,
            "value": {
                "loops": loops,
                "wallNs": wall,
                "cpuNs": cpu,
                "involuntarySwitches": after.ru_nivcsw - before.ru_nivcsw,
                "minorFaults": after.ru_minflt - before.ru_minflt,
                "majorFaults": after.ru_majflt - before.ru_majflt,
            },
        }

    def check(self, _request):
        answer = [plain_number(number) for number in self.module.answer(self.state)]
        expected = getattr(self.module, "expected", None)
        wanted = None if expected is None else [plain_number(number) for number in expected(self.parameters)]
        return {"ok": True, "answer": answer[:MAXIMUM_NUMBERS], "expected": wanted and wanted[:MAXIMUM_NUMBERS]}

    def quit(self, _request):
        return {"ok": True, "peakMemoryBytes": peak_memory_bytes(), "libraries": numeric_libraries()}


def main():
    requests, replies = take_protocol_streams()
    # The folder of this file is no part of the stack: nothing may be imported from it.
    del sys.path[0]
    import json

    import resource  # noqa: F401  (so that the first value does not pay for it)

    benchmark = Benchmark()
    handlers = {
        "load": benchmark.load,
        "value": benchmark.value,
        "check": benchmark.check,
        "quit": benchmark.quit,
    }
    for line in requests:
        request = json.loads(line)
        command = request["command"]
        try:
            reply = handlers[command](request)
        except BaseException as error:  # SystemExit of a benchmark is an answer, too
            stage = "import" if command == "load" or isinstance(error, ImportError) else "run"
            reply = {"ok": False, "stage": stage, "error": describe_error(error)}
        replies.write(json.dumps(reply, allow_nan=False) + "\n")
        replies.flush()
        if command == "quit":
            break


if __name__ == "__main__":
    main()
