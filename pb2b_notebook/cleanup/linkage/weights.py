"""The weights that score a pattern: one logit for each level, and one for each combination of two levels.

Fields are not independent: colleagues share a company, an address spells the name. So levels also have weights in
combinations of two (name × company, name × email …). The sum of the weights is the logit of the match probability: the
probability that two rows are about one person. How often such an agreement happens by chance *in this frame* is one of
the levels, which is why a threshold means the same in a thousand rows and in a million.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.linkage.levels import COMPARISONS, EDITION, unpack_levels
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

COMBINATIONS = (
    ("name", "company"), ("name", "email"), ("name", "phone"), ("name", "chance"), ("name", "profile"),
    ("name", "title"), ("name", "address"), ("email", "address"), ("company", "address"),
    ("name", "place"), ("company", "email"), ("company", "phone"), ("company", "profile"), ("email", "phone"),
    ("email", "chance"), ("email", "profile"), ("phone", "profile"), ("phone", "chance"), ("company", "title"),
    ("company", "place"),
    ("name", "middle"), ("middle", "email"), ("middle", "phone"), ("middle", "company"), ("middle", "profile"),
    ("middle", "chance"),
)  # fmt: skip
"""Comparisons that also have weights in combination."""

_INDEX = {comparison.name: number for number, comparison in enumerate(COMPARISONS)}


def _layout() -> list[tuple[str, int, int, int]]:
    """Return for each block of weights its name, its start, and the two columns of levels it reads (-1 for none)."""
    blocks, start = [], 1
    for comparison in COMPARISONS:
        blocks.append((comparison.name, start, _INDEX[comparison.name], -1))
        start += 1 << comparison.bits
    for first, second in COMBINATIONS:
        blocks.append((f"{first} × {second}", start, _INDEX[first], _INDEX[second]))
        start += 1 << COMPARISONS[_INDEX[first]].bits + COMPARISONS[_INDEX[second]].bits
    return [*blocks, ("", start, 0, 0)]


LAYOUT = _layout()
SIZE = LAYOUT[-1][1]
"""Number of weights; the first one is the constant."""


def active_weights(levels: np.ndarray) -> np.ndarray:
    """Return the positions of the weights that add up for each row of levels: the constant, then one for each block."""
    import numpy as np

    return np.stack([np.zeros(len(levels), dtype=np.int32), *_positions(levels)], axis=1)


def _positions(levels: np.ndarray) -> Iterator[np.ndarray]:
    """Yield for each block the position of the weight of each row of levels."""
    import numpy as np

    for _, start, first, second in LAYOUT[:-1]:
        position = levels[:, first]
        if second >= 0:
            position = (position << COMPARISONS[second].bits) + levels[:, second]
        yield (start + position).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of levels, in logits. ``Weights.shipped()`` returns those of the package.

    Attributes:
        values: Weights in the order of :data:`LAYOUT`.
        learned_from: Number of reviewed pairs that adjusted them; 0 for those of the package.
    """

    values: np.ndarray
    learned_from: int = 0

    @classmethod
    def shipped(cls) -> Weights:
        """Return the weights of the package.

        >>> Weights.shipped()
        Weights(as shipped)
        """
        return _package_weights()

    def logits(self, patterns: np.ndarray) -> np.ndarray:
        """Return the log odds that pairs of these patterns are about one person."""
        import numpy as np

        found = np.full(len(patterns), self.values[0], dtype=np.float64)
        for positions in _positions(unpack_levels(patterns)):
            found += self.values[positions]
        return found

    def probabilities(self, patterns: np.ndarray) -> np.ndarray:
        """Return the match probability of pairs of these patterns, 0 to 1."""
        import numpy as np

        result: np.ndarray = 1 / (1 + np.exp(-np.clip(self.logits(patterns), -40, 40)))
        return result

    def to_json(self) -> str:
        """Return the weights as JSON: those that are not 0, block by block."""
        saved = {"edition": EDITION, "learned_from": self.learned_from, "weights": _blocks(self.values)}
        return json.dumps(saved, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read weights from the JSON of :meth:`to_json`.

        Raises:
            CleanupError: The text is not JSON of :meth:`to_json`, or the release that wrote it had other levels.
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
            raise CleanupError(
                "this text is not the JSON of weights", repair="pass the text of Weights.to_json()"
            ) from None
        if edition != EDITION:
            raise CleanupError(
                "these weights were learned with another release, which compares rows differently",
                repair="find the duplicates again, label pairs of that result, and learn from them",
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
def _package_weights() -> Weights:
    return Weights.from_json(files(__package__).joinpath("match_weights.json").read_text(encoding="utf-8"))
