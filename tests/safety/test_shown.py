"""Ten thousand texts and names of a stranger, by way of real files and commands: nothing raw reaches a terminal or a pipe."""

import json
import os
import random
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from searchidx.cli import dispatch
from searchidx.cli.progress import describe
from searchidx.file_state import Fingerprint, Stamp
from searchidx.ingest import Progress
from searchidx.local.segment import manifest as manifests
from searchidx.messages import Message
from searchidx.results import Skipped
from tests.safety import crafted
from tests.safety.held import times

FILES, TEXTS = times(200, 2_000), times(50, 100)
_OURS = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;;(?:file://[!-~]*)?\x1b\\\\")
_PIECES = [
    *(chr(code) for code in (*range(1, 0x20), 0x7F, *range(0x80, 0xA0))),
    *"\u061c\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufff9\U000e0041",
    *(
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://a.b\x1b\\",
        "\x1bP+q\x1b\\",
        "\x9b2J",
        "\x1b[6n",
        "\x1bc",
        "\r\n",
        "\b\b",
    ),
    *("水库", "桥梁", " ", "a", "0", "é", "🏳️\u200d🌈", "\U00020bb7", '"', "\\", "<", "{", "%s", "$("),
]


def hostile(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(_PIECES, k=chance.randint(1, most)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, str]:
    """Files whose names and texts are hostile, and an index of them in a folder with such a name."""
    chance = random.Random(10)
    top = tmp_path_factory.mktemp("shown")
    source = top / "so\x1b[31mur\u202ece"
    source.mkdir()
    for number in range(FILES):
        name = f"{number}{hostile(chance, 12)}".replace("/", "").replace("\0", "").encode()[:200]
        suffix = chance.choice((b".md", b".txt", b".csv", b".jsonl", b".bin", b"\xff.txt"))
        # So few control characters that it is still taken for text.
        texts = [f"{hostile(chance, 2)}水库{'与桥梁' * 16}{hostile(chance, 3)}" for _ in range(TEXTS)]
        if suffix == b".jsonl":
            rows = [{"id": text, "title": text, "text": text, "date": text} for text in texts]
            content = "\n".join(map(json.dumps, rows)).encode()
        elif suffix == b".md":
            content = "\n\n".join(f"# {text}\n\n{text}" for text in texts).encode()
        elif suffix == b".bin":
            content = bytes(range(256)) * 9
        else:
            content = "\n\n".join(texts).encode()
        Path(os.fsdecode(os.fsencode(source) + b"/" + name + suffix)).write_bytes(content)
    return source, str(top / "in\x1b]0;dex")


def dangers(text: str) -> set[str]:
    """What is left that could steer a terminal or reorder what is read, when our own colours and links are out."""
    left = set(_OURS.sub("", text).replace("\n", ""))
    return {
        character
        for character in left
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(character)
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or character in "\u061c\u200e\u200f"
    }


def run(capfdbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, str, str]:
    code = dispatch.run(words)
    out, err = capfdbinary.readouterr()
    columns = not {"terms", "history", "--facet"}.isdisjoint(words)  # these are parted by tabs
    assert dangers(out.decode().replace("\t", "") if columns else out.decode()) == set()
    assert dangers(err.decode()) == set()
    assert b"should not happen" not in err
    if "--json" in words:
        for line in out.decode().splitlines():
            json.loads(line)
    return code, out.decode(), err.decode()


def test_what_ten_thousand_files_and_texts_say(made, capfdbinary, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("SEARCHIDX_HISTORY", "true")
    source, index = made
    assert FILES * TEXTS >= 10_000
    code, _, err = run(capfdbinary, "index", "--index", index, str(source))
    assert code == 0
    assert "skipped" in err
    for words in (
        ("search", "水库", "-n", "0"),
        ("search", "水库", "-n", "0", "--color", "always"),
        ("search", "水库", "-n", "300", "--color", "always", "--width", "40"),
        ("search", "水库", "-l"),
        ("search", "水库", "-l", "-c", "--json"),
        ("search", "水库", "-C", "2", "--color", "always", "--sort", "date"),
        ("search", "水库", "--group", "document", "--distinct", "--json", "-C", "1"),
        ("search", "水库", "--facet", "type,path,heading,date,month,day", "-n", "0"),
        ("search", "水库", "--facet", "heading,path", "--json"),
        ("search", "水库\x1b[31m\u202e", "--save", "水库"),
        ("terms", "-n", "0"),
        ("terms", "--json", "\x1b[31m\u202e"),
        ("search", "-F", "桥梁\x1b[31m\u202e", "--json"),
        ("search", "不在这里\x1b[31m\u202e"),
        ("status",),
        ("status", "--json"),
        ("explain", "水库 \x1b[31m\u202e"),
        ("explain", "--json", "水库 \x1b[31m\u202e"),
        ("check",),
        ("check", "--json"),
        ("index", "--json"),
        ("remove", str(source / "no\x1b[31msuch")),
    ):
        code, out, err = run(capfdbinary, *words, "--index", index)
        assert code in (0, 1), (words, err)
        assert out or err
    for words in (("saved",), ("saved", "--json"), ("history",), ("history", "--json")):
        assert run(capfdbinary, *words)[0] == 0
    code, out, _ = run(capfdbinary, "search", "水库", "-n", "0", "--json", "--index", index)
    found = [json.loads(line) for line in out.splitlines()]
    assert found[-1]["total"] == len(found) - 1 > FILES * TEXTS / 2
    assert any("\x1b" in hit["text"] for hit in found[:-1]), "JSON gives back what was in the file"
    for hit in found[:100:10]:
        place = f"{hit['path']}:{hit['line']}"
        run(capfdbinary, "explain", "水库", "--path", place, "--index", index)
        run(capfdbinary, "explain", "没有", place, "--index", index)
        run(capfdbinary, "similar", place, "--index", index)
        run(capfdbinary, "similar", place, "--json", "--index", index)


@pytest.mark.parametrize(
    "words", [("tokens",), ("tokens", "--json"), ("search",), ("explain",), ("eval", "--queries")]
)
def test_what_is_typed_is_shown_safely(made, capfdbinary, words):
    chance = random.Random(11)
    for _ in range(20):
        run(capfdbinary, *words, "x" + hostile(chance, 12).replace("\0", ""))


def test_mistakes_name_things_safely(made, tmp_path, capfdbinary):
    _, index = made
    for words in (
        ("\x1b[31mno such command",),
        ("search", "--limit", "\x1b[31m", "a"),
        ("search", "--in\x1b[31mdex", "a"),
        ("search", "a", "--index", str(tmp_path / "no\x1b[31m\u202eindex")),
        ("index", str(tmp_path / "no\x1b[31m\u202esource"), "--index", index),
        ("index", "--encoding", "\x1b[31m", str(tmp_path), "--index", index),
        ("eval", "--queries", "\x1b[31m", "--qrels", "\u202e", "--index", index),
    ):
        assert run(capfdbinary, *words)[0] == 2


def test_an_index_of_a_stranger_is_shown_safely(tmp_path, capfdbinary):
    bad = "x\x1b[31m\x9b2J\u202e\u2066\x07水库"
    honest = crafted.made(tmp_path)
    arrays, facts = crafted.arrays_of(honest)
    count = int(arrays["documents.row"][-1])
    documents = crafted.lines(
        [1, 1, bad, bad, bad, bad, bad, [bad], int(size)] for size in np.diff(arrays["documents.first"])
    )
    arrays = crafted.with_store(
        arrays,
        "documents",
        [crafted.block(documents, *[f"/{number}{bad}".encode() for number in range(count)])],
        [count],
    )
    rows = int(arrays["paragraphs.row"][-1])
    paragraphs = crafted.lines([[1, 0, 3, bad, bad, bad]] * rows)
    blocks = [crafted.block(paragraphs, *[f"{bad} 的水库".encode()] * rows)]
    arrays = crafted.with_store(arrays, "paragraphs", blocks, [rows])
    sections = int(arrays["sections.row"][-1])
    headings = crafted.lines([[bad, bad]] * sections)
    arrays = crafted.with_store(arrays, "sections", [crafted.block(headings, *[b""] * sections)], [sections])
    index = str(tmp_path / "crafted")
    crafted.craft(index, arrays, facts)
    manifest = manifests.read(index)
    told = manifests.Manifest(
        1,
        bad,
        manifest.segments,
        (f"/{bad}",),
        (Skipped(f"/{bad}", Message(bad, (bad,))),),
        manifests.Stamps({f"/{bad}": Fingerprint(Stamp(1))}),
    )
    Path(index, manifests.file_name(1)).write_bytes(manifests.encode(told))
    for words in (
        ("search", "水库"),
        ("search", "水库", "--json"),
        ("search", "水库", "--color", "always"),
        ("search", "水库", "-l"),
        ("status",),
        ("status", "--json"),
        ("explain", "水库"),
        ("explain", "水库", "--path", f"/1{bad}:1"),
        ("check",),
        ("index",),
        ("check", "--repair"),
    ):
        code, out, err = run(capfdbinary, *words, "--index", index)
        if words[0] in ("search", "status", "explain"):
            assert (code, err.count("is damaged")) == (0, 0), "it is shown, and not refused"
            assert "水库" in out


def test_progress_is_shown_safely():
    chance = random.Random(12)
    for _ in range(1_000):
        line = describe(Progress(1, 2, 3, 4, 5, 6, hostile(chance, 30)), 1.0, "/")
        assert dangers(line) == set()
        assert "\n" not in line
