r"""The marks inside a Markdown paragraph taken out: ``**词**`` to ``词``, ``[text](address)`` to ``text``.

Tolerant where CommonMark is strict: emphasis closes next to Han punctuation. Kept as they are: marks that pair
with nothing (``2 * 3``, ``*.txt``, ``snake_case``), tags that HTML doesn't have (``<stdio.h>``), code spans to
the letter. Linear in the length of the text: every expression is possessive where it repeats.
"""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from searchidx.readers.markdown.tags import (
    COMPONENT,
    ENTITY,
    TAG,
    Aside,
    comment_asides,
    component_asides,
    tag_addresses,
    tag_asides,
)

_LONGEST = 100_000
"""Characters; what is longer wasn't written by hand and is taken as it is."""

MARKED = re.compile(r"[\[`*_<&\\~]")
"""A text in which this finds nothing has no marks."""

_NOT_LINK = re.compile(r"[`*_<&\\~]")
_NOT_CODE = re.compile(r"[\[*_<&\\~]")
_NOT_EMPHASIS = re.compile(r"[\[`_<&\\~]")
_SUBSCRIPT = re.compile(r"\[(?<=[A-Za-z0-9_)\]]\[)[\w+*/ -]{1,6}\]\[[\w+*/ -]{0,6}\]", re.ASCII)
"""``dp[i][j]`` is text, though it looks like a link to what is defined elsewhere."""
_LINK = re.compile(r"!?\[([^\[\]]*+)\](?:\(([^()\s]*+)\)|\[[^\[\]]*+\])")
_CODE = re.compile(r"`([^`]++)`")
_EMPHASIS = re.compile(r"(?<![0-9A-Za-z*])(\*++)(?=[^\s*])([^*]++)(?<=\S)\1(?![0-9A-Za-z*])")
"""Stars that no rule keeps from opening, and as many, the next ones, that none keeps from closing."""
_TOKEN = re.compile(
    rf"""
    (?P<plain>[^\[`*_<&\\~!]*+)
    (?:
        (?P<ticks>`++)(?>(?:(?P<code>[^`]++(?:`++[^`]++)*?)(?P=ticks)(?!`))?)
      | \\(?P<escaped>[!-/:-@\[-`{{-~])
      | \[(?P<note>\^\d{{1,3}})\](?!:)
      | !?+\[(?P<label>(?>(?:[^\[\]\\`]++|\\.|`[^`]*+`|!?\[[^\[\]]*+\](?:\([^()\s]*+(?:\s[^()]*+)?\)|\[[^\[\]]*+\])?)*))\]
        (?:
            \(\s*+(?:<(?P<bracketed>[^<>\n]*+)>|(?P<address>[^()\s<>]*+(?>(?:\([^()\s]*+\)[^()\s<>]*+)*)))
              (?:\s++(?P<title>"[^"]*+"|'[^']*+'|\([^()]*+\)))?\s*+\)
          | \[(?P<reference>[^\[\]]*+)\]
        )
      | <(?P<auto>(?:https?|ftp|mailto|file):[^<>\s]*+)>
      | (?P<comment><!--)
      | {TAG}
      | {COMPONENT}
      | {ENTITY}
      | (?P<dunder>__[a-z][a-z0-9_]*?[a-z0-9]__)
      | (?P<run>\*++|_++|~~)
      | (?P<other>.)
      | $
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_BREAKING = frozenset(("br", "td", "th", "li", "p", "div", "tr", "dd", "dt"))
_RUBY = frozenset(("ruby", "rb", "rt", "rp"))
_MAX_RUBY_MARK = 3
"""Characters of a bracket for programs without ruby, white space included; what is longer is text about the tag."""


class Unmarked(NamedTuple):
    """Text without its marks, the addresses of its links with their titles, and other texts in its marks."""

    text: str
    addresses: list[str]
    asides: list[Aside]


def plain(text: str) -> tuple[str, list[str]]:
    """Take the marks out of a text; return it with the addresses its links point to and their titles, in order."""
    return plain_marked(text) if MARKED.search(text) else (text, [])


def plain_marked(text: str) -> tuple[str, list[str]]:
    """Take the marks out of a text that has some, and neither tags nor comments as a rule."""
    if len(text) > _LONGEST:
        return text, []
    return plain_links(text) or _plain_code(text) or plain_emphasis(text) or by_marks(text)


def by_marks(text: str) -> tuple[str, list[str]]:
    """Take the marks out of any text the long way, mark by mark."""
    return unmarked(text)[:2]


def unmarked(text: str) -> Unmarked:
    """Take the marks out of a text that may have tags and comments."""
    return _Unmarking(text).result() if len(text) <= _LONGEST else Unmarked(text, [], [])


def plain_links(text: str) -> tuple[str, list[str]] | None:
    """Take the marks out of a text that has links and no other marks but in addresses; return None for any other."""
    if "[" not in text or "[^" in text or "<" in text or ("][" in text and _SUBSCRIPT.search(text)):
        return None
    marked = _NOT_LINK.search(text) is not None
    parts = _LINK.split(text)  # text, label, address, text, label, address, ..., text
    if marked and (">" in text or "]" in "".join(parts[::3])):
        return None
    addresses = list(filter(None, parts[2::3]))
    del parts[2::3]
    shown = "".join(parts)
    if "](" in shown or "][" in shown or (marked and _NOT_LINK.search(shown)):
        return None
    return shown.strip(), addresses


def _plain_code(text: str) -> tuple[str, list[str]] | None:
    """Take the marks out of a text that has code and no other marks; return None for any other."""
    if "`" not in text or "``" in text or _NOT_CODE.search(text):
        return None
    return "".join(_CODE.split(text)), []


def plain_emphasis(text: str) -> tuple[str, list[str]] | None:
    """Take the marks out of a text that has words in ``**`` and no other marks; return None for any other."""
    if "*" not in text or _NOT_EMPHASIS.search(text):
        return None
    parts = _EMPHASIS.split(text)  # text, stars, text, text, stars, text, ..., text
    del parts[1::3]
    shown = "".join(parts)
    return None if "*" in shown else (shown.strip(), [])


class _Unmarking:
    """One pass over one text: the pieces so far, what was linked to, and the emphasis still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[str] = []
        self.addresses: list[str] = []
        self.asides: list[Aside] = []
        self.ruby: dict[str, int] = {}  # where a part of ruby that is open began, by its tag
        self.open: dict[str, list[int]] = {"*": [], "_": [], "~": []}
        self.position = 0
        self.last_comment = text.rfind("-->")

    def result(self) -> Unmarked:
        next_token, end = _TOKEN.match, len(self.text)
        while self.position < end and (match := next_token(self.text, self.position)):
            self.position = match.end()
            if match[1]:
                self.pieces.append(match[1])
            if handle := _HANDLERS.get(match.lastgroup):
                handle(self, match)
        self.ruby_part("ruby", is_end=True)
        return Unmarked("".join(self.pieces).strip(), self.addresses, self.asides)

    def ticks(self, match: re.Match[str]) -> None:
        code = match["code"]
        if code is None:
            self.pieces.append(match["ticks"])
        elif code[0] == code[-1] == " " and code.strip():
            self.pieces.append(code[1:-1])
        else:
            self.pieces.append(code)

    def link(self, match: re.Match[str]) -> None:
        start = match.end("plain")
        if match["reference"] is not None and _SUBSCRIPT.match(self.text, start):
            self.pieces.append(match[0][len(match["plain"]) :])
            return
        self.label(match["label"])
        if address := match["address"] or match["bracketed"]:
            self.addresses.append(address)
        if title := (match["title"] or "")[1:-1].strip():
            self.addresses.append(title)

    def label(self, label: str) -> None:
        if "<" not in label:
            text, addresses = plain(label)
        else:
            text, addresses, asides = unmarked(label)
            self.asides += asides
        self.pieces.append(text)
        self.addresses += addresses

    def tag(self, match: re.Match[str]) -> None:
        name = match["tag"].lower()
        if name in _RUBY:
            self.ruby_part(name, is_end=match[0].startswith("</", len(match["plain"])))
        if name in _BREAKING and self.pieces and not self.pieces[-1].endswith((" ", "\n")):
            self.pieces.append(" ")
        tag = match[0][len(match["plain"]) :]
        self.addresses += tag_addresses(tag)
        self.asides += tag_asides(tag)

    def ruby_part(self, name: str, *, is_end: bool) -> None:
        """Put the reading of characters behind them in brackets; what is for programs without ruby is left out."""
        hidden, reading = self.ruby.pop("rp", None), self.ruby.pop("rt", None)
        if hidden is not None and len("".join(self.pieces[hidden:])) <= _MAX_RUBY_MARK:
            self.pieces[hidden:] = [""] * (len(self.pieces) - hidden)
        if reading is not None:
            self.pieces.append(")")
        if is_end or name not in ("rp", "rt"):
            return
        self.ruby[name] = len(self.pieces)
        if name == "rt":
            self.pieces.append("(")

    def component(self, match: re.Match[str]) -> None:
        self.asides += component_asides(match[0][len(match["plain"]) :])

    def run(self, match: re.Match[str]) -> None:
        """Close the emphasis that is open, or open one, or leave the marks as they are."""
        run = match["run"]
        mark = run[0]
        before = self.text[match.start("run") - 1 : match.start("run")]
        after = self.text[match.end() : match.end() + 1]
        inside = _is_word(before, mark) and _is_word(after, mark)
        closes = bool(before) and not before.isspace() and not inside
        opens = bool(after) and not after.isspace() and not inside
        stack = self.open[mark]
        if mark == "_":
            closes, opens = closes and not _is_word(after, mark), opens and not _is_word(before, mark)
        if closes and stack and len(self.pieces[stack[-1]]) >= len(run):
            opener = stack.pop()
            self.pieces[opener] = self.pieces[opener][len(run) :]
            if self.pieces[opener]:
                stack.append(opener)
            return
        if closes and stack and not opens:
            opener = stack.pop()
            run = run[len(self.pieces[opener]) :]
            self.pieces[opener] = ""
        elif opens:
            stack.append(len(self.pieces))
        self.pieces.append(run)

    def kept(self, match: re.Match[str]) -> None:
        self.pieces.append(match[match.lastgroup or 0])

    def comment(self, match: re.Match[str]) -> None:
        if match.end() > self.last_comment:
            self.pieces.append("<!--")
        else:
            self.position = self.text.index("-->", match.end()) + 3
            self.asides += comment_asides(self.text[match.end() : self.position])

    def entity(self, match: re.Match[str]) -> None:
        self.pieces.append(html.unescape(f"&{match['entity']};"))


def _is_word(character: str, mark: str) -> bool:
    """Return whether a neighbour keeps a mark from being one: ``a*b``, ``snake_case``; ``中_文_`` for underscores too."""
    return character.isalnum() and (mark == "_" or character.isascii())


_HANDLERS: dict[str | None, Callable[[_Unmarking, re.Match[str]], None]] = {
    "code": _Unmarking.ticks,
    "ticks": _Unmarking.ticks,
    "label": _Unmarking.link,
    "address": _Unmarking.link,
    "bracketed": _Unmarking.link,
    "title": _Unmarking.link,
    "reference": _Unmarking.link,
    "tag": _Unmarking.tag,
    "component": _Unmarking.component,
    "run": _Unmarking.run,
    "comment": _Unmarking.comment,
    "entity": _Unmarking.entity,
    **dict.fromkeys(("escaped", "auto", "dunder", "other"), _Unmarking.kept),
}
