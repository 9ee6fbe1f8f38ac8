"""Every error of this package, in one tree.

::

    ProspectB2BError
    ├── UsageError (also ValueError)     the call itself is wrong; nothing was sent
    │   ├── UnknownOperationError        the contract has no such operation
    │   ├── InvalidParameterError        a filter, option or value that the contract does not know
    │   │   └── PictureError             a frame or an option that cannot be drawn
    │   ├── MappingError                 a mapping of columns that cannot be read or applied
    │   ├── CleanupError                 a frame or a recipe that cleanup cannot work on
    │   └── QueryError                   SQL that is not a single SELECT over the mirror, or fails
    ├── ConfigurationError               key, profile, base URL or environment
    │   ├── MissingKeyError              no API key was found
    │   ├── InvalidKeyError              the key's syntax is wrong; it was not sent
    │   ├── MissingExtraError (also ImportError)   an optional dependency; names the install line
    │   ├── JournalError                 the journal of mutations cannot be read or written
    │   └── ContractError                a document that cannot be read as the API's contract
    ├── ReadOnlyError                    a write on a read-only key or workspace; nothing was sent
    │   └── UncheckedServiceError        a write on a live service before ws.check(); nothing was sent
    ├── LeadFileError                    a file of leads cannot be read or written
    │   ├── LeadFileNotFoundError (also FileNotFoundError)     the file does not exist
    │   ├── LeadFileExistsError (also FileExistsError)     the file exists already; it was not changed
    │   ├── UnknownFormatError (also ValueError)     neither name nor content shows a known format
    │   ├── DamagedFileError             another format than its name says, truncated, or an unknown encoding
    │   ├── ProtectedFileError           the file needs a password
    │   └── FileLimitError               more than the format holds, or than fits the memory limit
    ├── MirrorError                      the mirror on this machine cannot be read or written
    │   ├── MirrorBusyError              another kernel is writing it
    │   ├── MirrorDamagedError           its files are missing or unreadable
    │   ├── NotMirroredError             this resource is not in the mirror yet
    │   └── VanishedRowsError            too many rows vanished: a user must confirm the removal
    ├── UpsertError                      a plan was not applied, or not completely
    │   ├── PlanRefusedError             the service would refuse the whole plan; nothing was sent
    │   ├── SuppressedRowsError          rows of an import look like people who opted out; nothing was sent
    │   ├── JobChangedError              an unfinished job has the same leads with other values
    │   └── JobBusyError                 another kernel is running this job
    ├── JobError                         a job did not succeed
    │   ├── JobFailedError               it failed or was cancelled
    │   └── JobUnfinishedError (also TimeoutError)     waiting ended; the job continues
    ├── UnknownOutcomeError              an earlier request of this mutation may have taken effect
    ├── TransportError                   no complete response arrived
    │   ├── ConnectionFailedError        no connection: nothing was sent
    │   ├── ConnectionLostError          the connection broke: the effect of a write is unknown
    │   └── DeadlineError (also TimeoutError)      the response did not come in time
    ├── ProtocolError                    the response is not one that the API defines
    │   ├── NotJSONError                 HTML, plain text or broken JSON
    │   ├── ResponseTooLargeError        the decoded body exceeds the limit
    │   └── PaginationError              a list that repeats a cursor or never ends
    ├── WebhookError                     a webhook delivery is rejected; do not trust its content
    │   ├── DeliveryTooLargeError        its body exceeds 256 KiB; it was not read completely
    │   ├── TimestampError               its timestamp is missing, invalid or more than 300 s off
    │   ├── SignatureError               its signatures are missing, invalid, too many, or none matches
    │   └── MalformedEventError          its signature is valid, but its body is not an event
    └── APIError                         the service refused the request with an error envelope
        ├── BadRequestError              400
        │   └── CursorExpiredError       400 cursor_expired
        ├── AuthenticationError          401
        ├── PermissionDeniedError        403
        ├── NotFoundError                404
        ├── ConflictError                409
        │   ├── IdempotencyKeyReusedError     409 idempotency_key_reused
        │   ├── IdempotencyInProgressError    409 idempotency_in_progress
        │   ├── PreconditionFailedError       409 conflict: the object changed since it was read
        │   ├── AmbiguousMatchError           409 ambiguous_match
        │   └── LeadDeletedError              409 lead_deleted
        ├── PayloadTooLargeError         413
        ├── ValidationError              422
        ├── RateLimitError               429
        └── ServerError                  5xx

Ctrl-C during a list or an intake raises :class:`ReadInterrupted`, a ``KeyboardInterrupt`` with the rows read so far
(raised in ``api.calls.session``; where there are no rows, by ``typed_interrupt``); during ``plan.apply()`` it raises
:class:`ApplyInterrupted`, with the outcome so far (``upserts.applying``).

Every message ends with the repair. No message contains a key or a lead's values: the API's own message is shown,
because it names fields; request payloads never are.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from pb2b_notebook.browser import ELSEWHERE, is_in_browser

if TYPE_CHECKING:
    from pb2b_notebook.frames.types import AnyFrame

TOO_MANY_FILES: Final = (errno.EMFILE, errno.ENFILE)
"""Numbers of the error that a process, or the machine, has too many open files."""
_POISONED: Final = "LazyLock instance has previously been poisoned"
"""What Rust says after a panic while something was made for the whole process, such as the threads of polars."""
Value = TypeVar("Value")
Given = ParamSpec("Given")
Raised = TypeVar("Raised", bound=BaseException)


class ProspectB2BError(Exception):
    """Root of the tree: ``except ProspectB2BError`` catches every error that this package raises on purpose.

    Attributes:
        repair: What to do about it, in one sentence.
        request_id: The service's id of the request, to quote to support; ``None`` without a response.
        attempts: How often the request was sent; 0 if it was not.
        idempotency_key: Idempotency key of the mutation; sending it again with this key never repeats the effect.
        effect_unknown: Whether a mutation was sent that may have taken effect although it failed.
        partial: Frame of the rows that a list had read before the error; ``None`` if there were none.
    """

    partial: AnyFrame | None = None

    def __init__(
        self,
        message: str,
        *,
        repair: str = "",
        request_id: str | None = None,
        attempts: int = 0,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.repair = repair
        self.request_id = request_id
        self.attempts = attempts
        self.idempotency_key = idempotency_key
        self.effect_unknown = False

    def __str__(self) -> str:
        facts = [f"request_id {self.request_id}"] if self.request_id else []
        facts += [f"{self.attempts} attempts"] if self.attempts > 1 else []
        facts += [f"Idempotency-Key {self.idempotency_key}"] if self.idempotency_key else []
        tail = f" [{', '.join(facts)}]" if facts else ""
        return f"{self.message}{tail}{f' → {self.repair}' if self.repair else ''}"


class ReadInterrupted(KeyboardInterrupt):
    """Ctrl-C was pressed while a list or a file was read, or during SQL, a cleanup, a report or a sync.

    Attributes:
        partial: Frame of the rows that had been read; ``None`` if none are usable.
    """

    def __init__(self, message: str, partial: AnyFrame) -> None:
        super().__init__(message)
        self.partial = partial


class ApplyInterrupted(KeyboardInterrupt):
    """Ctrl-C was pressed while a plan was applied; run the same cell again to apply the rows that are pending.

    Attributes:
        outcome: Outcome of the rows that had been applied.
    """

    def __init__(self, message: str, outcome: Any) -> None:
        super().__init__(message)
        self.outcome = outcome


class UsageError(ProspectB2BError, ValueError):
    """The call itself is wrong; nothing was sent."""


class UnknownOperationError(UsageError):
    """The contract has no such operation."""


class InvalidParameterError(UsageError):
    """The contract does not know a filter, an option or a value."""


class PictureError(InvalidParameterError):
    """A frame lacks the columns of a picture, or the picture does not know an option."""


class QueryError(UsageError):
    """SQL is not exactly one SELECT, reaches beyond the mirror, or fails when it runs."""


class MappingError(UsageError):
    """A mapping of columns to lead fields cannot be read or applied."""


class CleanupError(UsageError):
    """Cleanup cannot use a frame, an option or a recipe."""


class ConfigurationError(ProspectB2BError):
    """The key, profile, base URL or environment cannot be used."""


class MissingKeyError(ConfigurationError):
    """No API key was found in the call, the environment, the profiles or the keyring."""


class InvalidKeyError(ConfigurationError):
    """The key's syntax is wrong; it was not sent."""


