"""What every reader promises, checked for every row of the table of formats and for the dummy that newcomers copy."""

import sys
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchidx.document import ASIDES, SOURCE_LINE_TYPES, Document, Paragraph
from searchidx.errors import ReadError
from searchidx.paragraphs import LONGEST
from searchidx.readers import FORMATS, formats, read
from searchidx.readers.formats import Format
from tests.readers import dummy
from tests.readers.samples import SAMPLES

pytest.importorskip("lxml")
pytest.importorskip("pypdfium2")
pytest.importorskip("openpyxl")

ROWS = [*FORMATS.values(), dummy.ROW]
SENTENCES = ["照常开放，请按时到场", "因大雾停航两天", "的登记表放在窗口右侧", "明早六点换班，带好钥匙"]
CUTS = 24


@pytest.fixture(autouse=True)
def with_dummy(monkeypatch):
    """Register the dummy as a newcomer does: a module and a row."""
    monkeypatch.setitem(sys.modules, "searchidx.readers.memo", dummy)
    monkeypatch.setitem(formats.SUFFIXES, ".memo", dummy.ROW)


every_format = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def texts_of(count: int) -> list[str]:
    """Return sentences of which each has a name of its own."""
    return [f"{name(n)}{SENTENCES[n % len(SENTENCES)]}。" for n in range(count)]


def name(number: int) -> str:
    """Return the name of a landing, different for every number and part of no other."""
    return f"舟{chr(0x6C5F + number)}渡"


def sample(row: Format, texts: Sequence[str]) -> Document:
    return read(f"/c/a{row.suffixes[0]}", SAMPLES[row.name](texts))


def shown(document: Document) -> list[Paragraph]:
    return [paragraph for paragraph in document.paragraphs if paragraph.kind not in ASIDES]


def check_shape(document: Document) -> None:
    """Check what holds of any document, whatever the bytes were."""
    for paragraph in document.paragraphs:
        assert paragraph.text.strip()
        assert len(paragraph.text) <= LONGEST
        assert 1 <= paragraph.line <= paragraph.end_line
        assert paragraph.page is None or paragraph.page >= 1
    for before, after in pairwise(shown(document)):
        assert (before.page or 0, before.line) <= (after.page or 0, after.line)


@every_format
def test_every_text_is_shown_once_and_in_order(row):
    texts = texts_of(9)
    document = sample(row, texts)
    check_shape(document)
    joined = "\n".join(paragraph.text for paragraph in shown(document))
    assert [joined.count(text) for text in texts] == [1] * len(texts)
    positions = [joined.index(text) for text in texts]
    assert positions == sorted(positions)


@every_format
def test_lines_are_those_of_the_file_where_it_has_lines(row):
    texts = texts_of(9)
    document = sample(row, texts)
    if not row.takes_text and document.type not in SOURCE_LINE_TYPES:
        # The reader counts: texts that follow each other stand at different, ascending places.
        texts_only = [each for each in shown(document) if any(text in each.text for text in texts)]
        places = [(paragraph.page or 0, paragraph.line) for paragraph in texts_only]
        assert places == sorted(set(places))
        return
    lines = SAMPLES[row.name](texts).decode().split("\n")
    for text in texts:
        (paragraph,) = [each for each in document.paragraphs if text in each.text]
        assert any(text in line for line in lines[paragraph.line - 1 : paragraph.end_line])
        assert paragraph.end_line - paragraph.line < 4


@every_format
def test_a_text_of_any_length_is_bounded_and_lost_nowhere(row):
    names = [name(n) for n in range(2_500)]
    document = sample(row, ["".join(f"{each}今天开放，" for each in names)])
    check_shape(document)
    joined = "".join(paragraph.text for paragraph in document.paragraphs).replace("\n", "")
    assert [each for each in names if each not in joined] == []


@every_format
def test_reading_twice_gives_the_same_document(row):
    data = SAMPLES[row.name](texts_of(9))
    path = f"/c/a{row.suffixes[0]}"
    assert read(path, data) == read(path, data)


@pytest.mark.parametrize("row", [row for row in ROWS if row.takes_text], ids=lambda row: row.name)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_the_encoding_of_text_changes_nothing_but_its_name(row, encoding):
    data = SAMPLES[row.name](texts_of(9))
    path = f"/c/a{row.suffixes[0]}"
    assert read(path, data.decode().encode(encoding)).paragraphs == read(path, data).paragraphs


@every_format
def test_a_file_that_is_cut_off_or_damaged_is_read_or_refused_with_a_reason(row):
    data = SAMPLES[row.name](texts_of(9))
    random = Random(20)
    path = f"/c/a{row.suffixes[0]}"
    for cut in range(0, len(data), max(1, len(data) // CUTS)):
        damaged = bytearray(data)
        for _ in range(4):
            damaged[random.randrange(len(data))] ^= 1 << random.randrange(8)
        for wrong in (data[:cut], data[cut:], bytes(damaged)):
            read_or_refuse(path, wrong)


@every_format
@given(
    data=st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_with_a_reason(row, data):
    read_or_refuse(f"/c/a{row.suffixes[0]}", data)


def read_or_refuse(path: str, data: bytes) -> None:
    """Check what a reader returns of any bytes; only a ReadError of one line may be raised."""
    try:
        document = read(path, data)
    except ReadError as error:
        reason = str(error)
    else:
        check_shape(document)
        return
    assert reason.strip()
    assert "\n" not in reason


@pytest.mark.parametrize("row", FORMATS.values(), ids=lambda row: row.name)
def test_documents_of_text_have_a_type_whose_lines_are_those_of_the_file(row):
    assert sample(row, texts_of(3)).type in SOURCE_LINE_TYPES or not row.takes_text


def test_every_format_has_a_sample():
    assert SAMPLES.keys() == {row.name for row in ROWS}
