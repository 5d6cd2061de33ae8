"""Table of filter fields: names, value parsers, examples and meanings of ``path:``, ``date:`` and the others, one row each.

An engine has a mask for each row, and the fact of a paragraph that explains why it does not pass.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Parser = Callable[[str], Any]
"""Function that returns the parsed value, or None for a value that the field can't have."""


class FilterField(NamedTuple):
    """A field that a query can filter on.

    Attributes:
        name: Name in English, which :class:`~searchidx.query.tree.Filter` has.
        chinese: Name in simplified characters.
        meaning: Meaning of the filter, with ``{}`` for its value.
        traditional: Name in traditional characters, if it is another.
        aliases: Names of the field elsewhere, and slips in typing its own.
        parse: Parser of its values; None if every text is one.
        noun: Noun phrase for its values.
        examples: Examples of its values.
    """

    name: str
    chinese: str
    meaning: str
    traditional: str = ""
    aliases: tuple[str, ...] = ()
    parse: Parser | None = None
    noun: str = ""
    examples: str = ""


def _dates(value: str) -> Any:
    from searchidx.query.value_ranges import parse_dates

    return parse_dates(value)


def _amounts(value: str) -> Any:
    from searchidx.query.value_ranges import parse_amounts

    return parse_amounts(value)


def _sizes(value: str) -> Any:
    from searchidx.query.sizes import parse_sizes

    return parse_sizes(value)


def _language(value: str) -> Any:
    from searchidx.query.values import parse_language

    return parse_language(value)


def _encoding(value: str) -> Any:
    from searchidx.query.values import parse_encoding

    return parse_encoding(value)


_ROWS = (
    FilterField(
        "path", "路径", "“{}” in the path", "路徑",
        ("file", "filename", "folder", "dir", "文件", "文件名", "目录", "文件夹", "路经", "路劲"),
    ),
    FilterField(
        "title", "标题", "“{}” in the title of the document", "標題",
        ("name", "subject", "题名", "名称", "标提", "标体", "表题", "题目"),
    ),
    FilterField(
        "heading", "章节", "“{}” in a heading above", "章節",
        ("section", "小节", "栏目", "小标题", "章结", "章目"),
    ),
    FilterField(
        "type", "类型", "documents of the type {0}, or with names that end in .{0}", "類型",
        ("ext", "filetype", "format", "格式", "后缀", "扩展名", "类别", "类形"),
    ),
    FilterField(
        "lang", "语言", "text in {}", "語言",
        ("language", "语种", "文字"),
        _language, "a language that searchidx knows", "zh, zh-hans, zh-hant, en, ja or ko",
    ),
    FilterField(
        "date", "日期", "dated {}", "",
        ("day", "time", "year", "时间", "年份", "年月", "曰期", "日其"),
        _dates, "a date", "2023, 2023-04-20, 2023-04..2023-05 or >2023",
    ),
    FilterField(
        "in", "提到", "mention of a date {}", "",
        ("mentions", "提及", "文中日期"),
        _dates, "a date", "2023年4月, 4月20日, 2023-04..2023-05 or >2023",
    ),
    FilterField(
        "num", "金额", "mention of {}", "金額",
        ("number", "amount", "数字", "数额", "数量"),
        _amounts, "an amount", "290亿, >1亿, 280亿..300亿 or >50%",
    ),
    FilterField(
        "size", "大小", "documents of this size", "",
        ("bytes", "filesize", "尺寸", "文件大小"),
        _sizes, "a range of sizes", ">1M, <100K or 100K..2M",
    ),
    FilterField(
        "encoding", "编码", "documents read as {}", "編碼",
        ("charset", "codec", "字符集", "字元集"),
        _encoding, "a character encoding", "utf-8, gb18030 or big5",
    ),
    FilterField("exact", "原文", "“{}”, nothing folded"),
)  # fmt: skip

FILTER_FIELDS = {row.name: row for row in _ROWS}
"""Filter fields by name."""
FIELDS = tuple(FILTER_FIELDS)
"""Names of the filter fields."""
CHINESE = {row.chinese: row.name for row in _ROWS}
"""Names of the filter fields by their names in Chinese."""

ORDINARY = "text"
"""Prefix of an ordinary word, which filters nothing: ``text:"AND"`` is the word AND, not an operator."""
PINYIN = "py"
"""Prefix of pinyin, which filters nothing: ``py:chongqing``."""

_NAMES = {
    **{name: name for name in (*FIELDS, ORDINARY, PINYIN)},
    **CHINESE,
    **{row.traditional: row.name for row in _ROWS if row.traditional},
    "拼音": PINYIN,
}
_ALIASES = {alias: row for row in _ROWS for alias in row.aliases}
_MIN_SIMILARITY = 0.75


def field_named(name: str) -> str | None:
    """Return the field, or another prefix, of a half-width name in any case; None if there is none."""
    return _NAMES.get(name.lower())


def nearest_field(name: str) -> str | None:
    """Return the nearest field to an unknown name, in the script of the name; None if none is near."""
    lowered = name.lower()
    if row := _ALIASES.get(lowered):
        return row.name if name.isascii() else row.chinese
    # Needed after slips only, and slower to load than all of this module.
    from difflib import get_close_matches

    return next(iter(get_close_matches(lowered, FIELDS, n=1, cutoff=_MIN_SIMILARITY)), None)


def is_valid(field: str, value: str) -> bool:
    """Return true if a field can have a value."""
    parse = FILTER_FIELDS[field].parse if field in FILTER_FIELDS else None
    return parse is None or parse(value) is not None
