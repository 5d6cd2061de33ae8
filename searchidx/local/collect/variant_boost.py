"""The written form that was typed comes first: 臺灣 before 台湾 for whoever types 臺灣, and the other way round.

All forms are one term and one literal text, so without this their order would be chance. It acts among the best literal
hits: where some of them hold the query in the form in which it was typed and some do not, the scores of the first are all
raised by as little as puts them before the others. Case, white space and punctuation are no form. Most paragraphs are not
looked at: the index knows which hold any letter or ideograph in another form than the one it folds to.
"""

import numpy as np

from searchidx import ranking
from searchidx.fold.forms import fold_except_forms, is_canonical
from searchidx.local.lookup import read_forms, sorted_sets
from searchidx.local.lookup.closing_signs import without_end
from searchidx.local.lookup.marked_paragraphs import unfolded_forms
from searchidx.local.matching.matches import Matches
from searchidx.local.scoring import Floats, nearest
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot


def matters(snapshot: Snapshot, matches: Matches) -> bool:
    """Whether any paragraph that holds the query literally, or may, is in another form than it folds to.

    Nothing is one query where one half of it is enough, so there it does not matter.
    """
    if matches.has_alternatives or not matches.typed_texts:
        return False
    if not matches.literal_has_all_texts:
        return True
    others = unfolded_forms(snapshot)
    return bool(len(others) and sorted_sets.are_in(matches.numbers[matches.may_be_literal], others).any())


def preferred(snapshot: Snapshot, matches: Matches, numbers: Numbers, scores: Floats) -> Floats:
    """Raise the scores of those literal hits that hold the query as it was typed.

    Args:
        snapshot: The index.
        matches: Of the query.
        numbers: Literal hits, or those without the closing punctuation, ascending: the best ``ranking.VARIANT_BOOST_DEPTH`` at least, if there are as many.
        scores: Theirs.
    """
    near = nearest(scores, ranking.VARIANT_BOOST_DEPTH)
    typed = [text for written in matches.typed_texts if (text := _looked_for(written))]
    if not len(near) or not typed:
        return scores
    held = _hold(snapshot, typed, numbers[near], certain=matches.literal_has_all_texts)
    if held.all() or not held.any():
        return scores
    behind = float(scores[near[~held]].max() - scores[near[held]].min())
    if behind < 0:
        return scores
    raised = scores.copy()
    raised[near[held]] += behind + ranking.VARIANT_BOOST
    return raised


def _hold(snapshot: Snapshot, typed: list[str], numbers: Numbers, *, certain: bool) -> Mask:
    """Which paragraphs hold all texts as typed, of those that hold them folded: for certain, or as far as is known."""
    if not certain:
        texts = map(fold_except_forms, read_forms.texts_as_read(snapshot, numbers))
        return np.array([all(form in text for form in typed) for text in texts], bool)
    others = sorted_sets.are_in(numbers, unfolded_forms(snapshot))
    held = np.full(len(numbers), all(map(is_canonical, typed)))
    texts = map(fold_except_forms, read_forms.texts_as_read(snapshot, numbers[others]))
    held[others] = [all(form in text for form in typed) for text in texts]
    return held


def _looked_for(written: str) -> str:
    return without_end(fold_except_forms(written).strip())
