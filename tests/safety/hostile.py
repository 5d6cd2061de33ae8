"""Files as a stranger would make them, to be written beside good ones."""

import io
import os
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.documents import archive, docx, opendocument, paragraph

PACKAGES = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
    "epub": "META-INF/container.xml",
}
SECRET = "此处是秘密内容"


def squeezed(name: str, megabytes: int) -> bytes:
    """An archive of one member that unfolds to so many megabytes."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open(name, "w") as part,
    ):
        for _ in range(megabytes):
            part.write(b" " * (1 << 20))
    return made.getvalue()


def overlapping(name: str) -> bytes:
    """An archive whose members are all the same bytes: little of it, and each unfolds again."""
    whole = bytearray(squeezed(name, 8))
    at = whole.index(b"PK\x01\x02")
    entry, end = bytes(whole[at : whole.index(b"PK\x05\x06")]), bytearray(whole[whole.index(b"PK\x05\x06") :])
    count = 2_000
    end[8:12] = struct.pack("<HH", count, count)
    end[12:16] = struct.pack("<L", len(entry) * count)
    return bytes(whole[:at]) + entry * count + bytes(end)


def with_members(members: dict[str, bytes], links: dict[str, str]) -> bytes:
    """An archive with members that lead out of it, by their names or as symbolic links."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
        for name, target in links.items():
            link = zipfile.ZipInfo(name)
            link.external_attr = 0o120777 << 16
            package.writestr(link, target)
    return made.getvalue()


def laughs(root: str) -> str:
    """XML whose entities unfold to gigabytes."""
    rows = [
        "<!ENTITY e0 '哈哈哈哈哈哈哈哈哈哈'>",
        *(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10)),
    ]
    return f"<?xml version='1.0'?><!DOCTYPE {root} [{''.join(rows)}]><{root}>&e9;</{root}>"


def outside(root: str, secret: Path) -> str:
    """XML that would read a file that is none of its business, and one from the network."""
    entities = f"<!ENTITY s SYSTEM 'file://{secret}'><!ENTITY n SYSTEM 'http://127.0.0.1:9/x'>"
    return f"<?xml version='1.0'?><!DOCTYPE {root} [{entities}]><{root}>&s;&n;</{root}>"


