"""Prints what this interpreter is, as one JSON line: see shared/stack/interpreter-probe.ts.

Standard library only, Python 3.6 or newer, no arguments. Run it with `-I` so that nothing of the caller can disturb it.
It reads two things outside itself: the symbols of its own C library and the path of its program loader.
"""

import ctypes
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig


def full_version(info):
    text = "{}.{}.{}".format(info.major, info.minor, info.micro)
    if info.releaselevel != "final":
        text += {"alpha": "a", "beta": "b", "candidate": "rc"}[info.releaselevel] + str(info.serial)
    return text


def glibc_version():
    """X.Y of the glibc that this process runs on; None on any other C library."""
    try:
        gnu_get_libc_version = ctypes.CDLL(None).gnu_get_libc_version
    except (OSError, AttributeError, TypeError):
        return None
    gnu_get_libc_version.restype = ctypes.c_char_p
    match = re.match(r"(\d+)\.(\d+)", gnu_get_libc_version().decode("ascii", "replace"))
    return "{}.{}".format(match.group(1), match.group(2)) if match else None


def musl_version():
    """X.Y of musl: its loader says it when run without arguments. None where there is no such loader."""
    try:
        with open("/proc/self/maps", "rb") as maps:
            text = maps.read(1 << 20).decode("utf-8", "replace")
    except OSError:
        return None
    loader = re.search(r"(/\S*/ld-musl-[\w.-]+)", text)
    if not loader:
        return None
    try:
        process = subprocess.run(
            [loader.group(1)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"Version (\d+)\.(\d+)", process.stderr.decode("utf-8", "replace"))
    return "{}.{}".format(version.group(1), version.group(2)) if version else None


def markers():
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": full_version(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": "{}.{}".format(*sys.version_info[:2]),
        "sys_platform": sys.platform,
    }


def probe():
    glibc = glibc_version()
    is_linux = sys.platform.startswith("linux")
    return {
        "implementation": sys.implementation.name,
        "version": "{}.{}".format(*sys.version_info[:2]),
        "full_version": full_version(sys.version_info),
        "platform": re.sub(r"[^a-zA-Z0-9]", "_", sysconfig.get_platform()),
        "machine": platform.machine(),
        "pointer_bits": 64 if sys.maxsize > 2**32 else 32,
        "glibc": glibc if is_linux else None,
        "musl": musl_version() if is_linux and glibc is None else None,
        "soabi": sysconfig.get_config_var("SOABI"),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "markers": markers(),
        "executable": sys.executable,
        "prefix": sys.prefix,
    }


if __name__ == "__main__":
    json.dump(probe(), sys.stdout, sort_keys=True)
    sys.stdout.write("\n")
