"""Values that stand for none: ``None``, NaN, NaT and ``pandas.NA``, whichever library they come from. Pure."""

from __future__ import annotations

from decimal import Decimal


def is_null(value: object) -> bool:
    """Return whether a value of a frame stands for none. A text is never null, nor is an array or a list.

    What cannot be compared with itself is not null.

    >>> import numpy as np, pandas as pd
    >>> [is_null(value) for value in (None, float("nan"), np.float32("nan"), pd.NaT, pd.NA, np.datetime64("NaT"))]
    [True, True, True, True, True, True]
    >>> [is_null(value) for value in ("", "nan", 0, False, [None], np.array([np.nan]))]
    [False, False, False, False, False, False]
    """
    if isinstance(value, str):  # as most values are
        return False
    if value is None or type(value).__name__ == "NAType":
        return True
    if isinstance(value, Decimal):
        return value.is_nan()  # a signaling NaN cannot be compared
    try:
        differs = value != value  # noqa: PLR0124 - NaN and NaT differ from themselves
    except Exception:  # noqa: BLE001 - of any library
        return False
    return type(differs).__name__ in {"bool", "bool_"} and bool(differs)
