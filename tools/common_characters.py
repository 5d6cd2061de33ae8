"""Write ``searchidx/readers/common_characters.py``: the characters Chinese text is mostly made of.

Run it when the lists should change; the result is committed, so nobody else needs to::

    pip install jieba opencc-python-reimplemented
    python tools/common_characters.py

Simplified frequencies are those of jieba's dictionary (MIT): every character of every word counted as often as
the word. Traditional ones are the same counts carried over to the traditional forms that OpenCC's
``STCharacters.txt`` and ``TWVariants.txt`` (Apache-2.0) name for a character, kept where Big5 can write them.
"""

from collections import Counter
from importlib.resources import files
from pathlib import Path

SIZE = 2500
COLUMNS = 100
TARGET = Path(__file__).resolve().parent.parent / "searchidx" / "readers" / "common_characters.py"

HEADER = '''"""The characters Chinese text is mostly made of, most frequent first. Written by tools/common_characters.py.

Simplified: counted over jieba's dictionary (MIT). Traditional: the same counts, carried over with OpenCC's
STCharacters.txt (Apache-2.0). Used to tell one decoding of a file from another, and for nothing else.
"""
'''


def simplified_counts() -> Counter[str]:
    """Count the Han characters of jieba's dictionary, weighted by the frequency of their words."""
    counts: Counter[str] = Counter()
    for entry in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, frequency = entry.split(" ")[:2]
        for character in word:
            if "\u4e00" <= character <= "\u9fff":
                counts[character] += int(frequency)
    return counts


def opencc_table(name: str) -> dict[str, list[str]]:
    """One of OpenCC's tables: a character and the forms it may take, the most usual first."""
    table = files("opencc").joinpath("dictionary", name).read_text("utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {source: forms.split(" ") for source, forms in pairs}


def traditional_counts(counts: Counter[str]) -> Counter[str]:
    """Carry the counts of simplified characters over to their first traditional form and its Taiwan variant."""
    forms = opencc_table("STCharacters.txt")
    variants = opencc_table("TWVariants.txt")
    carried: Counter[str] = Counter()
    for character, count in counts.items():
        form = forms.get(character, [character])[0]
        for written in {form, *variants.get(form, [])[:1]}:
            carried[written] += count
    return carried


def fits(character: str, encoding: str) -> bool:
    """Return true if an encoding can write a character."""
    return bool(character.encode(encoding, "ignore"))


def literal(name: str, characters: str) -> str:
    """One constant as source text, in lines of equal length."""
    lines = [characters[start : start + COLUMNS] for start in range(0, len(characters), COLUMNS)]
    return "\n".join([f"{name} = (", *(f'    "{line}"' for line in lines), ")", ""])


def main() -> None:
    """Count, rank, cut and write."""
    counts = simplified_counts()
    carried = traditional_counts(counts)
    simplified = "".join(c for c, _ in counts.most_common() if fits(c, "gb2312"))[:SIZE]
    traditional = "".join(c for c, _ in carried.most_common() if fits(c, "big5"))[:SIZE]
    body = "\n".join([HEADER, literal("SIMPLIFIED", simplified), literal("TRADITIONAL", traditional)])
    TARGET.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    main()
