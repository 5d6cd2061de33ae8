"""A sample of every format: a file that shows the given texts, one paragraph each and in this order."""

import io
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap

from tests.documents import docx, epub, opendocument, paragraph, pdf, pptx

_PDF_COLUMN = 40
_PDF_LINES = 40


def _lines(head: str, row: str, tail: str = "") -> Callable[[Sequence[str]], bytes]:
    """Return a builder of a text file: a head, a row for each text, a tail; ``{}`` is the text, ``{n}`` its number."""

    def build(texts: Sequence[str]) -> bytes:
        rows = (row.replace("{}", text).replace("{n}", f"{n:02}") for n, text in enumerate(texts))
        return f"{head}{''.join(rows)}{tail}".encode()

    return build


def _jsonl(texts: Sequence[str]) -> bytes:
    return "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts).encode()


def _json(texts: Sequence[str]) -> bytes:
    return json.dumps([{"text": text} for text in texts], ensure_ascii=False, indent=1).encode()


def _ipynb(texts: Sequence[str]) -> bytes:
    cells = [
        {"cell_type": "code", "execution_count": n, "outputs": [], "source": [f"# {text}\n", "x = 1"]}
        if n % 2
        else {"cell_type": "markdown", "source": [text]}
        for n, text in enumerate(texts)
    ]
    return json.dumps({"cells": cells, "nbformat": 4}, ensure_ascii=False, indent=1).encode()


def _docx(texts: Sequence[str]) -> bytes:
    return docx("".join(map(paragraph, texts)))


def _pptx(texts: Sequence[str]) -> bytes:
    return pptx(*((text, [], "") for text in texts))


def _xlsx(texts: Sequence[str]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for text in texts:
        book.active.append([text])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _odt(texts: Sequence[str]) -> bytes:
    return opendocument("".join(f"<text:p>{text}</text:p>" for text in texts))


def _ods(texts: Sequence[str]) -> bytes:
    cells = (f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    rows = "".join(f"<table:table-row>{cell}</table:table-row>" for cell in cells)
    return opendocument(f"<table:table>{rows}</table:table>")


def _odp(texts: Sequence[str]) -> bytes:
    boxes = (
        f"<draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>" for text in texts
    )
    return opendocument("".join(f"<draw:page>{box}</draw:page>" for box in boxes))


def _epub(texts: Sequence[str]) -> bytes:
    return epub(*(f"<p>{text}</p>" for text in reversed(texts)))


def _pdf(texts: Sequence[str]) -> bytes:
    """Return a page for each text, further ones for what doesn't fit."""
    pages = []
    for text in texts:
        rows = wrap(text, _PDF_COLUMN)
        for start in range(0, len(rows), _PDF_LINES):
            part = rows[start : start + _PDF_LINES]
            pages.append([(72.0, 780.0 - 16 * n, 11.0, row) for n, row in enumerate(part)])
    return pdf(*pages)


def _eml(texts: Sequence[str]) -> bytes:
    body = b64encode("\n\n".join(texts).encode())
    head = b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    return head + b"Content-Transfer-Encoding: base64\n\n" + b"\n".join(_chunks(body, 76)) + b"\n"


def _mbox(texts: Sequence[str]) -> bytes:
    return b"\n".join(b"From a@example.org Mon Jan  1 00:00:00 2024\n" + _eml([text]) for text in texts)


def _chunks(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


_HTML = _lines("<!doctype html><meta charset=utf-8><body>\n", "<p>{}</p>\n", "</body>\n")
_ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)

SAMPLES: Mapping[str, Callable[[Sequence[str]], bytes]] = {
    "text": _lines("", "{}\n\n"),
    "code": _lines("", "# {}\nx = {n}\n\n"),
    "markdown": _lines("", "{}\n\n"),
    "ipynb": _ipynb,
    "vcf": _lines("", "BEGIN:VCARD\nVERSION:3.0\nFN:{n}\nNOTE:{}\nEND:VCARD\n"),
    "ics": _lines(
        "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\nSUMMARY:{n}\nDESCRIPTION:{}\nEND:VEVENT\n", "END:VCALENDAR\n"
    ),
    "enex": _lines(
        '<?xml version="1.0" encoding="UTF-8"?>\n<en-export>\n',
        "<note><title>{n}</title><content><![CDATA[<en-note>\n<div>{}</div></en-note>]]></content></note>\n",
        "</en-export>\n",
    ),
    "jsonl": _jsonl,
    "json": _json,
    "csv": _lines("text,备注\n", "{},\n"),
    "html": _HTML,
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "odt": _odt,
    "ods": _ods,
    "odp": _odp,
    "epub": _epub,
    "eml": _eml,
    "mbox": _mbox,
    "srt": _lines("", "{n}\n00:{n}:00,000 --> 00:{n}:01,000\n{}\n\n"),
    "lrc": _lines("", "[{n}:00.00]{}\n"),
    "ass": _lines(_ASS, "Dialogue: 0,0:{n}:00.00,0:{n}:01.00,Default,,0,0,0,,{}\n"),
    "legacy": _HTML,
    "memo": _lines("x\n", "{}\n"),
}
"""Builders by the name of the format."""
