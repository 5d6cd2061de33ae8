"""Table of formats in docs/readers.md, made from searchidx/readers/formats.py.

    python tools/build_format_table.py

A test fails when the page has another table.
"""

from pathlib import Path

from searchidx.readers.formats import FORMATS, Format

PAGE = Path(__file__).resolve().parent.parent / "docs" / "readers.md"
_START, _END = "<!-- formats -->\n", "<!-- /formats -->"
_HEADER = """
| `--type` | format | suffixes | `page` | `line` | library, and why this one |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Return docs/readers.md with the table of the formats as they are."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    _, _, after = rest.partition(_END)
    return f"{before}{_START}{_HEADER}{''.join(map(_row, FORMATS.values()))}\n{_END}{after}"


def _row(row: Format) -> str:
    names = " ".join(f"`{name}`" for name in (row.name, *row.aliases))
    suffixes = " ".join(f"`{suffix}`" for suffix in row.suffixes)
    return f"| {names} | {row.title} | {suffixes} | {row.page or '–'} | {row.line} | {row.note} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
