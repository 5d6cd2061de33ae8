"""An index from a stranger can say what it likes: it is refused or answered, in bounded memory, and nothing in it runs."""

import ast
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchidx.api
from searchidx import line_map
from searchidx.errors import CorruptIndexError, StorageError
from searchidx.ingest import update
from searchidx.ingest.causes import cause_of
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.line_map import Position, Run
from searchidx.local.commit.check import check
from searchidx.local.engine import LocalEngine
from searchidx.local.format import array_file, versions
from searchidx.local.format.array_file import Container
from searchidx.local.lookup import read_forms
from searchidx.local.segment import manifest
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import parse
from searchidx.request import SearchRequest
from searchidx.results import FailedRead
from tests.safety import crafted
from tests.safety.held import times, write_texts

EXAMPLES = times(40, 5_000)
MEMORY = 400 << 20  # bytes that a hostile index of some kilobytes may make us use, on top of what we are
fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


class Parts(tuple[crafted.Arrays, dict[str, Any]]):
    """Arrays and facts of the honest index, short to print."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "parts"


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> str:
    return crafted.made(tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="module")
def parts(honest) -> "Parts":
    return Parts(crafted.arrays_of(honest))


@pytest.fixture
def index(tmp_path) -> str:
    return str(tmp_path / "crafted")


@pytest.fixture(autouse=True)
def bounded_memory() -> Iterator[None]:
    """A MemoryError, which no test here expects, for whoever asks for a lot."""
    if sys.platform != "linux":
        yield
        return
    with open("/proc/self/status", encoding="ascii") as file:
        used = next(int(line.split()[1]) << 10 for line in file if line.startswith("VmData"))
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


def test_the_honest_index_is_not_refused(honest, parts, index):
    assert crafted.use(honest) == 0
    crafted.craft(index, *parts)
    assert crafted.use(index) == 0, "what is tried below is refused for what was changed"
    for name in ("paragraphs", "sections", "documents"):
        crafted.craft(index, crafted.repacked(parts[0], name), parts[1])
        assert crafted.use(index) == 0, name


LARGE = st.sampled_from(
    [0, 1, 2, 63, 64, 127, 128, 255, 2**16 - 1, 2**31, 2**32 - 1, 2**53, 2**63, 2**64 - 1]
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | LARGE
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.integers(), max_size=3)
)


@fuzz
@given(st.data())
def test_arrays_may_hold_anything(parts, index, data):
    arrays, facts = dict(parts[0]), parts[1]
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(arrays)))
        array = arrays[name].copy()
        how = data.draw(
            st.sampled_from(["values", "values", "values", "cut", "longer", "type", "bytes", "gone"])
        )
        if how == "values" and len(array):
            for at, value in data.draw(
                st.lists(
                    st.tuples(st.integers(0, len(array) - 1), LARGE | st.integers(0, 255)),
                    min_size=1,
                    max_size=6,
                )
            ):
                array[at] = value & ((1 << (8 * array.itemsize)) - 1)
        elif how == "cut":
            array = array[: data.draw(st.integers(0, len(array)))]
        elif how == "longer":
            array = np.concatenate([array, array[: data.draw(st.integers(0, 9))]])
        elif how == "type":
            array = array.astype(data.draw(st.sampled_from(["|u1", "<u2", "<u4", "<u8"])))
        elif how == "bytes":
            array = np.frombuffer(data.draw(st.binary(max_size=64)), np.uint8)
        if how == "gone":
            del arrays[name]
        else:
            arrays[name] = array
    crafted.craft(index, arrays, facts)
    crafted.use(index)


@fuzz
@given(st.data())
def test_posting_lists_may_hold_anything(parts, index, data):
    """Bytes of posting lists and term tables, which are decoded and not only looked up."""
    arrays, facts = dict(parts[0]), parts[1]
    field = data.draw(st.sampled_from(["words", "forms", "headings", "characters", "bigrams"]))
    name = f"{field}.{data.draw(st.sampled_from(['posts', 'bytes', 'width', 'text', 'block']))}"
    array = arrays[name].copy()
    if len(array):
        start = data.draw(st.integers(0, len(array) - 1))
        new = data.draw(
            st.binary(min_size=1, max_size=40) | st.sampled_from([b"\xff" * 9, b"\x00" * 30, b"\x80" * 5])
        )
        raw = array.view(np.uint8)
        raw[start : start + len(new)] = np.frombuffer(new, np.uint8)[: len(raw) - start]
    arrays[name] = array
    crafted.craft(index, arrays, facts)
    crafted.use(index)


@pytest.mark.parametrize("field", ["words", "forms", "headings", "characters", "bigrams"])
@pytest.mark.parametrize("byte", [0x80, 0xC3, 0xE9, 0xFF])
def test_terms_may_be_no_text(parts, index, field, byte):
    """Every so many bytes of what is no ASCII are another, so that most terms stay as they are."""
    text = parts[0][f"{field}.text"].copy()
    text[np.flatnonzero(text >= 0x80)[5::7]] = byte
    crafted.craft(index, {**parts[0], f"{field}.text": text}, parts[1])
    crafted.use(index)


def test_postings_that_name_paragraphs_far_away_are_refused(index, tmp_path):
    write_texts(tmp_path / "source", {"甲.txt": ["水库", "桥梁"]})
    update.update(str(tmp_path / "small"), [str(tmp_path / "source")])
    arrays, facts = crafted.arrays_of(str(tmp_path / "small"))
    for name in ("words.posts", "bigrams.posts", "characters.posts"):
        arrays[name][1::2] = 0x7E  # the first of one: 63 paragraphs on
    crafted.craft(index, arrays, facts)
    with pytest.raises(CorruptIndexError, match="is beyond its last paragraph"):
        LocalEngine(index).search(SearchRequest(parse("水库")))
    for query in ("水库~1", "水*", "水?桥"):
        with suppress(CorruptIndexError):  # nothing else
            LocalEngine(index).search(SearchRequest(parse(query)))


@fuzz
@given(
    st.dictionaries(st.sampled_from(["paragraphs", "documents", "text_bytes", "totals"]), VALUES, min_size=1)
)
def test_facts_may_say_anything(parts, index, changed):
    crafted.craft(index, parts[0], {**parts[1], **changed})
    crafted.use(index)


JSON = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@fuzz
@given(st.data())
def test_stored_facts_may_be_anything(parts, index, data):
    arrays, facts = parts
    name = data.draw(st.sampled_from(["paragraphs", "sections", "documents"]))
    count = int(arrays[f"{name}.row"][-1])
    shape = {"paragraphs": 2, "sections": 1, "documents": 9}[name]
    row = data.draw(
        JSON | st.lists(VALUES, min_size=shape, max_size=shape) | st.lists(VALUES, min_size=6, max_size=7)
    )
    text = data.draw(st.binary(max_size=9) | st.just("水库".encode()))
    written = crafted.lines([row] * count)
    crafted.craft(
        index, crafted.with_store(arrays, name, [crafted.block(written, *[text] * count)], [count]), facts
    )
    crafted.use(index)


def test_a_line_map_that_leads_out_of_its_paragraph_is_refused(parts, index):
    arrays, facts = parts
    count = int(arrays["paragraphs.row"][-1])
    text = "水库\n桥梁"
    behind = line_map.encode(text, [Run(1, Position(4, 0))])
    before = line_map.encode(text, [Run(1, Position(-1, 0))])
    for row in (
        [2, 3, behind],
        [2, 3, before],
        [2, 3, "0"],
        [2, 3, "\u0660"],
        [2, 3, None, None, None, "text", behind],
    ):
        block = crafted.block(crafted.lines([row] * count), *[text.encode()] * count)
        crafted.craft(index, crafted.with_store(arrays, "paragraphs", [block], [count]), facts)
        with pytest.raises(CorruptIndexError, match="line map"):
            Snapshot.open(index).paragraphs([0])
        assert any("line map" in problem.why for problem in check(index).problems)


@pytest.mark.parametrize(
    ("numbers", "row"),
    [
        ([0], [[], [[0, 999]]]),
        ([0], [[], [[1 << 60, 1]]]),
        ([0], [[], [[0, 1, "水" * 32, 1 << 50]]]),
        ([0], [[], [[0, -1]]]),
        ([0], [[]]),
        ([0], {}),
        ([1 << 31], [[], [[0, 1]]]),
        ([3, 3], [[], [[0, 1]]]),
    ],
)
def test_edits_of_a_reading_form_that_do_not_fit_their_text_are_refused(parts, index, numbers, row):
    arrays, facts = parts
    block = crafted.block(crafted.lines([row] * len(numbers)), *[b""] * len(numbers))
    hostile = crafted.with_store(arrays, "readings", [block], [len(numbers)])
    crafted.craft(index, {**hostile, "readings.paragraph": np.array(numbers, "<u4")}, facts)
    with pytest.raises(CorruptIndexError):
        read_forms.forms(Snapshot.open(index), np.arange(2))
    assert check(index).problems


def test_a_text_of_more_lines_than_its_paragraph_leads_to_a_line_of_it(parts, index):
    arrays, facts = parts
    count = int(arrays["paragraphs.row"][-1])
    block = crafted.block(crafted.lines([[2, 3]] * count), *["a\n\n\n\n\n\n\n水库".encode()] * count)
    crafted.craft(index, crafted.with_store(arrays, "paragraphs", [block], [count]), facts)
    hits = LocalEngine(index).search(SearchRequest(parse("水库"))).hits
    assert hits
    assert all(hit.line <= hit.match_line <= hit.end_line for hit in hits)


def test_bombs_of_all_kinds_are_refused_soon(parts, index):
    arrays, facts = parts
    count = int(arrays["paragraphs.row"][-1])
    bomb = crafted.bomb(crafted.lines([[2, 0]] * count), count)
    deep = crafted.block(b"\n".join([b"[" * 100_000 + b"]" * 100_000] * count), *[b"a"] * count)
    many = crafted.block(b"\n".join([b"[2,0]"] * 3_000_000), *[b""] * 3_000_000)
    empty = np.zeros(0, np.uint8)
    billion = np.array([0xFE, 0xFF, 0xFF, 0xFF, 0x7F] * (len(arrays["words.posts"]) // 5 + 1), np.uint8)
    hostile: list[tuple[str, crafted.Arrays, Any]] = [
        ("a zip bomb", crafted.with_store(arrays, "paragraphs", [bomb], [count]), facts),
        ("many zip bombs", crafted.with_store(arrays, "paragraphs", [bomb] * count, [1] * count), facts),
        ("deep JSON", crafted.with_store(arrays, "paragraphs", [deep], [count]), facts),
        ("millions of rows", crafted.with_store(arrays, "paragraphs", [many], [count]), facts),
        ("no blocks", crafted.with_store(arrays, "paragraphs", [], []), facts),
        ("a billion postings", {**arrays, "words.posts": billion[: len(arrays["words.posts"])]}, facts),
        ("a billion paragraphs", arrays, {**facts, "paragraphs": 10**12}),
        ("a billion documents", arrays, {**facts, "documents": 10**12}),
        ("negative paragraphs", arrays, {**facts, "paragraphs": -1}),
        ("endless totals", arrays, {**facts, "totals": dict.fromkeys(facts["totals"], 10**300)}),
        (
            "documents that begin far away",
            {**arrays, "documents.first": arrays["documents.first"] | 0x80000000},
            facts,
        ),
        (
            "sections that begin far away",
            {**arrays, "sections.first": arrays["sections.first"] | 0x80000000},
            facts,
        ),
        ("nothing", {}, {}),
        ("nothing in it", dict.fromkeys(arrays, empty), facts),
    ]
    for name, changed, said in hostile:
        crafted.craft(index, changed, said)
        begin = time.process_time()
        assert crafted.use(index) > 0, name
        assert time.process_time() - begin < 60, name  # a hang, not a speed


@pytest.mark.parametrize(
    "head",
    [
        b"[" * 100_000,
        b'{"facts":' * 50_000,
        b'{"facts":{},"arrays":{},"crcs":[0,' + b"9" * 5000 + b"]}",
        b'{"facts":{},"arrays":{},"crcs":[NaN,Infinity]}',
        b'{"facts":{},"arrays":{"a":[0,4611686018427387904,"<u8"]},"crcs":[0,0]}',
        b"\xff\xfe" * 100,
    ],
    ids=lambda head: repr(head[:20]),
)
def test_heads_of_containers_may_say_anything(tmp_path, head):
    size = array_file._round_up(32 + len(head))
    (tmp_path / "file").write_bytes((array_file.preamble_of(head, size) + head).ljust(size, b"\0"))
    with pytest.raises(CorruptIndexError):
        Container(str(tmp_path / "file"))


def table(body: bytes) -> bytes:
    return (
        b"searchidx-toc %d %08x %d\n"
        % (versions.CURRENT, manifest._checksum(versions.CURRENT, body), len(body))
        + body
    )


TABLES = [
    b"[" * 200_000,
    b"null",
    b"[]",
    b"{}",
    b'"' + b"a" * 1000 + b'"',
    b'{"generation":1e999}',
    b"9" * 10_000,
]


@pytest.mark.parametrize("body", TABLES, ids=lambda body: repr(body[:20]))
def test_tables_of_contents_may_say_anything(honest, index, body):
    os.mkdir(index)
    Path(index, manifest.file_name(1)).write_bytes(table(body))
    assert crafted.use(index) == 5 - 1, "check names it, everything else refuses it"
    assert check(index).problems


@fuzz
@given(st.data())
def test_entries_of_the_table_may_say_anything(honest, index, data):
    generation = manifest.latest(honest)
    parsed = json.loads(Path(honest, manifest.file_name(generation)).read_bytes().split(b"\n", 1)[1])
    where: Any = data.draw(st.sampled_from([parsed, parsed["segments"][0]]))
    key = data.draw(st.sampled_from(sorted(where)) | st.text(max_size=3))
    where[key] = data.draw(
        JSON | st.sampled_from(["../x.seg", "/etc/passwd", "MAIN_a.seg\0", "MAIN_../a.seg", ["a"], [0, 0]])
    )
    os.makedirs(index, exist_ok=True)
    for name in os.listdir(honest):
        if name.endswith(".seg") and not os.path.exists(os.path.join(index, name)):
            os.link(os.path.join(honest, name), os.path.join(index, name))
    Path(index, manifest.file_name(generation)).write_bytes(table(json.dumps(parsed).encode()))
    crafted.use(index)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "../copied/{name}"),
        ("name", "{directory}/{name}"),
        ("name", "./{name}"),
        ("name", "{name}\0"),
        ("deleted", [10**30]),
        ("deleted", [-1]),
        ("deleted", [2, 1]),
        ("deleted", [71]),
        ("deleted", [0.0]),
        ("deleted", ["0"]),
        ("deleted", "0"),
        ("seal", -1),
        ("size", 10**400),
        ("paragraphs", True),
    ],
)
def test_entries_of_a_segment_are_refused(copied, key, value):
    generation = manifest.latest(str(copied))
    path = copied / manifest.file_name(generation)
    parsed = json.loads(path.read_bytes().split(b"\n", 1)[1])
    entry = parsed["segments"][0]
    if isinstance(value, str):
        value = value.format(name=entry["name"], directory=copied)
    entry[key] = value
    path.write_bytes(table(json.dumps(parsed).encode()))
    with pytest.raises(CorruptIndexError, match="its manifest is malformed"):
        LocalEngine(str(copied))


@pytest.mark.parametrize(
    "line", [b"searchidx-toc 1 00000000 " + b"9" * 5000 + b"\n", b"searchidx-toc " + b"9" * 5000, b""]
)
def test_first_lines_of_tables_may_say_anything(index, line):
    os.mkdir(index)
    Path(index, manifest.file_name(1)).write_bytes(line)
    with pytest.raises(CorruptIndexError):
        Snapshot.open(index)


# --- What is not a file, or leads elsewhere --------------------------------------------------------------------------


@pytest.fixture
def copied(honest, tmp_path) -> Path:
    import shutil

    shutil.copytree(honest, tmp_path / "copied")
    return tmp_path / "copied"


@pytest.mark.parametrize(
    "kind", ["pipe", "folder", "link to itself", "link to a device", "link to another file"]
)
@pytest.mark.parametrize("suffix", [".seg", ".toc", "LOCK"])
def test_names_may_be_anything_but_files(copied, tmp_path, kind, suffix):
    path = next(path for path in sorted(copied.iterdir()) if path.name.endswith(suffix))
    path.unlink()
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"link to itself": path, "link to a device": "/dev/zero"}.get(kind, victim))
    begin = time.process_time()
    for act in (
        lambda: LocalEngine(str(copied)).search(SearchRequest(parse("水库"))),
        lambda: update.update(str(copied)),
    ):
        if suffix == "LOCK" and "update" not in act.__code__.co_names:
            act()
            continue
        with pytest.raises((CorruptIndexError, StorageError)):
            act()
    assert time.process_time() - begin < 60  # a hang, not a speed
    assert victim.read_bytes() == b"precious"


def test_a_link_in_the_way_of_a_new_table_is_not_followed(copied, tmp_path):
    """Whoever made the folder knows the name of the next table, and may have put a link there."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    upcoming = manifest.file_name((manifest.latest(str(copied)) or 0) + 1)
    (copied / f"{upcoming}.tmp").symlink_to(victim)
    write_texts(tmp_path / "more", {"新.txt": ["隧道"]})
    assert update.update(str(copied), [str(tmp_path / "more")]).added == 1
    assert victim.read_bytes() == b"precious"
    assert not (copied / upcoming).is_symlink()


