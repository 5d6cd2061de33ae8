"""Type of arrays in annotations, without ``numpy.typing``, whose import takes 15 ms and has no effect at run time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import NDArray as NDArray  # noqa: PLC0414 - to a type checker it is numpy's
else:

    class NDArray:
        """Stand-in for :data:`numpy.typing.NDArray`."""

        def __class_getitem__(cls, _: object) -> type:
            """Accept any item type."""
            return cls
