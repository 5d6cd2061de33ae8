"""Automatic numbers on slides are text, as a person reads them."""

import pytest

from searchidx.readers import read
from tests.documents import pptx

pytest.importorskip("lxml")


def auto(kind: str, more: str = "") -> str:
    return f'<a:buAutoNum type="{kind}" {more}/>'


def p(text: str, bullet: str = "", level: int = 0) -> str:
    return f'<a:p><a:pPr lvl="{level}">{bullet}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>'


def texts(*paragraphs: str, styles: str = "") -> list[str]:
    shape = f"<p:sp><p:txBody><a:lstStyle>{styles}</a:lstStyle>{''.join(paragraphs)}</p:txBody></p:sp>"
    return [paragraph.text for paragraph in read("/c/a.pptx", pptx(("题", [], ""), more=shape)).paragraphs][
        1:
    ]


def test_paragraphs_of_a_list_are_numbered_on_by_their_level():
    chinese, arabic = auto("ea1ChsPeriod"), auto("arabicParenBoth")
    assert texts(
        p("甲", chinese),
        p("子", arabic, 1),
        p("丑", arabic, 1),
        p("", chinese),
        p("乙", chinese),
        p("寅", arabic, 1),
    ) == ["一. 甲", "(1) 子", "(2) 丑", "二. 乙", "(1) 寅"]


def test_a_list_ends_at_another_kind_and_at_text_without_number():
    one, two = auto("arabicPeriod"), auto("circleNumDbPlain")
    assert texts(p("甲", one), p("乙", two), p("丙", two), p("丁"), p("戊", two), p("己", "<a:buNone/>")) == [
        "1. 甲",
        "① 乙",
        "② 丙",
        "丁",
        "① 戊",
        "己",
    ]


def test_a_list_may_start_elsewhere_and_be_numbered_by_the_style_of_its_text():
    third = auto("alphaUcParenR", 'startAt="3"')
    assert texts(p("甲", third), p("乙", third)) == ["C) 甲", "D) 乙"]
    styles = f"<a:lvl1pPr>{auto('romanLcPeriod')}</a:lvl1pPr>"
    assert texts(p("甲"), p("乙", '<a:buChar char="•"/>'), p("丙"), styles=styles) == ["i. 甲", "乙", "i. 丙"]
