import errno
import io
import os

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from interrupting import ctrl_c_in
from pb2b_notebook import errors, masking
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.files.text.csv_reading import read_csv
from pb2b_notebook.files.text.csv_writing import write_csv
from pb2b_notebook.mirror.reading import sql
from pb2b_notebook.mirror.sync.sync_run import SyncRun
from pb2b_notebook.upserts import applying


def test_the_docstring_draws_the_whole_tree():
    drawn = {line.split("─ ")[-1].split()[0] for line in errors.__doc__.splitlines() if "─ " in line}
    real = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ProspectB2BError)
    }
    assert drawn | {"ProspectB2BError"} == real


def test_a_message_has_the_request_id_and_the_repair():
    problem = errors.ServerError("it failed", status=503, request_id="req_1", attempts=3, idempotency_key="pb2b1-x")
    assert str(problem) == (
        "503: it failed [request_id req_1, 3 attempts, Idempotency-Key pb2b1-x]"
        " → try again later; quote the request_id to support if it persists"
    )


def test_each_detail_is_on_its_own_line():
    problem = errors.ValidationError(
        "2 fields", status=422, code="invalid", details=[errors.Detail("email", "format", "is no address")]
    )
    assert str(problem).endswith("\n  email: is no address (format)")


class Stopped(pl.DataFrame):
    """A frame during whose use Ctrl-C is pressed."""

    @property
    def columns(self):
        raise KeyboardInterrupt


@each_case("name", ["accounts", "duplicates", "merge", "normalize", "report", "screen", "validate"])
def test_a_cleanup_stopped_by_hand_says_that_it_changed_nothing(name):
    with pytest.raises(errors.ReadInterrupted, match="stopped, and changed nothing; run the same cell again") as caught:
        getattr(pb.cleanup, name)(Stopped({"email": ["ada@nord.example"]}))
    assert isinstance(caught.value, KeyboardInterrupt)
    assert caught.value.__cause__ is None


@pytest.fixture(scope="module")
def workspace():
    with pb.open_sandbox(leads=20) as ws:
        ws.mirror.sync("leads")
        yield ws


NEW = pd.DataFrame({"email": ["ada@nord.example"]})


@pytest.mark.parametrize(
    ("call", "function", "message"),
    [
        (lambda ws: ws.mirror.sync("leads"), SyncRun.run, "what it committed is kept, and the same cell continues"),
        (lambda ws: ws.report("weekly"), Session.list, "the report was stopped before it was finished"),
        (lambda ws: ws.leads.plan(NEW), Session.list, "the plan was stopped, and nothing was sent"),
        (lambda ws: ws.leads.plan(NEW).apply(), applying.requests, "before its rows were sent; run the same cell"),
        (lambda ws: ws.sql("select count(*) from leads"), sql.run, "the SQL was stopped; it returned no rows"),
        (lambda _: pb.read_leads(io.BytesIO(b"email\na@nord.example")), read_csv, "reading of the file was stopped"),
        (lambda _: pb.save_leads(NEW, io.BytesIO(), format="csv"), write_csv, "the saving of the file was stopped"),
        (lambda _: pb.mask(NEW), masking.input_frame, "the masking was stopped, and changed nothing"),
    ],
    ids=["sync", "report", "plan", "apply", "sql", "read_leads", "save_leads", "mask"],
)
def test_a_call_stopped_by_hand_says_what_is_kept(workspace, call, function, message):
    with ctrl_c_in(function), pytest.raises(errors.ReadInterrupted, match=message) as caught:
        call(workspace)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("ours", "builtin"),
    [
        (errors.InvalidParameterError, ValueError),
        (errors.MissingExtraError, ImportError),
        (errors.DeadlineError, TimeoutError),
    ],
)
def test_some_errors_are_also_builtin_errors(ours, builtin):
    assert issubclass(ours, builtin)


@each_case(
    ("call", "says"),
    [
        (lambda: pb.connect(api_key="x"), "connect takes no 'api_key' → did you mean 'key'"),
        (lambda: pb.open_sandbox(lead=10), "open_sandbox takes no 'lead' → did you mean 'leads'"),
        (lambda: pb.read_leads("x.csv", delimeter=";"), "did you mean 'delimiter'"),
        (lambda: pb.mask([], kep=[]), "did you mean 'keep'"),
    ],
)
def test_an_unknown_keyword_suggests_the_nearest(call, says):
    with pytest.raises(errors.InvalidParameterError) as caught:
        call()
    assert says in str(caught.value)


class Panic(BaseException):
    """What polars raises is not an ``Exception``."""


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.EMFILE, os.strerror(errno.EMFILE), "zones.toml"),
        ImportError(f"_native.so: {os.strerror(errno.EMFILE)}"),
        Panic(f'called `Result::unwrap()` on an `Err` value: Os {{ message: "{os.strerror(errno.EMFILE)}" }}'),
    ],
    ids=["a file", "a module", "a panic"],
)
def test_an_entry_point_says_by_a_typed_error_that_too_many_files_are_open(problem):
    @errors.suggesting
    def normalize():
        raise problem

    with pytest.raises(errors.ConfigurationError, match=r"normalize stopped: too many files are open → close some, or"):
        normalize()


def test_a_library_that_failed_for_the_whole_process_needs_a_restart():
    @errors.suggesting
    def normalize():
        raise Panic("LazyLock instance has previously been poisoned")

    with pytest.raises(
        errors.ConfigurationError, match=r"normalize stopped: polars no longer works.*restart the kernel"
    ):
        normalize()


@pytest.mark.parametrize(
    "problem", [OSError(errno.EACCES, "no access"), KeyboardInterrupt(), errors.MirrorError("full")]
)
def test_an_entry_point_raises_all_else_as_it_is(problem):
    @errors.suggesting
    def normalize():
        raise problem

    with pytest.raises(type(problem)) as caught:
        normalize()
    assert caught.value is problem


@each_case("name", ["normalize", "validate", "screen", "duplicates", "merge", "report", "accounts"])
def test_the_steps_of_cleanup_suggest_the_nearest_keyword(name):
    with pytest.raises(errors.InvalidParameterError, match=f"{name} takes no 'treshold' → "):
        getattr(pb.cleanup, name)(None, treshold=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda ws: ws.mirror.sync("leads", ful=True),
        lambda ws: ws.sql("select 1", timout=1),
        lambda ws: ws.mirror.sql("select 1", timout=1),
        lambda ws: ws.leads.plan(pd.DataFrame({"email": ["ada@engines.example"]}), existin="fill"),
        lambda ws: ws.leads.plan(pd.DataFrame({"email": ["ada@engines.example"]})).apply(dry=True),
    ],
    ids=["sync", "sql", "mirror.sql", "plan", "apply"],
)
def test_the_entry_points_of_a_workspace_suggest_the_nearest_keyword(shared_ws, call):
    with pytest.raises(errors.InvalidParameterError, match=r"takes no '\w+' → "):
        call(shared_ws)
