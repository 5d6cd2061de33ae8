"""Loads numpy for a search without what no search asks of it: its documentation, its types, its report on the platform.

The half of the time that numpy takes to load goes into docstrings for what is written in C, signatures for ``help()``, types
for annotations, and modules that a function here or there might want. While it loads, those modules are stood in for by ones
that have everything and do nothing. Afterwards numpy is whole but for its docstrings: a stand-in that numpy has kept fetches
from the real module whatever it is asked for, and everybody else imports the real one.

This is for the process of one search. A program that imports searchidx gets numpy as it is.
"""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

KNOWN = ("2.0", "2.1", "2.2", "2.3", "2.4", "2.5")
"""The versions of numpy that have been tried; any other is loaded as it is."""

STOOD_IN_FOR = frozenset(
    (
        "numpy._core._add_newdocs",
        "numpy._core._add_newdocs_scalars",
        "numpy._typing",
        *("ast", "ctypes", "inspect", "pickle", "platform", "textwrap"),
    )
)


def load() -> None:
    """Import numpy so, unless somebody has imported it."""
    if (
        "numpy" in sys.modules or sys.platform == "win32"
    ):  # there a package may need ctypes to find its libraries
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        import_module("numpy")
    finally:
        sys.meta_path.remove(finder)
        finder.withdraw()


def _is_known() -> bool:
    version = sys.modules.get("numpy.version")  # the first that numpy imports
    return version is not None and version.version.rpartition(".")[0] in KNOWN


class _Finder:
    """Finds a stand-in where the import system asks for one of those modules."""

    def __init__(self) -> None:
        self._made: list[_StandIn] = []

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Answer for what is stood in for, where the numpy that is loading is a known one."""
        if name in STOOD_IN_FOR and _is_known():
            return ModuleSpec(name, self)  # type: ignore[arg-type]  # the two methods below are all it needs
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make a stand-in."""
        self._made.append(_StandIn(spec.name))
        return self._made[-1]

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""

    def withdraw(self) -> None:
        """Leave the names to the real modules."""
        for module in self._made:
            module.loading = False
            del sys.modules[module.__name__]
            package, _, name = module.__name__.rpartition(".")
            if package in sys.modules:
                delattr(sys.modules[package], name)


class _StandIn(ModuleType):
    """Has every attribute while numpy loads; from then on those of the real module."""

    loading = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.loading:
            return _Anything
        return getattr(import_module(self.__name__), name)


class _Anything:
    """What a stand-in has under any name. Called, it leaves a text as it is and gives nothing else; it may be subscripted."""

    def __new__(cls, given: object = None, *_: object, **__: object) -> Any:
        return given if isinstance(given, str) else None

    def __class_getitem__(cls, _: object) -> Any:
        return cls
