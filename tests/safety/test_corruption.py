"""Damage is found before it is served, `check` names all of it, and `check --repair` brings back what the sources hold."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import searchidx.api
from searchidx.errors import CorruptIndexError, NewerFormatError, NoIndexError, OlderFormatError
from searchidx.ingest import update
from searchidx.local.commit import merge_policy
from searchidx.local.commit.check import check
from searchidx.local.engine import LocalEngine
from searchidx.local.format import array_file, versions
from searchidx.local.format.array_file import CHUNK_BYTES
from searchidx.local.segment import manifest
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.safety.held import held, strays, times, write_texts

FLIPS = times(2_000, 40_000)
CUTS = times(500, 5_000)
QUERIES = tuple(map(parse, ("水库", "桥梁 隧道", '"第二段"', "path:3", "NOT 水库", "编号 gcc-12")))
Files = dict[str, bytes]


def texts(step: int) -> dict[str, list[str]]:
    return {
        f"{number}.md": [
            f"# 题目{number}",
            f"第{number}篇说的是水库与桥梁。",
            f"第二段，编号{step * 7919}，gcc-12。",
        ]
        for number in range(4 * step, 4 * step + 4)
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with sources and an index of three segments, some of their documents deleted."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_policy, "_MAX_DELETED_SHARE", 2)
        patch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 10)
        for step in range(3):
            write_texts(
                folder / "source", {name: lines for s in range(step + 1) for name, lines in texts(s).items()}
            )
            update.update(str(folder / "index"), [str(folder / "source")])
        (folder / "source" / "0.md").unlink()
        (folder / "source" / "5.md").write_text("第五篇改说隧道。\n", encoding="utf-8")
        update.update(str(folder / "index"), [str(folder / "source")])
    assert check(str(folder / "index")) == ((), (), ())
    assert len(manifest.read(str(folder / "index")).segments) == 4
    return folder


@pytest.fixture
def index(made, tmp_path) -> Path:
    """A copy of that index, to be damaged."""
    shutil.copytree(made / "index", tmp_path / "index")
    return tmp_path / "index"


def read_files(index: Path) -> Files:
    return {path.name: path.read_bytes() for path in index.iterdir() if path.suffix in (".seg", ".toc")}


def answers(index: Path) -> list[Any]:
    reader = LocalEngine(str(index))
    found = [(page.hits, page.total) for query in QUERIES for page in [reader.search(SearchRequest(query))]]
    return [*found, list(reader.documents())]


def damage(index: Path, files: Files, name: str, changed: bytes, right: list[Any]) -> str:
    """Damage a file: no wrong answer may be served, and the whole check has to find it; says what it said."""
    (index / name).write_bytes(changed)
    refused = ""
    try:
        assert answers(index) == right
    except (CorruptIndexError, NewerFormatError) as error:
        refused = str(error)
    assert not refused or str(index) in refused
    assert "\n" not in refused
    try:
        problems = check(str(index)).problems
        assert problems
        said = problems[0].why
    except NewerFormatError as error:
        said = str(error)
    (index / name).write_bytes(files[name])
    return said


def test_every_flipped_bit_is_found(index):
    chance = random.Random(2)
    files, right = read_files(index), answers(index)
    assert {name.rpartition(".")[2] for name in files} == {"seg", "toc"}
    for _ in range(FLIPS):
        name = chance.choice(list(files))
        changed = bytearray(files[name])
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        damage(index, files, name, bytes(changed), right)
    assert answers(index) == right


def test_every_cut_is_found(index):
    chance = random.Random(3)
    files, right = read_files(index), answers(index)
    for _ in range(CUTS):
        name = chance.choice(list(files))
        damage(index, files, name, files[name][: chance.randrange(len(files[name]))], right)


def test_bytes_put_at_the_end_are_found(index):
    files, right = read_files(index), answers(index)
    for name in files:
        said = damage(index, files, name, files[name] + b"\0", right)
        assert name.endswith(".toc") or f"has {len(files[name]) + 1} bytes and should have" in said


def test_missing_files_are_found(index):
    files = read_files(index)
    for name in files:
        (index / name).unlink()
        with pytest.raises(CorruptIndexError, match="check --repair"):
            answers(index)
        assert any("missing" in problem.why for problem in check(str(index)).problems)
        (index / name).write_bytes(files[name])


def test_swapped_files_are_found(index):
    """Each is whole, and has the right checksums: they are just not where they belong."""
    files = read_files(index)
    segments = [name for name in files if name.endswith(".seg")]
    for one in segments:
        for other in segments:
            if one < other:
                (index / one).write_bytes(files[other])
                (index / other).write_bytes(files[one])
                with pytest.raises(CorruptIndexError):
                    answers(index)
                assert len(check(str(index)).problems) == 2
                (index / one).write_bytes(files[one])
                (index / other).write_bytes(files[other])


def test_a_segment_of_the_same_shape_is_another_one(tmp_path):
    """Only the digits differ: same names, same sizes, same heads."""
    made = []
    for name, digits in (("one", "1234567"), ("two", "1234576")):
        folder = tmp_path / name
        folder.mkdir()
        write_texts(folder / "source", {"a.txt": [f"编号{digits}"]})
        update.update(str(folder / "index"), [str(folder / "source")])
        made.append(next((folder / "index").glob("*.seg")))
    made[1].write_bytes(made[0].read_bytes())
    with pytest.raises(CorruptIndexError, match="another file"):
        held(tmp_path / "two" / "index")


def test_an_older_table_under_a_newer_name_is_found(index):
    generation = manifest.latest(str(index))
    (index / manifest.file_name(generation)).rename(index / manifest.file_name(generation + 3))
    with pytest.raises(CorruptIndexError, match=f"commit {generation}"):
        answers(index)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(4000), b"\x80\x04cposix\nsystem\n.", b"{}"]
)
def test_foreign_files_are_found(index, content):
    files, right = read_files(index), answers(index)
    for name in files:
        damage(index, files, name, content, right)


def test_files_that_do_no_harm_are_named_and_left_alone(index):
    right = answers(index)
    (index / "笔记.txt").write_text("不是索引", encoding="utf-8")
    (index / "MAIN_0badc0ffee.seg").write_bytes(b"half")
    assert check(str(index)) == ((), ("MAIN_0badc0ffee.seg",), ("笔记.txt",))
    assert answers(index) == right


OTHER_FORMATS = pytest.mark.parametrize(
    ("number", "error", "remedy"),
    [
        (versions.CURRENT + 1, NewerFormatError, "upgrade searchidx"),
        (versions.OLDEST_READABLE - 1, OlderFormatError, "searchidx index --rebuild"),
    ],
    ids=["newer", "older"],
)


@OTHER_FORMATS
def test_an_index_of_another_format_is_named_as_such_and_left_alone(index, number, error, remedy):
    before = read_files(index)
    name = next(name for name in before if name.endswith(".toc"))
    line, body = before[name].split(b"\n", 1)
    head = b"searchidx-toc %d %08x %d\n" % (number, manifest._checksum(number, body), len(body))
    (index / name).write_bytes(head + body)
    for act in (
        answers,
        lambda _: check(str(index)),
        lambda _: update.repair(str(index)),
        lambda _: update.update(str(index)),
    ):
        with pytest.raises(error, match=remedy):
            act(index)
    (index / name).write_bytes(before[name])
    assert line
    assert read_files(index) == before


@OTHER_FORMATS
def test_a_segment_of_another_format_is_named_as_such(index, number, error, remedy):
    name = next(name for name in read_files(index) if name.endswith(".seg"))
    whole = (index / name).read_bytes()
    size = int.from_bytes(whole[12:16], "little")
    head = array_file.preamble_of(whole[32 : 32 + size], len(whole), number)
    (index / name).write_bytes(head + whole[32:])
    for act in (answers, lambda _: check(str(index)), lambda _: update.repair(str(index))):
        with pytest.raises(error, match=remedy):
            act(index)


# --- Repair ------------------------------------------------------------------------------------------------------


@pytest.fixture
def whole(made, tmp_path) -> Path:
    """A copy of the folder with its sources where they were, and an index to be damaged and repaired."""
    shutil.copytree(made / "index", tmp_path / "index")
    return tmp_path / "index"


def damaged_ways(index: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    segments = sorted(index.glob("*.seg"))
    table = next(index.glob("*.toc"))
    whole = {path: path.read_bytes() for path in (*segments, table)}

    def flipped(path: Path, at: int) -> Callable[[], object]:
        changed = bytearray(whole[path])
        changed[at] ^= 4
        return lambda: path.write_bytes(changed)

    for number, path in enumerate(segments):
        yield f"a bit of segment {number}", flipped(path, len(whole[path]) * 2 // 3)
        yield f"the version of segment {number}", flipped(path, 8)
        yield f"segment {number} is missing", path.unlink
        yield (
            f"segment {number} is cut off",
            lambda path=path: path.write_bytes(whole[path][: len(whole[path]) // 2]),
        )
    yield (
        "two segments are swapped",
        lambda: [a.write_bytes(whole[b]) for a, b in zip(segments, segments[1::-1], strict=False)],
    )
    yield "the table is missing", table.unlink
    yield "the table is empty", lambda: table.write_bytes(b"")
    yield "the table is cut off", lambda: table.write_bytes(whole[table][:-9])
    for at in range(0, len(whole[table]), 9):
        yield f"byte {at} of the table", flipped(table, at)
    yield "all segments are missing", lambda: [path.unlink() for path in segments]


def test_repair_brings_back_everything_whose_source_is_there(made, whole):
    expected = held(whole)
    pristine = read_files(whole)
    ways = 0
    for name, act in damaged_ways(whole):
        act()
        if not check(str(whole)).problems:
            assert name.startswith("two"), name
        done = update.repair(str(whole))
        assert done.problems, name
        found = held(whole)
        # Without a table nobody knows that 0.md was removed: its text is kept, and said to be perhaps too much.
        if done.guessed:
            found.pop(str(made / "source" / "0.md"), None)
        assert found == expected, name
        assert done.lost == (), name
        assert check(str(whole)) == ((), (), ()), name
        assert strays(whole) == [], name
        assert update.repair(str(whole)).problems == ()
        ways += 1
        for path in whole.iterdir():
            path.unlink()
        for file, content in pristine.items():
            (whole / file).write_bytes(content)
    assert ways > 60


def test_repair_says_what_it_could_not_bring_back(tmp_path):
    write_texts(tmp_path / "source", texts(0))
    write_texts(tmp_path / "more", texts(1))
    index = str(tmp_path / "index")
    update.update(index, [str(tmp_path / "source")])
    update.update(index, [str(tmp_path / "more")])
    segment = Path(index) / manifest.read(index).segments[0].name
    (tmp_path / "source" / "1.md").unlink()
    (tmp_path / "source" / "2.md").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "more" / "4.md").unlink()
    changed = bytearray(segment.read_bytes())
    changed[len(changed) // 4] ^= 1
    segment.write_bytes(changed)
    done = update.repair(index)
    assert [path for path, _ in done.problems] == [str(segment)]
    if not done.nameless:
        names = {Path(path).name: reason for path, reason in done.lost}
        assert set(names) == {"1.md", "2.md"}
        assert names["1.md"] == "the file is gone"
    assert done.nameless + len(done.lost) >= 2
    assert {Path(path).name for path in held(index)} == {"0.md", "3.md", "4.md", "5.md", "6.md", "7.md"}, (
        "what is sound stays"
    )


def test_repair_names_documents_of_a_damaged_segment(tmp_path, monkeypatch):
    """A large segment with one damaged chunk still tells its paths."""
    lines = [
        f"第{number}段，编号{number * 7919}，{random.Random(number).getrandbits(200)}。"
        for number in range(3000)
    ]
    write_texts(tmp_path / "source", {"大.txt": lines, "小.txt": ["小文"]})
    index = str(tmp_path / "index")
    update.update(index, [str(tmp_path / "source")])
    (tmp_path / "source" / "小.txt").unlink()
    segment = Path(index) / manifest.read(index).segments[0].name
    changed = bytearray(segment.read_bytes())
    changed[len(changed) // 2] ^= 1
    segment.write_bytes(changed)
    assert len(changed) > 5 * CHUNK_BYTES
    done = update.repair(index)
    assert done.lost == ((str(tmp_path / "source" / "小.txt"), "the file is gone"),)
    assert done.nameless == 0
    assert list(held(index)) == [str(tmp_path / "source" / "大.txt")]


def test_repair_leaves_what_is_no_index_of_ours(tmp_path):
    from whoosh.fields import TEXT, Schema
    from whoosh.index import create_in

    (tmp_path / "stock").mkdir()
    with create_in(tmp_path / "stock", Schema(text=TEXT)).writer() as writer:
        writer.add_document(text="nobody's business")
    before = {path.name: path.read_bytes() for path in (tmp_path / "stock").iterdir()}
    for act in (update.update, update.repair, lambda directory: update.update(directory, [str(tmp_path)])):
        with pytest.raises(CorruptIndexError):
            act(str(tmp_path / "stock"))
    after = {path.name: path.read_bytes() for path in (tmp_path / "stock").iterdir()}
    assert after == before | {"MAIN_WRITELOCK": after["MAIN_WRITELOCK"]}
    with pytest.raises(NoIndexError):
        update.repair(str(tmp_path / "nothing"))


def test_the_command_says_it_in_lines_and_exit_codes(made, whole, tmp_path):
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "searchidx", *words, "--index", str(whole)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert run("check").returncode == 0
    segment = max(whole.glob("*.seg"))
    changed = bytearray(segment.read_bytes())
    changed[-5] ^= 1
    segment.write_bytes(changed)
    for words in (("search", "水库"), ("check",), ("index",), ("status",)):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert segment.name in done.stderr
        assert "check --repair" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert json.loads(run("check", "--json").stdout)["sound"] is False
    repaired = run("check", "--repair")
    assert repaired.returncode == 0, repaired
    assert "repaired: 11 documents" in repaired.stderr
    assert run("check").returncode == 0
    assert run("search", "水库").returncode == 0


def test_opening_a_damaged_index_gives_the_way_to_repair_it(index):
    for path in index.glob("*.toc"):
        path.unlink()
    with searchidx.api.open(index) as opened:
        with pytest.raises(CorruptIndexError, match="manifest is missing"):
            opened.search("水库")
        assert opened.check().problems
        assert opened.repair().guessed
        assert opened.search("水库").total
    assert os.path.isdir(index)
