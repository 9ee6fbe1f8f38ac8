"""Send writes as this service demands them: with a version, a mask, a media type, or as the whole object."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pb2b_notebook.api.http.adaptation import (
    demands,
    field_masks,
    replacements,
    unlearning,
)
from pb2b_notebook.api.http.adaptation.replacements import CLEARED
from pb2b_notebook.api.http.call import IMPORT, Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending.courier import Courier
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    NotFoundError,
    ProspectB2BError,
    ValidationError,
)
from pb2b_notebook.openapi import load
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.openapi.schemas import FORM

_MOST_COMPARED = 3
"""Updates before which a lead is read though none has shown yet what becomes of its other fields."""


class Writes:
    """The writes of a courier: each read and compared before, where the service demands or replaces more than one part.

    Args:
        courier: Sends each call.
    """

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._compared = 0  # updates of leads that were compared with the lead

    def send(self, call: Call) -> Reply:
        """Send the call; a write with what the service demands: a media type, the version of its object, or a token."""
        try:
            return self._send_as_demanded(call)
        except APIError as refused:
            if FORM in refused.message:
                refused.repair = "connect with the service's own document, contract=…: it names bodies that are forms"
            if not (call.operation.mutates and demands.demands_token(refused)):
                raise
            if not self._courier.fetch_token(Call(load()["me.get"], "/me")):
                raise
        return self._send_as_demanded(call)

    def _send_as_demanded(self, call: Call) -> Reply:
        """Send the call; a write with the media type and the version of its object that the service demands."""
        operation = call.operation
        if not operation.mutates:
            return self._courier.send_as_is(call)
        call = self._as_known(call)
        replaces = operation.replaced or self._courier.profile.value("replaces", operation.id)
        if replaces and (reply := self._replace(call)) is not None:
            return reply
        try:
            return self._send_masked(call)
        except APIError as refused:
            first = refused
        if operation.method == "PATCH" and replacements.lacks_method(first, "PATCH"):
            with suppress(NotFoundError):
                reply = self._post(call) if replacements.takes_only_posts(first) else self._replace(call)
                if reply is not None:
                    return reply
            first.repair = (
                "connect with the service's own document, contract=…, which may name another way; or change it in the "
                "workspace: a PUT might erase what this service does not show to this key"
            )
        if first.status == demands.VERSION and not call.version and operation.path.endswith("}"):
            reply = self.send(self._with_version(call))
            self._courier.profile.learn(
                "needs_version", True, f"{first.status} without it", operation=operation.id, at=self._courier.now()
            )
            return reply
        sent = call.media_type or self._courier.media_type(call)
        facts = self._courier.profile.facts
        known = [str(f.value) for f in facts if f.name == "media_type" and f.operation != operation.id]
        for media_type in demands.media_types_to_try(first, operation.method, sent, known) if call.body else ():
            try:
                reply = self._courier.send_as_is(replace(call, media_type=media_type))
            except APIError as refused:
                if refused.status == demands.MEDIA_TYPE:
                    continue
                self._learn_media_type(operation, media_type)  # it is about something else by now
                raise
            self._learn_media_type(operation, media_type)
            return reply
        raise first

    def _as_known(self, call: Call) -> Call:
        """Return a write with the method and the version that the service is known to demand."""
        known = self._courier.profile
        call = _as_post(call) if known.value("posts", call.operation.id) else call
        return self._with_version(call) if known.value("needs_version", call.operation.id) else call

    def _send_masked(self, call: Call) -> Reply:
        """Send a write; an update with a mask of the fields that it changes, where the service demands one."""
        known = self._courier.profile.value("mask", call.operation.id)
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
            self._courier.profile.learn(
                "mask", mask, f"{first.status} without it", operation=call.operation.id, at=self._courier.now()
            )
            return reply
        raise first

    def _send_with_mask(self, call: Call, mask: str) -> Reply:
        """Send an update with a mask; its object is read before, for the version and for what the mask replaces.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        read = self.read_object(call)
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(read).data), call.body)
        return self._courier.send_as_is(field_masks.with_mask(call, mask, envelope.parse_strict_json(read.body)))

    def _send_update(self, call: Call) -> Reply:
        """Send a write; an update so that the fields stay that it does not name, as the first one shows.

        A service may clear them: its update is a replacement, and what the first one cleared is written again.
        """
        operation = call.operation
        known = self._courier.profile.value("absent_fields", operation.id) if operation.id != IMPORT else None
        asked = known is None and self._compared < _MOST_COMPARED
        doubtful = operation.id == "leads.update" and self._courier.is_foreign and (asked or known == CLEARED)
        self._compared += doubtful
        read = self.read_if_shown(call) if doubtful else None
        found = None if read is None else envelope.parse_strict_json(read.body)
        whole = None if read is None else replacements.whole_body(call.body or b"{}", found)
        if known == CLEARED and whole is None:
            raise ValidationError(
                "this service clears what an update does not name, and does not show all of this lead",
                status=422,
                repair="change it in the workspace",
            )
        if read is None or whole is None:
            return self._courier.send_as_is(call)
        before = envelope.parse_strict_json(envelope.unwrap(read).data)
        restored = replacements.in_place_of(call, whole)
        if known == CLEARED:
            demands.check_version(before, call.body)
            return self._courier.send_as_is(restored)
        reply = self._courier.send_as_is(call)
        return self._restore(call, restored) if self._clears_others(call, before) else reply

    def _clears_others(self, call: Call, before: Any) -> bool:
        """Whether an update has cleared what it does not name, by its object before and after it; learn it."""
        operation = call.operation
        shown = self.read_if_shown(call)
        after = None if shown is None else envelope.parse_strict_json(envelope.unwrap(shown).data)
        if not (isinstance(before, dict) and isinstance(after, dict)):
            return False
        fate = replacements.fate_of_others(before, after, call.body or b"", operation.body or ())
        if fate is not None:
            self._courier.profile.learn(
                "absent_fields", fate, "an update", operation=operation.id, at=self._courier.now()
            )
        if fate == CLEARED:
            for upsert in ("leads.upsert", "leads.bulk_upsert"):
                why = "it may clear what it does not name"
                self._courier.profile.learn("missing", True, why, operation=upsert, at=self._courier.now())
        return fate == CLEARED

    def _restore(self, call: Call, restored: Call) -> Reply:
        """Send an update again, as the whole object."""
        self._courier.say_once(
            "this service clears what an update does not name: each object is read, and written as a whole"
        )
        try:
            return self._courier.send_as_is(restored)
        except APIError as refused:  # a value that the object had may not be valid any more
            others = json.loads(restored.body or b"{}").keys() - json.loads(call.body or b"{}").keys()
            if names := unlearning.mentions(refused, others):
                return self._courier.send_as_is(unlearning.without(restored, names))
            raise

    def read_if_shown(self, call: Call) -> Reply | None:
        """Read the object of a write; ``None`` where it is not shown as JSON."""
        with suppress(ProspectB2BError):
            found = self.read_object(call)
            envelope.parse_strict_json(found.body)
            return found
        return None

    def _replace(self, call: Call) -> Reply | None:
        """Send an update as a replacement of its whole object, which is read first; ``None`` if that is not safe.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        read = self.read_object(call)
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(read).data), call.body)
        body = replacements.whole_body(call.body or b"{}", envelope.parse_strict_json(read.body), call.operation)
        if body is None:
            return None
        operation, version = replace(call.operation, method="PUT"), read.headers.get("etag", "")
        sent = replacements.in_place_of(replace(call, operation=operation, version=version), body)
        computed = self._courier.profile.names("read_only", call.operation.id)
        sent = unlearning.without(sent, computed - json.loads(call.body or b"{}").keys())
        try:
            reply = self._send_without_read_only(sent, call)
        except APIError as refused:
            if replacements.lacks_method(refused, "PUT"):
                return None
            raise
        if self._courier.profile.learn(
            "replaces", True, "it takes no PATCH", operation=call.operation.id, at=self._courier.now()
        ):
            also = "" if version else ": a change that another user makes at the same moment is lost"
            notices.say(f"this service takes no part of an object: each is read, and replaced as a whole{also}")
        return reply

    def _post(self, call: Call) -> Reply | None:
        """Send an update as a POST to its object; ``None`` if the object does not change by it: it is something else.

        Raises:
            PreconditionFailedError: The object has changed since the version that the body names.
        """
        before = self.read_object(call)
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(before).data), call.body)
        reply = self._send_update(_as_post(call))
        shown = self.read_if_shown(call)
        if shown is None or envelope.unwrap(shown).data == envelope.unwrap(before).data:
            return None
        self._courier.profile.learn(
            "posts", True, "it takes POST alone", operation=call.operation.id, at=self._courier.now()
        )
        return reply

    def _send_without_read_only(self, sent: Call, call: Call) -> Reply:
        """Send a replacement; without the members that refusals name, in turn, and that only the service sets."""
        while True:
            try:
                return self._courier.send_as_is(sent)
            except APIError as refused:
                names = replacements.read_only_names(
                    refused, sent.body or b"{}", call.body or b"{}", call.operation.body or ()
                )
                if not names:
                    raise
                evidence = f"{refused.status} with it"
            sent = unlearning.without(sent, names)
            self._courier.profile.learn(
                "read_only", names, evidence, operation=call.operation.id, at=self._courier.now()
            )

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
        reply = self._courier.send_as_is(Call(read, call.path))
        demands.check_version(envelope.parse_strict_json(envelope.unwrap(reply).data), call.body)
        return replace(call, version=reply.headers.get("etag") or "*")

    def read_object(self, call: Call) -> Reply:
        """Read the object of a write."""
        name = f"{call.operation.id.rpartition('.')[0]}.get"
        return self._courier.send_as_is(Call(replace(call.operation, id=name, method="GET", mutates=False), call.path))

    def _learn_media_type(self, operation: Operation, media_type: str) -> None:
        evidence = f"{demands.MEDIA_TYPE} for another"
        self._courier.profile.learn("media_type", media_type, evidence, operation=operation.id, at=self._courier.now())


def _as_post(call: Call) -> Call:
    return replace(call, operation=replace(call.operation, method="POST"))
