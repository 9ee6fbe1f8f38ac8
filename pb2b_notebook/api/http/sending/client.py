"""Send one call and return its response, with retries, pacing and a deadline."""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode, urlsplit

from pb2b_notebook.api.http.adaptation import (
    demands,
    field_masks,
    key_forms,
    replacements,
    status_words,
    time_forms,
    unlearning,
    versions,
    write_forms,
)
from pb2b_notebook.api.http.adaptation.replacements import CLEARED
from pb2b_notebook.api.http.responses import envelope, headers
from pb2b_notebook.api.http.responses.empty_lists import says_empty
from pb2b_notebook.api.http.responses.error_replies import error_of, refusal_in, says_missing
from pb2b_notebook.api.http.responses.flat_values import named_custom
from pb2b_notebook.api.http.responses.headers import Rate
from pb2b_notebook.api.http.responses.object_forms import forms_of_names
from pb2b_notebook.api.http.responses.reply import ACCEPT_ENCODING, Reply
from pb2b_notebook.api.http.sending import redirects, retrying
from pb2b_notebook.api.http.sending.messages import Request, Transport, encode_headers, host_header
from pb2b_notebook.api.http.sending.pacing import Pacer, Turn, pacer_for
from pb2b_notebook.api.http.sending.retrying import Attempt, Policy, Retry
from pb2b_notebook.api.http.sending.transport import Authorized, Channel, check_whole, exchange, transport_to
from pb2b_notebook.api.http.sending.write_lock import WriteLock
from pb2b_notebook.credentials import Connection, is_loopback
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    ConflictError,
    ConnectionFailedError,
    DeadlineError,
    IdempotencyInProgressError,
    InvalidParameterError,
    NotFoundError,
    PreconditionFailedError,
    ProspectB2BError,
    RateLimitError,
    ReadOnlyError,
    TransportError,
    UncheckedServiceError,
    ValidationError,
    without_frames,
)
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.request_log import RequestLog
from pb2b_notebook.service_profile import ServiceProfile

if TYPE_CHECKING:
    import httpx

OK = range(200, 300)
CREATED = 201
TIMED_OUT = 408
FAILED = 500
MISSING = frozenset({404, 405, 501})
"""Statuses by which a service may say that it does not have an operation."""
_PARTLY_DONE = frozenset({"leads.bulk_upsert", "imports.create"})
"""Operations whose response may report failed rows beside others that succeeded."""
_SEVERAL = 2
_MOST_COMPARED = 3
"""Updates before which a lead is read though none has shown yet what becomes of its other fields."""
IMPORT = "imports.create"
LEADS = "leads.list"
"""The list that each service has."""
_KEY = re.compile(r"[!-~]{1,255}")
_HEADERS = {"Accept": "application/json, */*;q=0.1", "Accept-Encoding": ACCEPT_ENCODING, "User-Agent": "pb2b-notebook"}

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose requests state the length of a body that they do not have. Source: RFC 9110, section 8.6."""
_LONGEST_URL = 2**16

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to send: the path filled in, the query in order, the body as bytes.

    ``added`` has the names of parameters and fields that the caller did not give: without them the call means the same.
    ``given`` is the body that the caller gave, where ``body`` has more: by it, the same call is recognized.
    ``media_type`` is that of the body, where it is tried; ``version`` is sent as ``If-Match``; ``exact`` says that the
    body has the version of its object in the text of the service.
    """

    operation: Operation
    path: str
    query: Query = field(default=(), repr=False)  # personal data: not shown in tracebacks
    body: bytes | None = field(default=None, repr=False)
    idempotency_key: str | None = None
    added: frozenset[str] = frozenset()
    given: bytes | None = field(default=None, repr=False)
    media_type: str = ""
    version: str = ""
    exact: bool = False

    def __post_init__(self) -> None:
        key = self.idempotency_key
        if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise InvalidParameterError(
                "an idempotency_key must be 1 to 255 visible ASCII characters",
                repair="pass such a key, or leave it out: one is created for you",
            )


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks, sleep and random numbers of a client; tests replace them, so that no test waits.

    Attributes:
        clock: Monotonic clock, in seconds.
        sleep: Waits a number of seconds.
        random: Random number in [0, 1).
        wall: Wall clock in seconds, which continues while the machine sleeps.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    wall: Callable[[], float] = time.time


