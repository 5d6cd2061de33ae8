"""Old Office formats (DOC, XLS, PPT, RTF and WPS Office's own): refused, unless another format is behind the name.

Programs export a page of HTML as ``.xls`` and a mail as ``.doc``, and people rename; that is read as what it is. What
really is in an old format is refused with what to do about it: no well-kept library reads these, while LibreOffice
turns a whole folder into formats that are read.
"""

import re
from dataclasses import replace

from searchidx.document import Document
from searchidx.errors import ContentError
from searchidx.messages import Message, message
from searchidx.readers.encodings import decode
from searchidx.readers.plain import read_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MODERN = {
    "doc": "docx",
    "dot": "docx",
    "wps": "docx",
    "wpt": "docx",
    "rtf": "docx",
    "xls": "xlsx",
    "xlt": "xlsx",
    "et": "xlsx",
    "ppt": "pptx",
    "pps": "pptx",
    "pot": "pptx",
    "dps": "pptx",
}
_PARTS = ((b"word/", ".docx"), (b"xl/", ".xlsx"), (b"ppt/", ".pptx"))
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(rb"(?:MIME-Version|From|Date|Message-ID|Content-Type):", re.IGNORECASE)


def read_legacy(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read what has the name of an old format, by what it is.

    Raises:
        ReadError: It is in the old format, or nothing that is read.
    """
    from searchidx.readers import read

    suffix = path.rpartition(".")[2].lower()
    if data.startswith(_OLE):
        raise ContentError(Message("password") if _ENCRYPTED in data else _old_format(suffix))
    if data.startswith(b"{\\rtf"):
        named = message("rich_text_named", suffix) if suffix != "rtf" else Message("rich_text")
        raise ContentError(named)
    actual = _actual(data)
    if actual:
        return replace(read(path + actual, data, encoding=encoding), path=path)
    return read_text(path, decode(data, encoding=encoding))


def _actual(data: bytes) -> str:
    """Return the suffix of the format that the bytes are in, or the empty string."""
    if data.startswith(b"PK\x03\x04"):
        return next((suffix for part, suffix in _PARTS if part in data), "")
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if _MARKUP.match(data, 0, 4096):
        return ".html"
    return ".eml" if _MAIL.match(data) else ""


def _old_format(suffix: str) -> Message:
    return message(f"old_{_MODERN.get(suffix, 'docx')}", suffix)
