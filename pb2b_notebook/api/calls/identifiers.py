"""Resolve ids of objects, and check that they are of the type that a call needs.

An id may be given as text or as the object itself. The prefixes are those of our contract; an id with none of them is
passed on unchanged, since a live service may form its ids differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.openapi.object_ids import id_text


class Kind(NamedTuple):
    """One type of object.

    Attributes:
        name: Value of the field ``object``.
        prefix: Prefix of its ids, before the underscore.
        folder: Path of its collection.
        reads: Call that reads one of them.
    """

    name: str
    prefix: str
    folder: str
    reads: str


KINDS: Final = (
    Kind("lead", "lead", "leads", "ws.leads.get"),
    Kind("message", "msg", "messages", "ws.messages.get"),
    Kind("import", "imp", "imports", "ws.imports.get"),
    Kind("export", "exp", "exports", "ws.exports.get"),
    Kind("job", "job", "jobs", "ws.jobs.get"),
    Kind("campaign", "campaign", "campaigns", "ws.campaigns.get"),
    Kind("campaign_run", "crun", "campaign-runs", "ws.campaigns.get_run"),
    Kind("prospector_workflow", "workflow", "prospector/workflows", "ws.prospector.workflows.get"),
    Kind("prospector_run", "prun", "prospector/runs", "ws.prospector.runs.get"),
    Kind("inbox_thread", "thread", "inbox/threads", "ws.inbox.threads.get"),
    Kind("support_ticket", "ticket", "support/tickets", "ws.tickets.get"),
    Kind("webhook", "webhook", "webhooks", "ws.webhooks.get"),
    Kind("webhook_delivery", "delivery", "webhooks/deliveries", "ws.webhooks.deliveries"),
)
_PARTS: Final = (
    "lead_activity",
    "lead_field",
    "import_error",
    "job_event",
    "campaign_log",
    "export_download",
    "member",
    "api_key",
)
"""Types of objects that no call takes."""
_BY_FOLDER: Final = {kind.folder: kind for kind in KINDS}
_BY_NAME: Final = {kind.name: kind for kind in KINDS}
_BY_PREFIX: Final = {kind.prefix: kind for kind in KINDS}
# Filters and fields that hold the id of another object.
REFERENCES: Final = {
    "lead_id": _BY_NAME["lead"],
    "merged_into": _BY_NAME["lead"],
    "campaign_id": _BY_NAME["campaign"],
    "import_id": _BY_NAME["import"],
    "workflow_id": _BY_NAME["prospector_workflow"],
    "prospector_workflow_id": _BY_NAME["prospector_workflow"],
}


def kind_in(path: str, placeholder: str) -> Kind | None:
    """Return the type of the objects that a placeholder of a path stands for, if our contract knows it.

    >>> kind_in("/prospector/runs/{id}/cancel", "id").name
    'prospector_run'
    >>> print(kind_in("/lead-fields/{key}", "key"))
    None
    """
    return _BY_FOLDER.get(path.partition("/{" + placeholder + "}")[0].strip("/"))


def kind_listed(path: str) -> Kind | None:
    """Return the type of the objects that a path lists, if our contract knows it.

    >>> kind_listed("/campaign-runs").name
    'campaign_run'
    """
    return _BY_FOLDER.get(path.strip("/"))


def kind_named(name: str) -> Kind:
    """Return the type with this name."""
    return _BY_NAME[name]


def is_another_kind(word: str, name: str) -> bool:
    """Whether a value of the field ``object``, in the singular or the plural, names another type of our contract.

    >>> [is_another_kind(word, "lead") for word in ("lead", "leads", "Contact", "campaigns", "lead_activity")]
    [False, False, False, True, True]
    """
    return word.lower().removesuffix("s") in {*_BY_NAME, *_PARTS} - {name}


def id_of(value: Any, wanted: Kind | None, name: str = "id") -> Any:
    """Return the id of an object; a value that is not an object is returned unchanged.

    Args:
        value: Text, or an object with an id, such as a :class:`~pb2b_notebook.api.calls.records.Record`.
        wanted: Type that the call needs, or ``None`` for any.
        name: Field with the id, such as ``id`` or ``key``.

    Raises:
        InvalidParameterError: The id belongs to an object of another type, or the object has no id.

    >>> id_of({"id": "lead_1", "object": "lead"}, KINDS[0])
    'lead_1'
    >>> id_of("job_1", KINDS[0])
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: this is the id of a job, not of a lead → ws.jobs.get(…) reads a job; ...
    """
    if isinstance(value, Mapping):
        found = id_text(value.get(name))
        if not isinstance(found, str):
            raise InvalidParameterError(f"this object has no {name!r}", repair="pass the id as text")
        _check(_BY_NAME.get(str(value.get("object"))), wanted)
        value = found
    if isinstance(value, str):
        _check(_BY_PREFIX.get(value.strip().partition("_")[0]) if "_" in value else None, wanted)
    return value


def _check(given: Kind | None, wanted: Kind | None) -> None:
    if given is None or wanted is None or given is wanted:
        return
    belongs = "; what it worked on is its resource_id" if given.name == "job" else ""
    raise InvalidParameterError(
        f"this is the id of {_a(given.name)}, not of {_a(wanted.name)}",
        repair=f"{given.reads}(…) reads {_a(given.name)}{belongs}",
    )


def _a(name: str) -> str:
    words = name.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
