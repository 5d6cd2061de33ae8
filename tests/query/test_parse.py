"""What people type is read as what they mean: one table a subject, each row the query and what it is read as."""

import pytest

from searchidx.query import (
    And,
    BooleanQuery,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Pinyin,
    Query,
    Regex,
    Text,
    Wildcard,
    Word,
    parse,
    to_string,
)


def loose(*words: str, required: tuple[Node, ...] = (), excluded: tuple[Node, ...] = ()) -> BooleanQuery:
    return BooleanQuery(tuple(map(Text, words)), required, excluded)


def word(node: Word) -> BooleanQuery:
    return BooleanQuery((node,))


def both(*words: str) -> And:
    return And(tuple(map(Text, words)))


def either(*words: str) -> Or:
    return Or(tuple(map(Text, words)))


JIA, YI, BING = Text("甲"), Text("乙"), Text("丙")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("防火墙规则", ["防火墙规则"]),
        ("防火墙 规则", ["防火墙", "规则"]),
        ("重庆　招商\n引资\t大使", ["重庆", "招商", "引资", "大使"]),
        ("  京 ", ["京"]),
        ("康富德的研发中心签约落户在哪个区？", ["康富德的研发中心签约落户在哪个区？"]),
        ("how do I mount a USB drive?", ["how", "do", "I", "mount", "a", "USB", "drive?"]),
        ("你好！世界", ["你好！世界"]),
        ("《三体》 「黑暗森林」 『死神永生』", ["《三体》", "「黑暗森林」", "『死神永生』"]),
        ("X-900 023-49301888 023—49301888", ["X-900", "023-49301888", "023—49301888"]),
        ("2023-04-20 2023/4/20 2023.4.20", ["2023-04-20", "2023/4/20", "2023.4.20"]),
        ("1,280 3.11.7 23,876元 L500057910", ["1,280", "3.11.7", "23,876元", "L500057910"]),
        ("C++ C# F# .NET node.js", ["C++", "C#", "F#", ".NET", "node.js"]),
        ("#include a/b 100% ~/.bashrc /etc/passwd", ["#include", "a/b", "100%", "~/.bashrc", "/etc/passwd"]),
        ("5G公园 iPhone15 C罗 IT 的 〇 䶮 𠮷", ["5G公园", "iPhone15", "C罗", "IT", "的", "〇", "䶮", "𠮷"]),
        ("user@example.com don't O'Reilly", ["user@example.com", "don't", "O'Reilly"]),
        ("-", ["-"]),
        ("--", ["--"]),
        ("甲 - 乙", ["甲", "-", "乙"]),
        ("甲 -- 乙", ["甲", "--", "乙"]),
        ("git commit --amend", ["git", "commit", "--amend"]),
        ("a -> b != c", ["a", "->", "b", "!=", "c"]),
        ("+ 甲", ["+", "甲"]),
        ("甲 ! 乙", ["甲", "!", "乙"]),
        ("wow !!", ["wow", "!!"]),
        ("++i i++", ["++i", "i++"]),
        (":-) :(", [":-)", ":("]),
        ("🚀 👨‍👩‍👧", ["🚀", "👨👩👧"]),
        ("x^2 2^10 E=mc^2 ^2 甲^ 甲^0 甲^2^3", ["x^2", "2^10", "E=mc^2", "^2", "甲^", "甲^0", "甲^2^3"]),
        ("好的～ 谢谢~ HEAD~3 10~1 ~/.bashrc", ["好的～", "谢谢~", "HEAD~3", "10~1", "~/.bashrc"]),
        (
            "2*3 a*b m*a*s*h * ** **重点** **kwargs",
            ["2*3", "a*b", "m*a*s*h", "*", "**", "**重点**", "**kwargs"],
        ),
        ("drive? 吗？ ?? 什么？怎么办 是吗？好的", ["drive?", "吗？", "??", "什么？怎么办", "是吗？好的"]),
        ("http://a.cn/b?c=1 a.php?id=1 f(x*)", ["http://a.cn/b?c=1", "a.php?id=1", "f(x*)"]),
        ("/usr/bin/ // /-/ /home/a.b/", ["/usr/bin/", "//", "/-/", "/home/a.b/"]),
    ],
)
def test_bare_words_are_ranked_loosely(typed: str, words: list[str]) -> None:
    assert parse(typed) == Query(typed, loose(*words))


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("词~1", word(Fuzzy("词", 1))),
        ("词～２", word(Fuzzy("词", 2))),
        ("kubernetes~2", word(Fuzzy("kubernetes", 2))),
        ("前缀*", word(Wildcard("前缀*"))),
        ("＊后缀", word(Wildcard("*后缀"))),
        ("中?词", word(Wildcard("中?词"))),
        ("中？词", word(Wildcard("中?词"))),
        ("w?rd*", word(Wildcard("w?rd*"))),
        ("ANDROID*", word(Wildcard("ANDROID*"))),
        ("前缀* AND 乙", And((Wildcard("前缀*"), YI))),
        ("*.py", word(Wildcard("*.py"))),
        ("/a.b/", word(Regex("a.b"))),
        ("/^colou?r$/", word(Regex("^colou?r$"))),
        ("/(a+)+$/", word(Regex("(a+)+$"))),
        ("／重.市／", word(Regex("重.市"))),
        ("甲^2", word(Boost(JIA, 2))),
        ("甲＾1.5", word(Boost(JIA, 1.5))),
        ("前缀*^3", word(Boost(Wildcard("前缀*"), 3))),
        ('"甲 乙"~5', Near(("甲", "乙"), 5)),
        ("“甲　乙”～１２", Near(("甲", "乙"), 12)),
        ('"甲 乙"~5^2', Boost(Near(("甲", "乙"), 5), 2)),
        ('"甲 乙"^2', Boost(Literal("甲 乙"), 2)),
        ("(甲 OR 乙)^2 AND 丙", And((Boost(either("甲", "乙"), 2), BING))),
        ("甲 -乙* +丙~1", BooleanQuery((JIA,), (Fuzzy("丙", 1),), (Wildcard("乙*"),))),
        ("py:chongqing", word(Pinyin("chongqing"))),
        ("拼音：Chong'Qing", word(Pinyin("chong qing"))),
        ('py:"nü er"', word(Pinyin("nv er"))),
        ('py:"chong qing"^2', word(Boost(Pinyin("chong qing"), 2))),
        ("-*乙 甲", BooleanQuery((JIA,), (), (Wildcard("*乙"),))),
        ("甲 AND NOT 乙*", And((JIA, Not(Wildcard("乙*"))))),
    ],
)
def test_patterns_stand_for_more_than_themselves(typed: str, node: Node) -> None:
    assert parse(typed) == Query(typed, node)


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ('"产业赋能大使"', Literal("产业赋能大使")),
        ('"hello  world"', Literal("hello  world")),
        ("“产业赋能大使”", Literal("产业赋能大使")),
        ("＂产业 大使＂", Literal("产业 大使")),
        ('重庆 "产业赋能大使"', loose("重庆", required=(Literal("产业赋能大使"),))),
        ("“南下”“北上”", loose(required=(Literal("南下"), Literal("北上")))),
        ("引“强”、创“新”", loose("引", "、创", required=(Literal("强"), Literal("新")))),
        ("“他说“你好”了”", Literal("他说“你好”了")),
        ('"他说“你好”了"', Literal("他说“你好”了")),
        ('“say "hi"”', Literal('say "hi"')),
        (r'"say \"hi\""', Literal('say "hi"')),
        (r'"C:\new\table"', Literal(r"C:\new\table")),
        ('"C:\\folder\\"', Literal("C:\\folder\\")),
        (r'"ends in \\" 甲', loose("甲", required=(Literal("ends in \\"),))),
        ('"甲 AND (乙"', Literal("甲 AND (乙")),
        # Marks that an input method mixes up.
        ('"甲”', Literal("甲")),
        ('“甲"', Literal("甲")),
        ("“甲“", Literal("甲")),
        ("”甲”", Literal("甲")),
        # Marks that are not meant as quotes.
        ('27"显示器', loose('27"显示器')),
        ("位。”巴南", loose("位。”巴南")),
        ("”巴南", loose("”巴南")),
        ('"', loose('"')),
        ("甲 “", loose("甲", "“")),
        ("'甲 乙'", loose("'甲", "乙'")),
    ],
)
def test_quoted_strings_are_literal(typed: str, node: Node) -> None:
    assert parse(typed) == Query(typed, node)


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("甲 -乙", loose("甲", excluded=(YI,))),
        ("甲 －乙", loose("甲", excluded=(YI,))),
        ("甲 !乙", loose("甲", excluded=(YI,))),
        ("甲 ！乙", loose("甲", excluded=(YI,))),
        ("甲 +乙", loose("甲", required=(YI,))),
        ("甲 ＋乙", loose("甲", required=(YI,))),
        ("-甲 乙", loose("乙", excluded=(JIA,))),
        ("+甲 +乙", loose(required=(JIA, YI))),
        ('甲 -"乙 丙"', loose("甲", excluded=(Literal("乙 丙"),))),
        ("甲 -“乙 丙”", loose("甲", excluded=(Literal("乙 丙"),))),
        ('+"甲"', Literal("甲")),
        ("甲 -path:旧", loose("甲", excluded=(Filter("path", "旧"),))),
        ("甲 -(乙 丙)", loose("甲", excluded=(both("乙", "丙"),))),
        ("甲 -(乙 OR 丙)", loose("甲", excluded=(either("乙", "丙"),))),
        ("甲 +（乙 OR 丙）", loose("甲", required=(either("乙", "丙"),))),
        ("甲 -#tag -@me -.log", loose("甲", excluded=(Text("#tag"), Text("@me"), Text(".log")))),
    ],
)
def test_signs_require_and_exclude(typed: str, node: Node) -> None:
    assert parse(typed) == Query(typed, node)


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("甲 AND 乙", both("甲", "乙")),
        ("甲 OR 乙", either("甲", "乙")),
        ("甲 NOT 乙", And((JIA, Not(YI)))),
        ("甲 AND NOT 乙", And((JIA, Not(YI)))),
        ("甲 OR NOT 乙", Or((JIA, Not(YI)))),
        ("甲 && 乙 || 丙", Or((both("甲", "乙"), BING))),
        ("甲 ＆＆ 乙 ｜｜ 丙", Or((both("甲", "乙"), BING))),
        ("甲 ＡＮＤ 乙", both("甲", "乙")),
        ("firewall AND rules", both("firewall", "rules")),
        ("防火墙AND规则", both("防火墙", "规则")),
        ("防火墙ＡＮＤ规则", both("防火墙", "规则")),
        ("防火墙AND 规则", both("防火墙", "规则")),
        ("防火墙 AND规则", both("防火墙", "规则")),
        ("甲OR乙", either("甲", "乙")),
        ("甲&&乙", both("甲", "乙")),
        ("甲NOT乙", And((JIA, Not(YI)))),
        ("甲ANDNOT乙", And((JIA, Not(YI)))),
        ("甲AND-乙", And((JIA, Not(YI)))),
        ("(甲AND乙)NOT丙", And((JIA, YI, Not(BING)))),
        ("（甲ＡＮＤ乙）ＮＯＴ丙", And((JIA, YI, Not(BING)))),
        ("“甲”AND“乙”", And((Literal("甲"), Literal("乙")))),
        ("甲 AND 乙 OR 丙", Or((both("甲", "乙"), BING))),
        ("甲 OR 乙 AND 丙", Or((JIA, both("乙", "丙")))),
        ("(甲 OR 乙) AND 丙", And((either("甲", "乙"), BING))),
        ("甲 AND (乙 AND 丙)", both("甲", "乙", "丙")),
        ("甲 OR (乙 OR 丙)", either("甲", "乙", "丙")),
        ("甲 乙 OR 丙", Or((both("甲", "乙"), BING))),
        ("(甲 乙) 丙", both("甲", "乙", "丙")),
        ("甲(乙 OR 丙)", And((JIA, either("乙", "丙")))),
        ("NOT (甲 OR 乙) 丙", And((Not(either("甲", "乙")), BING))),
        ("NOT(甲 OR 乙) 丙", And((Not(either("甲", "乙")), BING))),
        ("NOT NOT 甲 AND 乙", both("甲", "乙")),
        ("甲 AND -乙", And((JIA, Not(YI)))),
        ("甲 AND +乙", both("甲", "乙")),
        ("NOT -甲 AND 乙", both("甲", "乙")),
        ('甲 AND "乙 丙"', And((JIA, Literal("乙 丙")))),
        ("path:a OR path:b", Or((Filter("path", "a"), Filter("path", "b")))),
        ("path:甲AND标题：乙", And((Filter("path", "甲"), Filter("title", "乙")))),
        # What stands free beside an OR restricts all of it.
        ("甲 OR 乙 -丙", And((either("甲", "乙"), Not(BING)))),
        ("path:x 甲 OR 乙", And((either("甲", "乙"), Filter("path", "x")))),
        ("甲 OR -乙", Or((JIA, Not(YI)))),
        ("甲 OR 乙 AND -丙", Or((JIA, And((YI, Not(BING)))))),
        # Brackets that are text.
        ("f(x) AND g()", And((Text("f(x)"), Text("g()")))),
        ("药物(ADC) AND 基地", And((Text("药物(ADC)"), Text("基地")))),
        ("(甲) AND (乙)", both("甲", "乙")),
    ],
)
def test_operators_make_it_boolean(typed: str, node: Node) -> None:
    assert parse(typed) == Query(typed, node)


