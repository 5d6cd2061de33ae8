"""Whoosh code works on an index of searchidx, and Chinese works in schemas of Whoosh's own.

Passes with Whoosh 2.7.4 and, by tools/test_with_whoosh3.sh, with whoosh3.
"""

import pickle
import re
import subprocess
import sys
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import highlight, query, scoring, sorting
from whoosh.analysis import StopFilter
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.index import create_in
from whoosh.index import open_dir as whoosh_open_dir
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser, OrGroup, QueryParser

import searchidx
from searchidx.analyzer import is_word
from searchidx.errors import NoIndexError
from searchidx.fold import fold
from searchidx.whoosh import ChineseAnalyzer, open_dir

PAGES = Path(__file__).resolve().parent.parent / "docs"
NOTE = "重庆市公园管理处发布通知：防火墙规则已经更新。"
LOG = "防火墙记录了三次异常登录，防火墙随后重新启动。"
STORY = "他招了招手，the firewall rules were gone。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "通知.txt").write_text(f"{NOTE}\n\n{LOG}\n", encoding="utf-8")
    (folder / "story.md").write_text(f"# 公园里的故事\n\n{STORY}\n", encoding="utf-8")
    (folder / "gone.txt").write_text("防火墙规则在这里也出现过。\n", encoding="utf-8")
    with searchidx.open(folder / "index", create=True) as index:
        index.add([folder / "通知.txt", folder / "story.md", folder / "gone.txt"])
        index.remove([folder / "gone.txt"])
    return folder


@pytest.fixture
def searcher(folder):
    with open_dir(str(folder / "index")).searcher() as searcher:
        yield searcher


def parsed(searcher, text: str, field: str = "text"):
    return QueryParser(field, searcher.schema).parse(text)


def texts(results) -> list[str]:
    return [hit["text"] for hit in results]


@pytest.mark.parametrize(
    "text", [NOTE, "防火墙规则已经更新", "防火牆規則", "规则 AND 防火墙", "管理", "公园管理处 NOT 登录"]
)
def test_a_parsed_sentence_finds_its_paragraph(searcher, text):
    assert texts(searcher.search(parsed(searcher, text))) == [NOTE]


@pytest.mark.parametrize(
    "phrase", ["市公园", "公园管理", "园管", "防火墙规则", "防火牆規則", "理处发", "火", NOTE]
)
def test_a_quoted_phrase_finds_every_paragraph_that_contains_it_and_no_other(searcher, phrase):
    contained = [text for text in (NOTE, LOG, "公园里的故事", STORY) if fold(phrase) in fold(text)]
    assert contained
    assert sorted(texts(searcher.search(parsed(searcher, f'"{phrase}"')))) == sorted(contained)


@pytest.mark.parametrize("phrase", ["管理公园", "规则防火墙", "rules firewall", "防墙"])
def test_words_in_another_order_are_no_phrase(searcher, phrase):
    assert texts(searcher.search(parsed(searcher, f'"{phrase}"'))) == []


def test_a_phrase_counts_foreign_words_and_allows_a_slop(searcher):
    assert texts(searcher.search(parsed(searcher, '"the FIREWALL rules"'))) == [STORY]
    assert texts(searcher.search(parsed(searcher, '"了手"'))) == []
    assert texts(searcher.search(parsed(searcher, '"了手"~3'))) == [STORY]


@pytest.mark.parametrize("text", ["火?墙", "fire*", "防火*", "fir?wall", "rule~", "text:[防 TO 防火墙]"])
def test_patterns_fuzzy_terms_and_ranges_are_parsed(searcher, text):
    parser = QueryParser("text", searcher.schema)
    parser.add_plugin(FuzzyTermPlugin())
    expected = [] if text == "火?墙" else [STORY] if text.isascii() else [NOTE, LOG]
    assert sorted(texts(searcher.search(parser.parse(text)))) == sorted(expected)


def test_several_fields_are_parsed(searcher):
    parser = MultifieldParser(["text", "headings"], searcher.schema, group=OrGroup)
    assert STORY in texts(searcher.search(parser.parse("故事")))


def test_hits_are_highlighted_in_the_text_as_written(searcher):
    results = searcher.search(parsed(searcher, "防火牆更新"))
    results.formatter = highlight.HtmlFormatter(tagname="em")
    marked = re.findall(r"<em[^>]*>([^<]+)</em>", results[0].highlights("text"))
    assert marked == ["防火墙", "更新"]


def test_a_phrase_is_highlighted(searcher):
    results = searcher.search(parsed(searcher, '"招了招手"'), terms=True)
    results.formatter = highlight.UppercaseFormatter()
    results.fragmenter = highlight.WholeFragmenter()
    assert results[0].highlights("text") == STORY
    results.formatter = highlight.HtmlFormatter(tagname="em")
    assert "".join(re.findall(r">([^<]+)</em>", results[0].highlights("text"))) == "招了招手"


