"""A newspaper page as it comes out of an extractor: broken paragraphs whole, everything else apart."""

import os
import re
from pathlib import Path

import pytest

from searchidx.document import Document
from searchidx.readers import read

PAGE = """\
# 市政府召开春季防汛工作会议

本报讯(记者 王明 通讯员 李华)4月18日,市政府召开春季防汛工作会议,分析研判防汛形势,安排部署重点工作。市委常委、副市长张

某某出席会议并讲话。

会议指出,今年气候年景总体偏差,极端天气事件偏多,防汛形势不容乐观。各级各部门要提高政治站位,压

实防汛责任,做细做实各项准备。(下转第三版)

图为工作人员在长江边巡查堤防 本报记者 赵强 摄

## 简讯

●4月17日,区图书馆举办读书分享会。

●4月18日,区妇联开展“春风送岗位”活动,组织30余家

企业进场招聘。

●4月19日,区残联开展助残日活动。

## 停电公告

因线路检修需要,以下区域将于4月25日停电,请相关用户做好准备

1.鱼洞街道:新市街、巴县大道1号至98号

2.李家沱街道:马王坪正街、融汇大道

国网重庆巴南供电公司

2023年4月20日

## 招聘启事

岗位:行政专员2名

要求:大专以上学历,熟悉办公软件,有工作经验者优先

联系人:刘女士

电话:023—68880000

地址:重庆市巴南区鱼洞街道新市街88号附1号金源大厦18楼

重庆金源商贸有限公司

## 春日偶成

云淡风轻近午天,

傍花随柳过前川。

## 遗失声明

▲李某某遗失界石镇不动产权证书,证号:渝(2019)巴南区不动产权第000123456号,特此声明作废

▲重庆某某物流有限公司遗失公章一枚,编号5001130012345,声明作

废。

▲渝B12345遗失道路运输证,声明作废

尊敬的用户,

为给您提供更优质的服务,我司定于4月22日凌晨进行系统升级,期间

可能出现短时业务中断,敬请谅解。

编辑 张三 美编 李四 校对 王五
"""
WHOLE = {
    "副市长张某某出席": (3, 5),
    "压实防汛责任": (7, 9),
    "30余家企业": (17, 19),
    "声明作废。": (59, 61),
    "期间可能出现": (67, 69),
}


def joined(document: Document) -> dict[tuple[int, int], str]:
    return {(p.line, p.end_line): p.text for p in document.paragraphs if p.line != p.end_line}


def check(document: Document, source: str, whole: dict[str, tuple[int, int]]) -> None:
    """Exactly the broken paragraphs are joined; every other line is a paragraph of its own."""
    found = joined(document)
    assert sorted(found) == sorted(whole.values())
    for words, lines in whole.items():
        assert words in found[lines]
        assert sum(words in paragraph.text for paragraph in document.paragraphs) == 1
    lines = source.split("\n")
    covered = {n for p in document.paragraphs for n in range(p.line, p.end_line + 1)}
    assert {n for n, line in enumerate(lines, 1) if line.strip()} <= covered


def test_a_page_in_markdown():
    check(read("/corpus/page.md", PAGE.encode()), PAGE, WHOLE)


def test_the_same_page_without_marked_titles():
    source = PAGE.replace("## ", "").replace("# ", "")
    check(read("/corpus/page.txt", source.encode()), source, WHOLE)


def test_the_same_page_without_blank_lines():
    numbers = {n: sum(bool(line) for line in PAGE.split("\n")[:n]) for n in range(1, PAGE.count("\n") + 1)}
    source = "\n".join(line for line in PAGE.replace("## ", "").replace("# ", "").split("\n") if line)
    whole = {words: (numbers[start], numbers[end]) for words, (start, end) in WHOLE.items()}
    check(read("/corpus/page.txt", source.encode()), source, whole)


@pytest.fixture(scope="module")
def seed(shared_data: Path) -> Document:
    path = shared_data / "newspaper" / "page.md"
    return read(str(path), path.read_bytes())


def test_the_broken_paragraphs_of_the_seed_page_are_whole(seed: Document, shared_data: Path):
    whole = {
        "深圳招商": (21, 23),
        "机构等单位。": (35, 37),
        "开户许可证": (93, 95),
        "已竣工验收,具备交房条件": (103, 105),
        "收楼通知书": (111, 113),
    }
    check(seed, (shared_data / "newspaper" / "page.md").read_text(encoding="utf-8"), whole)


def test_the_seed_page_knows_its_title_date_and_headings(seed: Document):
    assert (seed.title, seed.date, seed.encoding) == ("百日招商引资290亿元背后的故事", "2023-04-20", "utf-8")
    headings = {p.text: p.headings for p in seed.paragraphs}
    assert headings["20:00 城市扫描"] == ("百日招商引资290亿元背后的故事", "永川电视台综合频道节目收视指南")
    assert [p.text for p in seed.paragraphs if p.kind == "heading"][-1].startswith("棠城公馆")


def test_every_run_of_chinese_in_a_tree_is_in_a_paragraph_at_its_line(shared_data: Path):
    """What grep finds in a line, the paragraph that covers the line holds; comments aside, which nobody sees."""
    run = re.compile("[\u4e00-\u9fff]{2,12}")
    step = 1 if os.environ.get("SEARCHIDX_SOAK") else 40
    runs = missed = 0
    for path in sorted((shared_data / "trees" / "lctt").rglob("*.md"))[::step]:
        data = path.read_bytes()
        covering: dict[int, list[str]] = {}
        for p in read(str(path), data).paragraphs:
            for number in range(p.line, p.end_line + 1):
                covering.setdefault(number, []).append(p.text)
        for number, line in enumerate(data.decode().replace("\r\n", "\n").split("\n"), 1):
            if "<!--" not in line:
                found = run.findall(line)
                runs += len(found)
                missed += sum(not any(words in text for text in covering.get(number, ())) for words in found)
    assert runs > 20_000
    assert missed <= runs * 5e-5


def test_a_tree_of_written_markdown_is_left_as_it_is(shared_data: Path):
    """Authors forget full stops; hardly one of their paragraphs is broken by a page."""
    files = sorted((shared_data / "trees" / "lctt").rglob("*.md"))[::20]
    assert len(files) > 400
    count = 0
    for path in files:
        lines = path.read_bytes().decode().replace("\r\n", "\n").split("\n")
        for p in read(str(path), path.read_bytes()).paragraphs:
            inner = lines[p.line - 1 : p.end_line]
            count += p.kind in ("text", "item") and any(not line.strip("> \t") for line in inner)
    assert count <= 6
