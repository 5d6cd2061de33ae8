"""A process that changes an index step by step until it is killed, and says when a step is acknowledged.

It is started once with everything imported and forks a runner for every order on its standard input, a JSON line:
``{"folder": ..., "first": step, "workers": bool, "operation": n or null, "victim": "group" or "parent"}``. A runner
leads a process group of its own. ``{"ping": n}`` is answered with ``{"pong": n}``, behind all that was said before. With ``operation`` it kills its group, or itself alone, at that operation on the disk;
otherwise somebody else has to. Output: ``{"runner": pid}``, then ``{"step": n, "strays": [...], "skipped": [...]}`` for
each acknowledged step.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from searchidx.ingest import merging, pool, update  # noqa: F401 - imported before the fork
from searchidx.ingest import run as running
from searchidx.local.commit import merge_policy
from searchidx.local.format import filesystem
from searchidx.tokenizer import bulk_tokenizer
from tests.safety.held import strays, write_texts

FILES = 8


def texts_at(step: int) -> dict[str, list[str]]:
    """What the folder holds after a step: at each, some files are new, some changed and some gone."""
    names = [number for number in range(FILES + step % 3) if (number + step) % 5]
    return {
        f"{number}.txt": [
            f"第{number}篇第{version}版，说的是水库与桥梁。",
            f"文{number}的第二段，编号{version * 7919}。",
        ]
        for number in names
        for version in [step - (step + number) % 3]
    }


def take_step(folder: Path, step: int) -> list[Any]:
    """Bring the files and then the index to a step; every fifth time by removing everything in between."""
    index = str(folder / "index")
    source = folder / "source"
    if step % 5 == 4:
        gone = sorted(set(texts_at(step - 1)) - set(texts_at(step)))
        write_texts(source, texts_at(step))
        update.remove(index, [str(source / name) for name in gone])
    write_texts(source, texts_at(step))
    return list(update.update(index, [str(source)], processes=2).skipped)


def run(order: dict[str, Any]) -> None:
    folder = Path(order["folder"])
    if order["workers"]:
        running.ALONE_BYTES = merging.ALONE_BYTES = 0
        running.BATCH_BYTES = 300
    if order["operation"] is not None:
        _die_at(order["operation"], order["victim"])
    step = order["first"]
    while True:
        skipped = take_step(folder, step)
        say({"step": step, "strays": strays(folder / "index"), "skipped": skipped})
        step += 1


def _die_at(operation: int, victim: str) -> None:
    left = operation

    def counted(usual: Any) -> Any:
        def call(*given: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0 and victim == "group":
                os.killpg(os.getpgid(0), signal.SIGKILL)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return usual(*given)

        return call

    for name in ("write_file", "rename", "remove", "flush_folder"):
        setattr(filesystem, name, counted(getattr(filesystem, name)))


def say(message: dict[str, Any]) -> None:
    os.write(1, (json.dumps(message) + "\n").encode())


def main() -> None:
    merge_policy.MAX_TIER_SEGMENTS = 2
    bulk_tokenizer()("都先读进来")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        if "ping" in order:
            say({"pong": order["ping"]})
            continue
        runner = os.fork()
        if not runner:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            say({"runner": os.getpid()})
            run(order)


if __name__ == "__main__":
    main()
