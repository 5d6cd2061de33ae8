"""Whatever happens to the bytes of an index, it is said to be damaged or answers as before: never a wrong answer, never a crash."""

import os
import random
import shutil
from pathlib import Path

import pytest

import searchidx.api
from searchidx.document import Document, Paragraph
from searchidx.errors import CorruptIndexError, NewerFormatError, NoIndexError
from searchidx.file_state import Fingerprint, Stamp
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.format import versions
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.manifest import Manifest
from searchidx.messages import message
from searchidx.results import Skipped
from tests.written_index import WrittenIndex, written

SOAK = bool(os.environ.get("SEARCHIDX_SOAK"))
QUERIES = (
    "防火墙规则",
    "linux 内核",
    "023-49301888",
    '"系统日志" OR 公园',
    "+系统 -公园",
    "heading:第一章 规则",
    "path:甲 的",
    "没有",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """Two segments of several blocks, a deleted document in the first, and files that were skipped."""
    noise = random.Random(2)
    said = ["防火墙规则", "Linux 内核", "电话023—49301888", "系统日志", "公园", "的", "重庆日报", "X-900"]
    index = WrittenIndex(tmp_path_factory.mktemp("whole") / "index")
    for number, name in enumerate(("甲", "乙", "丙")):
        paragraphs = tuple(
            Paragraph("，".join(noise.choices(said, k=5)), line, line, headings=("第一章",) * (line % 3))
            for line in range(1, 80)
        )
        index.commit(
            [
                Document(
                    f"/{name}{number}.md",
                    "markdown",
                    "utf-8",
                    "题目",
                    "2023",
                    paragraphs,
                    (message("no_text"),),
                )
            ]
        )
    index.commit([written("/丁.txt", ["丁文"])], gone=["/乙1.md"])
    with IndexWriter(index.directory) as writer:
        writer.commit(
            skipped=[Skipped("/坏.bin", message("nul_bytes"), 3, 4)],
            roots=["/"],
            touched={"/丁.txt": Fingerprint(Stamp(5))},
        )
    return Path(index.directory)


def everything(directory: Path) -> list:
    """All that an index says."""
    index = searchidx.api.open(directory)
    said = [index.search(query, limit=0) for query in QUERIES]
    answers = [(page.total, page.tiers, page.hits) for page in said]
    literal = [index.search(text, limit=5, literal=True).hits for text in ("的", "9301", "墙规", "-")]
    files = [index.files(query) for query in QUERIES[:2]]
    status = index.status()
    facts = (status.documents, status.paragraphs, status.roots, status.skipped, status.committed)
    return [answers, literal, files, facts, list(index.documents())]


def damaged_copy(whole: Path, folder: Path, name: str, raw: bytes) -> Path:
    """An index in which one file holds other bytes."""
    copy = folder / "copy"
    if not copy.exists():
        shutil.copytree(whole, copy)
    for path in whole.iterdir():
        shutil.copyfile(path, copy / path.name)
    (copy / name).write_bytes(raw)
    return copy


def assert_said_or_harmless(copy: Path, before: list, what: str) -> bool:
    """Returns whether it was said; then it is found by a check as well."""
    try:
        after = everything(copy)
    except (CorruptIndexError, NewerFormatError, NoIndexError):
        said = True
    else:
        assert after == before, what
        said = False
    try:
        found = bool(searchidx.api.Index(str(copy)).check().problems)
    except (CorruptIndexError, NewerFormatError, NoIndexError):
        found = True
    assert found or not said, f"{what}: a check finds nothing"
    return said or found


def test_no_flipped_bit_of_a_segment_is_answered_from(whole, tmp_path):
    before = everything(whole)
    noise = random.Random(5)
    for path in sorted(whole.glob("*.seg")):
        raw = path.read_bytes()
        bits = [*range(3, 8 * 33, 29), *noise.sample(range(8 * len(raw)), 1500 if SOAK else 40)]
        harmless = 0
        for bit in bits:
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            copy = damaged_copy(whole, tmp_path, path.name, flipped)
            harmless += not assert_said_or_harmless(copy, before, f"bit {bit} of {path.name}")
        assert harmless <= 8 * 7, "more than the padding behind the head can change without anyone seeing it"


def test_no_cut_of_a_file_is_answered_from(whole, tmp_path):
    before = everything(whole)
    noise = random.Random(6)
    for path in sorted([*whole.glob("*.seg"), *whole.glob("*.toc")]):
        raw = path.read_bytes()
        for size in {0, 1, 31, 32, len(raw) - 1, *noise.sample(range(len(raw)), 10)}:
            copy = damaged_copy(whole, tmp_path, path.name, raw[:size])
            assert assert_said_or_harmless(copy, before, f"{size} bytes of {path.name}")
        for more in (b"\0", raw):
            copy = damaged_copy(whole, tmp_path, path.name, raw + more)
            assert assert_said_or_harmless(copy, before, f"{path.name} with more behind it")


def table(whole: Path) -> tuple[Path, bytes, Manifest]:
    path = max(whole.glob("*.toc"), key=lambda path: manifests.generation_of(path.name) or 0)
    raw = path.read_bytes()
    return path, raw, manifests.decode(raw, str(path))


def test_no_flipped_bit_of_the_table_of_contents_is_taken(whole, tmp_path):
    path, raw, manifest = table(whole)
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert manifests.decode(bytes(flipped), str(path)) == manifest, f"bit {bit}"
        except (CorruptIndexError, NewerFormatError):
            continue
    before = everything(whole)
    for bit in random.Random(7).sample(range(8 * len(raw)), 30):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        copy = damaged_copy(whole, tmp_path, path.name, flipped)
        assert_said_or_harmless(copy, before, f"bit {bit} of {path.name}")


def test_no_cut_of_the_table_of_contents_is_taken(whole):
    path, raw, _ = table(whole)
    for size in range(len(raw)):
        with pytest.raises(CorruptIndexError):
            manifests.decode(raw[:size], str(path))


def test_a_segment_that_is_missing_or_another_is_not_answered_from(whole, tmp_path):
    one, other = sorted(whole.glob("*.seg"))[:2]
    copy = damaged_copy(whole, tmp_path, one.name, other.read_bytes())
    with pytest.raises(CorruptIndexError):
        everything(copy)
    (copy / one.name).unlink()
    with pytest.raises(CorruptIndexError):
        everything(copy)


def test_an_index_without_its_table_of_contents_is_damaged(whole, tmp_path):
    copy = damaged_copy(whole, tmp_path, "other", b"")
    for path in copy.glob("*.toc"):
        path.unlink()
    with pytest.raises(CorruptIndexError):
        everything(copy)


def test_a_later_format_is_named_as_such(whole, tmp_path, monkeypatch):
    path, _, manifest = table(whole)
    with monkeypatch.context() as later:
        later.setattr(versions, "CURRENT", versions.CURRENT + 1)
        raw = manifests.encode(manifest)
    copy = damaged_copy(whole, tmp_path, path.name, raw)
    with pytest.raises(NewerFormatError, match="upgrade"):
        everything(copy)


def test_writing_on_top_of_damage_is_refused(whole, tmp_path):
    """A merge or a deletion copies nothing that is not what was committed, and the last commit stays."""
    for path in sorted(whole.glob("*.seg")):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 3] ^= 4
        copy = damaged_copy(whole, tmp_path, path.name, raw)
        names = sorted(os.listdir(copy))
        with pytest.raises(CorruptIndexError):
            searchidx.api.open(copy).remove(["/"])
        assert sorted(os.listdir(copy)) == names
