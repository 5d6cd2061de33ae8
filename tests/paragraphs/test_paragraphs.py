"""Lines to paragraphs: nothing is lost, nothing is made up, and what belongs together is together."""

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.document import Paragraph
from searchidx.paragraphs import (
    LONGEST,
    OVERLAP,
    bounded,
    code_blocks,
    flowing,
    glue,
    marks,
    mend,
    overlap,
    unwrapped,
    width,
)
from searchidx.paragraphs.bounds import LONGEST_CODE, cut
from searchidx.paragraphs.wrapping import is_verse, wrap_column
from searchidx.readers import dates


def mended(*texts: str, gap: int = 2, kind: str = "text", authored: bool = False) -> list[str]:
    """Mend one-line paragraphs that stand ``gap`` lines apart."""
    source = [Paragraph(text, 1 + gap * n, 1 + gap * n, kind) for n, text in enumerate(texts)]
    return [paragraph.text for paragraph in mend(source, authored=authored)]


# Two pieces of one line.


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("开户", "许可证", "开户许可证"),
        ("the quick", "brown fox", "the quick brown fox"),
        ("a well-", "known word", "a well-known word"),
        ("总投资29", "0亿元", "总投资290亿元"),
        ("in 2023", "47 projects", "in 2023 47 projects"),
        ("使用 Linux", "系统", "使用 Linux 系统"),
        ("使用Linux", "系统", "使用Linux系统"),
        ("他说：", "“好。”", "他说：“好。”"),
        ("安装", "(可选)", "安装(可选)"),
        ("", "甲", "甲"),
    ],
)
def test_pieces_meet_as_they_were_before_the_break(left: str, right: str, expected: str):
    assert glue(left, right) == expected


def test_width_is_in_columns():
    assert (width("中文ab，"), width("𠮷"), width("")) == (8, 2, 0)


# Paragraphs broken by the end of a column or a page.

BROKEN = [
    (
        "市政府召开防汛工作会议,分析研判全市防汛形势,安排部署下阶段工作。市委常委、副市",
        "长李某某出席会议并讲话。",
    ),
    ("“产业赋能大使主要来源于高等院校、科研机构、龙头企业、中介服务机构等单", "位。”负责人介绍。"),
    ("▲某某村股份经济合作社遗失中国农业银行重庆永川支行;开户", "许可证(核准号J6530102584501),声明作废。"),
    ("一期项目10、11、13号楼已竣工验收,", "具备交房条件,于2023年4月30日正式交房。"),
    ("三、请本人持身份证原件、购房合同、代收费缴款票据原件及商品房收楼", "通知书前往办理接房。"),
    ("该公司负责人表示，今年将继续加大研发投入，力争年产值突破1", "0亿元，带动就业3000余人。"),
    ("经审理查明，被告人王某于2022年3月至6月间，先后多次在", "4月12日开业的某商场内实施盗窃。"),
    ("会议强调，要坚持人民至上（包括城乡", "居民），扎实做好各项工作。"),
    ("他在发言中回顾了这段不平凡的历程，并向所有参与者表示感谢", "，现场响起了热烈的掌声。"),
    (
        "据介绍，该项目建成后，可实现年处理生活垃圾50万吨，相当于每年节约标准煤12",
        "万吨，减少二氧化碳排放30万吨。",
    ),
    (
        "The committee said on Tuesday that the new bridge would be finished by the end of",
        "the year, two months ahead of schedule.",
    ),
]


@pytest.mark.parametrize(("first", "second"), BROKEN)
def test_a_broken_paragraph_is_whole_again(first: str, second: str):
    assert mended("上一段到这里为止，说完了。", first, second, "下一段。") == [
        "上一段到这里为止，说完了。",
        glue(first, second),
        "下一段。",
    ]


def test_a_paragraph_broken_twice_is_whole_again():
    pieces = (
        "会上，区委书记要求，各镇街要抓住春耕时节，组织农技人员",
        "下到田间地头，指导群众科学育苗、合理施肥，确保",
        "粮食生产面积只增不减。",
    )
    assert mended(*pieces) == ["".join(pieces)]


