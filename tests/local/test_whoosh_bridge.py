"""Whoosh's own queries, matchers and readers give on our segments what they give on Whoosh's stock codec.

The same paragraphs stand in two indexes, segment by segment: ours, and one that Whoosh wrote with the terms of each field
handed to it. Passes with Whoosh 2.7.4 and, by tools/test_with_whoosh3.sh, with whoosh3.
"""

import random
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query, scoring
from whoosh.filedb.filestore import RamStorage
from whoosh.index import Index
from whoosh.matching import Matcher, ReadTooFar
from whoosh.reading import IndexReader, TermNotFound

from searchidx.document import Document, Paragraph
from searchidx.errors import CorruptIndexError, NoIndexError
from searchidx.local.commit import merge_policy
from searchidx.local.segment import schema as schema_module
from searchidx.local.whoosh_bridge import ArrayMatcher, open_index, schema
from tests.reference import Reference
from tests.written_index import WrittenIndex

TEXTS = [
    "防火墙规则和系统日志", "防火墙 firewall rules for linux 5.15", "Linux 内核编译与内核调试", "重庆日报 2023年4月20日", "电话023—49301888",
    "公园里的5G公园", "whoosh woosh whosh swoosh", "rule rules ruler ruling", "C++ and C# in node.js", "的的的", "", "研究生命起源", "a b c ab abc",
    "𠮷野家 䶮 〇", "linux linux linux 系统系统", "X-900 x900 L500057910", "naïve café É", "😀 🇨🇳 — 。",
]  # fmt: skip
HEADINGS = [(), ("第一章 系统",), ("第一章 系统", "Linux 内核"), ("公园",)]


def documents(seed: int, names: str) -> list[Document]:
    pick = random.Random(seed)
    found = []
    for name in names:
        paragraphs = (
            Paragraph(
                " ".join(pick.choices(TEXTS, k=pick.randint(0, 3))),
                line,
                line,
                headings=pick.choice(HEADINGS),
            )
            for line in range(1, pick.randint(2, 9))
        )
        found.append(Document(f"/{name}.txt", "text", "utf-8", paragraphs=tuple(paragraphs)))
    return found


SEGMENTS = [documents(number, names) for number, names in enumerate(["abcdefgh", "ijkl", "m", "nopqrst"])]
GONE = {"/b.txt", "/c.txt", "/j.txt", "/p.txt"}


class Both(NamedTuple):
    """The same paragraphs, indexed by us and by Whoosh."""

    ours: Index
    stock: Index


@pytest.fixture(scope="module", params=["whole", "with deletions"])
def both(request, tmp_path_factory) -> Both:
    """Four segments each, with deletions in three of them or without any."""
    gone = GONE if request.param == "with deletions" else set()
    written = WrittenIndex(tmp_path_factory.mktemp("ours"))
    stock = RamStorage().create_index(schema())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 10)
        for segment in SEGMENTS:
            written.commit(segment)
        written.commit(gone=gone)
    for segment in SEGMENTS:
        writer = stock.writer()
        for path, place, terms in Reference(segment).terms():
            fields = {field: found for field, found in terms.items() if found}
            if "words" in fields:
                fields["text"] = fields["words"]
            writer.add_document(path=path, type="text", line=place + 1, **fields)
        writer.commit(merge=False)
    writer = stock.writer()
    with stock.reader() as reader:
        for number, kept in reader.iter_docs():
            if kept["path"] in gone:
                writer.delete_document(number)
    writer.commit(merge=False)
    return Both(open_index(written.directory), stock)


