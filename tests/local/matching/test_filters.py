"""Filters let through what a plain look at the documents lets through, in whatever segment it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

import searchidx
from searchidx.document import Document, Paragraph
from searchidx.fold import fold
from searchidx.local.commit import merge_policy
from searchidx.query import Filter, Query, parse
from searchidx.query.sizes import parse_sizes
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written


def document(path: str, title: str, date: str | None, *own: str | None, kind: str = "markdown") -> Document:
    """A document of paragraphs that have dates of their own or none."""
    paragraphs = tuple(
        Paragraph(f"{title}第{line}段", line, line, headings=("总则", "第一章 範圍")[: line % 3], date=when)
        for line, when in enumerate(own, 1)
    )
    return Document(path, kind, "utf-8", title, date, paragraphs)


DOCUMENTS = [
    document("/书/甲.md", "渡口志", "2023-04-20", None, None, "2022-01-05"),
    document("/书/乙.TXT", "水庫記", None, None, "2023-04", kind="text"),
    document("/书籍/丙.md", "渡口续志", "2023", None, None, None),
    document("/书/深/丁.jsonl", "信", "2021-12-31", "2023-10-01", "2023-01-31", None, kind="jsonl"),
    document("/书/空.md", "空", "2023-04-20"),
    document("/删.md", "渡口志", "2023-04-20", None, "2023-04-20"),
]


@pytest.fixture(scope="module", params=["one segment each", "one segment"])
def index(request, tmp_path_factory) -> WrittenIndex:
    """With a document marked as deleted in front of others."""
    index = WrittenIndex(tmp_path_factory.mktemp("filtered") / "index")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_policy, "_MAX_DELETED_SHARE", 2.0)
        if request.param == "one segment":
            index.commit([DOCUMENTS[5], *DOCUMENTS[:5]])
        else:
            for first in DOCUMENTS[:5]:
                index.commit([first])
            index.commit([DOCUMENTS[5], document("/尾.md", "尾", None, "2023-04-20")])
        index.commit(gone=["/删.md"])
    assert index.reader().status().details["deleted_documents"] == 1
    return index


Test = Callable[[Document, Paragraph], bool]


def dated(wanted: str) -> Test:
    return lambda document, paragraph: (paragraph.date or document.date or "").startswith(wanted)


@pytest.mark.parametrize(
    ("query", "lets_through"),
    [
        ("path:书", lambda document, _: "书" in document.path),
        ("path:/书/", lambda document, _: "/书/" in document.path),
        ("path:*.md", lambda document, _: document.path.endswith(".md")),
        ("path:书/*.md", lambda document, _: document.path in {"/书/甲.md", "/书/空.md"}),
        ("title:渡口", lambda document, _: "渡口" in document.title),
        ("title:水库记", lambda document, _: document.title == "水庫記"),
        ("type:text", lambda document, _: document.type == "text"),
        ("type:md", lambda document, _: document.path.endswith(".md")),
        ("type:.TXT", lambda document, _: document.path.endswith(".TXT")),
        ("heading:总则", lambda _, paragraph: "总则" in paragraph.headings),
        ("heading:范围", lambda _, paragraph: "第一章 範圍" in paragraph.headings),
        ("date:2023", dated("2023")),
        ("date:2023-04", dated("2023-04")),
        ("date:2023年4月", dated("2023-04")),
        ("date:2023-1", dated("2023-01")),
        ("date:2023.4.20", dated("2023-04-20")),
        ("date:20230420", dated("2023-04-20")),
        ("日期:２０２２", dated("2022")),
        ("date:昨天", lambda *_: False),
        ("date:2023-04..2023-05", dated("2023-04")),
        ("date:..2022", lambda *of: dated("2021")(*of) or dated("2022")(*of)),
        ("date:2023-10..", dated("2023-10")),
        ("date:>2022", dated("2023")),
        ("date:＞＝2023", dated("2023")),
        ("date:>2023-04", dated("2023-10")),
        ("date:<2022", dated("2021")),
        ("date:<=2022-01-05", lambda *of: dated("2021")(*of) or dated("2022-01-05")(*of)),
        ("date:2023-04-01..2023-04-30", dated("2023-04")),
        ("日期:2023年4月1日至25日", dated("2023-04-20")),
        ("date:4月20日", dated("2023-04-20")),
        ("path:书/*.TXT", lambda document, _: document.path == "/书/乙.TXT"),
        ("path:書/甲.MD", lambda document, _: document.path == "/书/甲.md"),
        ("path:/书/", lambda document, _: document.path.startswith("/书/")),
        ("lang:zh", lambda *_: True),
        ("lang:en", lambda *_: False),
        ("title:渡口 path:甲", lambda document, _: document.path == "/书/甲.md"),
        ("NOT path:书", lambda document, _: "书" not in document.path),
        ("date:2023 -heading:总则", lambda *of: dated("2023")(*of) and "总则" not in of[1].headings),
        ("第2段 type:text", lambda document, paragraph: document.type == "text" and paragraph.line == 2),
    ],
)
def test_what_a_filter_lets_through(index, query, lets_through: Test):
    expected = [
        (found.path, paragraph.line)
        for found in index.documents.values()
        for paragraph in found.paragraphs
        if lets_through(found, paragraph)
    ]
    page = index.reader().search(SearchRequest(parse(query), limit=0))
    if query.startswith("第2段"):
        page_hits = [hit for hit in page.hits if hit.match == "literal"]
    else:
        page_hits = page.hits
        assert page.total == len(expected)
    assert sorted((hit.path, hit.line) for hit in page_hits) == sorted(expected)


@pytest.mark.parametrize("top", ["/书", "/书/", "/书/深", "/书/甲.md", "/", "/没有", "/书/甲"])
def test_under_keeps_what_is_at_or_below_a_path(index, top):
    query = parse("段")
    expected = sorted(
        (found.path, paragraph.line)
        for found in index.documents.values()
        for paragraph in found.paragraphs
        if found.path == top or found.path.startswith(top.rstrip("/") + "/")
    )
    reader = index.reader()
    page = reader.search(SearchRequest(query, limit=0, under=top))
    assert sorted((hit.path, hit.line) for hit in page.hits) == expected
    assert page.total == reader.count(SearchRequest(query, under=top)) == len(expected)
    assert sum(page.tiers.values()) == page.total
    assert {file.path for file in reader.files(SearchRequest(query, under=top))} == {
        path for path, _ in expected
    }


def test_files_are_listed_by_their_best_paragraph(index):
    reader = index.reader()
    hits = reader.search(SearchRequest(parse("渡口 第1段"), limit=0)).hits
    files = reader.files(SearchRequest(parse("渡口 第1段")))
    assert [file.path for file in files] == list(dict.fromkeys(hit.path for hit in hits))
    assert {file.path: file.count for file in files} == {
        path: sum(hit.path == path for hit in hits) for path in dict.fromkeys(hit.path for hit in hits)
    }


def test_a_hit_says_what_is_known_of_its_place(index):
    (hit,) = index.reader().search(SearchRequest(parse('"信第2段"'))).hits
    assert (hit.title, hit.type, hit.date, hit.line) == ("信", "jsonl", "2023-01-31", 2)
    (hit,) = index.reader().search(SearchRequest(parse('"渡口志第2段"'))).hits
    assert (hit.date, [fold(heading) for heading in hit.headings]) == ("2023-04-20", ["总则", "第一章 范围"])


SPOKEN = {
    "zh": [
        "防火墙规则已经生效",
        "購買門票後請於現場領取",
        "《千と千尋》在各地影院上映一周，观众反响热烈，口碑很好",
    ],
    "zh-hant": ["購買門票後請於現場領取"],
    "zh-hans": ["防火墙规则已经生效", "《千と千尋》在各地影院上映一周，观众反响热烈，口碑很好"],
    "ja": ["雨が降りそうなので傘を持って行く", "カタカナ"],
    "ko": ["비가 올 것 같아서 우산을 챙겼다"],
    "en": ["Take an umbrella, it may rain", "naïve café"],
    "none": ["Возьми зонт, будет дождь", "12:30 — !!!", "😀"],
}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("lang:zh", "zh"),
        ("语言：中文 path:a", "zh"),
        ("lang:zh-TW", "zh-hant"),
        ("語言:繁體", "zh-hant"),
        ("lang:zh_CN", "zh-hans"),
        ("lang:JA", "ja"),
        ("lang:韩语", "ko"),
        ("lang:english", "en"),
        ("lang:火星文", "nothing"),
    ],
)
def test_languages_are_told_apart_by_their_letters(tmp_path, asked, language):
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a.txt", dict.fromkeys(text for texts in SPOKEN.values() for text in texts))])
    found = index.reader().search(SearchRequest(parse(asked), limit=0)).hits
    assert {hit.text for hit in found} == set(SPOKEN.get(language, ()))


MENTIONING = [
    "成渝地区签约290亿元，2023年4月20日开工。",
    "总投资142.8亿元；４月２０日前报名",
    "注册资本一千二百万，占百分之四十五",
    "二〇二三年五月起，每人1,280元",
    "农历四月二十日赶集",
    "利率为4.5%，期限到2022年12月",
    "没有数字的一段",
]


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("num:290亿", {0}),
        ("num:>1亿", {0, 1}),
        ("num:280亿..300亿", {0}),
        ("金额:≤1.2千万", {2, 3}),
        ("num:<1000", set()),
        ("num:１２８０", {3}),
        ("num:>4%", {2, 5}),
        ("num:45%", {2}),
        ("num:..5%", {5}),
        ("in:2023年4月", {0, 1}),
        ("in:2023年4月20日", {0, 1}),
        ("提到:4月20日", {0, 1}),
        ("in:2023", {0, 1, 3}),
        ("in:2023-05..", {3}),
        ("in:2022-12..2023-04", {0, 1, 5}),
        ("in:<2023", {5}),
        ("in:2023 num:>1亿 -开工", {1}),
        ("签约 num:>1亿", {0}),
        ("NOT num:>0 NOT num:>0%", {4, 6}),
    ],
)
def test_what_the_text_mentions_is_found(tmp_path, merged, asked, found):
    """In several segments or merged to one, a deleted document in front."""
    index = WrittenIndex(tmp_path / "index")
    gone = written("/gone.txt", MENTIONING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2 if merged else 100)
        patch.setattr(merge_policy, "_MAX_DELETED_SHARE", 2.0)
        index.commit([gone, Document("/a.txt", "text", date="2023-04-01")])
        for at in range(0, len(MENTIONING), 3):
            paragraphs = [Paragraph(text, at + n, at + n) for n, text in enumerate(MENTIONING[at : at + 3])]
            index.commit([Document(f"/{at}.txt", "text", date="2023-04-01", paragraphs=tuple(paragraphs))])
        index.commit(gone=["/gone.txt"])
    page = index.reader().search(SearchRequest(parse(asked), limit=0))
    assert {hit.line for hit in page.hits} == found
    assert page.total == len(found)


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        (">1M", ((1 << 20) + 1, None)),
        ("＞＝１Ｍ", (1 << 20, None)),
        ("<100k", (0, (100 << 10) - 1)),
        ("<= 1.5 MB", (0, 3 << 19)),
        ("100K..2MiB", (100 << 10, 2 << 20)),
        ("1k至2k", (1 << 10, 2 << 10)),
        ("..500", (0, 500)),
        ("2G..", (2 << 30, None)),
        ("≥10字节", (10, None)),
        *((value, None) for value in ("", "1M", "..", ">", "big", "1M..big", "1..2..3", ">" + "9" * 99)),
    ],
)
def test_sizes_are_read_as_they_are_written(value, asked):
    assert parse_sizes(value) == asked


def test_documents_are_told_apart_by_size_and_encoding(tmp_path):
    small, large = "渡口的班次表已经更新。", "渡口的水位标尺已经换新。\n\n" * 200
    (tmp_path / "小.txt").write_bytes(small.encode("gbk"))
    (tmp_path / "大.txt").write_text(large, encoding="utf-8")
    (tmp_path / "宽.txt").write_bytes(small.encode("utf-16"))
    index = searchidx.open(tmp_path / "index", create=True)
    index.add([tmp_path / name for name in ("小.txt", "大.txt", "宽.txt")])

    def names(query: str) -> set[str]:
        return {Path(hit.path).name for hit in index.search(query, limit=0).hits}

    assert names("渡口 size:>1k") == names("渡口 大小:1k..1m") == {"大.txt"}
    assert names("渡口 size:<1k") == {"小.txt", "宽.txt"}
    assert names("渡口 encoding:gbk") == names("渡口 编码:GB2312") == {"小.txt"}
    assert names("渡口 encoding:utf16") == {"宽.txt"}
    assert names("渡口 -encoding:utf-8") == {"小.txt", "宽.txt"}
    assert any("size" in note for note in index.search("渡口 size:big").notes)


ODD = ['a"b', "a\\b", "甲\n乙", "x,y", "[z]", '","', "\\u0041", "\ud800", "é", "　", "行\t间"]


def test_odd_names_are_found_as_they_are(tmp_path):
    """Quotes, brackets, line ends and what no encoding knows, in paths, titles and headings."""
    index = WrittenIndex(tmp_path / "index")
    for half in (ODD[::2], ODD[1::2]):
        index.commit(
            Document(
                f"/{name}/", "text", title=name, paragraphs=(Paragraph("文", 1, 1, headings=(name, "甲")),)
            )
            for name in half
        )
    reader = index.reader()
    for wanted in [*ODD, '"', "\\", ",", "[", "]", '","', '"甲', "b", "乙", "A", "u0041", "\n"]:
        for field, where in (("path", "/{}/"), ("title", "{}"), ("heading", "{}\n甲")):
            if field == "path" and "[" in wanted:
                continue  # a pattern
            found = reader.search(SearchRequest(Query("", Filter(field, wanted)), limit=0)).hits
            texts = {f"/{name}/": where.format(name).split("\n甲") for name in ODD}
            expected = {
                path for path, known in texts.items() if any(fold(wanted) in fold(one) for one in known)
            }
            assert {hit.path for hit in found} == expected, (field, wanted)
