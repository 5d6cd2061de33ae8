"""HTML gives the text of the page, not its menus, at the lines of the source."""

import time
from pathlib import Path

import pytest

from searchidx.document import Document
from searchidx.readers import read

pytest.importorskip("lxml")

PAGE = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>百日招商背后的故事 - 某某新闻网</title>
<meta property="article:published_time" content="2023-04-20T08:00:00+08:00">
<style>p{color:red}</style></head>
<body class="has-sidebar">
<div id="nav"><ul><li><a href="/">首页</a></li><li><a href="/n">新闻</a></li><li><a href="/s">体育</a></li></ul></div>
<h1>百日招商背后的故事</h1>
<p>超光速AI+机器视觉智能生产
制造及产学研基地，签约<b>落户</b>巴南。</p>
<p>第二段<br>换行后的一句。
<h2>名单</h2>
<ul><li>甲公司<li>乙公司<ul><li>乙一部</li></ul></li></ul>
<table><tr><th>姓名</th><th>城市</th></tr>
<tr><td>张三</td><td>重庆<br>巴南</td></tr></table>
<pre>int main() {
  return 0;
}</pre>
<script>var x = "不要的";</script>
<footer>版权所有 <a href="x">关于我们</a></footer>
</body></html>
"""


def page(source: str | bytes) -> Document:
    return read("/corpus/a.html", source.encode() if isinstance(source, str) else source)


def texts(source: str) -> list[str]:
    return [paragraph.text for paragraph in page(source).paragraphs]


def test_a_page_gives_its_text_at_its_lines_and_leaves_menus_out():
    document = page(PAGE)
    assert [(p.line, p.end_line, p.kind, p.text) for p in document.paragraphs] == [
        (7, 7, "heading", "百日招商背后的故事"),
        (8, 9, "text", "超光速AI+机器视觉智能生产制造及产学研基地，签约落户巴南。"),
        (10, 10, "text", "第二段"),
        (10, 10, "text", "换行后的一句。"),
        (11, 11, "heading", "名单"),
        (12, 12, "item", "甲公司"),
        (12, 12, "item", "乙公司"),
        (12, 12, "item", "乙一部"),
        (13, 13, "table", "姓名 | 城市"),
        (14, 14, "table", "张三 | 重庆 巴南"),
        (15, 17, "code", "int main() {\n  return 0;\n}"),
    ]
    assert (document.title, document.date, document.type) == ("百日招商背后的故事", "2023-04-20", "html")
    assert document.paragraphs[9].headings == ("百日招商背后的故事", "名单", "姓名 | 城市")


def test_a_declared_charset_is_used_where_it_fits():
    body = "<p>重庆市巴南区的居民们说</p>"
    for charset in ("gb2312", "gbk"):
        assert page(f'<meta charset="{charset}">{body}'.encode("gbk")).encoding == "gb18030"
    wrong = page(f'<meta http-equiv="Content-Type" content="text/html; charset=big5">{body}'.encode("gbk"))
    assert wrong.paragraphs[0].text == "重庆市巴南区的居民们说"
    assert (
        page(f'<?xml version="1.0" encoding="gb2312"?><html>{body}</html>'.encode()).paragraphs[0].line == 1
    )


def test_menus_are_known_by_their_tag_their_role_and_their_short_links():
    body = "<p>这一段是正文，说的是招商引资的事情，比菜单里的字要多得多，谁都看得出来它才是正文。</p>" * 3
    links = "".join(f'<a href="{n}">栏目{n}</a>' for n in range(5))
    for menu in ("<nav>导航里的字</nav>", "<div role='navigation'>导航里的字</div>", f"<div>{links}</div>"):
        assert len(texts(menu + body)) == 3
    assert len(texts(f"<div>普通的字</div>{body}")) == 4


def test_a_page_of_links_only_is_kept():
    links = "".join(f'<li><a href="{n}">栏目{n}</a></li>' for n in range(20))
    assert len(texts(f"<ul>{links}</ul>")) == 20


def test_a_form_around_the_whole_page_hides_nothing():
    assert texts("<form><p>正文在这里。</p><input value='不要'><select><option>不要</select></form>") == [
        "正文在这里。"
    ]


def test_hidden_text_and_comments_are_not_shown():
    assert texts(
        "<p>甲<!-- 乙 --></p><div style='display: none'>丙</div><p hidden>丁</p><p>戊己庚辛</p>"
    ) == ["甲", "戊己庚辛"]


def test_inline_marks_do_not_cut_words_and_blocks_do():
    assert texts("<p>重<b>庆</b>市<span>巴南</span></p>") == ["重庆市巴南"]
    assert texts("<div>甲<div>乙</div>丙</div>") == ["甲", "乙", "丙"]


def test_a_poem_keeps_its_lines():
    assert texts("<p>床前明月光，<br>疑是地上霜。<br/>举头望明月，<br>低头思故乡。</p>") == [
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。"
    ]


def test_lines_are_true_far_down_and_after_tags_over_several_lines():
    tail = "<p\n class='a'>甲</p>\n<script>\n\n</script>\n<div>乙\n丙丁</div>\n"
    for far in (10, 50_000, 200_000):
        lines = [(p.line, p.end_line, p.text) for p in page("<html>\n" + "\n" * far + tail).paragraphs]
        assert lines == [(far + 3, far + 3, "甲"), (far + 7, far + 8, "乙丙丁")]


def test_real_pages_are_read(shared_data: Path):
    for path in sorted((shared_data / "encodings" / "chardet").rglob("*.html")):
        assert page(path.read_bytes()).paragraphs, path.name


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 200_000 + "深处的字",
        "<table><tr><td>" * 20_000 + "深处的字",
        "<" * 500_000 + "深处的字",
        "<!--" * 100_000 + "深处的字",
        "<p>深处的字</p>" * 50_000,
        "<a href='x'>深处的字</a>" * 50_000,
        "&amp;" * 200_000 + "深处的字",
        "<p " + "a='b' " * 100_000 + ">深处的字",
        "深处的字" * 500_000,
        "<b>" * 50_000 + "深处的字",
        "<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;'>]><p>&b;深处的字",
    ],
)
def test_no_page_is_a_danger(source: str):
    started = time.process_time()
    document = page(source)
    assert time.process_time() - started < 60  # a hang, not a speed
    assert sum(len(p.text) for p in document.paragraphs) <= 2 * len(source)
    if "<!--" not in source and "<" * 9 not in source:
        assert any("深处的字" in p.text for p in document.paragraphs)


def test_the_number_of_a_note_does_not_break_up_a_sentence():
    source = (
        "<p>渡口开航<sup><a href='#n1'>[1]</a></sup>，晚上收班<a epub:type='noteref' href='n.xhtml#2'>2</a>。"
        "面积5平方米<sup>2</sup>，见<a href='#x'>12</a>。</p>"
    )
    assert texts(source) == ["渡口开航，晚上收班。面积5平方米2，见12。"]


def test_a_table_that_lays_out_a_page_is_no_table_of_values():
    source = (
        "<table><tr><td><a href=/>首页</a> &gt; 政策文件</td></tr><tr><td><h1>关于渡口管理的通知</h1><div>发布时间：2023-04-20</div><hr>"
        "<div><p>　　各区县人民政府：<br>　　现就有关事项通知如下。<br>　　一、落实责任。</p><p>某某市人民政府</p></div></td></tr></table>"
        "<table><tr><th>班次</th><th>时间</th></tr><tr><td><p>早班</p></td><td><p>6:00</p><p>起航</p></td></tr></table>"
    )
    assert [(p.kind, p.text) for p in page(source).paragraphs] == [
        ("text", "首页 > 政策文件"),
        ("heading", "关于渡口管理的通知"),
        ("text", "发布时间：2023-04-20"),
        ("text", "各区县人民政府："),
        ("text", "现就有关事项通知如下。"),
        ("item", "一、落实责任。"),
        ("text", "某某市人民政府"),
        ("table", "班次 | 时间"),
        ("table", "早班 | 6:00 起航"),
    ]


def test_what_a_page_hides_until_its_scripts_have_run_is_its_text():
    source = (
        "<h1>渡口停航通知</h1><em id='publish_time'>2023-04-20 09:00</em><div style='visibility: hidden; opacity: 0'>"
        "<p>因大雾，渡口明日停航一天，请相互转告。恢复时间另行通知，乘客可拨打电话咨询。</p></div>"
        "<div style='display:none'>短</div>"
    )
    document = page(source)
    assert "因大雾，渡口明日停航一天，请相互转告。恢复时间另行通知，乘客可拨打电话咨询。" in texts(source)
    assert "短" not in texts(source)
    assert document.date == "2023-04-20"