@pytest.mark.parametrize(
    "typed",
    [
        "ANDROID",
        "SANDBOX",
        "ORACLE数据库",
        "NOTE",
        "NOT运算",
        "逻辑OR",
        "AND运算",
        "R&&D",
        "a||b",
        "iPhone15AND手机",
        "与(AND)或(OR)非(NOT)",
        "BRAND",
        "甲and乙",
        "(ADC)CDMO基地",
        "药物(ADC",
        "ADC)基地",
        "()",
        "(",
        ")",
        "))((",
        "printf()",
    ],
)
def test_one_run_without_an_operator_in_it_is_text(typed: str) -> None:
    assert parse(typed) == Query(typed, loose(typed))


@pytest.mark.parametrize("word", ["and", "or", "not", "And", "Or", "Not"])
def test_operators_in_small_letters_are_words(word: str) -> None:
    assert parse(f"甲 {word} 乙").node == loose("甲", word, "乙")


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("path:notes", Filter("path", "notes")),
        ("招商 path:notes/2023", loose("招商", required=(Filter("path", "notes/2023"),))),
        ("路径：笔记 招商", loose("招商", required=(Filter("path", "笔记"),))),
        ("標題:公告", Filter("title", "公告")),
        ("标题:公告 类型:pdf", loose(required=(Filter("title", "公告"), Filter("type", "pdf")))),
        ("章节:附则", Filter("heading", "附则")),
        ("heading:附则", Filter("heading", "附则")),
        ("日期:2023年4月", Filter("date", "2023年4月")),
        ("招商 日期：2023年4月", loose("招商", required=(Filter("date", "2023年4月"),))),
        ("提到:4月20日", Filter("in", "4月20日")),
        ("in:二〇二三年", Filter("in", "二〇二三年")),
        ("金额:>1亿", Filter("num", ">1亿")),
        ("num:280亿..300亿 招商", loose("招商", required=(Filter("num", "280亿..300亿"),))),
        ("語言:繁體", Filter("lang", "繁體")),
        ("lang:zh-hant", Filter("lang", "zh-hant")),
        ("date:2023-04..2023-05", Filter("date", "2023-04..2023-05")),
        ("date:>2023", Filter("date", ">2023")),
        ("Title:Report TYPE:md", loose(required=(Filter("title", "Report"), Filter("type", "md")))),
        ("ｐａｔｈ：a", Filter("path", "a")),
        ('path:"my notes" 甲', loose("甲", required=(Filter("path", "my notes"),))),
        ("路径：“我的 笔记”", Filter("path", "我的 笔记")),
        (r"path:C:\notes", Filter("path", r"C:\notes")),
        ("(path:a OR path:b) 甲", And((Or((Filter("path", "a"), Filter("path", "b"))), JIA))),
        # The prefix that makes an ordinary word of anything.
        ('text:"AND" 甲', loose("AND", "甲")),
        ('text:"-40" 甲', loose("-40", "甲")),
        ('-text:"甲 乙" 丙', loose("丙", excluded=(JIA, YI))),
        # No fields.
        ("http://example.com/a?b=c", loose("http://example.com/a?b=c")),
        ("12:30", loose("12:30")),
        ("新华社记者现场报道：张三", loose("新华社记者现场报道：张三")),
        ("std::path::join", loose("std::path::join")),
        ("path::join", loose("path::join")),
        ("防火墙path:x", loose("防火墙path:x")),
        ("localhost:8080", loose("localhost:8080")),
        ("text:AND", loose("text:AND")),
    ],
)
def test_known_fields_filter_and_other_colons_are_text(typed: str, node: Node) -> None:
    assert parse(typed) == Query(typed, node)


