"""Every error of this package, in one tree.

::

    ProspectB2BError
    ├── UsageError (also ValueError)     the call itself is wrong; nothing was sent
    │   ├── UnknownOperationError        no such operation in the contract
    │   ├── InvalidParameterError        a filter, option or value that the contract does not know
    │   │   └── PictureError             a frame or an option that a picture cannot be drawn of
    │   ├── MappingError                 a mapping of columns that cannot be read, or not be followed
    │   ├── CleanupError                 a frame or a recipe that cleanup cannot work on
    │   └── QueryError                   SQL that is not one SELECT over the mirror, or fails
    ├── ConfigurationError               key, profile, base URL or environment
    │   ├── MissingKeyError              no API key was found anywhere
    │   ├── InvalidKeyError              the key's syntax is wrong; it was not sent
    │   ├── MissingExtraError (also ImportError)   an optional dependency; names the install line
    │   ├── JournalError                 the journal of mutations cannot be read or written
    │   └── ContractError                a document that cannot be read as the API's contract
    ├── ReadOnlyError                    a write on a read-only key or workspace; nothing was sent
    │   └── UncheckedServiceError        a write on a live service that ws.check() has not looked at yet
    ├── LeadFileError                    a file of leads cannot be read or written
    │   ├── LeadFileNotFoundError (also FileNotFoundError)     no such file
    │   ├── LeadFileExistsError (also FileExistsError)     something is there already; it was left alone
    │   ├── UnknownFormatError (also ValueError)     neither name nor content tells a format that is known
    │   ├── DamagedFileError             not what it claims to be, cut off, or in no encoding that fits
    │   ├── ProtectedFileError           a password is needed to open it
    │   └── FileLimitError               more than the format holds, or than is read into memory
    ├── MirrorError                      the mirror on this machine cannot be read or written
    │   ├── MirrorBusyError              another kernel is writing it
    │   ├── MirrorDamagedError           files of it are missing or not readable
    │   ├── NotMirroredError             nothing of this resource is in the mirror yet
    │   └── VanishedRowsError            a sweep finds so many rows gone that a person must say so
    ├── UpsertError                      a plan was not applied, or not to its end
    │   ├── PlanRefusedError             the service would refuse it as a whole; nothing was sent
    │   ├── JobChangedError              an unfinished job has the same leads and other values
    │   └── JobBusyError                 another kernel is running this job
    ├── JobError                         a job did not end as it was to
    │   ├── JobFailedError               it failed or was cancelled
    │   └── JobUnfinishedError (also TimeoutError)     it goes on; the waiting ended
    ├── UnknownOutcomeError              an earlier send of this mutation may or may not have taken effect
    ├── TransportError                   no complete answer arrived
    │   ├── ConnectionFailedError        no connection: nothing was sent
    │   ├── ConnectionLostError          the connection broke: the effect of a write is unknown
    │   └── DeadlineError (also TimeoutError)      the answer did not come in time
    ├── ProtocolError                    an answer came, but not one that the API may give
    │   ├── NotJSONError                 HTML, plain text or broken JSON
    │   ├── ResponseTooLargeError        the decoded body passes the limit
    │   └── PaginationError              a listing that repeats itself or never ends
    ├── WebhookError                     a webhook delivery is refused; nothing in it may be trusted
    │   ├── DeliveryTooLargeError        its body passes 256 KiB; it was not read to its end
    │   ├── TimestampError               no proper timestamp, or one that is more than 300 s away
    │   ├── SignatureError               no proper signature, too many, or none that fits
    │   └── MalformedEventError          it is signed, and its body is not an event
    └── APIError                         the service refused, in its own envelope
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

Ctrl-C in a list is a :class:`ReadInterrupted`, which is a ``KeyboardInterrupt`` and holds what was read; in
``plan.apply()`` it is an :class:`ApplyInterrupted`, which holds what was done.

Every message ends with the repair. No message holds a key or a lead's values: an API's own message is shown,
since it names fields, but request payloads never are.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Answer = TypeVar("Answer")
Given = ParamSpec("Given")
Raised = TypeVar("Raised", bound=BaseException)


class ProspectB2BError(Exception):
    """The root: ``except ProspectB2BError`` catches all that this package raises on purpose.

    Attributes:
        repair: what to do about it, one sentence.
        request_id: the service's id of the request, to quote to support; ``None`` if none was answered.
        attempts: how often the request was sent; 0 when it never left.
        idempotency_key: the key that the mutation carried; re-sending with it never repeats the effect.
        effect_unknown: a mutation was sent, and may have taken effect all the same.
        partial: the frame of the rows that a list had read before; ``None`` if there were none.
    """

    partial: Any = None

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
    """Ctrl-C while a list was read.

    Attributes:
        partial: the frame of the rows that were read before.
    """

    def __init__(self, message: str, partial: Any) -> None:
        super().__init__(message)
        self.partial = partial


class ApplyInterrupted(KeyboardInterrupt):
    """Ctrl-C while a plan was applied; what is left is pending, and the same cell goes on with it.

    Attributes:
        outcome: of what was done before.
    """

    def __init__(self, message: str, outcome: Any) -> None:
        super().__init__(message)
        self.outcome = outcome


class UsageError(ProspectB2BError, ValueError):
    """The call itself is wrong; nothing was sent."""


class UnknownOperationError(UsageError):
    """No such operation in the contract."""


class InvalidParameterError(UsageError):
    """A filter, an option or a value that the contract does not know."""


class PictureError(InvalidParameterError):
    """A frame that lacks the columns of a picture, or an option that it does not know."""


class QueryError(UsageError):
    """SQL that is not exactly one SELECT, reaches beyond the mirror, or fails as it runs."""


class MappingError(UsageError):
    """A mapping of columns to lead fields cannot be read, or not be followed."""


class CleanupError(UsageError):
    """A frame, a choice or a recipe that cleanup cannot work on."""


class ConfigurationError(ProspectB2BError):
    """Key, profile, base URL or environment are not usable."""


class MissingKeyError(ConfigurationError):
    """No API key was found anywhere."""


class InvalidKeyError(ConfigurationError):
    """The key's syntax is wrong; it was not sent."""


