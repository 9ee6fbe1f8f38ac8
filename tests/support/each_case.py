"""Many cases of one short test, run as one: a test of its own for each would take longer to set up than to run."""

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import Any

import pytest

Test = Callable[..., None]


def each_case(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Run a test for each row of arguments, given as for ``pytest.mark.parametrize``, and report all that fail."""
    keys = (names,) if isinstance(names, str) else names
    cases = [dict(zip(keys, (row,) if isinstance(names, str) else row, strict=True)) for row in rows]
    assert cases, "a test without cases proves nothing"

    def decorate(test: Test) -> Test:
        @wraps(test)
        def run(*args: Any, **others: Any) -> None:
            wrong = []
            for case in cases:
                try:
                    test(*args, **others, **case)
                except (Exception, pytest.fail.Exception, pytest.skip.Exception) as problem:  # noqa: BLE001 - all are reported below
                    problem.add_note(f"case: {case}")
                    wrong.append(problem)
            if wrong:
                message = f"{len(wrong)} of {len(cases)} cases"
                raise BaseExceptionGroup(message, wrong)

        shape = signature(test)
        left = [each for each in shape.parameters.values() if each.name not in keys]
        run.__signature__ = shape.replace(parameters=left)  # type: ignore[attr-defined]
        return run

    return decorate
