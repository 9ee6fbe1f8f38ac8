"""Folders and objects of an object store, with the part of ``pathlib.Path`` that the mirror uses.

obstore, deltalake and polars contain the same Rust crate, ``object_store``: one URL and one set of options serve all
three. A new object is written whole or not at all, and only one writer creates an object of a name
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html), which decides between two commits.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from pb2b_notebook.errors import InvalidParameterError, MirrorError
from pb2b_notebook.mirror.storage import extras

SCHEMES: Final = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss")
_CLIENT: Final = frozenset({"allow_http", "aws_allow_http", "azure_allow_http", "google_allow_http"})
_RETRIES: Final = "max_retries"
_PATIENCE: Final = {_RETRIES: "7"}
"""Attempts after a first one that the store refused because it was busy; with their pauses they take about 12 s."""

_SIGNS: Final = ("Error performing", "Generic S3 error", "Generic MicrosoftAzure error", "Generic GCS error")
"""Words of the crate in each error that a store, or the way to it, caused."""

_PROBE: Final = ".pb2b-"
"""First characters of the names of objects that are written to see what a store does, and deleted at once."""

_STAYS: Final = "; what was committed stays"
_PROBLEMS: Final = (
    (
        re.compile(r"NoSuchBucket|ContainerNotFound|bucket does not exist|NoSuchContainer"),
        "the bucket or container of the mirror does not exist",
        "check the URL, or create the bucket: none is created here",
    ),
    (
        re.compile(
            r"169\.254\.169\.254|metadata\.google|MissingCredentials|NoCredentials|[Cc]redential.*not (found|set)"
        ),
        "there are no credentials for the mirror's object store",
        'pass them, as in storage={"aws_access_key_id": …, "aws_secret_access_key": …}, or set them in the environment',
    ),
    (
        re.compile(r"PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint"),
        "the bucket of the mirror is in another region",
        'pass the region, as in storage={"aws_region": "eu-central-1"}',
    ),
    (
        re.compile(r"\b40[13]\b|AccessDenied|Forbidden|SignatureDoesNotMatch|InvalidAccessKeyId|Unauthori[sz]ed"),
        "the object store refuses access to the mirror",
        "pass credentials in storage= that may list, read, write and delete objects below this URL" + _STAYS,
    ),
    (
        re.compile(r"\b(429|503)\b|SlowDown|ServerBusy|TooManyRequests"),
        "the object store is busy and refused every attempt",
        "run it again later" + _STAYS,
    ),
    (
        re.compile(
            r"error sending request|dns error|[Cc]onnect|timed out|connection closed|IncompleteBody|reset by peer"
        ),
        "the object store cannot be reached",
        "check the URL, the endpoint in storage= and the network, and run it again" + _STAYS,
    ),
)
_stores: dict[tuple[Any, ...], Any] = {}
_proven: set[tuple[Any, ...]] = set()
_opening = threading.Lock()


class StoreError(OSError):
    """A store refused a request, or was not reached. ``error`` is what the user sees."""

    def __init__(self, error: MirrorError) -> None:
        super().__init__(error.message)
        self.error = error


def store_error(text: str) -> MirrorError | None:
    """Return the error for the text of an engine's exception about a store; ``None`` if it is about something else.

    Only the kind is read from the text, which may contain a URL with a signature.

    >>> print(store_error("Generic S3 error: Error performing GET http://… Server returned 403 Forbidden").message)
    the object store refuses access to the mirror
    >>> store_error("Invalid comparison") is None
    True
    """
    if not any(sign in text for sign in _SIGNS):
        return None
    plain = " ".join(text.split())
    for pattern, problem, repair in _PROBLEMS:
        if pattern.search(plain):
            return MirrorError(problem, repair=repair)
    return MirrorError("the object store failed", repair="run it again" + _STAYS)


@dataclass(frozen=True, slots=True)
class StorePath:
    """A folder or an object in an object store.

    Attributes:
        bucket: URL of the bucket or container, such as ``s3://bucket``.
        key: Name of the object, or of the folder, in the bucket; ``""`` for the bucket itself.
        options: Options of the store, which may contain credentials.
        known: Size, tag and time of an object that a listing has shown.
    """

    bucket: str
    key: str
    options: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False, repr=False)
    known: Mapping[str, Any] | None = field(default=None, hash=False, compare=False, repr=False)

    @classmethod
    def at(cls, url: str, storage: Mapping[str, str] | None = None) -> StorePath:
        """Return the path of a URL.

        Args:
            url: URL such as ``s3://bucket/folder``.
            storage: Options of the store by name, as deltalake and polars take them.

        Raises:
            InvalidParameterError: The URL has no bucket, or contains credentials or a query; or an option is not text.
        """
        try:
            parts = urlsplit(url)
            account = parts.scheme in {"abfs", "abfss"}
            unfit = not parts.hostname or parts.query or parts.fragment or (parts.password is not None)
            unfit = unfit or (parts.username is not None and not account)
        except ValueError:
            unfit = True
        if unfit:
            raise InvalidParameterError(
                "the URL of the mirror must be a bucket and a folder, without credentials or a query",
                repair='use a URL like "s3://bucket/folder", and pass credentials in storage=',
            )
        given: Mapping[Any, Any] = {} if storage is None else storage
        if not isinstance(given, Mapping) or not all(isinstance(text, str) for pair in given.items() for text in pair):
            raise InvalidParameterError(
                "storage must be a dict of texts by option", repair='storage={"aws_region": "eu-central-1"}'
            )
        options = {**_PATIENCE, **{name.lower(): value for name, value in given.items()}}
        key = "/".join(part for part in parts.path.split("/") if part)
        return cls(f"{parts.scheme}://{parts.netloc}", key, options)

    # --- names ------------------------------------------------------------------------------------------------------

    def __truediv__(self, name: str) -> StorePath:
        return replace(self, key=f"{self.key}/{name}".lstrip("/"), known=None)

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}".rstrip("/")

    @property
    def name(self) -> str:
        """Last part of the name."""
        return self.key.rpartition("/")[2]

    @property
    def parent(self) -> StorePath:
        """Folder of the object or folder."""
        return replace(self, key=self.key.rpartition("/")[0], known=None)

    # --- requests ---------------------------------------------------------------------------------------------------

    def _store(self) -> Any:
        """Return the store of the bucket, which keeps its connections."""
        obstore = extras.obstore()
        identity = (self.bucket, *sorted(self.options.items()))
        with _opening:
            if identity not in _stores:
                config = {name: value for name, value in self.options.items() if name not in {*_CLIENT, _RETRIES}}
                plain = any(self.options.get(name, "").lower() == "true" for name in _CLIENT)
                try:
                    _stores[identity] = obstore.store.from_url(
                        self.bucket,
                        config=config,
                        client_options={"allow_http": True} if plain else {},
                        retry_config={_RETRIES: int(self.options[_RETRIES])},
                    )
                except (obstore.exceptions.BaseError, ValueError, TypeError):
                    raise InvalidParameterError(
                        "storage has an unknown option, or a value that it cannot have",
                        repair="use the options that deltalake documents for this store, such as aws_region",
                    ) from None
            return _stores[identity]

    @contextmanager
    def _requests(self) -> Iterator[tuple[Any, Any]]:
        """Yield obstore and the store, and raise :class:`StoreError` for its errors."""
        obstore, store = extras.obstore(), self._store()
        try:
            yield obstore, store
        except obstore.exceptions.AlreadyExistsError:
            raise FileExistsError(17, "another writer created the object first") from None
        except obstore.exceptions.BaseError as problem:
            found = store_error(f"Error performing: {type(problem).__name__} {problem}")
            assert found is not None  # noqa: S101 - the sign is in the text
            raise StoreError(found) from None

    def iterdir(self) -> Iterator[StorePath]:
        """Yield the objects and folders directly below; nothing for a folder that is not there."""
        with self._requests() as (obstore, store):
            found = obstore.list_with_delimiter(store, self.key or None)
        for key in found["common_prefixes"]:
            yield self / key.rstrip("/").rpartition("/")[2]
        for each in found["objects"]:
            yield replace(self, key=each["path"], known=each)

    def objects(self) -> Iterator[StorePath]:
        """Yield all objects below, however deep."""
        with self._requests() as (obstore, store):
            for batch in obstore.list(store, self.key or None):
                yield from (replace(self, key=each["path"], known=each) for each in batch)

    def is_dir(self) -> bool:
        """Return whether there is an object below."""
        return self.known is None and any(True for _ in self.iterdir())

    def stat(self) -> Any:
        """Return size, tag and time of the object, under the names of ``os.stat_result``.

        Raises:
            FileNotFoundError: There is no such object.
        """
        known = self.known
        if known is None:
            with self._requests() as (obstore, store):
                known = obstore.head(store, self.key)
        seconds = known["last_modified"].timestamp()
        return SimpleNamespace(
            st_size=known["size"], st_ino=known["e_tag"], st_mtime=seconds, st_mtime_ns=int(seconds * 1_000_000_000)
        )

    def read_bytes(self) -> bytes:
        """Return the content of the object.

        Raises:
            FileNotFoundError: There is no such object.
        """
        with self._requests() as (obstore, store):
            return bytes(obstore.get(store, self.key).bytes())

    def write_bytes(self, content: Any) -> str | None:
        """Create the object, whole or not at all, and return its version; ``None`` in a bucket without versions.

        Raises:
            FileExistsError: There is an object of this name.
        """
        try:
            with self._requests() as (obstore, store):
                # One request: an upload in parts that is interrupted would leave parts, which cost storage.
                written = obstore.put(store, self.key, bytes(content), mode="create", use_multipart=False)
        except FileNotFoundError:  # what a missing container is in Azure
            missing = store_error(f"{_SIGNS[0]}: NoSuchBucket")
            assert missing is not None  # noqa: S101 - the sign is in the text
            raise StoreError(missing) from None
        version: str | None = written["version"]
        return version

    def unlink(self, *, missing_ok: bool = False) -> None:
        """Delete the object."""
        try:
            with self._requests() as (obstore, store):
                obstore.delete(store, self.key)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def mkdir(self, *, parents: bool = False, exist_ok: bool = False) -> None:
        """Do nothing: a store has no folders, only objects whose names contain slashes."""

    def remove(self) -> None:
        """Delete all objects below."""
        for each in self.objects():
            each.unlink(missing_ok=True)

    # --- what a mirror needs of a store -----------------------------------------------------------------------------

    def check_writable(self) -> None:
        """Check, once in a process, that objects can be written, and that only one writer creates an object.

        Raises:
            StoreError: An object cannot be written, or the store ignores the condition, so that two syncs at the same
                time would overwrite each other's commits.
        """
        identity = (self.bucket, *sorted(self.options.items()))
        if identity in _proven:
            return
        probe = self / f"{_PROBE}{uuid4()}"
        probe.write_bytes(b"")
        try:
            probe.write_bytes(b"")
        except FileExistsError:
            _proven.add(identity)
        else:
            raise StoreError(
                MirrorError(
                    "this object store lets two writers create the same object, so that syncs could lose rows",
                    repair="use a store with conditional writes (If-None-Match), such as S3, Azure or GCS",
                )
            )
        finally:
            probe.unlink(missing_ok=True)

    def gives_versions(self) -> bool:
        """Return whether a new object gets a version, which stays when the object is deleted.

        Objects that were written before the bucket had versions have none, so that they do not show it.

        Raises:
            StoreError: An object cannot be written.
        """
        probe = self / f"{_PROBE}{uuid4()}"
        version = probe.write_bytes(b"")
        with suppress(StoreError):  # an empty object may stay; that it got a version is known
            probe.unlink(missing_ok=True)
        return version is not None


Folder = Path | StorePath
"""A folder of a mirror: on this machine, or in an object store."""


def storage_options(folder: Folder) -> dict[str, str] | None:
    """Return the options with which deltalake reaches a folder; ``None`` on this machine."""
    return dict(folder.options) if isinstance(folder, StorePath) else None


def scan_options(folder: Folder) -> dict[str, Any]:
    """Return the arguments with which polars reads files of a folder."""
    if not isinstance(folder, StorePath):
        return {}
    # Credentials are found where deltalake and obstore find them: in the options and in the environment.
    options: dict[str, Any] = {**folder.options, _RETRIES: int(folder.options[_RETRIES])}
    return {"storage_options": options, "credential_provider": None}


def files_below(folder: Folder) -> Iterable[Folder]:
    """Return all files below a folder, however deep."""
    if isinstance(folder, StorePath):
        return folder.objects()
    return (file for file in folder.rglob("*") if not file.is_dir())


def free_bytes(folder: Folder) -> int | None:
    """Return the free bytes on the disk of a folder; ``None`` for a store, which is never full."""
    return None if isinstance(folder, StorePath) else shutil.disk_usage(folder).free
