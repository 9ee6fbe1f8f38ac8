"""The record of one cleanup step, which its result carries and a recipe replays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One cleanup step with its options.

    A :class:`~pb2b_notebook.cleanup.Recipe` checks that the step exists and takes the options.

    Attributes:
        name: Function of ``pb.cleanup``, such as "normalize".
        options: Keyword arguments of the function, as JSON values.
        take: Which frame of the result is passed on, such as "frame", "passed" or "ok".
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    take: str = "frame"
