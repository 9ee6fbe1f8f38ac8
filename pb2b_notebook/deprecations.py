"""Arguments that were renamed: the old name still works for one release, with a warning that gives the new one."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def renamed_arguments(**renamed: str) -> Callable[[Function], Function]:
    """Let a function still accept keyword arguments by the names that they had.

    The signature shows the new names only.

    Args:
        renamed: Old name → new name.

    >>> @renamed_arguments(against="known")
    ... def find(*, known=None):
    ...     return known
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     found = find(against=3)
    >>> found, str(caught[0].message)
    (3, 'find(against=…) was renamed: write known=…')
    """

    def decorate(function: Function) -> Function:
        names = list(inspect.signature(function).parameters)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            for old, new in renamed.items():
                if old not in kwargs:
                    continue
                if new in kwargs or new in names[: len(args)]:
                    raise TypeError(f"{function.__name__}() got both {new}= and {old}=, its former name; drop {old}=")
                message = f"{function.__name__}({old}=…) was renamed: write {new}=…"
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call  # type: ignore[return-value]

    return decorate
