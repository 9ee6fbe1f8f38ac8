"""Connected components: which items links lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def components(size: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return for each item 0 … ``size`` - 1 the smallest item that links lead to.

    >>> import numpy as np
    >>> components(5, np.array([0, 3]), np.array([1, 4])).tolist()
    [0, 0, 2, 3, 3]
    """
    import numpy as np

    labels = np.arange(size)
    while True:
        before = labels.copy()
        low = np.minimum(labels[a], labels[b])
        np.minimum.at(labels, a, low)
        np.minimum.at(labels, b, low)
        labels = labels[labels]
        if (labels == before).all():
            return labels
