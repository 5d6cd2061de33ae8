"""Comments of the cells of a workbook (XLSX), by the row of their cell.

A thread of comments is a part of its own; the plain comment that stands in for it repeats it below a note for old programs,
so that only the thread is read.
"""

import re
from collections import defaultdict
from typing import Any

from searchidx.readers.packages import Package, local_name

_ROW = re.compile(r"\$?[A-Z]{1,3}\$?([0-9]{1,7})")


def cell_comments(package: Package, sheet: str) -> dict[int, list[str]]:
    """Return the comments of a sheet by row, in the order of the part.

    Args:
        package: The workbook.
        sheet: Name of the part of the sheet.
    """
    threads = _comments(package, sheet, "threadedComment")
    in_threads = {cell for cell, _ in threads}
    plain = [comment for comment in _comments(package, sheet, "comments") if comment[0] not in in_threads]
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for cell, text in (*plain, *threads):
        if match := _ROW.fullmatch(cell):
            rows[int(match[1])].append(text)
    return rows


def _comments(package: Package, sheet: str, kind: str) -> list[tuple[str, str]]:
    """Return the cell and the text of each comment in the parts of one kind."""
    roots = [package.xml(name) for name in package.targets(sheet, kind)]
    return [
        (element.get("ref", ""), text)
        for root in roots
        if root is not None
        for element in root.iter("{*}comment", "{*}threadedComment")
        if (text := _text(element))
    ]


def _text(comment: Any) -> str:
    """Return the text of a comment, without the phonetic guides of its characters."""
    runs = comment.iter("{*}t") if local_name(comment) == "comment" else comment.iter("{*}text")
    return "".join(run.text or "" for run in runs if local_name(run.getparent()) != "rPh").strip()
