"""What a filter by dates or amounts asks for is read however it is written; anything else is none, at once."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.mentions.terms import (
    MENTION_KINDS,
    Amount,
    Date,
    DayOfYear,
    Days,
    Numbers,
    amount_term,
    date_term,
)
from searchidx.query.value_ranges import parse_amounts, parse_dates

APRIL = Days(Date(2023, 4, 1), Date(2023, 4, 31))


@pytest.mark.parametrize(
    ("value", "days"),
    [
        *((value, APRIL) for value in ("2023-04", "2023/4", "2023.4", "202304", "2023年4月", "２０２３年４月份", "二〇二三年四月", "2023 年 4 月")),
        *((value, Days(Date(2023, 4, 20), Date(2023, 4, 20))) for value in ("2023-04-20", "20230420", "2023年4月20日", "2023.4.20", "2023-04-20T08:00")),
        *((value, APRIL) for value in ("2023-04-01..2023-04-30", "2023年4月1日至30日", "2023-04-01~2023-04-30", "=2023-04")),
        ("2023", Days(Date(2023, 1, 1), Date(2023, 12, 31))),
        ("2023-04..2023-05", Days(Date(2023, 4, 1), Date(2023, 5, 31))),
        ("2023年4月到5月", Days(Date(2023, 4, 1), Date(2023, 5, 31))),
        ("2023..", Days(Date(2023, 1, 1), None)),
        ("..2023", Days(None, Date(2023, 12, 31))),
        (">2023", Days(Date(2024, 1, 1), None)),
        ("＞2023-04", Days(Date(2023, 5, 1), None)),
        (">2023-04-20", Days(Date(2023, 4, 21), None)),
        (">=2023-04", Days(Date(2023, 4, 1), None)),
        ("≥ 2023-04", Days(Date(2023, 4, 1), None)),
        ("<2023", Days(None, Date(2022, 12, 31))),
        ("<2023-04-20", Days(None, Date(2023, 4, 19))),
        ("<=2023-02-28", Days(None, Date(2023, 2, 31))),
        ("<=2024-02-28", Days(None, Date(2024, 2, 28))),
        ("4月20日", DayOfYear(4, 20)),
        ("四月", DayOfYear(4, 0)),
        *((value, None) for value in ("", "昨天", "2023-13", "2023-04-32", "0423", "3023", ">4月", "4月..5月", "2023..昨天", "..", ">", "1..2..3", "2023" * 50)),
    ],
)  # fmt: skip
def test_dates_are_read_as_they_are_written(value, days):
    assert parse_dates(value) == days


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        *((value, Numbers(Decimal("2.9e10"), Decimal("2.9e10"))) for value in ("290亿", "290亿元", "２９０億", "二百九十亿", "29,000,000,000", "=290亿")),
        *((value, Numbers(Decimal("2.8e10"), Decimal("3e10"))) for value in ("280亿..300亿", "280..300亿", "280-300亿", "280亿至300亿", "280～300亿元")),
        (">1亿", Numbers(Decimal("1e8"), None, above=True)),
        (">=1.2万", Numbers(Decimal(12000), None)),
        ("<1000", Numbers(None, Decimal(1000), below=True)),
        ("..5", Numbers(None, Decimal(5))),
        ("50%", Numbers(Decimal(50), Decimal(50), percent=True)),
        ("百分之五十", Numbers(Decimal(50), Decimal(50), percent=True)),
        ("10..20%", Numbers(Decimal(10), Decimal(20), percent=True)),
        ("300人", Numbers(Decimal(300), Decimal(300))),
        *((value, None) for value in ("", "很多", ">", "1..2..3", "10%..20", "1亿..很多", "一一", "1" * 30, "9" * 200)),
    ],
)  # fmt: skip
def test_amounts_are_read_as_they_are_written(value, numbers):
    assert parse_amounts(value) == numbers


days_of_month = st.builds(Date, st.integers(2022, 2024), st.integers(1, 12), st.sampled_from([1, 2, 30, 31]))
dates = days_of_month | st.builds(Date, st.integers(2022, 2024), st.integers(1, 12) | st.just(0), st.just(0))


@settings(max_examples=500)
@given(st.none() | days_of_month, st.none() | days_of_month, dates)
def test_a_date_lies_in_a_span_with_all_its_days(first, last, date):
    """The ranges of terms say the same as first and last days compared."""
    begins, ends = (
        Date(date.year, date.month or 1, date.day or 1),
        Date(date.year, date.month or 12, date.day or 31),
    )
    lies_in = (first is None or begins >= first) and (last is None or ends <= last)
    term = date_term(date).encode()
    assert any(start <= term < end for start, end, _ in Days(first, last).ranges(MENTION_KINDS)) == lies_in


amounts = st.decimals(0, 10**14, places=2)


@given(st.none() | amounts, st.none() | amounts, st.booleans(), st.booleans(), amounts)
def test_an_amount_lies_in_an_interval(first, last, above, below, amount):
    lies_in = (first is None or amount > first or (amount == first and not above)) and (
        last is None or amount < last or (amount == last and not below)
    )
    ((start, end, _),) = Numbers(first, last, above=above, below=below).ranges()
    assert (start <= amount_term(Amount(amount)).encode() < end) == lies_in


pieces = st.sampled_from(
    [*"0123456789年月日.-/~至到><=≥≤%万亿千百十一二三〇 ,tｔ号份", "..", "2023", "百分之"]
)
values = st.lists(pieces | st.characters(), max_size=30).map("".join)


@given(values)
def test_whatever_is_written_is_read_or_none(value):
    for asked in (parse_dates(value), parse_amounts(value)):
        assert asked is None or isinstance(asked, Days | DayOfYear | Numbers)
