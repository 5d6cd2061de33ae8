"""A hit is at the line and column of its best match, in every format whose lines are those of the file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import searchidx
from searchidx.api import Index
from searchidx.evaluation import ranked_names

FILES = {
    "a.py": "".join(f"value_{number} = {number}\n" for number in range(1, 101)),
    "wrapped.txt": (
        "　　渡口改造工程昨日上午在岚江北岸正式动工，市交通局负责\n人介绍说，工程分两期进行，一期建设候船大厅和停车场，预\n"
        "计明年汛期以前完工；二期建设趸船与栈桥，完工以后渡口日\n均可以接送旅客三千人次。\n\n"
        "　　二期工程的招标工作已经开始，报名截止日期为本月月底，\n有意参加的单位可以到岚江路十八号领取标书，联系人在周一\n"
        "到周五的上午值班，其余时间请拨打值班电话。\n"
    ),
    "quoted.md": "# 公告\n\n> 凡持有旧版证件的市民请注意，\n> 新版**证件**自下月起启用，\n> 旧版同时`停用`。\n\n- 窗口一\n- 窗口二办理[补领](https://example.org/a)手续\n",
    "comment.py": "def cross():\n    # 渡口在汛期停航\n    return '停航通知'\n",
    "page.html": '<html><body>\n<p class="候船">\n  开头的话<br>\n  &lt;候船&gt;大厅\n</p>\n</body></html>\n',
    "film.srt": "1\n00:00:01,000 --> 00:00:02,000\n<i>雾散了</i>\n船要靠岸\n",
    "list.csv": 'id,title,text\n7,船票,"第一行说票价\n第二行说""学生票""半价"\n',
    "mails.jsonl": '{"id": "m1", "text": "第一句\\n第二句说\\u6f6e\\u6c34"}\n',
    "gbk.txt": "岚江水位\n本日江水上涨三寸\n",
}
PLACES = [
    ("value_50", "a.py", 50, 1),
    ("预计明年汛期", "wrapped.txt", 2, 27),
    ("日均可以接送", "wrapped.txt", 3, 27),
    ("招标工作", "wrapped.txt", 6, 8),
    ("值班电话", "wrapped.txt", 8, 17),
    ("证件自下月起", "quoted.md", 4, 7),
    ("停用", "quoted.md", 5, 8),
    ("补领", "quoted.md", 8, 9),
    ("汛期停航", "comment.py", 2, 10),
    ("停航通知", "comment.py", 3, 13),
    ("大厅", "page.html", 4, 13),
    ("雾散了", "film.srt", 3, 4),
    ("船要靠岸", "film.srt", 4, 1),
    ("学生票", "list.csv", 3, 7),
    ("潮水", "mails.jsonl", 1, 32),
    ("上涨", "gbk.txt", 2, 5),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("source")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="gb18030" if name == "gbk.txt" else "utf-8")
    return folder


@pytest.fixture(scope="module")
def index(folder, tmp_path_factory) -> Index:
    index = searchidx.open(tmp_path_factory.mktemp("index") / "i", create=True)
    index.add([folder])
    return index


@pytest.mark.parametrize(("query", "name", "line", "column"), PLACES)
def test_the_best_match_is_where_an_editor_shows_it(index, folder, query, name, line, column):
    hit = next(hit for hit in index.search(query, literal=True).hits if hit.path.endswith(name))
    assert (hit.match_line, hit.match_column) == (line, column)
    assert hit.line <= hit.match_line <= hit.end_line
    if name != "mails.jsonl":
        encoding = "gb18030" if name == "gbk.txt" else "utf-8"
        lines = (folder / name).read_text(encoding=encoding).split("\n")
        assert lines[line - 1][column - 1] == query[0]


def test_words_that_stand_apart_are_at_the_beginning_of_the_densest_window(index):
    text = "".join(f"甲{'别的话。' * 40}\n" for _ in range(3)) + "这里甲与乙相遇\n" + "别的话。\n" * 3
    path = Path(index.directory).parent / "words.py"
    path.write_text(text, encoding="utf-8")
    index.add([path])
    (hit,) = (hit for hit in index.search("甲 乙").hits if hit.path == str(path))
    assert (hit.match_line, hit.match_column) == (4, 3)
    first = next(hit for hit in index.search("甲").hits if hit.path == str(path))
    assert (first.match_line, first.match_column) == (1, 1)


def test_only_what_was_typed_exactly_is_a_match_of_an_exact_query(index):
    path = Path(index.directory).parent / "exact.py"
    path.write_text("name = 1\nName = 2\n", encoding="utf-8")
    index.add([path])
    (hit,) = index.search("Name", exact=True).hits
    assert hit.match_line == 2


def search(index: Index, folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "searchidx", "search", "--index", index.directory, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, encoding="utf-8").stdout


def test_a_pipe_and_json_have_the_line_of_the_match(index, folder):
    assert search(index, folder, "value_50").startswith("a.py:50:")
    hit = json.loads(search(index, folder, "--json", "value_50").splitlines()[0])
    assert (hit["line"], hit["end_line"], hit["match_line"], hit["match_column"]) == (1, 100, 50, 1)


@pytest.mark.parametrize("line", [1, 37, 50, 100])
def test_any_line_of_a_paragraph_names_it(index, folder, line):
    path = str(folder / "a.py")
    (explained,) = index.explain("value_50", path=path, line=line).paragraphs
    assert (explained.line, explained.end_line) == (1, 100)
    assert index.similar(path, line, limit=1).query
    hits = index.search("value_50").hits
    assert ranked_names(hits, {f"a.py:{line}": 1})[0] == f"a.py:{line}"


def test_formats_without_lines_of_their_own_have_no_column(index):
    path = Path(index.directory).parent / "mail.eml"
    path.write_text(
        "Subject: 靠岸通知\nFrom: a@example.org\nContent-Type: text/plain; charset=utf-8\n\n一\n\n靠泊须知\n",
        encoding="utf-8",
    )
    index.add([path])
    (hit,) = index.search("靠泊须知", literal=True).hits
    assert (hit.match_line, hit.match_column) == (hit.line, None)


def test_addresses_of_one_line_of_markdown_have_no_column(index):
    (hit,) = (hit for hit in index.search("example.org", literal=True).hits if hit.path.endswith("quoted.md"))
    assert (hit.match_line, hit.match_column) == (8, None)


def test_maps_outlive_updates_and_merges(index, folder):
    before = {(hit.path, hit.match_line, hit.match_column) for hit in index.search("渡口 票", limit=0).hits}
    for number in range(8):
        (folder / f"{number}.tmp.txt").write_text(f"另一个文件{number}\n", encoding="utf-8")
        index.add([folder])
    assert before <= {
        (hit.path, hit.match_line, hit.match_column) for hit in index.search("渡口 票", limit=0).hits
    }