class MissingExtraError(ConfigurationError, ImportError):
    """An optional dependency is not installed; the repair names the install line."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the optional dependencies '{extra}'",
            repair=f"pip install 'pb2b-notebook[{extra}]'",
        )
        self.extra = extra


class JournalError(ConfigurationError):
    """The journal cannot be read or written; a mutation that cannot be written down first is not sent."""


class ContractError(ConfigurationError):
    """A document cannot be read as the API's contract: it is not OpenAPI 3.1, or it leads nowhere."""


class ReadOnlyError(ProspectB2BError):
    """A write on a read-only key or a workspace opened with ``read_only=True``; nothing was sent."""


class UncheckedServiceError(ReadOnlyError):
    """A write on a live service that ``ws.check()`` has not looked at yet; nothing was sent."""


class LeadFileError(ProspectB2BError):
    """A file of leads cannot be read or written."""


class LeadFileNotFoundError(LeadFileError, FileNotFoundError):
    """There is no such file."""


class LeadFileExistsError(LeadFileError, FileExistsError):
    """Something of that name is there already; it was left alone."""


class UnknownFormatError(LeadFileError, ValueError):
    """Neither the file's name nor its content tells a format that is read or written."""


class DamagedFileError(LeadFileError):
    """The file is not what it claims to be, is cut off, or is in no encoding that fits."""


class ProtectedFileError(LeadFileError):
    """The file needs a password."""


class FileLimitError(LeadFileError):
    """More than the format holds, or than is read into memory."""


class MirrorError(ProspectB2BError):
    """The mirror on this machine cannot be read or written; what was committed to it stays."""