def test_sweeping_removes_nothing_that_is_not_of_an_index(copied, tmp_path):
    kept = [
        "MAIN_ABC.seg",
        "MAIN_.seg",
        "xMAIN_a.seg",
        "MAIN_a.seg.bak",
        "_MAIN_x.toc",
        "_MAIN_01.toc",
        "notes.txt",
    ]
    for name in kept:
        (copied / name).write_bytes(b"precious")
    write_texts(tmp_path / "more", {"新.txt": ["隧道"]})
    update.update(str(copied), [str(tmp_path / "more")])
    assert all((copied / name).read_bytes() == b"precious" for name in kept)


# --- Nothing runs, nobody else reads ---------------------------------------------------------------------------------


def test_no_module_of_ours_can_unpickle_or_evaluate():
    """Looked for in the source: what could make bytes run is not even imported."""
    package = Path(searchidx.__file__).parent
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"pickle", "marshal", "shelve", "dill", "joblib", "runpy"} & {
                name.split(".")[0] for name in names
            }, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path
            if isinstance(node, ast.keyword):
                assert node.arg not in {"allow_pickle", "shell"}, path


WATCHED = """
import sys
seen = []
sys.addaudithook(lambda event, given: seen.append(event))
import searchidx.cli.main, searchidx.query
from tests.safety import crafted
crafted.use(sys.argv[1])
seen.clear()
crafted.use(sys.argv[1])
print(*sorted({event for event in seen if event.split(".")[0] in {"exec", "compile", "pickle", "marshal", "subprocess",
    "ctypes", "socket", "import", "os.system"} or event in {"os.system", "os.exec", "os.fork", "os.posix_spawn"}}))
"""


