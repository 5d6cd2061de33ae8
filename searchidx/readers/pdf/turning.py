"""Rotation of a page: boxes as they are with most of its text upright."""

Turn = tuple[float, float, float, float]
"""The direction in which the text of a page runs, and the direction of its upper side."""
UPRIGHT: Turn = (1.0, 0.0, 0.0, 1.0)


def turned(
    turn: Turn, left: float, right: float, bottom: float, top: float
) -> tuple[float, float, float, float]:
    """Return a box rotated with its text upright: left, right, bottom, top."""
    if turn == UPRIGHT:
        return left, right, bottom, top
    across, up_x, rise, up_y = turn[0], turn[2], turn[1], turn[3]
    xs = (left * across + bottom * rise, right * across + top * rise)
    ys = (left * up_x + bottom * up_y, right * up_x + top * up_y)
    return min(xs), max(xs), min(ys), max(ys)
