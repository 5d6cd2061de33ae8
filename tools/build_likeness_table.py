"""Write ``searchidx/likeness/table.py``: which characters are read alike, and which are written alike.

Run it only to change the table; the result is checked in::

    python tools/build_likeness_table.py --unihan DIR

``--unihan`` is the unpacked ``Unihan.zip`` of the Unicode Character Database 15.0.0 (Unicode Licence V3,
https://www.unicode.org/Public/15.0.0/ucd/): ``Unihan_Readings.txt``, ``Unihan_DictionaryLikeData.txt``,
``Unihan_IRGSources.txt``. How frequent a character is comes from jieba's dictionary (MIT).

The characters are those of GB 2312 that fold to themselves. Sounds are those of ``kHanyuPinlu`` (readings met in modern
text) and the first of ``kMandarin``, without tones. Shapes are compared by what the database says of how a character is
built: its Cangjie code (what it is made of), its four-corner number (what its corners look like), its strokes, and whether
it shares its phonetic part or all but its radical. None of these says that two characters look alike; where most of them agree, they do.
"""

import argparse
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from searchidx.fold import fold

TABLE = Path(__file__).resolve().parent.parent / "searchidx" / "likeness" / "table.py"
COLUMNS = 100
MOST_ALIKE = 12
"""Partners that a character has at most, the most alike first."""
ALIKE = 0.6
"""Score from which two characters are alike; chosen by looking at the pairs around it."""
MEANT = 3500
"""How many characters may be meant, the most frequent ones; any other may be typed in their place."""

SAID = """
末未 己已巳 士土 天夫无 人入八 干千于 日曰 目且 大太犬 木本术 刀力刁 贝见 午牛 折拆析 拔拨 侯候 洒酒 治冶 崇祟 炙灸 戌戍戊戎成 茶荼 竞竟
暴爆 慢漫 辨辩辫瓣 燥躁噪澡操 密蜜 即既 喝渴竭 陪赔培倍部 扰拢 幻幼 免兔 鸟乌 史吏 今令 卷券 哀衷衰 博搏 堤提题 历厉 盲肓 徒徙 买卖 仓仑
风凤 师帅 延廷 侍待 钓钩钧 坏环 微徽 栗粟 粱梁 萧箫 遣遗 巨臣 田由甲申电 王玉主 问间闻 问向 处外 传转 设没 亨享 杨扬 拨拔 沪泸 准淮 扒趴
夭天 住往 佳住 诀决 末来 句旬 免勉 毫豪 名各 庄压 库厍 兵乒乓 左右 石右 白自百 区匹 义叉 办为 云去 元无 友反 支文 己己 丁了 万方 尤龙
"""
"""Pairs and rows that every teacher knows, beside what is computed."""


class Character(NamedTuple):
    """Properties of a character in the database."""

    cangjie: str
    corners: str
    strokes: int
    phonetics: frozenset[str]