@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_is_run_when_an_index_is_used(honest, parts, index, hostile):
    """Heard by Python's own audit hooks: no code object, no pickle, no process, no socket."""
    if hostile:
        crafted.craft(
            index, {**parts[0], "paragraphs.raw": parts[0]["paragraphs.raw"][::-1].copy()}, parts[1]
        )
    command = [sys.executable, "-c", WATCHED, index if hostile else honest]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2]
    )
    assert done.stdout.split() == []


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_an_index_is_private_whatever_the_umask(tmp_path, umask):
    write_texts(tmp_path / "source", {"甲.txt": ["水库"]})
    index = tmp_path / "new" / "folder" / "index"
    before = os.umask(umask)
    try:
        update.update(str(index), [str(tmp_path / "source")])
        update.update(str(index), [str(tmp_path / "source" / "甲.txt")], encodings=EncodingRules("utf-8"))
    finally:
        os.umask(before)
    for folder in (index, index.parent, index.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in index.iterdir()} == {0o600}
    assert len(list(index.iterdir())) >= 3


def test_an_index_in_a_folder_of_others_is_left_its_mode(tmp_path):
    (tmp_path / "index").mkdir(mode=0o755)
    (tmp_path / "index").chmod(0o755)
    write_texts(tmp_path / "source", {"甲.txt": ["水库"]})
    update.update(str(tmp_path / "index"), [str(tmp_path / "source")])
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o755
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "index").iterdir()} == {0o600}


