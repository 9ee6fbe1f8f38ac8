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
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.linkage.pairs.levels import unpack_levels
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE, SUBJECTS
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from pb2b_notebook.cleanup.linkage.subjects import Subject


def active_weights(patterns: np.ndarray, subject: Subject = PEOPLE) -> np.ndarray:
    """Return the positions of the weights that add up for each pattern: the constant, then one for each block."""
    import numpy as np

    return np.stack([np.zeros(len(patterns), dtype=np.int32), *_positions(patterns, subject)], axis=1)


def _positions(patterns: np.ndarray, subject: Subject) -> Iterator[np.ndarray]:
    """Yield for each block the position of the weight of each pattern."""
    import numpy as np

    levels = unpack_levels(patterns, subject.comparisons)
    for _, start, first, second in subject.layout()[:-1]:
        position = levels[:, first]
        if second >= 0:
            position = (position << subject.comparisons[second].bits) + levels[:, second]
        yield (start + position).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of levels, in logits. ``Weights.shipped()`` returns those of the package.

    Attributes:
        values: Weights in the order of the layout of their subject.
        learned_from: Number of reviewed pairs that adjusted them; 0 for those of the package.
        of: What the rows are about.
        fitted: Whether they are fitted to a list, and are not fitted to the next one.
        notes: What the labels changed, or why they changed nothing; sentences. They are not part of the JSON.
    """

    values: np.ndarray
    learned_from: int = 0
    of: str = PEOPLE.name
    fitted: bool = False
    notes: tuple[str, ...] = ()

    @classmethod
    def shipped(cls, of: str = PEOPLE.name) -> Weights:
        """Return the weights of the package.

        Args:
            of: What the rows are about.

        >>> Weights.shipped()
        Weights(as shipped)
        """
        return _package_weights(of)

    @property
    def subject(self) -> Subject:
        """What the rows are about, and how they are compared."""
        return SUBJECTS[self.of]

    def logits(self, patterns: np.ndarray) -> np.ndarray:
        """Return the log odds that pairs of these patterns are about one person."""
        import numpy as np

        found = np.full(len(patterns), self.values[0], dtype=np.float64)
        for positions in _positions(patterns, self.subject):
            found += self.values[positions]
        return found

    def probabilities(self, patterns: np.ndarray) -> np.ndarray:
        """Return the match probability of pairs of these patterns, 0 to 1."""
        import numpy as np

        result: np.ndarray = 1 / (1 + np.exp(-np.clip(self.logits(patterns), -40, 40)))
        return result

    def to_json(self) -> str:
        """Return the weights as JSON: those that are not 0, block by block."""
        about: dict[str, Any] = {} if self.subject is PEOPLE else {"of": self.of}
        about |= {"fitted": True} if self.fitted else {}
        saved = {
            **about,
            "edition": self.subject.edition,
            "learned_from": self.learned_from,
            "weights": _blocks(self.values, self.subject),
        }
        return json.dumps(saved, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read weights from the JSON of :meth:`to_json`.

        Raises:
            CleanupError: The text is not JSON of :meth:`to_json`, or the release that wrote it had other levels.
        """
        import numpy as np

        try:
            saved: dict[str, Any] = json.loads(text)
            subject = SUBJECTS[saved.get("of", PEOPLE.name)]
            values = np.zeros(subject.layout()[-1][1])
            values[0] = saved["weights"]["constant"]
            for name, start, end in subject.ranges():
                for level, weight in saved["weights"].get(name, {}).items():
                    values[range(start, end)[int(level)]] = weight
            found = cls(values, int(saved["learned_from"]), subject.name, fitted=saved.get("fitted") is True)
            edition = saved.get("edition")
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            raise CleanupError(
                "this text is not the JSON of weights", repair="pass the text of Weights.to_json()"
            ) from None
        if edition != subject.edition:
            raise CleanupError(
                "these weights were learned with another release, which compares rows differently",
                repair="find the duplicates again, label pairs of that result, and learn from them",
            )
        return found

    def __repr__(self) -> str:
        if self.learned_from:
            return f"Weights(adjusted by {self.learned_from:,} labels)"
        return "Weights(fitted to a list)" if self.fitted else "Weights(as shipped)"


def _blocks(values: np.ndarray, subject: Subject) -> dict[str, Any]:
    found: dict[str, Any] = {"constant": round(float(values[0]), 3)}
    for name, start, end in subject.ranges():
        found[name] = {str(n): round(float(w), 3) for n, w in enumerate(values[start:end]) if abs(w) >= 0.0005}  # noqa: PLR2004
    return found


@cache
def _package_weights(of: str) -> Weights:
    text = files("pb2b_notebook.cleanup.linkage").joinpath(SUBJECTS[of].weights_file).read_text(encoding="utf-8")
    return Weights.from_json(text)
