"""Folding keeps every offset, is the same twice as once, and makes one of what readers take for one."""

import hashlib
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.fold import FOLD_ID, fold
from searchidx.fold.bulk import codes_of, fold_codes
from searchidx.fold.table import SOURCES, TARGETS

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
VARIANTS = """
台臺檯枱 后後 里裡裏 群羣 为為爲 么麼麽 峰峯 启啓啟 线綫線 说説說 众眾衆 床牀 鸡雞鷄 叹歎嘆 周週 你妳 它牠 占佔
却卻 脚腳 炮砲 烟菸 彩綵 迹跡蹟 升昇陞 游遊 布佈 杯盃 污汙 泄洩 痴癡 灶竈 粽糉 针針鍼 钩鉤鈎 吃喫 并併並竝 欲慾
唇脣 干乾幹 着著 证證証 够夠 拿拏 奸姦 鉴鑑鑒 秘祕 岩巖 岳嶽 闹鬧閙 侄姪 背揹 碰踫 枪鎗 焊銲 抵牴 了瞭 借藉 产産產
边邊辺 广廣広 气氣気 龙龍竜 图圖図 对對対 关關関 铁鐵鉄 卖賣売 变變変 两兩両 矿礦鑛鉱
"""
"""Each group's first character is the simplified one; the last line has Japanese forms."""

EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))


@given(ANY_TEXT)
def test_length_is_kept(text):
    assert len(fold(text)) == len(text)


@given(ANY_TEXT, ANY_TEXT)
def test_each_character_folds_by_itself(left, right):
    assert fold(left + right) == fold(left) + fold(right)


def test_folding_every_character_keeps_length_and_is_idempotent():
    folded = fold(EVERY_CHARACTER)
    assert len(folded) == len(EVERY_CHARACTER)
    assert fold(folded) == folded


@given(st.lists(st.integers(0, sys.maxunicode)))
def test_bulk_folds_like_single_texts(codes):
    text = "".join(map(chr, codes))
    assert fold_codes(np.array(codes, dtype=np.uint32)).tolist() == [ord(c) for c in fold(text)]


def test_bulk_folds_every_character_like_single_texts():
    assert np.array_equal(fold_codes(codes_of(EVERY_CHARACTER)), codes_of(fold(EVERY_CHARACTER)))


def test_table_is_sorted_and_named_by_its_content():
    assert list(SOURCES) == sorted(set(SOURCES))
    assert len(SOURCES) == len(TARGETS)
    content = "".join(a + b for a, b in zip(SOURCES, TARGETS, strict=True))
    assert hashlib.sha256(content.encode()).hexdigest()[:12] == FOLD_ID


@pytest.mark.parametrize(
    "forms",
    VARIANTS.split(),
)
def test_variants_fold_to_the_simplified_form(forms):
    assert set(fold(forms)) == {forms[0]}


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢＣａｂｃ１２３", "abcabc123"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("，．！？：；（）％＃＆＋", ",.!?:;()%#&+"),
        ("a\tb\nc\u3000d\u00a0e\u2028f\x85g", "a b c d e f g"),
        ("—–―－−‐‑─", "--------"),
        ("“曲”「角」‘内’『双』", "\"曲\"\"角\"'内''双'"),
        ("列夫•托尔斯泰・", "列夫·托尔斯泰·"),
        ("⽂件⼈民⻓⻢", "文件人民长马"),
        ("金\uf90a樂\uf914", "金金乐乐"),
        ("𝐀𝟙ⅠⅤ", "a1iv"),
        ("H₂O", "h2o"),
        ("Café Zhōngguó lǜ", "cafe zhongguo lu"),
        ("二○○八年", "二〇〇八年"),
        ("1920×1080", "1920x1080"),
        ("ΟΔΟΣ ὁδός", "οδοσ ὁδόσ"),
        ("İK", "ik"),
    ],
)
def test_forms_fold_to_what_is_typed(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    "text", ["〇", "々", "䶮", "𠮷", "①", "²", "㎡", "½", "ﬁ", "ß", "。", "《", "🙂", "\ud800"]
)
def test_kept_as_it_is(text):
    assert fold(text) == text


def test_white_space_and_nothing_else_becomes_a_space():
    spaces = [c for c in EVERY_CHARACTER if fold(c) == " "]
    assert "".join(spaces).isspace()
    assert not [c for c in EVERY_CHARACTER if c.isspace() and fold(c) != " "]


def test_modern_simplified_words_are_hardly_touched():
    kept = "我们使用搜索引擎查找文档中的段落发展重庆日报人民医院资格证书农业银行"
    assert fold(kept) == kept
