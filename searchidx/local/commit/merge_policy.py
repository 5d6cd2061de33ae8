"""Decides which segments are merged: few segments make queries quick, and nothing is written again too often.

Segments of about one size are a tier; a tier that has become too full is made into one segment, or as few as the limits
allow, which belong to a higher tier. So a paragraph is written again a few times in its life, whatever the size of the
index, and an index has a few segments for each time it has grown eightfold.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

from searchidx.local.indexing.occurrences import MAX_PARAGRAPHS
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.local.segment.manifest import SegmentEntry

WIDTH = 4  # segments of one tier that are merged
TIER = 8  # how many times larger a tier is than the one below
SMALLEST = 8 << 20  # bytes of text; all segments below it are one tier
LARGEST = 160 << 20  # bytes of text; no merge makes a larger segment
_STALE = 0.4  # share of deleted documents from which a segment is written anew
_SHARED = 16 << 20  # bytes of text from which the work of one merge is shared


class _Node(NamedTuple):
    """A segment, or what several will be merged to.

    Attributes:
        text_bytes: Of its paragraphs.
        paragraphs: How many.
        members: Positions of what it is made of.
        stale: So much of it is deleted that it is to be written anew.
    """

    text_bytes: int
    paragraphs: int
    members: tuple[int, ...]
    stale: bool = False

    @classmethod
    def of(cls, nodes: Sequence[Self]) -> Self:
        """What several are merged to."""
        text_bytes = sum(node.text_bytes for node in nodes)
        members = tuple(member for node in nodes for member in node.members)
        return cls(text_bytes, sum(node.paragraphs for node in nodes), members)


def plan(entries: Sequence[SegmentEntry], hands: int = 1) -> list[list[int]]:
    """Choose what to merge.

    Args:
        entries: All segments.
        hands: How many processes can merge at the same time: a large merge is shared among them, as long as the tier it
            leads to has room for what comes out.

    Returns:
        Groups of positions in ``entries``, each of which is to become one segment; no position twice. One position alone
        is to be written anew.
    """
    # Segments of another analysis wait for a rebuild: a merge would mix their terms with those of this one.
    nodes = [_node(position, entry) for position, entry in enumerate(entries) if entry.analysis == ANALYSIS]
    while tier := _too_full(nodes):
        parts = _parted(tier, hands)
        if len(parts) >= len(tier):
            break
        nodes = [node for node in nodes if node not in tier] + [_Node.of(part) for part in parts]
    return sorted(sorted(node.members) for node in nodes if node.stale or len(node.members) > 1)


def _node(position: int, entry: SegmentEntry) -> _Node:
    dead = len(entry.deleted)
    living = (entry.documents - dead) / max(entry.documents, 1)
    return _Node(
        int(entry.text_bytes * living),
        int(entry.paragraphs * living),
        (position,),
        stale=dead > 0 and dead >= _STALE * entry.documents,
    )


def _too_full(nodes: Sequence[_Node]) -> list[_Node]:
    """The segments of the lowest tier that has too many, smallest first; none if all is in shape."""
    tiers: dict[int, list[_Node]] = {}
    for node in sorted(nodes):
        if node.text_bytes <= LARGEST // 2 and node.paragraphs <= MAX_PARAGRAPHS // 2:
            tiers.setdefault(_tier(node), []).append(node)
    return next((tier for _, tier in sorted(tiers.items()) if len(tier) >= WIDTH), [])


def _tier(node: _Node) -> int:
    tier = 0
    size = node.text_bytes
    while size >= SMALLEST:
        size //= TIER
        tier += 1
    return tier


def _parted(nodes: Sequence[_Node], hands: int) -> list[list[_Node]]:
    """Share out the segments of a tier among as few merges of about one size as the limits allow."""
    whole = _Node.of(nodes)
    parts = max(-(-whole.text_bytes // LARGEST), -(-whole.paragraphs // MAX_PARAGRAPHS))
    if whole.text_bytes >= _SHARED:
        parts = max(parts, min(hands, WIDTH - 1, len(nodes) // 2))
    while True:
        shares = _dealt(nodes, parts)
        if all(_fits(_Node.of(share)) for share in shares):
            return shares
        parts += 1


def _dealt(nodes: Sequence[_Node], parts: int) -> list[list[_Node]]:
    """Deal out segments, the largest first and each to the smallest share."""
    shares: list[list[_Node]] = [[] for _ in range(max(parts, 1))]
    for node in sorted(nodes, reverse=True):
        min(shares, key=lambda share: sum(held.text_bytes for held in share)).append(node)
    return [share for share in shares if share]


def _fits(node: _Node) -> bool:
    return node.text_bytes <= LARGEST and node.paragraphs <= MAX_PARAGRAPHS