KNOWN = sorted({(field, term) for segment in SEGMENTS for *_, found in Reference(segment).terms() for field in found for term in found[field]})  # fmt: skip
FIELDS = st.sampled_from(schema_module.FIELDS)
ABSENT = [
    ("words", "没有的词"),
    ("characters", "\U0001f9ff"),
    ("bigrams", "火车"),
    ("words", ""),
    ("words", "\U0010ffff"),
]
known = st.sampled_from(KNOWN) | st.sampled_from(ABSENT)
beginning = known.map(lambda term: (term[0], term[1][:1]))
SHAPES = ["{}*", "*{}", "?{}", "*{}?*", "{}?", "*", "?"]
PATTERNS = ["{}.*", ".*{}", "[a-z]{{2,4}}{}", "({}|linux)", "[^a-z]+{}.?", ".", "[0-9]+"]
leaf = st.one_of(
    known.map(lambda term: query.Term(*term)),
    beginning.map(lambda term: query.Prefix(*term)),
    st.builds(
        lambda term, shape: query.Wildcard(term[0], shape.format(term[1])), beginning, st.sampled_from(SHAPES)
    ),
    st.builds(
        lambda term, shape: query.Regex(term[0], shape.format(_escaped(term[1]))),
        beginning,
        st.sampled_from(PATTERNS),
    ),
    st.builds(
        lambda term, distance, kept: query.FuzzyTerm(*term, maxdist=distance, prefixlength=kept),
        known.filter(lambda term: term[1]),
        st.integers(1, 2),
        st.integers(0, 1),
    ),
    st.builds(
        lambda field, start, end, before, after: query.TermRange(field, *sorted([start, end]), before, after),
        FIELDS,
        st.sampled_from([term for _, term in KNOWN]),
        st.sampled_from([term for _, term in KNOWN]),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(query.TermRange, FIELDS, st.none(), st.sampled_from(["linux", "系", "9"])),
    st.builds(query.TermRange, FIELDS, st.sampled_from(["linux", "系", "9"]), st.none()),
    st.just(query.Every()) | FIELDS.map(query.Every) | st.just(query.NullQuery),
)


def _escaped(text: str) -> str:
    return "".join(character if character.isalnum() else f"\\{character}" for character in text)


def joined(inner):
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        several.map(query.And),
        several.map(query.Or),
        several.map(query.DisjunctionMax),
        inner.map(query.Not),
        inner.map(query.ConstantScoreQuery),
        st.builds(query.AndNot, inner, inner),
        st.builds(query.Require, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
    )


queries = st.recursive(leaf, joined, max_leaves=5)


def matched(index: Index, asked: query.Query) -> list[tuple[str, int]]:
    with index.searcher(weighting=scoring.Frequency()) as searcher:
        kept = (searcher.stored_fields(number) for number in searcher.docs_for_query(asked))
        return sorted((one["path"], one["line"]) for one in kept)


def scored(index: Index, asked: query.Query, weighting) -> list[tuple[str, int, float]]:
    with index.searcher(weighting=weighting) as searcher:
        return sorted(
            (hit["path"], hit["line"], round(hit.score, 6)) for hit in searcher.search(asked, limit=None)
        )


@settings(deadline=None, max_examples=60)
@given(asked=queries)
def test_the_same_paragraphs_match(both, asked):
    try:
        expected = matched(both.stock, asked)
    except IndexError:  # Whoosh asks its own lists too for what is behind their end
        return
    assert matched(both.ours, asked) == expected


@settings(deadline=None, max_examples=20)
@given(asked=queries)
def test_whole_searches_give_the_same_hits_and_scores(both, asked):
    """By weightings that do not look at lengths, which the stock codec rounds."""
    for weighting in (scoring.Frequency(), scoring.TF_IDF()):
        try:
            expected = scored(both.stock, asked, weighting)
        except IndexError:
            return
        assert scored(both.ours, asked, weighting) == expected


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_the_best_by_bm25f_are_the_best_of_all(both, limit):
    """A collector that may leave out blocks of low quality leaves out nothing that counts."""
    asked = query.Or(
        [query.Term("words", "linux"), query.Term("characters", "系"), query.Term("bigrams", "系统")]
    )
    with both.ours.searcher() as searcher:
        best = [(hit.docnum, hit.score) for hit in searcher.search(asked, limit=limit)]
        every = [(hit.docnum, hit.score) for hit in searcher.search(asked, limit=None)]
    assert best == sorted(every, key=lambda hit: (-hit[1], hit[0]))[:limit]
    assert best


def test_an_exclusion_from_an_exclusion_comes_to_its_end(both):
    """Whoosh asks the matcher of a term for its document after the last one there."""
    term = query.Term("bigrams", "公园")
    for around in (query.Every(), term, query.Term("characters", "的")):
        for excluded in (query.Term("bigrams", "系统"), term, query.NullQuery):
            asked = query.AndNot(around, query.AndNot(query.Term("bigrams", "防火"), excluded))
            assert matched(both.ours, asked) == matched(both.stock, asked)


def test_a_phrase_is_refused_as_the_stock_codec_refuses_it(both):
    messages = []
    for index in both:
        with index.searcher() as searcher, pytest.raises(query.QueryError) as raised:
            searcher.search(query.Phrase("words", ["防火墙", "规则"]))
        messages.append(str(raised.value))
    assert messages[0] == messages[1]


def test_a_phrase_of_the_text_matches_as_with_stored_positions(both):
    """The stored text is the only source of positions here; a joined text of several words has the same order of units."""
    with both.ours.searcher() as searcher:
        for words in (
            ["防", "火", "墙", "规"],
            ["linux", "内", "核"],
            ["linux", "linux"],
            ["墙", "火"],
            ["linux", "日"],
        ):
            hits = searcher.search(query.Phrase("text", words), limit=None)
            matches = {(hit["path"], hit["line"]) for hit in hits}
            expected = {(path, line) for path, line, text in _live_texts(searcher) if "".join(words) in text}
            assert matches == expected, words


def _live_texts(searcher):
    for stored in searcher.reader().all_stored_fields():
        yield stored["path"], stored["line"], "".join(filter(str.isalnum, stored["text"].lower()))


def test_a_copied_matcher_knows_what_its_block_is_worth(both):
    """Else a search for the best few that copies matchers fails, or leaves out what it should not."""
    with both.ours.searcher() as searcher:
        matcher = query.Term("words", "linux").matcher(searcher.leaf_searchers()[0][0], searcher.context())
        if not isinstance(matcher, ArrayMatcher):
            matcher = matcher.child
        copied = matcher.copy()
        assert copied.term() == matcher.term()
        assert copied.max_quality() == matcher.max_quality() > 0
        assert copied.skip_to_quality(matcher.max_quality() / 2) == 0
        assert copied.is_active()
        assert copied.skip_to_quality(matcher.max_quality()) == 1
        assert not copied.is_active()


def walked(matcher: Matcher) -> list[tuple[int, float, int]]:
    found = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), matcher.value_as("frequency")))
        matcher.next()
    return found