def declaring(package: bytes, part: str, declared: str) -> bytes:
    """A real document with entities declared before the root of one of its parts."""
    with zipfile.ZipFile(io.BytesIO(package)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    text = parts[part].decode()
    root = re.search(r"<([\w:-]+)[ >]", text)
    assert root
    return archive({**parts, part: f"<!DOCTYPE {root[1]} [{declared}]>{text[root.start() :]}"})


def pdf(*objects: bytes, trailer: bytes = b"<< /Root 1 0 R /Size 99 >>") -> bytes:
    """A PDF file of these objects, numbered from 1."""
    out, starts = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    return bytes(out + b"trailer %s\nstartxref\n%d\n%%%%EOF\n" % (trailer, at))


def pdf_page(stream: bytes, *filters: bytes) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>"
    head = b"<< /Length %d /Filter [%s] >>\nstream\n" % (len(stream), b" ".join(filters))
    return pdf(catalog, pages, page, head + stream + b"\nendstream")


def bombed(megabytes: int, layers: int = 1) -> bytes:
    packed = zlib.compress(b" " * (megabytes << 20), 9)
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    return packed


def documents(secret: Path, *, large: bool) -> dict[str, bytes]:
    """Hostile files by name; ``large`` makes the largest of them ten times as large."""
    size = 10 if large else 1
    megabyte = 1 << 20
    files: dict[str, bytes] = {}
    for suffix, part in PACKAGES.items():
        files[f"bomb.{suffix}"] = squeezed(part, (200 if suffix == "docx" else 40) * size)
        files[f"overlapping.{suffix}"] = overlapping(part)
        files[f"laughs.{suffix}"] = archive({part: laughs("x")})
        files[f"outside.{suffix}"] = archive({part: outside("x", secret)})
        files[f"deep.{suffix}"] = archive({part: "<a>" * 100_000 + "</a>" * 100_000})
        files[f"cut.{suffix}"] = squeezed(part, 1)[:-30]
        files[f"noise.{suffix}"] = b"PK\x03\x04" + random.Random(suffix).randbytes(4_000)
        files[f"empty.{suffix}"] = b""
        escaping = {
            "../../outside.txt": b"x",
            "/tmp/outside.txt": b"x",
            part: b"<x/>",
            "C:\\outside.txt": b"x",
        }
        files[f"escaping.{suffix}"] = with_members(
            escaping, {"link": str(secret), "word/link.xml": "/etc/passwd"}
        )
    reading = f"<!ENTITY s SYSTEM 'file://{secret}'>"
    files["reads a file.docx"] = declaring(docx(paragraph("这里&s;那里")), "word/document.xml", reading)
    files["reads a file.odt"] = declaring(
        opendocument("<text:p>这里&s;那里</text:p>"), "content.xml", reading
    )
    unfolding = "".join([f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10)])
    unfolding = "<!ENTITY e0 '哈哈哈哈哈哈哈哈哈哈'>" + unfolding
    files["unfolds.docx"] = declaring(docx(paragraph("这里&e9;那里")), "word/document.xml", unfolding)
    files["nested.docx"] = archive(
        {"word/document.xml": squeezed("word/document.xml", 20), "a.zip": overlapping("a")}
    )
    files["many.docx"] = archive({f"{number}.xml": "" for number in range(30_000)})
    files["bomb.pdf"] = pdf_page(bombed(200 * size), b"/FlateDecode")
    files["layers.pdf"] = pdf_page(bombed(200 * size, 3), *[b"/FlateDecode"] * 3)
    files["loop.pdf"] = pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 999999 >>"
    )
    files["itself.pdf"] = pdf(b"1 0 R", b"2 0 R", trailer=b"<< /Root 1 0 R /Size 3 /Prev 9 >>")
    files["deep.pdf"] = pdf(b"<< /Type /Catalog /Pages " + b"[" * 50_000 + b"]" * 50_000 + b" >>")
    files["noise.pdf"] = b"%PDF-1.7\n" + random.Random(1).randbytes(50_000)
    files["cut.pdf"] = pdf_page(bombed(1), b"/FlateDecode")[:300]
    files["laughs.svg"] = laughs("svg").encode()
    files["outside.xml"] = outside("x", secret).encode()
    files["laughs.html"] = laughs("html").encode()
    files["outside.xhtml"] = outside("html", secret).encode()
    files["deep.html"] = b"<div>" * 300_000
    files["deep table.html"] = b"<table><tr><td>" * 60_000
    files["attributes.html"] = b"<p " + b"a='1' " * 200_000 + b">x</p>"
    files["unclosed.html"] = b"<!--" * 200_000 + b"<script>" * 50_000 + b"<" * 500_000
    files["entities.html"] = b"<p>" + b"&amp" * 300_000 + b"&#x110000;&#0;&#xd800;</p>"
    files["deep.eml"] = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
        for number in range(3_000)
    )
    files["letters.eml"] = b"Content-Type: message/rfc822\n\n" * 5_000
    files["header.eml"] = b"Subject: " + b"=?utf-8?b?" * 200_000 + b"\n\nx"
    files["words.eml"] = b"Subject: " + b"=?gb2312?B?yw==?= =?x?Q?=" * 100_000 + b"\n\nx"
    files["names.eml"] = b"Content-Disposition: x" + b"; filename*1*=%41" * 100_000 + b"\n\nx"
    files["ruby.html"] = b"<ruby>a<rt>b<rp>(" * 100_000
    files["countdown.html"] = b"<ol reversed><li>" * 200 + b"<li>x" * 100_000
    files["bomb.eml"] = (
        b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + b"PGRpdj4=" * 300_000
    )
    files["many.mbox"] = b"From a@b Thu Jan  1 00:00:00 2023\n\nx\n\n" * 30_000
    files["cues.srt"] = b"1\n00:00:00,000 --> 99:99:99,999\n\n" * 50_000
    files["styles.ass"] = b"[Events]\n" + b"Dialogue: " + b"{\\" * 500_000
    files["line.txt"] = "一行没有尽头".encode() * (300_000 * size)
    files["letters.txt"] = b"a" * (4 * megabyte)
    files["nul.txt"] = bytes(megabyte)
    files["some nul.txt"] = b"text\0with\0nul " * 50_000
    files["newlines.txt"] = b"\n" * (4 * megabyte)
    files["tiny.txt"] = b"a\n\n" * (100_000 * size)
    files["brackets.md"] = b"[" * 300_000 + b"(" * 300_000
    files["stars.md"] = b"*_`~" * 150_000
    files["quotes.md"] = b">" * 200_000 + b" x"
    files["list.md"] = b"".join(b" " * (number % 500) + b"- x\n" for number in range(20_000))
    files["fences.md"] = b"```\n" * 200_000
    files["yaml.md"] = (
        b"---\n"
        + b"".join(b"a%d: &a%d [*a%d,*a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 50))
        + b"---\nx"
    )
    files["table.md"] = b"|" * 300_000 + b"\n" + b"|-" * 150_000 + b"\n"
    files["deep.jsonl"] = b"[" * 500_000
    files["id.jsonl"] = (
        b'{"text":"x","id":"' + b"i" * (3 * megabyte) + b'","title":"' + b"t" * megabyte + b'"}'
    )
    files["numbers.jsonl"] = b"1e" + b"9" * 100_000 + b"\n" + b"9" * 500_000
    files["columns.csv"] = b"," * (2 * megabyte)
    files["quote.csv"] = b'"' + b"a,\n" * megabyte
    files["halves.txt"] = b"\xff\xfe" + b"\x00\xd8" * 100_000
    files["controls.txt"] = b"text \x1b]0;x\x07 \x9b31m " * 2_000 + "\u202e\u2066".encode() * 2_000
    files["zalgo.txt"] = ("a" + "\u0301" * 5_000).encode() * 20
    files["script.ipynb"] = b'{"cells":[' + b'{"source":[' * 50_000
    return files


def make_odd_names(folder: Path, secret: Path) -> list[Callable[[], None]]:
    """Things that are no files, and files whose names are what nobody expects."""
    loop = folder / "loop"
    loop.mkdir()

    def large(name: str, size: int) -> Callable[[], None]:
        def make() -> None:
            with open(folder / name, "wb") as file:
                file.truncate(size)

        return make

    return [
        lambda: os.mkfifo(folder / "pipe.txt"),
        lambda: (folder / "zero.txt").symlink_to("/dev/zero"),
        lambda: (folder / "secret.txt").symlink_to(secret),
        lambda: (loop / "again").symlink_to(folder),
        lambda: (folder / "itself.txt").symlink_to("itself.txt"),
        large("500 MB on one line.txt", 500 << 20),
        large("a terabyte.docx", 1 << 40),
        lambda: (folder / "new\nline \x1b[31m\u202e.txt").write_text("怪名里的正文", encoding="utf-8"),
        lambda: Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_bytes(
            "无名里的正文".encode()
        ),
        lambda: (folder / ("長" * 80 + ".txt")).write_text("长名里的正文", encoding="utf-8"),
    ]
