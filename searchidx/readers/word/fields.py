"""Fields of Word documents: their stored result is text, their instructions are not.

Two kinds are shown without a stored result: a drop-down list of a form, and characters that an ``EQ`` field sets above
one another, by which Word once wrote ruby and encircled characters.
"""

import re
from dataclasses import dataclass
from typing import Any

from searchidx.readers.ruby import with_ruby
from searchidx.readers.word.xml import attribute, child_number

_RUBY = re.compile(r"\\s\s*\\up\s*\d*\s*\(([^()]*)\)\s*[,;]\s*([^()]*)\)")
_ENCIRCLED = re.compile(r"\\o\s*\\ac\s*\([^(),;]*[,;]\s*([^()]*)\)")


@dataclass(slots=True)
class _Field:
    """Field that is open: its instructions, and whether its result has begun."""

    instructions: str = ""
    has_result: bool = False


class Fields:
    """Fields that are open at a point of the text."""

    def __init__(self) -> None:
        """Begin outside of all fields."""
        self._open: list[_Field] = []

    @property
    def is_shown(self) -> bool:
        """Return true where text is shown and no part of instructions."""
        return all(field.has_result for field in self._open)

    def begin_paragraph(self) -> None:
        """Close fields whose instructions have no end, which would hide all that follows."""
        self._open = [field for field in self._open if field.has_result]

    def add_instructions(self, text: str) -> None:
        """Add to the instructions of the innermost field."""
        if self._open:
            self._open[-1].instructions += text

    def mark(self, element: Any) -> str:
        """Enter or leave a field at its mark; return what it shows without a stored result."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._open.append(_Field())
            return _selected(element)
        if kind == "separate" and self._open:
            self._open[-1].has_result = True
        elif kind == "end" and self._open:
            field = self._open.pop()
            return "" if field.has_result or not self.is_shown else _set_above(field.instructions)
        return ""


def _selected(mark: Any) -> str:
    """Return the chosen entry of a drop-down list in a form."""
    entries = [attribute(entry, "val") or "" for entry in mark.iterfind("{*}ffData/{*}ddList/{*}listEntry")]
    choice = child_number(mark, "{*}ffData/{*}ddList/{*}result")
    if choice is None:
        choice = child_number(mark, "{*}ffData/{*}ddList/{*}default") or 0
    return entries[choice] if choice < len(entries) else ""


def _set_above(instructions: str) -> str:
    """Return the characters of an ``EQ`` field that sets one above or around another."""
    if not instructions.lstrip().lower().startswith("eq"):
        return ""
    if ruby := _RUBY.search(instructions):
        return with_ruby(ruby[2].strip(), ruby[1])
    encircled = _ENCIRCLED.search(instructions)
    return encircled[1].strip() if encircled else ""
