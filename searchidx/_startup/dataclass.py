"""``@dataclass`` for what a cold search imports: the same classes, defined without compiling anything.

The standard decorator writes the methods of each class as text and compiles them, for half a millisecond or more, and imports
``inspect`` to do so; a search needs three dozen such classes before it can begin. Here the methods find out the fields when
they run. What else the standard library knows of a dataclass (``fields``, ``replace``, ``asdict``, its signature) it knows of
these too: it is asked when somebody else asks.

Classes have slots and no dataclass above them; of what a field may be, only a default and a ``default_factory`` is here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

_NOT_WITH_SLOTS = ("__dict__", "__weakref__")


class _Made:
    """Stands for a default that is made anew for every value."""

    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory


if TYPE_CHECKING:  # for a type checker they are the standard ones
    from dataclasses import dataclass as dataclass  # noqa: PLC0414
    from dataclasses import field as field  # noqa: PLC0414
else:

    def field(*, default_factory: Callable[[], Any]) -> Any:
        """Give a field a default that is made when it is needed."""
        return _Made(default_factory)

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        """Define a class by its annotated fields, as :func:`dataclasses.dataclass` does."""
        assert slots
        return lambda plain: _defined(plain, frozen=frozen, eq=eq)


def _defined(plain: type, *, frozen: bool, eq: bool) -> type:
    names = tuple(plain.__annotations__)
    defaults = {name: vars(plain)[name] for name in names if name in vars(plain)}
    body: dict[str, Any] = {"__qualname__": plain.__qualname__, "__slots__": names, "__match_args__": names}
    body |= {"__repr__": _repr, "__reduce__": _reduce}
    body |= {"__eq__": _eq, "__hash__": _hash if frozen else None} if eq else {}
    body |= {"__setattr__": _refuse, "__delattr__": _refuse} if frozen else {}
    body |= {name: kept for name, kept in vars(plain).items() if name not in (*names, *_NOT_WITH_SLOTS)}
    body |= {name: _OfTwin(plain, defaults) for name in ("__dataclass_fields__", "__signature__")}
    defined = type(plain)(plain.__name__, plain.__bases__, body)
    defined.__init__ = _init(defined, defaults)  # type: ignore[misc]  # it needs the slots
    return defined


def _init(defined: Any, defaults: dict[str, Any]) -> Callable[..., None]:
    names: tuple[str, ...] = defined.__match_args__
    setters = [vars(defined)[name].__set__ for name in names]  # what a frozen class can't refuse

    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807
        if named or len(given) != len(names):
            given = _completed(defined, defaults, given, named)
        for put, value in zip(setters, given, strict=True):
            put(self, value)

    return __init__


def _completed(
    defined: Any, defaults: dict[str, Any], given: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """A value for each field."""
    names = defined.__match_args__
    left = names[len(given) :]
    if len(given) > len(names) or not named.keys() <= {*left}:
        raise TypeError(f"{defined.__qualname__}() takes {', '.join(names)}, each once")
    known = defaults | named
    if missing := [name for name in left if name not in known]:
        raise TypeError(f"{defined.__qualname__}() needs {', '.join(missing)}")
    values = [known[name] for name in left]
    return *given, *(value.factory() if isinstance(value, _Made) else value for value in values)


def _values(of: Any) -> tuple[Any, ...]:
    return tuple([getattr(of, name) for name in of.__match_args__])


def _repr(self: Any) -> str:
    shown = (f"{name}={value!r}" for name, value in zip(self.__match_args__, _values(self), strict=True))
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), _values(self)


def _refuse(self: Any, name: str, *_: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"{type(self).__qualname__}: {name!r} can't be changed")


class _OfTwin:
    """What the standard dataclass of the same fields has under a name; made when it is first asked for, and kept."""

    def __init__(self, plain: type, defaults: dict[str, Any]) -> None:
        self._plain = plain
        self._defaults = defaults

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Any:
        import dataclasses
        import inspect

        body = {"__annotations__": self._plain.__annotations__}
        for name, default in self._defaults.items():
            made = isinstance(default, _Made)
            body[name] = dataclasses.field(default_factory=default.factory) if made else default
        twin: Any = dataclasses.dataclass(type(self._plain.__name__, (), body))
        found = inspect.signature(twin) if self._name == "__signature__" else twin.__dataclass_fields__
        setattr(owner, self._name, found)
        return found
