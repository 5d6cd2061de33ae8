"""From a query string to its lexemes: words, quoted strings, filters, signs, operators and brackets.

What a character means is decided here; what the lexemes mean together is for
:mod:`searchidx.query.parse`. Every character that means nothing special belongs to a word.
"""

import re
from typing import Literal, NamedTuple, TypeAlias

from searchidx.query import notes
from searchidx.query.brackets import Role, read_brackets
from searchidx.query.characters import half_width, is_cjk, is_signable
from searchidx.query.fields import (
    CHINESE,
    FILTER_FIELDS,
    ORDINARY,
    PINYIN,
    field_named,
    is_valid,
    nearest_field,
)
from searchidx.query.notes import Notes
from searchidx.query.operators import Operator, find_operators
from searchidx.query.quotes import Quoted, find_quoted
from searchidx.query.sign_positions import Places

Kind: TypeAlias = Literal[
    "word",
    "quoted",
    "filter",
    "fuzzy",
    "wildcard",
    "regex",
    "pinyin",
    "slop",
    "boost",
    "plus",
    "minus",
    "AND",
    "OR",
    "NOT",
    "open",
    "close",
]

_PREFIX = re.compile(r"([^\W\d_]+):(?!:)")
_LONGEST_NAME = 4  # characters of what may be meant as the Chinese name of a field
_MAY_BE_PATTERN = frozenset("*?~^/")
_SIGN_KINDS: dict[str, Kind] = {"+": "plus", "-": "minus", "!": "minus"}


class Lexeme(NamedTuple):
    """One meaningful piece of a query.

    Attributes:
        kind: What it is.
        text: A word or an operator as typed, a pattern with half-width signs, the content of a quoted string, the
            value of a filter, the number after ``~`` or ``^``.
        start: Where it begins in the query.
        field: The field of a filter.
    """

    kind: Kind
    text: str
    start: int
    field: str = ""


def lex(source: str, into: Notes, as_text: frozenset[tuple[str, str]] = frozenset()) -> list[Lexeme]:
    """Split a query into its lexemes, with a note for each part that is read differently from how it is written.

    Args:
        source: The query.
        into: Receives the notes.
        as_text: Fields and values of the filters that are read as text.
    """
    return _Lexer(source, into, as_text).run()


