"""Ruling lines of a PDF page: horizontal and vertical rules of its tables.

A rule is a stroked segment, or a filled rectangle too thin to be anything else. Rules that touch are one table if they
bound two columns; any other (underlines, frames, boxes around a word) is left out.
"""

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from searchidx.readers.pdf.turning import Turn, turned

MAX_OBJECTS = 50_000
MAX_RULES = 1_000
MAX_FORM_DEPTH = 3
_TOLERANCE = 2.0
"""Points within which edges are one; a rule is at most this thick, half of it on either side."""
_MIN_LENGTH = 4.0
_FEWEST_VERTICALS = 3
_FEWEST_HORIZONTALS = 2

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Rule(NamedTuple):
    """A rule: y of a horizontal one or x of a vertical one, and the interval it covers on the other axis."""

    position: float
    start: float
    end: float

    def covers(self, value: float) -> bool:
        """Return true for a coordinate within the interval."""
        return self.start - _TOLERANCE <= value <= self.end + _TOLERANCE


class Cell(NamedTuple):
    """A cell of a table between its four rules; an outer rule may be absent, which is None."""

    left: float | None
    right: float | None
    bottom: float
    top: float


class Rules:
    """The rules of the tables of a page."""

    def __init__(self, horizontal: Iterable[Rule] = (), vertical: Iterable[Rule] = ()) -> None:
        """Index the rules by position."""
        self.horizontal = sorted(horizontal)
        self.vertical = sorted(vertical)
        self._ys = [rule.position for rule in self.horizontal]
        self._xs = [rule.position for rule in self.vertical]

    def __bool__(self) -> bool:
        """Return true for a page with a table."""
        return bool(self.vertical)

    def part(self, left: float, right: float, y: float) -> bool:
        """Return true if a vertical rule runs between two x at a height."""
        first, last = bisect_left(self._xs, left), bisect_right(self._xs, right)
        return any(rule.covers(y) for rule in self.vertical[first:last])

    def cell(self, x: float, y: float) -> Cell | None:
        """Return the cell around a point, or None outside of tables."""
        column, row = bisect_left(self._xs, x), bisect_left(self._ys, y)
        left = _nearest(reversed(self.vertical[:column]), y)
        right = _nearest(self.vertical[column:], y)
        bottom = _nearest(reversed(self.horizontal[:row]), x)
        top = _nearest(self.horizontal[row:], x)
        if bottom is None or top is None or (left is None and right is None):
            return None
        return Cell(left, right, bottom, top)


def _nearest(rules: Iterable[Rule], value: float) -> float | None:
    return next((rule.position for rule in rules if rule.covers(value)), None)


def rules_of(page: Any, turn: Turn) -> Rules:
    """Return the rules of the tables of a page of pypdfium2, turned with its text upright."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    for start, end in _segments(page.raw):
        left, right, bottom, top = turned(
            turn, min(start[0], end[0]), max(start[0], end[0]), min(start[1], end[1]), max(start[1], end[1])
        )
        if top - bottom <= _TOLERANCE and right - left >= _MIN_LENGTH:
            horizontal.append(Rule((top + bottom) / 2, left, right))
        elif right - left <= _TOLERANCE and top - bottom >= _MIN_LENGTH:
            vertical.append(Rule((left + right) / 2, bottom, top))
    return _of_tables(_merged(horizontal), _merged(vertical))


def _merged(rules: list[Rule]) -> list[Rule]:
    """Return rules of which those that continue each other are one."""
    lanes: dict[int, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: (rule.start, rule.position)):
        key = round(rule.position / _TOLERANCE)
        for near in (key - 1, key, key + 1):
            lane = lanes.get(near)
            last = lane[-1] if lane else None
            if (
                lane
                and last
                and abs(last.position - rule.position) <= _TOLERANCE
                and rule.start <= last.end + _TOLERANCE
            ):
                lane[-1] = Rule(last.position, last.start, max(last.end, rule.end))
                break
        else:
            lanes.setdefault(key, []).append(rule)
    return [rule for lane in lanes.values() for rule in lane]


def _of_tables(horizontal: list[Rule], vertical: list[Rule]) -> Rules:
    """Return the rules that touch others so that they bound two columns."""
    if len(vertical) < _FEWEST_VERTICALS or len(horizontal) + len(vertical) > MAX_RULES:
        return Rules()
    tables = list(_tables(horizontal, vertical))
    across = [rule for table in tables for rule in table[0]]
    upright = [rule for table in tables for rule in table[1]]
    return Rules(across, upright)


def _tables(horizontal: list[Rule], vertical: list[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the horizontal and the vertical rules of each connected set that bounds two columns."""
    across, upright = set(horizontal), set(vertical)
    while upright:
        table: tuple[list[Rule], list[Rule]] = ([], [upright.pop()])
        queue = [(table[1][0], True)]
        while queue:
            rule, is_vertical = queue.pop()
            pool = across if is_vertical else upright
            touching = [
                other for other in pool if other.covers(rule.position) and rule.covers(other.position)
            ]
            pool.difference_update(touching)
            table[0 if is_vertical else 1].extend(touching)
            queue += [(other, not is_vertical) for other in touching]
        if len(table[0]) >= _FEWEST_HORIZONTALS and len(table[1]) >= _FEWEST_VERTICALS:
            yield table


def _segments(page: Any) -> Iterator[tuple[Point, Point]]:
    """Yield the straight segments that are drawn on a page, thin rectangles as one along their middle."""
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    for index in range(count):
        yield from _object_segments(pdfium.FPDFPage_GetObject(page, index), _IDENTITY, 0)


def _object_segments(element: Any, outer: Matrix, depth: int) -> Iterator[tuple[Point, Point]]:
    kind = pdfium.FPDFPageObj_GetType(element)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        yield from _path_segments(element, _product(_matrix(element), outer))
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH:
        matrix = _product(_matrix(element), outer)
        for index in range(min(pdfium.FPDFFormObj_CountObjects(element), MAX_OBJECTS)):
            yield from _object_segments(pdfium.FPDFFormObj_GetObject(element, index), matrix, depth + 1)


def _path_segments(path: Any, matrix: Matrix) -> Iterator[tuple[Point, Point]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value and not stroke.value:
        return
    for points in _outlines(path, matrix):
        if stroke.value:
            yield from pairwise(points)
        elif thin := _thin(points):
            yield thin


def _outlines(path: Any, matrix: Matrix) -> Iterator[list[Point]]:
    """Yield the points of each part of a path; curves are left out with what they belong to."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), MAX_OBJECTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind in (pdfium.FPDF_SEGMENT_MOVETO, pdfium.FPDF_SEGMENT_BEZIERTO):
            yield points
            points = []
        if not pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            continue
        points.append(_applied(matrix, x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield [*points, points[0]]
            points = []
    yield points


def _thin(points: list[Point]) -> tuple[Point, Point] | None:
    """Return the middle line of a filled rectangle that is as thin as a rule, or None."""
    if len(points) < 4:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    if min(right - left, top - bottom) > _TOLERANCE:
        return None
    if right - left > top - bottom:
        return (left, (bottom + top) / 2), (right, (bottom + top) / 2)
    return ((left + right) / 2, bottom), ((left + right) / 2, top)


def _matrix(element: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(element, ctypes.byref(matrix)):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    x, y = _applied(outer, e, f)
    return (
        a * outer[0] + b * outer[2],
        a * outer[1] + b * outer[3],
        c * outer[0] + d * outer[2],
        c * outer[1] + d * outer[3],
        x,
        y,
    )


def _applied(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
