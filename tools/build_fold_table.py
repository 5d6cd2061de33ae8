"""Build ``searchidx/fold/table.py``, the one-to-one character table that documents and queries are folded with.

Run it only to change the table; the result is checked in, so that every Python folds alike::

    python tools/build_fold_table.py --ucd DIR --opencc DIR

``--ucd`` is a folder with these files of the Unicode Character Database 15.0.0 (Unicode Licence V3,
https://www.unicode.org/Public/15.0.0/ucd/; the ``Unihan_*`` files are in its ``Unihan.zip``): ``UnicodeData.txt``,
``EquivalentUnifiedIdeograph.txt``, ``PropList.txt``, ``Unihan_Variants.txt``, ``Unihan_OtherMappings.txt``,
``Unihan_Readings.txt``.

``--opencc`` is the ``opencc/dictionary`` folder of opencc-python-reimplemented 0.1.7, which carries the text
dictionaries of OpenCC (https://github.com/BYVoid/OpenCC, Apache License 2.0): ``STCharacters.txt``,
``TSCharacters.txt``, ``TWVariantsRev.txt``, ``HKVariantsRev.txt``, ``JPVariants.txt``.

How a character finds its fold, first rule that applies, repeated until nothing changes:

1. what this file says itself (white space, dashes, quotes, dots, a few ideographs), each with its reason;
2. a single-character compatibility or canonical decomposition, except the kinds named in ``KEPT_KINDS``;
3. the Unicode simple lower case;
4. a Latin letter without its accents;
5. for ideographs: radical to ideograph, traditional to simplified, variant to standard form.

Characters between which OpenCC lists a choice (one simplified form of several traditional ones, or the reverse) fold to one
character, or a search in one script would miss the other.

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
        # Both are daily characters of traditional text for one word: 計畫 and 計劃, 項鍊 and 項鏈.
        "划画", "链炼",
        # Variants of one word that the list of modern characters keeps, mostly for names.
        "哲喆", "坤堃", "奔犇", "村邨", "同仝", "和龢", "佑祐", "乃迺", "碗椀", "粘黏", "管筦", "碱硷", "埯垵", "漤灠",
        # Taiwan and Hong Kong choose one, the mainland the other.
        "么幺", "鲇鲶", "颚腭", "潀潨",
        # Japanese forms that are rare characters of their own in Chinese: 横浜, 芸術, 缶詰, 食酢, 弁護士.
        "滨浜", "艺芸", "罐缶", "醋酢", "辩弁", "颖頴颕", "枡桝",
        # Of several that Unihan names, the one meant.
        "胸胷", "拼拚", "燕鷰", "溪谿", "岩嵒", "桥槗", "国囶圀", "医毉", "宴醼", "阪坂",
    )},
}  # fmt: skip

COMMON_INDEX, LESS_COMMON_INDEX = 3500, 6500
"""Last index of the first and of the second level in the table of modern simplified characters."""


@dataclass(frozen=True)
class Sources:
    """Parsed input files.

    Attributes:
        lower: Simple lower cases.
        decomposition: Kind and text of each decomposition.
        marks: Non-spacing marks.
        white_space: Characters that fold to a space.
        radicals: Radical to ideograph.
        traditional: OpenCC's first traditional form of each simplified character.
        simplified: OpenCC's first simplified form of each traditional character.
        choices: Characters between which OpenCC lists a choice, each to the one that stands for all.
        standard: Regional standard forms to the form that OpenCC's tables start from.
        variants: Unihan's variants: property, character, its variants.
        readings: Mandarin readings of each character.
        modern: Index of each character in the table of modern simplified characters.
        digest: Digest of all inputs.
    """

    lower: Mapping
    decomposition: dict[str, tuple[str, str]]
    marks: frozenset[str]
    white_space: frozenset[str]
    radicals: Mapping
    traditional: Mapping
    simplified: Mapping
    choices: Mapping
    standard: Mapping
    variants: dict[str, dict[str, tuple[str, ...]]]
    readings: dict[str, frozenset[str]]
    modern: dict[str, int]
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


def read_lists(path: Path) -> dict[str, list[str]]:
    """Read an OpenCC dictionary: all candidates of each character that are single characters."""
    return {
        source: [target for target in targets.split(" ") if len(target) == 1]
        for source, targets in rows(path, "\t")
        if len(source) == 1
    }


def read_choices(opencc: Path, modern: dict[str, int]) -> Mapping:
    """Read the characters between which OpenCC lists a choice, each with the one that stands for all."""
    simplified = read_lists(opencc / "TSCharacters.txt")
    choices: Mapping = {}
    for source, targets in simplified.items():
        if len(targets) > 1:
            owner = next(target for target in targets if target != source)
            choices.update(dict.fromkeys({source, *targets} - {owner}, owner))
    for source, targets in read_lists(opencc / "STCharacters.txt").items():
        for target in targets:
            settled = simplified.get(target, [target])[0]
            # Of several traditional forms, each belongs to this one; an only one already belongs to another.
            is_owner = len(targets) > 1 or settled not in modern
            member, owner = (settled, source) if is_owner else (source, settled)
            if member != owner:
                choices[member] = owner
    return choices


def read_readings(path: Path) -> dict[str, frozenset[str]]:
    """Read Mandarin readings: those in use, and those of the large dictionary."""
    readings: dict[str, frozenset[str]] = defaultdict(frozenset)
    for source, name, value in rows(path, "\t"):
        if name in {"kMandarin", "kHanyuPinyin", "kXHC1983"}:
            syllables = [part.rpartition(":")[2] for part in value.split()]
            readings[code_points(source)] |= {s for part in syllables for s in part.split(",")}
    return readings


def read_modern(path: Path) -> dict[str, int]:
    """Read the table of modern simplified characters: each with its index."""
    return {
        code_points(fields[0]): int(fields[2].rpartition(":")[2])
        for fields in rows(path, "\t")
        if fields[1] == "kTGH"
    }


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
    modern = read_modern(ucd / "Unihan_OtherMappings.txt")
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
        traditional=read_pairs(opencc / "STCharacters.txt"),
        simplified=read_pairs(opencc / "TSCharacters.txt"),
        choices=read_choices(opencc, modern),
        standard=standard,
        variants=read_variants(ucd / "Unihan_Variants.txt"),
        readings=read_readings(ucd / "Unihan_Readings.txt"),
        modern=modern,
        digest=digest.hexdigest()[:16],
    )


INPUTS = frozenset(
    {
        "UnicodeData.txt", "EquivalentUnifiedIdeograph.txt", "PropList.txt", "Unihan_Variants.txt",
        "Unihan_OtherMappings.txt", "Unihan_Readings.txt", "STCharacters.txt", "TSCharacters.txt", "TWVariantsRev.txt", "HKVariantsRev.txt", "JPVariants.txt",
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
    """Return the ASCII letter below the accents of a canonical decomposition."""
    base = char
    while base in sources.decomposition:
        kind, text = sources.decomposition[base]
        if kind or not all(mark in sources.marks for mark in text[1:]):
            return None
        base = text[0]
    return base if base != char and base.isascii() and base.isalpha() else None


def is_ideograph(char: str) -> bool:
    """Return true for a unified ideograph, by its block."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af"


