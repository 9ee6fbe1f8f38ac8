import pytest

from pb2b_notebook import errors


def test_the_docstring_draws_the_tree_as_it_is():
    drawn = {line.split("─ ")[-1].split()[0] for line in errors.__doc__.splitlines() if "─ " in line}
    real = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ProspectB2BError)
    }
    assert drawn | {"ProspectB2BError"} == real


def test_a_message_carries_what_support_needs_and_the_repair():
    problem = errors.ServerError("it failed", status=503, request_id="req_1", attempts=3, idempotency_key="pb2b1-x")
    assert str(problem) == (
        "503: it failed [request_id req_1, 3 attempts, Idempotency-Key pb2b1-x]"
        " → try again later; quote the request_id to support if it persists"
    )


def test_details_come_one_a_line():
    problem = errors.ValidationError(
        "2 fields", status=422, code="invalid", details=[errors.Detail("email", "format", "is no address")]
    )
    assert str(problem).endswith("\n  email: is no address (format)")


@pytest.mark.parametrize(
    ("ours", "builtin"),
    [
        (errors.InvalidParameterError, ValueError),
        (errors.MissingExtraError, ImportError),
        (errors.DeadlineError, TimeoutError),
    ],
)
def test_errors_are_also_what_python_calls_them(ours, builtin):
    assert issubclass(ours, builtin)
