"""From a query string to its tree: what people type first, boolean algebra when they write it.

Without operators a query is :class:`~searchidx.query.tree.BooleanQuery`. With ``AND``, ``OR``, ``NOT`` or a group in
brackets it is boolean: NOT binds closest, then AND, which is also what stands between neighbours, then OR.
Whatever is typed is read somehow, and a note says how; only what is too long or too deep is refused.
"""

from collections.abc import Iterable, Sequence
from typing import Literal as Choice
from typing import NamedTuple, TypeGuard

from searchidx.query import notes
from searchidx.query.composition import composed
from searchidx.query.lexer import Lexeme, lex
from searchidx.query.notes import Notes
from searchidx.query.operators import OperatorName
from searchidx.query.tree import (
    And,
    BooleanQuery,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Pinyin,
    Query,
    Regex,
    Text,
    Wildcard,
    Word,
)

MAX_LENGTH = 4096
"""Characters in a query."""
MAX_TERMS = 256
"""Words, quoted strings and filters in a query."""
MAX_DEPTH = 50
"""Levels of brackets, as typed and as printed."""

MAX_NEAR_TEXTS = 16
"""Texts in one proximity."""

_OPERANDS = frozenset(("word", "quoted", "filter", "fuzzy", "wildcard", "regex", "pinyin"))


def parse(
    source: str,
    *,
    literal: bool = False,
    exact: bool = False,
    as_text: frozenset[tuple[str, str]] = frozenset(),
) -> Query:
    """Read a query.

    Args:
        source: As typed.
        literal: Take all of it as one literal text, whatever its characters mean elsewhere.
        exact: Fold nothing: every text must be there in the very characters that are typed.
        as_text: Fields and values of the filters that are read as text.

    Returns:
        The query; its node is None when there is nothing but white space.

    Raises:
        QueryError: It is longer, has more words or nests deeper than is ever meant.
    """
    if len(source) > MAX_LENGTH:
        raise notes.too_long(len(source), MAX_LENGTH)
    if not source.strip():
        return Query(source, None)
    query = Query(source, Literal(source)) if literal else _parse(source, as_text)
    if query.node is None:
        return query
    if exact:
        from searchidx.query.exact import exactly

        return Query(source, exactly(query.node), query.notes)
    return Query(source, composed(source, query.node), query.notes)


def _parse(source: str, as_text: frozenset[tuple[str, str]]) -> Query:
    """Read a query that is not blank, its texts as typed."""
    remarks = Notes()
    lexemes = lex(source, remarks, as_text)
    _check_size(lexemes)
    node = _lone_signed_word(source, lexemes, remarks) or _read(lexemes, remarks)
    if node is None:
        remarks = Notes()
        remarks.add(notes.signs_as_words(source))
        node = BooleanQuery(tuple(Text(word) for word in source.split()))
    if _nesting(node) > MAX_DEPTH:
        raise notes.too_deep(MAX_DEPTH)
    if _only_excludes(node):
        remarks.add(notes.only_exclusions())
    return Query(source, node, remarks.as_tuple())


class _Operand(NamedTuple):
    """Something that matches, with the sign before it."""

    node: Node
    sign: Choice["plus", "minus"] | None
    grouped: bool

    @property
    def signed_node(self) -> Node:
        return _negate(self.node) if self.sign == "minus" else self.node

    @property
    def restricts(self) -> bool:
        """Return true if it applies to its whole level unless an operator joins it to a neighbour."""
        return self.sign is not None or isinstance(self.node, Filter)


_Entry = _Operand | OperatorName


def _check_size(lexemes: Iterable[Lexeme]) -> None:
    terms = [lexeme for lexeme in lexemes if lexeme.kind in _OPERANDS]
    if len(terms) > MAX_TERMS:
        raise notes.too_many_terms(MAX_TERMS, terms[MAX_TERMS].start)


def _lone_signed_word(source: str, lexemes: Sequence[Lexeme], remarks: Notes) -> Node | None:
    """Read ``-40`` or ``+86`` alone as text: as a sign it would mean everything, or nothing more."""
    if [lexeme.kind for lexeme in lexemes] not in (["plus", "word"], ["minus", "word"]):
        return None
    sign, word = lexemes
    whole = source.strip()
    if sign.text + word.text != whole:
        return None
    if sign.kind == "minus":
        remarks.add(notes.lone_exclusion(whole, word.text))
    return BooleanQuery((Text(whole),))


def _read(lexemes: Sequence[Lexeme], remarks: Notes) -> Node | None:
    entries = _Reader(lexemes, remarks).entries(depth=0)
    operands = [entry for entry in entries if isinstance(entry, _Operand)]
    boolean = len(operands) < len(entries) or any(entry.grouped and not entry.sign for entry in operands)
    if operands and not boolean:
        return _boolean(operands)
    node = _combine(entries, remarks)
    return BooleanQuery((node,)) if _is_word(node) else node


