"""The reading form of a text: what a person reads is joined, what lists choices stays apart, and every span comes back."""

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchidx.fold.bulk import codes_of
from searchidx.reading_form.bulk import candidates
from searchidx.reading_form.form import are_edits, from_edits
from searchidx.reading_form.rules import reading_edits, reading_form

READ_AS = [
    # characters set apart
    ("第 一 季 度 营 业 收 入", "第一季度营业收入"),
    ("通　　知", "通知"),
    ("目　录", "目录"),
    ("目 录", "目录"),
    ("张　三", "张三"),
    ("经办人：张　三", "经办人：张三"),
    ("联系人：李 建 光", "联系人：李建光"),
    ("姓  名    性  别    年  龄", "姓名    性别    年龄"),
    ("关 于 召 开 会 议 的 通 知", "关于召开会议的通知"),
    ("本 公 司 于 2023 年 成 立 ， Linux 系 统 。", "本公司于2023年成立，Linux系统。"),
    ("重\n庆\n日\n报", "重庆日报"),
    ("姓\n名", "姓名"),
    ("2 0 2 3 年 5 月", "2023年5月"),
    ("編 號 ： H T - 2 0 2 3", "編號 ： HT-2023"),
    ("N O T I C E", "NOTICE"),
    ("G B / T 1 9 0 0 1", "GB/T19001"),
    ("目 录 ........ 1", "目录 ........ 1"),
    ("检 票 处", "检票处"),
    ("审 批 人", "审批人"),
    ("委 托 方", "委托方"),
    ("有 效 期", "有效期"),
    ("漫 画 展 览", "漫画展览"),
    # unseen and composed characters
    ("a\u200bb", "ab"),
    ("软\u00ad件", "软件"),
    ("葛\U000e0100城", "葛城"),
    ("\u1112\u1161\u11ab", "한"),
    ("ca\u0302\u0300", "ca"),
    ("ﾊﾟ", "パ"),
    ("か\u3099", "が"),
    ("ﬁle 100㎡ 第Ⅱ章", "file 100m2 第II章"),
    # ruby and marks of notes
    ("漢(かん)字(じ)", "漢字"),
    ("重庆（Chóngqìng）市", "重庆市"),
    ("收入[1]增长", "收入增长"),
    ("收入[ 4 ]增长【3】了", "收入增长了"),
    ('早<b>班</b>车<i class="a">的</i></b>表', "早班车的表"),
    ("增长率”[2, 3]是", "增长率”是"),
    # line ends
    ("# 这里说明了中介服务机构等单\n# 位的办理流程", "# 这里说明了中介服务机构等单位的办理流程"),
    ("// 这里说明了中介服务机构等单\n// 位的办理流程", "// 这里说明了中介服务机构等单位的办理流程"),
    ("/* 这里说明了中介服务机构等单\n * 位的办理流程 */", "/* 这里说明了中介服务机构等单位的办理流程 */"),
    ('"这里说明了中介服务机构等单"\n"位的办理流程"', '"这里说明了中介服务机构等单位的办理流程"'),
    ("这里说明了中介服务机构等单\n位的办理流程", "这里说明了中介服务机构等单位的办理流程"),
    (
        "# 渡口因大雾停航，恢复时间请关注公告，\n# 给您带来不便",
        "# 渡口因大雾停航，恢复时间请关注公告，给您带来不便",
    ),
    ('"渡口因大雾停航，请关注公告，"\n"给您带来不便"', '"渡口因大雾停航，请关注公告，给您带来不便"'),
    ('"the ferry stays in port because of "\n"fog"', '"the ferry stays in port because of fog"'),
    ("# the ferry stays in port because of\n# fog", "# the ferry stays in port because of fog"),
    ("! 这里说明了中介服务机构等单\n! 位的办理流程", "! 这里说明了中介服务机构等单位的办理流程"),
    # escapes
    (r"\u4e2d\u6587", "中文"),
    (r"\ud842\udfb7", "𠮷"),
    ("&#x4e2d;&#25991;&amp;", "中文&"),
    (
        "#. 渡口因大雾停航，恢复时间请关注候船厅公\n#. 告，给您带来不便",
        "#. 渡口因大雾停航，恢复时间请关注候船厅公告，给您带来不便",
    ),
    (
        ":: 渡口因大雾停航，恢复时间请关注候船厅公\n:: 告，给您带来不便",
        ":: 渡口因大雾停航，恢复时间请关注候船厅公告，给您带来不便",
    ),
]

READ_AS_STORED = [
    "你好 世界",
    "是 否",
    "□ 是 □ 否",
    "水 电",
    "男 女",
    "甲 乙 丙 丁",
    "优 良 中 差",
    "一 二 三 四 五 六",
    "A B C D",
    "1 2 3 4",
    "A B C 1 2 3",
    "按 甲 乙 丙 丁 排列",
    "按 是 否 填写",
    "按 时　分　秒 排列",
    "東 西 南 北",
    "赵 钱 孙 李",
    "门 窗 墙",
    "他 在 学校 里 看 书",
    "年　　月　　日",
    "2012 年 3 月 6 日",
    "第 3 版 发布",
    "2023¹",
    "床前明月光\n疑是地上霜",
    "姓名\n电话",
    "函数(参数)的值",
    "甲 <b>乙</b>",
    "若甲<乙>丙",
    "公告【重要】通知",
    "普通的一段文字，什么也不用变。",
    r"C:\users\name",
    "渡口因大雾停航，请关注渡口公告，\n恢复时间另行通知各位旅客",
]


