"""Reach the keys of a database from a terminal, also while a sandbox serves that database.

A database has one owner (see :mod:`.store`), so a key command for a served database must run in the process that serves
it. That process writes its port and a token to a file beside the database, ``<db>.admin``, which only its own user may
read. A request to the port with the token reaches the key commands; without the token it reaches the API, which has no
such path. So only the user who serves a database can manage its keys. A file that a killed process left behind is
harmless: its token is no longer valid.
"""

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
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.clocks import START, DomainClock
from pb2b_notebook.sandbox.core.store import InUseError, Store
from pb2b_notebook.sandbox.http.blocking import run_blocking
from pb2b_notebook.sandbox.key_commands import KeyCommands
from pb2b_notebook.serving import LOOPBACK

PATH = "/sandbox/keys"
_TOKEN_BYTES = 32
_LARGEST = 2**16
_RESPONSE_TIMEOUT = 10.0
OWNER_TIMEOUT = 5.0
"""Seconds to wait for the owner of a database: it may be starting, or run a key command and close the file."""
_RETRY_DELAY = 0.05


def token_file(db: str | Path) -> Path:
    """Return the file in which a sandbox that serves ``db`` publishes its port and token."""
    # Links are resolved, because the sandbox may have been given another path to the same file.
    return Path(f"{Path(db).resolve()}.admin")


class _Command(msgspec.Struct):
    action: str
    arguments: dict[str, Any]


class Administration:
    """The application of a sandbox together with the key commands, while it is served.

    Args:
        app: ASGI application of the API.
        keys: The commands for the keys of its database.
        db: Path of the database. A database in memory belongs to its process alone, so the commands are not published.

    Attributes:
        app: ASGI application to serve.
    """

    def __init__(self, app: ASGIApp, keys: KeyCommands, db: str | Path) -> None:
        self._api = app
        self._keys = keys
        self._file = None if str(db) in (":memory:", "") else token_file(db)
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self.app: ASGIApp = self._serve if self._file is not None else app

    def announce(self, port: int) -> None:
        """Publish the port on which the sandbox listens.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        if self._file is None:
            return
        try:
            # Created again, because an existing file may be a link, or readable for other users.
            self._file.unlink(missing_ok=True)
            with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({"port": port, "token": self._token}, file)
        except OSError as error:
            raise ConfigurationError(
                f"cannot write {self._file.name} beside the database: {error.strerror}",
                repair="put the database into a folder of your own",
            ) from None

    def withdraw(self) -> None:
        """Remove the published file; withdrawing twice is harmless."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and self._knows_the_token(Request(scope)):
            with suppress(ClientDisconnect):
                await (await self._answer(Request(scope, receive)))(scope, receive, send)
            return
        await self._api(scope, receive, send)

    def _knows_the_token(self, request: Request) -> bool:
        header = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(header, f"Bearer {self._token}".encode())

    async def _answer(self, request: Request) -> JSONResponse:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST:
                return _refusal(UsageError("the key command is too large", repair="give shorter arguments"))
        try:
            command = msgspec.json.decode(body, type=_Command)
            answer = await run_blocking(self._keys.run, command.action, command.arguments)
        except UsageError as problem:
            return _refusal(problem)
        except msgspec.DecodeError:
            return _refusal(
                UsageError("invalid key command", repair="use the same release of pb2b-notebook on both sides")
            )
        return JSONResponse({"answer": answer}, headers={"Cache-Control": "no-store"})


def _refusal(problem: UsageError) -> JSONResponse:
    return JSONResponse({"message": problem.message, "repair": problem.repair}, status_code=422)


class _NotServedError(Exception):
    """No sandbox listens at the published port, or another one than the file was written by."""


def ask_about_keys(db: str | Path, action: str, arguments: dict[str, Any]) -> Any:
    """Run a key command on a database: in the sandbox that serves it, or on the file itself if none does.

    Args:
        db: Path of a database that a sandbox has filled.
        action: Name of the command; see :meth:`.KeyCommands.run`.
        arguments: Arguments of the command, JSON values.

    Returns:
        The result of the command.

    Raises:
        ConfigurationError: The file does not exist, is not a sandbox's, or its owner does not answer.
        UsageError: The command or its arguments are invalid.

    Example:
        >>> ask_about_keys("nowhere.sqlite", "list", {})
        Traceback (most recent call last):
        pb2b_notebook.errors.ConfigurationError: there is no file nowhere.sqlite → ...
    """
    if not Path(db).is_file():
        raise ConfigurationError(
            f"there is no file {Path(db).name}", repair="give a file that `pb2b sandbox --db FILE` has created"
        )
    ends = time.monotonic() + OWNER_TIMEOUT
    while True:
        with suppress(_NotServedError):
            return _ask_owner(db, action, arguments)
        try:
            with closing(Store(db)) as store:
                return _key_commands_of(store).run(action, arguments)
        except InUseError:
            if time.monotonic() >= ends:
                raise
        time.sleep(_RETRY_DELAY)


def _key_commands_of(store: Store) -> KeyCommands:
    """Return the key commands of a file that no sandbox serves: its clock is fixed, and no job runs."""
    try:
        if store.fact("filled") is None:
            raise ConfigurationError(
                "the file is empty: no sandbox has filled it yet", repair="serve it once: `pb2b sandbox --db FILE`"
            )
        start = instants.parse(store.fact("clock") or instants.render(START))
        return KeyCommands(
            store, DomainClock(start, save=lambda at: store.try_raise_fact("clock", instants.render(at)))
        )
    except (sqlite3.Error, ValueError):
        raise ConfigurationError(
            "the file is damaged, or was written by another release", repair="use an intact copy of it"
        ) from None


def _ask_owner(db: str | Path, action: str, arguments: dict[str, Any]) -> Any:
    try:
        published = json.loads(token_file(db).read_text("utf-8"))
        status, content = _post(
            int(published["port"]), str(published["token"]), {"action": action, "arguments": arguments}
        )
    except (FileNotFoundError, ConnectionRefusedError, ValueError, KeyError, TypeError, OverflowError):
        raise _NotServedError from None
    except (OSError, HTTPException):
        raise _no_answer() from None
    if status == HTTPStatus.NOT_FOUND:
        raise _NotServedError
    answer = _object(content)
    if "repair" in answer:
        raise UsageError(answer["message"], repair=answer["repair"])
    if "answer" not in answer:
        raise _no_answer()
    return answer["answer"]


def _post(port: int, token: str, command: dict[str, Any]) -> tuple[int, bytes]:
    # The client of the standard library uses no proxy, and starts faster because it creates no TLS context.
    with closing(HTTPConnection(LOOPBACK, port, timeout=_RESPONSE_TIMEOUT)) as connection:
        connection.request("POST", PATH, json.dumps(command), {"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        return response.status, response.read()


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _no_answer() -> ConfigurationError:
    return ConfigurationError(
        "the sandbox that serves this file did not answer",
        repair="check with `pb2b sandbox keys list` whether it took effect, or stop the sandbox and try again",
    )
