"""Recipes: the steps of a session with the choices made in it, kept as JSON and replayed on new data.

A step is a function of this package with those of its options that JSON can hold. Its first parameter is a frame, and
the recipe passes a frame of the result to the next step. What JSON cannot hold, such as the workspace's lead fields or
a list of suppressed addresses, is passed to :meth:`Recipe.run` by the name of the parameter. A parameter with the name
of an earlier step receives the result of that step.
"""

from __future__ import annotations

import inspect
import json
import warnings
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.errors import CleanupError, ProspectB2BError, brief, nearest
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.library import input_frame, library_of
from pb2b_notebook.frames.strict_json import members
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.spark.partitions import spark_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEPS: Final[dict[str, str]] = {
    "normalize": "normalization.normalize",
    "duplicates": "linkage.find",
    "merge": "merging.merge",
    "report": "checks.report",
    "screen": "checks.screen",
    "validate": "checks.validate",
}
"""Step → the module of this package with its function, which has the same name. A new step is a new line here."""

OBJECT: Final = "pb2b_recipe"
VERSION: Final = 1
LARGEST: Final = 8 << 20
"""Largest document in bytes: a recipe may keep many pairs of rows apart."""

_FORMER: Final = "against"
_RENAMED: Final = {
    "normalize": "lead_fields",
    "validate": "lead_fields",
    "report": "lead_fields",
    "duplicates": "known",
    "screen": "suppressed",
}
"""Step → what its parameter ``against`` is called now."""

_REPAIR: Final = 'a recipe is {"object": "pb2b_recipe", "version": 1, "steps": [{"step": "normalize"}]}'
_STEP_REPAIR: Final = 'such as {"step": "normalize", "options": {"country": "DE"}, "take": "frame"}'
_STEP_MEMBERS: Final = ("step", "options", "take")


@dataclass(frozen=True, slots=True, repr=False)
class Cleaned(ExportsArrow, Generic[FrameT]):
    """The result of :meth:`Recipe.run`.

    Attributes:
        frame: Frame after the last step.
        results: Step → its result, in order; for a step that occurs twice, the later result.
    """

    frame: FrameT
    results: Mapping[str, Any]

    def __repr__(self) -> str:
        return "\n".join(["Cleaned", *(f"  {name:<12}{result!r}" for name, result in self.results.items())])


