"""Names of the fields a query can filter on, in English and Chinese, and the nearest name to one that is none."""

FIELDS = ("path", "title", "heading", "type", "lang", "date", "in", "num", "size", "encoding", "exact")
"""The fields, as :class:`~searchidx.query.tree.Filter` names them."""

ORDINARY = "text"
"""A prefix that is no field: ``text:"AND"`` is the ordinary word AND, whatever its characters mean elsewhere."""

PINYIN = "py"
"""A prefix that filters nothing either: ``py:chongqing`` looks for what is read so."""

CHINESE = {
    "路径": "path",
    "标题": "title",
    "章节": "heading",
    "类型": "type",
    "语言": "lang",
    "日期": "date",
    "提到": "in",
    "金额": "num",
    "大小": "size",
    "编码": "encoding",
    "原文": "exact",
}
"""What the fields are called in Chinese."""

_TRADITIONAL = {
    "拼音": PINYIN,
    "路徑": "path",
    "標題": "title",
    "章節": "heading",
    "類型": "type",
    "語言": "lang",
    "金額": "num",
    "編碼": "encoding",
}
_NAMES = {**{field: field for field in (*FIELDS, ORDINARY, PINYIN)}, **CHINESE, **_TRADITIONAL}

# What people call the fields elsewhere.
_OTHER_NAMES = {
    **dict.fromkeys(
        ("file", "filename", "folder", "dir", "文件", "文件名", "目录", "文件夹", "路经", "路劲"), "路径"
    ),
    **dict.fromkeys(("name", "subject", "题名", "名称", "标提", "标体", "表题", "题目"), "标题"),
    **dict.fromkeys(("section", "小节", "栏目", "小标题", "章结", "章目"), "章节"),
    **dict.fromkeys(("ext", "filetype", "format", "格式", "后缀", "扩展名", "类别", "类形"), "类型"),
    **dict.fromkeys(("language", "语种", "文字"), "语言"),
    **dict.fromkeys(("day", "time", "year", "时间", "年份", "年月", "曰期", "日其"), "日期"),
    **dict.fromkeys(("mentions", "提及", "文中日期"), "提到"),
    **dict.fromkeys(("bytes", "filesize", "尺寸", "文件大小"), "大小"),
    **dict.fromkeys(("charset", "codec", "字符集", "字元集"), "编码"),
    **dict.fromkeys(("number", "amount", "数字", "数额", "数量", "金額"), "金额"),
}
_NEAR_ENOUGH = 0.75


def field_named(name: str) -> str | None:
    """Return the field a half-width name stands for, in any case, or None."""
    return _NAMES.get(name.lower())


def nearest_field(name: str) -> str | None:
    """Return the field that an unknown name was probably meant to be, in the name's script, or None when none is near."""
    lowered = name.lower()
    if lowered in _OTHER_NAMES:
        chinese = _OTHER_NAMES[lowered]
        return CHINESE[chinese] if name.isascii() else chinese
    # Needed for mistakes only, and slower to load than everything else here together.
    from difflib import get_close_matches

    return next(iter(get_close_matches(lowered, FIELDS, n=1, cutoff=_NEAR_ENOUGH)), None)
