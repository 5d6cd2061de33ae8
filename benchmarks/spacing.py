"""Characters set apart by spaces: how many words the reading form joins, and how often it joins what is none.

python benchmarks/spacing.py [--list] [--save]

Labelled lines (``spacing_lines.py``) are read both ways. The lines of real trees that hold single characters between spaces have
no labels: those that change are counted, and ``--list`` prints each with its reading form to judge by eye.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import spacing_lines
from report import Table, arguments, parse, publish

from searchidx.readers.encodings import decode
from searchidx.reading_form.rules import reading_form

TREES = ("trees/lctt", "trees/mixed-encodings", "newspaper")
_SINGLE = re.compile(r"(?:^|[\s|])[\u3400-\u9fff][ \t\u3000]+[\u3400-\u9fff0-9A-Za-z](?=$|[\s|])")


def read(text: str) -> str:
    """Return a text as a person reads it."""
    form = reading_form(text)
    return text if form is None else form.text


def labelled(is_listing: bool) -> list[Table]:
    """Return the shares of words joined and of lines joined wrongly, by kind."""
    words: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    for line in spacing_lines.together():
        text = read(line.text)
        missed = [word for word in line.words if word not in text]
        words[line.kind] += len(line.words)
        joined[line.kind] += len(line.words) - len(missed)
        if is_listing and missed:
            sys.stdout.write(f"missed {missed}: {line.text!r} -> {text!r}\n")
    lines: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for line in spacing_lines.apart():
        lines[line.kind] += 1
        if read(line.text) != line.text:
            wrong[line.kind] += 1
            if is_listing:
                sys.stdout.write(f"joined: {line.text!r} -> {read(line.text)!r}\n")
    return [
        _shares("Words set apart that are joined", "words", words, joined),
        _shares("Lines of single characters that are joined wrongly", "lines", lines, wrong),
    ]


def _shares(title: str, unit: str, totals: Counter[str], parts: Counter[str]) -> Table:
    rows = [
        (kind, f"{totals[kind]:,}", f"{parts[kind]:,}", f"{parts[kind] / totals[kind]:.2%}")
        for kind in totals
    ]
    total, part = totals.total(), parts.total()
    return Table(
        title,
        ("", unit, "joined", "share"),
        [*rows, ("all", f"{total:,}", f"{part:,}", f"{part / total:.2%}")],
    )


def real_lines(folder: Path) -> Iterator[str]:
    """Yield the lines of a tree with single ideographs between spaces."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".md", ".txt"}:
            text = decode(path.read_bytes()).text
            yield from (line for line in text.split("\n") if _SINGLE.search(line))


def real(data: Path, is_listing: bool) -> Table:
    """Return the numbers of real lines with single characters, and of those that change."""
    rows = []
    for tree in TREES:
        lines = list(real_lines(data / tree))
        changed = [(line, text) for line in lines if (text := read(line)) != line]
        rows.append((tree, f"{len(lines):,}", f"{len(changed):,}"))
        if is_listing:
            sys.stdout.writelines(f"{tree}: {line.strip()!r} -> {text.strip()!r}\n" for line, text in changed)
    return Table(
        "Real lines with single ideographs between spaces", ("", "lines", "with a reading form"), rows
    )


def main() -> None:
    """Measure labelled and real lines."""
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--list", action="store_true", help="print each miss, each wrong join and each real line that changes"
    )
    options = parse(parser)
    publish("spacing", [*labelled(options.list), real(options.data, options.list)], save=options.save)


if __name__ == "__main__":
    main()
