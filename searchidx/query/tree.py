"""The query tree: what was asked, without a word of how any engine answers it.

Texts in the tree are as typed; engines fold them as they fold documents.

The normal form, which is all that the parser makes and all that printing promises to bring back:

- :class:`BooleanQuery` is the root or nowhere, and holds one word or two operands at least: one operand alone is the
  root itself, one exclusion alone a :class:`Not`. So ``"甲"`` is a :class:`Literal`, like the literal query 甲.
- :class:`And` holds no And, :class:`Or` no Or, :class:`Not` no Not.
- :class:`Fuzzy`, :class:`Wildcard` and :class:`Regex` hold what :mod:`searchidx.query.patterns` reads as such,
  :class:`Near` two texts at least and sixteen at most.
- :class:`Boost` holds no Boost, and nothing that only restricts (a Filter, a Not).
- :class:`Text` and :class:`Literal` are composed as :mod:`searchidx.query.composition` does it.
- :class:`Text` is not empty and has no white space; :class:`Literal` and the value of :class:`Filter` are not
  blank; a Filter's field is one of :data:`searchidx.query.fields.FIELDS`, and its value valid there unless it is excluded.
"""

from typing import TypeAlias

from searchidx._startup.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A bare run of characters without white space.

    In a positive place it matches a paragraph that contains it literally or contains all its words; below a
    :class:`Not` it matches only literally.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """An exact string, white space included: matches where the folded text contains it."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word, or one that differs from it by a few characters: one put in, left out, changed, or two swapped."""

    text: str
    edits: int


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A word in which ``?`` stands for one letter, digit or ideograph and ``*`` for any number of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression that some term of the index matches, anywhere in it unless it is anchored."""

    expression: str


@dataclass(frozen=True, slots=True)
class Near:
    """Texts, in any order, with so many other characters between one and the next at most."""

    texts: tuple[str, ...]
    slop: int


@dataclass(frozen=True, slots=True)
class Pinyin:
    """Syllables without tones, whole or their first letters, separated by spaces; matches text that is read so."""

    syllables: str


@dataclass(frozen=True, slots=True)
class Boost:
    """The operand, counting so many times as much as the rest of the query."""

    operand: "Node"
    factor: float


@dataclass(frozen=True, slots=True)
class Filter:
    """A restriction by what is known of the document, such as ``path:`` or ``date:``. It never scores."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All operands match. Two operands at least."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any operand matches. Two operands at least."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not match."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class BooleanQuery:
    """Optional clauses, ranked by tier, with required and prohibited ones: the query that most people type.

    Attributes:
        should: Bare runs, patterns and pinyin, boosted or not; hits are tiered by how many of them are there and how.
        must: Each must match (quoted strings, ``+word``, filters).
        must_not: None may match (``-word``).
    """

    should: tuple["Word", ...]
    must: tuple["Node", ...] = ()
    must_not: tuple["Node", ...] = ()


Pattern: TypeAlias = Fuzzy | Wildcard | Regex | Near | Pinyin
"""What stands for texts that only the index knows."""
Word: TypeAlias = Text | Fuzzy | Wildcard | Regex | Pinyin | Boost
Node: TypeAlias = Text | Literal | Pattern | Boost | Filter | And | Or | Not | BooleanQuery


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    Attributes:
        source: The string as typed.
        node: The tree, or None when nothing was asked.
        notes: One line for each thing that was read differently from how it was written.
    """

    source: str
    node: Node | None
    notes: tuple[str, ...] = ()
