"""Open a workspace: ``connect`` to a service, ``open_sandbox`` for one without a key and a network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, overload

from pb2b_notebook import credentials, openapi
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.responses.paging import truth
from pb2b_notebook.api.http.sending.write_lock import WriteLock
from pb2b_notebook.browser import ELSEWHERE, is_in_browser
from pb2b_notebook.display.frames import protect_frames
from pb2b_notebook.errors import (
    ConfigurationError,
    InvalidParameterError,
    ProtocolError,
    brief,
    suggesting,
    without_frames,
)
from pb2b_notebook.frames.types import LIBRARIES, check_frame
from pb2b_notebook.in_process import InProcessServer, is_in_process
from pb2b_notebook.journal import Journal
from pb2b_notebook.mirror.magics import offer_magic
from pb2b_notebook.request_log import RequestLog
from pb2b_notebook.service_profile import ServiceProfile
from pb2b_notebook.serving import Server, can_serve
from pb2b_notebook.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    import pandas as pd
    import polars as pl

    from pb2b_notebook.api.calls.records import Record
    from pb2b_notebook.api.contract.sources import Source
    from pb2b_notebook.credentials import Connection, Secret
    from pb2b_notebook.frames.types import Library
    from pb2b_notebook.openapi import Operations
    from pb2b_notebook.sandbox import Sandbox
    from pb2b_notebook.sandbox.faults.faults import FaultsGiven


@overload
def connect(
    key: str | Secret | None = None,
    *,
    profile: str | None = None,
    base_url: str | None = None,
    read_only: bool = False,
    frame: Literal["pandas"] | None = None,
    contract: Source | None = None,
    trust: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> Workspace[pd.DataFrame]: ...
@overload
def connect(
    key: str | Secret | None = None,
    *,
    profile: str | None = None,
    base_url: str | None = None,
    read_only: bool = False,
    frame: Literal["polars"],
    contract: Source | None = None,
    trust: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> Workspace[pl.DataFrame]: ...
@suggesting
def connect(
    key: str | Secret | None = None,
    *,
    profile: str | None = None,
    base_url: str | None = None,
    read_only: bool = False,
    frame: Library | None = None,
    contract: Source | None = None,
    trust: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> Workspace[Any]:
    """Connect to a workspace and check the key with ``GET /me``.

    Args:
        key: API key; by default ``PB2B_API_KEY``, the profile ``default``, the keyring or a hidden prompt, in this
            order.
        profile: Profile of the configuration file, such as "acme".
        base_url: Base URL; by default the profile's, ``PB2B_BASE_URL``, or the live service's.
        read_only: Whether to refuse every write before it is sent, even if the key may write.
        frame: Library of the frames that lists return, "pandas" or "polars"; by default the profile's, or "pandas".
        contract: Another OpenAPI 3.1 document of the API, such as the live one: a path, a URL or the parsed document.
            All verbs and :meth:`Workspace.call` then follow it.
        trust: Whether to allow writes to a live service before :meth:`Workspace.check` has run.
        transport: An httpx transport to send through, instead of the network.

    Returns:
        A connected workspace; ``ws.close()`` or a ``with`` block closes its connections.

    Raises:
        MissingKeyError, InvalidKeyError, ConfigurationError: Nothing was sent. A web page connects only to the sandbox
            in it, because a key would not be safe there.
        ContractError: The document is not an OpenAPI document of the API.
        AuthenticationError: The key is wrong, revoked or expired.
        ConnectionFailedError: The service cannot be reached.

    Example:
        >>> import pb2b_notebook as pb
        >>> pb.connect("not a key")
        Traceback (most recent call last):
        pb2b_notebook.errors.InvalidKeyError: this is not a ProspectB2B API key ...
    """
    failure: BaseException | None = None
    try:
        _refuse_keys_in_web_pages(base_url)
        connection = credentials.find(key, base_url, profile)
    except BaseException as problem:  # noqa: BLE001 - raised again
        # From here: the frames below hold the key, and some tracebacks show variables.
        failure = without_frames(problem)
    key = None
    if failure is not None:
        raise failure from None
    operations = _operations(contract)
    return _open_workspace(connection, operations, read_only=read_only, frame=frame, transport=transport, trust=trust)


def _refuse_keys_in_web_pages(base_url: str | None) -> None:
    """Raise an error where the page, its extensions and its host could read a key.

    Raises:
        ConfigurationError: This is a web page, and the URL is not that of a sandbox in it.
    """
    if is_in_browser() and not is_in_process(base_url or ""):
        raise ConfigurationError(
            "a key would not be safe in a web page: only the sandbox can be opened here",
            repair=f"pb.open_sandbox(); for your own workspace, {ELSEWHERE}",
        )


@overload
def open_sandbox(
    *,
    leads: int = 2000,
    seed: int = 1,
    db: str | Path = ":memory:",
    rate_limit: int = 600,
    window: float = 60.0,
    clock: Literal["fixed", "real"] = "fixed",
    speed: float = 1.0,
    read_only: bool = False,
    frame: Literal["pandas"] | None = None,
    contract: Source | None = None,
    faults: FaultsGiven = (),
    in_process: bool | None = None,
) -> Workspace[pd.DataFrame]: ...
@overload
def open_sandbox(
    *,
    leads: int = 2000,
    seed: int = 1,
    db: str | Path = ":memory:",
    rate_limit: int = 600,
    window: float = 60.0,
    clock: Literal["fixed", "real"] = "fixed",
    speed: float = 1.0,
    read_only: bool = False,
    frame: Literal["polars"],
    contract: Source | None = None,
    faults: FaultsGiven = (),
    in_process: bool | None = None,
) -> Workspace[pl.DataFrame]: ...
@suggesting
def open_sandbox(
    *,
    leads: int = 2000,
    seed: int = 1,
    db: str | Path = ":memory:",
    rate_limit: int = 600,
    window: float = 60.0,
    clock: Literal["fixed", "real"] = "fixed",
    speed: float = 1.0,
    read_only: bool = False,
    frame: Library | None = None,
    contract: Source | None = None,
    faults: FaultsGiven = (),
    in_process: bool | None = None,
) -> Workspace[Any]:
    """Open the embedded demo workspace: the whole API on this machine, without a key and without a network.

    Args:
        leads: Number of leads of a new workspace.
        seed: Seed of the data: the same seed gives the same workspace on every machine.
        db: File that keeps the workspace; by default it is in memory, and lost on close. Only one workspace can have a
            file open: close it before you open the file again.
        rate_limit: Requests per window.
        window: Length of the window in seconds.
        clock: "fixed" moves only with writes and ``ws.sandbox.clock.advance(seconds)``, so that a notebook's outputs
            stay the same; "real" runs, and jobs run with it.
        speed: Sandbox seconds that pass in one real second, for a real clock.
        read_only: Whether to refuse every write before it is sent.
        frame: Library of the frames that lists return, "pandas" (the default) or "polars".
        contract: Another document of the API to follow; see :func:`connect`.
        faults: Failures and their rates, such as "503 leads.list rate=0.1; latency seconds=0.2", or a list of
            :class:`pb2b_notebook.Fault`; ``ws.sandbox.faults`` changes them.
        in_process: Whether only this process reaches the sandbox: a request is then a call, without a port and without
            threads, which takes less than half the time. ``pb.connect(key, base_url=ws.base_url)`` works in this
            process, in all its threads, and is an error in every other one. By default it is served on a port of
            loopback, which other processes reach, except where this Python cannot do that, as in a browser, and where
            the environment variable ``PB2B_IN_PROCESS`` is 1.

    Returns:
        A connected workspace; ``ws.close()`` or a ``with`` block ends it. ``ws.sandbox`` holds its clock, keys and
        faults.

    Raises:
        MissingExtraError: The extra ``sandbox`` is not installed.
        InvalidParameterError, UnknownOperationError: There is no such fault or operation.
        ConfigurationError: The file is in use, or another program wrote it; or ``in_process=False``, and this Python
            cannot serve.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     len(ws.leads.list(include_deleted=True))
        20
    """
    from pb2b_notebook.sandbox import Sandbox
    from pb2b_notebook.sandbox.faults.faults import read_faults

    operations, wanted = _operations(contract), read_faults(faults)
    if not isinstance(in_process, bool | None):
        raise InvalidParameterError(f"in_process must be True or False, not {brief(in_process)}", repair="leave it out")
    if in_process is None:
        in_process = os.environ.get("PB2B_IN_PROCESS") == "1" or not can_serve()
    sandbox = Sandbox(
        db,
        leads=leads,
        seed=seed,
        rate_limit=rate_limit,
        window=window,
        clock=clock,
        speed=speed,
        background=False if in_process else None,
    )
    try:
        server = _serve_in_process(sandbox) if in_process else _serve_on_loopback(sandbox)
    except BaseException:
        sandbox.close()
        raise

    def close() -> None:
        server.stop()
        sandbox.close()

    key = sandbox.key if sandbox.key is not None else sandbox.create_key(name="open_sandbox")
    connection = credentials.Connection(
        credentials.api_key(key), f"{server.url}/api/public/v1", source="the embedded sandbox"
    )
    # A temporary workspace has a temporary journal: the next one has other leads.
    lasting = str(db) != ":memory:"
    try:
        workspace = _open_workspace(
            connection, operations, read_only=read_only, frame=frame, lasting=lasting, on_close=close
        )
    except BaseException:
        close()
        raise
    workspace.sandbox = sandbox
    sandbox.faults.add(wanted)
    workspace._session.now = sandbox.clock.now  # noqa: SLF001 - the two are made together here
    if not sandbox.clock.runs:
        # A fixed clock does not run: waiting for a job moves it.
        workspace._session.pause = sandbox.clock.advance  # noqa: SLF001
    return workspace


def _serve_in_process(sandbox: Sandbox) -> InProcessServer:
    return InProcessServer(sandbox.app, kind="sandbox", between=sandbox.catch_up).start()


def _serve_on_loopback(sandbox: Sandbox) -> Server:
    server = Server(sandbox.administration.app).start()
    try:
        sandbox.administration.announce(server.port)
    except BaseException:
        server.stop()
        raise
    return server


def _operations(source: Source | None) -> Operations:
    """Return the operations of our contract, or of the given document."""
    if source is None:
        return openapi.load()
    from pb2b_notebook.api.contract.sources import load_operations

    return load_operations(source)


def _open_workspace(
    connection: Connection,
    operations: Operations,
    *,
    read_only: bool = False,
    frame: Library | None = None,
    transport: httpx.BaseTransport | None = None,
    lasting: bool = True,
    trust: bool = False,
    on_close: Callable[[], None] = lambda: None,
) -> Workspace[Any]:
    for name, given in (("read_only", read_only), ("trust", trust)):
        if not isinstance(given, bool):
            raise InvalidParameterError(f"{name} must be True or False, not {brief(given)}", repair=f"{name}=True")
    protect_frames()
    log = RequestLog.of_this_machine() if lasting else RequestLog(None)
    client = Client(connection, transport=transport, read_only=read_only, log=log)
    library = (connection.frame or "pandas") if frame is None else frame
    check_frame(library, LIBRARIES)
    journal = Journal.of_this_machine() if lasting else Journal(None)
    session = Session(client, operations, journal, frame=library)
    try:
        me = session.record("me.get", {})
        _check_identity(me)
    except BaseException:
        client.close()
        log.close()
        raise
    # Text that is neither true nor false keeps the workspace safe.
    client.read_only = client.read_only or (truth(me.get("read_only")) is not False and bool(me.get("read_only")))
    workspace = Workspace(session, me, log, on_close=on_close)
    offer_magic(workspace)
    if lasting:
        learned, client.profile = (
            client.profile.to_json(),
            ServiceProfile.of_this_machine(client.service, client.workspace),
        )
        client.profile.load_json(learned)
        client.profile.forget_old(client.now())
    session.learn_documented_words()
    if workspace.live and not trust:
        client.write_lock = WriteLock(client.service, client.workspace)
    return workspace


def _check_identity(me: Record) -> None:
    if not (me.get("id") or me.get("workspace") or me.get("scopes")):
        raise ProtocolError(
            "the response to GET /me does not name the workspace of the key",
            repair="check the base URL: another service may have answered",
            request_id=me.request_id,
        )
