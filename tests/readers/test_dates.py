"""Dates are read however people write them, and nothing else is taken for one."""

import pytest

from searchidx.readers.dates import dateline, normalised


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2023-04-20", "2023-04-20"),
        ("2023-04-20T08:00:00Z", "2023-04-20"),
        ("2023/4/20 10:11", "2023-04-20"),
        ("2023.4.5", "2023-04-05"),
        ("20230420", "2023-04-20"),
        ("2023年4月20日", "2023-04-20"),
        ("２０２３年４月２０日", "2023-04-20"),
        ("二〇二三年四月二十日", "2023-04-20"),
        ("二○一九年十二月三十一日", "2019-12-31"),
        ("2023 年 4 月", "2023-04"),
        ("2023年", "2023"),
        ("2023", "2023"),
        ("Thu, 20 Apr 2023 10:00:00 +0800", "2023-04-20"),
        ("April 20, 2023", "2023-04-20"),
        ("20 April 2023", "2023-04-20"),
        ("2023-13-01", None),
        ("2023年4月40日", None),
        ("昨天", None),
        ("12345", None),
        ("", None),
    ],
)
def test_a_written_date_is_read(written: str, date: str | None):
    assert normalised(written) == date


@pytest.mark.parametrize(
    ("texts", "date"),
    [
        (["标题", "(2023年4月20日)", "正文。"], "2023-04-20"),
        (["标题", "正文。", "某某公司", "二〇二三年四月二十日"], "2023-04-20"),
        (["2023年4月20日 星期四"], "2023-04-20"),
        (["发布时间：2023-04-20 10:22"], "2023-04-20"),
        (["2023年4月20日,会议召开。"], None),
        (["会议于2023年4月20日召开"], None),
        (["2023年"], None),
        (["1:2", "3.14"], None),
        ([], None),
    ],
)
def test_a_dateline_is_a_line_that_is_nothing_but_a_date(texts: list[str], date: str | None):
    assert dateline(texts) == date
