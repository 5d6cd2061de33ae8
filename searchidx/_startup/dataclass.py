"""``@dataclass`` for modules of a cold search: the same classes without compiled source.

The standard decorator generates the source of each method and compiles it, half a millisecond or more per class, and imports
``inspect``; a search defines three dozen classes. Here the methods read the fields at run time. ``fields``, ``replace``,
``asdict`` and the signature work too: they are taken from a standard dataclass that is built on first use.

Restrictions: classes have slots and no dataclass as a base; a field has a default or a ``default_factory``, nothing else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

_NOT_WITH_SLOTS = ("__dict__", "__weakref__")


class _Factory:
    """Default that is created for every instance."""

    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory


if TYPE_CHECKING:  # a type checker sees the standard ones
    from dataclasses import dataclass as dataclass  # noqa: PLC0414
    from dataclasses import field as field  # noqa: PLC0414
else:

    def field(*, default_factory: Callable[[], Any]) -> Any:
        """Declare a field whose default is created for every instance."""
        return _Factory(default_factory)

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        """Build a class from its annotated fields, like :func:`dataclasses.dataclass`."""
        assert slots
        return lambda plain: _build(plain, frozen=frozen, eq=eq)


def _build(plain: type, *, frozen: bool, eq: bool) -> type:
    names = tuple(plain.__annotations__)
    defaults = {name: vars(plain)[name] for name in names if name in vars(plain)}
    body: dict[str, Any] = {"__qualname__": plain.__qualname__, "__slots__": names, "__match_args__": names}
    body |= {"__repr__": _repr, "__reduce__": _reduce}
    body |= {"__eq__": _eq, "__hash__": _hash if frozen else None} if eq else {}
    body |= {"__setattr__": _refuse, "__delattr__": _refuse} if frozen else {}
    body |= {name: member for name, member in vars(plain).items() if name not in (*names, *_NOT_WITH_SLOTS)}
    body |= {name: _StandardAttribute(plain, defaults) for name in ("__dataclass_fields__", "__signature__")}
    built = type(plain)(plain.__name__, plain.__bases__, body)
    built.__init__ = _init(built, defaults)  # type: ignore[misc]  # it needs the slots, which exist now
    return built


def _init(built: Any, defaults: dict[str, Any]) -> Callable[..., None]:
    names: tuple[str, ...] = built.__match_args__
    setters = [vars(built)[name].__set__ for name in names]  # they bypass __setattr__ of a frozen class

    def __init__(self: Any, *positional: Any, **named: Any) -> None:  # noqa: N807
        if named or len(positional) != len(names):
            positional = _arguments(built, defaults, positional, named)
        for put, value in zip(setters, positional, strict=True):
            put(self, value)

    return __init__


def _arguments(
    built: Any, defaults: dict[str, Any], positional: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """Return the value of each field, defaults included."""
    names = built.__match_args__
    missing = names[len(positional) :]
    if len(positional) > len(names) or not named.keys() <= {*missing}:
        raise TypeError(f"{built.__qualname__}() takes {', '.join(names)}, each once")
    available = defaults | named
    if required := [name for name in missing if name not in available]:
        raise TypeError(f"{built.__qualname__}() needs {', '.join(required)}")
    values = [available[name] for name in missing]
    return *positional, *(value.factory() if isinstance(value, _Factory) else value for value in values)


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


class _StandardAttribute:
    """Attribute of the standard dataclass with the same fields, built and cached on first access."""

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
            is_factory = isinstance(default, _Factory)
            body[name] = dataclasses.field(default_factory=default.factory) if is_factory else default
        standard: Any = dataclasses.dataclass(type(self._plain.__name__, (), body))
        is_signature = self._name == "__signature__"
        value = inspect.signature(standard) if is_signature else standard.__dataclass_fields__
        setattr(owner, self._name, value)
        return value
