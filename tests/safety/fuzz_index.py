"""A coverage-guided fuzz run over the file format: ``python -m tests.safety.fuzz_index FOLDER RUNS``. Needs atheris.

Each input is a segment, the arrays of one or a manifest; its checksums are made right before it is read, as a stranger would,
and everything is done with the index that anybody does. Only our own errors may come of it. The folder holds the
index that is being tried, the inputs that led somewhere new and, after a crash, the one that led there.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import atheris
import numpy as np

with atheris.instrument_imports(include=["searchidx.local", "searchidx.document", "searchidx.results"]):
    from searchidx.ingest import update
    from searchidx.local.format import array_file, versions
    from searchidx.local.segment import manifest
    from tests.safety import crafted

from searchidx.errors import SearchidxError
from tests.safety.held import write_texts

SEGMENT, TABLE, ARRAYS = b"s", b"t", b"a"
SECONDS, MEGABYTES = 600, 1_500  # for one input: a hang on however busy a machine, and what it may take up


def seeds(folder: Path) -> dict[str, bytes]:
    """A small honest index as inputs."""
    texts = {
        f"{number}.md": ["# 题目", "水库与桥梁，编号7919，gcc-12。", "2023-04-20"] for number in range(3)
    }
    write_texts(folder / "source", texts)
    index = folder / "honest"
    update.update(str(index), [str(folder / "source")])
    (segment,) = index.glob("*.seg")
    (table,) = index.glob("*.toc")
    body = table.read_bytes().split(b"\n", 1)[1]
    raw = segment.read_bytes()
    return {"segment": SEGMENT + raw, "arrays": ARRAYS + raw[start_of_arrays(raw) :], "table": TABLE + body}


def start_of_arrays(raw: bytes) -> int:
    return array_file._round_up(32 + int.from_bytes(raw[12:16], "little"))


def with_right_checksums(raw: bytes) -> bytes:
    """A segment whose sizes and checksums are those of its bytes, as far as it can be told where they are."""
    size = min(int.from_bytes(raw[12:16], "little"), len(raw) - 32)
    if len(raw) < 40 or size <= 0:
        return raw
    head = raw[32 : 32 + size]
    body = raw[32 + size + -(32 + size) % 8 :]
    with suppress(ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError):
        at = int(json.loads(head)["crcs"][0])
        arrays = body[: max(at, 0)]
        crcs = list(array_file._with_crcs([np.frombuffer(arrays, np.uint8)]))[-1] if arrays else b""
        body = arrays + bytes(crcs)
    start = head.ljust(size + -(32 + size) % 8, b"\0")
    return array_file.preamble_of(head, 32 + len(start) + len(body)) + start + body


def put(index: str, given: bytes, honest: bytes) -> None:
    """Make an index of an input."""
    os.makedirs(index, exist_ok=True)
    for name in os.listdir(index):
        os.remove(os.path.join(index, name))
    kind, rest = given[:1], given[1:]
    path = os.path.join(index, "MAIN_crafted.seg")
    start = start_of_arrays(honest)
    if kind == ARRAYS:
        rest = honest[:start] + rest[: len(honest) - start].ljust(len(honest) - start, b"\0")
    Path(path).write_bytes(honest if kind == TABLE else with_right_checksums(rest))
    if kind == TABLE:
        head = b"searchidx-toc %d %08x %d\n" % (
            versions.CURRENT,
            manifest._checksum(versions.CURRENT, rest),
            len(rest),
        )
        Path(index, manifest.file_name(1)).write_bytes(head + rest)
        return
    entry = manifest.SegmentEntry("MAIN_crafted.seg", os.path.getsize(path), 0, 0, 0, (), 0)
    with suppress(SearchidxError):
        opened = array_file.Container(path)
        counts = [opened.facts.get(name) for name in ("paragraphs", "documents", "text_bytes")]
        entry = manifest.SegmentEntry(entry.name, entry.size, *map(_count, counts), (), opened.seal)
    Path(index, manifest.file_name(1)).write_bytes(
        manifest.encode(manifest.Manifest(1, "2023", segments=(entry,)))
    )


def _count(value: Any) -> int:
    return value if type(value) is int and 0 <= value < 1 << 53 else 0


def main() -> None:
    folder, runs = Path(sys.argv[1]), int(sys.argv[2])
    known = seeds(folder)
    honest = known["segment"][1:]
    table = json.loads(known["table"][1:])
    table["segments"][0]["name"] = "MAIN_crafted.seg"
    known["table"] = TABLE + json.dumps(table | {"generation": 1}).encode()
    (folder / "inputs").mkdir(exist_ok=True)
    for name, content in known.items():
        (folder / "inputs" / name).write_bytes(content)
    index = str(folder / "index")
    for content in known.values():
        put(index, content, honest)
        assert crafted.use(index) == 0, "what is tried below is refused for what was changed"

    def try_out(given: bytes) -> None:
        put(index, given, honest)
        crafted.use(index)

    options = [
        f"-runs={runs}",
        f"-timeout={SECONDS}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={folder}/",
        f"-max_len={2 * len(honest)}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder / "inputs")], try_out)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
