"""Every form of a character finds all its other forms in whole texts, and itself first."""

from itertools import chain

import pytest

from searchidx.fold import fold
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.variant_groups import APART, CHOICES, REGIONAL, VARIANTS
from tests.written_index import WrittenIndex, written

LISTS = {"choices": CHOICES.split(), "regional": REGIONAL.split(), "variants": VARIANTS.split()}


def sentence(number: int, form: str) -> str:
    """Return a text with a form in it that no other group has."""
    return f"档案第{number}号记作山{form}水，昨日由岚江馆员抄录。"


@pytest.fixture(scope="module", params=LISTS)
def archive(request, tmp_path_factory):
    """The groups of a list, and an index with a paragraph for each form."""
    groups = dict(enumerate(LISTS[request.param], 1000))
    index = WrittenIndex(tmp_path_factory.mktemp(request.param) / "index")
    texts = [sentence(number, form) for number, group in groups.items() for form in group]
    index.commit([written("/档案.txt", texts)])
    return groups, index.reader()


@pytest.mark.parametrize("query", ["{}号记作山{}水", '"{}号记作山{}水"'])
def test_every_form_finds_all_forms_and_itself_first(archive, query):
    groups, index = archive
    for number, group in groups.items():
        for form in group:
            page = index.search(SearchRequest(parse(query.format(number, form))))
            texts = [hit.text for hit in page.hits if hit.match == "literal"]
            assert set(texts) == {sentence(number, other) for other in group}, group
            assert texts[0] == sentence(number, form), group


def test_exact_finds_the_typed_form_alone(archive):
    groups, index = archive
    for number, group in groups.items():
        query = parse(f"{number}号记作山{group[-1]}水", literal=True, exact=True)
        page = index.search(SearchRequest(query))
        assert [hit.text for hit in page.hits] == [sentence(number, group[-1])]


@pytest.mark.parametrize("group", [*chain(*LISTS.values())])
def test_a_group_folds_to_one_character(group):
    assert len({fold(form) for form in group}) == 1
    assert len(set(group)) == len(group) > 1


@pytest.mark.parametrize("pair", APART)
def test_daily_characters_stay_apart_from_what_they_stand_for_elsewhere(pair):
    assert fold(pair[0]) != fold(pair[1])