@pytest.mark.parametrize(
    ("typed", "read_as", "said"),
    [
        ('"甲 乙', '"甲 乙"', "is not closed"),
        ("丙 “甲 乙", '丙 "甲 乙"', "is not closed"),
        ('path:"my notes', 'path:"my notes"', "is not closed"),
        ('甲 ""', "甲", "nothing between the quotation marks"),
        ("甲 “ ”", "甲", "nothing between the quotation marks"),
        ("(甲 AND 乙", "甲 AND 乙", "is not closed"),
        ("甲 AND (乙 OR 丙", "甲 AND (乙 OR 丙)", "is not closed"),
        ("甲 AND 乙)", "甲 AND 乙", ") has no counterpart"),
        ("甲 AND 乙）", "甲 AND 乙", "） has no counterpart"),
        ("(甲 乙", "甲 乙", "( has no counterpart"),
        ("甲 乙)", "甲 乙", ") has no counterpart"),
        ("甲 AND ()", "甲", "nothing between the brackets"),
        ("甲 AND", "甲", "AND has nothing to join"),
        ("OR 甲 乙", "甲 AND 乙", "OR has nothing to join"),
        ("甲 NOT", "甲", "NOT has nothing to join"),
        ("甲 AND OR 乙", "甲 AND 乙", "OR has nothing to join"),
        ("甲 ＡＮＤ", "甲", "AND has nothing to join"),
        ("AND", 'text:"AND"', "nothing here but operators"),
        ("NOT NOT", 'text:"NOT" text:"NOT"', "nothing here but operators"),
        ('""', r'text:"\"\""', "nothing here but operators"),
        ("-40", 'text:"-40"', "write NOT 40"),
        ("！重要", 'text:"！重要"', "write NOT 重要"),
        ("NOT 甲", "NOT 甲", "only what must not be there"),
        ("-甲 -乙", "-甲 -乙", "only what must not be there"),
        ('-"甲 乙"', 'NOT "甲 乙"', "only what must not be there"),
        ("NOT 甲 AND NOT 乙", "NOT 甲 AND NOT 乙", "only what must not be there"),
        ("title: 公告", "title: 公告", "no value follows it directly"),
        ("titel:公告", "titel:公告", "did you mean title: ?"),
        ("pth:a", "pth:a", "did you mean path: ?"),
        ("filename:a", "filename:a", "did you mean path: ?"),
        ("标提:公告", "标提:公告", "did you mean 标题: ?"),
        ("时间：2023", "时间：2023", "did you mean 日期: ?"),
        ("数额:1亿 招商", "数额:1亿 招商", "did you mean 金额: ?"),
        ("注意:事项", "注意:事项", "is read as text, for it is no field; the fields are 路径 标题 章节"),
        ("记者：张三", "记者：张三", "is read as text, for it is no field"),
        (
            "标题：防火墙规则",
            "title:防火墙规则",
            'is read as a filter by title; to look for the text itself, write "标题：防火墙规则"',
        ),
        ("date:昨天", '+text:"date:昨天"', "date:昨天 is searched as text because 昨天 is not a date"),
        ("日期:2023-13", '+text:"日期:2023-13"', "2023-13 is not a date"),
        ("in:很久", '+text:"in:很久"', "很久 is not a date; for a filter, write for example 2023年4月"),
        ("num:很多 招商", "招商 +num:很多", "很多 is not an amount"),
        ("num:>", '+text:"num:>"', "> is not an amount"),
        ("lang:火星文", '+text:"lang:火星文"', "is not a language"),
        ("大小：40码", '+text:"大小：40码"', "40码 is not a range of sizes"),
        ("编码：A001-02 招商", "招商 +编码：A001-02", "A001-02 is not a character encoding"),
        ("-大小：40码 甲", '甲 -size:"40码"', "40码 is not a range of sizes, so size: excludes nothing"),
        ("NOT 大小：40码", 'NOT size:"40码"', "excludes nothing"),
        ('日期:"年 月" 甲', '甲 +日期: "年 月"', "年 月 is not a date"),
    ],
)
def test_what_is_odd_is_read_sensibly_and_said(typed: str, read_as: str, said: str) -> None:
    query = parse(typed)
    assert query.node is not None
    assert to_string(query.node) == read_as
    assert any(said in note for note in query.notes), query.notes


