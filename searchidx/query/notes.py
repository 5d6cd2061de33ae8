"""Notes on queries that are read differently from how they are written: all messages of this package.

Each is one line for a person. They are for showing only; nothing decides by them.
"""

from collections.abc import Iterable

from searchidx.errors import QueryError

_MOST_NOTES = 8
_LONGEST_EXTRACT = 40


class Notes:
    """Collection of distinct notes, up to a limit."""

    def __init__(self) -> None:
        """Create an empty collection."""
        self._notes: dict[str, None] = {}

    def add(self, note: str) -> None:
        """Add a note up to the limit."""
        if len(self._notes) < _MOST_NOTES:
            self._notes[note] = None

    def as_tuple(self) -> tuple[str, ...]:
        """Return the notes in the order of the query."""
        return tuple(self._notes)


def _extract(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_EXTRACT else line[: _LONGEST_EXTRACT - 1] + "…"


def unclosed_quote(text: str) -> str:
    """Return the note that a quoted string ends with the query."""
    return f"The quotation mark before {_extract(text)} is not closed; the quoted text ends with the query"


def empty_quotes() -> str:
    """Return the note that a quoted string is left out."""
    return "There is nothing between the quotation marks; they are left out"


def unclosed_bracket() -> str:
    """Return the note that a group ends with the query."""
    return "A bracket is not closed; it ends with the query"


def stray_bracket(bracket: str) -> str:
    """Return the note that a bracket is left out."""
    return f"The bracket {bracket} has no counterpart; it is left out"


def empty_brackets() -> str:
    """Return the note that a group is left out."""
    return "There is nothing between the brackets; they are left out"


def dangling_operator(operator: str) -> str:
    """Return the note that an operator is left out."""
    return f'{operator} has nothing to join; it is left out (to search for the word, write "{operator}")'


def signs_as_words(source: str) -> str:
    """Return the note that a query of operators and signs is searched as text."""
    return f"There is nothing here but operators and signs; {_extract(source)} is searched as it is written"


def lone_exclusion(source: str, word: str) -> str:
    """Return the note that an exclusion alone is searched as text."""
    return f"{_extract(source)} is searched as it is written (to list everything without {_extract(word)}, write NOT {_extract(word)})"


def only_exclusions() -> str:
    """Return the note that a query matches by what is absent."""
    return "The query says only what must not be there; everything else matches"


def no_value(prefix: str) -> str:
    """Return the note that a field's name is searched as text."""
    return (
        f"{prefix} is read as text because no value follows it directly (for a filter, write {prefix}VALUE)"
    )


def no_pinyin(value: str) -> str:
    """Return the note that what is no pinyin is searched as text."""
    return f"{_extract(value)} is no pinyin, which is letters only; it is read as text"


def not_near(text: str, texts: int, limit: int) -> str:
    """Return the note that a distance needs two texts, and not too many."""
    why = "There is only one text" if texts < 2 else f"There are more than {limit} texts"
    return f'{why} in "{_extract(text)}" to be near each other; the distance is left out'


def nothing_to_boost() -> str:
    """Return the note that a filter or exclusion counts nothing."""
    return "^ applies to what is looked for, not to a filter or an exclusion; it is left out"


def nearest_field(name: str, field: str) -> str:
    """Return the note that suggests the nearest field."""
    return f"{_extract(name)}: is read as text; did you mean {field}: ?"


def no_field(name: str, fields: Iterable[str]) -> str:
    """Return the note that what stands before a colon is text."""
    return f"{_extract(name)}: is read as text, for it is no field; the fields are {' '.join(fields)}"


def filter_as_typed(typed: str, field: str) -> str:
    """Return the note that what may have been pasted as text is a filter."""
    return f'{_extract(typed)} is read as a filter by {field}; to look for the text itself, write "{_extract(typed)}"'


def excluded_value(field: str, value: str, kind: str, examples: str) -> str:
    """Return the note that the value of an excluded filter can't be parsed."""
    return f"{_extract(value)} is not {kind}, so {field}: excludes nothing; write for example {examples}"


def value_as_text(typed: str, value: str, kind: str, examples: str) -> str:
    """Return the note that a filter is searched as text because its value can't be parsed."""
    return (
        f"{_extract(typed)} is searched as text because {_extract(value)} is not {kind}; "
        f"for a filter, write for example {examples}"
    )


def filter_as_text(typed: str, field: str) -> str:
    """Return the note that a filter is searched as text because no paragraph passes it."""
    return f"{_extract(typed)} is searched as text because no paragraph passes it as a filter by {field}"


def too_long(length: int, limit: int) -> QueryError:
    """Return the error of a query that is too long."""
    return QueryError(
        f"The query has {length:,} characters and can have {limit:,} at most; search for a part of it", limit
    )


def too_many_terms(limit: int, column: int) -> QueryError:
    """Return the error of a query with too many words, quoted strings and filters."""
    return QueryError(
        f"The query has more than {limit} words; search for fewer, or for all of it as one text with -F",
        column,
    )


def too_deep(limit: int, column: int | None = None) -> QueryError:
    """Return the error of a query with too deep brackets."""
    return QueryError(f"The brackets of the query nest deeper than {limit}; write it with fewer", column)
