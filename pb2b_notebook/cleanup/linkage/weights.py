"""How much a pattern of agreement says, in logits: one number a level, and one for each telling pair of levels.

Fields are not independent: colleagues share a company, an address spells the name. So levels are also weighed two at a
time (name × company, name × e-mail …). The sum is the logit of the probability that two rows are about one person. How
often such an agreement comes about by chance *in this frame* is one of the levels, which is why a threshold means the
same in a thousand rows and in a million.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.linkage.comparing import COMPARISONS, EDITION, unpacked
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

TOGETHER = (
    ("name", "company"), ("name", "email"), ("name", "phone"), ("name", "chance"), ("name", "profile"),
    ("name", "title"), ("name", "address"), ("email", "address"), ("company", "address"),
    ("name", "place"), ("company", "email"), ("company", "phone"), ("company", "profile"), ("email", "phone"),
    ("email", "chance"), ("email", "profile"), ("phone", "profile"), ("phone", "chance"), ("company", "title"),
    ("company", "place"), ("name", "id_same"), ("name", "id_other"), ("name", "text_same"),
)  # fmt: skip
"""Comparisons that are also weighed two at a time."""

_INDEX = {one.name: number for number, one in enumerate(COMPARISONS)}


def _layout() -> list[tuple[str, int, int, int]]:
    """Of each block of weights: name, where it begins, and the columns of levels that it reads (-1 for one only)."""
    blocks, start = [], 1
    for one in COMPARISONS:
        blocks.append((one.name, start, _INDEX[one.name], -1))
        start += 1 << one.bits
    for first, second in TOGETHER:
        blocks.append((f"{first} × {second}", start, _INDEX[first], _INDEX[second]))
        start += 1 << COMPARISONS[_INDEX[first]].bits + COMPARISONS[_INDEX[second]].bits
    return [*blocks, ("", start, 0, 0)]


LAYOUT = _layout()
SIZE = LAYOUT[-1][1]
"""Number of weights; the first one is the constant."""


def active(levels: np.ndarray) -> np.ndarray:
    """Which weights add up for each row of levels: positions, one column a block, the constant first."""
    import numpy as np

    return np.stack([np.zeros(len(levels), dtype=np.int32), *_positions(levels)], axis=1)


def _positions(levels: np.ndarray) -> Iterator[np.ndarray]:
    """Of each block in turn, which of its weights is that of each row of levels."""
    import numpy as np

    for _, start, first, second in LAYOUT[:-1]:
        position = levels[:, first]
        if second >= 0:
            position = (position << COMPARISONS[second].bits) + levels[:, second]
        yield (start + position).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of levels, in logits. ``Weights.shipped()`` are those of the package.

    Attributes:
        values: as :data:`LAYOUT` lays them out.
        learned_from: how many reviewed pairs adjusted them; 0 for those of the package.
    """

    values: np.ndarray
    learned_from: int = 0

    @classmethod
    def shipped(cls) -> Weights:
        """Those that come with the package.

        >>> Weights.shipped()
        Weights(as shipped)
        """
        return _shipped()

    def logits(self, patterns: np.ndarray) -> np.ndarray:
        """Log odds that pairs of these patterns are about one person."""
        import numpy as np

        found = np.full(len(patterns), self.values[0], dtype=np.float64)
        for positions in _positions(unpacked(patterns)):
            found += self.values[positions]
        return found

    def probabilities(self, patterns: np.ndarray) -> np.ndarray:
        """The same as probabilities, 0 to 1."""
        import numpy as np

        result: np.ndarray = 1 / (1 + np.exp(-np.clip(self.logits(patterns), -40, 40)))
        return result

    def to_json(self) -> str:
        """Text that :meth:`from_json` reads: what is not 0, block by block."""
        saved = {"edition": EDITION, "learned_from": self.learned_from, "weights": _blocks(self.values)}
        return json.dumps(saved, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read what :meth:`to_json` wrote.

        Raises:
            CleanupError: text that it did not write, or that another release wrote whose levels mean something else.
        """
        import numpy as np

        values = np.zeros(SIZE)
        try:
            saved: dict[str, Any] = json.loads(text)
            values[0] = saved["weights"]["constant"]
            for (name, start, _, _), (_, end, _, _) in pairwise(LAYOUT):
                for level, weight in saved["weights"].get(name, {}).items():
                    values[range(start, end)[int(level)]] = weight
            found, edition = cls(values, int(saved["learned_from"])), saved.get("edition")
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            raise CleanupError("this text holds no weights", repair="give what Weights.to_json() made") from None
        if edition != EDITION:
            raise CleanupError(
                "these weights were learned with another release, which compared other things",
                repair="find the duplicates again, and learn from the labels of that answer's pairs",
            )
        return found

    def __repr__(self) -> str:
        return f"Weights(adjusted by {self.learned_from:,} labels)" if self.learned_from else "Weights(as shipped)"


def _blocks(values: np.ndarray) -> dict[str, Any]:
    found: dict[str, Any] = {"constant": round(float(values[0]), 3)}
    for (name, start, _, _), (_, end, _, _) in pairwise(LAYOUT):
        found[name] = {str(n): round(float(w), 3) for n, w in enumerate(values[start:end]) if abs(w) >= 0.0005}  # noqa: PLR2004
    return found


@cache
def _shipped() -> Weights:
    return Weights.from_json(files(__package__).joinpath("match_weights.json").read_text(encoding="utf-8"))
