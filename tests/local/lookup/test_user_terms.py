"""A user's words, synonyms and stop words count at once, whatever the index was cut with."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import searchidx.api
from searchidx.analyzer import query_terms
from searchidx.analyzer import user_lexicon as own_language
from searchidx.analyzer.user_lexicon import Sources, UserLexicon, assemble, occurrences
from searchidx.errors import ConfigError
from searchidx.fold import fold
from searchidx.local.commit import merger
from searchidx.local.lookup.term_postings import postings, section_postings
from searchidx.local.segment import schema
from searchidx.local.segment.segment import Segment
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.test_user_words import jieba_with, oracle
from tests.written_index import WrittenIndex, written

__all__ = ["oracle"]  # the fixture that has jieba loaded

TEXTS = [
    "平台上云原生应用越来越多，云原生不是口号",
    "云朵原生态的风景",
    "他用 Visual Studio Code 写程序，不用 visual studio codex",
    "C罗和abc罗不是一个人，C罗C罗",
    "人民醫院旁边是卫生院",
    "卫生院昨天搬家了",
    "哈哈哈哈",
]


def words(*given: str | tuple[str, int | None], **more) -> UserLexicon:
    entries = [(fold(word), None) if isinstance(word, str) else (fold(word[0]), word[1]) for word in given]
    return assemble(entries, more.get("synonyms", {}), frozenset(more.get("stop_words", ())))


def places(reader, query: str) -> list[tuple[str, int, str]]:
    page = reader.search(SearchRequest(parse(query), limit=0))
    return [(hit.path, hit.line, hit.match) for hit in page.hits]


OWN = words("云原生", "visual studio code", "C罗", "卫生院", "哈哈")


@pytest.fixture
def index(tmp_path: Path) -> WrittenIndex:
    return WrittenIndex(tmp_path / "index")


def test_a_new_word_counts_at_once_in_what_is_indexed_already(index):
    index.commit([written("/a", TEXTS)])
    before, after = index.reader(), index.reader(OWN)
    found = postings(after.snapshot, schema.WORDS, "云原生")
    assert found.paragraphs.tolist() == [0]
    assert found.frequencies.tolist() == [2]
    assert not len(postings(before.snapshot, schema.WORDS, "云原生").paragraphs)
    assert postings(after.snapshot, schema.WORDS, "visual studio code").frequencies.tolist() == [1]
    assert postings(after.snapshot, schema.WORDS, "c罗").frequencies.tolist() == [3]
    assert postings(after.snapshot, schema.WORDS, "哈哈").frequencies.tolist() == [3]
    # As a word it lifts its paragraph: what it was cut into stands in both.
    assert "云原生" in query_terms("云原生", OWN).words
    assert "云原生" not in query_terms("云原生").words
    scores = {hit.line: hit.score for hit in after.search(SearchRequest(parse("云原生"), limit=0)).hits}
    plain = {hit.line: hit.score for hit in before.search(SearchRequest(parse("云原生"), limit=0)).hits}
    assert scores[1] - scores.get(2, 0) > plain[1] - plain.get(2, 0)


def test_what_is_cut_with_a_word_and_what_is_not_give_the_same_answers(index):
    index.commit([written("/cut", TEXTS, ("云原生手册", "C罗"))], own=OWN)
    index.commit([written("/uncut", TEXTS, ("云原生手册", "C罗"))])
    reader = index.reader(OWN)
    cut, uncut = reader.snapshot.segments
    assert cut.user_words == OWN.words
    assert uncut.user_words == frozenset()
    for word in OWN.words:
        for size, found in (
            (len(TEXTS), postings(reader.snapshot, schema.WORDS, word)),
            (cut.sections, section_postings(reader.snapshot, word)),
        ):
            half = len(found.paragraphs) // 2
            assert (found.paragraphs[:half] + size).tolist() == found.paragraphs[half:].tolist()
            assert found.frequencies[:half].tolist() == found.frequencies[half:].tolist()
    assert len(section_postings(reader.snapshot, "云原生").paragraphs) == 2
    assert len(postings(reader.snapshot, schema.HEADINGS, "云原生").paragraphs) == 2 * len(TEXTS)
    for query in ("云原生", "C罗", "哈哈 云原生", "visual studio code", "卫生院 搬家", "+云原生 口号"):
        answers = places(reader, query)
        assert {place[1:] for place in answers if place[0] == "/cut"} == {
            place[1:] for place in answers if place[0] == "/uncut"
        }


HAN = "云原生产业卫院人民医c1 罗"
SOME_WORDS = st.lists(st.text(HAN, min_size=2, max_size=4).map(str.strip), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(HAN, min_size=1, max_size=20), min_size=1, max_size=5), SOME_WORDS)
@example(["云原云原生原生", "原生产业"], ["云原", "原生", "云原生"])
@example(["c1罗c1", "1c1 罗"], ["c1罗", "c1 罗"])
def test_a_word_is_counted_wherever_it_stands_by_either_road(tmp_path_factory, texts, given_words):
    own = words(*(word for word in given_words if word))
    cut, uncut = (WrittenIndex(tmp_path_factory.mktemp("index")) for _ in range(2))
    cut.commit([written("/a", texts)], own=own)
    uncut.commit([written("/a", texts)])
    for word in own.words:
        expected = {
            number: count for number, text in enumerate(texts) if (count := occurrences(fold(text), word))
        }
        for index in (cut, uncut):
            found = postings(index.reader(own).snapshot, schema.WORDS, word)
            assert dict(zip(found.paragraphs.tolist(), found.frequencies.tolist(), strict=True)) == expected


def test_a_merged_segment_notes_the_words_that_all_of_it_was_cut_with(index, tmp_path):
    index.commit([written("/a", TEXTS)], own=words("云原生", "卫生院"))
    index.commit([written("/b", TEXTS)], own=words("云原生", "C罗"))
    reader = index.reader(OWN)
    before = {word: postings(reader.snapshot, schema.WORDS, word) for word in OWN.words}
    path = str(tmp_path / "merged.seg")
    merger.merge(reader.snapshot.segments, path)
    assert Segment(path).user_words == {"云原生"}
    for number in range(10):  # as many as are merged
        index.commit([written(f"/{number}", ["无关的话"])])
    after = index.reader(OWN).snapshot
    assert len(after.segments) < 12
    for word, found in before.items():
        again = postings(after, schema.WORDS, word)
        assert np.sort(again.frequencies).tolist() == np.sort(found.frequencies).tolist()


def test_an_index_cut_without_words_is_the_same_as_ever(index, tmp_path):
    other = WrittenIndex(tmp_path / "other")
    index.commit([written("/a", TEXTS)])
    other.commit([written("/a", TEXTS)], own=words(stop_words={"云"}))
    names = [next(iter((tmp_path / name).glob("*.seg"))) for name in ("index", "other")]
    assert names[0].read_bytes() == names[1].read_bytes()


def test_an_index_is_cut_as_jieba_cuts_with_the_words_and_counts_them_wherever_else_they_stand():
    lines = ["云原生", "原生产业 40", "上云 0", "操作系统内核 3"]
    entries = [
        (word, int(number) if number else None) for word, _, number in (line.partition(" ") for line in lines)
    ]
    own = assemble(entries, {}, frozenset())
    theirs = jieba_with(lines)
    texts = ["平台上云原生产业", "分布式操作系统内核里的云原生", "Docker云原生 与 上云  原生产业", ""]
    assert own.terms("\n".join(texts)).count("\n") == len(texts) - 1
    for text in texts:
        cut = own.terms(text)
        tokens = [word for word, _, _ in theirs.tokenize(text, mode="search", HMM=False)]
        assert [word for word in cut if word not in own.words] == [
            word for word in tokens if word not in own.words
        ]
        for word in own.words:
            assert cut.count(word) == text.count(word) >= tokens.count(word)


def test_a_word_that_is_taken_from_the_dictionary_is_no_word_of_a_new_index(tmp_path):
    documents, vocabulary = tmp_path / "documents", tmp_path / "words.txt"
    documents.mkdir()
    (documents / "a.txt").write_text("操作系统", "utf-8")
    vocabulary.write_text("操作系统 0\n", "utf-8")
    with searchidx.api.open(tmp_path / "index", create=True, words=vocabulary) as index:
        index.add([documents], processes=1)
        assert not len(index.engine().snapshot.postings(schema.WORDS, "操作系统").paragraphs)


def test_synonyms_are_one_word_both_ways_or_one_way(index, tmp_path):
    file = tmp_path / "synonyms.txt"
    file.write_bytes("\ufeff# 医疗\r\n醫院，卫生院\r\nVSC => Visual Studio Code\r\n\r\n".encode())
    index.commit([written("/a", TEXTS)])
    own = own_language.load(Sources(synonyms=str(file)))
    assert own is not None
    assert not own.notes
    reader = index.reader(own)
    for query, others in (("医院", 6), ("卫生院", 5), ("vsc", 3)):
        found = {hit.line: hit for hit in reader.search(SearchRequest(parse(query), limit=0)).hits}
        assert found[others].match != "some", query
        shown = [found[others].text[start:end] for start, end in found[others].spans]
        assert {6: "卫生院", 5: "醫院", 3: "Visual Studio Code"}[others] in shown or found[
            others
        ].match == "literal"
    assert postings(reader.snapshot, schema.WORDS, "医院").frequencies.tolist() == [2, 1]
    row = next(row for row in reader.explain(SearchRequest(parse("医院"))).terms if row.field == "words")
    assert (row.paragraphs, row.also) == (2, ("卫生院",))
    assert len(reader.search(SearchRequest(parse("codex"), limit=0)).hits) == 1
    assert reader.search(SearchRequest(parse('"医院"'), limit=0)).total == 1


def test_stop_words_of_the_user_are_left_out_of_the_words_of_a_query(tmp_path):
    file = tmp_path / "stop.txt"
    file.write_text("# 口头语\n感觉\n", "utf-8")
    own = own_language.load(Sources(stop_words=str(file)))
    assert query_terms("感觉云原生的应用", own).words == query_terms("云原生的应用").words
    assert query_terms("感觉", own).words == ("感觉",)


def test_bad_lines_are_named_and_files_that_are_not_there_refused(tmp_path):
    synonyms, vocabulary = tmp_path / "synonyms.txt", tmp_path / "words.txt"
    synonyms.write_text("医院\n甲 =>\n甲, 乙\n", "utf-8")
    vocabulary.write_bytes("好词\n".encode() + b"\xff\n")
    own = own_language.load(Sources(str(vocabulary), str(synonyms)))
    assert [note.rpartition(": ")[0].removeprefix(str(tmp_path)).split(":")[0] for note in own.notes] == [
        "/words.txt, line 2",
        "/synonyms.txt, line 1",
        "/synonyms.txt, line 2",
    ]
    assert own.synonyms == {"甲": ("乙",), "乙": ("甲",)}
    with pytest.raises(ConfigError, match=r"none\.txt does not exist; create it"):
        own_language.load(Sources(str(tmp_path / "none.txt")))


def test_the_python_twin_takes_words_for_indexing_and_sees_a_changed_file(tmp_path):
    documents, vocabulary = tmp_path / "documents", tmp_path / "words.txt"
    documents.mkdir()
    (documents / "a.txt").write_text(TEXTS[0], "utf-8")
    vocabulary.write_text("云原生\n", "utf-8")
    with searchidx.api.open(tmp_path / "index", create=True, words=vocabulary) as index:
        index.add([documents], processes=1)
        (documents / "b.eml").write_text(f"Subject: x\n\n{TEXTS[0]}", "utf-8")
        index.add([documents], processes=2)
        parts = index.engine().snapshot.segments
        assert [part.user_words for part in parts] == [{"云原生"}, {"云原生"}]
        vocabulary.write_text("云原生\n口号\n上云\n", "utf-8")
        assert "上云" in index.engine().snapshot.user_lexicon.words
