r"""HTML inside Markdown: tags, comments and entities, and the texts in them.

A tag is taken out of the text; its target is an address, and the text of its attributes (``alt``, ``title``,
``label``, anything with Han characters) is kept beside the text. Tags that HTML doesn't have, such as those of
components, are kept whole where their attributes say something: as an attribute too. Every expression is possessive
where it repeats.
"""

import re
from typing import NamedTuple

from searchidx.document import Kind

HTML_TAGS = (
    "a|abbr|address|article|aside|audio|b|big|blockquote|br|button|caption|center|cite|code|col|colgroup|dd|del|details"
    "|dfn|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|header|hr|i|iframe|img|input|ins|kbd|label|li"
    "|main|mark|nav|object|ol|p|param|picture|pre|q|rp|rt|ruby|s|samp|section|small|source|span|strike|strong|sub"
    "|summary|sup|svg|path|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|video|wbr"
)
TAG = rf"</?(?P<tag>(?i:{HTML_TAGS}))(?:\s[^<>]*+)?/?>"
COMPONENT = r"""<(?P<component>[A-Za-z][\w.:-]*+)\s(?=[^<>"'=]*+=\s*+["'])[^<>]*+>"""
ENTITY = r"&(?P<entity>[a-zA-Z][a-zA-Z0-9]{1,30}|\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6});"

_ADDRESS = re.compile(r"""(?:href|src)\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:@.-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_SPOKEN = frozenset(
    (
        "alt",
        "aria-description",
        "aria-label",
        "caption",
        "description",
        "label",
        "placeholder",
        "summary",
        "title",
    )
)
_SILENT = frozenset(("action", "class", "data-src", "href", "id", "poster", "src", "srcset", "style"))
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Aside(NamedTuple):
    """Text of the source that a page doesn't show in its flow, with its kind."""

    kind: Kind
    text: str


def tag_addresses(tag: str) -> list[str]:
    """Return what a tag links to."""
    return _ADDRESS.findall(tag)


def tag_asides(tag: str) -> list[Aside]:
    """Return the attributes of an HTML tag that are written for a reader."""
    if "=" not in tag:
        return []
    values = ((name.lower(), (double or single).strip()) for name, double, single in _ATTRIBUTE.findall(tag))
    return [Aside("attribute", value) for name, value in values if value and _is_spoken(name, value)]


def component_asides(tag: str) -> list[Aside]:
    """Return the tag of a component without its brackets."""
    return [Aside("attribute", tag.strip("</>").strip())]


def comment_asides(comment: str) -> list[Aside]:
    """Return the text of a comment, if there is any."""
    text = comment.removeprefix("<!--").removesuffix("-->").strip().strip("-").strip()
    return [Aside("comment", text)] if text else []


def _is_spoken(name: str, value: str) -> bool:
    return name in _SPOKEN or (name not in _SILENT and _HAN.search(value) is not None)
