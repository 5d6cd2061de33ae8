"""Bytes to :class:`~searchidx.document.Document`: the encoding first, then one module per format.

The format is the file's suffix; a file with none, or with one nobody here knows, is read as text if it is text.
Each format's module is imported when the first such file is met, so a run pays only for what it reads. A file
that can't be read raises :class:`~searchidx.errors.ReadError` with the reason, in words for a person; nothing
here opens files, walks folders or knows of an index.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from searchidx.document import Document
from searchidx.errors import MISSING_LIBRARY, MissingLibraryError, ReadError
from searchidx.readers.encodings import declared_in, decode

_CODE = """
    .py .pyi .ipynb .js .mjs .cjs .jsx .ts .tsx .vue .svelte .c .h .cc .cpp .cxx .hpp .hh .cs .java .kt .kts .scala
    .go .rs .swift .m .mm .rb .php .pl .pm .lua .r .jl .hs .ml .clj .ex .exs .erl .dart .groovy .gradle .sql .sh
    .bash .zsh .fish .ps1 .bat .cmd .vim .el .lisp .asm .s .css .scss .sass .less .json5 .yaml .yml .toml
    .ini .cfg .conf .properties .env .cmake .mk .dockerfile .proto .graphql .tf .diff .patch .xml .xsl .xsd .svg
    .plist
"""
_OLD = ".doc .dot .wps .wpt .rtf .xls .xlt .et .ppt .pps .pot .dps"

# Suffix: module below this package, function, whether it takes text (else bytes).
_READERS: dict[str, tuple[str, str, bool]] = {
    **dict.fromkeys(_CODE.split(), ("plain", "read_code", True)),
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), ("markdown", "read_markdown", True)),
    **dict.fromkeys((".jsonl", ".ndjson"), ("records", "read_jsonl", True)),
    ".json": ("records", "read_json", True),
    **dict.fromkeys((".csv", ".tsv"), ("records", "read_csv", True)),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), ("html", "read_html", False)),
    **dict.fromkeys((".docx", ".docm", ".dotx"), ("word", "read_docx", False)),
    ".pdf": ("pdf", "read_pdf", False),
    ".epub": ("epub", "read_epub", False),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), ("sheets", "read_xlsx", False)),
    **dict.fromkeys((".eml", ".emlx", ".mht", ".mhtml"), ("mail", "read_eml", False)),
    ".mbox": ("mail", "read_mbox", False),
    **dict.fromkeys((".srt", ".vtt", ".sbv"), ("subtitles", "read_srt", True)),
    ".lrc": ("subtitles", "read_lrc", True),
    **dict.fromkeys((".ass", ".ssa"), ("substation", "read_ass", True)),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), ("slides", "read_pptx", False)),
    **dict.fromkeys((".odt", ".ott"), ("opendocument", "read_odt", False)),
    **dict.fromkeys((".ods", ".ots"), ("opendocument", "read_ods", False)),
    **dict.fromkeys((".odp", ".otp"), ("opendocument", "read_odp", False)),
    **dict.fromkeys(_OLD.split(), ("legacy", "read_legacy", False)),
}
_DECLARING = frozenset((".xml", ".xsl", ".xsd", ".svg", ".plist"))
"""Suffixes of text that says its own encoding, as HTML does."""
_DECODED = frozenset(
    ("plain", "markdown", "records", "html", "epub", "mail", "subtitles", "substation", "legacy")
)
"""Modules that read bytes whose encoding a user may know; all others say their own."""
_ANY_TEXT = ("plain", "read_text", True)
_INSTALL = MISSING_LIBRARY.rpartition(": ")[2]

SUFFIXES: Mapping[str, str] = {suffix: module for suffix, (module, _, _) in _READERS.items()}
"""Every suffix with a reader of its own."""


def _formats() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for suffix, (_, function, _) in _READERS.items():
        name = function.removeprefix("read_")
        found[name] = (*found.get(name, ()), suffix)
    return found


FORMATS = _formats()
"""The suffixes of every format: ``markdown``, ``docx``, ``code`` and so on."""


def read(path: str, data: bytes, *, encoding: str | None = None, declared: str | None = None) -> Document:
    """Read a file.

    Args:
        path: Absolute path; only its suffix is looked at.
        data: All of the file's bytes.
        encoding: How to decode it, where the user knows better.
        declared: Encoding by the label of what contained it; believed where it fits.

    Raises:
        ContentError: It is binary or encrypted.
        MissingLibraryError: Its format's library isn't installed.
        ReadError: It is damaged beyond reading.
    """
    suffix = _suffix(path)
    module, function, takes_text = _READERS.get(suffix, _ANY_TEXT)
    reader = load(module, function, suffix)
    document: Document
    if takes_text:
        declared = declared_in(data) if suffix in _DECLARING else declared
        document = reader(path, decode(data, declared=declared, encoding=encoding))
    else:
        document = reader(path, data, encoding)
    if data and not document.paragraphs and not document.notes:
        return replace(document, notes=("no text in it",))
    return document


def is_text_format(suffix: str) -> bool:
    """Return true for the suffix of a registered format whose files are plain text."""
    return suffix in _READERS and _READERS[suffix][2]


def is_decoded(path: str) -> bool:
    """Tell whether it matters to a file which encoding it is said to be in."""
    return _READERS.get(_suffix(path), _ANY_TEXT)[0] in _DECODED


def load(module: str, function: str, what: str) -> Any:
    """Import a reader's function; ``what`` names the files that need it.

    Raises:
        MissingLibraryError: Its library isn't installed; the message is the line that installs it.
    """
    try:
        return getattr(import_module(f"searchidx.readers.{module}"), function)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("searchidx"):
            raise
        raise MissingLibraryError(what, error.name.partition(".")[0]) from error


def may_be_read_now(reason: str) -> bool:
    """Tell whether a file that could not be read for this reason wanted a library that has been installed since."""
    wanted, _, missing = reason.partition(f": {_INSTALL}")[0].rpartition(" files need ")
    return bool(wanted) and _INSTALL in reason and missing.isidentifier() and find_spec(missing) is not None


def _suffix(path: str) -> str:
    name = path[path.rfind("/") + 1 :].lower()
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


__all__ = ["FORMATS", "SUFFIXES", "Document", "ReadError", "is_decoded", "may_be_read_now", "read"]
