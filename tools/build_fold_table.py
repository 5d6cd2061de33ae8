"""Build ``searchidx/fold/table.py``, the one-to-one character table that documents and queries are folded with.

Run it only to change the table; the result is checked in, so that every Python folds alike::

    python tools/build_fold_table.py --ucd DIR --opencc DIR

``--ucd`` is a folder with these files of the Unicode Character Database 15.0.0 (Unicode Licence V3,
https://www.unicode.org/Public/15.0.0/ucd/; the ``Unihan_*`` files are in its ``Unihan.zip``): ``UnicodeData.txt``,
``EquivalentUnifiedIdeograph.txt``, ``PropList.txt``, ``Unihan_Variants.txt``, ``Unihan_OtherMappings.txt``.

``--opencc`` is the ``opencc/dictionary`` folder of opencc-python-reimplemented 0.1.7, which carries the text
dictionaries of OpenCC (https://github.com/BYVoid/OpenCC, Apache License 2.0): ``TSCharacters.txt``,
``TWVariantsRev.txt``, ``HKVariantsRev.txt``, ``JPVariants.txt``.

How a character finds its fold, first rule that applies, repeated until nothing changes:

1. what this file says itself (white space, dashes, quotes, dots, a few ideographs), each with its reason;
2. a single-character compatibility or canonical decomposition, except the kinds named in ``KEPT_KINDS``;
3. the Unicode simple lower case;
4. a Latin letter without its accents;
5. for ideographs: radical to ideograph, traditional to simplified, variant to standard form.

Where it stops: one character becomes one character. What would change the length (㎡ to m2, ½ to 1/2, ﬁ to fi,
Ⅱ to II, ß to ss) stays as it is.
"""

import argparse
import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Mapping = dict[str, str]

TABLE = Path(__file__).resolve().parent.parent / "searchidx" / "fold" / "table.py"

KEPT_KINDS = frozenset({"<super>", "<circle>", "<square>", "<fraction>"})
"""Decompositions that are not followed.

A raised or circled digit beside a number is a footnote or an exponent: folded, 2023¹ would become the number
20231 and 10² the number 102. Subscripts are followed: H₂O is typed as H2O.
"""

WHITE_SPACE_EXTRA = "\x1c\x1d\x1e\x1f"
"""What ``str.isspace`` counts as white space beyond the Unicode property White_Space."""

PUNCTUATION = {
    # Every dash and minus. Two of them (a Chinese dash is two em dashes) stay two.
    "-": "\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\u2e3a\u2e3b\u2e40\ufe31\ufe32\ufe58\ufe63\uff0d",
    # Quotes of both scripts: “ ” in simplified text is 「 」 in traditional text, ‘ ’ is 『 』.
    '"': "“”„‟″〝〞〟＂「」﹁﹂｢｣",
    "'": "‘’‚‛′ʼ´＇『』﹃﹄",
    # The dot inside foreign names is typed in all of these ways.
    "·": "•‧∙⋅・･・᛫⸱",
    "~": "～〜〰∼",
    ":": "∶꞉",
    "/": "⁄∕",
    "…": "⋯",
    # 1920×1080 is typed with the letter.
    "x": "×",
    # 二○二三年: the circle is what input methods and scans give for the ideograph zero.
    "〇": "○◯",
    # Final sigma is the same letter.
    "σ": "ς",
}

IDEOGRAPHS = {
    # OpenCC keeps these because simplified text has both forms; one letter for one letter, a search has to choose.
    "着": "著",  # 著陸 and 着陆; the price is that 著名 is no longer one word
    "借": "藉",  # 藉此 and 借此; 瞭解 and 了解 below likewise
    # Common in traditional text, never in simplified; the data name no single standard form for them.
    **{pair[0]: pair[1:] for pair in (
        "你妳", "秘祕", "侄姪", "夫伕", "寸吋", "尺呎", "衔啣", "背揹", "榨搾", "模糢", "剿勦", "钳箝", "袅嬝", "了瞭暸", "它牠",
        "效傚", "局跼", "眯瞇", "焊銲", "枪鎗", "球毬", "薯藷", "剩賸", "碰踫", "捻撚", "咱偺", "殷慇", "抵牴", "矿鑛鉱",
    )},
}  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """The parsed input files."""

    lower: Mapping
    decomposition: dict[str, tuple[str, str]]
    marks: frozenset[str]
    white_space: frozenset[str]
    radicals: Mapping
    simplified: Mapping
    standard: Mapping
    variants: dict[str, dict[str, tuple[str, ...]]]
    modern: frozenset[str]
    digest: str


def rows(path: Path, separator: str) -> Iterator[list[str]]:
    """Yield the fields of each line, comments cut off."""
    for line in path.read_text("utf-8").splitlines():
        content = line.split("#", 1)[0] if separator == ";" else line
        if content.strip() and not content.startswith("#"):
            yield [field.strip() for field in content.split(separator)]


