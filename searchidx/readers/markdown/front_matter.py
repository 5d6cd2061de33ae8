"""The block of fields at the top of a Markdown file, between ``---`` (YAML) or ``+++`` (TOML) lines.

Only title and date are understood, by a tolerant reading of single lines; a file whose block no YAML parser
would take still has its title. The block's lines are kept as one paragraph, so that its text is found.
"""

import re
from dataclasses import dataclass
from itertools import islice

from searchidx.document import Paragraph
from searchidx.paragraphs import code_blocks
from searchidx.readers.dates import normalised

_LONGEST = 200
_FIELD = re.compile(r"([\w\u3400-\u9fff-]+)\s*[:=：]\s*(.*)$")
_TITLES = frozenset({"title", "标题", "題目", "题目", "標題"})
_DATES = ("date", "日期", "published", "publishdate", "pubdate", "created", "updated", "时间", "時間")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Front matter of a file: its lines (fences included), title, date, and the lines as paragraphs."""

    lines: tuple[str, ...] = ()
    title: str = ""
    date: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()


def read_front_matter(lines: list[str]) -> FrontMatter:
    """Read the block that opens a file; an empty value if there is none."""
    fence = lines[0].rstrip() if lines else ""
    if fence not in ("---", "+++"):
        return FrontMatter()
    for end, line in enumerate(islice(lines, 1, _LONGEST), 1):
        if line.rstrip() == fence or (fence == "---" and line.rstrip() == "..."):
            return _read(lines[: end + 1])
    return FrontMatter()


def _read(block: list[str]) -> FrontMatter:
    fields: dict[str, str] = {}
    for line in block[1:-1]:
        if match := _FIELD.match(line):
            fields.setdefault(match[1].lower(), match[2].strip().strip("\"'"))
        elif line.strip() and not line[0].isspace() and line[0] not in "-#":
            return FrontMatter()  # prose between two rules
    if not fields:
        return FrontMatter()
    title = next((fields[name] for name in fields if name in _TITLES), "")
    dates = (normalised(fields[name]) for name in _DATES if name in fields)
    paragraphs = tuple(Paragraph(text, start, end) for text, start, end in code_blocks(block[1:-1], 2))
    return FrontMatter(tuple(block), title, next((date for date in dates if date), None), paragraphs)