class Client:
    """Client of the service for one API key. It is safe to use from many threads.

    Args:
        connection: Key and base URL.
        transport: An httpx transport to send through, instead of the network.
        read_only: Whether to refuse every mutation before it is sent.
        policy: Retry policy.
        timing: Clocks, sleep and random numbers.
        pacer: Pacer that decides when a request may be sent; by default the one of this key in this process.
        log: Log of finished calls.

    Attributes:
        sent: Number of sent requests, retries included.
        write_lock: Lock that refuses mutations until it is open; ``None`` without one.
        profile: What is known of the service.
        custom_keys: Keys that the service lists as custom fields of leads.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.BaseTransport | None = None,
        read_only: bool = False,
        policy: Policy | None = None,
        timing: Timing | None = None,
        pacer: Pacer | None = None,
        log: RequestLog | None = None,
    ) -> None:
        self.base_url = connection.base_url
        self.host = urlsplit(connection.base_url).netloc
        self._host_header = host_header(connection.base_url)
        # Both are required: a loopback tunnel to the live service with a live key is LIVE.
        self.sandbox = is_loopback(connection.base_url) and str(connection.key).startswith("pb2b_test_")
        self.key_prefix = str(connection.key)
        self.read_only = read_only or connection.read_only
        self.rate = Rate()
        self.sent = 0
        # The name of the service in journal and mirror: the port of a sandbox changes, its identity does not.
        self.service = self.host
        self.workspace = ""
        self.write_lock: WriteLock | None = None
        self.profile = ServiceProfile()
        self.custom_keys: frozenset[str] = frozenset()
        self.seen_skew: tuple[int, datetime] | None = None  # of the latest new object, and the date of its response
        self._announced: frozenset[str] = frozenset()  # names that it refuses, and whole notices
        self._accepted: frozenset[str] = frozenset()  # names of ours that a list has accepted
        self._uncounted: set[str] = set()  # operations whose rows the service takes too long to count
        self._log = log
        # The service's time in its latest response, and both clocks of this machine when it came.
        self._compared = 0  # updates of leads that were compared with the lead
        self._tried_key_form: str | None = None  # in which the service has not refused an idempotency key yet
        self._date: tuple[datetime, float, float] | None = None
        self._policy = policy or Policy()
        self._timing = timing or Timing()
        self._budget = retrying.Budget()
        # Operation and message of a refusal, and what was known of the form of objects then.
        self._refused_in_any_form: set[tuple[str, str, frozenset[str]]] = set()
        self._pacer = pacer or (
            pacer_for(self.host, connection.key)
            if timing is None
            else Pacer(clock=self._timing.clock, sleep=self._timing.sleep)
        )
        self._key = connection.key
        self._channel = Channel(
            Authorized(_through(transport, connection.base_url), connection.key), forks=transport is None
        )

    def send(self, call: Call, *, keep: Callable[[Call], None] = lambda _call: None) -> Reply:
        """Send the call, with retries where they are safe, and return its 2xx response.

        Args:
            call: The call.
            keep: Called with each form of the call before it is sent.

        Raises:
            ReadOnlyError: The call is a mutation and the client is read-only or locked; nothing was sent.
            APIError: The service refused the request.
            TransportError, ProtocolError: There was no usable response.
        """
        if call.operation.mutates:
            self.check_writable(call.operation.id)
        call = self._as_known(call)
        refusals: list[tuple[frozenset[str], APIError]] = []
        learned = self.profile.names("forms") | forms_of_names(call.operation.body_names)
        forms = list(self._forms_to_try(call, learned))
        first: APIError | None = None
        while True:
            try:
                form = None if call.exact else self.profile.value("version_form")
                versioned = versions.in_form(call, form)
                formed = self._with_whole_parts(versioned, write_forms.in_form(versioned, forms[0], learned), learned)
                reply = self._send_in_key_form(formed, keep)
            except APIError as refused:
                following = self._following(call, versioned, refused, refusals)
                if following is not None:
                    call = following
                    continue
                final = (call.operation.id, refused.message, learned) in self._refused_in_any_form
                if not final and write_forms.suggests_another_form(refused, call, forms[0], formed):
                    first, forms = first or refused, list(write_forms.forms_after(refused, forms))
                    if forms:
                        continue
                    self._refused_in_any_form.add((call.operation.id, first.message, learned))
                    raise first from None  # no form of the body was taken
                if unlearning.may_refuse_a_name(refused) and any(d - unlearning.mentions(r, d) for d, r in refusals):
                    raise refusals[0][1] from None  # it was not about our own names
                self._learn_refusals(call.operation, refusals)
                self._learn_versions(call, refused)
                raise
            self._learn_refusals(call.operation, refusals)
            if first is not None:
                evidence = f"{first.status} in another form"
                self.profile.learn("write_form", forms[0], evidence, operation=call.operation.id, at=self.now())
            if not call.operation.mutates:
                self._accepted |= call.added & {name for name, _ in call.query}
            return reply

    def _with_whole_parts(self, call: Call, formed: Call, learned: frozenset[str]) -> Call:
        """Return an update with the other values of the parts of its lead that it changes."""
        in_parts = (
            call.operation.method == "PATCH" and formed.body != call.body and write_forms.has_parts(call, learned)
        )
        if not in_parts or (found := self._read_if_shown(call)) is None:
            return formed
        return write_forms.with_whole_parts(formed, envelope.parse_strict_json(found.body), learned)

    def _send_in_key_form(self, call: Call, keep: Callable[[Call], None]) -> Reply:
        """Send the call with its idempotency key in the form that the service takes, as refusals may show."""
        tried = set[str]()
        while True:
            formed = key_forms.in_form(call, self._key_form)
            keep(formed)
            try:
                reply = self._send_with_times(formed)
            except APIError as refused:
                form = key_forms.form_after(refused, formed.idempotency_key)
                if form is None or form in tried:
                    raise
                tried.add(form)
                if form == key_forms.NONE:
                    self._learn_keyless(call.operation, refused)
                else:
                    self._tried_key_form = form
                continue
            if tried - {key_forms.NONE} or self._tried_key_form not in {None, self.profile.value("key_form")}:
                self.profile.learn("key_form", self._key_form, "a refusal of another form", at=self.now())
            return reply

    def _learn_keyless(self, operation: Operation, refused: APIError) -> None:
        """Remember that an operation takes no key: what it did is looked up, if its response is lost."""
        evidence = f"{refused.status} for a key"
        self.profile.learn("key_form", key_forms.NONE, evidence, operation=operation.id, at=self.now())
        self.say_once(f"{operation.id}: this service takes no idempotency key; a write without a response is looked up")

    def _learn_honoured(self, operation: Operation, evidence: str) -> None:
        """Remember that the service knows the idempotency keys of an operation: it may be sent again at once."""
        self.profile.learn("honours_keys", True, evidence, operation=operation.id, at=self.now())

    def _is_keyless(self, operation: Operation) -> bool:
        return bool(self.profile.value("key_form", operation.id) == key_forms.NONE)

    def _as_known(self, call: Call) -> Call:
        """Return the call without what the service is known to refuse, and with what it demands."""
        call = self._without(call, call.added & self.profile.names("refused", call.operation.id))
        call = unlearning.without(call, call.added & {unlearning.COUNT} if call.operation.id in self._uncounted else ())
        if self._may_ignore_version(call):
            self._compare_version(call)
        required = self.profile.names("required", call.operation.id)
        if required and (missing := write_forms.missing_names(call, required)):
            with suppress(ProspectB2BError):  # the service says what is wrong
                return write_forms.with_values_of(call, self._read_object(call).body, missing) or call
        return call

    def _following(
        self, call: Call, sent: Call, refused: APIError, refusals: list[tuple[frozenset[str], APIError]]
    ) -> Call | None:
        """Return the call without what the service refuses, or with the version in its text; ``None`` for neither."""
        if (exact := self._with_exact_version(call, sent, refused, refusals)) is not None:
            return exact
        if (whole := self._with_required_values(call, refused)) is not None:
            return whole
        if (changed := self._without_own_addresses(call, refused)) is not None:
            return changed
        words, forms = self.profile.status_words, self.profile.names("forms")
        if (worded := status_words.in_own_words(call, refused, words, forms)) is not None:
            return worded
        dropped = _names_to_drop(call, refused)
        if not dropped:
            return None
        refusals.append((dropped, refused))
        return self._without(call, dropped | self._refused_likewise(call, dropped))

    def _without(self, call: Call, names: frozenset[str]) -> Call:
        """Return the call without names that the service refuses; the version of an object is compared here instead.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        if unlearning.VERSION in names and call.operation.path.endswith("}") and call.body:
            self._compare_version(call)
        return unlearning.without(call, names)

    def _compare_version(self, call: Call) -> None:
        """Check here that the object of a write has the version that it names.

        Raises:
            PreconditionFailedError: The object has changed since.
        """
        found = None
        with suppress(ProspectB2BError):  # the write says what is wrong
            found = envelope.parse_strict_json(envelope.unwrap(self._read_object(call)).data)
        demands.check_version(found, call.body)

    def _may_ignore_version(self, call: Call) -> bool:
        """Whether a write names the version of its object, and the service has not been seen to refuse another one."""
        of_one = call.operation.mutates and call.operation.path.endswith("}")
        named = of_one and f'"{unlearning.VERSION}"'.encode() in (call.body or b"")
        return named and self.is_foreign and self.profile.value("versions", call.operation.id) != versions.CHECKED

    def _learn_versions(self, call: Call, refused: APIError) -> None:
        """Remember that the service compares versions itself, if it refused a write over a later change.

        The object is read for it: a service may refuse a value, such as another lead's address, in the same way.
        """
        if not (isinstance(refused, PreconditionFailedError) and self._may_ignore_version(call)):
            return
        try:
            self._compare_version(call)
        except PreconditionFailedError:
            evidence = f"{refused.status} for an earlier version"
            self.profile.learn("versions", versions.CHECKED, evidence, operation=call.operation.id, at=self.now())

    def _refused_likewise(self, call: Call, dropped: frozenset[str]) -> frozenset[str]:
        """Return what else of ours a list refuses: what another one refuses that refuses the same name; learn it."""
        others = [set(fact.value) for fact in self.profile.facts if fact.name == "refused" and fact.operation]
        names = {name for found in others if not call.operation.mutates and found & dropped for name in found}
        names &= (set(unlearning.WEAKER) - unlearning.SIZES - self._accepted - dropped) & call.added & _names_in(call)
        if names:
            self.learn_refused(call.operation, names, f"refused by another list that refuses {', '.join(dropped)}, too")
        return frozenset(names)

    def _with_exact_version(
        self, call: Call, sent: Call, refused: APIError, refusals: list[tuple[frozenset[str], APIError]]
    ) -> Call | None:
        """Return a refused write with its version in the text of the service, or without one that is finer than shown.

        ``None`` if that is not what the write lacks.
        """
        named = f'"{unlearning.VERSION}"'.encode() in (call.body or b"")
        about = isinstance(refused, PreconditionFailedError) or (
            refused.status in unlearning.REFUSED and unlearning.mentions(refused, [unlearning.VERSION])
        )
        about = about or (type(refused) is ConflictError and not refused.code)
        if not (named and about) or call.exact:
            return None
        if not call.operation.path.endswith("}"):
            return self._with_versions_in_form(call, sent, refused)
        try:
            body = self._read_object(call).body
        except ProspectB2BError:
            return None
        exact = versions.with_version_of(sent, body)
        if exact is None and unlearning.VERSION in call.added and versions.is_coarse(sent, body):
            refusals.append((frozenset({unlearning.VERSION}), refused))
            return unlearning.without(call, {unlearning.VERSION})
        if exact is not None and (form := versions.form_of(exact)) is not None:
            self.profile.learn("version_form", form, f"{refused.status} for another text", at=self.now())
        return exact and replace(exact, exact=True)

    def _with_versions_in_form(self, call: Call, sent: Call, refused: APIError) -> Call | None:
        """Return a refused write of several leads with their versions in the text of lists; ``None`` if it is ours."""
        read = replace(call.operation, id=LEADS, method="GET", path="/leads", mutates=False, body=None)
        try:
            form = versions.form_in(self._send_logged(Call(read, "/leads")).body)
        except ProspectB2BError:
            return None
        formed = versions.in_form(sent, form)
        if form is None or formed.body == sent.body:
            return None
        self.profile.learn("version_form", form, f"{refused.status} for another text", at=self.now())
        return replace(formed, exact=True)

    def _with_required_values(self, call: Call, refused: APIError) -> Call | None:
        """Return a refused update with the values that the service demands with each; ``None`` if it demands none."""
        names = write_forms.required_names(call, refused)
        if not names:
            return None
        try:
            whole = write_forms.with_values_of(call, self._read_object(call).body, names)
        except ProspectB2BError:
            return None
        if whole is not None:
            evidence = f"{refused.status} without it"
            self.profile.learn("required", names, evidence, operation=call.operation.id, at=self.now())
        return whole

    def _without_own_addresses(self, call: Call, refused: APIError) -> Call | None:
        """Return an update refused for the form of an address without those that its object has; ``None`` for others.

        In the form of the service, it would replace further addresses, and what these say beside their text.
        """
        if call.operation.method != "PATCH" or not write_forms.is_about_type(refused):
            return None
        try:
            names = write_forms.own_addresses(call, envelope.unwrap(self._read_object(call)).data)
        except ProspectB2BError:
            return None
        return unlearning.without(call, names) if names else None

    def send_again(self, call: Call) -> Reply | None:
        """Send a call again that may have taken effect, with the same bytes; ``None`` if it is refused: it did not.

        Raises:
            ReadOnlyError, APIError, TransportError, ProtocolError: As for :meth:`send`.
        """
        self.check_writable(call.operation.id)
        try:
            return self._send_as_demanded(call)
        except APIError as refused:
            if refused.status in unlearning.REFUSED and not refused.effect_unknown:
                return None
            raise

    def _forms_to_try(self, call: Call, learned: frozenset[str]) -> tuple[str, ...]:
        """Return the forms in which the body of a write may be sent."""
        if call.body is None:
            return (write_forms.PLAIN,)
        known = self.profile.value("write_form", call.operation.id) or call.operation.body_form
        if not call.operation.mutates or call.operation.id in _PARTLY_DONE:
            taken = {str(fact.value) for fact in self.profile.facts if fact.name == "write_form"}
            return write_forms.forms_of_rows(call.operation, learned, known, taken)
        return write_forms.forms_to_try(call.operation, learned, known)

    def _learn_refusals(self, operation: Operation, refusals: Iterable[tuple[frozenset[str], APIError]]) -> None:
        for dropped, refusal in refusals:
            self._learn_refusal(operation, dropped, refusal)

    def _learn_refusal(self, operation: Operation, dropped: frozenset[str], refusal: APIError) -> None:
        """Remember what the service refuses, and print once what is weaker without it."""
        dropped = unlearning.refused_names(refusal, dropped)
        if unlearning.is_late(refusal):  # for now: the service may be faster tomorrow
            self._uncounted.add(operation.id)
            self.say_once(
                f"{operation.id}: this service takes too long to count the rows: {unlearning.WEAKER[unlearning.COUNT]}"
            )
            return
        if refusal.status >= FAILED and not isinstance(refusal, BadRequestError):
            self.say_once("this service failed at what is added to requests for lists: they are sent without it")
            return  # it may have failed for another reason
        if not dropped:
            return
        evidence = f"{refusal.status} {refusal.code}".strip() + f" with {', '.join(sorted(dropped))}, not without"
        self.learn_refused(operation, dropped, evidence)
        new, self._announced = dropped - self._announced, self._announced | dropped
        for name in sorted(new):
            notices.say(f"this service refuses {name}: {unlearning.WEAKER.get(name, 'it is left out')}")

    def say_once(self, text: str) -> None:
        """Print a notice that holds for the whole service, once."""
        if text not in self._announced:
            self._announced |= {text}
            notices.say(text)

    def learn_refused(self, operation: Operation, names: Iterable[str], evidence: str) -> bool:
        """Remember what an operation refuses; what several refuse, and none accepts, is not tried with any other.

        Returns:
            Whether this is new.
        """
        new = self.profile.learn("refused", [*names], evidence, operation=operation.id, at=self.now())
        if unlearning.VERSION in names:  # writes take a version, or none of them does
            self.profile.learn("refused", [unlearning.VERSION], evidence, at=self.now())
        for name in {*names} & set(unlearning.WEAKER) - self._accepted:
            by = [fact.operation for fact in self.profile.facts if fact.name == "refused" and name in fact.value]
            if len(by) >= _SEVERAL and "" not in by:
                self.profile.learn("refused", [name], f"refused by {', '.join(by)}", at=self.now())
        return new

    def _send_with_times(self, call: Call) -> Reply:
        """Send the call with the times of its filters in the form that the service takes, as one refusal may show."""
        known = self.profile.value("time_form")
        try:
            return self._send_as_demanded(time_forms.in_form(call, known))
        except APIError as refused:
            first = refused
        objects = self.profile.names("forms")
        for form in time_forms.forms_to_try(first, call, objects):
            try:
                reply = self._send_logged(time_forms.in_form(call, form))
            except APIError as refused:
                if time_forms.forms_to_try(refused, call, objects):
                    continue
                if refused.status in unlearning.REFUSED:  # it is about something else by now
                    self._learn_time_form(form, first)
                raise
            self._learn_time_form(form, first)
            return reply
        raise first

    def _send_as_demanded(self, call: Call) -> Reply:
        """Send the call; a write with the media type and the version of its object that the service demands."""
        operation = call.operation
        if not operation.mutates:
            return self._send_logged(call)
        call = self._with_version(call) if self.profile.value("needs_version", operation.id) else call
        replaces = operation.replaced or self.profile.value("replaces", operation.id)
        if replaces and (reply := self._replace(call)) is not None:
            return reply
        try:
            return self._send_masked(call)
        except APIError as refused:
            first = refused
        if operation.method == "PATCH" and first.status in replacements.NO_METHOD:
            with suppress(NotFoundError):
                if (reply := self._replace(call)) is not None:
                    return reply
            first.repair = "change it in the workspace: a PUT might erase what this service does not show to this key"
        if first.status == demands.VERSION and not call.version and operation.path.endswith("}"):
            reply = self._send_as_demanded(self._with_version(call))
            self.profile.learn(
                "needs_version", True, f"{first.status} without it", operation=operation.id, at=self.now()
            )
            return reply
        sent = call.media_type or self._media_type(call)
        for media_type in demands.media_types_to_try(first, operation.method, sent) if call.body else ():
            try:
                reply = self._send_logged(replace(call, media_type=media_type))
            except APIError as refused:
                if refused.status == demands.MEDIA_TYPE:
                    continue
                self._learn_media_type(operation, media_type)  # it is about something else by now
                raise
            self._learn_media_type(operation, media_type)
            return reply
        raise first

    def _send_masked(self, call: Call) -> Reply:
        """Send a write; an update with a mask of the fields that it changes, where the service demands one."""
        known = self.profile.value("mask", call.operation.id)
        if known is not None:
            return self._send_with_mask(call, known)
        try:
            return self._send_update(call)
        except APIError as refused:
            first = refused
        for mask in field_masks.masks_to_try(first, call):
            try:
                reply = self._send_with_mask(call, mask)
            except APIError as refused:
                if field_masks.masks_to_try(refused, call) or unlearning.mentions(refused, [mask.partition(" ")[0]]):
                    continue
                raise
            self.profile.learn("mask", mask, f"{first.status} without it", operation=call.operation.id, at=self.now())
            return reply
        raise first

    def _send_with_mask(self, call: Call, mask: str) -> Reply:
        """Send an update with a mask; its object is read before, for the version and for what the mask replaces.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        read = self._read_object(call)
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(read).data), call.body)
        return self._send_logged(field_masks.with_mask(call, mask, envelope.parse_strict_json(read.body)))

    def _send_update(self, call: Call) -> Reply:
        """Send a write; an update so that the fields stay that it does not name, as the first one shows.

        A service may clear them: its update is a replacement, and what the first one cleared is written again.
        """
        operation = call.operation
        known = self.profile.value("absent_fields", operation.id) if operation.id != IMPORT else None
        asked = known is None and self._compared < _MOST_COMPARED
        doubtful = operation.id == "leads.update" and self.is_foreign and (asked or known == CLEARED)
        self._compared += doubtful
        read = self._read_if_shown(call) if doubtful else None
        found = None if read is None else envelope.parse_strict_json(read.body)
        whole = None if read is None else replacements.whole_body(call.body or b"{}", found)
        if known == CLEARED and whole is None:
            raise ValidationError(
                "this service clears what an update does not name, and does not show all of this lead",
                status=422,
                repair="change it in the workspace",
            )
        if read is None or whole is None:
            return self._send_logged(call)
        before = envelope.parse_strict_json(envelope.unwrap(read).data)
        restored = replacements.in_place_of(call, whole)
        if known == CLEARED:
            demands.check_version(before, call.body)
            return self._send_logged(restored)
        reply = self._send_logged(call)
        return self._restore(call, restored) if self._clears_others(call, before) else reply

    def _clears_others(self, call: Call, before: Any) -> bool:
        """Whether an update has cleared what it does not name, by its object before and after it; learn it."""
        operation = call.operation
        shown = self._read_if_shown(call)
        after = None if shown is None else envelope.parse_strict_json(envelope.unwrap(shown).data)
        if not (isinstance(before, dict) and isinstance(after, dict)):
            return False
        fate = replacements.fate_of_others(before, after, call.body or b"", operation.body or ())
        if fate is not None:
            self.profile.learn("absent_fields", fate, "an update", operation=operation.id, at=self.now())
        if fate == CLEARED:
            for upsert in ("leads.upsert", "leads.bulk_upsert"):
                why = "it may clear what it does not name"
                self.profile.learn("missing", True, why, operation=upsert, at=self.now())
        return fate == CLEARED

    def _restore(self, call: Call, restored: Call) -> Reply:
        """Send an update again, as the whole object."""
        self.say_once("this service clears what an update does not name: each object is read, and written as a whole")
        try:
            return self._send_logged(restored)
        except APIError as refused:  # a value that the object had may not be valid any more
            others = json.loads(restored.body or b"{}").keys() - json.loads(call.body or b"{}").keys()
            if names := unlearning.mentions(refused, others):
                return self._send_logged(unlearning.without(restored, names))
            raise

    def _read_if_shown(self, call: Call) -> Reply | None:
        """Read the object of a write; ``None`` where it is not shown as JSON."""
        with suppress(ProspectB2BError):
            found = self._read_object(call)
            envelope.parse_strict_json(found.body)
            return found
        return None

    def _replace(self, call: Call) -> Reply | None:
        """Send an update as a replacement of its whole object, which is read first; ``None`` if that is not safe.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        read = self._read_object(call)
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(read).data), call.body)
        body = replacements.whole_body(call.body or b"{}", envelope.parse_strict_json(read.body), call.operation)
        if body is None:
            return None
        operation, version = replace(call.operation, method="PUT"), read.headers.get("etag", "")
        sent = replacements.in_place_of(replace(call, operation=operation, version=version), body)
        try:
            reply = self._send_logged(sent)
        except APIError as refused:
            if refused.status in replacements.NO_METHOD:
                return None
            writable = call.operation.body or ()
            names = replacements.read_only_names(refused, body, call.body or b"{}", writable)
            if not names:
                raise
            reply = self._send_logged(unlearning.without(sent, names))
        if self.profile.learn("replaces", True, "it takes no PATCH", operation=call.operation.id, at=self.now()):
            also = "" if version else ": a change that another user makes at the same moment is lost"
            notices.say(f"this service takes no part of an object: each is read, and replaced as a whole{also}")
        return reply

    def _with_version(self, call: Call) -> Call:
        """Return a write with the version of its object, which is read first.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        operation = call.operation
        read = replace(
            operation,
            id=f"{operation.id.rpartition('.')[0]}.get",
            method="GET",
            mutates=False,
            body=None,
            idempotent=False,
        )
        reply = self._send_logged(Call(read, call.path))
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(reply).data), call.body)
        return replace(call, version=reply.headers.get("etag") or "*")

    def _read_object(self, call: Call) -> Reply:
        """Read the object of a write."""
        name = f"{call.operation.id.rpartition('.')[0]}.get"
        return self._send_logged(Call(replace(call.operation, id=name, method="GET", mutates=False), call.path))

    @property
    def _key_form(self) -> str | None:
        return self._tried_key_form or self.profile.value("key_form")

    def _media_type(self, call: Call) -> str:
        return str(self.profile.value("media_type", call.operation.id) or demands.JSON)

    def _learn_media_type(self, operation: Operation, media_type: str) -> None:
        evidence = f"{demands.MEDIA_TYPE} for another"
        self.profile.learn("media_type", media_type, evidence, operation=operation.id, at=self.now())

    def _learn_time_form(self, form: str, refused: APIError) -> None:
        """Remember the form of the times of filters, and print it once."""
        if self.profile.learn("time_form", form, f"{refused.status} for {time_forms.OURS}", at=self.now()):
            notices.say(f"this service takes times of filters as {form}", logging.INFO)

    def _send_logged(self, call: Call) -> Reply:
        form = key_forms.NONE if self._is_keyless(call.operation) else self._key_form
        start, call = self._timing.clock(), key_forms.in_form(call, form)
        try:
            reply = self._send(call)
        except ProspectB2BError as problem:
            self._log_call(call, start, problem)
            if isinstance(problem, NotFoundError) and _is_about_the_path(call, problem):
                problem.repair = f"check the base URL, {self.base_url}: this service has no {call.operation.path} there"
            elif _is_missing(call, problem):
                also = "; ws.leads.plan(frame).apply() does the same without it" if "upsert" in call.path else ""
                problem.repair = f"if what it names exists, this service has no POST {call.operation.path}{also}"
            raise without_frames(problem) from None
        self._log_call(call, start, reply)
        return reply

    @property
    def is_foreign(self) -> bool:
        """Whether the service is not a sandbox of ours, which has a name of its own and keeps to our contract."""
        return self.service == self.host

    @property
    def known_custom(self) -> frozenset[str]:
        """Keys of custom fields of leads: those that the service lists, and those that its leads have shown."""
        return self.custom_keys | named_custom(self.profile.names("forms"))

    @property
    def scope(self) -> str:
        """Name of this workspace in journals and logs: the service and the workspace's id."""
        return f"{self.service}/{self.workspace}"

    @property
    def writes_locked(self) -> bool:
        """Whether writes are refused until the service was checked."""
        return self.write_lock is not None and not self.write_lock.is_open()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._channel.closed

    def check_open(self) -> None:
        """Refuse work that would end with a request, or that needs what was closed with the client.

        Raises:
            UsageError: The client is closed.
        """
        self._channel.check_open()

    def check_writable(self, operation: str) -> None:
        """Refuse a mutation on a read-only connection, or on a service that was not checked.

        Raises:
            ReadOnlyError: The connection is read-only.
            UncheckedServiceError: The write lock is closed.
        """
        if self.read_only:
            raise ReadOnlyError(
                f"{operation} would change the workspace, and this connection is read-only",
                repair="connect with a key that may write, and without read_only=True",
            )
        if self.writes_locked:
            raise UncheckedServiceError(
                f"{operation} would change {self.host}, which was not checked against the contract yet",
                repair="run ws.check() once: it only reads, and shows what differs; or connect with trust=True",
            )

    def _send(self, call: Call) -> Reply:
        clock = self._timing.clock
        ends = clock() + self._policy.deadline
        number, requested_wait, effect_unknown = 0, 0.0, False
        while True:
            number += 1
            turn = self._pacer.take_turn()
            ends += turn.waited
            reply, failure = self._attempt(call, turn, ends - clock(), number)
            if reply is not None:
                custom = self.known_custom
                return replace(reply, attempts=number, operation=call.operation, path=call.path, custom=custom)
            effect_unknown = effect_unknown or (call.operation.mutates and _may_have_worked(failure))
            if isinstance(failure, IdempotencyInProgressError):
                self._learn_honoured(call.operation, "a request with the same key was in progress")
            retry = self._retry(call, failure, number, requested_wait=requested_wait, left=ends - clock())
            if retry is None:
                failure.effect_unknown = effect_unknown
                raise failure from None
            if retry.requested:
                self._pacer.pause(retry.wait)
                ends += retry.wait
                requested_wait += getattr(failure, "retry_after", 0.0)
            self._timing.sleep(retry.wait)

    def _log_call(self, call: Call, start: float, outcome: Reply | ProspectB2BError) -> None:
        if self._log is None:
            return
        from pb2b_notebook.request_log import Request

        reply = outcome if isinstance(outcome, Reply) else None
        error = None if isinstance(outcome, Reply) else outcome
        with suppress(Exception):  # a log never ends the call that it is about
            self._log.record(
                Request(
                    time=datetime.now(UTC).isoformat(timespec="milliseconds"),
                    service=self.service,
                    workspace=self.workspace,
                    operation=call.operation.id,
                    status=reply.status if reply else getattr(error, "status", None),
                    error=type(error).__name__ if error else None,
                    request_id=envelope.request_id(reply) if reply else getattr(error, "request_id", None),
                    attempts=outcome.attempts,
                    idempotency_key=call.idempotency_key[:14] if call.idempotency_key else None,
                    ms=round((self._timing.clock() - start) * 1000, 3),
                    bytes=len(reply.body) if reply else None,
                    rate_left=self.rate.remaining,
                )
            )

    def _attempt(self, call: Call, turn: Turn, seconds: float, number: int) -> tuple[Reply | None, ProspectB2BError]:
        """Send one request; return its 2xx response, or the error."""
        rate: Rate | None = None
        self.sent += 1
        try:
            request = self._request(call)
            reply = exchange(self._channel, request, seconds=seconds)
            redirected = self._redirected_request(call, request, reply)
            if redirected is not None:
                self.sent += 1
                reply = exchange(self._channel, redirected, seconds=seconds)
            reply = self._without_key(reply)
            if not call.operation.mutates:  # what a write did is looked up, whatever answers for it
                reply = check_whole(reply)
            if _has_made_object(call, request, reply):
                reply = replace(reply, status=CREATED, body=b"")
            rate = headers.rate(reply)
            self._learn(reply, rate)
            if call.operation.mutates and headers.is_replayed(reply):
                self._learn_honoured(call.operation, "a replayed response")
        except ProspectB2BError as problem:
            problem.attempts = number
            problem.idempotency_key = call.idempotency_key
            return None, problem
        finally:
            self._pacer.end_turn(turn, rate)
        if reply.status in OK:
            self._budget.earn()
            refusal, answer = None, replace(reply, operation=call.operation)
            reports_rows = call.operation.id in _PARTLY_DONE and not says_missing(answer)
            lists_errors = call.operation.path.endswith("/errors") and b'"errors"' in reply.body
            if not reports_rows and not lists_errors:
                refusal = refusal_in(answer, attempts=number, idempotency_key=call.idempotency_key)
            return (reply, ProspectB2BError("")) if refusal is None else (None, refusal)
        return None, error_of(reply, attempts=number, idempotency_key=call.idempotency_key)

    def _redirected_request(self, call: Call, request: Request, reply: Reply) -> Request | None:
        """Return the request to send again after a redirect to the same object; ``None`` for any other response."""
        if reply.status not in redirects.FOLLOWED:
            return None
        target = redirects.target_of(request.url, reply.headers.get("location"), call.path)
        if target is None:
            return None
        here, there = urlsplit(request.url), urlsplit(target)
        adds_slash = there.path == f"{here.path}/"
        reads = call.operation.method == "GET"
        if not reads and not (adds_slash and reply.status in redirects.KEEP_METHOD and here.netloc == there.netloc):
            return None
        if adds_slash and reads:
            self.profile.learn("trailing_slash", True, f"{reply.status} to the path with a slash", at=self.now())
        return Request(call.operation.method, target, request.headers, call.body)

    def _without_key(self, reply: Reply) -> Reply:
        """Return the response without the key, which a service may repeat in it."""
        secret = self._key.reveal()
        if secret.encode() not in reply.body and not any(secret in value for value in reply.headers.values()):
            return reply
        headers = {name: value.replace(secret, str(self._key)) for name, value in reply.headers.items()}
        return replace(reply, headers=headers, body=reply.body.replace(secret.encode(), str(self._key).encode()))

    def _learn(self, reply: Reply, rate: Rate) -> None:
        self.rate = rate if rate.limit is not None else self.rate
        if self.sandbox:
            self.service = reply.headers.get("x-sandbox-instance", self.service)
        date = headers.date(reply)
        if date is not None:
            self._date = (date, self._timing.clock(), self._timing.wall())

    def now(self) -> datetime:
        """Return the service's time: the date of its latest response, plus the time that has passed since.

        A monotonic clock stops while a machine sleeps, and a wall clock may be set back: the larger difference counts.
        """
        if self._date is None:
            return datetime.now(UTC)
        date, at, at_wall = self._date
        return date + timedelta(seconds=max(self._timing.clock() - at, self._timing.wall() - at_wall))

    def wait(self, seconds: float) -> None:
        """Wait until the service may have done what it has accepted."""
        self._timing.sleep(seconds)

    def _request(self, call: Call) -> Request:
        headers = {"Host": self._host_header, **_HEADERS}
        if call.body is not None:
            headers["Content-Type"] = call.media_type or self._media_type(call)
        if call.body is not None or call.operation.method in _WITH_BODY:
            headers["Content-Length"] = str(len(call.body or b""))
        if call.version:
            headers["If-Match"] = call.version
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        url = self.base_url + call.path + ("/" if self.profile.value("trailing_slash") else "")
        if call.query:
            url += f"?{urlencode(call.query, quote_via=quote)}"
        if len(url) > _LONGEST_URL:
            raise InvalidParameterError(
                "the filters make the URL too long for a request",
                repair="pass fewer or shorter values, and read in several calls",
            )
        return Request(call.operation.method, url, encode_headers(headers), call.body)

    def _retry(
        self, call: Call, failure: ProspectB2BError, number: int, *, requested_wait: float, left: float
    ) -> Retry | None:
        attempt = _attempt_of(failure, number, requested_wait)
        if attempt is None or (number > 1 and _is_late_with_ours(call, failure)):
            return None
        # Sending twice must have the effect of sending once.
        repeatable = not call.operation.mutates or (
            call.idempotency_key is not None and self.recognizes_keys(call.operation)
        )
        retry = retrying.decide(attempt, repeatable=repeatable, policy=self._policy, jitter=self._timing.random())
        if retry is None or (not retry.requested and retry.wait >= left):
            return None
        return retry if self._budget.pay(retry.cost) else None

    def recognizes_keys(self, operation: Operation) -> bool:
        """Whether the service is known to honour the operation's Idempotency-Key.

        A live service may ignore the key of an operation that is not documented, and what a creation made twice cannot
        be taken back: its key is relied on where the service has shown that it knows keys.
        """
        if self._is_keyless(operation):
            return False
        shown = bool(self.profile.value("honours_keys", operation.id))
        creates = operation.method == "POST" and not operation.path.endswith("upsert")
        return shown or not self.is_foreign or (operation.documented and not creates)

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self.key_prefix} at {self.base_url}>"


