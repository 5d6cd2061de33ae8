"""A document from a stranger costs itself at most: bounded memory and time, a reason, nothing touched outside."""

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile

import pytest

from searchidx.errors import ReadError
from searchidx.readers import SUFFIXES, read
from tests.documents import archive, docx, epub, opendocument, paragraph, pdf, pptx

pytest.importorskip("lxml")
pytest.importorskip("pypdfium2")
pytest.importorskip("openpyxl")

PACKAGES = ("docx", "pptx", "odt", "ods", "odp", "epub", "xlsx")


def squeezed(name: str, size: int) -> bytes:
    """An archive of one part that unpacks to ``size`` bytes, without holding them here."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package, package.open(name, "w") as part:
        for _ in range(size >> 20):
            part.write(bytes(1 << 20))
    return held.getvalue()


def entities(levels: int) -> str:
    """The billion laughs."""
    rows = ["<!ENTITY e0 '哈哈哈哈哈哈哈哈哈哈'>"]
    rows += [f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, levels)]
    return f"<!DOCTYPE x [{''.join(rows)}]>"


def outcome(name: str, data: bytes) -> str:
    """The reason it was refused for, or its text."""
    try:
        return "\n".join(p.text for p in read(f"/c/{name}", data).paragraphs)
    except ReadError as error:
        return f"refused: {error}"


@pytest.fixture(scope="module")
def bomb() -> bytes:
    return squeezed("word/document.xml", 300 << 20)


@pytest.mark.parametrize("kind", PACKAGES)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(kind: str, bomb: bytes):
    outcome(f"a.{kind}", b"")  # what is imported isn't counted
    tracemalloc.start()
    reason = outcome(f"a.{kind}", bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "too much" in reason
    assert peak < 8 << 20


def test_an_archive_that_lies_of_its_size_yields_no_more_than_it_said():
    data = bytearray(squeezed("content.xml", 64 << 20))
    size = struct.pack("<L", 64 << 20)
    for _ in range(data.count(size)):
        data[data.index(size) : data.index(size) + 4] = struct.pack("<L", 100)
    assert outcome("a.odt", bytes(data)).startswith("refused: ")


def test_an_archive_of_too_many_parts_is_refused():
    assert "too much" in outcome("a.docx", archive({f"{n}.xml": "" for n in range(20_001)}))


def test_entities_are_not_expanded_and_nothing_outside_is_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密在此", encoding="utf-8")
    outside = f"<!DOCTYPE x [<!ENTITY s SYSTEM 'file://{secret}'>]>"
    for prolog, reference in ((entities(9), "&e8;"), (outside, "&s;")):
        w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        body = (
            f'{prolog}<w:document xmlns:w="{w}"><w:body>{paragraph(f"前{reference}后")}</w:body></w:document>'
        )
        started = time.process_time()
        text = outcome("a.docx", docx("", word__document=body))
        assert time.process_time() - started < 60  # a hang, not a speed
        assert "秘密" not in text
        assert len(text) < 1000
        page = outcome("a.html", f"{prolog}<p>前{reference}后</p>".encode())
        assert "秘密" not in page
        assert len(page) < 1000


def test_names_that_lead_outside_are_only_names():
    data = epub("<p>正文</p>")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["OEBPS/book.opf"] = parts["OEBPS/book.opf"].replace(b"t/0.xhtml", b"../../../../etc/passwd")
    assert "root:" not in outcome("a.epub", archive(parts))
    parts["OEBPS/book.opf"] = parts["OEBPS/book.opf"].replace(b"../../../../etc/passwd", b"/etc/passwd")
    assert "root:" not in outcome("a.epub", archive(parts))


@pytest.mark.parametrize("kind", [*PACKAGES, "pdf"])
def test_what_is_cut_off_or_flipped_ends_with_a_reason_or_a_text(kind: str):
    whole = {
        "docx": docx(paragraph("正文")),
        "pptx": pptx(("题", ["正文"], "注")),
        "odt": opendocument("<text:p>正文</text:p>"),
        "ods": opendocument("<table:table><table:table-row/></table:table>"),
        "odp": opendocument("<draw:page/>"),
        "epub": epub("<p>正文</p>"),
        "xlsx": archive({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"}),
        "pdf": pdf([(72.0, 700.0, 12.0, "正文")]),
    }[kind]
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        outcome(f"a.{kind}", whole[:length])
        flipped = bytearray(whole)
        flipped[length] ^= 0x55
        outcome(f"a.{kind}", bytes(flipped))
    assert outcome(f"a.{kind}", b"").startswith("refused: ")
    assert outcome(f"a.{kind}", b"no such thing").startswith("refused: ")


def test_a_protected_document_is_named_as_such():
    assert "password" in outcome("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    held = bytearray(docx(paragraph("正文")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := held.find(mark, at + 1)) >= 0:
            held[at + offset] |= 1
    assert "password" in outcome("a.docx", bytes(held))


@pytest.mark.parametrize(
    "body",
    [
        "<w:p>" * 100_000,
        "<w:sdt>" * 250 + paragraph("深处") + "</w:sdt>" * 250,
        "<w:tbl><w:tr><w:tc>" * 60 + paragraph("深处") + "</w:tc></w:tr></w:tbl>" * 60,
        "<w:p/>" * 100_000,
        paragraph("字" * 1_000_000),
    ],
)
def test_deep_and_long_xml_ends_soon(body: str):
    started = time.process_time()
    outcome("a.docx", docx(body))
    assert time.process_time() - started < 60  # a hang, not a speed


def test_a_sheet_that_claims_a_million_rows_is_read_for_what_it_holds():
    huge = (
        '<table:table-cell table:number-columns-repeated="999999999"><text:p>甲</text:p></table:table-cell>'
    )
    row = f'<table:table-row table:number-rows-repeated="999999999999">{huge}</table:table-row>'
    assert outcome("a.ods", opendocument(f"<table:table>{row * 3}</table:table>")) == "甲\n甲\n甲"


def test_every_format_names_what_to_install_where_its_library_is_missing():
    code = (
        "import sys\n"
        "for name in ('lxml', 'openpyxl', 'pypdfium2'): sys.modules[name] = None\n"
        "from searchidx.readers import SUFFIXES, read\n"
        "from searchidx.errors import ReadError\n"
        "for suffix in sorted(SUFFIXES):\n"
        "    try: read('/c/a' + suffix, b'Subject: x\\n\\nabc\\n')\n"
        "    except ReadError as error: print(suffix, error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    named = {
        line.split()[0]
        for line in ran.stdout.splitlines()
        if line.endswith("pip install 'searchidx[documents]'")
    }
    assert {".docx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".xlsx", ".html", ".pdf"} <= named
    assert not {".md", ".csv", ".jsonl", ".py", ".srt", ".ass", ".eml"} & named
    assert named <= set(SUFFIXES)
