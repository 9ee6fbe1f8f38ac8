"""Types of frames for signatures: which library ``frame=`` names, and the frame that a call then returns.

A list, a query or a file that is read has one overload for each library, so that a type checker knows
``ws.leads.list(frame="polars")`` as a ``polars.DataFrame``. Without ``frame=`` it is the frame of the workspace:
``Workspace[pl.DataFrame]`` is one that was opened with ``frame="polars"``, and a bare ``Workspace`` is one of pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args

from pb2b_notebook.errors import InvalidParameterError, brief, nearest

FrameName = Literal["pandas", "polars", "pyarrow", "duckdb"]
Library = Literal["pandas", "polars"]
"""Libraries that a workspace, a mirror or a receiver can have as its own, and that results of frames come in."""

FRAMES: Final[tuple[FrameName, ...]] = get_args(FrameName)
LIBRARIES: Final[tuple[Library, ...]] = get_args(Library)

DataFrame = Any
"""A frame of any library: as an argument, or where only ``frame=`` at run time says which one is returned."""

if TYPE_CHECKING:
    from typing import TypeAlias

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from typing_extensions import TypeVar as TypeVarWithDefault

    AnyFrame: TypeAlias = pd.DataFrame | pl.DataFrame | pa.Table | duckdb.DuckDBPyRelation
    """A frame of the library that an earlier call named, which a type checker cannot know."""
    EagerFrame: TypeAlias = pd.DataFrame | pl.DataFrame
    """A frame of the library of a workspace that is one of either."""
    FrameT = TypeVarWithDefault("FrameT", bound=Any, default=pd.DataFrame)
    EagerT = TypeVar("EagerT", pd.DataFrame, pl.DataFrame)
else:
    FrameT = TypeVar("FrameT")  # Python 3.13 is the first one in which a TypeVar has a default at run time
    EagerT = TypeVar("EagerT")  # frames whose results come in the same library


def check_frame(frame: Any, known: tuple[str, ...] = FRAMES) -> None:
    """Refuse an unknown library of frames.

    Args:
        frame: The caller's argument.
        known: Names that are accepted.

    Raises:
        InvalidParameterError: The name is unknown; the message has the nearest one.

    >>> check_frame("polar")
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: unknown frame 'polar' → did you mean 'polars'?
    """
    if not isinstance(frame, str) or frame not in known:
        raise InvalidParameterError(f"unknown frame {brief(frame)}", repair=nearest(frame, known))
