"""Names of the fields a query can filter on, in English and Chinese, and the nearest name to one that is none."""

FIELDS = ("path", "title", "heading", "type", "date")
"""The fields, as :class:`~searchidx.query.tree.Filter` names them."""

ORDINARY = "text"
"""A prefix that is no field: ``text:"AND"`` is the ordinary word AND, whatever its characters mean elsewhere."""

_CHINESE = {
    "路径": "path",
    "路徑": "path",
    "标题": "title",
    "標題": "title",
    "章节": "heading",
    "章節": "heading",
    "类型": "type",
    "類型": "type",
    "日期": "date",
}
_NAMES = {**{field: field for field in (*FIELDS, ORDINARY)}, **_CHINESE}
_NEAR_ENOUGH = 0.75


def field_named(name: str) -> str | None:
    """Return the field a half-width name stands for, in any case, or None."""
    return _NAMES.get(name.lower())


def nearest_field(name: str) -> str | None:
    """Return the field that an unknown name was probably meant to be, or None when none is near."""
    # Needed for mistakes only, and slower to load than everything else here together.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name.lower(), FIELDS, n=1, cutoff=_NEAR_ENOUGH)), None)