@pytest.mark.parametrize("fragmenter", [highlight.SentenceFragmenter, highlight.ContextFragmenter, highlight.PinpointFragmenter, highlight.WholeFragmenter])  # fmt: skip
def test_every_fragmenter_works(searcher, fragmenter):
    results = searcher.search(parsed(searcher, "异常登录"), terms=True)
    results.fragmenter = fragmenter()
    assert "登录</b>" in results[0].highlights("text")
    assert results[0].matched_terms()


def test_paths_and_types_can_be_searched(searcher, folder):
    path = str(folder / "story.md")
    assert STORY in texts(searcher.search(query.Term("path", path)))
    assert STORY in texts(searcher.search(parsed(searcher, f"path:{path}")))
    assert sorted(texts(searcher.search(query.Wildcard("path", "*通知*")))) == sorted([NOTE, LOG])
    assert len(searcher.search(query.Prefix("path", str(folder)), limit=None)) == searcher.doc_count()
    assert texts(searcher.search(query.Term("path", str(folder / "gone.txt")))) == []
    assert STORY in texts(searcher.search(parsed(searcher, "type:markdown")))


def test_searches_are_filtered_and_masked(searcher):
    fire = query.Or([query.Term("text", "防火墙"), query.Term("text", "firewall")])
    markdown = query.Term("type", "markdown")
    assert texts(searcher.search(fire, filter=markdown)) == [STORY]
    assert sorted(texts(searcher.search(fire, mask=markdown))) == sorted([NOTE, LOG])


def test_hits_are_sorted(searcher):
    every = query.Every()
    paths = [hit["path"] for hit in searcher.search(every, sortedby="path", limit=None)]
    assert paths == sorted(paths)
    assert len(set(paths)) == 2
    backwards = searcher.search(every, sortedby=sorting.FieldFacet("path", reverse=True), limit=None)
    assert [hit["path"] for hit in backwards] == paths[::-1]
    lines = searcher.search(every, sortedby=sorting.StoredFieldFacet("line"), limit=None)
    assert [hit["line"] for hit in lines] == sorted(hit["line"] for hit in lines)


def test_hits_are_grouped(searcher, folder):
    results = searcher.search(parsed(searcher, "防火墙 OR firewall"), groupedby=["path", "type"])
    groups = results.groups("path")
    assert {path: len(numbers) for path, numbers in groups.items()} == {
        str(folder / "通知.txt"): 2,
        str(folder / "story.md"): 1,
    }
    assert set(results.groups("type")) == {"text", "markdown"}


def test_hits_are_ranked_and_paged(searcher):
    results = searcher.search(parsed(searcher, "防火墙"))
    assert texts(results) == [LOG, NOTE]
    assert results[0].score > results[1].score > 0
    assert texts(searcher.search_page(parsed(searcher, "防火墙"), 2, pagelen=1)) == [NOTE]


def test_words_are_corrected(searcher):
    assert searcher.suggest("text", "firewal") == ["firewall"]
    assert "防火墙" in searcher.suggest("text", "防火强")
    corrected = searcher.correct_query(parsed(searcher, "firewal rules"), "firewal rules")
    assert corrected.string == "firewall rules"


def test_statistics_and_single_characters_are_available(searcher):
    reader = searcher.reader()
    assert reader.doc_frequency("text", "登录") == reader.doc_frequency("text", "firewall") == 1
    assert "防火墙" in [term.decode() for term in reader.lexicon("text")]
    assert sorted(texts(searcher.search(query.Term("text", "火")))) == sorted([NOTE, LOG])


def test_an_index_opens_for_other_weightings(folder):
    with open_dir(str(folder / "index")).searcher(weighting=scoring.TF_IDF()) as searcher:
        assert texts(searcher.search(parsed(searcher, "防火墙")))[0] == LOG


def test_a_folder_without_an_index_is_refused(tmp_path):
    with pytest.raises(NoIndexError):
        open_dir(str(tmp_path))


# --- The analyzer ---


def tokens(text: str, **options) -> list[tuple[str, int, int, int]]:
    analyzed = ChineseAnalyzer()(text, positions=True, chars=True, **options)
    return [(token.text, token.pos, token.startchar, token.endchar) for token in analyzed]


