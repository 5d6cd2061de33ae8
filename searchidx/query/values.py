"""Values of ``lang:`` and ``encoding:``: languages and character encodings by any of their names."""

from searchidx.fold import fold

_LANGUAGES = {
    "zh": ("zh", "chinese", "cn", "中文", "汉语", "华文"),
    "zh-hans": ("zh-hans", "zh-cn", "zh-sg", "简体", "简体中文", "简中"),
    "zh-hant": ("zh-hant", "zh-tw", "zh-hk", "繁体", "繁体中文", "繁中", "正体"),
    "en": ("en", "english", "英文", "英语"),
    "ja": ("ja", "jp", "japanese", "日文", "日语"),
    "ko": ("ko", "kr", "korean", "韩文", "韩语"),
}
_ENCODINGS = {
    **dict.fromkeys(("gbk", "gb2312", "cp936", "gb-18030", "国标"), "gb18030"),
    **dict.fromkeys(("cp950", "big5hkscs", "big5-hkscs", "big-5", "大五码"), "big5"),
    **dict.fromkeys(("utf8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("utf16", "ucs2", "unicode"), "utf-16"),
}


def parse_language(value: str) -> str | None:
    """Return the code of a language: ``zh``, ``zh-hans``, ``zh-hant``, ``en``, ``ja`` or ``ko``; None if there is none."""
    name = _name(value)
    return next((language for language, names in _LANGUAGES.items() if name in names), None)


def parse_encoding(value: str) -> str | None:
    """Return the encoding as an index has it, ``utf-16`` for both byte orders; None if there is none."""
    import codecs

    name = _name(value)
    if name in _ENCODINGS:
        return _ENCODINGS[name]
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return name


def _name(value: str) -> str:
    return fold(value).strip().replace("_", "-")