class _Reader:
    """Reads lexemes in order, level by level of brackets."""

    def __init__(self, lexemes: Sequence[Lexeme], remarks: Notes) -> None:
        self._lexemes = lexemes
        self._remarks = remarks
        self._position = 0

    def entries(self, *, depth: int) -> list[_Entry]:
        """Read one level to its closing bracket or the end of the query."""
        entries: list[_Entry] = []
        while (lexeme := self._peek()) is not None and lexeme.kind != "close":
            if lexeme.kind in ("AND", "OR", "NOT"):
                entries.append(lexeme.kind)
                self._position += 1
            else:
                entries += self._operand(depth)
        return entries

    def _peek(self) -> Lexeme | None:
        return self._lexemes[self._position] if self._position < len(self._lexemes) else None

    def _operand(self, depth: int) -> Iterable[_Operand]:
        """Read a sign if there is one and what it applies to; nothing when that turns out to be empty."""
        sign: Choice["plus", "minus"] | None = None
        lexeme = self._lexemes[self._position]
        self._position += 1
        if lexeme.kind in ("plus", "minus"):
            sign = lexeme.kind
            following = self._peek()
            if following is None or following.kind not in (*_OPERANDS, "open"):
                return
            lexeme = following
            self._position += 1
        node = self._group(lexeme, depth + 1) if lexeme.kind == "open" else _leaf(lexeme)
        node = self._marked(node)
        if node is not None:
            yield _Operand(node, sign, grouped=lexeme.kind == "open")

    def _marked(self, node: Node | None) -> Node | None:
        """Apply what follows an operand: how near its texts are, how much it counts."""
        while (mark := self._peek()) is not None and mark.kind in ("slop", "boost"):
            self._position += 1
            if mark.kind == "slop" and isinstance(node, Literal):
                texts = tuple(node.text.split())
                if 1 < len(texts) <= MAX_NEAR_TEXTS:
                    node = Near(texts, int(mark.text))
                else:
                    self._remarks.add(notes.not_near(node.text, len(texts), MAX_NEAR_TEXTS))
            elif mark.kind == "boost" and node is not None:
                if _never_scores(node):
                    self._remarks.add(notes.nothing_to_boost())
                else:
                    node = Boost(node.operand if isinstance(node, Boost) else node, float(mark.text))
        return node

    def _group(self, bracket: Lexeme, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise notes.too_deep(MAX_DEPTH, bracket.start)
        entries = self.entries(depth=depth)
        if self._peek() is None:
            self._remarks.add(notes.unclosed_bracket())
        self._position += 1
        if not entries:
            self._remarks.add(notes.empty_brackets())
        return _combine(entries, self._remarks)


def _leaf(lexeme: Lexeme) -> Node:
    match lexeme.kind:
        case "filter":
            return Filter(lexeme.field, lexeme.text)
        case "quoted":
            return Literal(lexeme.text)
        case "fuzzy":
            text, _, edits = lexeme.text.rpartition("~")
            return Fuzzy(text, int(edits))
        case "wildcard":
            return Wildcard(lexeme.text)
        case "regex":
            return Regex(lexeme.text)
        case "pinyin":
            return Pinyin(lexeme.text)
        case _:
            return Text(lexeme.text)


def _is_word(node: Node | None) -> TypeGuard[Word]:
    """Return true if a node without a sign is an optional clause."""
    operand = node.operand if isinstance(node, Boost) else node
    return isinstance(operand, Text | Fuzzy | Wildcard | Regex | Pinyin)


def _never_scores(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(map(_never_scores, node.operands))
    return isinstance(node, Filter | Not)


def _boolean(operands: Iterable[_Operand]) -> Node:
    should: list[Word] = []
    must: list[Node] = []
    must_not: list[Node] = []
    for node, sign, _ in operands:
        if sign == "minus":
            must_not.append(node)
        elif sign is None and _is_word(node):
            should.append(node)
        else:
            must.append(node)
    if should or len(must) + len(must_not) > 1:
        return BooleanQuery(tuple(should), tuple(must), tuple(must_not))
    return must[0] if must else _negate(must_not[0])


def _combine(entries: Sequence[_Entry], remarks: Notes) -> Node | None:
    """Build the tree of one level by precedence; what joins nothing is left out with a note."""
    alternatives: list[list[Node]] = []
    restrictions: list[Node] = []
    joint: OperatorName | None = None
    negations = 0
    for position, entry in enumerate(entries):
        if entry == "NOT":
            negations += 1
        elif isinstance(entry, str):
            if joint or negations or not (alternatives or restrictions):
                remarks.add(notes.dangling_operator(entry))
            else:
                joint = entry
        else:
            node = _negate(entry.signed_node) if negations % 2 else entry.signed_node
            free = not (joint or negations or _joins(entries, position + 1))
            if free and entry.restricts and "OR" in entries:
                restrictions.append(node)
            elif joint == "OR" or not alternatives:
                alternatives.append([node])
            else:
                alternatives[-1].append(node)
            joint = None
            negations = 0
    for dangling in (joint, "NOT" if negations else None):
        if dangling:
            remarks.add(notes.dangling_operator(dangling))
    base = [_flat(Or, [_flat(And, nodes) for nodes in alternatives])] if alternatives else []
    return _flat(And, [*base, *restrictions]) if base or restrictions else None


def _joins(entries: Sequence[_Entry], position: int) -> bool:
    return position < len(entries) and entries[position] in ("AND", "OR")


def _flat(kind: type[And] | type[Or], nodes: Iterable[Node]) -> Node:
    """Join nodes, taking those of the same kind apart; one alone stands for itself."""
    operands: list[Node] = []
    for node in nodes:
        operands += node.operands if isinstance(node, kind) else (node,)
    return kind(tuple(operands)) if len(operands) > 1 else operands[0]


def _negate(node: Node) -> Node:
    return node.operand if isinstance(node, Not) else Not(node)


def _nesting(node: Node) -> int:
    """Count the levels of brackets that the printed tree has, or one more."""
    if isinstance(node, And | Or):
        return 1 + max(_nesting(operand) for operand in node.operands)
    if isinstance(node, BooleanQuery):
        return max(map(_nesting, (*node.should, *node.must, *node.must_not)))
    if isinstance(node, Boost):
        return 1 + _nesting(node.operand)
    return _nesting(node.operand) if isinstance(node, Not) else 0


def _only_excludes(node: Node) -> bool:
    if isinstance(node, And):
        return all(map(_only_excludes, node.operands))
    return isinstance(node, Not) or (isinstance(node, BooleanQuery) and not (node.should or node.must))
