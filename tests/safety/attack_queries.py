"""Queries as an attacker would type them: long, deep, wide, doubled, odd."""

import random

from searchidx.query.parse import MAX_LENGTH, MAX_TERMS

_FIT = MAX_LENGTH - 10


def _fill(piece: str, length: int = _FIT) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def _deep(opening: str, closing: str, depth: int) -> str:
    return opening * depth + "水库" + closing * depth


def all_queries() -> list[str]:
    """More than two hundred of them."""
    repeated = [
        *(
            "a",
            "0",
            "的",
            "水库",
            "a*",
            "?",
            "*",
            "a~",
            "a?",
            "[a-",
            "\\",
            '"',
            "“",
            "'",
            "(",
            ")",
            "(((",
            ")((",
            "-",
            "+",
            "!",
        ),
        *(
            "AND ",
            "OR ",
            "NOT ",
            "AND",
            "NOT NOT ",
            "甲 AND ",
            "甲 OR ",
            "甲OR",
            "-甲 ",
            "+甲 ",
            '"甲" ',
            "path:* ",
            "date:2 ",
        ),
        *(
            "title:",
            "heading:a ",
            "type:x ",
            "path:[!",
            "path:*a",
            "path:?*?*",
            "a b ",
            "一",
            "〇",
            "𠮷",
            "é",
            "e\u0301",
        ),
        *(
            "\u202e",
            "\u200b",
            "\u0000",
            "\x1b[31m",
            "\ud800",
            "\U0010ffff",
            "\n",
            "\t",
            "　",
            "．",
            "１",
            "ａ",
            "㍿",
            "ﷺ",
        ),
        *(
            "1",
            "1,",
            "1.",
            "2023年",
            "2023-",
            "4月",
            "年月日",
            "023-",
            "C++",
            "#",
            "++",
            "::",
            "://",
            "a.b",
            "a_b",
            "a/b",
            "ab1",
        ),
    ]
    queries = [_fill(piece) for piece in repeated]
    queries += [_fill(piece, 200) for piece in repeated]
    queries += [_fill(piece, MAX_LENGTH * 4) for piece in repeated[::6]]
    queries += [_deep("(", ")", depth) for depth in (10, 49, 50, 51, 5_000)]
    queries += [_deep("NOT (", ")", depth) for depth in (10, 49, 5_000)]
    queries += [_deep("(a OR ", ")", depth) for depth in (10, 49, 5_000)]
    queries += [_deep("-(", ")", depth) for depth in (10, 49, 500)]
    queries += [
        "(a+)+$",
        "^(a|a)*$",
        "path:" + "*a" * 1_000,
        "path:" + "[" * 2_000,
        "path:" + "?*" * 1_500 + "x",
        "path:*" + "/*" * 1_500,
        "NOT a",
        "NOT (a OR NOT a)",
        "*",
        "** **",
        '"" "" ""',
        "AND",
        "-",
        "水库 -水库",
        " ".join(chr(0x4E00 + number) for number in range(MAX_TERMS)),
        " ".join(f"w{number}" for number in range(MAX_TERMS)),
        " OR ".join(f'"{chr(0x4E00 + number)}"' for number in range(MAX_TERMS)),
        " OR ".join("的 AND 是" for _ in range(MAX_TERMS // 2)),
        " AND ".join(f"NOT {number}" for number in range(MAX_TERMS)),
        " ".join(f"date:{number}" for number in range(MAX_TERMS)),
        " ".join(f"path:*{number}*{number}*" for number in range(MAX_TERMS)),
        " ".join(f"heading:{number}" for number in range(MAX_TERMS)),
        " ".join('"a b"' for _ in range(MAX_TERMS)),
        "".join(chr(code) for code in range(1, 3_000)),
        "".join(chr(code) for code in range(0x4E00, 0x4E00 + 4_000)),
        "".join(chr(code) for code in range(0x20000, 0x20000 + 4_000)),
        "/etc/passwd; rm -rf / `id` $(id) ${HOME} %s %n {0} {{x}}",
        "__import__('os').system('id')",
        "'; DROP TABLE documents; --",
        "\\u0041 &lt; &#x41; %41",
    ]
    queries += [
        "/(a+)+$/",
        "/(a|a)*b/",
        "/(a?){60}a{60}/",
        "/.*.*.*.*.*.*x/",
        "/(.{1,900}){1,900}/",
        "/((((((((a*)*)*)*)*)*)*)*)*z/",
        "/(.)(.)(.)\\1\\2\\3/",
        "/\\w+\\w+\\w+\\w+$/",
        "/(?=.*a)(?=.*b)(?=.*c).*/",
        "/" + "(" * 900 + "a" + ")" * 900 + "/",
        "/" + "a|" * 1_800 + "/",
        "/[/",
        "//",
        "a*",
        "*a*",
        "w*",
        "*0*",
        "w?*?*?*",
        "w????",
        "?",
        "??",
        "一*",
        "w1~2",
        "w12345~9",
        "水库~2",
        '"w1 w2"~30000',
        '"段 编 说 是 水"~4000000000',
        "w1^1e308",
        "w1^-1",
        " ".join(f"w{number}*" for number in range(MAX_TERMS)),
        " OR ".join(f"*{number}*" for number in range(MAX_TERMS)),
        " ".join(f"w{number}~2" for number in range(MAX_TERMS)),
        " ".join(f"/w.*{number}/" for number in range(MAX_TERMS)),
        " ".join(f'"段 编 {number}"~99' for number in range(MAX_TERMS)),
        " ".join(f"num:{number}..{10**30}" for number in range(MAX_TERMS)),
        " ".join(f"in:{number}" for number in range(MAX_TERMS)),
        f"num:{'9' * 3_000}",
        "num:1e999999..",
        "in:99999年..",
    ]
    chance = random.Random(9)
    pieces = [
        *repeated,
        "水库",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        '"',
        " ",
        "-",
        "+",
        "path:",
        "gcc-12",
        "2023-04-20",
    ]
    queries += ["".join(chance.choices(pieces, k=chance.randint(1, 60)))[:_FIT] for _ in range(40)]
    return queries
