"""Boost of the typed variant: 臺灣 before 台湾 for a query 臺灣, and the other way round.

All variants are one term and one literal text, so without the boost their order is chance. It applies to the best literal
hits: if some contain the query in the typed variant and some do not, the scores of the former are raised by just so much that
they come first. Case, white space and punctuation make no variant. Most texts need not be read: the index marks the
paragraphs with a letter or ideograph in another form than its folded one.
"""

import numpy as np

from searchidx import ranking
from searchidx.fold.forms import fold_except_forms, is_canonical
from searchidx.local.lookup import read_forms, sorted_sets
from searchidx.local.lookup.marked_paragraphs import unfolded_forms
from searchidx.local.matching.matches import Matches
from searchidx.local.scoring import Floats, best_positions
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot
from searchidx.query.texts import without_closing_marks


def applies(snapshot: Snapshot, matches: Matches) -> bool:
    """Return true if a literal match may contain the query in a variant that differs from the folded text.

    A query of alternatives has no variant of its own.
    """
    if matches.has_alternatives or not matches.typed_texts:
        return False
    if not matches.literal_has_all_texts:
        return True
    unfolded = unfolded_forms(snapshot)
    return bool(len(unfolded) and sorted_sets.are_in(matches.numbers[matches.may_be_literal], unfolded).any())


def boosted(snapshot: Snapshot, matches: Matches, numbers: Numbers, scores: Floats) -> Floats:
    """Return the scores of literal hits, raised for those that contain the query in the typed variant.

    Args:
        snapshot: The index.
        matches: Matches of the query.
        numbers: Literal hits, or hits that lack the closing punctuation alone, ascending: the best
            ``ranking.VARIANT_BOOST_DEPTH`` at least, if there are as many.
        scores: Scores of the hits.
    """
    near = best_positions(scores, ranking.VARIANT_BOOST_DEPTH)
    needles = [needle for text in matches.typed_texts if (needle := _needle(text))]
    if not len(near) or not needles:
        return scores
    contain_typed = _contain_variants(
        snapshot, needles, numbers[near], contain_folded=matches.literal_has_all_texts
    )
    if contain_typed.all() or not contain_typed.any():
        return scores
    gap = float(scores[near[~contain_typed]].max() - scores[near[contain_typed]].min())
    if gap < 0:
        return scores
    raised = scores.copy()
    raised[near[contain_typed]] += gap + ranking.VARIANT_BOOST
    return raised


def _contain_variants(
    snapshot: Snapshot, needles: list[str], numbers: Numbers, *, contain_folded: bool
) -> Mask:
    """Return which literal hits contain all strings in the typed variant.

    Args:
        snapshot: The index.
        needles: Strings folded but for their forms.
        numbers: The hits, ascending.
        contain_folded: All hits contain all strings folded, so only those with unfolded forms are read.
    """
    if not contain_folded:
        texts = map(fold_except_forms, read_forms.texts_as_read(snapshot, numbers))
        return np.array([all(needle in text for needle in needles) for text in texts], bool)
    has_unfolded = sorted_sets.are_in(numbers, unfolded_forms(snapshot))
    contain_all = np.full(len(numbers), all(map(is_canonical, needles)))
    texts = map(fold_except_forms, read_forms.texts_as_read(snapshot, numbers[has_unfolded]))
    contain_all[has_unfolded] = [all(needle in text for needle in needles) for text in texts]
    return contain_all


def _needle(typed: str) -> str:
    return without_closing_marks(fold_except_forms(typed).strip())
