"""Recipes: the steps of a session and the choices made in it, as a value that JSON holds and new data replays.

A step is a function of this package with the options that JSON can say. Each takes a frame first and gives a result
with ``.frame``; a recipe hands that on to the next step. What JSON cannot hold (the workspace's lead fields, lists of
suppressed addresses) is given when it is run, by the name of the parameter; a parameter that is called like an earlier
step gets that step's result.
"""

from __future__ import annotations

import inspect
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError, ProspectB2BError, nearest
from pb2b_notebook.frames.strict import members

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEPS: Final[dict[str, str]] = {
    "normalize": "normalization.normalize",
    "duplicates": "linkage.find",
    "merge": "linkage.merge",
    "report": "checks.report",
    "screen": "checks.screen",
    "validate": "checks.validate",
}
"""Step → the module of this package whose function of that name does it. To add a step is to add a line."""

GIVEN_AS: Final[dict[tuple[str, str], str]] = {
    ("screen", "against"): "suppressed",
}
"""Step and parameter → what :meth:`Recipe.run` calls it, where another step means something else by that name."""

OBJECT: Final = "pb2b_recipe"
VERSION: Final = 1
LARGEST: Final = 8 << 20
"""Bytes of a document: a recipe may keep many rows apart by hand."""

_REPAIR: Final = 'a recipe is {"object": "pb2b_recipe", "version": 1, "steps": [{"step": "normalize"}]}'
_STEP_REPAIR: Final = 'such as {"step": "normalize", "options": {"country": "DE"}, "take": "frame"}'
_STEP_MEMBERS: Final = ("step", "options", "take")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, and how.

    Attributes:
        name: of :data:`STEPS`.
        options: keywords of its function, as JSON has them.
        take: which frame of its result goes on, such as ``"frame"``, ``"passed"`` or ``"ok"``.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    take: str = "frame"

    def __post_init__(self) -> None:
        if self.name not in STEPS:
            raise CleanupError(f"there is no step {self.name[:40]!r}", repair=nearest(self.name[:40], STEPS))
        known = list(inspect.signature(self.function).parameters)[1:]
        for name in self.options:
            if name not in known:
                raise CleanupError(f"the step {self.name!r} has no option {name[:40]!r}", repair=nearest(name, known))
        gives = self._gives()
        if self.take not in gives:
            raise CleanupError(f"the step {self.name!r} gives no {self.take[:40]!r}", repair=nearest(self.take, gives))

    @classmethod
    def of(cls, raw: Any) -> Step:
        """The step that JSON, or a hand, wrote as a mapping with ``step``, ``options`` and ``take``.

        Raises:
            CleanupError: it is no step.

        >>> Step.of({"step": "validate", "take": "passed"})
        Step(name='validate', options={}, take='passed')
        """
        if isinstance(raw, cls):
            return raw
        if not isinstance(raw, Mapping) or not isinstance(raw.get("step"), str):
            raise CleanupError('a step is an object with a name as "step"', repair=_STEP_REPAIR)
        for name in raw:
            if name not in _STEP_MEMBERS:
                raise CleanupError(
                    f"a step has no member {str(name)[:40]!r}",
                    repair=f"what its function takes belongs into 'options'; {nearest(str(name), _STEP_MEMBERS)}",
                )
        options, take = raw.get("options", {}), raw.get("take", "frame")
        if not isinstance(options, Mapping) or not isinstance(take, str):
            raise CleanupError("the options of a step are an object, and what it takes is a name", repair=_STEP_REPAIR)
        return cls(raw["step"], _as_json(raw["step"], options), take)

    def _gives(self) -> list[str]:
        """What can be taken of its result."""
        result = getattr(import_module(self.function.__module__), self.function.__annotations__["return"])
        return [name for name in vars(result) if not name.startswith("_") and name != "step"]

    def takes(self) -> dict[str, str]:
        """What it can be given when it is run → the parameter of its function."""
        names = list(inspect.signature(self.function).parameters)[1:]
        return {GIVEN_AS.get((self.name, name), name): name for name in names}

    @property
    def function(self) -> Callable[..., Any]:
        """The function that does it."""
        home = import_module(f"{__package__}.{STEPS[self.name]}")
        found: Callable[..., Any] = getattr(home, self.name)
        return found