@pytest.mark.parametrize(
    "typed", ["甲", "甲 -乙", '"甲"', "甲 OR 乙", "path:甲 -乙", "http://x", "+86", "12:30"]
)
def test_nothing_is_said_of_what_was_read_as_written(typed: str) -> None:
    assert parse(typed).notes == ()


def test_notes_are_single_short_lines() -> None:
    for typed in ('"' + "很长\n的 引文 " * 100, "-" + "长" * 1000, "titel" * 20 + ":x", "NOT\nNOT\nNOT"):
        for note in parse(typed).notes:
            assert "\n" not in note
            assert len(note) < 200


def test_notes_are_few_and_each_once() -> None:
    assert len(parse(" ".join(f"tit{letter}e:x" for letter in "abcdefghijkm")).notes) == 8
    assert len(parse(" ".join(["titel:x"] * 50)).notes) == 1


@pytest.mark.parametrize("typed", ["", " ", "　\n\t"])
def test_nothing_asked_is_no_tree(typed: str) -> None:
    assert parse(typed) == Query(typed, None)
    assert parse(typed, literal=True) == Query(typed, None)


@pytest.mark.parametrize("typed", ["甲", "-甲", "甲 AND 乙", '"', '"甲"', "path:x", " 甲 ", "(", "a\\"])
def test_a_literal_query_is_one_text_whatever_is_in_it(typed: str) -> None:
    assert parse(typed, literal=True) == Query(typed, Literal(typed))


def test_a_quoted_string_alone_is_the_literal_query() -> None:
    assert parse('"甲 乙"').node == parse("甲 乙", literal=True).node