def leaves(index: Index, field: str, term: str):
    """Matchers of a term in each segment that has it, with the number of documents there."""
    with index.reader() as reader:
        for leaf, _ in reader.leaf_readers():
            try:
                yield leaf.doc_count_all(), leaf.postings(field, term)
            except TermNotFound:
                yield leaf.doc_count_all(), None


@settings(deadline=None, max_examples=30)
@given(term=known, pick=st.randoms(use_true_random=False))
def test_matchers_walk_and_skip_alike(both, term, pick):
    expected = [stock and walked(stock) for _, stock in leaves(both.stock, *term)]
    skipped_to = [pick.randrange(size + 2) for size, _ in leaves(both.stock, *term)]
    for matchers, target in ((leaves(both.ours, *term), None), (leaves(both.ours, *term), skipped_to)):
        for (_, ours), whole, first in zip(matchers, expected, target or [0] * 4, strict=True):
            assert (ours is None) == (whole is None)
            if ours is not None:
                ours.skip_to(first)
                assert walked(ours) == [one for one in whole if one[0] >= first]


@settings(deadline=None, max_examples=30)
@given(term=known)
def test_matchers_can_be_copied_and_begun_again(both, term):
    for (_, ours), (_, again) in zip(leaves(both.ours, *term), leaves(both.ours, *term), strict=True):
        if ours is None:
            continue
        expected = walked(again)
        assert list(ours.copy().all_ids()) == [number for number, *_ in expected]
        ours.next()
        copied = ours.copy()
        assert copied.is_active() == ours.is_active() == bool(expected[1:])
        assert walked(copied) == walked(ours) == expected[1:]
        with pytest.raises(ReadTooFar):
            ours.skip_to(0)
        if isinstance(ours, ArrayMatcher):  # Whoosh's own filter of deleted documents can't be begun again
            assert list(ours.copy().all_ids()) == []
            ours.reset()
            assert walked(ours) == expected


def readers(both: Both) -> tuple[IndexReader, IndexReader]:
    return both.ours.reader(), both.stock.reader()


def test_readers_list_the_same_terms(both):
    ours, stock = readers(both)
    # Stock readers drop the terms of no living document on a merge only, and so do we.
    assert list(ours.all_terms()) == list(stock.all_terms())
    assert sorted(ours.indexed_field_names()) == sorted(stock.indexed_field_names())
    for field in schema_module.FIELDS:
        assert list(ours.lexicon(field)) == list(stock.lexicon(field))
        assert list(ours.expand_prefix(field, "l")) == list(stock.expand_prefix(field, "l"))
        assert list(ours.terms_from(field, b"li"))[:5] == list(stock.terms_from(field, b"li"))[:5]
        assert list(ours.field_terms(field)) == list(stock.field_terms(field))