class MissingExtraError(ConfigurationError, ImportError):
    """An optional dependency is not installed; the repair is the command that installs it."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the optional dependencies '{extra}'"
            + (", which this web page does not have" if is_in_browser() else ""),
            repair=ELSEWHERE if is_in_browser() else f"pip install 'pb2b-notebook[{extra}]'",
        )
        self.extra = extra


class JournalError(ConfigurationError):
    """The journal cannot be read or written; a mutation that cannot be recorded first is not sent."""


class ContractError(ConfigurationError):
    """A document cannot be read as the API's contract: it is not OpenAPI 3.1, or its references cannot be resolved."""


class ReadOnlyError(ProspectB2BError):
    """A write was refused: the key is read-only, or the workspace was opened with ``read_only=True``."""


class UncheckedServiceError(ReadOnlyError):
    """A write was refused: ``ws.check()`` has not run on this live service yet; nothing was sent."""


class LeadFileError(ProspectB2BError):
    """A file of leads cannot be read or written."""


class LeadFileNotFoundError(LeadFileError, FileNotFoundError):
    """The file does not exist."""


class LeadFileExistsError(LeadFileError, FileExistsError):
    """The file exists already; it was not changed."""


class UnknownFormatError(LeadFileError, ValueError):
    """Neither the file's name nor its content shows a format that can be read or written."""


