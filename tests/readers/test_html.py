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
    assert texts("<form><p>正文在这里。</p><input type='hidden' value='不要'></form>") == ["正文在这里。"]


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


def kinds(source: str) -> list[tuple[int, str, str]]:
    return [(p.line, p.kind, p.text) for p in page(source).paragraphs]


def test_a_title_that_no_heading_says_is_found():
    body = "<body><p>明日照常。</p></body>"
    assert kinds(f"<html><head>\n<title>\n停航 通告</title></head>{body}") == [
        (3, "heading", "停航 通告"),
        (3, "text", "明日照常。"),
    ]
    for heading in ("停航通告", "停航通告 - 青屿港"):
        head = "<head><title>停航通告 - 青屿港</title></head>"
        assert texts(f"{head}<h1>{heading}</h1><p>明日照常。</p>") == [heading, "明日照常。"]


def test_a_description_is_found_unless_the_text_says_it():
    head = "<head><meta name='Description'\n content='轮渡时刻 &amp; 票价'></head>"
    assert kinds(f"{head}<p>正文。</p>") == [(2, "link", "轮渡时刻 & 票价"), (2, "text", "正文。")]
    assert texts(f"{head}<p>轮渡时刻 &amp; 票价都在这里。</p>") == ["轮渡时刻 & 票价都在这里。"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>选</p><select><option>甲城<option>乙城</select>", ["选", "甲城 | 乙城"]),
        ("<select>\n<optgroup label='南岸'>\n<option>甲城</option>\n</select>", ["甲城", "南岸"]),
        ("<input list=a><datalist id=a><option>甲城</option></datalist>", ["甲城"]),
        ("<select><option label='全称甲城'>甲城</option></select>", ["甲城", "全称甲城"]),
        ("<table><tr><td>城<td><select><option>甲<option>乙</select></table>", ["城 | 甲 | 乙"]),
        ("<p>点<button>保存</button>即可</p>", ["点保存即可"]),
        ("<button>保存</button><button>取消</button>", ["保存 取消"]),
        ("<form><textarea>一份草稿\nabc</textarea></form>", ["一份草稿 abc"]),
        ("<details><summary>点开看</summary>里面</details>", ["点开看", "里面"]),
        ("<fieldset><legend>寄件人</legend>地址</fieldset>", ["寄件人", "地址"]),
        ("<figure><img alt='灯塔'><figcaption>夜景</figcaption></figure>", ["灯塔", "夜景"]),
        ("<img alt='灯塔' title='夜里的灯塔'>", ["灯塔", "夜里的灯塔"]),
        ("<map><area alt='北岸'></map>", ["北岸"]),
        ("<input placeholder='手机号码'>", ["手机号码"]),
        ("<input type=image alt='前往'>", ["前往"]),
        ("<textarea placeholder='说点什么'></textarea>", ["说点什么"]),
        ("<input type=submit value='提交'>", ["提交"]),
        ("<input value='青屿'>", ["青屿"]),
        ("<p>去<a href=x title='全程三公里'>登山</a>吧</p>", ["去登山吧", "全程三公里"]),
        ("<p><abbr title='非物质文化遗产'>非遗</abbr>传承</p>", ["非遗传承", "非物质文化遗产"]),
        ("<section aria-label='潮位'><p>三米</p></section>", ["潮位", "三米"]),
        ("<button aria-label='关闭窗口'>×</button>", ["×", "关闭窗口"]),
        ("<table><tr><td title='全名甲'>甲<td>乙</table>", ["甲 | 乙", "全名甲"]),
        ("<iframe title='航线图'>没有框架</iframe>", ["航线图"]),
        ("<svg><title>图</title><text>一月</text><text>二月</text><style>a</style></svg>", ["图 一月 二月"]),
        ("<p>设<math><mi>x</mi><mo>=</mo><mn>2</mn></math>则</p>", ["设x=2则"]),
    ],
)
def test_people_find_what_they_see_in_controls_and_attributes(source: str, expected: list[str]):
    assert texts(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "<input type=hidden value='密'>",
        "<input type=password value='密'>",
        "<input type=checkbox value='密'>",
        "<select><option value='密'></select>",
        "<math><annotation>密</annotation></math>",
        "<p data-x='密' class='密' id='密'></p>",
    ],
)
def test_people_find_nothing_that_no_page_shows(source: str):
    assert texts(f"<p>正文</p>{source}") == ["正文"]


def test_attributes_that_repeat_their_text_or_each_other_say_nothing_new():
    assert texts("<p><a title='登山 路线'>登山路线图</a></p>") == ["登山路线图"]
    assert texts("<p><b title='提示'>甲</b></p><p><b title='提示'>乙</b></p>") == ["甲", "提示", "乙"]


def test_attributes_are_found_at_their_own_lines():
    assert kinds("<p>\n<input\n  placeholder='手机\n号码'\n  class=x>\n后</p>") == [
        (6, "text", "后"),
        (3, "link", "手机号码"),
    ]


def test_a_page_of_nothing_but_controls_is_read():
    source = "<header><button>保存</button></header><nav aria-label='主菜单'><button>返回</button></nav>"
    assert texts(source) == ["保存", "主菜单", "返回"]


def test_attributes_of_a_large_page_are_read_quickly():
    source = "<div title='甲'>" * 200 + "<p title='乙'>字</p>" * 20_000
    start = time.process_time()
    assert len(page(source).paragraphs) == 20_002
    assert time.process_time() - start < 5