def _through(transport: httpx.BaseTransport | None, base_url: str) -> Transport:
    """Return the transport to send through: the caller's, or the usual one to a service."""
    if transport is None:
        return transport_to(base_url)
    from pb2b_notebook.api.http.sending.caller_transports import CallerTransport

    return CallerTransport(transport)


def _names_to_drop(call: Call, refused: APIError) -> frozenset[str]:
    """Return the names of ours without which a refused call is sent again."""
    if "cursor" in dict(call.query):  # the first page was accepted with the same names
        return frozenset()
    if call.operation.mutates and write_forms.is_another_operation(refused):
        return frozenset()
    if says_empty(refused, call.operation):
        return frozenset()
    added, reads = call.added & _names_in(call), not call.operation.mutates
    given = {name for name, _ in call.query} - call.added
    if reads and unlearning.UNKNOWN.search(refused.message) and unlearning.mentions(refused, given):
        added &= unlearning.mentions(refused, added)  # it is about what the caller gave
    # Some services answer 404 where no row matches the caller's filters.
    unfiltered = call.added.issuperset(name for name, _ in call.query)
    exists = call.operation.id == LEADS and (unfiltered or refused.status != unlearning.NOT_FOUND)
    return unlearning.names_to_drop(refused, added, reads=reads, exists=exists)


