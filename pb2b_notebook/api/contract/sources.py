"""Load the contract from a document in memory, a file, or an address on the network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pb2b_notebook import openapi
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.envelope import parse_strict_json
from pb2b_notebook.api.http.responses.reply import ACCEPT_ENCODING, Reply
from pb2b_notebook.credentials import is_loopback
from pb2b_notebook.errors import ContractError, NotJSONError, ResponseTooLargeError
from pb2b_notebook.in_process import SCHEME
from pb2b_notebook.openapi.operations import Operations

Source = str | os.PathLike[str] | Mapping[str, Any]

LIVE_DOCUMENT = "https://www.login.prospectb2b.com/developers/api/openapi.json"
"""Where the service publishes its document. Source: its public documentation."""

LARGEST = 32 * 2**20
SECONDS = 60.0
_FOUND = 200
_BOM = b"\xef\xbb\xbf"


def load_operations(source: Source) -> Operations:
    """Return the operations of a document, under our ids.

    Args:
        source: Document; see :func:`load_document`.

    Raises:
        ContractError, NotJSONError, ResponseTooLargeError, TransportError: See :func:`load_document`.
    """
    return openapi.read_document(load_document(source), origin=name_of(source))


def load_document(source: Source) -> Mapping[str, Any]:
    """Return an OpenAPI 3.1 document.

    Addresses are HTTPS, or HTTP on this machine; no key is sent and no redirect is followed.

    Args:
        source: Path of a JSON file, an address, or the parsed document.

    Raises:
        ContractError: There is no document, or it is not OpenAPI 3.1.
        NotJSONError: The document is HTML, YAML, broken JSON, or names a key twice.
        ResponseTooLargeError: The document is larger than 32 MiB.
        TransportError: The address cannot be reached.

    >>> load_document("swagger.yaml")
    Traceback (most recent call last):
    pb2b_notebook.errors.ContractError: there is no file swagger.yaml → ...
    """
    if isinstance(source, Mapping):
        return openapi.check_document(source)
    if isinstance(source, str) and "://" in source:
        return openapi.check_document(_fetch(source.strip()))
    if not isinstance(source, (str, os.PathLike)):
        raise ContractError(
            f"a contract cannot be a {type(source).__name__}", repair="pass a path, an address or the parsed document"
        )
    return openapi.check_document(_read(Path(source).expanduser()))


def name_of(source: Source) -> str:
    """Return the name of a document in messages: its file name or its host.

    >>> name_of("docs/openapi.json"), name_of("https://api.example/openapi.json?token=x"), name_of({})
    ('openapi.json', 'api.example', 'the document given')
    """
    if isinstance(source, Mapping):
        return "the document given"
    text = os.fspath(source)
    return urlsplit(text).hostname or text if "://" in text else Path(text).name


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ContractError(
            f"there is no file {path}", repair="check the path; an address begins with https://"
        ) from None
    except OSError as problem:
        raise ContractError(
            f"{path} cannot be read ({type(problem).__name__})", repair="check that it is a file that you may read"
        ) from None
    if len(body) > LARGEST:
        raise ResponseTooLargeError(
            f"{path} is larger than {LARGEST // 2**20} MiB", repair="use the API's own document"
        )
    try:
        return parse_strict_json(body.removeprefix(_BOM))
    except NotJSONError:
        raise NotJSONError(
            f"{path} is not strict JSON",
            repair="save the document as JSON, not as YAML or as the web page that shows it",
        ) from None


def _fetch(address: str) -> Any:
    reply = _get(_check_address(address))
    if reply.status != _FOUND:
        moved = reply.status // 100 == 3  # noqa: PLR2004 - the class of redirects
        raise ContractError(
            f"{name_of(address)} answered {reply.status} instead of the document",
            repair="redirects are not followed: use the address that it redirects to" if moved else "check the address",
            request_id=envelope.request_id(reply),
        )
    return parse_strict_json(reply.body.removeprefix(_BOM), reply)


def _get(address: str) -> Reply:
    from pb2b_notebook.api.http.sending.messages import Request, encode_headers, host_header
    from pb2b_notebook.api.http.sending.transport import Channel, exchange, transport_to

    channel = Channel(transport_to(address))
    headers = {"Accept": "application/json", "Accept-Encoding": ACCEPT_ENCODING, "User-Agent": "pb2b-notebook"}
    try:
        request = Request("GET", address, encode_headers({"Host": host_header(address), **headers}))
        return exchange(channel, request, seconds=SECONDS)
    finally:
        channel.close()


def _check_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        parts = parts._replace(netloc=parts.netloc.encode("idna").decode("ascii"))
        _ = parts.port
    except ValueError:  # UnicodeError is one
        raise _address_error() from None
    known = parts.scheme in {"http", "https", SCHEME} and parts.hostname and parts.username is None
    if not known or not address.isprintable():
        raise _address_error()
    if parts.scheme == "http" and not is_loopback(address):
        raise ContractError(
            f"the document would come unprotected from {parts.hostname}, and could be forged",
            repair="use https:// (http:// is for this machine only)",
        )
    return parts.geturl()


def _address_error() -> ContractError:
    return ContractError("this is not an https address of a document", repair=f"use an address such as {LIVE_DOCUMENT}")