class DamagedFileError(LeadFileError):
    """The file has another format than its name says, is truncated, or no encoding fits it."""


class ProtectedFileError(LeadFileError):
    """The file needs a password."""


class FileLimitError(LeadFileError):
    """The file has more than its format holds, or than is read into memory."""


class MirrorError(ProspectB2BError):
    """The mirror cannot be read or written, on this machine or in its object store; what was committed to it stays."""


class MirrorBusyError(MirrorError):
    """Another kernel is writing this table of the mirror; reads never wait for it."""


class MirrorDamagedError(MirrorError):
    """Files of the mirror are missing or unreadable."""


class NotMirroredError(MirrorError):
    """The mirror has nothing of this resource, or nothing of that time."""


class VanishedRowsError(MirrorError):
    """More than a tenth and more than 50 of the mirrored rows have vanished at the service; none was removed."""


class UnknownOutcomeError(ProspectB2BError):
    """The outcome of an earlier request of this mutation is unknown, and its key is too old to send it again."""


class UpsertError(ProspectB2BError):
    """A plan was not applied, or not completely."""


class PlanRefusedError(UpsertError):
    """The service would refuse the whole plan, for example over the limit of leads; nothing was sent."""


class SuppressedRowsError(UpsertError):
    """Rows of an import would create leads for people who probably opted out; nothing was sent.

    Attributes:
        suppressed: Frame of these rows: ``row_number`` (from 1), ``lead_id`` and ``status`` of the lead that opted out
            (without an id it is another row), ``probability`` and ``reasons``.
    """

    def __init__(self, message: str, *, suppressed: Any, repair: str) -> None:
        super().__init__(message, repair=repair)
        self.suppressed = suppressed


class JobChangedError(UpsertError):
    """An unfinished job has the same leads and parameters with other values; nothing was sent.

    Attributes:
        job_id: Id of the unfinished job.
    """

    def __init__(self, message: str, *, job_id: str, repair: str) -> None:
        super().__init__(message, repair=repair)
        self.job_id = job_id


class JobBusyError(UpsertError):
    """Another kernel, or another thread of this one, is running this job."""


class JobError(ProspectB2BError):
    """A job did not succeed.

    Attributes:
        job_id: Id of the job.
    """

    def __init__(self, message: str, *, job_id: str, repair: str, request_id: str | None = None) -> None:
        super().__init__(message, repair=repair, request_id=request_id)
        self.job_id = job_id


class JobFailedError(JobError):
    """A job failed or was cancelled.

    Attributes:
        code: The service's code of the failure; "cancelled" for a cancelled job.
    """

    def __init__(self, message: str, *, job_id: str, code: str, repair: str, request_id: str | None = None) -> None:
        super().__init__(message, job_id=job_id, repair=repair, request_id=request_id)
        self.code = code


class JobUnfinishedError(JobError, TimeoutError):
    """Waiting ended before the job did; the job continues at the service."""


class TransportError(ProspectB2BError):
    """No complete response arrived."""


class ConnectionFailedError(TransportError):
    """No connection could be made; nothing was sent."""


class ConnectionLostError(TransportError):
    """The connection broke after the request was sent; whether a write took effect is unknown."""


class DeadlineError(TransportError, TimeoutError):
    """The response did not come in time; whether a write took effect is unknown."""


class ProtocolError(ProspectB2BError):
    """A response came, but not one that the API defines."""


class NotJSONError(ProtocolError):
    """The response is HTML, plain text or broken JSON."""