class MirrorBusyError(MirrorError):
    """Another kernel is writing this table of the mirror; readers are never held up."""


class MirrorDamagedError(MirrorError):
    """Files of the mirror are missing or not readable."""


class NotMirroredError(MirrorError):
    """Nothing of this resource, or of that time, is in the mirror."""


class VanishedRowsError(MirrorError):
    """A sweep finds more than a tenth and more than 50 of the rows gone at the service; none of them was removed."""


class UnknownOutcomeError(ProspectB2BError):
    """An earlier send of this mutation has no known outcome and its key is too old to find out by sending again."""


class UpsertError(ProspectB2BError):
    """A plan was not applied, or not to its end."""


class PlanRefusedError(UpsertError):
    """The service would refuse the plan as a whole, such as for its limit of leads; nothing was sent."""


class JobChangedError(UpsertError):
    """An unfinished job has the same leads and parameters, but other values; nothing was sent.

    Attributes:
        job_id: of that job.
    """

    def __init__(self, message: str, *, job_id: str, repair: str) -> None:
        super().__init__(message, repair=repair)
        self.job_id = job_id


class JobBusyError(UpsertError):
    """Another kernel, or another thread of this one, is running this job."""


class JobError(ProspectB2BError):
    """A job did not end as it was to.

    Attributes:
        job_id: of the job.
    """

    def __init__(self, message: str, *, job_id: str, repair: str, request_id: str | None = None) -> None:
        super().__init__(message, repair=repair, request_id=request_id)
        self.job_id = job_id


class JobFailedError(JobError):
    """A job failed or was cancelled.

    Attributes:
        code: the service's own code of the failure; "cancelled" for a job that was cancelled.
    """

    def __init__(self, message: str, *, job_id: str, code: str, repair: str, request_id: str | None = None) -> None:
        super().__init__(message, job_id=job_id, repair=repair, request_id=request_id)
        self.code = code


class JobUnfinishedError(JobError, TimeoutError):
    """The waiting ended before the job: it goes on by itself."""


class TransportError(ProspectB2BError):
    """No complete answer arrived."""


class ConnectionFailedError(TransportError):
    """No connection could be made; nothing was sent."""


class ConnectionLostError(TransportError):
    """The connection broke after the request had left; whether a write took effect is unknown."""


class DeadlineError(TransportError, TimeoutError):
    """The answer did not come in time; whether a write took effect is unknown."""


class ProtocolError(ProspectB2BError):
    """An answer came, but not one that the API may give."""


class NotJSONError(ProtocolError):
    """The answer is HTML, plain text or broken JSON."""


class ResponseTooLargeError(ProtocolError):
    """The decoded answer is larger than the client accepts."""


class PaginationError(ProtocolError):
    """A listing repeats a cursor, runs in a circle or never ends."""


class WebhookError(ProspectB2BError):
    """A webhook delivery is refused: nothing in it may be trusted."""


class DeliveryTooLargeError(WebhookError):
    """The body of a delivery is larger than one may be."""


class TimestampError(WebhookError):
    """A delivery has no proper timestamp, or was signed too long before or after the receiver's present."""


class SignatureError(WebhookError):
    """A delivery has no proper signature, more than it may have, or none that fits its body and timestamp."""


class MalformedEventError(WebhookError):
    """A delivery is signed, but its body is not an event: not strict JSON, not an object, or without id or type."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One problem with one field, as the service names it: ``field`` is a path, never a value."""

    field: str
    code: str
    message: str


class APIError(ProspectB2BError):
    """The service refused the request, in its own envelope.

    Attributes:
        status: the HTTP status, 400–599.
        code: the service's own code, such as ``missing_scope``; ``""`` if it gave none.
        details: one :class:`Detail` a field, for validation errors.
        retry_after: seconds to wait, where the service said so.
    """

    default_repair = "see the message; quote the request_id to support if it stays unclear"

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
    """400: the request is not well formed."""

    default_repair = "correct the parameter that the message names"