APART = {
    "two titles": (
        "全市招商大会召开 集中签约项目47个总投资290亿元",
        "巴南区新增三家国家级专精特新“小巨人”企业",
    ),
    "a title and its text": (
        "我市出台二十条措施支持民营经济发展",
        "4月18日，市政府新闻办召开发布会，介绍有关情况。",
    ),
    "a long title and its text": (
        "百日攻坚显成效 实干担当开新局全区一季度主要经济指标实现开门红",
        "一季度，全区地区生产总值同比增长5.6%。",
    ),
    "two programmes": ("20:40 桂山剧场《热血少年》42—43集", "21:30 晚间新闻"),
    "a channel and its date": ("重庆有线直播频道序列号:标清14、高清209", "(2023年4月20日)"),
    "two notices": (
        "▲李某遗失不动产权证书,证号:渝(2019)巴南区第000123456号,声明作废",
        "▲王某遗失身份证,声明作废。",
    ),
    "a notice and a text": ("▲渝B12345遗失道路运输证", "以上证件声明作废，特此公告。"),
    "numbered by 一、": (
        "一、加快推进成渝地区双城经济圈建设,全面落实各项任务,持续改善民生",
        "二、坚持创新驱动发展。",
    ),
    "numbered by 1.": (
        "1.鱼洞街道:新市街、巴县大道、鱼轻路、江州路及周边小区用户",
        "2.李家沱街道:马王坪正街。",
    ),
    "numbered by (1)": (
        "(1)本市户籍居民,持本人身份证、户口簿原件到社区登记,",
        "(2)非本市户籍居民,持居住证。",
    ),
    "numbered by ①": ("①居民身份证、户口簿原件及复印件各一份,未成年人由监护人代办", "②近期免冠照片两张。"),
    "numbered by （一）": (
        "第十条 有下列情形之一的，由县级以上人民政府责令改正，",
        "（一）未取得许可证从事生产活动的；",
    ),
    "articles of a law": (
        "第一条 为了规范市场秩序，保护消费者的合法权益，制定本条例",
        "第二条 本条例适用于本市行政区域内的经营活动。",
    ),
    "a chapter and its article": (
        "第三章 监督管理和法律责任，以及其他有关规定",
        "第十五条 县级以上人民政府应当加强监督检查。",
    ),
    "a by-line and an article": (
        "重庆日报首席记者 陈维灯 通讯员 张成勇 李华 实习生 王小明 刘强",
        "超光速AI智能生产制造基地签约落户。",
    ),
    "a by-line with a colon": ("记者：陈维灯，通讯员：张成勇", "今年以来，全区签约项目47个。"),
    "a caption and an article": (
        "图为4月18日，市民在中央公园赏花踏青，享受春日好时光 记者 张三 摄",
        "连日来，气温回升，公园里游人如织。",
    ),
    "a photographer and an article": (
        "村民正在采摘春茶，一派繁忙景象。张成勇 摄影报道",
        "近日，茶园进入采摘期。",
    ),
    "a source and an article": ("据《重庆日报》，综合人民网、新华网", "去年，沙坪坝区实施环境提升工程。"),
    "a salutation and a letter": (
        "尊敬的棠城公馆·棠城花卉古玩交易城(一期)全体业主,",
        "您所购买的商品房已具备交房条件。",
    ),
    "another salutation": ("各位家长、各位同学、关心支持学校发展的朋友们,", "新学期开始了。"),
    "a signature and a date": (
        "重庆亚平房地产开发有限公司棠城公馆项目部、重庆某某物业服务有限公司",
        "2023年4月20日",
    ),
    "a telephone and a company": ("咨询电话:023—49301888", "重庆亚平房地产开发有限公司负责本公告的解释。"),
    "labelled lines": (
        "联系地址:重庆市巴南区鱼洞街道新市街88号附1号金源大厦18楼",
        "联系人刘女士，请在工作时间来电。",
    ),
    "an address and a text": (
        "地址：重庆市渝北区回兴街道宝圣大道100号附1号(轻轨三号线回兴站旁)",
        "欢迎广大市民前来咨询。",
    ),
    "two lines of verse": ("床前明月光，", "疑是地上霜。"),
    "verse of free length": (
        "我把我整个的灵魂都给你",
        "连同它的怪癖，耍小脾气，忽明忽暗，一千八百种坏毛病。",
    ),
    "rows of a list": (
        "身份证原件及复印件、户口簿原件及复印件、结婚证原件及复印件",
        "购房合同、购房发票、契税完税证明原件",
    ),
    "columns": ("姓名   性别   出生年月   籍贯   联系电话   备注", "张三，男，一九八五年生，重庆人。"),
    "a finished paragraph": ("会议由市长主持。", "市委常委、副市长出席会议。"),
    "a question": ("巴南有着怎样的创新举措?", "记者进行了采访。"),
    "an announcement": ("现将交房相关事宜公告如下:", "请本人持身份证原件前往办理接房。"),
    "a quotation in full": ("他说：“这是我们全家人一辈子的心愿，今天终于实现了。”", "说完，他擦了擦眼角。"),
    "a remark after the stop": (
        "全区各项事业取得新的进展，群众满意度不断提升。(本报记者 张三)",
        "今年以来，成绩喜人。",
    ),
    "a dash": ("巴南瞄准重点领域引“强”，实施专班负责制让项目“发展好”——", "百日招商引资290亿元背后的故事。"),
    "English titles": (
        "Getting Started With The Command Line Interface On Windows And Linux",
        "Open a terminal first.",
    ),
    "English list": ("install the package with the package manager of your distribution", "configure it"),
}


