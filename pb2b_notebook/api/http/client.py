"""Send each call in the form that this service takes, and learn it from what the service refuses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from pb2b_notebook.api.http.adaptation import (
    key_forms,
    status_words,
    time_forms,
    unlearning,
    versions,
    write_forms,
)
from pb2b_notebook.api.http.adaptation.refused_names import (
    dropped_names,
    filters_to_bracket,
    names_in,
    with_bracketed_filters,
)
from pb2b_notebook.api.http.call import LEADS, Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.object_forms import forms_of_names
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending.courier import FAILED, PARTLY_DONE, Courier, Timing
from pb2b_notebook.api.http.sending.pacing import Pacer
from pb2b_notebook.api.http.sending.retrying import Policy
from pb2b_notebook.api.http.version_checks import VersionChecks
from pb2b_notebook.api.http.writes import Writes
from pb2b_notebook.credentials import Connection
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    ProspectB2BError,
)
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.request_log import RequestLog

if TYPE_CHECKING:
    import httpx

_SEVERAL = 2


class Client(Courier):
    """Client of the service for one API key, safe to use from many threads: a courier that adapts what is refused."""

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
        super().__init__(
            connection, transport=transport, read_only=read_only, policy=policy, timing=timing, pacer=pacer, log=log
        )
        self._accepted: frozenset[str] = frozenset()  # names of ours that a list has accepted
        self._uncounted: set[str] = set()  # operations whose rows the service takes too long to count
        # Operation and message of a refusal, and what was known of the form of objects then.
        self._refused_in_any_form: set[tuple[str, str, frozenset[str]]] = set()
        self.wordings: set[str] = set()  # in which the service refuses names, and not their values
        self._writes = Writes(self)
        self._versions = VersionChecks(self, self._writes)

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
        call = asked = self._as_known(call)
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
                if not final and write_forms.suggests_another_form(refused, call, forms, formed):
                    first, forms = first or refused, list(write_forms.forms_after(refused, forms))
                    if forms:
                        continue
                    self._refused_in_any_form.add((call.operation.id, first.message, learned))
                    raise first from None  # no form of the body was taken
                if unlearning.may_refuse_a_name(refused) and any(d - unlearning.mentions(r, d) for d, r in refusals):
                    raise refusals[0][1] from None  # it was not about our own names
                self._learn_refusals(call.operation, refusals)
                self._versions.learn(call, refused)
                raise
            self._learn_refusals(call.operation, refusals)
            self._learn_bracketed(call, asked)
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
        if not in_parts or (found := self._writes.read_if_shown(call)) is None:
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

    def _as_known(self, call: Call) -> Call:
        """Return the call without what the service is known to refuse, and with what it demands."""
        call = with_bracketed_filters(call, self.profile.names("bracketed", call.operation.id))
        call = self._without(call, call.added & self.profile.names("refused", call.operation.id))
        call = unlearning.without(call, call.added & {unlearning.COUNT} if call.operation.id in self._uncounted else ())
        if self._versions.may_be_ignored(call):
            self._versions.compare(call)
        required = self.profile.names("required", call.operation.id)
        if required and (missing := write_forms.missing_names(call, required)):
            with suppress(ProspectB2BError):  # the service says what is wrong
                return write_forms.with_values_of(call, self._writes.read_object(call).body, missing) or call
        return call

    def _learn_bracketed(self, call: Call, asked: Call) -> None:
        """Remember which filters of a list were accepted in brackets."""
        new = {*dict(call.operation.query_names)} - {*dict(asked.operation.query_names)}
        new &= {name for name, _ in call.query}
        if new:
            evidence = "it refuses them without brackets"
            self.profile.learn("bracketed", sorted(new), evidence, operation=call.operation.id, at=self.now())

    def _following(
        self, call: Call, sent: Call, refused: APIError, refusals: list[tuple[frozenset[str], APIError]]
    ) -> Call | None:
        """Return the call without what the service refuses, or with the version in its text; ``None`` for neither."""
        if (exact := self._versions.with_exact_version(call, sent, refused, refusals)) is not None:
            return exact
        if (whole := self._with_required_values(call, refused)) is not None:
            return whole
        words, forms = self.profile.status_words, self.profile.names("forms")
        changed = (
            self._without_own_addresses(call, refused)
            or write_forms.with_empty_texts(call, refused)
            or status_words.in_own_words(call, refused, words, forms)
        )
        if changed is not None:
            return changed
        if bracketed := filters_to_bracket(call, refused, forms):
            return with_bracketed_filters(call, bracketed)
        dropped = dropped_names(call, refused)
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
            self._versions.compare(call)
        return unlearning.without(call, names)

    def _refused_likewise(self, call: Call, dropped: frozenset[str]) -> frozenset[str]:
        """Return what else of ours a list refuses: what another one refuses that refuses the same name; learn it."""
        others = [set(fact.value) for fact in self.profile.facts if fact.name == "refused" and fact.operation]
        names = {name for found in others if not call.operation.mutates and found & dropped for name in found}
        names &= (set(unlearning.WEAKER) - unlearning.SIZES - self._accepted - dropped) & call.added & names_in(call)
        if names:
            self.learn_refused(call.operation, names, f"refused by another list that refuses {', '.join(dropped)}, too")
        return frozenset(names)

    def _with_required_values(self, call: Call, refused: APIError) -> Call | None:
        """Return a refused update with the values that the service demands with each; ``None`` if it demands none."""
        names = write_forms.required_names(call, refused)
        if not names:
            return None
        try:
            whole = write_forms.with_values_of(call, self._writes.read_object(call).body, names)
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
            names = write_forms.own_addresses(call, envelope.unwrap(self._writes.read_object(call)).data)
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
            return self._writes.send(call)
        except APIError as refused:
            if refused.status in unlearning.REFUSED and not refused.effect_unknown:
                return None
            raise

    def _forms_to_try(self, call: Call, learned: frozenset[str]) -> tuple[str, ...]:
        """Return the forms in which the body of a write may be sent."""
        if call.body is None:
            return (write_forms.PLAIN,)
        known = self.profile.value("write_form", call.operation.id) or call.operation.body_form
        if not call.operation.mutates or call.operation.id in PARTLY_DONE:
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
        if unlearning.UNKNOWN.search(refusal.message):
            self.wordings |= {unlearning.wording_of(refusal, name) for name in dropped} - {""}
        evidence = f"{refusal.status} {refusal.code}".strip() + f" with {', '.join(sorted(dropped))}, not without"
        self.learn_refused(operation, dropped, evidence)
        new, self._announced = dropped - self._announced, self._announced | dropped
        for name in sorted(new):
            notices.say(f"this service refuses {name}: {unlearning.WEAKER.get(name, 'it is left out')}")

    def learn_refused(self, operation: Operation, names: Iterable[str], evidence: str) -> bool:
        """Remember what an operation refuses; what leads or several refuse, and none accepts, is not tried elsewhere.

        Returns:
            Whether this is new.
        """
        new = self.profile.learn("refused", [*names], evidence, operation=operation.id, at=self.now())
        if unlearning.VERSION in names:  # writes take a version, or none of them does
            self.profile.learn("refused", [unlearning.VERSION], evidence, at=self.now())
        for name in {*names} & set(unlearning.WEAKER) - self._accepted:
            by = [fact.operation for fact in self.profile.facts if fact.name == "refused" and name in fact.value]
            if (len(by) >= _SEVERAL or by == [LEADS]) and "" not in by:
                self.profile.learn("refused", [name], f"refused by {', '.join(by)}", at=self.now())
        return new

    def _send_with_times(self, call: Call) -> Reply:
        """Send the call with the times of its filters in the form that the service takes, as one refusal may show."""
        bounds, objects = self.profile.names(time_forms.BOUNDS), self.profile.names("forms")
        known = self.profile.value("time_form") or time_forms.documented_form(call, objects)
        try:
            return self._writes.send(time_forms.in_form(call, known, bounds, finer=self.is_foreign))
        except APIError as refused:
            first = refused
        for form in time_forms.forms_to_try(first, call, objects):
            try:
                reply = self.send_as_is(time_forms.in_form(call, form, bounds, finer=self.is_foreign))
            except APIError as refused:
                if time_forms.forms_to_try(refused, call, objects):
                    continue
                if refused.status in unlearning.REFUSED:  # it is about something else by now
                    self._learn_time_form(form, first)
                raise
            self._learn_time_form(form, first)
            return reply
        raise first

    def _learn_time_form(self, form: str, refused: APIError) -> None:
        """Remember the form of the times of filters, and print it once."""
        if self.profile.learn("time_form", form, f"{refused.status} for {time_forms.OURS}", at=self.now()):
            notices.say(f"this service takes times of filters as {form}", logging.INFO)
