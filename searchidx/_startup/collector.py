"""Garbage collection during start-up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Pause garbage collection, and exempt from it whatever was loaded meanwhile.

    Modules are no garbage, and the collector would traverse them again and again while they load.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