@pytest.mark.parametrize("name", APART)
def test_what_a_page_keeps_apart_stays_apart(name: str):
    first, second = APART[name]
    for before in ((), ("上一段到这里为止，说完了。",)):
        assert mended(*before, first, second) == [*before, first, second]


def test_headings_items_and_code_never_join():
    broken, rest = BROKEN[0]
    for kind in ("heading", "item", "code", "table", "record"):
        paragraphs = [Paragraph(broken, 1, 1), Paragraph(rest, 3, 3, kind)]
        assert mend(paragraphs) == paragraphs
    paragraphs = [Paragraph(broken, 1, 1, "heading"), Paragraph(rest, 3, 3)]
    assert mend(paragraphs) == paragraphs


def test_a_wider_gap_than_usual_is_an_end():
    first, second = BROKEN[0]
    paragraphs = [Paragraph("一段。", line, line) for line in (1, 3, 5)]
    paragraphs += [Paragraph(first, 7, 7), Paragraph(second, 12, 12), Paragraph("又一段。", 14, 14)]
    assert mend(paragraphs) == paragraphs


def test_an_indented_line_opens_a_paragraph():
    first, second = BROKEN[0]
    paragraphs = [Paragraph(first, 1, 1), Paragraph(second, 2, 2)]
    assert mend(paragraphs, frozenset({1, 2})) == paragraphs
    assert len(mend(paragraphs, frozenset({1}))) == 1


def test_who_forgets_full_stops_is_believed():
    texts = [
        "防火墙规则要先备份，再修改，最后重新加载，不然可能连不上服务器",
        "用下面的方法可以恢复默认设置。",
    ]
    assert mended(*texts, authored=True) == texts


