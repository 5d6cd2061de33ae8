"""Small documents of every format, written by hand for the tests of the readers."""

import io
import zipfile

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP archive of the parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return held.getvalue()


def relationships(*targets: tuple[str, str]) -> str:
    """A part of relationships: kind and target each."""
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{rows}</Relationships>'


def core(title: str, created: str) -> str:
    """The part of core properties."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dcterms:created>{created}</dcterms:created></cp:coreProperties>"
    )


def docx(body: str, **parts: str) -> bytes:
    """A Word document with a body in WordprocessingML; prefix ``w``."""
    styles = (
        f'<w:styles xmlns:w="{_W}"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="2"><w:name w:val="Heading 2"/></w:style>'
        '<w:style w:styleId="x"><w:name w:val="自定标题"/><w:basedOn w:val="2"/></w:style></w:styles>'
    )
    return archive(
        {
            "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": relationships(
                ("styles", "styles.xml"),
                ("footnotes", "footnotes.xml"),
                *((kind, f"{kind}{n}.xml") for kind in ("header", "footer") for n in (1, 2)),
            ),
            "word/styles.xml": styles,
            "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:mc="mc"><w:body>{body}</w:body></w:document>',
            "docProps/core.xml": core("", "2022-01-02T00:00:00Z"),
            **{name.replace("__", "/") + ".xml": text for name, text in parts.items()},
        }
    )


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of WordprocessingML."""
    chosen = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{chosen}<w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(*slides: tuple[str, list[str], str], more: str = "", chart: str = "") -> bytes:
    """A presentation: title, texts and notes of each slide, stored in an order that isn't the shown one.

    ``more`` is put on every slide as it is, ``chart`` is the XML of a chart on each.
    """
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relationships(("officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": relationships(
            *(("slide", f"slides/s{n}.xml") for n in range(len(slides)))
        ),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst>'
        + "".join(f'<p:sldId r:id="r{n}"/>' for n in range(len(slides)))
        + "</p:sldIdLst></p:presentation>",
    }
    for number, (title, texts, notes) in reversed(list(enumerate(slides))):
        shapes = [_shape(text, "") for text in texts] + [_shape(title, "title"), _shape("7", "sldNum")]
        parts[f"ppt/slides/s{number}.xml"] = (
            f'<p:sld xmlns:p="{_P}" xmlns:a="{_A}">{"".join(shapes)}{more}</p:sld>'
        )
        parts[f"ppt/slides/_rels/s{number}.xml.rels"] = relationships(
            ("notesSlide", f"../notes/n{number}.xml"), ("chart", "../charts/c.xml")
        )
        parts["ppt/charts/c.xml"] = f'<c:chart xmlns:c="c" xmlns:a="{_A}">{chart}</c:chart>'
        parts[f"ppt/notes/n{number}.xml"] = (
            f'<p:notes xmlns:p="{_P}" xmlns:a="{_A}">{_shape(notes, "body")}</p:notes>'
        )
    return archive(parts)


def _shape(text: str, kind: str) -> str:
    placeholder = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    return f"<p:sp>{placeholder}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def opendocument(body: str, meta: str = "") -> bytes:
    """An OpenDocument file with a body; prefixes ``text``, ``table`` and ``draw``."""
    names = "".join(
        f' xmlns:{prefix}="{_ODF}{kind}:1.0"'
        for prefix, kind in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("pr", "presentation"),
        )
    )
    content = f"<office:document-content{names}><office:body>{body}</office:body></office:document-content>"
    return archive(
        {"content.xml": content, "meta.xml": f'<m xmlns:dc="http://purl.org/dc/elements/1.1/">{meta}</m>'}
    )


def epub(*chapters: str) -> bytes:
    """A book of chapters in XHTML, whose spine turns the order of its parts around."""
    items = "".join(
        f'<item id="c{n}" href="t/{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in reversed(range(len(chapters))))
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>江上</dc:title><dc:date>2020-05-06</dc:date></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    parts: dict[str, str | bytes] = {"META-INF/container.xml": container, "OEBPS/book.opf": book}
    for number, chapter in enumerate(chapters):
        parts[f"OEBPS/t/{number}.xhtml"] = f'<?xml version="1.0"?>\n<html><body>\n{chapter}\n</body></html>'
    return archive(parts)


def pdf(
    *pages: list[tuple[float, float, float, str]],
    title: str = "",
    annotations: tuple[str, ...] = (),
    drawing: str = "",
) -> bytes:
    """A PDF of lines: x, y, size and text of each. The Chinese font is named, not embedded, as old files do.

    ``annotations`` are dictionaries of the first page, those with a field type the fields of its form; ``drawing`` are
    operators of each page, before its text.
    """
    objects = []
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    first = 7 + 2 * len(pages)
    references = [f"{first + n} 0 R" for n in range(len(annotations))]
    fields = " ".join(r for r, a in zip(references, annotations, strict=True) if "/FT" in a or "/Kids" in a)
    notes = f"/Annots[{' '.join(references)}]" if references else ""
    form = f"/AcroForm<</Fields[{fields}]/DA(/F1 10 Tf)/DR<</Font<</F1 3 0 R>>>>>>" if fields else ""
    objects += [
        f"<</Type/Catalog/Pages 2 0 R{form}>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)>>/DW 1000/FontDescriptor 5 0 R>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/Ascent 880/Descent -120>>",
        f"<</Title({title})/CreationDate(D:20190203000000)>>",
    ]
    for number, lines in enumerate(pages):
        content = drawing + "".join(
            f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
            for x, y, size, text in lines
        )
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {8 + 2 * number} 0 R{'' if number else notes}>>"
        )
        objects.append(f"<</Length {len(content)}>>\nstream\n{content}\nendstream")
    objects += annotations
    written = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return written + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info 6 0 R>>\nstartxref\n{len(written)}\n%%EOF"
    ).encode("latin-1")
