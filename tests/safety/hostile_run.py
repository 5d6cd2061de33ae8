"""Indexes a folder and tells what it took: ``python -m tests.safety.hostile_run INDEX FOLDER``.

Prints the report, the peak of this process's own memory, and every file that was opened for writing here or in a
worker outside the index; the latter is heard by an audit hook that the workers install as well.
"""

import json
import resource
import sys
import time

from searchidx.ingest import worker
from searchidx.ingest.limits import Limits
from searchidx.ingest.update import update

HOOK = """
import os, sys
notes = os.open({notes!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def heard(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        path = os.fsdecode(given[0])
        if not path.startswith(({index!r}, "/dev/null")) and "__pycache__" not in path:
            note(f"opened {{path}} for writing")
    elif event.partition(".")[0] in ("socket", "subprocess", "pickle") or event in ("os.system", "os.exec"):
        note(event)
def note(text):
    os.write(notes, (text + "\\n").encode("utf-8", "replace"))
sys.addaudithook(heard)
"""


def peak_memory() -> int:
    """Bytes this process had at most. (What getrusage tells begins with the memory of the process that started us.)"""
    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def main() -> None:
    _, index, folder, notes, seconds = sys.argv
    usual = worker.command()
    hook = HOOK.format(index=index, notes=notes)
    worker.command = lambda: [*usual[:-1], hook + usual[-1]]
    begin = time.monotonic()
    limits = Limits(seconds=float(seconds), megabytes=768, text_megabytes=32)
    report = update(index, [folder], processes=2, limits=limits)
    told = {
        "indexed": report.documents,
        "skipped": report.skipped,
        "seconds": time.monotonic() - begin,
        "peak": peak_memory(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