@dataclass(frozen=True, slots=True, repr=False)
class Cleaned:
    """What a recipe made of a frame.

    Attributes:
        frame: after the last step.
        results: step → its result, in order; of a step that comes twice the later one.
    """

    frame: Any
    results: Mapping[str, Any]

    def __repr__(self) -> str:
        return "\n".join(["Cleaned", *(f"  {name:<12}{result!r}" for name, result in self.results.items())])


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in order. A value: each change gives another one.

    Attributes:
        steps: what is done; a step can be given as the mapping that JSON has for it.

    Raises:
        CleanupError: something among the steps is none.

    Example:
        >>> import pandas as pd
        >>> recipe = Recipe().then("validate", take="passed")
        >>> done = recipe.run(pd.DataFrame({"email": ["ada@example.com", "nobody"]}))
        >>> done.frame["email"].tolist()
        ['ada@example.com']
        >>> Recipe.from_json(recipe.to_json()) == recipe == Recipe([{"step": "validate", "take": "passed"}])
        True
    """

    steps: Sequence[Step] = ()

    def __post_init__(self) -> None:
        if isinstance(self.steps, str | Mapping) or not isinstance(self.steps, Iterable):
            raise CleanupError("the steps of a recipe are a list", repair=_REPAIR)
        steps = []
        for number, step in enumerate(self.steps, 1):
            try:
                steps.append(Step.of(step))
            except CleanupError as problem:
                raise CleanupError(f"step {number}: {problem.message}", repair=problem.repair or _STEP_REPAIR) from None
        object.__setattr__(self, "steps", tuple(steps))

    def then(self, step: str, *, take: str = "frame", **options: Any) -> Recipe:
        """The recipe with one more step at its end.

        Args:
            step: its name: a function of ``pb.cleanup``.
            take: which frame of the result goes on.
            **options: keywords of the function that JSON can hold; the others are given to :meth:`run`.

        Raises:
            CleanupError: no such step or option, or an option that JSON cannot hold.
        """
        return Recipe((*self.steps, Step(step, _as_json(step, options), take)))

    @classmethod
    def of(cls, *results: Any) -> Recipe:
        """The recipe that repeats what a session did.

        Args:
            *results: of the steps, in order; a pair ``(result, "passed")`` where another frame than the usual one of
                the result was gone on with.

        Raises:
            CleanupError: something that no step gave.

        Example:
            >>> import pandas as pd
            >>> from pb2b_notebook import cleanup
            >>> checked = cleanup.validate(pd.DataFrame({"email": ["ada@example.com"]}))
            >>> Recipe.of((checked, "passed")).steps
            (Step(name='validate', options={'match_on': 'email'}, take='passed'),)
        """
        steps = []
        for given in results:
            result, take = given if isinstance(given, tuple) else (given, None)
            step = getattr(result, "step", None)
            if not isinstance(step, Step):
                raise CleanupError(
                    f"{type(result).__name__} is the result of no step",
                    repair="give results of pb.cleanup, such as normalize(df)",
                )
            steps.append(step if take is None else replace(step, take=take))
        return cls(tuple(steps))

    def run(self, df: Any, **given: Any) -> Cleaned:
        """Do the steps to a frame.

        Args:
            df: pandas, polars or polars lazy.
            **given: what the recipe cannot hold, by the name of the parameter: ``against=ws.lead_fields.list()``. Each
                step takes what it has a parameter for; the list that ``screen`` takes as ``against`` is ``suppressed``
                here.

        Raises:
            CleanupError: something is given that no step takes, or a step cannot work on the frame.
        """
        wanted = {given_as for step in self.steps for given_as in step.takes()}
        for name in given:
            if name not in wanted:
                raise CleanupError(f"no step of the recipe takes {name!r}", repair=nearest(name, wanted))
        frame, results = df, dict[str, Any]()
        for step in self.steps:
            known = {**results, **given}
            more = {name: known[given_as] for given_as, name in step.takes().items() if given_as in known}
            result = _done(step, frame, more)
            results[step.name] = result
            frame = getattr(result, step.take)
        return Cleaned(frame, results)

    def to_json(self) -> str:
        """The recipe as text, the same for the same recipe."""
        steps = [{"step": one.name, "options": dict(one.options), "take": one.take} for one in self.steps]
        # Escaped, so that half a character in a choice has a form, too.
        return json.dumps({"object": OBJECT, "version": VERSION, "steps": steps}, indent=2, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Recipe:
        """The recipe of a document that :meth:`to_json` made; it can name only steps of this package.

        Raises:
            CleanupError: no such document, of a version that is not known, or with a step or option that is not.
        """
        found = _members(text)
        if found.get("object") != OBJECT or type(found.get("version")) is not int:
            raise CleanupError('this JSON is no recipe: it lacks "object" or "version"', repair=_REPAIR)
        if found["version"] != VERSION:
            raise CleanupError(
                "this recipe is of a version that is not known here",
                repair=f"known is version {VERSION}; a newer one needs a newer pb2b-notebook",
            )
        steps = found.get("steps")
        if not isinstance(steps, list) or found.keys() != {"object", "version", "steps"}:
            raise CleanupError("a recipe has a list of steps and nothing else", repair=_REPAIR)
        return cls(steps)


def _done(step: Step, frame: Any, given: Mapping[str, Any]) -> Any:
    """The result of a step; options of the wrong type, which a document may have, are told as such."""
    try:
        return step.function(frame, **{**given, **step.options})
    except (TypeError, AttributeError) as problem:
        raise CleanupError(
            f"the step {step.name!r} cannot work with what it was given",
            repair="correct its options; the error above says where it stopped",
        ) from problem


def _members(text: str | bytes) -> dict[str, Any]:
    # Editors of Windows put a mark in front.
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text).removeprefix(BOM_UTF8)
    if len(data) > LARGEST:
        raise CleanupError(f"a recipe has at most {LARGEST:,} bytes", repair=_REPAIR)
    try:
        return {member.name: member.value for member in members(data)}
    except (ProspectB2BError, RecursionError):
        raise CleanupError(f"this is no JSON object{_where(data)}", repair=_REPAIR) from None


def _where(data: bytes) -> str:
    """Where JSON that cannot be read stops to be JSON, for the one who edited it."""
    try:
        json.loads(data.decode())
    except json.JSONDecodeError as problem:
        return f": {problem.msg} in line {problem.lineno}, column {problem.colno}"
    except UnicodeDecodeError:
        return ": it is not saved as UTF-8"
    except RecursionError:
        return ": it is nested too deeply"
    return ", or names a member twice"


def _as_json(step: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as JSON gives them back: tuples are lists, sets are sorted lists."""
    try:
        found: dict[str, Any] = json.loads(json.dumps(dict(options), default=_listed, allow_nan=False))
    except (TypeError, ValueError):
        raise CleanupError(
            f"an option of {step!r} is nothing that JSON can hold", repair="give it to recipe.run(df, …) instead"
        ) from None
    return found


def _listed(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    raise TypeError