class _Lexer:
    """One pass over one query, all structure found beforehand. Each step takes a position and returns the next."""

    def __init__(self, source: str, into: Notes, as_text: frozenset[tuple[str, str]]) -> None:
        self._source = source
        self._as_text = as_text
        self._query = half_width(source)
        self._notes = into
        self._lexemes: list[Lexeme] = []
        quoted = list(find_quoted(source))
        operators = list(find_operators(self._query, quoted))
        self._places = Places(self._query, quoted, operators)
        self._roles, self._unpaired = read_brackets(self._query, quoted, operators, self._places)
        self._quoted: dict[int, Quoted] = {string.start: string for string in quoted}
        self._quoted_ends = {string.end for string in quoted}
        self._operators: dict[int, Operator] = {operator.start: operator for operator in operators}
        self._one_run = len(source.split()) < 2

    def run(self) -> list[Lexeme]:
        position = 0
        while position < len(self._source):
            position = self._step(position)
        return self._lexemes

    def _step(self, position: int) -> int:
        if self._source[position].isspace():
            return position + 1
        if string := self._quoted.get(position):
            return self._string(string)
        if operator := self._operators.get(position):
            return self._add(operator.name, position, operator.end)
        if role := self._roles.get(position):
            return self._bracket(role, position)
        if self._places.is_sign(position, self._roles):
            return self._add(_SIGN_KINDS[self._query[position]], position, position + 1)
        return self._word_or_filter(position, self._end_of_word(position))

    def _add(self, kind: Kind, start: int, end: int) -> int:
        self._lexemes.append(Lexeme(kind, self._source[start:end], start))
        return end

    def _string(self, string: Quoted) -> int:
        if self._has_content(string):
            self._lexemes.append(Lexeme("quoted", string.text, string.start))
        return string.end

    def _has_content(self, string: Quoted) -> bool:
        if not string.text.strip():
            self._notes.add(notes.empty_quotes())
            return False
        if not string.closed:
            self._notes.add(notes.unclosed_quote(string.text))
        return True

    def _bracket(self, role: Role, position: int) -> int:
        if role != "stray":
            return self._add(role, position, position + 1)
        self._notes.add(notes.stray_bracket(self._source[position]))
        return position + 1

    def _end_of_word(self, start: int) -> int:
        end = start + 1
        while end < len(self._source) and not self._ends_word(end):
            end += 1
        return end

    def _ends_word(self, position: int) -> bool:
        return (
            self._source[position].isspace()
            or position in self._quoted
            or position in self._operators
            or position in self._roles
        )

    def _word_or_filter(self, start: int, end: int) -> int:
        if self._query[start] in "~^" and self._marks_after(start, end):
            return end
        prefix = _PREFIX.match(self._query, start, end)
        if prefix is None:
            return self._word(start, end)
        field = field_named(prefix[1])
        value = prefix.end()
        if field is None:
            self._suggest(self._source[start : value - 1], has_value=value < end)
        elif value == end and end in self._quoted:
            if self._is_text(field, self._quoted[end].text, start, self._quoted[end].end):
                return self._required_word(start, end)
            return self._quoted_value(field, start, self._quoted[end])
        elif field != ORDINARY and value < end:
            if self._is_text(field, self._source[value:end], start, end):
                return self._required_word(start, end)
            self._filter(field, self._source[value:end], start)
            alone = start == 0 and end == len(self._source)
            if alone and field != PINYIN and self._source[value - 1] == "：" and not prefix[1].isascii():
                self._notes.add(notes.filter_as_typed(self._source, field))
            return end
        elif field != ORDINARY:
            self._notes.add(notes.no_value(self._source[start:end]))
        return self._word(start, end)

    def _quoted_value(self, field: str, start: int, string: Quoted) -> int:
        if not self._has_content(string):
            return string.end
        if field == ORDINARY:
            self._ordinary_words(string)
        else:
            self._filter(field, string.text, start)
        return string.end

    def _is_text(self, field: str, value: str, start: int, end: int) -> bool:
        """Return true, with a note, if a filter is text: its field has no such value, or nothing passes it."""
        typed = self._source[start:end]
        if (field, value) in self._as_text:
            self._notes.add(notes.filter_as_text(typed, field))
            return True
        if is_valid(field, value):
            return False
        row = FILTER_FIELDS[field]
        is_excluded = bool(self._lexemes) and self._lexemes[-1].kind in ("minus", "NOT")
        if is_excluded:
            self._notes.add(notes.excluded_value(field, value, row.noun, row.examples))
        else:
            self._notes.add(notes.value_as_text(typed, value, row.noun, row.examples))
        return not is_excluded

    def _required_word(self, start: int, end: int) -> int:
        """Add a filter that is read as text: like a filter it is required."""
        if not self._lexemes or self._lexemes[-1].kind not in ("plus", "minus"):
            self._lexemes.append(Lexeme("plus", "+", start))
        return self._word(start, end)

    def _filter(self, field: str, value: str, start: int) -> None:
        if field != PINYIN:
            self._lexemes.append(Lexeme("filter", value, start, field))
            return
        from searchidx.query.patterns import cut_boost
        from searchidx.query.pinyin_syntax import normalize_pinyin

        half = half_width(value)
        cut = cut_boost(half, value) or len(half)
        read = normalize_pinyin(half[:cut])
        if read is None:
            self._notes.add(notes.no_pinyin(value))
            self._lexemes += [Lexeme("word", word, start) for word in value.split()]
        else:
            self._lexemes.append(Lexeme("pinyin", read, start))
            if cut < len(half):
                self._lexemes.append(Lexeme("boost", f"{float(half[cut + 1 :]):g}", start))

    def _ordinary_words(self, string: Quoted) -> None:
        """Add the words of ``text:"…"``; a sign before it applies to each."""
        sign = self._lexemes[-1:] if self._lexemes and self._lexemes[-1].kind in _SIGN_KINDS.values() else []
        first, *others = string.text.split()
        self._lexemes.append(Lexeme("word", first, string.start))
        for word in others:
            self._lexemes += [*sign, Lexeme("word", word, string.start)]

    def _suggest(self, name: str, *, has_value: bool) -> None:
        if has_value and (field := nearest_field(name)):
            self._notes.add(notes.nearest_field(name, field))
        elif has_value and len(name) <= _LONGEST_NAME and all(map(is_cjk, name)):
            self._notes.add(notes.no_field(name, CHINESE))

    def _word(self, start: int, end: int) -> int:
        """Add a word, without the lone bracket of a pair that was begun or ended around several words."""
        if not self._one_run and not self._operators:
            if start in self._unpaired and end - start > 1 and is_signable(self._query[start + 1]):
                self._notes.add(notes.stray_bracket(self._source[start]))
                start += 1
            if end - 1 in self._unpaired and end - start > 1 and is_signable(self._query[end - 2]):
                self._notes.add(notes.stray_bracket(self._source[end - 1]))
                self._add("word", start, end - 1)
                return end
        if _MAY_BE_PATTERN.isdisjoint(self._query[start:end]):
            return self._add("word", start, end)
        return self._add_pattern(start, end)

    def _marks_after(self, start: int, end: int) -> bool:
        """Add what directly follows a quoted string or a group; say whether there is such a thing."""
        last = self._lexemes[-1:]
        if not last or not (
            start in self._quoted_ends or (start - 1 in self._roles and last[0].kind == "close")
        ):
            return False
        from searchidx.query.patterns import marks_after

        marks = marks_after(self._query[start:end])
        if marks is None or (marks.slop and last[0].kind != "quoted"):
            return False
        if marks.slop:
            self._lexemes.append(Lexeme("slop", str(marks.slop), start))
        if marks.boost:
            self._lexemes.append(Lexeme("boost", f"{marks.boost:g}", start))
        return True

    def _add_pattern(self, start: int, end: int) -> int:
        """Add a word that may stand for others, and the boost at its end."""
        from searchidx.query import patterns

        half, typed = self._query[start:end], self._source[start:end]
        cut = patterns.cut_boost(half, typed) or len(half)
        kind = patterns.kind_of(half[:cut], typed[:cut])
        text = patterns.normal(kind, half[:cut], typed[:cut]) if kind else typed[:cut]
        self._lexemes.append(Lexeme(kind or "word", text, start))
        if cut < len(half):
            self._lexemes.append(Lexeme("boost", f"{float(half[cut + 1 :]):g}", start + cut))
        return end