class CursorExpiredError(BadRequestError):
    """400 ``cursor_expired``: cursors live for 24 hours."""

    default_repair = "start the listing again; cursors expire after 24 hours"


class AuthenticationError(APIError):
    """401: the key is missing, malformed, revoked or expired."""

    default_repair = "check the key: it may be mistyped, revoked, rotated or expired; make a new one in the workspace"


class PermissionDeniedError(APIError):
    """403: the key is known, but lacks a scope or its membership lacks the permission."""

    default_repair = "ask for a key with the scope that the message names; ws.me() lists the scopes of this one"


class NotFoundError(APIError):
    """404: no such object in this workspace."""

    default_repair = "check the id, and that the key belongs to the workspace that holds it"


class ConflictError(APIError):
    """409: the request contradicts what is stored."""

    default_repair = "read the object again and decide anew"


class IdempotencyKeyReusedError(ConflictError):
    """409: this Idempotency-Key was used with another payload."""

    default_repair = "send the first payload again, or use a new key for a new intent"


class IdempotencyInProgressError(ConflictError):
    """409: a request with this Idempotency-Key is still running."""

    default_repair = "wait a moment, then send the same request with the same key"


class PreconditionFailedError(ConflictError):
    """409 ``conflict``: the object changed since the ``if_updated_at`` that was sent."""

    default_repair = "read the object again, merge your change, and send its new updated_at"


class AmbiguousMatchError(ConflictError):
    """409: several leads match; the details name their ids."""

    default_repair = "address one of them by its id, or merge the duplicates first"


class LeadDeletedError(ConflictError):
    """409: the lead is deleted; it can be read but not changed."""

    default_repair = "create a new lead, or leave this one out"


class PayloadTooLargeError(APIError):
    """413: the body is larger than the service accepts."""

    default_repair = "send fewer rows in one request"


class ValidationError(APIError):
    """422: one or more fields do not validate; see ``details``."""

    default_repair = "correct the fields listed below"


class RateLimitError(APIError):
    """429: over the rolling per-minute limit of the key."""

    default_repair = "wait for retry_after seconds, then go on"


class ServerError(APIError):
    """5xx: the service failed."""

    default_repair = "try again later; quote the request_id to support if it persists"


def without_frames(problem: Raised) -> Raised:
    """The same exception without its traceback, cause and context, to be raised again from where no secret is.

    Tracebacks that show variables would show what the frames below held: a header with the key, an answer with a
    signing secret. ``from None`` alone only hides the context from printers that respect it.

    >>> try:
    ...     raise ValueError from KeyError("secret")
    ... except ValueError as problem:
    ...     bare = without_frames(problem)
    >>> bare.__cause__, bare.__context__, bare.__traceback__
    (None, None, None)
    """
    problem.__cause__ = problem.__context__ = None
    return problem.with_traceback(None)


def suggesting(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let a keyword that a function has not suggest the right one, as the accessors do, instead of a ``TypeError``.

    >>> @suggesting
    ... def connect(*, base_url=None): ...
    >>> connect(base_uri="http://localhost")
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: connect takes no 'base_uri' → did you mean 'base_url'?
    """

    @wraps(function)
    def called(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        known = signature(function).parameters
        try:
            wrong = next((name for name in kwargs if name not in known), None)
            if wrong is None:
                return function(*args, **kwargs)
        finally:
            # One of them may be a key, and some tracebacks show variables.
            del args, kwargs
        raise InvalidParameterError(f"{function.__name__} takes no {wrong!r}", repair=nearest(wrong, known))

    return called


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant.

    >>> nearest("stauts", ["status", "source"])
    "did you mean 'status'?"
    >>> nearest("zzz", ["status", "source"])
    'known are: source, status'
    >>> nearest("zzz", ["status", "status"])
    'known are: status'
    """
    names = sorted(set(known))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(names)}"