@pytest.mark.parametrize(("stored", "read"), READ_AS)
def test_what_a_person_reads_is_joined(stored, read):
    form = reading_form(stored)
    assert form is not None
    assert form.text == read


@pytest.mark.parametrize("stored", READ_AS_STORED)
def test_what_is_read_as_it_is_stored_has_no_form_of_its_own(stored):
    assert reading_form(stored) is None


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("msg=请在开船前\\\n    半小时到达\\\n    候船厅", "msg=请在开船前半小时到达候船厅"),
        ("echo 你好 \\\n  世界", "echo 你好 世界"),
        ('a = "大雾停航" \\\n    + b', None),
        ("路径是 c:\\\\\n下一行", None),
    ],
)
def test_lines_of_source_that_a_backslash_continues_are_joined(stored, read):
    form = reading_form(stored, "code")
    assert (form and form.text) == read


def test_a_backslash_at_the_end_of_a_line_of_prose_keeps_the_line():
    assert reading_form("第一行\\\n第二行") is None


@pytest.mark.parametrize("stored", ["值是数组[1]的", "x = 表[12] + 1"])
def test_in_code_a_number_in_brackets_is_no_mark_of_a_note(stored):
    assert reading_form(stored, "code") is None


TEXTS = st.text(
    st.sampled_from(
        '汉字通知张三是否年月AB12-. \u3000\n\t#/*"[]()かㄓā\u200b\u00ad\u0301\u3099ﾊﾟﬁ㎡\\u4e2d&;\ufe00'
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=60,
)


@given(TEXTS)
@example("\u0301a")
@example("ﾊﾟﾊﾟ")
def test_every_character_of_the_form_stands_for_a_range_of_the_text(stored):
    form = reading_form(stored)
    if form is None:
        return
    assert len(form.starts) == len(form.ends) == len(form.text)
    assert all(0 <= start < end <= len(stored) for start, end in zip(form.starts, form.ends, strict=True))
    assert list(form.starts) == sorted(form.starts)
    assert list(form.ends) == sorted(form.ends)
    for position, character in enumerate(form.text):
        start, end = form.stored(position, position + 1)
        source = stored[start:end]
        if end - start == 1 and unicodedata.normalize("NFKC", source) == source and source not in "\n\"'ßẞ":
            assert character == source


@given(TEXTS)
def test_a_form_is_its_own_form_where_nothing_is_visible_to_remove(stored):
    form = reading_form(stored)
    composed = stored if form is None else form.composed
    again = reading_form(composed)
    assert again is None or again.composed == composed


def picked(texts: list[str]) -> set[int]:
    lengths = np.array([len(text) + 1 for text in texts])
    codes = codes_of("\n".join(texts))
    owners = np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)[: len(codes)]
    return set(candidates(codes, owners).tolist())


@given(st.lists(TEXTS | st.sampled_from([text for text, _ in READ_AS]), min_size=1, max_size=8))
@example([text for text, _ in READ_AS])
@example(["", "a", "通", "\n"])
@example(["请在\\\n  前", "通\\\n a"])
def test_every_text_with_a_form_of_its_own_is_picked_from_a_batch(texts):
    forms = {
        number
        for number, text in enumerate(texts)
        if reading_form(text) is not None or reading_form(text, "code") is not None
    }
    assert forms <= picked(texts)


def test_ordinary_texts_are_not_picked():
    assert picked(["普通的一段文字（有括号），什么也不用变。", "print(a[1]) # 注释", "你好 world"]) == set()


@given(TEXTS | st.sampled_from([text for text, _ in READ_AS]))
def test_a_form_comes_back_from_its_edits(stored):
    form = reading_form(stored)
    found = reading_edits(stored)
    assert (form is None) == (found is None)
    if form is not None and found is not None:
        text, edits = found
        assert all(map(are_edits, edits))
        again = from_edits(stored, *edits)
        assert (again.text, again.composed) == (text, form.composed) == (form.text, form.composed)
        assert list(again.ends) == list(form.ends)
        assert list(again.starts) == list(form.starts)


def test_edits_of_characters_set_apart_are_one_group():
    found = reading_edits("关 于 召 开 会 议 的 通 知")
    assert found is not None
    assert found[1] == [[], [[1, 1, "", 8]]]


@pytest.mark.parametrize("edits", [[[3, 9]], [[0, 1, "", 99]], [[1 << 60, 1]]])
def test_edits_that_run_over_their_text_are_refused(edits):
    with pytest.raises(ValueError, match="run over the end"):
        from_edits("通 知", [], edits)


def test_edits_that_make_a_text_far_longer_are_refused():
    with pytest.raises(ValueError, match="far longer"):
        from_edits("x" * 10_000, [], [[0, 1, "y" * 32, 10_000]])


@pytest.mark.parametrize(
    "value", [None, [1], [[1]], [[-1, 1]], [[1, 0]], [[1, 1, "x" * 40]], [[1, 1, "", 0]], [[1.5, 1]]]
)
def test_what_is_no_edit_is_refused(value):
    assert not are_edits(value)
