"""Values that a filter must be able to read: whether it can, and what to say when it can't."""

from searchidx.query import notes

CHECKED = frozenset(("date", "in", "num", "lang", "size"))
"""Fields whose values are not just text."""

_LANGUAGES = {
    "zh": ("zh", "chinese", "cn", "中文", "汉语", "华文"),
    "zh-hans": ("zh-hans", "zh-cn", "zh-sg", "简体", "简体中文", "简中"),
    "zh-hant": ("zh-hant", "zh-tw", "zh-hk", "繁体", "繁体中文", "繁中", "正体"),
    "en": ("en", "english", "英文", "英语"),
    "ja": ("ja", "jp", "japanese", "日文", "日语"),
    "ko": ("ko", "kr", "korean", "韩文", "韩语"),
}
_KINDS = {
    "date": "date",
    "in": "date",
    "num": "amount",
    "lang": "language searchidx tells apart",
    "size": "range of sizes",
}
_EXAMPLES = {
    "date": "2023, 2023-04-20, 2023-04..2023-05 or >2023",
    "in": "2023年4月, 4月20日, 2023-04..2023-05 or >2023",
    "num": "290亿, >1亿, 280亿..300亿 or >50%",
    "lang": "zh, zh-hans, zh-hant, en, ja or ko",
    "size": ">1M, <100K or 100K..2M",
}


def complaint(field: str, value: str) -> str | None:
    """Give the note that a value needs, or None when the filter can read it."""
    return (
        None
        if _is_readable(field, value)
        else notes.unreadable_value(field, value, _KINDS[field], _EXAMPLES[field])
    )


def parse_language(value: str) -> str | None:
    """Return the language a value stands for: ``zh``, ``zh-hans``, ``zh-hant``, ``en``, ``ja``, ``ko``, or None."""
    from searchidx.fold import fold

    wanted = fold(value).strip().replace("_", "-")
    return next((language for language, names in _LANGUAGES.items() if wanted in names), None)


def _is_readable(field: str, value: str) -> bool:
    if field == "lang":
        return parse_language(value) is not None
    if field == "size":
        from searchidx.query.sizes import parse_sizes

        return parse_sizes(value) is not None
    from searchidx.query.value_ranges import parse_amounts, parse_dates

    return (parse_amounts(value) if field == "num" else parse_dates(value)) is not None
