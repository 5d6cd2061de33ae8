"""Paragraphs like one share its telling words; it is not among them itself."""

import pytest

from searchidx.errors import UsageError
from searchidx.local.engine import LocalEngine
from searchidx.local.matching.more_like_this import telling_words
from tests.written_index import WrittenIndex, written

FILL = [f"今天的新闻第{number}条，我们在这里说的是别的事情" for number in range(30)]
BRIDGE = "跨江大桥的斜拉索昨日完成张拉，桥面铺装随后开始"
DOCUMENTS = [
    written("/甲.txt", [BRIDGE, *FILL[:15]]),
    written("/乙.txt", ["大桥斜拉索的张拉由机器完成", "桥面铺装用了新材料", *FILL[15:], BRIDGE]),
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> LocalEngine:
    index = WrittenIndex(tmp_path_factory.mktemp("similar") / "index")
    for document in DOCUMENTS:
        index.commit([document])
    return index.reader()


def test_the_likest_come_first_and_not_itself(reader):
    page = reader.similar("/甲.txt", 1)
    places = [(hit.path, hit.line) for hit in page.hits]
    assert places[0] == ("/乙.txt", 18)  # the same text again
    assert set(places[1:3]) == {("/乙.txt", 1), ("/乙.txt", 2)}
    assert ("/甲.txt", 1) not in [(hit.path, hit.line) for hit in reader.similar("/甲.txt", 1, limit=0).hits]
    assert {hit.match for hit in page.hits} == {"some"}
    assert page.total == len(reader.similar("/甲.txt", 1, limit=0).hits)


def test_what_tells_is_rare_elsewhere_and_no_stop_word(reader):
    words = telling_words(reader.snapshot, BRIDGE + "，我们的新闻")
    assert words.index("大桥") < words.index("新闻")
    assert not {"的", "我们"} & set(words)


def test_pages_and_folders_restrict_it(reader):
    whole = reader.similar("/甲.txt", 1, limit=0).hits
    assert [hit.line for hit in reader.similar("/甲.txt", 1, limit=2, offset=1).hits] == [
        hit.line for hit in whole[1:3]
    ]
    assert all(hit.path == "/甲.txt" for hit in reader.similar("/乙.txt", 1, limit=0, under="/甲.txt").hits)


def test_a_paragraph_without_a_word_is_like_none(reader, tmp_path):
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a.txt", ["——", "大桥"])])
    assert index.reader().similar("/a.txt", 1).total == 0
    assert index.reader().similar("/a.txt", 2).total == 0


def test_where_there_is_no_paragraph_that_is_said(reader):
    with pytest.raises(UsageError, match="no paragraph is at that line"):
        reader.similar("/甲.txt", 99)
    with pytest.raises(UsageError, match="in none of the folders"):
        reader.similar("/丙.txt", 1)


def test_of_a_document_that_was_read_again_only_what_is_there_now_is_named(tmp_path):
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a.txt", ["旧的大桥", "还有一段"]), written("/b.txt", ["大桥通车"])])
    index.commit([written("/a.txt", ["新的大桥"])])
    reader = index.reader()
    assert [hit.text for hit in reader.similar("/a.txt", 1).hits] == ["大桥通车"]
    with pytest.raises(UsageError, match="nearest are at 1"):
        reader.similar("/a.txt", 2)
    index.commit([], gone=["/a.txt"])
    with pytest.raises(UsageError, match="in none of the folders"):
        index.reader().similar("/a.txt", 1)
