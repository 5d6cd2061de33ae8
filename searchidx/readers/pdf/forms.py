"""Text that a PDF page shows beside its content stream: values of form fields, and notes typed onto the page.

Each becomes a line at its position: behind the label to its left, or below the line above it.
"""

import ctypes
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from searchidx.messages import Message
from searchidx.readers.pdf.lines import Line
from searchidx.readers.pdf.turning import Turn, turned

_MAX_ANNOTATIONS = 2_000
_MAX_CHARACTERS = 200_000
"""Characters of all fields of a page: many may show one value."""
_MAX_OPTIONS = 10_000
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW | pdfium.FPDF_ANNOT_FLAG_INVISIBLE
_PASSWORD = 1 << 13
_CHOICES = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_MAX_SIZE = 12.0
_LEADING = 1.2
_SAME_ROW = 0.5


def open_form(pdf: Any) -> list[Message]:
    """Make the form of a document readable, before its pages are; return notes."""
    logging.getLogger("pypdfium2").setLevel(
        logging.ERROR
    )  # it warns of XFA, whose fields are read all the same
    try:
        pdf.init_forms()
    except pypdfium2.PdfiumError:
        return [Message("damaged_form")]
    return []


def with_fields(lines: list[Line], page: Any, turn: Turn) -> list[Line]:
    """Return the lines of a page of pypdfium2 with those of its filled fields at their positions."""
    if not lines:
        return list(_field_lines(page, turn))
    lines = list(lines)
    for line in _field_lines(page, turn):
        lines.insert(_position(lines, line), line)
    return lines


def _position(lines: list[Line], field: Line) -> int:
    """Return the index behind the line left of a field, else behind the lowest one above it."""
    left = [
        (line.right, index)
        for index, line in enumerate(lines)
        if line.left < field.left and _overlap(line, field) > _SAME_ROW * min(line.size, field.size)
    ]
    above = [(-line.bottom, index) for index, line in enumerate(lines) if line.bottom >= field.top - 1.0]
    nearest = max(left or above, default=None)
    return 0 if nearest is None else nearest[1] + 1


def _overlap(line: Line, field: Line) -> float:
    return min(line.top, field.top) - max(line.bottom, field.bottom)


def _field_lines(page: Any, turn: Turn) -> Iterator[Line]:
    characters = 0
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        if characters > _MAX_CHARACTERS:
            return
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if not pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
                lines = list(_lines(annotation, page, turn))
                characters += sum(len(line.text) for line in lines)
                yield from lines
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _lines(annotation: Any, page: Any, turn: Turn) -> Iterator[Line]:
    """Yield the lines of an annotation, from its upper edge down."""
    form = page.formenv
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        text = _string(lambda *buffer: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", *buffer))
    elif kind == pdfium.FPDF_ANNOT_WIDGET and form:
        text = _value(form, annotation)
    else:
        return
    texts = [stripped for part in text.splitlines() if (stripped := part.strip())]
    box = pdfium.FS_RECTF()
    if texts and pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(box)):
        yield from _placed(texts, *turned(turn, box.left, box.right, box.bottom, box.top))


def _placed(texts: list[str], left: float, right: float, bottom: float, top: float) -> Iterator[Line]:
    height = (top - bottom) / len(texts)
    size = max(min(height / _LEADING, _MAX_SIZE), 1.0)
    first = (top + bottom + size) / 2 if len(texts) == 1 else top
    for number, text in enumerate(texts):
        upper = first - number * size * _LEADING
        yield Line(text, left, right, upper - size, upper, size)


def _value(form: Any, annotation: Any) -> str:
    """Return the value of a field as shown; marks of boxes and buttons are none, a password is hidden."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _CHOICES and (labels := list(_selected(form, annotation))):
        return " ".join(labels)
    is_hidden = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD
    if kind in _CHOICES or (kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and not is_hidden):
        return _string(lambda *buffer: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, *buffer))
    return ""


def _selected(form: Any, annotation: Any) -> Iterator[str]:
    """Yield the labels of the chosen options of a list."""
    for index in range(min(pdfium.FPDFAnnot_GetOptionCount(form, annotation), _MAX_OPTIONS)):
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, index):
            yield _string(
                lambda *buffer, option=index: pdfium.FPDFAnnot_GetOptionLabel(
                    form, annotation, option, *buffer
                )
            )


def _string(read: Callable[..., int]) -> str:
    """Return a text that PDFium writes as UTF-16 into a buffer of the size that it asks for."""
    size = read(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