def span(field: str) -> range:
    """Read ``XXXX`` or ``XXXX..YYYY``."""
    first, _, last = field.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def code_points(field: str) -> str:
    """Read code points in hexadecimal, with or without ``U+``, separated by spaces."""
    return "".join(chr(int(part.removeprefix("U+").split("<")[0], 16)) for part in field.split())


def read_unicode_data(path: Path) -> tuple[Mapping, dict[str, tuple[str, str]], frozenset[str]]:
    """Read simple lower cases, decompositions as (kind, text), and non-spacing marks."""
    lower: Mapping = {}
    decomposition: dict[str, tuple[str, str]] = {}
    marks: set[str] = set()
    for fields in rows(path, ";"):
        char = chr(int(fields[0], 16))
        if fields[13]:
            lower[char] = chr(int(fields[13], 16))
        if fields[5]:
            kind, text = ("", fields[5]) if fields[5][0] != "<" else fields[5].split(" ", 1)
            decomposition[char] = (kind, code_points(text))
        if fields[2] == "Mn":
            marks.add(char)
    return lower, decomposition, frozenset(marks)


def read_variants(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read Unihan's variants: property, character, its variants."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for source, name, targets in rows(path, "\t"):
        found[name][code_points(source)] = tuple(code_points(targets))
    return found


def read_pairs(path: Path, *, reverse: bool = False) -> Mapping:
    """Read an OpenCC dictionary: the first candidate of each character, or with ``reverse`` the other way round."""
    pairs: Mapping = {}
    for source, targets in rows(path, "\t"):
        target = targets.split(" ")[0]
        if len(source) == len(target) == 1:
            key, value = (target, source) if reverse else (source, target)
            pairs.setdefault(key, value)
    return pairs


def read_sources(ucd: Path, opencc: Path) -> Sources:
    """Read all input files and remember what they were."""
    lower, decomposition, marks = read_unicode_data(ucd / "UnicodeData.txt")
    radicals = {
        chr(code): code_points(target)
        for field, target in rows(ucd / "EquivalentUnifiedIdeograph.txt", ";")
        for code in span(field)
    }
    white = {
        chr(c)
        for field, name in rows(ucd / "PropList.txt", ";")
        if name == "White_Space"
        for c in span(field)
    }
    modern = {code_points(f[0]) for f in rows(ucd / "Unihan_OtherMappings.txt", "\t") if f[1] == "kTGH"}
    # Taiwan's and Hong Kong's standard forms and Japan's, each to the form that OpenCC's own table starts from.
    standard = read_pairs(opencc / "JPVariants.txt", reverse=True)
    standard |= read_pairs(opencc / "HKVariantsRev.txt") | read_pairs(opencc / "TWVariantsRev.txt")
    digest = hashlib.sha256()
    for path in sorted([*ucd.glob("*.txt"), *opencc.glob("*.txt")], key=lambda p: p.name):
        if path.name in INPUTS:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return Sources(
        lower=lower,
        decomposition=decomposition,
        marks=marks,
        white_space=frozenset(white | set(WHITE_SPACE_EXTRA)),
        radicals=radicals,
        simplified=read_pairs(opencc / "TSCharacters.txt"),
        standard=standard,
        variants=read_variants(ucd / "Unihan_Variants.txt"),
        modern=frozenset(modern),
        digest=digest.hexdigest()[:16],
    )


INPUTS = frozenset(
    {
        "UnicodeData.txt", "EquivalentUnifiedIdeograph.txt", "PropList.txt", "Unihan_Variants.txt",
        "Unihan_OtherMappings.txt", "TSCharacters.txt", "TWVariantsRev.txt", "HKVariantsRev.txt", "JPVariants.txt",
    }
)  # fmt: skip


def own_choices(sources: Sources) -> Mapping:
    """Collect what this file says itself."""
    chosen = dict.fromkeys(sources.white_space - {" "}, " ")
    for target, chars in (PUNCTUATION | IDEOGRAPHS).items():
        chosen.update(dict.fromkeys(chars, target))
    return chosen


def decomposed(char: str, sources: Sources) -> str | None:
    """Follow a single-character decomposition of a kind that is followed."""
    kind, text = sources.decomposition.get(char, ("", ""))
    # A compatibility jamo is what a Korean types; the conjoining form is not.
    if len(text) != 1 or kind in KEPT_KINDS or "\u3131" <= char <= "\u318e":
        return None
    return text


def without_accents(char: str, sources: Sources) -> str | None:
    """Give the ASCII letter below the accents of a canonical decomposition."""
    base = char
    while base in sources.decomposition:
        kind, text = sources.decomposition[base]
        if kind or not all(mark in sources.marks for mark in text[1:]):
            return None
        base = text[0]
    return base if base != char and base.isascii() and base.isalpha() else None


def is_ideograph(char: str) -> bool:
    """Tell unified ideographs by their blocks."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af"


def simplify(char: str, sources: Sources) -> str | None:
    """Give the standard simplified form of an ideograph, or None when it is its own."""
    target = sources.simplified.get(char)
    if target is not None:
        return target if target != char else None
    if char in sources.modern:
        return None  # whatever it once was a variant of, modern text uses it as a character of its own
    target = sources.standard.get(char)
    if target is not None:
        settled = sources.simplified.get(target, target)
        if settled in sources.modern and settled != char:
            return settled
    return unihan_form(char, sources)


def unihan_form(char: str, sources: Sources) -> str | None:
    """Give the one modern character that Unihan names as simplified, graphic or semantic variant."""
    for name in ("kSimplifiedVariant", "kZVariant", "kSemanticVariant"):
        targets = {sources.simplified.get(t, t) for t in sources.variants[name].get(char, ()) if t != char}
        usable = targets if name == "kSimplifiedVariant" else targets & sources.modern
        if len(usable) == 1 and char not in usable:
            return usable.pop()
    return None


def step(char: str, sources: Sources, chosen: Mapping) -> str:
    """Apply the first rule that has something to say."""
    if char in chosen:
        return chosen[char]
    rules: tuple[Callable[[str, Sources], str | None], ...] = (
        decomposed,
        lambda c, s: s.lower.get(c),
        without_accents,
        lambda c, s: s.radicals.get(c),
        lambda c, s: simplify(c, s) if is_ideograph(c) else None,
    )
    return next((target for rule in rules if (target := rule(char, sources))), char)


def build(sources: Sources) -> Mapping:
    """Close the rules transitively, so that folding twice is folding once."""
    chosen = own_choices(sources)
    table: Mapping = {}
    for code in range(sys.maxunicode + 1):
        seen = [chr(code)]
        while (target := step(seen[-1], sources, chosen)) != seen[-1]:
            # Two characters that name each other: the first one reached stands for both.
            if target in seen:
                break
            seen.append(target)
        if len(seen) > 1:
            table[chr(code)] = seen[-1]
    return settle(table)


def settle(table: Mapping) -> Mapping:
    """Drop what a broken cycle left moving, so that every target stays where it is."""
    return {source: target for source, target in table.items() if target not in table}


def literal(chars: str) -> str:
    """Write a string literal whose every character can be seen in a diff."""
    shown = []
    for char in chars:
        if char in "'\\":
            shown.append(f"\\x{ord(char):02x}")
        elif char.isprintable() and (is_ideograph(char) or char.isalnum() or char.isascii()):
            shown.append(char)
        else:
            shown.append(f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")
    quote = '"' if '"' not in chars else "'"
    return quote + "".join(shown) + quote


def module(table: Mapping, sources: Sources) -> str:
    """Write the table as a Python module: two strings of equal length, 50 characters a line."""
    pairs = sorted(table.items())
    identity = hashlib.sha256("".join(a + b for a, b in pairs).encode()).hexdigest()[:12]
    lines = [pairs[i : i + 50] for i in range(0, len(pairs), 50)]
    return "\n".join(
        [
            '"""The fold table: each character of ``SOURCES`` folds to the one at the same place in ``TARGETS``.',
            "",
            "Generated by tools/build_fold_table.py; do not edit. Derived from the Unicode Character Database 15.0.0",
            "(Unicode, Inc., Unicode Licence V3) and from the character dictionaries of OpenCC (BYVoid and contributors,",
            "Apache License 2.0), as distributed with opencc-python-reimplemented 0.1.7. See NOTICE.",
            '"""',
            "",
            f"# Inputs {sources.digest}; {len(pairs)} characters.",
            "# fmt: off",
            f'TABLE_ID = "{identity}"',
            "# Ascending, so that a character is found by bisection.",
            "SOURCES = (",
            *(f"    {literal(''.join(source for source, _ in line))}" for line in lines),
            ")",
            "TARGETS = (",
            *(f"    {literal(''.join(target for _, target in line))}" for line in lines),
            ")",
            "",
        ]
    )


def main() -> None:
    """Build the table from the folders named on the command line."""
    parser = argparse.ArgumentParser(description="Build searchidx/fold/table.py")
    parser.add_argument("--ucd", type=Path, required=True)
    parser.add_argument("--opencc", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    sources = read_sources(arguments.ucd, arguments.opencc)
    table = build(sources)
    arguments.output.write_text(module(table, sources), "utf-8")
    sys.stdout.write(f"{len(table)} characters folded\n")


if __name__ == "__main__":
    main()
