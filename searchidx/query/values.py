"""Values of filters that are not just text: parsers of languages and encodings, validity, and notes on invalid ones."""

from searchidx.query import notes

CHECKED = frozenset(("date", "in", "num", "lang", "size", "encoding"))
"""Fields whose values are parsed."""

_LANGUAGES = {
    "zh": ("zh", "chinese", "cn", "中文", "汉语", "华文"),
    "zh-hans": ("zh-hans", "zh-cn", "zh-sg", "简体", "简体中文", "简中"),
    "zh-hant": ("zh-hant", "zh-tw", "zh-hk", "繁体", "繁体中文", "繁中", "正体"),
    "en": ("en", "english", "英文", "英语"),
    "ja": ("ja", "jp", "japanese", "日文", "日语"),
    "ko": ("ko", "kr", "korean", "韩文", "韩语"),
}
_KINDS = {
    "date": "a date",
    "in": "a date",
    "num": "an amount",
    "lang": "a language that searchidx knows",
    "size": "a range of sizes",
    "encoding": "a character encoding",
}
_EXAMPLES = {
    "date": "2023, 2023-04-20, 2023-04..2023-05 or >2023",
    "in": "2023年4月, 4月20日, 2023-04..2023-05 or >2023",
    "num": "290亿, >1亿, 280亿..300亿 or >50%",
    "lang": "zh, zh-hans, zh-hant, en, ja or ko",
    "size": ">1M, <100K or 100K..2M",
    "encoding": "utf-8, gb18030 or big5",
}
_ENCODINGS = {
    **dict.fromkeys(("gbk", "gb2312", "cp936", "gb-18030", "国标"), "gb18030"),
    **dict.fromkeys(("cp950", "big5hkscs", "big5-hkscs", "big-5", "大五码"), "big5"),
    **dict.fromkeys(("utf8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("utf16", "ucs2", "unicode"), "utf-16"),
}


def is_valid(field: str, value: str) -> bool:
    """Return true if a value of one of the fields ``CHECKED`` can be parsed."""
    match field:
        case "lang":
            return parse_language(value) is not None
        case "encoding":
            return parse_encoding(value) is not None
        case "size":
            from searchidx.query.sizes import parse_sizes

            return parse_sizes(value) is not None
    from searchidx.query.value_ranges import parse_amounts, parse_dates

    return (parse_amounts(value) if field == "num" else parse_dates(value)) is not None


def text_note(typed: str, field: str, value: str) -> str:
    """Return the note that a filter is searched as text because its value can't be parsed."""
    return notes.value_as_text(typed, value, _KINDS[field], _EXAMPLES[field])


def exclusion_note(field: str, value: str) -> str:
    """Return the note that the value of an excluded filter can't be parsed."""
    return notes.excluded_value(field, value, _KINDS[field], _EXAMPLES[field])


def parse_encoding(value: str) -> str | None:
    """Return the name of the encoding as the index has it, ``utf-16`` for both byte orders; None if there is none."""
    import codecs

    from searchidx.fold import fold

    name = fold(value).strip().replace("_", "-")
    if name in _ENCODINGS:
        return _ENCODINGS[name]
    try:
        codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    return name


def parse_language(value: str) -> str | None:
    """Return the code of a language by any of its names: ``zh``, ``zh-hans``, ``zh-hant``, ``en``, ``ja``, ``ko``; or None."""
    from searchidx.fold import fold

    name = fold(value).strip().replace("_", "-")
    return next((language for language, names in _LANGUAGES.items() if name in names), None)