SAMPLES = st.lists(
    st.sampled_from(["中华人民共和国", "國務院", "卡拉OK", "Ｔ恤", "5G公园", "C++", "。", " ", "\n", "naïve", "привет", "𠮷野家", "研究生命起源", "x-900"])
    | st.text(max_size=4),
    max_size=6,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(text=SAMPLES)
def test_the_words_are_those_of_jieba_without_its_model(text):
    ours = sorted((word, start, end) for word, _, start, end in tokens(text))
    expected = jieba.tokenize(fold(text), mode="search", HMM=False)
    assert ours == sorted(token for token in expected if is_word(token[0]))


@settings(deadline=None)
@given(text=SAMPLES, mode=st.sampled_from(["", "index", "query"]))
def test_offsets_are_those_of_the_text_and_positions_ascend_with_them(text, mode):
    analyzed = tokens(text, mode=mode, removestops=False)
    for word, _, start, end in analyzed:
        assert word == fold(text[start:end])
    order = [(start, position) for _, position, start, _ in analyzed]
    assert order == sorted(order)
    assert len(dict(order)) == len(set(order))


@pytest.fixture(scope="module")
def own_index(tmp_path_factory):
    """An index of Whoosh's own codec, on disk, so that its pickled schema is read back."""
    directory = str(tmp_path_factory.mktemp("own"))
    schema = Schema(id=ID(stored=True), content=TEXT(stored=True, analyzer=ChineseAnalyzer()))
    writer = create_in(directory, schema).writer()
    for number, text in enumerate((NOTE, LOG, STORY)):
        writer.add_document(id=str(number), content=text)
    writer.commit()
    return whoosh_open_dir(directory)


def contents(index, text: str) -> list[str]:
    with index.searcher() as searcher:
        results = searcher.search(QueryParser("content", index.schema).parse(text), limit=None)
        return sorted(hit["content"] for hit in results)


@pytest.mark.parametrize(
    "phrase",
    ["市公园", "公园管理", "防火牆規則", "招了招手", "the firewall", "火墙随", "管理公园", "rules firewall"],
)
def test_quoted_phrases_work_in_a_schema_of_ones_own(own_index, phrase):
    expected = [text for text in (NOTE, LOG, STORY) if fold(phrase) in fold(text)]
    assert contents(own_index, f'"{phrase}"') == sorted(expected)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_piece_of_a_text_is_found_as_a_phrase(own_index, data):
    text = data.draw(st.sampled_from([NOTE, LOG]))
    start = data.draw(st.integers(0, len(text) - 2))
    piece = text[start : data.draw(st.integers(start + 2, len(text)))]
    assert text in contents(own_index, f'"{piece}"')


def test_words_are_found_and_highlighted_in_a_schema_of_ones_own(own_index):
    assert contents(own_index, "防火墙规则") == [NOTE]
    with own_index.searcher() as searcher:
        (hit,) = searcher.search(QueryParser("content", own_index.schema).parse("异常"))
        assert ">异常</b>" in hit.highlights("content")


def test_the_highlight_function_marks_words_of_a_document():
    marked = highlight.highlight(
        NOTE, ["防火墙"], ChineseAnalyzer(), highlight.WholeFragmenter(), highlight.HtmlFormatter()
    )
    assert ">防火墙</strong>" in marked


def test_positions_are_stored_with_characters_too():
    schema = Schema(content=TEXT(stored=True, analyzer=ChineseAnalyzer(), chars=True, vector=True))
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        writer.add_document(content=NOTE)
    assert contents(index, '"公园管理"') == [NOTE]


def test_filters_of_whoosh_follow_the_analyzer():
    analyzer = ChineseAnalyzer() | StopFilter(stoplist={"已经"}, minsize=1, renumber=False)
    assert "已经" not in [token.text for token in analyzer("规则已经更新")]


def test_a_pattern_stays_one_token():
    assert [token.text for token in ChineseAnalyzer()("防火Ｑ", tokenize=False)] == ["防火q"]


def test_the_analyzer_is_pickled_by_its_public_name():
    pickled = pickle.dumps(ChineseAnalyzer(), protocol=2)
    assert b"searchidx.whoosh" in pickled
    assert b"searchidx.local" not in pickled
    assert pickle.loads(pickled) == ChineseAnalyzer()


# --- The pages ---


@pytest.mark.parametrize("page", ["whoosh.md", "whoosh.zh-CN.md"])
def test_the_examples_of_the_page_run(page, tmp_path):
    (tmp_path / "fixtures").symlink_to(PAGES.parent / "fixtures")
    blocks = re.findall(
        r"^```python\n(.*?)^```$", (PAGES / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len(blocks) >= 8
    script = "\n".join(blocks)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_both_languages_show_the_same_code():
    english, chinese = (
        re.findall(r"^```python\n(.*?)^```$", (PAGES / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
        for page in ("whoosh.md", "whoosh.zh-CN.md")
    )
    assert english == chinese
