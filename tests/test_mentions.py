"""What a text mentions is read however it is written, the same one by one and in bulk, and what is none is left alone."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.fold import fold
from searchidx.local.indexing import annotations, inverter
from searchidx.mentions import mentions_in
from searchidx.mentions.terms import Amount, Date, amount_term, date_term
from searchidx.runs.numerals import han_to_int

D = Date


def dates(text: str, year: int | None = 2023) -> list[str]:
    return [term for term in mentions_in(fold(text), year) if term[0] in "dmy"]


def amounts(text: str) -> list[str]:
    return [term for term in mentions_in(fold(text)) if term[0] in "np"]


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("2023年4月20日", [D(2023, 4, 20)]),
        ("２０２３年４月２０日", [D(2023, 4, 20)]),
        ("2023 年 4 月 20 日", [D(2023, 4, 20)]),
        ("二〇二三年四月二十日", [D(2023, 4, 20)]),
        ("二○二三年十二月三十一日", [D(2023, 12, 31)]),
        ("二零二三年", [D(2023)]),
        ("2023-04-20", [D(2023, 4, 20)]),
        ("2023/4/20发布", [D(2023, 4, 20)]),
        ("2023.4.20", [D(2023, 4, 20)]),
        ("20230420", [D(2023, 4, 20)]),
        ("2023-04-20T08:00", [D(2023, 4, 20)]),
        ("2023-04", [D(2023, 4)]),
        ("2023年4月", [D(2023, 4)]),
        ("2023年4月份", [D(2023, 4)]),
        ("2023年度", [D(2023)]),
        ("2022年，2023年", [D(2022), D(2023)]),
        ("2019-2022年", [D(2019), D(2022)]),
        ("2019年至2022年3月", [D(2019), D(2022, 3)]),
        ("2022年12月1日至2023年1月5日", [D(2022, 12, 1), D(2023, 1, 5)]),
        ("2022年1月至6月", [D(2022, 1), D(2022, 6)]),
        ("2022年1月20日、21日和25日", [D(2022, 1, 20), D(2022, 1, 21), D(2022, 1, 25)]),
        ("2022年4月20-25日", [D(2022, 4, 20), D(2022, 4, 25)]),
        # Behind a label.
        ("日期：2023-04-20", [D(2023, 4, 20)]),
        ("日期=2023-04-20", [D(2023, 4, 20)]),
        ("签订日期/2023/4/20", [D(2023, 4, 20)]),
        ("截止:20230420", [D(2023, 4, 20)]),
        ("id=2023-04-20", []),
        # Of the year of the document.
        ("4月20日", [D(2023, 4, 20)]),
        ("四月二十日", [D(2023, 4, 20)]),
        ("4月20日至5月3日", [D(2023, 4, 20), D(2023, 5, 3)]),
        ("去年12月", [D(2022, 12)]),
        ("明年3月1日", [D(2024, 3, 1)]),
        # Of another calendar.
        ("农历四月二十日", []),
        ("（農曆四月初二）", []),
        ("农历2023年四月", []),
        ("八月十五", []),
        ("四月初八", []),
        ("民国十二年", []),
        # None at all.
        ("第2023号", []),
        ("2023", []),
        ("2023.4", []),
        ("版本2023.4.20.1", []),
        ("/2023/04/20/index", []),
        ("2023年13月", [D(2023)]),
        ("3023年", []),
        ("3个月", []),
        ("三十年", []),
    ],
)
def test_dates_are_read_as_they_are_written(text, mentioned):
    assert dates(text) == [date_term(date) for date in mentioned]


def test_a_day_of_no_known_year_has_none():
    assert dates("4月20日", None) == ["d0000-04-20"]
    assert dates("去年4月", None) == ["m0000-04"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("290亿元", [29_000_000_000]),
        ("142.8亿元", [14_280_000_000]),
        ("１４２．８億元", [14_280_000_000]),
        ("1.5 万元", [15_000]),
        ("1.2万", [12_000]),
        ("2万亿元", [2_000_000_000_000]),
        ("300万人", [3_000_000]),
        ("3百万", [3_000_000]),
        ("1亿2000万元", [120_000_000]),
        ("280-300亿元", [28_000_000_000, 30_000_000_000]),
        ("280亿至300亿", [28_000_000_000, 30_000_000_000]),
        ("5—8万元", [50_000, 80_000]),
        ("二百九十亿", [29_000_000_000]),
        ("一千二百万", [12_000_000]),
        ("一万亿元", [1_000_000_000_000]),
        ("贰佰玖拾元整", [290]),
        ("三万五", [35_000]),
        ("一百二", [120]),
        ("一千零五人", [1005]),
        ("二点五亿", [250_000_000]),
        ("三十六个", [36]),
        ("十二人", [12]),
        ("120人", [120]),
        ("3 个", [3]),
        ("3000多家", [3000]),
        ("3000多万", [30_000_000]),
        ("23,876", [23_876]),
        ("1,234.5公里", ["1234.5"]),
        ("¥100", [100]),
        ("￥99.5", ["99.5"]),
        ("100美元", [100]),
        # Behind a label.
        ("预算金额：500万元", [5_000_000]),
        ("人数: 120人", [120]),
        # With the unit in the label.
        ("采购金额（元）：715000.00", [715_000]),
        ("预算(万元): 3,456", [34_560_000]),
        ("金额（单位：万元）：61。", [610_000]),
        ("单价(元/吨)：777", [777]),
        ("面积（平方米）=919", [919]),
        ("预算（万元）：82万", [820_000]),
        ("编号（A）：35", []),
        ("说明（见附件）：3", []),
        ("评分（项）：3:2", []),
        ("起止（天）：10:30", []),
        ("金额＝500万", [5_000_000]),
        ("人数/120人", [120]),
        ("约￥3.2万", [32_000]),
        ("约RMB3.2万元", [32_000]),
        ("标段1：500万元", [5_000_000]),
        ("2023年:500万", [5_000_000]),
        ("票数：1,234", [1234]),
        ("报价∶五百万元", [5_000_000]),
        # Ratios and times.
        ("3:2", []),
        ("比例为1：500万", []),
        ("比分 3: 2个", []),
        ("10:30", []),
        ("时间：10:30人到齐", []),
        ("1/2个", []),
        ("ab12/3个", []),
        # None at all.
        ("2023年", []),
        ("20日", []),
        ("19:30", []),
        ("5点", []),
        ("第3条", []),
        ("第三百条", []),
        ("三个", []),
        ("十个", [10]),
        ("三五个", []),
        ("十分", []),
        ("万一", []),
        ("千万不要", []),
        ("一一", []),
        ("iPhone15台", []),
        ("5G公园", []),
        ("3.11.7", []),
        ("023-49301888", []),
        ("L500057910", []),
        ("1", []),
        ("12345678901234567890个", []),
        ("一" * 100_000 + "亿" * 100_000, []),
    ],
    ids=lambda value: str(value)[:20],
)
def test_amounts_are_read_as_they_are_written(text, values):
    assert amounts(text) == [amount_term(Amount(Decimal(value))) for value in values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("45%", [45]),
        ("４．５％", ["4.5"]),
        ("百分之二十", [20]),
        ("百分之20.5", ["20.5"]),
        ("5-10%", [5, 10]),
        ("5%至10%", [5, 10]),
        ("增长4.5个百分点", ["4.5"]),
        ("二十%", [20]),
    ],
)
def test_shares_are_amounts_of_their_own(text, values):
    assert amounts(text) == [amount_term(Amount(Decimal(value), percent=True)) for value in values]


@given(st.decimals(0, 10**30, places=3), st.decimals(0, 10**30, places=3))
def test_terms_sort_as_their_values_do(one, other):
    terms = [amount_term(Amount(value)) for value in (one, other)]
    assert (terms[0] < terms[1]) == (one < other)
    assert (terms[0] == terms[1]) == (one == other)


def in_words(number: int) -> str:
    """Write a number below 10,000 in Chinese."""
    digits = "零一二三四五六七八九"
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += digits[digit] + name
        elif written and number % unit and not written.endswith("零"):
            written += "零"
    return written


@given(st.integers(1, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_chinese_numerals_are_read_back(high, middle, low):
    assert han_to_int(in_words(high)) == high
    written = in_words(high) + "亿"
    if middle:
        written += ("零" if middle < 1000 else "") + in_words(middle) + "万"
    if low:
        written += ("零" if low < 1000 else "") + in_words(low)
    assert han_to_int(written) == high * 10**8 + middle * 10**4 + low


PIECES = [
    *("2023年", "4月", "20日", "4月20日", "二〇二三年", "四月", "二十日", "2023-04-20", "2023/4", "20230420", "农历", "去年", "至", "-", "~", "、"),
    *("290", "1.2", ":", "/", "=", "rmb", "段", "万", "亿", "万亿", "元", "%", "百分之", "(万元)", "（%）：", "[单位:人] = ", "二百九十", "十", "个", "人", "多", "第", "¥", "1,280", ",", ".", "点", "分之", "g"),
    *("３", "億", "　", " ", "\t", "甲", "。", "的", "x", "臺", "ア"),
]  # fmt: skip
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), min_size=1, max_size=6)


@settings(deadline=None, max_examples=600)
@given(texts, st.sampled_from([None, "2022", "2023-04-20", "strange"]))
def test_bulk_reads_what_one_by_one_is_read(written, date):
    year = int(date[:4]) if date and date[:4].isdigit() else None
    expected = {
        (term, number) for number, text in enumerate(written) for term in mentions_in(fold(text), year)
    }
    folded = inverter.fold_batch(written)
    laid_out = set(annotations.mention_terms(folded, [date] * len(written)))
    assert {(term, number) for term, number in laid_out if term[0] in "dmynp"} == expected


def test_paragraphs_in_other_forms_are_noted():
    written = [
        "台湾的风景",
        "臺灣的風景",
        "一座著名的建筑，此外都是简体字写成的",
        "ｉＰｈｏｎｅ",
        "iPhone，。",
        "⽂件",
        "\ud800",
    ]
    found = annotations.mention_terms(inverter.fold_batch(written), [None] * len(written))
    assert sorted(found) == sorted([("v", 1), ("w", 1), ("v", 2), ("v", 3), ("v", 5), ("w", 5)]), np.array(
        found
    )
