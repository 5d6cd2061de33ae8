"""Table of formats: one row per reader, from which everything that depends on the format of a file is derived.

A new format is a module with a reader function and a row here; ``docs/readers.md`` shows the rows (``make docs``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

COMMON_REVISION = 0
"""Added to the revision of every format: raise it when code that all readers share (paragraphs, encodings, dates) returns
other text for the same bytes."""

_SOURCE_CODE = """
    .py .pyi .js .mjs .cjs .jsx .ts .tsx .vue .svelte .c .h .cc .cpp .cxx .hpp .hh .cs .java .kt .kts .scala
    .go .rs .swift .m .mm .rb .php .pl .pm .lua .r .jl .hs .ml .clj .ex .exs .erl .dart .groovy .gradle .sql .sh
    .bash .zsh .fish .ps1 .bat .cmd .vim .el .lisp .asm .s .css .scss .sass .less .json5 .yaml .yml .toml
    .ini .cfg .conf .properties .env .cmake .mk .dockerfile .proto .graphql .tf .diff .patch
    .po .strings .arb
"""
_XML = """
    .xml .xsl .xsd .svg .plist .xlf .xliff .tmx .resx .rss .atom .opml .kml .gpx .wsdl .xaml .dita .dbk .ttml
"""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format and its reader.

    Attributes:
        name: Name of the format, as ``--type`` takes it.
        title: Name for a person.
        suffixes: File name suffixes in lower case, each with its dot; a suffix belongs to one format.
        module: Module below ``searchidx.readers``.
        function: Reader function of the module.
        revision: Raise it by one with each change that makes the reader return other text, lines or fields for the same
            bytes: documents read by an older revision are read again by the next run.
        takes_text: The reader takes decoded text; otherwise it takes bytes.
        is_decoded: Its bytes are in an encoding that a user may know better; otherwise the format states its own.
        is_safe_in_parent: No library is involved, and time and memory are linear in the size of the file, so that it may
            be read without a worker process.
        libraries: Top-level modules that the extra ``documents`` installs for it.
        embeds: Names of formats whose readers read parts of it; a new revision of one of them is one of this format too.
        declaring_suffixes: Those of its suffixes whose files declare their encoding, as HTML does.
        aliases: Other names that ``--type`` takes.
        page: Meaning of ``page`` in its paragraphs, or the empty string.
        line: Meaning of ``line``.
        note: Reason for its parser or library.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    module: str
    function: str
    revision: int = 1
    takes_text: bool = False
    is_decoded: bool = False
    is_safe_in_parent: bool = False
    libraries: tuple[str, ...] = ()
    embeds: tuple[str, ...] = ()
    declaring_suffixes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    page: str = ""
    line: str = "line"
    note: str = "own"


def _suffixes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROWS = (
    Format(
        "text",
        "text; also files without a suffix or with one that no row has",
        _suffixes(".txt .text .log .rst .org .tex .adoc .asc"),
        "plain",
        "read_text",
        revision=3,
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        aliases=("txt",),
        page="page, if form feeds divide it",
    ),
    Format(
        "code",
        "source code, configuration, XML",
        _suffixes(_SOURCE_CODE + _XML),
        "plain",
        "read_code",
        revision=2,
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        declaring_suffixes=_suffixes(_XML),
        note="own; plain text and no more",
    ),
    Format(
        "markdown",
        "Markdown",
        _suffixes(".md .markdown .mdown .mkd .mdx"),
        "markdown",
        "read_markdown",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        aliases=("md",),
        note="own: one pass with true lines, several times as fast as a full parser",
    ),
    Format(
        "jsonl",
        "JSON Lines",
        _suffixes(".jsonl .ndjson"),
        "records",
        "read_jsonl",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        note="Python's `json`",
    ),
    Format(
        "json",
        "JSON",
        (".json",),
        "records",
        "read_json",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        revision=2,
        note="Python's `json`",
    ),
    Format(
        "csv",
        "tables as text",
        _suffixes(".csv .tsv"),
        "records",
        "read_csv",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        note="Python's `csv`",
    ),
    Format(
        "srt",
        "subtitles",
        _suffixes(".srt .vtt .sbv"),
        "subtitles",
        "read_srt",
        takes_text=True,
        is_decoded=True,
        line="line; the time is the heading",
        note="own: little more than lines, and those are wanted true",
    ),
    Format(
        "lrc",
        "lyrics",
        (".lrc",),
        "subtitles",
        "read_lrc",
        takes_text=True,
        is_decoded=True,
        line="line; the time is the heading",
    ),
    Format(
        "ass",
        "Advanced SubStation subtitles",
        _suffixes(".ass .ssa"),
        "substation",
        "read_ass",
        takes_text=True,
        is_decoded=True,
        line="line; the time is the heading",
    ),
    Format(
        "html",
        "HTML",
        _suffixes(".html .htm .xhtml .shtml"),
        "html",
        "read_html",
        is_decoded=True,
        libraries=("lxml",),
        line="line of the source",
        note="lxml (BSD): libxml2 takes what browsers take, is fast, knows lines",
    ),
    Format(
        "ipynb",
        "Jupyter notebooks",
        (".ipynb",),
        "notebooks",
        "read_ipynb",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        aliases=("notebook",),
        embeds=("markdown",),
        note="own: the strings of the cells with their lines; Markdown cells by the Markdown reader",
    ),
    Format(
        "vcf",
        "address books (vCard)",
        (".vcf", ".vcard"),
        "cards",
        "read_vcf",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        aliases=("vcard",),
        note="own: little more than lines",
    ),
    Format(
        "ics",
        "calendars (iCalendar)",
        (".ics", ".ical"),
        "cards",
        "read_ics",
        takes_text=True,
        is_decoded=True,
        is_safe_in_parent=True,
        aliases=("calendar",),
        note="own: little more than lines",
    ),
    Format(
        "enex",
        "notes of Evernote",
        (".enex",),
        "evernote",
        "read_enex",
        takes_text=True,
        is_decoded=True,
        libraries=("lxml",),
        embeds=("html",),
        declaring_suffixes=(".enex",),
        page="note",
        line="line of the source",
        note="the HTML reader",
    ),
    Format(
        "pdf",
        "PDF",
        (".pdf",),
        "pdf",
        "read_pdf",
        revision=2,
        libraries=("pypdfium2",),
        page="page",
        line="line of the document as read",
        note="pypdfium2 (BSD/Apache): the engine of Chrome, Chinese encodings built in, boxes of every character",
    ),
    Format(
        "docx",
        "Word",
        _suffixes(".docx .docm .dotx"),
        "word",
        "read_docx",
        libraries=("lxml",),
        aliases=("word",),
        page="page, where Word left its layout",
        line="paragraph",
        note="lxml on the parts themselves: object-model libraries pass over content controls, text boxes and insertions",
    ),
    Format(
        "pptx",
        "PowerPoint",
        _suffixes(".pptx .pptm .ppsx .potx"),
        "slides",
        "read_pptx",
        libraries=("lxml",),
        aliases=("powerpoint",),
        page="slide",
        line="paragraph on it",
        note="lxml, likewise",
    ),
    Format(
        "xlsx",
        "Excel",
        _suffixes(".xlsx .xlsm .xltx"),
        "sheets",
        "read_xlsx",
        libraries=("lxml", "openpyxl"),
        aliases=("excel",),
        page="sheet",
        line="row",
        note="openpyxl (MIT), streaming: it knows number formats and dates",
        revision=2,
    ),
    Format(
        "odt",
        "OpenDocument text",
        _suffixes(".odt .ott"),
        "opendocument",
        "read_odt",
        libraries=("lxml",),
        line="paragraph",
        note="lxml",
    ),
    Format(
        "ods",
        "OpenDocument spreadsheet",
        _suffixes(".ods .ots"),
        "opendocument",
        "read_ods",
        libraries=("lxml",),
        page="sheet",
        line="row",
        note="lxml",
    ),
    Format(
        "odp",
        "OpenDocument presentation",
        _suffixes(".odp .otp"),
        "opendocument",
        "read_odp",
        libraries=("lxml",),
        page="slide",
        line="paragraph on it",
        note="lxml",
    ),
    Format(
        "epub",
        "EPUB",
        (".epub",),
        "epub",
        "read_epub",
        is_decoded=True,
        libraries=("lxml",),
        embeds=("html",),
        page="chapter",
        line="line of its source",
        note="lxml, the HTML reader",
    ),
    Format(
        "eml",
        "mail, saved web pages",
        _suffixes(".eml .emlx .mht .mhtml"),
        "mail",
        "read_eml",
        is_decoded=True,
        embeds=(
            "text",
            "code",
            "markdown",
            "jsonl",
            "json",
            "csv",
            "html",
            "srt",
            "lrc",
            "ass",
            "ipynb",
            "vcf",
            "ics",
            "enex",
        ),
        aliases=("mail",),
        revision=2,
        line="line as shown",
        note="Python's `email`; headers by our own decoder, because the library decodes each encoded word alone and "
        "`gb2312` to the letter",
    ),
    Format(
        "mbox",
        "mailbox",
        (".mbox",),
        "mail",
        "read_mbox",
        is_decoded=True,
        embeds=("eml",),
        page="message",
        line="line as shown",
        note="likewise",
    ),
    Format(
        "legacy",
        "old Office formats: refused, unless another format is behind the name",
        _suffixes(".doc .dot .wps .wpt .rtf .xls .xlt .et .ppt .pps .pot .dps"),
        "legacy",
        "read_legacy",
        is_decoded=True,
        embeds=("text", "html", "eml", "pdf", "docx", "xlsx", "pptx"),
        note="no well-kept library reads them; LibreOffice converts whole folders",
    ),
)

FORMATS: Mapping[str, Format] = {row.name: row for row in _ROWS}
"""Formats by name."""
SUFFIXES: Mapping[str, Format] = {suffix: row for row in _ROWS for suffix in row.suffixes}
"""Formats by file name suffix."""
ALIASES: Mapping[str, Format] = {alias: row for row in _ROWS for alias in (row.name, *row.aliases)}
"""Formats by every name that ``--type`` takes."""
PLAIN_TEXT = FORMATS["text"]


def format_of(path: str) -> Format:
    """Return the format of a file by its suffix; plain text where no format has it."""
    return SUFFIXES.get(suffix_of(path), PLAIN_TEXT)


def revision_of(path: str) -> int:
    """Return the revision of the code that reads a file, embedded formats included; it only ever rises."""
    return COMMON_REVISION + _revision(format_of(path))


def _revision(row: Format) -> int:
    return row.revision + sum(_revision(FORMATS[name]) - 1 for name in row.embeds)


def suffix_of(path: str) -> str:
    """Return the suffix of a file name in lower case, with its dot, or the empty string."""
    name = path[path.rfind("/") + 1 :].lower()
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""
