"""Load names when they are first used, so that importing a package costs nothing (PEP 562)."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, AnyStr, Generic, cast

from pb2b_notebook.errors import typed_limits


def load_module(name: str) -> ModuleType:
    """Import a module.

    Raises:
        ConfigurationError: This process has as many files open as it may.
    """
    with typed_limits(f"{name} cannot be loaded"), _without_collections():
        return import_module(name)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Pause the garbage collector: what modules create stays, and to look through it took a sixth of their time."""
    global _is_paused  # noqa: PLW0603 - as the collector itself, once for the process
    paused, modules = gc.isenabled(), len(sys.modules)
    gc.disable()
    _is_paused = _is_paused or paused
    try:
        yield
    finally:
        if paused:
            # All objects become old ones, which the next young collection does not look through: only after a load that
            # made many, or garbage of the caller would become old with each page. To count the frozen ones takes long.
            if len(sys.modules) > modules and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            _is_paused = False
            gc.enable()


_is_paused = False


def _resume_in_child() -> None:
    """Collect garbage in a child that was forked while another thread loaded a module."""
    if _is_paused:
        gc.enable()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_resume_in_child)


class _Finder(MetaPathFinder):
    """Finds the modules of this package, so that one rule holds for every import of one, in a function or elsewhere."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{__package__}."):
            return None
        with typed_limits(f"{fullname} cannot be loaded"):
            spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with typed_limits(f"{fullname} cannot be loaded"), _without_collections():
                    load(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def guard_imports() -> None:
    """Raise typed errors where a module of this package cannot be loaded because too many files are open."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def exports(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a package whose names load when they are first used.

    Args:
        package: The package's ``__name__``.
        homes: Name → module of the package that defines it; a name that maps to itself is that module.

    >>> load, _ = exports("pb2b_notebook", {"errors": "errors", "Secret": "credentials"})
    >>> load("errors").__name__, load("Secret").__name__
    ('pb2b_notebook.errors', 'Secret')
    """

    def load(name: str) -> Any:
        if name not in homes:
            near = get_close_matches(name, names(), n=1)
            suggestion = f"; did you mean {near[0]!r}?" if near else ""
            raise AttributeError(f"module {package!r} has no attribute {name!r}{suggestion}")
        module = load_module(f"{package}.{homes[name]}")
        return module if homes[name] == name else getattr(module, name)

    def names() -> list[str]:
        return list(sys.modules[package].__all__)

    return load, names


class _LazyPattern(Generic[AnyStr]):
    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, value)  # the next use finds it without this method
        return value

    def __reduce__(self) -> tuple[Any, ...]:
        return re.compile, (self.pattern, self.flags)  # of a copy, ``__getattr__`` would look for the pattern for ever


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    r"""Return a pattern that is compiled when it is first used: most of those that modules define never are.

    >>> _LazyPattern("a+", 0).fullmatch("aa")[0], lazy_pattern(rb"(b)", re.IGNORECASE).sub(rb"<\1>", b"aB")
    ('aa', b'a<B>')
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))