@given(
    st.lists(
        st.text(st.sampled_from("中文一、，。：“”()（）12:▲ab \n月日年"), min_size=1, max_size=60),
        max_size=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_mending_only_joins(texts: list[str]):
    texts = [stripped for text in texts if (stripped := text.strip())]
    source = [Paragraph(text, 2 * n + 1, 2 * n + 1) for n, text in enumerate(texts)]
    result = mend(source)
    assert "".join("".join(p.text for p in result).split()) == "".join("".join(texts).split())
    ends = [0, *(p.end_line for p in result)]
    assert all(before < p.line <= p.end_line for before, p in zip(ends, result, strict=False))
    for p in result:
        pieces = [s.text for s in source if p.line <= s.line <= p.end_line]
        assert "".join(p.text.split()) == "".join("".join(pieces).split())


# Hard-wrapped lines.

WRAPPED = """\
　　却说那位老人年轻时在江上撑船，见过的风浪比谁都多，说起话来却总
是慢慢的，像是怕惊动了水里的鱼。镇上的孩子都爱听他讲故事，一到夏天
的晚上，就搬了板凳围在他身边。
　　有一天，他讲到三十年前的一场大水，讲着讲着就停了下来，望着江面
不说话了。
""".splitlines()


def test_wrapped_lines_are_joined_and_paragraphs_kept():
    column = wrap_column([WRAPPED])
    assert column is not None
    passages = unwrapped(WRAPPED, 10, column)
    assert [(p.line, p.end_line) for p in passages] == [(10, 12), (13, 14)]
    assert passages[0].text.endswith("一到夏天的晚上，就搬了板凳围在他身边。")


def test_a_column_of_a_newspaper_is_joined():
    block = [
        "本报讯 昨日，区妇联组织",
        "三十余家企业进场招聘，共",
        "提供岗位一千二百个，吸引",
        "了三千多名求职者前来应聘",
        "。",
    ]
    column = wrap_column([block])
    assert column is not None
    assert [p.text for p in unwrapped(block, 1, column)] == ["".join(block)]


def test_english_is_joined_with_spaces_and_short_lines_end_paragraphs():
    block = [
        "This is a paragraph of plain English text that was wrapped at about",
        "seventy columns by somebody's editor, as README files usually are. It",
        "goes on for a few lines and then it ends.",
        "A second paragraph follows directly, because the line above was short",
        "and the writer did not care for blank lines.",
    ]
    passages = unwrapped(block, 1, wrap_column([block]) or 0)
    assert [(p.line, p.end_line) for p in passages] == [(1, 3), (4, 5)]
    assert "usually are. It goes on" in passages[0].text


@pytest.mark.parametrize(
    "lines",
    [
        ["床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"],
        ["独在异乡为异客，每逢佳节倍思亲。", "遥知兄弟登高处，遍插茱萸少一人。"] * 3,
        [
            "他推开门。",
            "屋里没有人，只有一盏灯还亮着，灯下压着一张写满了字的纸。",
            "“回来了？”",
            "没有人回答他，风从窗缝里钻进来。",
        ],
        ["苹果", "香蕉", "西红柿", "大白菜"],
        ["张三 13800000001 重庆市渝中区", "李四 13800000002 重庆市巴南区", "王五 13800000003 重庆市沙坪坝区"],
        ["第一段是写在一行里的很长的一段话，一直写到句号才换行，这样的文件很多。" * n for n in (1, 3, 2, 4)],
    ],
)
def test_lines_that_were_not_wrapped_are_not_joined(lines: list[str]):
    assert wrap_column([lines]) is None


def test_verse_is_told_from_talk():
    assert is_verse(["轻轻的我走了，", "正如我轻轻的来；", "我轻轻的招手，", "作别西天的云彩。"])
    assert not is_verse(["“你好。”", "“你也好。”"])
    assert not is_verse(["一、苹果，", "二、香蕉。"])


def test_lines_of_a_markdown_paragraph_flow_where_they_look_it():
    assert [p.text for p in flowing(["重庆亚平房地产开发有限公司", "棠城公馆项目部"], 1)] == [
        "重庆亚平房地产开发有限公司\n棠城公馆项目部"
    ]
    assert [p.line for p in flowing(["以下区域停电：", "1.鱼洞街道", "2.李家沱街道"], 5)] == [5, 6, 7]


# What is told by less than the whole pattern.


def without_first_look(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """The same pattern, made to try everything whatever a text's first character is."""
    whole, looks = re.subn(r"\(\?=\[.*?\]\)", "", pattern.pattern, count=1)
    assert looks == 1
    return re.compile(whole, pattern.flags)


@pytest.mark.parametrize("pattern", [marks.ITEM, dates.OPENING])
def test_a_look_at_the_first_character_misses_nothing(pattern: re.Pattern[str]):
    slow = without_first_look(pattern)
    labels = [f"{word}日期：2024" for word in ("", "布", "新", "表", "版", "发", "文")]
    rests = ("", "、", ". 甲", " 甲", ")", "一条", "一)", "间：2024", "期:2024", "2024", "○二四", *labels)
    for code in (*range(0x3400), *range(0x4E00, 0xA000), *range(0xFF00, 0x10000), *range(0x1D7CE, 0x1D800)):
        for rest in rests:
            text = chr(code) + rest
            assert bool(pattern.match(text)) == bool(slow.match(text)), text


@given(st.text(st.sampled_from("摄影报道供图稿制文/／整理编译绘撰）)甲\n"), min_size=1, max_size=8))
def test_the_last_character_of_a_by_line_tells_it(text: str):
    if marks.CREDIT_END.search(text):
        assert text[-1] in marks.CREDIT_LAST


@given(
    st.text(st.sampled_from("（）(《》“”甲乙"), min_size=1, max_size=8),
    st.text(st.sampled_from("（）)》“”丙"), max_size=8),
)
def test_a_bracket_is_left_open_if_the_rest_closes_it_before_it_opens_another(text: str, rest: str):
    pairs = ("（）", "()", "《》", "“”")
    left_open = any(
        re.search(rf"{re.escape(opener)}[^{re.escape(opener + closer)}]+$", text)
        and re.match(rf"[^{re.escape(opener + closer)}]*{re.escape(closer)}", rest)
        for opener, closer in pairs
    )
    assert marks.leaves_bracket_open(text, rest) == left_open


# What is too long.


@given(st.text(st.sampled_from("中文，。 ；ab"), max_size=400), st.integers(5, 60))
def test_cutting_loses_nothing_and_keeps_the_bound(text: str, longest: int):
    pieces = list(cut(text, longest))
    assert all(len(piece) <= longest for piece in pieces)
    starts = {0}  # a text of one character over and over can be read in more than one way
    for before, piece in pairwise(pieces):
        ends = {start + len(before) for start in starts}
        candidates = {end - common for end in ends for common in range(longest // 16 + 2)}
        starts = {start for start in candidates if start >= 0 and text.startswith(piece, start)}
    assert len(text) in {start + len(pieces[-1]) for start in starts}
    assert text.startswith(pieces[0])


UNENDING = ["字", "中文没有句号", "ab ", "x", "甲，乙；", "词 ", "4f2a9c"]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(UNENDING), min_size=1, max_size=9),
    st.integers(0, 2**32),
    st.integers(8_100, 26_000),
)
def test_every_string_up_to_the_overlap_is_found_across_a_cut_where_no_sentence_ends(parts, seed, size):
    draw = random.Random(seed)
    text = "".join(draw.choices([*parts, *map(chr, range(0x4E00, 0x4E40))], k=size))
    pieces = [piece.text for piece in bounded([Paragraph(text, 1, 1)])]
    assert len(pieces) > 1
    for before, after in pairwise(pieces):
        end = text.index(before) + len(before)
        for length in (2, 3, 7, 31, OVERLAP // 2, OVERLAP):
            for start in {max(0, end - length + 1), end - length // 2, end - 1}:
                wanted = text[start : start + length].strip()
                assert any(wanted in piece for piece in pieces), (start, length)
        assert 0 < overlap(before, after) <= 2 * OVERLAP
        assert before.endswith(after[: overlap(before, after)])


def test_every_single_string_across_one_cut_is_found():
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 12_000)))
    pieces = [piece.text for piece in bounded([Paragraph(text, 1, 1)])]
    for length in range(1, OVERLAP + 2):
        for start in range(LONGEST - length, LONGEST + 1):
            assert any(text[start : start + length] in piece for piece in pieces)


@pytest.mark.parametrize(
    "join",
    [lambda lines: unwrapped(lines, 5, 80), lambda lines: flowing(lines, 5)],
    ids=["plain", "markdown"],
)
def test_lines_that_run_on_without_a_sentence_are_found_across_the_cut(join):
    draw = random.Random(11)
    lines = ["".join(draw.choices([chr(code) for code in range(0x4E00, 0x5E00)], k=40)) for _ in range(700)]
    text = "".join(lines)
    passages = join(lines)
    assert len(passages) == 4
    assert all(len(passage.text) <= LONGEST for passage in passages)
    for before, after in pairwise(passages):
        assert overlap(before.text, after.text) == OVERLAP
        end = text.index(before.text) + len(before.text)
        for length in (2, 9, 40, 100, OVERLAP):
            for start in range(end - length + 1, end):
                assert text[start : start + length] in after.text
    for passage in passages:
        whole = "".join(lines[passage.line - 5 : passage.end_line - 4])
        assert passage.text in whole
        assert len(whole) - len(passage.text) < 40


def test_pieces_that_end_with_a_sentence_have_nothing_in_common_however_alike_they_are():
    pieces = [piece.text for piece in bounded([Paragraph("岚江公园开放。" * 3000, 1, 1)])]
    assert all(overlap(before, after) == 0 for before, after in pairwise(pieces))
    assert overlap("短", "短") == overlap("", "") == 0


def test_a_book_on_one_line_is_cut_after_sentences():
    paragraph = Paragraph("这是书里的一句话，说得不长不短。" * 3000, 7, 7)
    pieces = bounded([paragraph])
    assert "".join(piece.text for piece in pieces) == paragraph.text
    assert all(len(piece.text) <= LONGEST and piece.text.endswith("。") for piece in pieces)
    assert {(piece.line, piece.end_line) for piece in pieces} == {(7, 7)}


@given(st.lists(st.sampled_from(["", "    a = 1", "b" * 300, "   ", "def f():"]), max_size=60))
def test_blocks_of_code_keep_their_lines(lines: list[str]):
    seen = []
    for text, start, end in code_blocks(lines, 1):
        assert text == "\n".join(lines[start - 1 : end]).rstrip()
        assert text.strip()
        assert len(text) <= LONGEST_CODE + 300
        seen += range(start, end + 1)
    assert seen == sorted(set(seen))
    assert {n for n, line in enumerate(lines, 1) if line.strip()} <= set(seen)


def test_mending_takes_linear_time():
    paragraphs = [
        Paragraph("一段没有写完的话，后面还有，再后面还有，没有句号，也没有别的", n, n)
        for n in range(1, 40_000)
    ]
    started = time.process_time()
    mend(paragraphs)
    assert time.process_time() - started < 60  # a hang, not a speed