def simplify(char: str, sources: Sources) -> str | None:
    """Return the standard simplified form of an ideograph, or None if it is its own."""
    if char in sources.choices:
        return sources.choices[char]
    target = sources.simplified.get(char)
    if target is not None:
        # Simplified by analogy into a rare character: the modern variant is what is written (謌 is 歌).
        is_rare = target not in sources.modern and char not in sources.modern
        modern = unihan_form(char, sources) if is_rare else None
        return modern or (target if target != char else None)
    if char in sources.modern:
        return None  # whatever it once was a variant of, modern text uses it as a character of its own
    traditional = sources.traditional.get(char)
    if traditional is not None and (form := simplify(traditional, sources)) not in {char, None}:
        return form
    standard = sources.standard.get(char, char)
    settled = sources.simplified.get(standard, standard)
    if settled in sources.modern and settled != char:
        return settled
    regional = settled if settled != char else None
    return unihan_form(char, sources) or regional or rare_form(char, sources) or graphic_form(char, sources)


def unihan_form(char: str, sources: Sources) -> str | None:
    """Return the modern character that Unihan names as a variant, the most common one of those with the same reading.

    Specialized semantic variants are left out: they share one sense of several, often of classical texts only.
    """
    has_rare_form = char in sources.simplified or rare_form(char, sources) is not None
    for name in ("kSimplifiedVariant", "kZVariant", "kSemanticVariant"):
        targets = {sources.simplified.get(t, t) for t in sources.variants[name].get(char, ()) if t != char}
        usable = targets & sources.modern.keys() - {char}
        if len(usable) > 1 or has_rare_form:
            usable = {target for target in usable if sources.readings[target] & sources.readings[char]}
        if usable:
            return min(usable, key=lambda target: (level(target, sources), target))
    return None


def rare_form(char: str, sources: Sources) -> str | None:
    """Return the one simplified form by analogy that Unihan names, a character that modern text does not have."""
    targets = {t for t in sources.variants["kSimplifiedVariant"].get(char, ()) if t != char}
    return targets.pop() if len(targets) == 1 else None


def level(char: str, sources: Sources) -> int:
    """Return the level of a character in the table of modern ones: 0 for the most common."""
    index = sources.modern.get(char, sys.maxsize)
    return (index > COMMON_INDEX) + (index > LESS_COMMON_INDEX)


def graphic_form(char: str, sources: Sources) -> str | None:
    """Return the first of several ideographs of one shape, none of which is modern; those of the main block first."""
    shapes = {char, *sources.variants["kZVariant"].get(char, ())} - (sources.simplified.keys() - {char})
    first = min(shapes, key=lambda shape: (not "\u4e00" <= shape <= "\u9fff", shape))
    return first if first != char else None


def step(char: str, sources: Sources, chosen: Mapping) -> str:
    """Apply the first rule that has something to say."""
    if char in chosen:
        return chosen[char]
    if char in IDEOGRAPHS:
        return char
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
