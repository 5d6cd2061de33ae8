"""Tiered merge policy: few segments for fast queries, and few rewrites of each document.

Segments of similar size form a tier. A full tier is merged into one segment, or as few as the limits allow, which belong to
a higher tier. Each paragraph is rewritten a few times, whatever the size of the index, and the number of segments grows
with the logarithm of that size.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

from searchidx.local.indexing.occurrences import MAX_PARAGRAPHS
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.local.segment.manifest import SegmentEntry

MAX_TIER_SEGMENTS = 4  # a tier of this many segments is merged
TIER_FACTOR = 8  # ratio of the sizes of consecutive tiers
MIN_TIER_BYTES = 8 << 20  # of text; all smaller segments are one tier
MAX_SEGMENT_BYTES = 160 << 20  # of text; no merge makes a larger segment
_MAX_DELETED_SHARE = 0.4  # from this share of deleted documents on a segment is rewritten
_MIN_SHARED_BYTES = 16 << 20  # of text; from this size on a merge is shared among workers


class _Node(NamedTuple):
    """A segment, or the planned merge of several.

    Attributes:
        text_bytes: Bytes of live text.
        paragraphs: Number of live paragraphs.
        members: Positions of the segments.
        is_rewritten: So many documents are deleted that the segment is rewritten.
    """

    text_bytes: int
    paragraphs: int
    members: tuple[int, ...]
    is_rewritten: bool = False

    @classmethod
    def of(cls, nodes: Sequence[Self]) -> Self:
        """Return the merge of several nodes."""
        text_bytes = sum(node.text_bytes for node in nodes)
        members = tuple(member for node in nodes for member in node.members)
        return cls(text_bytes, sum(node.paragraphs for node in nodes), members)


def plan(entries: Sequence[SegmentEntry], workers: int = 1) -> list[list[int]]:
    """Return the merges that an index needs.

    Args:
        entries: All segments.
        workers: Number of processes that merge at the same time. A large merge is shared among them as long as the next
            tier has room for the results.

    Returns:
        Disjoint groups of positions in ``entries``, each of which becomes one segment. A group of one is rewritten.
    """
    # Segments of another analysis wait for a rebuild: a merge would mix their terms with those of this one.
    nodes = [_node(position, entry) for position, entry in enumerate(entries) if entry.analysis == ANALYSIS]
    while tier := _full_tier(nodes):
        parts = _share(tier, workers)
        if len(parts) >= len(tier):
            break
        nodes = [node for node in nodes if node not in tier] + [_Node.of(part) for part in parts]
    return sorted(sorted(node.members) for node in nodes if node.is_rewritten or len(node.members) > 1)


def _node(position: int, entry: SegmentEntry) -> _Node:
    deleted = len(entry.deleted)
    live_share = (entry.documents - deleted) / max(entry.documents, 1)
    return _Node(
        int(entry.text_bytes * live_share),
        int(entry.paragraphs * live_share),
        (position,),
        is_rewritten=deleted > 0 and deleted >= _MAX_DELETED_SHARE * entry.documents,
    )


def _full_tier(nodes: Sequence[_Node]) -> list[_Node]:
    """Return the segments of the lowest full tier, smallest first; none if no tier is full."""
    tiers: dict[int, list[_Node]] = {}
    for node in sorted(nodes):
        if node.text_bytes <= MAX_SEGMENT_BYTES // 2 and node.paragraphs <= MAX_PARAGRAPHS // 2:
            tiers.setdefault(_tier(node), []).append(node)
    return next((tier for _, tier in sorted(tiers.items()) if len(tier) >= MAX_TIER_SEGMENTS), [])


def _tier(node: _Node) -> int:
    tier = 0
    size = node.text_bytes
    while size >= MIN_TIER_BYTES:
        size //= TIER_FACTOR
        tier += 1
    return tier


def _share(nodes: Sequence[_Node], workers: int) -> list[list[_Node]]:
    """Divide the segments of a tier among as few merges of similar size as the limits allow."""
    whole = _Node.of(nodes)
    parts = max(-(-whole.text_bytes // MAX_SEGMENT_BYTES), -(-whole.paragraphs // MAX_PARAGRAPHS))
    if whole.text_bytes >= _MIN_SHARED_BYTES:
        parts = max(parts, min(workers, MAX_TIER_SEGMENTS - 1, len(nodes) // 2))
    while True:
        shares = _deal(nodes, parts)
        if all(_fits(_Node.of(share)) for share in shares):
            return shares
        parts += 1


def _deal(nodes: Sequence[_Node], parts: int) -> list[list[_Node]]:
    """Deal segments to shares, the largest first and each to the smallest share."""
    shares: list[list[_Node]] = [[] for _ in range(max(parts, 1))]
    for node in sorted(nodes, reverse=True):
        min(shares, key=lambda share: sum(member.text_bytes for member in share)).append(node)
    return [share for share in shares if share]


def _fits(node: _Node) -> bool:
    return node.text_bytes <= MAX_SEGMENT_BYTES and node.paragraphs <= MAX_PARAGRAPHS