def properties(folder: Path, name: str, wanted: set[str]) -> dict[str, dict[str, str]]:
    """Read some properties of a file of Unihan: by property, by character."""
    found: dict[str, dict[str, str]] = {key: {} for key in wanted}
    for line in (folder / f"Unihan_{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("U+"):
            code, key, value = line.split("\t")
            if key in wanted:
                found[key][chr(int(code.removeprefix("U+"), 16))] = value
    return found


def frequencies() -> Counter[str]:
    """Return the frequency of each character in the words of jieba's dictionary, each as often as it says."""
    counts: Counter[str] = Counter()
    for line in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, frequency = line.split(" ")[:2]
        for char in word:
            counts[char] += int(frequency)
    return counts


def is_common(char: str) -> bool:
    """Return true if GB 2312 has the character and it folds to itself."""
    try:
        return len(char.encode("gb2312")) == 2 and fold(char) == char
    except UnicodeEncodeError:
        return False


def plain(syllable: str) -> str:
    """``lǜ`` becomes ``lv``."""
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(char for char in apart if not unicodedata.combining(char))


def sounds(folder: Path) -> dict[str, list[str]]:
    """The syllables of each character, the most usual first."""
    read = properties(folder, "Readings", {"kMandarin", "kHanyuPinlu"})
    found: dict[str, list[str]] = {}
    for char, value in read["kMandarin"].items():
        met = [entry.partition("(")[0] for entry in read["kHanyuPinlu"].get(char, "").split()]
        syllables = dict.fromkeys(plain(syllable) for syllable in [*met, value.split()[0]])
        found[char] = [syllable for syllable in syllables if syllable.isascii() and syllable.isalpha()]
    return found


def characters(folder: Path) -> dict[str, Character]:
    """Composition of each character."""
    like = properties(folder, "DictionaryLikeData", {"kCangjie", "kFourCornerCode", "kPhonetic"})
    strokes = properties(folder, "IRGSources", {"kTotalStrokes"})["kTotalStrokes"]
    return {
        char: Character(
            code,
            like["kFourCornerCode"].get(char, "").split(" ")[0][:4],
            int(strokes[char].split(" ")[0]),
            frozenset(entry.rstrip("*x") for entry in like["kPhonetic"].get(char, "").split()),
        )
        for char, code in like["kCangjie"].items()
        if char in strokes
    }


def edits(first: str, second: str) -> int:
    """Edit distance with swaps of neighbours."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, left in enumerate(first, 1):
        older, before, row = before, row, [at]
        for to, right in enumerate(second, 1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (left != right))
            if at > 1 and to > 1 and left == second[to - 2] and first[at - 2] == right:
                best = min(best, older[to - 2] + 1)
            row.append(best)
    return row[-1]


def likeness(one: Character, other: Character) -> float:
    """Return the similarity of shape of two characters, from 0 to about 1."""
    parts = 1 - edits(one.cangjie, other.cangjie) / max(len(one.cangjie), len(other.cangjie))
    if one.corners and other.corners:
        corners = sum(a == b for a, b in zip(one.corners, other.corners, strict=True)) / 4
    else:
        corners = parts
    strokes = 1 - abs(one.strokes - other.strokes) / max(one.strokes, other.strokes)
    shared = bool(one.phonetics & other.phonetics) or bool(ends(one.cangjie) & ends(other.cangjie))
    return 0.45 * parts + 0.3 * corners + 0.15 * strokes + 0.2 * shared


def ends(cangjie: str) -> set[str]:
    """Return the code of a character without its radical: one or two letters of its code, if two are left."""
    return {cangjie[at:] for at in (1, 2) if len(cangjie) - at >= 2}


def keys(known: Character) -> Iterator[tuple[str, ...]]:
    """Yield the keys of which two characters that may be alike share at least one."""
    code, corners = known.cangjie, known.corners
    yield ("cangjie", "".join(sorted(code)))
    for at in range(len(code)):
        yield ("cangjie", "".join(sorted(code[:at] + code[at + 1 :])))
    for end in ends(code):
        yield ("end", end)
    if corners:
        yield ("corners", corners)
        for at in range(4):
            yield ("corners", f"{corners[:at]}?{corners[at + 1 :]}")
    for phonetic in known.phonetics:
        yield ("phonetic", phonetic)


def shapes(known: dict[str, Character], frequent: set[str]) -> dict[str, list[str]]:
    """The frequent partners of each character, the most alike first."""
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for char, character in known.items():
        for key in set(keys(character)):
            together[key].append(char)
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for group in together.values():
        for one, other in combinations(group, 2):
            if other not in scores[one]:
                scores[one][other] = scores[other][one] = likeness(known[one], known[other])
    for row in SAID.split():
        for one, other in combinations(dict.fromkeys(row), 2):
            scores[one][other] = scores[other][one] = 2.0
    return {
        char: [
            other
            for other in sorted(frequent & found.keys(), key=lambda other: (-found[other], other))[
                :MOST_ALIKE
            ]
            if found[other] >= ALIKE
        ]
        for char, found in scores.items()
    }


def module(sounding: dict[str, list[str]], alike: dict[str, list[str]], counts: Counter[str]) -> str:
    """Write both tables as a Python module."""
    by_sound: dict[str, list[str]] = defaultdict(list)
    for char, syllables in sounding.items():
        for syllable in syllables:
            by_sound[syllable].append(char)
    for row in by_sound.values():
        row.sort(key=lambda char: (-counts[char], char))
    spoken = " ".join(syllable + "".join(row) for syllable, row in sorted(by_sound.items()))
    # Each pair once: a character, and those of its partners that come later.
    pairs: dict[str, set[str]] = defaultdict(set)
    for char, others in alike.items():
        for other in others:
            pairs[min(char, other)].add(max(char, other))
    written = " ".join(char + "".join(sorted(others)) for char, others in sorted(pairs.items()))
    return "\n".join(
        [
            '"""Homophones and lookalikes of Chinese characters.',
            "",
            "Generated by tools/build_likeness_table.py; do not edit. Derived from the Unihan part of the Unicode Character Database",
            "15.0.0 (Unicode, Inc., Unicode Licence V3), in the order of their frequency in jieba's dictionary (MIT). See NOTICE.",
            '"""',
            "",
            "# fmt: off",
            "# A syllable, and the characters that are read so, the most frequent first.",
            *_literal("SOUNDS", spoken),
            "# A character, and later ones that are written alike.",
            *_literal("SHAPES", written),
            "",
        ]
    )


def _literal(name: str, text: str) -> Iterator[str]:
    yield f"{name} = ("
    yield from (f'    "{text[at : at + COLUMNS]}"' for at in range(0, len(text), COLUMNS))
    yield ")"


def main() -> None:
    """Build the table from the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Build searchidx/likeness/table.py")
    parser.add_argument("--unihan", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    counts = frequencies()
    sounding = {char: found for char, found in sounds(arguments.unihan).items() if is_common(char) and found}
    built = characters(arguments.unihan)
    known = {char: built[char] for char in sounding if char in built}
    frequent = {char for char, _ in counts.most_common(MEANT)}
    alike = shapes(known, frequent)
    arguments.output.write_text(module(sounding, alike, counts), "utf-8")
    sys.stdout.write(f"{len(sounding)} characters, {sum(map(len, alike.values())) // 2} pairs\n")


if __name__ == "__main__":
    main()