@settings(deadline=None, max_examples=30)
@given(term=known)
def test_readers_know_the_same_of_a_term(both, term):
    ours, stock = readers(both)
    assert (term in ours) == (term in stock)
    assert ours.doc_frequency(*term) == stock.doc_frequency(*term)
    assert ours.frequency(*term) == stock.frequency(*term)
    if term in stock:
        ours_info, stock_info = ours.term_info(*term), stock.term_info(*term)
        for known_of_it in ("weight", "doc_frequency", "max_weight", "min_id", "max_id"):
            assert getattr(ours_info, known_of_it)() == getattr(stock_info, known_of_it)()
        assert ours_info.min_length() <= ours_info.max_length()
    else:
        for reader in (ours, stock):
            with pytest.raises(TermNotFound):
                reader.postings(*term)


def test_readers_know_the_same_of_documents(both):
    ours, stock = readers(both)
    assert (ours.doc_count(), ours.doc_count_all()) == (stock.doc_count(), stock.doc_count_all())
    assert ours.has_deletions() == stock.has_deletions()
    assert list(ours.all_doc_ids()) == list(stock.all_doc_ids())
    for number in range(stock.doc_count_all()):
        assert ours.is_deleted(number) == stock.is_deleted(number)
        for field in ("words", "bigrams", "forms", "headings"):
            ours_length, stock_length = (
                reader.doc_field_length(number, field) or 0 for reader in (ours, stock)
            )
            assert ours_length == pytest.approx(stock_length, rel=0.2, abs=1), "the stock codec rounds"
    for (ours_number, ours_kept), (stock_number, stock_kept) in zip(
        ours.iter_docs(), stock.iter_docs(), strict=True
    ):
        assert ours_number == stock_number
        assert (ours_kept["path"], ours_kept["line"]) == (stock_kept["path"], stock_kept["line"])
    for field in ("words", "forms", "headings", "bigrams"):
        assert ours.field_length(field) == stock.field_length(field)


def test_a_cursor_walks_the_terms(both):
    with both.ours.reader() as reader:
        for leaf, _ in reader.leaf_readers():
            cursor = leaf.cursor("words")
            expected = [term.decode() for term in leaf.lexicon("words")]
            walked_through = []
            while cursor.is_valid():
                walked_through.append(cursor.text())
                cursor.next()
            assert walked_through == expected
            assert cursor.text() is cursor.term_info() is None
            assert cursor.first() == (expected or [None])[0]
            for before, after in pairwise(expected):
                assert cursor.find(before + "\0") == after
                assert cursor.term_info().doc_frequency() == leaf.doc_frequency("words", after)
            assert cursor.find("\U0010ffff") is None


def test_words_that_are_spelled_alike_are_suggested(both):
    suggested = []
    for index in both:
        with index.searcher() as searcher:
            suggested.append(sorted(searcher.suggest("words", "wosh", limit=10, maxdist=2)))
    assert suggested[0] == suggested[1]
    assert "whosh" in suggested[0]


def test_it_is_read_only_and_says_so(both):
    with pytest.raises(NotImplementedError, match="add"):
        both.ours.writer()


def test_a_later_commit_is_seen_by_those_who_ask(tmp_path):
    written = WrittenIndex(tmp_path)
    written.commit(SEGMENTS[0])
    index = open_index(str(tmp_path))
    searcher = index.searcher()
    before = searcher.doc_count()
    assert searcher.up_to_date()
    written.commit(SEGMENTS[1], gone=["/a.txt"])
    assert not searcher.up_to_date()
    assert searcher.doc_count() == before
    with index.searcher() as fresh:
        assert fresh.doc_count() == sum(len(document.paragraphs) for document in written.documents.values())
    with searcher.refresh() as refreshed:
        assert refreshed.doc_count() == sum(
            len(document.paragraphs) for document in written.documents.values()
        )


def test_what_is_no_index_is_named(tmp_path):
    with pytest.raises(NoIndexError):
        open_index(str(tmp_path))
    WrittenIndex(tmp_path).commit(SEGMENTS[0])
    for path in tmp_path.glob("*.seg"):
        path.write_bytes(b"")
    with pytest.raises(CorruptIndexError):
        open_index(str(tmp_path))
