"""A hit's snippet is cut when it is read, and nobody can tell."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from searchidx.document import Document, Paragraph
from searchidx.local.collect import hits
from searchidx.query import parse
from searchidx.request import SearchRequest
from searchidx.snippets import excerpt
from tests.written_index import WrittenIndex

LONG = "这一段说的是别的事情，没有人会去找它。" * 9 + "防火墙规则写在这里。" + "后面又说了一些别的。" * 9


@pytest.fixture
def index(tmp_path) -> WrittenIndex:
    written = WrittenIndex(tmp_path / "index")
    written.commit([Document("/a.txt", "text", "utf-8", paragraphs=(Paragraph(LONG, 1, 1),))])
    return written


def found(index: WrittenIndex) -> hits.Hit:
    (hit,) = index.reader().search(SearchRequest(parse("防火墙规则"))).hits
    return hit


def test_a_snippet_is_the_best_excerpt_of_the_text(index):
    hit = found(index)
    assert hit.snippet == excerpt(hit.text, hit.spans, hits.SNIPPET_WIDTH).text
    assert "防火墙规则" in hit.snippet != hit.text


def test_a_snippet_is_cut_once_and_only_when_it_is_read(index, monkeypatch):
    cuts = []

    def counted(*given):
        cuts.append(given)
        return excerpt(*given)

    monkeypatch.setattr(hits, "excerpt", counted)
    hit = found(index)
    assert hit.text
    assert not cuts
    assert hit.snippet is hit.snippet
    assert len(cuts) == 1


def test_it_is_a_value_like_any_other_hit(index):
    hit = found(index)
    assert hit == found(index) == copy.copy(found(index)) == pickle.loads(pickle.dumps(found(index)))
    assert hash(hit) == hash(found(index))
    assert repr(hit.snippet) in repr(found(index))
    assert repr(hit).startswith("Hit(rank=1, ")
    assert replace(found(index), rank=2).snippet == hit.snippet
    with pytest.raises(FrozenInstanceError):
        hit.snippet = "another"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="no 'snipet'"):
        hit.snipet  # type: ignore[attr-defined]  # noqa: B018