def test_a_root_that_counts_from_the_folder_does_not_lead_out_of_it(tmp_path):
    """A run would index whatever is there."""
    (tmp_path / "甲.txt").write_text("灯塔。", encoding="utf-8")
    index = searchidx.api.open(tmp_path / ".searchidx", create=True)
    index.add([tmp_path])
    path = os.path.join(index.directory, manifest.file_name(manifest.read(index.directory).generation))
    body = Path(path).read_bytes().partition(b"\n")[2]
    assert manifest.parse(body, path).roots == (str(tmp_path),)
    with pytest.raises(ValueError, match="outside the folder"):
        manifest.parse(body.replace(b'"roots":["."]', b'"roots":["./../.."]'), path)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("unfinished", [1]),
        ("unfinished", ["./../.."]),
        ("stale", [["/a.txt", "crash", ["SIGSEGV"], 1]]),
        ("stale", [["/a.txt", "crash", "SIGSEGV", 1, 2]]),
        ("stale", [["/a.txt", "crash", [["SIGSEGV"]], 1, 2]]),
        ("stale", [["/a.txt", 3, [], 1, 2]]),
        ("stale", [["/a.txt", "crash", [], "1", 2]]),
        ("stale", [["/a.txt", "crash", [], 1, 1 << 63]]),
        ("stale", {"/a.txt": "crash"}),
    ],
)
def test_facts_of_runs_are_of_their_type_and_range(tmp_path, fact, value):
    directory = tmp_path / ".searchidx"
    (tmp_path / "a.txt").write_text("水库", encoding="utf-8")
    searchidx.open(directory, create=True).add([tmp_path / "a.txt"])
    raw = (directory / manifest.file_name(1)).read_bytes()
    facts = json.loads(raw[raw.index(b"\n") + 1 :])
    assert manifest.parse(json.dumps(facts).encode(), str(directory / manifest.file_name(1)))
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part is looked at first
        manifest.parse(json.dumps({**facts, fact: value}).encode(), str(directory / manifest.file_name(1)))


def test_a_cause_of_another_version_is_shown_as_it_is():
    """And one whose details do not fit costs no search."""
    for failure in (FailedRead("/a.txt", "code of tomorrow", ("1",)), FailedRead("/a.txt", "crash", ())):
        assert failure.code in cause_of(failure).sentence
    assert cause_of(FailedRead("/a.txt", "input", ("environ",))).sentence == "environ"
