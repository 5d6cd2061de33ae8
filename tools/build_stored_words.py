"""Writes searchidx/local/stored_words.txt, what stored blocks are compressed against.

python tools/build_stored_words.py

It is made of the most frequent words of jieba's dictionary and of what is common in English, in addresses and in markup,
the most common last: that is where deflate refers to with the fewest bits. The file is a part of the index format: blocks
that were written with one can't be read with another, so it is written anew only with a new format.
"""

from pathlib import Path

import jieba

SIZE = 32768  # bytes that deflate looks back
TARGET = Path(__file__).resolve().parents[1] / "searchidx" / "local" / "stored_words.txt"

WRITTEN = (
    "information development government international university technology application management function system "
    "different important available following including without through between another because should would could "
    "number people public report review update support service project program process problem question answer example "
    "command install default change value error type name list data code line user time file first second which their "
    "there about after before these those other when where what with from this that have will been were they your not "
    "are was for you and of to in is the January February March April June July August September October November December "
    'Monday Tuesday Wednesday Thursday Friday Saturday Sunday <div class="</div><span></span><p></p><br/><td></td><tr> '
    "&nbsp;&lt;&gt;&amp;![](../images/.jpg .png .pdf .html .htm | --- | --- | **1. 2. 3. (1) (2) "
    "www..com.cn/ .org/ .net/ http://www. https://github.com/ https://www. 2019年 2020年 2021年 2022年 2023年 "
    "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月 第一条 第二章 第三款 （一）（二）（三）一、二、三、"
    "有限公司 人民政府 工作人员 有关部门 根据 按照 关于 以及 并且 或者 如果 因为 所以 但是 我们 可以 一个 进行 "
    "”，“。”“：“》、《》。），（）。！？；：、的，了。是在。"
)  # fmt: skip


def build() -> bytes:
    """Return the bytes of the file."""
    lines = Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    words = sorted((-int(count), word) for word, count, *_ in map(str.split, lines) if len(word) > 1)
    taken: list[str] = []
    size = len(WRITTEN.encode())
    for _, word in words:
        size += len(word.encode())
        if size > SIZE:
            break
        taken.append(word)
    return ("".join(reversed(taken)) + WRITTEN).encode()


if __name__ == "__main__":
    TARGET.write_bytes(build())
