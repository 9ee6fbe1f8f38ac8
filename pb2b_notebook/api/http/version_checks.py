"""Check and send the version of an object that a write names: in the text of the service, or compared here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from pb2b_notebook.api.http.adaptation import (
    demands,
    unlearning,
    versions,
)
from pb2b_notebook.api.http.call import LEADS, Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.sending.courier import Courier
from pb2b_notebook.api.http.writes import Writes
from pb2b_notebook.errors import (
    APIError,
    ConflictError,
    PreconditionFailedError,
    ProspectB2BError,
)


class VersionChecks:
    """Checks of the versions that writes name.

    Args:
        courier: Sends each call.
        writes: Reads the object of a write.
    """

    def __init__(self, courier: Courier, writes: Writes) -> None:
        self._courier = courier
        self._writes = writes

    def compare(self, call: Call) -> None:
        """Check here that the object of a write has the version that it names.

        Raises:
            PreconditionFailedError: The object has changed since.
        """
        found = None
        with suppress(ProspectB2BError):  # the write says what is wrong
            found = envelope.parse_strict_json(envelope.unwrap(self._writes.read_object(call)).data)
        demands.check_version(found, call.body)

    def may_be_ignored(self, call: Call) -> bool:
        """Whether a write names the version of its object, and the service has not been seen to refuse another one."""
        of_one = call.operation.mutates and call.operation.path.endswith("}")
        named = of_one and f'"{unlearning.VERSION}"'.encode() in (call.body or b"")
        return (
            named
            and self._courier.is_foreign
            and self._courier.profile.value("versions", call.operation.id) != versions.CHECKED
        )

    def learn(self, call: Call, refused: APIError) -> None:
        """Remember that the service compares versions itself, if it refused a write over a later change.

        The object is read for it: a service may refuse a value, such as another lead's address, in the same way.
        """
        if not (isinstance(refused, PreconditionFailedError) and self.may_be_ignored(call)):
            return
        try:
            self.compare(call)
        except PreconditionFailedError:
            evidence = f"{refused.status} for an earlier version"
            self._courier.profile.learn(
                "versions", versions.CHECKED, evidence, operation=call.operation.id, at=self._courier.now()
            )

    def with_exact_version(
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
            body = self._writes.read_object(call).body
        except ProspectB2BError:
            return None
        exact = versions.with_version_of(sent, body)
        if exact is None and unlearning.VERSION in call.added and versions.is_coarse(sent, body):
            refusals.append((frozenset({unlearning.VERSION}), refused))
            return unlearning.without(call, {unlearning.VERSION})
        if exact is not None and (form := versions.form_of(exact)) is not None:
            self._courier.profile.learn(
                "version_form", form, f"{refused.status} for another text", at=self._courier.now()
            )
        return exact and replace(exact, exact=True)

    def _with_versions_in_form(self, call: Call, sent: Call, refused: APIError) -> Call | None:
        """Return a refused write of several leads with their versions in the text of lists; ``None`` if it is ours."""
        read = replace(call.operation, id=LEADS, method="GET", path="/leads", mutates=False, body=None)
        try:
            form = versions.form_in(self._courier.send_as_is(Call(read, "/leads")).body)
        except ProspectB2BError:
            return None
        formed = versions.in_form(sent, form)
        if form is None or formed.body == sent.body:
            return None
        self._courier.profile.learn("version_form", form, f"{refused.status} for another text", at=self._courier.now())
        return replace(formed, exact=True)
