"""Runs a command again and again and prints seconds and peak memory of each run as JSON. Usage: REPEATS COMMAND...

It is a process of its own, and a small one, because a child's peak memory as the kernel reports it can't be less
than that of the process that started it.
"""

import json
import os
import sys
import time

KIB = 1 if sys.platform == "darwin" else 1024


def run(command: list[str]) -> tuple[float, int, int]:
    """Run once; give seconds, peak resident bytes and exit code."""
    quiet = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    return time.perf_counter() - start, usage.ru_maxrss * KIB, os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    print(json.dumps([run(sys.argv[2:]) for _ in range(int(sys.argv[1]))]))
