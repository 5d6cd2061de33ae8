"""``NDArray`` for annotations: importing it from ``numpy.typing`` takes 15 ms of a cold search, and says nothing when run."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import NDArray as NDArray  # noqa: PLC0414 - to a type checker it is numpy's
else:

    class NDArray:
        """An array of numpy's."""

        def __class_getitem__(cls, _: object) -> type:
            """Read the same with any type of its members."""
            return cls
