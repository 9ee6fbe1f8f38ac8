"""Load names when they are first used, so that importing a package costs nothing (PEP 562)."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from pb2b_notebook.errors import ConfigurationError

_TOO_MANY_FILES: Final = (errno.EMFILE, errno.ENFILE)


def load_module(name: str) -> ModuleType:
    """Import a module.

    Raises:
        ConfigurationError: This process has as many files open as it may.
    """
    try:
        return import_module(name)
    except OSError as problem:
        if problem.errno not in _TOO_MANY_FILES:
            raise
    raise ConfigurationError(
        f"{name} cannot be loaded: too many files are open", repair="close some, or raise the limit (ulimit -n)"
    )


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