class ResponseTooLargeError(ProtocolError):
    """The decoded response is larger than the client accepts."""


class PaginationError(ProtocolError):
    """A list repeats a cursor or never ends."""


class WebhookError(ProspectB2BError):
    """A webhook delivery is rejected: do not trust its content."""


class DeliveryTooLargeError(WebhookError):
    """The body of a delivery exceeds 256 KiB."""


class TimestampError(WebhookError):
    """A delivery's timestamp is missing, invalid, or too far from the receiver's time."""


class SignatureError(WebhookError):
    """A delivery's signatures are missing, invalid, too many, or none matches its body and timestamp."""


class MalformedEventError(WebhookError):
    """A signed delivery's body is not an event: not strict JSON, not an object, or without id or type."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One problem with one field, as the service reports it: ``field`` is a path, never a value."""

    field: str
    code: str
    message: str


class APIError(ProspectB2BError):
    """The service refused the request with an error envelope.

    Attributes:
        status: HTTP status, 400–599.
        code: The service's code, such as ``missing_scope``; ``""`` if it gave none.
        details: One :class:`Detail` for each invalid field.
        retry_after: Seconds to wait, where the service asks for a wait.
        structured: Whether the response was a JSON object, as the service's own refusals are.
        allowed: Methods that the path takes, where a 405 names them.
    """

    structured = False
    allowed: frozenset[str] = frozenset()
    default_repair = "see the message; if it is unclear, quote the request_id to support"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str = "",
        details: Sequence[Detail] = (),
        retry_after: float | None = None,
        repair: str = "",
        request_id: str | None = None,
        attempts: int = 1,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(
            message,
            repair=repair or self.default_repair,
            request_id=request_id,
            attempts=attempts,
            idempotency_key=idempotency_key,
        )
        self.status = status
        self.code = code
        self.details = tuple(details)
        self.retry_after = retry_after

    def __str__(self) -> str:
        fields = "".join(f"\n  {d.field}: {d.message} ({d.code})" for d in self.details)
        label = f"{self.status} {self.code}".rstrip()
        return f"{label}: {super().__str__()}{fields}"


class BadRequestError(APIError):
    """400: the request is malformed."""

    default_repair = "correct the parameter that the message names"


class CursorExpiredError(BadRequestError):
    """400 ``cursor_expired``: cursors live for 24 hours."""

    default_repair = "read the list again from its start; cursors expire after 24 hours"


class AuthenticationError(APIError):
    """401: the key is missing, malformed, revoked or expired."""

    default_repair = "check the key: it may be mistyped, revoked, rotated or expired; create a new one in the workspace"


class PermissionDeniedError(APIError):
    """403: the key lacks a scope, or its membership lacks the permission."""

    default_repair = "use a key with the scope that the message names; ws.me() lists the scopes of this key"


class NotFoundError(APIError):
    """404: the workspace has no such object."""

    default_repair = "check the id, and that the key belongs to the workspace that has the object"


class ConflictError(APIError):
    """409: the request conflicts with the stored state."""

    default_repair = "read the object again, then decide"


class IdempotencyKeyReusedError(ConflictError):
    """409: this Idempotency-Key was used with another payload."""

    default_repair = "send the first payload again, or use a new key for another payload"


class IdempotencyInProgressError(ConflictError):
    """409: a request with this Idempotency-Key is still being processed."""

    default_repair = "wait a moment, then send the same request with the same key"


class PreconditionFailedError(ConflictError):
    """409 ``conflict``, or 412: the object changed since the ``if_updated_at`` that was sent."""

    default_repair = "read the object again, merge your change, and send its new updated_at"


class AmbiguousMatchError(ConflictError):
    """409: several leads match; the details name their ids."""

    default_repair = "update one of them by its id, or merge the duplicates first"


class LeadDeletedError(ConflictError):
    """409: the lead is deleted; it can be read but not changed."""

    default_repair = "create a new lead, or leave this one out"


class PayloadTooLargeError(APIError):
    """413: the request body is larger than the service accepts."""

    default_repair = "send fewer rows in one request"


class ValidationError(APIError):
    """422: one or more fields are invalid; see ``details``."""

    default_repair = "correct the fields listed below"


class RateLimitError(APIError):
    """429: the key exceeded its rate limit, counted over a rolling minute."""

    default_repair = "wait retry_after seconds, then try again"


class ServerError(APIError):
    """5xx: the service failed."""

    default_repair = "try again later; quote the request_id to support if it persists"


