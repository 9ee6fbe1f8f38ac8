"""Reach the keys of a database from a terminal, also while a sandbox serves that database.

A database has one owner (see :mod:`.store`), so a key command for a served database must run in the process that serves
it. That process writes its port and a token to a file beside the database, ``<db>.admin``, which only its own user may
read. A request to the port with the token reaches the key commands; without the token it reaches the API, which has no
such path. So only the user who serves a database can manage its keys. A file that a killed process left behind is
harmless: its token is no longer valid.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import sqlite3
import time
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.clocks import START, DomainClock
from pb2b_notebook.sandbox.core.store import InUseError, Store
from pb2b_notebook.sandbox.key_commands import KeyCommands
from pb2b_notebook.serving import LOOPBACK

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/sandbox/keys"
_TOKEN_BYTES = 32
_LARGEST = 2**16
_ANSWERED_WITHIN = 10.0
PATIENCE = 5.0
"""Seconds for the owner of a database to tell where it listens, or to let go: it may be starting, or asking as well."""
_LOOKS_AGAIN = 0.05


def token_file(db: str | Path) -> Path:
    """Where a sandbox that serves ``db`` tells how to ask it."""
    # By its own name, whatever link leads to it: the sandbox may have been given another one.
    return Path(f"{Path(db).resolve()}.admin")


class _Question(msgspec.Struct):
    action: str
    arguments: dict[str, Any]


class Administration:
    """The application of a sandbox with the key commands beside it, for as long as it is served.

    Args:
        app: the API.
        keys: The commands for the keys of its database.
        db: the database; one in memory is its process's own, so nothing is told of it.

    Attributes:
        app: what is to be served.
    """

    def __init__(self, app: ASGIApp, keys: KeyCommands, db: str | Path) -> None:
        self._api = app
        self._keys = keys
        self._file = None if str(db) in (":memory:", "") else token_file(db)
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self.app: ASGIApp = self._serve if self._file is not None else app

    def announce(self, port: int) -> None:
        """Tell where it listens, once it does.

        Raises:
            ConfigurationError: the file cannot be written.
        """
        if self._file is None:
            return
        try:
            # Made anew: one that is there already may be a link, or readable for others.
            self._file.unlink(missing_ok=True)
            with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({"port": port, "token": self._token}, file)
        except OSError as error:
            raise ConfigurationError(
                f"{self._file.name} cannot be written beside the database: {error.strerror}",
                repair="put the database into a folder of your own",
            ) from None

    def withdraw(self) -> None:
        """Tell nobody any more; twice is harmless."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and self._knows_the_token(Request(scope)):
            with suppress(ClientDisconnect):
                await (await self._answer(Request(scope, receive)))(scope, receive, send)
            return
        await self._api(scope, receive, send)

    def _knows_the_token(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {self._token}".encode())

    async def _answer(self, request: Request) -> JSONResponse:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return _refusal(UsageError("this is too large for a question about keys", repair="say less"))
        try:
            question = msgspec.json.decode(body, type=_Question)
            answer = await run_in_threadpool(self._keys.run, question.action, question.arguments)
        except UsageError as problem:
            return _refusal(problem)
        except msgspec.DecodeError:
            return _refusal(UsageError("this is no question about keys", repair="use the same release on both sides"))
        return JSONResponse({"answer": answer}, headers={"Cache-Control": "no-store"})


def _refusal(problem: UsageError) -> JSONResponse:
    return JSONResponse({"message": problem.message, "repair": problem.repair}, status_code=422)


class _NobodyThereError(Exception):
    """No sandbox listens where the file says, or another one than wrote it."""


def ask_about_keys(db: str | Path, action: str, arguments: dict[str, Any]) -> Any:
    """Run a key command on a database: in the sandbox that serves it, or on the file itself if none does.

    Args:
        db: a file that a sandbox has filled.
        action: see :meth:`.KeyCommands.run`.
        arguments: of the action; JSON values.

    Returns:
        What the action returns.

    Raises:
        ConfigurationError: there is no such file, it is no sandbox's, or its owner cannot be asked.
        UsageError: what was asked cannot be done.

    Example:
        >>> ask_about_keys("nowhere.sqlite", "list", {})
        Traceback (most recent call last):
        pb2b_notebook.errors.ConfigurationError: there is no such file → ...
    """
    if not Path(db).is_file():
        raise ConfigurationError(
            "there is no such file", repair="give the one that `pb2b sandbox --db FILE` made, or serve it once"
        )
    ends = time.monotonic() + PATIENCE
    while True:
        with suppress(_NobodyThereError):
            return _ask_who_serves(db, action, arguments)
        try:
            with closing(Store(db)) as store:
                return _key_commands_of(store).run(action, arguments)
        except InUseError:
            if time.monotonic() >= ends:
                raise
        time.sleep(_LOOKS_AGAIN)


def _key_commands_of(store: Store) -> KeyCommands:
    """Return the key commands of a file that no sandbox serves: its clock is fixed, and no job runs."""
    try:
        if store.fact("filled") is None:
            raise ConfigurationError(
                "no sandbox has filled this file yet", repair="serve it once: `pb2b sandbox --db FILE`"
            )
        start = instants.parse(store.fact("clock") or instants.render(START))
        return KeyCommands(
            store, DomainClock(start, save=lambda at: store.try_raise_fact("clock", instants.render(at)))
        )
    except (sqlite3.Error, ValueError):
        raise ConfigurationError(
            "this file is damaged, or another release wrote it", repair="take a copy of it that is whole"
        ) from None


def _ask_who_serves(db: str | Path, action: str, arguments: dict[str, Any]) -> Any:
    try:
        told = json.loads(token_file(db).read_text("utf-8"))
        status, content = _post(int(told["port"]), str(told["token"]), {"action": action, "arguments": arguments})
    except (FileNotFoundError, ConnectionRefusedError, ValueError, KeyError, TypeError, OverflowError):
        raise _NobodyThereError from None
    except (OSError, HTTPException):
        raise _silent() from None
    if status == HTTPStatus.NOT_FOUND:
        raise _NobodyThereError
    answer = _object(content)
    if "repair" in answer:
        raise UsageError(answer["message"], repair=answer["repair"])
    if "answer" not in answer:
        raise _silent()
    return answer["answer"]


def _post(port: int, token: str, question: dict[str, Any]) -> tuple[int, bytes]:
    # Of the standard library: it asks no proxy, and a terminal need not wait for a TLS context to be made.
    with closing(HTTPConnection(LOOPBACK, port, timeout=_ANSWERED_WITHIN)) as connection:
        connection.request("POST", PATH, json.dumps(question), {"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        return response.status, response.read()


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _silent() -> ConfigurationError:
    return ConfigurationError(
        "the sandbox that serves this file gave no answer",
        repair="see with `pb2b sandbox keys list` whether it took effect, or stop the sandbox and ask again",
    )
