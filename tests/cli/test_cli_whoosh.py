"""``searchidx index --whoosh`` takes the stored documents of a Whoosh index over, and executes nothing of it."""

import os
import pickle
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.index import TOC, create_in, open_dir


@pytest.fixture
def whoosh_index(tmp_path):
    directory = tmp_path / "旧索引"
    directory.mkdir()
    schema = Schema(
        id=ID(stored=True, unique=True), title=TEXT(stored=True), content=TEXT(StemmingAnalyzer(), stored=True),
        pages=NUMERIC(stored=True), extra=STORED,
    )  # fmt: skip
    index = create_in(str(directory), schema)
    for number in range(3):  # one segment each
        writer = index.writer()
        extra = {"date": datetime(2023, 4, 20, tzinfo=UTC), "price": Decimal("1.5"), "tags": {"a"}}
        writer.add_document(
            id=f"n{number}",
            title=f"灯塔 {number}",
            content=f"守塔人第{number}次点灯",
            pages=number,
            extra=extra,
        )
        writer.commit(merge=False)
    writer = index.writer()
    writer.delete_by_term("id", "n1")
    writer.commit(merge=False)
    return directory


def test_the_stored_documents_are_taken_over_and_stay(spawn, home, corpus, whoosh_index):
    assert spawn("index", str(corpus), "--whoosh", str(whoosh_index)).code == 0
    listed = spawn("search", "-F", "守塔人", "-l").out
    assert "whoosh/旧索引#0" in listed
    assert "whoosh/旧索引#1" in listed
    assert "守塔人第0次点灯" in spawn("search", "-F", "第0次").out
    assert spawn("search", "-F", "第1次").code == 1
    assert spawn("index").code == 0
    assert "whoosh/旧索引#0" in spawn("search", "-F", "守塔人", "-l").out
    assert spawn("remove", "<stdin>/whoosh/旧索引#0").code == 0
    assert "whoosh/旧索引#0" not in spawn("search", "-F", "守塔人", "-l").out


def test_fields_are_named(spawn, home, whoosh_index):
    assert spawn("index", "--whoosh", str(whoosh_index), "--whoosh-fields", "title").code == 0
    assert spawn("search", "-F", "灯塔").code == 0
    assert spawn("search", "-F", "守塔人").code == 1
    assert (
        "--whoosh-fields" in spawn("index", "--whoosh", str(whoosh_index), "--whoosh-fields", "body").mistake
    )
    assert "--whoosh DIR" in spawn("index", "--whoosh-fields", "body").mistake


class Command:
    """An object that runs a command when it is unpickled."""

    def __init__(self, marker) -> None:
        self.marker = str(marker)

    def __reduce__(self):
        return os.mkdir, (self.marker,)


def test_a_hostile_document_is_refused_by_name(spawn, home, whoosh_index, tmp_path):
    writer = open_dir(str(whoosh_index)).writer()
    writer.add_document(id="x", title="坏", extra=Command(tmp_path / "executed"))
    writer.commit(merge=False)
    assert "mkdir" in spawn("index", "--whoosh", str(whoosh_index)).mistake
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("part", ["schema", "segments"])
def test_a_hostile_table_of_contents_executes_nothing(spawn, home, whoosh_index, tmp_path, part):
    index = open_dir(str(whoosh_index))
    toc = TOC.read(index.storage, index.indexname)
    name = TOC._filename("MAIN", toc.generation)
    content = (whoosh_index / name).read_bytes()
    good = pickle.dumps(toc.schema, 2) if part == "schema" else pickle.dumps(toc.segments, -1)
    hostile = pickle.dumps(Command(tmp_path / "executed"), 2)
    start = content.index(good[:20]) if part == "schema" else content.index(b"whoosh.codec.whoosh3") - 40
    while part == "segments" and content[start : start + 1] != b"\x80":
        start += 1
    (whoosh_index / name).write_bytes(content[:start] + hostile)
    outcome = spawn("index", "--whoosh", str(whoosh_index))
    assert outcome.mistake
    assert not (tmp_path / "executed").exists()


def test_old_formats_and_other_folders_are_refused(spawn, home, whoosh_index, tmp_path):
    assert "no Whoosh index" in spawn("index", "--whoosh", str(tmp_path)).mistake
    assert "no Whoosh index" in spawn("index", "--whoosh", str(tmp_path / "absent")).mistake
    (toc,) = whoosh_index.glob("*.toc")
    content = toc.read_bytes()
    toc.write_bytes(
        content.replace((-111).to_bytes(4, "big", signed=True), (-110).to_bytes(4, "big", signed=True), 1)
    )
    assert "unsupported format" in spawn("index", "--whoosh", str(whoosh_index)).mistake
    toc.write_bytes(content[:30])
    assert spawn("index", "--whoosh", str(whoosh_index)).code == 2