def without_frames(problem: Raised) -> Raised:
    """Return the exception without traceback, cause and context, to be raised again where no secret is in scope.

    Tracebacks that show variables would show those of the stack frames below: a header with the key, a response with
    a signing secret. ``from None`` alone only hides the context from tools that respect it.

    >>> try:
    ...     raise ValueError from KeyError("secret")
    ... except ValueError as problem:
    ...     bare = without_frames(problem)
    >>> bare.__cause__, bare.__context__, bare.__traceback__
    (None, None, None)
    """
    problem.__cause__ = problem.__context__ = None
    return problem.with_traceback(None)


@contextmanager
def typed_limits(what: str) -> Iterator[None]:
    """Raise a :class:`ConfigurationError` where something fails because too many files are open.

    Python raises a bare OSError for a file, and an ImportError for a compiled module; polars panics.
    """
    try:
        yield
    except ProspectB2BError:
        raise
    except BaseException as problem:  # a panic of Rust is not an Exception
        if _POISONED in str(problem):
            raise ConfigurationError(
                f"{what}: polars no longer works in this process: it failed when too many files were open",
                repair="restart the kernel, with a higher limit (ulimit -n)",
            ) from without_frames(problem)
        texts = [os.strerror(number) for number in TOO_MANY_FILES]
        if getattr(problem, "errno", None) not in TOO_MANY_FILES and not any(text in str(problem) for text in texts):
            raise
        raise ConfigurationError(
            f"{what}: too many files are open", repair="close some, or raise the limit (ulimit -n)"
        ) from without_frames(problem)


@contextmanager
def typed_interrupt(message: str) -> Iterator[None]:
    """Raise a :class:`ReadInterrupted` without rows for Ctrl-C, also for that of a read within; as a decorator, too.

    Args:
        message: What was stopped, and what to do.
    """
    try:
        yield
    except ApplyInterrupted:
        raise
    except KeyboardInterrupt:
        pass
    else:
        return
    raise ReadInterrupted(message, None)


def suggesting(function: Callable[Given, Value]) -> Callable[Given, Value]:
    """Make an entry point answer an unknown keyword with the nearest known one, instead of a ``TypeError``.

    It also says by a typed error that too many files are open, whichever library finds it out.

    >>> @suggesting
    ... def connect(*, base_url=None): ...
    >>> connect(base_uri="http://localhost")
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: connect takes no 'base_uri' → did you mean 'base_url'?
    """

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Value:
        known = [name for name in signature(function).parameters if name != "self"]
        try:
            wrong = next((name for name in kwargs if name not in known), None)
            if wrong is None:
                with typed_limits(f"{function.__name__} stopped"):
                    return function(*args, **kwargs)
        finally:
            # One of them may be a key, and some tracebacks show variables.
            del args, kwargs
        repair = nearest(wrong, known) if known else f"call {function.__name__}() without arguments"
        raise InvalidParameterError(f"{function.__name__} takes no {wrong!r}", repair=repair)

    return call


def brief(given: object) -> str:
    """Return how an error names what it refuses: a short text or number in full, else only its type.

    >>> brief("stauts"), brief(5), brief(["ada@example.com"])
    ("'stauts'", '5', 'a list')
    """
    if isinstance(given, str):
        return repr(given[:40])
    return str(given) if given is None or isinstance(given, int | float) else f"a {type(given).__name__}"


_LISTED: Final = 100
"""Largest number of names in a message: a workspace may have hundreds of lead fields."""


def nearest(name: object, known: Iterable[str]) -> str:
    """Return the repair for an unknown name: the nearest known name, or all of them.

    >>> nearest("stauts", ["status", "source"])
    "did you mean 'status'?"
    >>> nearest("zzz", ["status", "source"])
    'choose one of: source, status'
    >>> nearest("zzz", ["status", "status"])
    'choose one of: status'
    >>> nearest("zzz", [f"custom_{n:03}" for n in range(500)])[-36:]
    'custom_098, custom_099, … (400 more)'
    >>> nearest("frame", [])
    'leave it out: there is none'
    """
    names = sorted(set(known))
    close = get_close_matches(name[:100], names, n=1, cutoff=0.6) if isinstance(name, str) else []
    more = f", … ({len(names) - _LISTED:,} more)" if len(names) > _LISTED else ""
    if not names:
        return "leave it out: there is none"
    return f"did you mean {close[0]!r}?" if close else f"choose one of: {', '.join(names[:_LISTED])}{more}"
