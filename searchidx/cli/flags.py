"""Definitions of all flags: spellings, metavar, help text and panel, each in one place.

The Typer commands take their options from these definitions, :mod:`searchidx._startup.quick` parses a plain search with
them, and help and completion are made from them. Typer itself is imported only when a command is built.
"""

import re
from typing import Any

from searchidx._startup.dataclass import dataclass

QUERY = "Query"
OUTPUT = "Output"
LOCATION = "Index"
SELECTION = "File selection"
READING = "Reading and analysis"

# No flag starts like this, so the word is query text: ``-广告``, ``-"two words"``.
_QUERY_TEXT = re.compile(r"-[^-0-9A-Za-z?]")


@dataclass(frozen=True, slots=True)
class Flag:
    """Definition of a flag.

    Attributes:
        name: Parameter of the command.
        spellings: Short spelling first.
        help: Help text, a sentence without a full stop.
        panel: Title of its group on the help page.
        takes: Metavar of its value; empty for a switch.
    """

    name: str
    spellings: tuple[str, ...]
    help: str
    panel: str
    takes: str = ""


LITERAL = Flag("literal", ("-F", "--literal"), "Match the whole query as literal text, like grep -F", QUERY)
PINYIN = Flag("pinyin", ("--pinyin",), "Read Latin words of the query as pinyin: chongqing, cq", QUERY)
EXACT = Flag("exact", ("--exact",), "Match exact characters: no case, width or 简繁 folding", QUERY)
UNDER = Flag("under", ("--under",), "Search only documents at or below PATH", QUERY, "PATH")
LIMIT = Flag("limit", ("-n", "--limit"), "Show at most N hits (default 10; 0 for all)", OUTPUT, "N")
OFFSET = Flag("offset", ("--offset",), "Skip the first N hits", OUTPUT, "N")
FILES = Flag("files", ("-l", "--files"), "List matching documents instead of paragraphs, best first", OUTPUT)
COUNT = Flag(
    "count",
    ("-c", "--count"),
    "Print the number of matching paragraphs; with -l, per document",
    OUTPUT,
)
SORT = Flag(
    "sort", ("--sort",), "Sort by score, path or date (newest first) within each match tier", OUTPUT, "BY"
)
GROUP = Flag(
    "group",
    ("--group",),
    "Group hits; document keeps the best paragraph of each document and counts the others",
    OUTPUT,
    "BY",
)
DISTINCT = Flag(
    "distinct", ("--distinct",), "Collapse near-duplicate paragraphs into one hit and count them", OUTPUT
)
AFTER = Flag("after", ("-A", "--after"), "Show N paragraphs after each hit", OUTPUT, "N")
BEFORE = Flag("before", ("-B", "--before"), "Show N paragraphs before each hit", OUTPUT, "N")
CONTEXT = Flag("context", ("-C", "--context"), "Show N paragraphs before and after each hit", OUTPUT, "N")
FACET = Flag(
    "facet",
    ("--facet",),
    "Count matching paragraphs by type, path (folder), heading, date (year), month or day instead of listing them; "
    "separate several with commas",
    OUTPUT,
    "BY",
)
JSON = Flag("as_json", ("--json",), "Print JSON Lines", OUTPUT)
COLOR = Flag("color", ("--color",), "Color the output: auto (on a terminal), always or never", OUTPUT, "WHEN")
WIDTH = Flag("width", ("--width",), "Lay out for N columns instead of the terminal width", OUTPUT, "N")
INDEX = Flag(
    "index",
    ("--index",),
    "Use the index in DIR instead of the nearest .searchidx or your own",
    LOCATION,
    "DIR",
)
WORDS = Flag(
    "words",
    ("--words",),
    "Use the user dictionary in FILE instead of that of searchidx dict",
    READING,
    "FILE",
)
SYNONYMS = Flag(
    "synonyms", ("--synonyms",), "Use the synonyms in FILE, a line each: 医院, 卫生院", READING, "FILE"
)
STOP_WORDS = Flag(
    "stop_words",
    ("--stop-words",),
    "Ignore the words in FILE in queries, besides the built-in stop words",
    READING,
    "FILE",
)
FREQUENCY = Flag(
    "frequency",
    ("--frequency",),
    "Set the frequency of the words; 0 keeps them from being words",
    READING,
    "N",
)
KIND = Flag(
    "kind", ("--kind",), "Set their part of speech with a tag of jieba: n, nr, ns, nt, nz", READING, "KIND"
)
ENCODING = Flag(
    "encoding",
    ("--encoding",),
    "Decode every document with this encoding instead of detecting it",
    READING,
    "NAME",
)
PROCESSES = Flag("processes", ("-j", "--processes"), "Use N worker processes", READING, "N")
HIDDEN = Flag("hidden", ("--hidden",), "Include hidden files and folders", SELECTION)
NO_IGNORE = Flag(
    "no_ignore",
    ("--no-ignore",),
    "Don't respect ignore files or built-in exclusions",
    SELECTION,
)
FOLLOW = Flag("follow", ("-L", "--follow"), "Follow symbolic links", SELECTION)
GLOB = Flag(
    "globs",
    ("-g", "--glob"),
    "Include only files that match GLOB; !GLOB excludes them; repeatable",
    SELECTION,
    "GLOB",
)
TYPE = Flag(
    "types", ("-t", "--type"), "Include only files of this format or suffix; repeatable", SELECTION, "TYPE"
)
AS_USUAL = Flag(
    "as_usual", ("--as-usual",), "Reset the remembered walk options of PATH to the defaults", SELECTION
)
DROP_ABSENT = Flag(
    "drop_absent",
    ("--drop-absent",),
    "Remove documents whose root folder is missing, unreadable or empty",
    SELECTION,
)
REBUILD = Flag(
    "rebuild",
    ("--rebuild",),
    "Read every file again and renew the whole index; searches use the old one until the end",
    SELECTION,
)
FILES_FROM = Flag(
    "files_from",
    ("--files-from",),
    "Index the paths listed in FILE (- for standard input), separated by newlines or NUL",
    SELECTION,
    "FILE",
)
WHOOSH = Flag(
    "whoosh",
    ("--whoosh",),
    "Index the stored documents of the Whoosh index in DIR",
    SELECTION,
    "DIR",
)
WHOOSH_FIELDS = Flag(
    "whoosh_fields",
    ("--whoosh-fields",),
    "Stored fields with the text, separated by commas; default: all texts",
    SELECTION,
    "NAMES",
)
NAME = Flag(
    "name",
    ("--name",),
    "Name the document on standard input; its suffix sets the format",
    READING,
    "NAME",
)
QUERIES = Flag(
    "queries", ("--queries",), "Read the queries from FILE: JSON Lines with id and text", QUERY, "FILE"
)
QRELS = Flag(
    "qrels",
    ("--qrels",),
    "Read the relevance judgements from FILE: a query, paragraph and gain per line",
    QUERY,
    "FILE",
)
SAVE = Flag("save", ("--save",), "Save the search; searchidx search @NAME repeats it", QUERY, "NAME")
SEARCHES = Flag("limit", ("-n", "--limit"), "Show at most N searches (default 10; 0 for all)", OUTPUT, "N")
FIELD = Flag(
    "field",
    ("--field",),
    "List the terms of a field: words, forms, headings, characters or bigrams",
    QUERY,
    "NAME",
)
TERMS = Flag("limit", ("-n", "--limit"), "Show at most N terms (default 10; 0 for all)", OUTPUT, "N")
AT = Flag("location", ("--path",), "Explain why this paragraph matches or doesn't", QUERY, "PATH:LINE")
REPAIR = Flag("repair", ("--repair",), "Rebuild damaged documents from their source files", READING)

OWN = (WORDS, SYNONYMS, STOP_WORDS)
"""Flags that name analysis files of the user."""

SEARCH = (
    LITERAL,
    PINYIN,
    EXACT,
    UNDER,
    LIMIT,
    OFFSET,
    SORT,
    GROUP,
    DISTINCT,
    AFTER,
    BEFORE,
    CONTEXT,
    FACET,
    FILES,
    COUNT,
    JSON,
    COLOR,
    WIDTH,
    INDEX,
    SAVE,
    *OWN,
)
"""Flags of ``search``, in the order of its help page."""


def option(flag: Flag) -> Any:
    """Build the Typer option of a flag."""
    import typer

    return typer.Option(
        *flag.spellings,
        help=flag.help,
        metavar=flag.takes or None,
        rich_help_panel=flag.panel,
        show_default=False,
    )


def argument(metavar: str, text: str) -> Any:
    """Build a Typer argument with its metavar and help text."""
    import typer

    return typer.Argument(metavar=metavar, help=text, show_default=False)


def is_text(word: str) -> bool:
    """Return true if a word of the command line can't be a flag, whatever follows it."""
    return not word.startswith("-") or word == "-" or _QUERY_TEXT.match(word) is not None
