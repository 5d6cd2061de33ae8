"""A tree prints as a query that reads back as the same tree, whatever was typed and whatever is in it."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from searchidx.query import (
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
    Regex,
    Text,
    Wildcard,
    parse,
    to_string,
)
from searchidx.query.fields import FIELDS
from searchidx.query.parse import MAX_LENGTH

# What means something somewhere, among some characters that never do.
PIECES = [
    *("~1", "～2", "^2", "＾1.5", "＊", "？", "py:", "拼音：", "/a.b/", "甲?乙", '"~5'),
    *'甲乙丙aB9 　\n"“”＂\\()（）+-!！＋－~*?^/，。《》&|：:.#>',
    *("AND", "OR", "NOT", "&&", "||", "ＡＮＤ", "path:", "标题：", "text:", "titel:", "date:", "::", '\\"'),
    *("\u200b", "🚀", "\ud800", "\x00"),
]
PATTERN_PIECES = "&甲乙丙aB92*?~1/.+^()|[]\\^$-"


@st.composite
def typed_queries(draw: st.DrawFn) -> str:
    return "".join(draw(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=16)))


@st.composite
def typed_patterns(draw: st.DrawFn) -> str:
    return "".join(draw(st.lists(st.sampled_from(PATTERN_PIECES), min_size=2, max_size=10)))


queries = typed_queries()


def is_composed(text: str) -> bool:
    return parse(text, literal=True).node == Literal(text)


texts = queries.map(lambda text: "".join(text.split())).filter(bool).filter(is_composed).map(Text)
literals = queries.filter(str.strip).filter(is_composed).map(Literal)
VALID = {
    "date": ["2023", "2023年4月", ">2023", "2023-04..2023-05"],
    "in": ["4月20日", "2023-04-20"],
    "num": ["290亿", ">1亿", "280..300亿"],
    "lang": ["zh", "繁体"],
    "size": [">1M", "100K..2M"],
    "encoding": ["gbk", "utf-16"],
}
filters = st.builds(
    Filter, st.sampled_from([field for field in FIELDS if field not in VALID]), queries.filter(str.strip)
) | st.one_of(
    *(st.builds(Filter, st.just(field), st.sampled_from(values)) for field, values in VALID.items())
)


def patterns_in(typed: str) -> list[Node]:
    """What is read as a pattern when it stands alone."""
    node = parse(typed).node
    words = node.should if isinstance(node, BooleanQuery) else ()
    return [word for word in words if isinstance(word, Fuzzy | Wildcard | Regex)]


patterns = (typed_patterns().filter(patterns_in).map(lambda typed: patterns_in(typed)[0])) | st.sampled_from(
    [Fuzzy("甲乙", 2), Wildcard("甲?乙*"), Regex("(甲|a+)$")]
)
sounds = st.lists(st.sampled_from(["chong", "qing", "cq", "xi", "an"]), min_size=1, max_size=3).map(
    lambda words: Pinyin(" ".join(words))
)
nears = st.builds(
    Near, st.lists(texts.map(lambda node: node.text), min_size=2, max_size=3).map(tuple), st.integers(1, 200)
)
factors = st.sampled_from([0.5, 2.0, 1.25, 10.0, 99.0])
words = texts | patterns | sounds
boosted = st.builds(Boost, words | literals | nears, factors)


def joined(operands: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(operands, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda nodes: flat(And, nodes)),
        several.map(lambda nodes: flat(Or, nodes)),
        operands.map(lambda node: node.operand if isinstance(node, Not) else Not(node)),
        st.builds(Boost, several.map(lambda nodes: flat(And, nodes)).filter(scores), factors),
    )


def scores(node: Node) -> bool:
    return (
        any(scores(operand) for operand in node.operands)
        if isinstance(node, And | Or)
        else not isinstance(node, Not | Filter)
    )


def flat(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    operands: list[Node] = []
    for node in nodes:
        operands += node.operands if isinstance(node, kind) else [node]
    return kind(tuple(operands))


_boolean = st.recursive(st.one_of(words, boosted, nears, literals, filters), joined, max_leaves=5)


@st.composite
def boolean_trees(draw: st.DrawFn) -> Node:
    """Drawn by a name: a strategy that is written out in full is too long for a message."""
    return draw(_boolean)


boolean = boolean_trees()


@st.composite
def loose_trees(draw: st.DrawFn) -> Node:
    found = draw(st.lists(words | st.builds(Boost, words, factors), max_size=4))
    required = draw(st.lists(boolean, max_size=2))
    excluded = draw(st.lists(boolean, max_size=2))
    assume(found or len(required) + len(excluded) > 1)
    return BooleanQuery(tuple(found), tuple(required), tuple(excluded))


loose = loose_trees()


@settings(max_examples=1500, deadline=None)
@given(queries)
def test_every_query_gives_a_tree_that_prints_and_reads_back(typed: str) -> None:
    node = parse(typed).node
    assert (node is None) == (not typed.strip())
    if node is not None:
        assert parse(to_string(node)).node == node


@settings(max_examples=600, deadline=None)
@given(st.one_of(boolean, loose))
def test_every_tree_in_normal_form_prints_and_reads_back(node: Node) -> None:
    printed = to_string(node)
    if len(printed) <= MAX_LENGTH:
        assert parse(printed).node == node


@settings(max_examples=300, deadline=None)
@given(queries.filter(str.strip).filter(is_composed))
def test_every_composed_text_is_a_literal_query(text: str) -> None:
    node = parse(text, literal=True).node
    assert node == Literal(text)
    assert parse(to_string(node)).node == node


def test_printing_changes_nothing_that_reads_as_itself() -> None:
    for typed in (
        "防火墙规则",
        "防火墙 规则 +必须 -除外",
        '甲 "乙 丙" path:notes -"丁 戊"',
        "(甲 AND 乙) OR NOT 丙",
        "甲 +(乙 OR 丙) -(丁 AND 戊)",
        'title:"年度 报告"',
        "NOT (甲 OR 乙)",
    ):
        node = parse(typed).node
        assert node is not None
        assert to_string(node) == typed


def test_texts_that_mean_something_are_printed_as_ordinary_words() -> None:
    for text in ("AND", "-40", "f(x)", '"', "path:x", "甲AND乙", "AND规则"):
        assert to_string(BooleanQuery((Text(text), Text("甲")))).startswith("text:")