@dataclass(frozen=True, slots=True)
class Recipe:
    """Cleanup steps in order. A recipe is a value: each change returns a new one.

    Attributes:
        steps: The steps; each may be passed as its JSON object.

    Raises:
        CleanupError: An item is not a step.

    Example:
        >>> import pandas as pd
        >>> recipe = Recipe().then("validate", take="passed")
        >>> done = recipe.run(pd.DataFrame({"email": ["ada@example.com", "bob@"]}))
        >>> done.frame["email"].tolist()
        ['ada@example.com']
        >>> Recipe.from_json(recipe.to_json()) == recipe == Recipe([{"step": "validate", "take": "passed"}])
        True
    """

    steps: Sequence[Step] = ()

    def __post_init__(self) -> None:
        if isinstance(self.steps, str | Mapping) or not isinstance(self.steps, Iterable):
            raise CleanupError("the steps of a recipe must be a list", repair=_REPAIR)
        steps = []
        for number, step in enumerate(self.steps, 1):
            try:
                steps.append(read_step(step))
            except CleanupError as problem:
                raise CleanupError(f"step {number}: {problem.message}", repair=problem.repair or _STEP_REPAIR) from None
        object.__setattr__(self, "steps", tuple(steps))

    def then(self, step: str, *, take: str = "frame", **options: Any) -> Recipe:
        """Return the recipe with one more step at its end.

        Args:
            step: Name of the step: a function of ``pb.cleanup``.
            take: Which frame of the result is passed on.
            **options: Keyword arguments of the function that JSON can hold; pass the others to :meth:`run`.

        Raises:
            CleanupError: The step or an option does not exist, or JSON cannot hold an option.
        """
        if _FORMER in options and step in _RENAMED:
            _warn_of_former_name(f"then({step!r}, {_FORMER}=…)", _RENAMED[step])
            options = _with_current_names(step, options)
        return Recipe((*self.steps, _check_step(Step(step, _as_json(step, options), take))))

    @classmethod
    def of(cls, *results: Any) -> Recipe:
        """Return the recipe that repeats the steps of a session.

        Args:
            *results: Results of the steps, in order; or a pair ``(result, "passed")`` where you passed on another
                frame than the step's usual one.

        Raises:
            CleanupError: An argument is not the result of a step.

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
                    f"{type(result).__name__} is not the result of a step",
                    repair="pass results of pb.cleanup, such as normalize(df)",
                )
            steps.append(step if take is None else replace(step, take=take))
        return cls(tuple(steps))

    @overload
    def run(self, df: EagerT, **given: Any) -> Cleaned[EagerT]: ...
    @overload
    def run(self, df: Any, **given: Any) -> Cleaned[Any]: ...
    def run(self, df: Any, **given: Any) -> Cleaned[Any]:
        """Run the steps on a frame.

        Args:
            df: Frame of leads: pandas, polars or polars lazy, or a Spark DataFrame. Results of steps of Spark are lazy.
            **given: What the recipe cannot hold, by the name of the parameter: ``lead_fields=ws.lead_fields.list()``,
                ``known=`` (leads that exist already, for ``duplicates``), ``suppressed=`` (for ``screen``), ``work=``
                (a folder, for a ``polars.LazyFrame`` that does not fit in memory). Each step receives the arguments
                that it has a parameter for.

        Raises:
            CleanupError: No step has a parameter of that name, or a step fails on the frame or its options.
        """
        if _FORMER in given:
            given = self._without_former_name(given)
        parameters = {name for step in self.steps for name in _parameters(step)}
        for name in given:
            if name not in parameters:
                raise CleanupError(f"no step of the recipe takes {name!r}", repair=nearest(name, parameters))
        # A stream can be read only once, and several steps may read it.
        known = library_of(df) is not None or spark_frame(df) is not None
        frame = df if known else input_frame(df, purpose="cleanup", error=CleanupError).frame
        results = dict[str, Any]()
        for step in self.steps:
            available = {**results, **given}
            arguments = {name: available[name] for name in _parameters(step) if name in available}
            arguments |= _with_options_of(step, given)
            result = _run_step(step, frame, arguments)
            results[step.name] = result
            frame = getattr(result, step.take)
        return Cleaned(frame, results)

    def _without_former_name(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments with ``against`` under its present name, if only one name can be intended."""
        listed = list(dict.fromkeys(_RENAMED[step.name] for step in self.steps if step.name in _RENAMED))
        # In run(), the list that screen takes was never called against.
        names = [name for name in listed if name != _RENAMED["screen"]]
        both = [name for name in names if name in given]
        if both:
            raise CleanupError(
                f"{_FORMER}= is a former name of {both[0]}=, and both are given", repair=f"drop {_FORMER}="
            )
        if listed and len(names) != 1:
            raise CleanupError(
                f"{_FORMER}= was renamed, and this recipe does not say what it stands for",
                repair=f"write {' or '.join(f'{name}=' for name in listed)}",
            )
        if not names:
            return dict(given)
        _warn_of_former_name(f"run({_FORMER}=…)", names[0], stacklevel=4)
        return {names[0] if name == _FORMER else name: value for name, value in given.items()}

    def to_json(self) -> str:
        """Return the recipe as JSON text; equal recipes give equal text."""
        steps = [{"step": step.name, "options": dict(step.options), "take": step.take} for step in self.steps]
        # ASCII only: an unpaired surrogate in a choice has an escape, but no UTF-8 form.
        return json.dumps({"object": OBJECT, "version": VERSION, "steps": steps}, indent=2, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Recipe:
        """Read a recipe from the JSON that :meth:`to_json` writes; it can name the steps of this package only.

        Raises:
            CleanupError: It is not a recipe, its version is not supported, or a step or an option does not exist.
        """
        found = _top_level(text)
        if found.get("object") != OBJECT or type(found.get("version")) is not int:
            raise CleanupError('this JSON is not a recipe: "object" or "version" is missing or wrong', repair=_REPAIR)
        if found["version"] != VERSION:
            raise CleanupError(
                "the version of this recipe is not supported",
                repair=f"this release reads version {VERSION}; a newer recipe needs a newer pb2b-notebook",
            )
        steps = found.get("steps")
        if not isinstance(steps, list) or found.keys() != {"object", "version", "steps"}:
            raise CleanupError('a recipe has "object", "version" and a list of steps, and nothing else', repair=_REPAIR)
        return cls(steps)


def read_step(raw: Any) -> Step:
    """Read a step, or its JSON object with ``step``, ``options`` and ``take``.

    Raises:
        CleanupError: It is not a step, or a step, option or frame of that name does not exist.

    >>> read_step({"step": "validate", "take": "passed"})
    Step(name='validate', options={}, take='passed')
    """
    if isinstance(raw, Step):
        return _check_step(raw)
    if not isinstance(raw, Mapping) or not isinstance(raw.get("step"), str):
        raise CleanupError('a step must be an object with the name of a function as "step"', repair=_STEP_REPAIR)
    for name in raw:
        if name not in _STEP_MEMBERS:
            raise CleanupError(
                f"a step has no member {str(name)[:40]!r}",
                repair=f"arguments of its function go into 'options'; {nearest(str(name), _STEP_MEMBERS)}",
            )
    options, take = raw.get("options", {}), raw.get("take", "frame")
    if not isinstance(options, Mapping) or not isinstance(take, str):
        raise CleanupError('"options" of a step must be an object, and "take" a name', repair=_STEP_REPAIR)
    return _check_step(Step(raw["step"], _as_json(raw["step"], _with_current_names(raw["step"], options)), take))


def _check_step(step: Step) -> Step:
    """Return the step if it exists, takes the options and gives the frame."""
    if not isinstance(step.name, str) or step.name not in STEPS:
        raise CleanupError(f"unknown step {brief(step.name)}", repair=nearest(step.name, STEPS))
    known = _parameters(step)
    for name in step.options:
        if name not in known:
            raise CleanupError(f"the step {step.name!r} has no option {name[:40]!r}", repair=nearest(name, known))
    frames = _result_attributes(step)
    if step.take not in frames:
        raise CleanupError(
            f"the result of {step.name!r} has no attribute {step.take[:40]!r}", repair=nearest(step.take, frames)
        )
    return step


def _function(step: Step) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(import_module(f"{__package__}.{STEPS[step.name]}"), step.name)
    return function


def _parameters(step: Step) -> list[str]:
    """Return the parameters of a step after the frame."""
    return list(inspect.signature(_function(step)).parameters)[1:]


def _result_attributes(step: Step) -> list[str]:
    function = _function(step)
    name, _, _ = function.__annotations__["return"].partition("[")  # "Duplicates[Any]"
    result = getattr(import_module(function.__module__), name)
    return [name for name in vars(result) if not name.startswith("_") and name != "step"]


def _run_step(step: Step, frame: Any, arguments: Mapping[str, Any]) -> Any:
    try:
        return _function(step)(frame, **{**step.options, **arguments})
    except (TypeError, AttributeError) as problem:
        # A recipe document may hold options of the wrong type.
        raise CleanupError(
            f"the step {step.name!r} failed on its options",
            repair="correct its options; the error above shows where it failed",
        ) from problem


def _with_options_of(step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a step, joined with the arguments of the same name: both lists of suppressed leads count.

    Raises:
        CleanupError: Another option has two different values.
    """
    options = dict(step.options)
    for name in options.keys() & given.keys():
        if name == "suppressed":
            read = import_module(f"{__package__}.checks.exclusions").suppressed_emails
            options[name] = [*read(options[name]), *read(given[name])]
        elif not _is_equal(step, name, given[name]):
            raise CleanupError(
                f"{name}= is given to run(), and the step {step.name!r} of the recipe has another value for it",
                repair="drop one of the two",
            )
    return options


def _is_equal(step: Step, name: str, value: Any) -> bool:
    try:
        return bool(_as_json(step.name, {name: value})[name] == step.options[name])
    except CleanupError:
        return False


def _with_current_names(step: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with ``against``, as earlier releases wrote it, under its present name."""
    present = _RENAMED.get(step, _FORMER)
    if present in options:
        return dict(options)
    return {present if name == _FORMER else name: value for name, value in options.items()}


def _warn_of_former_name(call: str, name: str, stacklevel: int = 3) -> None:
    warnings.warn(f"{call} was renamed: write {name}=…", DeprecationWarning, stacklevel=stacklevel)


def _top_level(text: str | bytes) -> dict[str, Any]:
    if not isinstance(text, str | bytes):
        raise CleanupError(f"a recipe must be JSON, not {brief(text)}", repair=_REPAIR)
    # Windows editors put a byte order mark in front.
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text.removeprefix(BOM_UTF8)
    if len(data) > LARGEST:
        raise CleanupError(f"the recipe is larger than {LARGEST:,} bytes", repair=_REPAIR)
    try:
        return {member.name: member.value for member in members(data)}
    except (ProspectB2BError, RecursionError):
        raise CleanupError(f"this is not a JSON object{_json_error(data)}", repair=_REPAIR) from None


def _json_error(data: bytes) -> str:
    """Return where JSON cannot be read and why, for the person who edited it."""
    try:
        json.loads(data.decode())
    except json.JSONDecodeError as problem:
        return f": {problem.msg} in line {problem.lineno}, column {problem.colno}"
    except UnicodeDecodeError:
        return ": it is not saved as UTF-8"
    except RecursionError:
        return ": it is nested too deeply"
    return ", or a member occurs twice"


def _as_json(step: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as JSON values: a tuple becomes a list, a set a sorted list."""
    try:
        found: dict[str, Any] = json.loads(json.dumps(dict(options), default=_as_list, allow_nan=False))
    except (TypeError, ValueError):
        raise CleanupError(
            f"JSON cannot hold an option of the step {step!r}", repair="pass it to recipe.run(df, …) instead"
        ) from None
    return found


def _as_list(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    raise TypeError
