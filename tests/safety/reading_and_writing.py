"""A process that reads or writes an index over and over, for the test of all of them at once.

``python -m tests.safety.reading_and_writing read|write NAME FOLDER SECONDS``: a writer rewrites files of its own, all of
them to the next version and one more each time; a reader looks that it sees all files of a writer at one version, that
no version and no count ever goes back, and that a snapshot it keeps stays as it is. Anything else is an error.
"""

import re
import sys
import time
from pathlib import Path

import searchidx
from searchidx.errors import NoIndexError
from searchidx.ingest import update
from searchidx.local.commit import merge_policy
from searchidx.local.engine import LocalEngine
from searchidx.query import parse
from searchidx.request import SearchRequest

_SAID = re.compile("(甲|乙)在第([0-9]+)版")


def write(name: str, folder: Path, seconds: float) -> int:
    merge_policy.MAX_TIER_SEGMENTS = 3
    source = folder / name
    source.mkdir()
    until = time.monotonic() + seconds
    version = 0
    while time.monotonic() < until:
        version += 1
        for number in range(2 + version):
            (source / f"{number}.txt").write_text(f"{name}在第{version}版，说的是水库。\n", encoding="utf-8")
        report = update.update(str(folder / "index"), [str(source)], processes=1)
        assert report.updated + report.added == 2 + version, report
        time.sleep(0.05)  # for the other writer, which asks this often
    return version


def read(folder: Path, seconds: float) -> int:
    until = time.monotonic() + seconds
    seen: dict[str, int] = {}
    kept: tuple[LocalEngine, list[str]] | None = None
    looked = 0
    index = searchidx.open(folder / "index", create=True)
    while time.monotonic() < until:
        try:
            found = versions([hit.text for hit in index.search("水库", limit=0).hits])
            fresh = LocalEngine(index.directory)
        except NoIndexError:
            continue
        now = texts_of(fresh)
        for state in (found, versions(now)):
            assert all(state.get(name, 0) >= version for name, version in seen.items()), (seen, state)
            seen = state
        if kept is not None:
            assert texts_of(kept[0]) == kept[1], "a snapshot changes behind the back of its reader"
        kept = fresh, now
        looked += 1
    return looked


def texts_of(reader: LocalEngine) -> list[str]:
    return [hit.text for hit in reader.search(SearchRequest(parse("水库"), limit=0)).hits]


def versions(texts: list[str]) -> dict[str, int]:
    """The version of each writer's files; all of one writer's must be of one."""
    found: dict[str, set[int]] = {}
    counts: dict[str, int] = {}
    for text in texts:
        said = _SAID.match(text)
        assert said, text
        found.setdefault(said[1], set()).add(int(said[2]))
        counts[said[1]] = counts.get(said[1], 0) + 1
    state = {}
    for name, numbers in found.items():
        assert len(numbers) == 1, f"two commits in one view: {name} {numbers}"
        (state[name],) = numbers
        assert counts[name] == 2 + state[name]
    return state


if __name__ == "__main__":
    _, role, name, given, lasting = sys.argv
    act = write(name, Path(given), float(lasting)) if role == "write" else read(Path(given), float(lasting))
    sys.stdout.write(f"{act}\n")
