"""Every flag of every command, once: how it is spelled, what it takes, what it is for.

The Typer commands take their options from here, :mod:`searchidx._startup.quick` reads the common search by the same
values, and help is printed from them. Typer itself is imported only when a command is built.
"""

import re
from typing import Any

from searchidx._startup.dataclass import dataclass

WHAT = "What to find"
SHOWN = "How to show it"
WHERE = "Where to look"
WHICH = "Which files"
HOW = "How to read"

# What begins with a dash but no flag can: text of a query such as ``-广告`` or ``-"two words"``.
_NO_FLAG = re.compile(r"-[^-0-9A-Za-z?]")


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag.

    Attributes:
        name: The parameter of the command it sets.
        spellings: Short one first.
        help: What it does, in a sentence without a full stop.
        panel: The group of help it stands in.
        takes: What its value is called in help; empty for a switch.
    """

    name: str
    spellings: tuple[str, ...]
    help: str
    panel: str
    takes: str = ""


LITERAL = Flag("literal", ("-F", "--literal"), "Take the query as it stands, signs and spaces included", WHAT)
PINYIN = Flag("pinyin", ("--pinyin",), "Take words in Latin letters as pinyin: chongqing, cq", WHAT)
EXACT = Flag("exact", ("--exact",), "Fold nothing: find only the very characters you type", WHAT)
UNDER = Flag("under", ("--under",), "Only documents at or below this path", WHAT, "PATH")
LIMIT = Flag("limit", ("-n", "--limit"), "Show at most N hits; 0 shows all (usually 10)", SHOWN, "N")
OFFSET = Flag("offset", ("--offset",), "Leave out the first N hits", SHOWN, "N")
FILES = Flag("files", ("-l", "--files"), "Show only the documents that match, best first", SHOWN)
COUNT = Flag(
    "count",
    ("-c", "--count"),
    "Show only how many paragraphs match; with -l, how many of each document",
    SHOWN,
)
SORT = Flag(
    "sort", ("--sort",), "Inside each kind of match by score, path or date (newest first)", SHOWN, "BY"
)
GROUP = Flag(
    "group", ("--group",), "document shows the best paragraph of each, and how many more match", SHOWN, "BY"
)
DISTINCT = Flag(
    "distinct", ("--distinct",), "Show near-identical paragraphs once, and how many there are", SHOWN
)
AFTER = Flag("after", ("-A", "--after"), "Show N paragraphs after each hit", SHOWN, "N")
BEFORE = Flag("before", ("-B", "--before"), "Show N paragraphs before each hit", SHOWN, "N")
CONTEXT = Flag("context", ("-C", "--context"), "Show N paragraphs before and after each hit", SHOWN, "N")
FACET = Flag(
    "facet",
    ("--facet",),
    "Count all matching paragraphs instead, by type, path (the folder), heading, date (the year), month or day; "
    "several with commas",
    SHOWN,
    "BY",
)
JSON = Flag("as_json", ("--json",), "JSON Lines, for programs", SHOWN)
COLOR = Flag("color", ("--color",), "auto (on a terminal), always or never", SHOWN, "WHEN")
WIDTH = Flag("width", ("--width",), "Lay out for N columns instead of those of the terminal", SHOWN, "N")
INDEX = Flag(
    "index", ("--index",), "The index to use, instead of the nearest .searchidx or your own", WHERE, "DIR"
)
WORDS = Flag("words", ("--words",), "Words of your own, instead of those of searchidx dict", HOW, "FILE")
SYNONYMS = Flag("synonyms", ("--synonyms",), "Words that count as one another: 医院, 卫生院", HOW, "FILE")
STOP_WORDS = Flag(
    "stop_words", ("--stop-words",), "Words that a query does without, beside the usual ones", HOW, "FILE"
)
FREQUENCY = Flag("frequency", ("--frequency",), "How often the words occur; 0 says they are none", HOW, "N")
KIND = Flag("kind", ("--kind",), "Their part of speech, as jieba names it: n, nr, ns, nt, nz", HOW, "KIND")
ENCODING = Flag(
    "encoding", ("--encoding",), "Decode every document as this instead of detecting it", HOW, "NAME"
)
PROCESSES = Flag("processes", ("-j", "--processes"), "Use N worker processes", HOW, "N")
HIDDEN = Flag("hidden", ("--hidden",), "Take hidden files and folders too", WHICH)
NO_IGNORE = Flag(
    "no_ignore",
    ("--no-ignore",),
    "Pass over .gitignore and the like, and take what is usually left out",
    WHICH,
)
FOLLOW = Flag("follow", ("-L", "--follow"), "Follow symbolic links", WHICH)
GLOB = Flag(
    "globs",
    ("-g", "--glob"),
    "Take only files like this, or with ! none like it; may be repeated",
    WHICH,
    "GLOB",
)
TYPE = Flag("types", ("-t", "--type"), "Take only files of this type; may be repeated", WHICH, "TYPE")
AS_USUAL = Flag("as_usual", ("--as-usual",), "Forget how PATH was walked before", WHICH)
DROP_ABSENT = Flag(
    "drop_absent",
    ("--drop-absent",),
    "Remove the documents of folders that are missing, unreadable or empty",
    WHICH,
)
FILES_FROM = Flag(
    "files_from",
    ("--files-from",),
    "Index the paths in FILE (- is standard input), a line or a NUL each",
    WHICH,
    "FILE",
)
NAME = Flag(
    "name",
    ("--name",),
    "What the document on standard input is called; the suffix is its format",
    HOW,
    "NAME",
)
QUERIES = Flag("queries", ("--queries",), "Queries: JSON Lines with id and text", WHAT, "FILE")
QRELS = Flag("qrels", ("--qrels",), "Judgements: query, paragraph and gain a line", WHAT, "FILE")
SAVE = Flag("save", ("--save",), "Save this search; searchidx search @NAME repeats it", WHAT, "NAME")
SEARCHES = Flag("limit", ("-n", "--limit"), "Show at most N searches; 0 shows all (usually 10)", SHOWN, "N")
FIELD = Flag(
    "field", ("--field",), "Of this field: words, forms, headings, characters or bigrams", WHAT, "NAME"
)
TERMS = Flag("limit", ("-n", "--limit"), "Show at most N terms; 0 shows all (usually 10)", SHOWN, "N")
AT = Flag("at", ("--path",), "Say why this paragraph does or does not match", WHAT, "PATH:LINE")
REPAIR = Flag("repair", ("--repair",), "Read again from the sources what is damaged", HOW)

OWN = (WORDS, SYNONYMS, STOP_WORDS)
"""The flags that name what the user has added to the language."""

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
"""The flags of ``search``, in the order of its help."""


def option(flag: Flag) -> Any:
    """Make the Typer option of a flag."""
    import typer

    return typer.Option(
        *flag.spellings,
        help=flag.help,
        metavar=flag.takes or None,
        rich_help_panel=flag.panel,
        show_default=False,
    )


def argument(metavar: str, text: str) -> Any:
    """Make the Typer argument that is shown as ``metavar``."""
    import typer

    return typer.Argument(metavar=metavar, help=text, show_default=False)


def is_text(word: str) -> bool:
    """Tell whether a word of the command line can't be a flag, whatever follows."""
    return not word.startswith("-") or word == "-" or _NO_FLAG.match(word) is not None
