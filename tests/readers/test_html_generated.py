"""Numbers of lists and ruby in HTML and EPUB are read as a browser shows them."""

import pytest

from searchidx.readers import read
from tests.documents import epub

pytest.importorskip("lxml")


def texts(source: str) -> list[str]:
    return [paragraph.text for paragraph in read("/c/a.html", source.encode()).paragraphs]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<ol><li>甲<li>乙</ol>", ["1. 甲", "2. 乙"]),
        ("<ol start=3><li>甲<li>乙</ol>", ["3. 甲", "4. 乙"]),
        ("<ol start=-1><li>甲<li>乙<li>丙</ol>", ["-1. 甲", "0. 乙", "1. 丙"]),
        ("<ol reversed><li>甲<li>乙<li>丙</ol>", ["3. 甲", "2. 乙", "1. 丙"]),
        ("<ol reversed start=10><li>甲<li>乙</ol>", ["10. 甲", "9. 乙"]),
        ("<ol><li>甲<li value=7>乙<li>丙</ol>", ["1. 甲", "7. 乙", "8. 丙"]),
        ("<ol type=a><li>甲<li>乙</ol>", ["a. 甲", "b. 乙"]),
        ("<ol type=A start=27><li>甲</ol>", ["AA. 甲"]),
        ("<ol type=i><li>甲<li type=I>乙</ol>", ["i. 甲", "II. 乙"]),
        ("<ol start=x type=q><li value=''>甲</ol>", ["1. 甲"]),
        ("<ul><li>甲</ul><menu><li>乙</menu><li>丙", ["甲", "乙", "丙"]),
        ("<ol><li>甲<ul><li>子</ul><li>乙<ol><li>丑</ol></ol>", ["1. 甲", "子", "2. 乙", "1. 丑"]),
        ("<ol><li><p>甲</p><p>续</p><li><h2>乙</h2>文</ol>", ["1. 甲", "续", "2. 乙", "文"]),
        ("<ol><li></li><li>乙</li></ol><p>丙</p>", ["2. 乙", "丙"]),
        ("<ol><li hidden>甲<li>乙乙乙乙</ol>", ["1. 乙乙乙乙"]),
        ("<table><tr><td>步骤<td><ol><li>甲<li>乙</ol></table>", ["步骤 | 1. 甲 2. 乙"]),
    ],
)
def test_items_of_ordered_lists_bear_their_numbers(source: str, expected: list[str]):
    assert texts(source) == expected


@pytest.mark.parametrize(
    "ruby",
    [
        "<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>",
        "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rp>（</rp><rt>じ</rt><rp>）</rp></ruby>",
        "<ruby>漢<rt>かん</ruby><ruby>字<rt>じ</ruby>",
        "<ruby>\n  漢\n  <rp>（<rt>かん<rp>）</rp>\n</ruby><ruby>\n<rb>字</rb>\n<rt>じ</rt>\n</ruby>",
        "<ruby><rb>漢<rt>かん<rb>字<rt>じ</ruby>",
    ],
)
def test_ruby_stands_once_behind_the_characters_it_explains(ruby: str):
    assert texts(f"<p>この{ruby}は</p>") == ["この漢(かん)字(じ)は"]
    (paragraph,) = read("/c/a.epub", epub(f"<p>この{ruby}は</p>")).paragraphs
    assert paragraph.text == "この漢(かん)字(じ)は"


def test_readings_of_a_whole_word_stand_behind_it_together():
    assert texts("<p><ruby><rb>重<rb>庆<rt>chóng<rt>qìng</ruby>市</p>") == ["重庆(chóngqìng)市"]
    complex_ruby = "<ruby><rb>重</rb><rb>庆</rb> <rt>chóng</rt> <rt>qìng</rt></ruby>"
    assert texts(f"<p>{complex_ruby}市</p>") == ["重庆(chóngqìng)市"]
    assert texts("<p><ruby>重庆<rt></rt></ruby>市</p>") == ["重庆市"]
    assert texts("<p><ruby>重庆<rt>x</p><p>下一段(a)</p>") == ["重庆(x)", "下一段(a)"]
    assert texts("<h1><ruby>渝<rt>yú</rt></ruby>中</h1>") == ["渝(yú)中"]