def _has_made_object(call: Call, request: Request, reply: Reply) -> bool:
    """Whether a POST is answered by the address of the object that it has made."""
    made = redirects.leads_to_new_object(request.url, reply.status, reply.headers.get("location"))
    return call.operation.method == "POST" and made


def _is_late_with_ours(call: Call, failure: ProspectB2BError) -> bool:
    """Whether a service took too long, and is asked for less without what we added."""
    return isinstance(failure, APIError) and unlearning.is_late(failure) and bool(_names_to_drop(call, failure))


def _names_in(call: Call) -> set[str]:
    """Return the names of our own parameters and fields that the call carries."""
    body = call.body or b""
    return {name for name, _ in call.query} | {name for name in call.added if f'"{name}"'.encode() in body}


def _may_have_worked(failure: ProspectB2BError) -> bool:
    """Whether a mutation that failed like this may have taken effect: it may have arrived, and was not refused."""
    from pb2b_notebook.errors import ProtocolError

    if isinstance(failure, APIError):
        unknown = failure.status >= FAILED or failure.status == TIMED_OUT
        return unknown or isinstance(failure, IdempotencyInProgressError)
    return isinstance(failure, (TransportError, ProtocolError)) and not isinstance(failure, ConnectionFailedError)


def _attempt_of(failure: ProspectB2BError, number: int, requested_wait: float) -> Attempt | None:
    """Return the failure as an attempt for the retry policy; ``None`` for an error that a retry cannot fix."""
    if isinstance(failure, ConnectionFailedError):
        return Attempt("not_sent", number)
    if isinstance(failure, DeadlineError):
        return Attempt("timeout", number)
    if isinstance(failure, TransportError):
        return Attempt("lost", number)
    if isinstance(failure, IdempotencyInProgressError):
        return Attempt("in_progress", number, failure.status)
    status = retrying.TOO_MANY_REQUESTS if isinstance(failure, RateLimitError) else getattr(failure, "status", None)
    refused = isinstance(failure, BadRequestError)  # whatever its status
    if isinstance(failure, APIError) and status in retrying.RETRIED_STATUSES and not refused:
        return Attempt("status", number, status, failure.retry_after, requested_wait)
    return None


def _is_missing(call: Call, problem: ProspectB2BError) -> bool:
    """Whether an error of a mutation may mean that the service does not have the operation."""
    status = problem.status if isinstance(problem, APIError) else None
    missing = status in MISSING or isinstance(problem, NotFoundError)
    return missing and not call.operation.path_parameters and call.operation.mutates


def _is_about_the_path(call: Call, problem: NotFoundError) -> bool:
    """Whether a 404 can only mean that the operation itself is missing: the call names no object."""
    named = call.operation.path_parameters or call.query or call.body
    return problem.code == "unknown_route" or not named
