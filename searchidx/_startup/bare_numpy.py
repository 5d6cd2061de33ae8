"""Import of numpy without its docstrings, annotation types and platform report.

Half of numpy's load time goes into docstrings of C functions, signatures for ``help()``, types for annotations, and modules
that few functions use. While numpy loads, these modules are replaced by stubs that have every attribute and do nothing.
Afterwards numpy is complete except for docstrings: a stub that numpy has kept forwards to the real module, and everyone else
imports the real one.

Only the process of one search does this. A program that imports searchidx gets the ordinary numpy.
"""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

TESTED = ("2.0", "2.1", "2.2", "2.3", "2.4", "2.5")
"""Versions of numpy that pass the tests; any other is imported as usual. A test names a version that is missing here."""

STUBBED = frozenset(
    (
        "numpy._core._add_newdocs",
        "numpy._core._add_newdocs_scalars",
        "numpy._typing",
        *("ast", "ctypes", "inspect", "pickle", "platform", "textwrap"),
    )
)


def load() -> None:
    """Import numpy with stubs, unless it is imported already."""
    # On Windows a package may need ctypes to find its libraries.
    if "numpy" in sys.modules or sys.platform == "win32":
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        import_module("numpy")
    finally:
        sys.meta_path.remove(finder)
        finder.remove_stubs()


def _is_tested() -> bool:
    version = sys.modules.get("numpy.version")  # numpy imports it first
    return version is not None and version.version.rpartition(".")[0] in TESTED


class _Finder:
    """Import finder and loader of the stubs."""

    def __init__(self) -> None:
        self._stubs: list[_Stub] = []

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return the spec of a stub if numpy's version is a tested one."""
        if name in STUBBED and _is_tested():
            return ModuleSpec(name, self)  # type: ignore[arg-type]  # the two methods below are all it needs
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Create a stub."""
        self._stubs.append(_Stub(spec.name))
        return self._stubs[-1]

    def exec_module(self, module: ModuleType) -> None:
        """Leave the stub empty."""

    def remove_stubs(self) -> None:
        """Remove the stubs from ``sys.modules``, so that the real modules can be imported."""
        for module in self._stubs:
            module.loading = False
            del sys.modules[module.__name__]
            package, _, name = module.__name__.rpartition(".")
            if package in sys.modules:
                delattr(sys.modules[package], name)


class _Stub(ModuleType):
    """Module with every attribute while numpy loads; afterwards it forwards to the real module."""

    loading = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.loading:
            return _Anything
        return getattr(import_module(self.__name__), name)


class _Anything:
    """Value of every attribute of a stub: callable, subscriptable; a call returns a string argument, else None."""

    def __new__(cls, argument: object = None, *_: object, **__: object) -> Any:
        return argument if isinstance(argument, str) else None

    def __class_getitem__(cls, _: object) -> Any:
        return cls
