"""Launch a campaign in two steps: preview what would happen, then ``.apply()`` it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from pb2b_notebook.api.calls.identifiers import id_of, kind_named
from pb2b_notebook.api.calls.list_summary import summarize_list
from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import Id
from pb2b_notebook.api.domains.lead_counts import count_leads
from pb2b_notebook.api.domains.list_schemas import Listed
from pb2b_notebook.api.domains.verbs import run
from pb2b_notebook.api.http.responses.paging import truth
from pb2b_notebook.display import notices
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    InvalidParameterError,
    PaginationError,
    PermissionDeniedError,
    ValidationError,
)
from pb2b_notebook.frames.types import FrameName, FrameT
from pb2b_notebook.opt_outs import OPTED_OUT, can_say, is_consent, is_flag, says_opted_out

_DEFAULT_STATUSES: Final = ("new", "contacted")  # statuses of an audience that names none
_UNPUBLISHED: Final = {"draft": "a draft", "paused": "paused"}
_FILTERS: Final = ("source", "country", "tag", "owner_email")
_SAMPLE: Final = 100
"""Leads whose fields are looked at."""
_NOW: Final = "now; .leads() lists them, and a run reaches at most these"
_NEVER: Final = "would match, but opted out: never reached"
_COUNTS: Final = ("targeted", "sent", "opened", "replied", "bounced", "unsubscribed")


@dataclass(frozen=True, repr=False)
class Launch(ShowsCard):
    """Preview of a campaign launch. Nothing has been sent yet; :meth:`apply` starts the run.

    Attributes:
        campaign: The campaign as it is now.
        audience: Number of leads that match its audience now. A run reaches at most this many: leads that were reached
            before wait for the next step, and leads that opted out under another row are left out. ``None`` where they
            cannot be counted: a campaign for the leads of a workflow, one without statuses at a service that has other
            ones than our contract, or a key that may not read leads.
        opted_out: Number of leads that would match but are unsubscribed or bounced, or have a status that
            ``ws.explain_statuses`` calls an opt-out; ``None`` if they cannot be counted: a status is not explained, or
            a field such as ``do_not_contact`` says it, by which no filter counts.
        last_run: Latest run of the campaign, or ``None``.
        obstacles: Reasons why it cannot start now; empty if it can.
    """

    campaign: Record
    audience: int | None
    opted_out: int | None
    last_run: Record | None
    obstacles: tuple[str, ...]
    _filters: Mapping[str, Any] | None = field(repr=False, compare=False)
    _session: Session = field(repr=False, compare=False)

    def leads(
        self, *, frame: FrameName | None = None, columns: Sequence[str] | None = None, limit: int | None = None
    ) -> Any:
        """Return the leads that match the audience now: a run reaches at most these, see :attr:`audience`.

        Args:
            frame: Library of the returned frame, "pandas" or "polars"; by default that of the workspace.
            columns: Columns to return; by default all.
            limit: Largest number of leads to read.

        Returns:
            The frame of ``ws.leads.list``.

        Raises:
            InvalidParameterError: No filter selects them: a campaign for the leads of a workflow, or one without
                statuses at a service that has other ones than our contract.
            APIError, TransportError: The leads cannot be read.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=200) as ws:
            ...     published = ws.campaigns.list(status="published", enabled=True)
            ...     preview = ws.campaigns.launch(published["id"].iloc[0])
            ...     len(preview.leads()) == preview.audience
            True
        """
        if self._filters is None:
            raise InvalidParameterError(
                "the leads of this campaign cannot be selected by a filter",
                repair="see the leads that its last run reached: ws.campaigns.leads(campaign)",
            )
        options = Options(frame=frame, columns=columns, limit=limit)
        return self._session.list(self._session.operations.find("leads.list"), dict(self._filters), options)

    def apply(self, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Start the run.

        Args:
            idempotency_key: Your own key; sending twice with the same key starts one run.
            again: Whether to start another run even if one was started within 24 hours; otherwise that one is returned,
                with a notice and without a request.

        Returns:
            The queued run; ``ws.jobs.wait(run)`` waits for it.

        Raises:
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            ConflictError: The campaign is not published or is disabled, or a run of it has not ended.
        """
        started: Record = run(
            self._session, "campaigns.runs.create", self.campaign["id"], idempotency_key=idempotency_key, again=again
        )
        return started

    def _card(self) -> Card:
        switch = "disabled" if truth(self.campaign.get("enabled")) is False else "enabled"
        obstacles = [("cannot start", text) for text in self.obstacles]
        next_step = "nothing was sent yet; .apply() starts the run"
        facts = [
            ("status", f"{self.campaign.get('status')}, {switch}"),
            ("audience", _leads_text(self.audience, "lead matches", "leads match", _NOW)),
            ("opted out", _leads_text(self.opted_out, "more lead", "more leads", _NEVER)),
            ("last run", _run_text(self.last_run)),
            *(obstacles or [("then", next_step)]),
        ]
        return Card(title=f"Launch of “{self.campaign.get('name')}” ({self.campaign['id']})", facts=facts)


class CampaignLaunches(Listed[FrameT]):
    """Launch campaigns in two steps."""

    def launch(self, campaign: Id) -> Launch:
        """Return a preview of a launch: audience, opted-out leads, last run. ``.apply()`` then starts the run.

        Args:
            campaign: Id of the campaign, or the campaign itself.

        Returns:
            A :class:`Launch`.

        Raises:
            NotFoundError: The workspace has no such campaign.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=200) as ws:
            ...     published = ws.campaigns.list(status="published", enabled=True)
            ...     preview = ws.campaigns.launch(published["id"].iloc[0])
            ...     run = preview.apply()
            ...     ws.jobs.wait(run).status
            'completed'
        """
        session = self._session
        # Read again even if the campaign itself is given: it may have changed.
        found: Record = run(session, "campaigns.get", id_of(campaign, kind_named("campaign")))
        last = summarize_list(session, "campaigns.runs.list", found["id"]).newest
        filters, others = _filters_of(found), _other_words(session)
        selected = _with_status(found, filters, others)
        audience = None if selected is None else _count(session, selected)
        opted_out = None if filters is None else _count_opted_out(session, filters, others)
        return Launch(found, audience, opted_out, last, tuple(_obstacles(found, last)), selected, session)


def _filters_of(campaign: Record) -> dict[str, Any] | None:
    """Return the filters of an audience beside its statuses; ``None`` if none selects it."""
    if campaign.get("prospector_workflow_id"):
        return None  # no filter of leads selects those that a workflow found
    wanted = _audience_of(campaign)
    has_email = {"has_email": True} if campaign.get("channel") == "email" else {}
    return {name: wanted[name] for name in _FILTERS if wanted.get(name)} | has_email


def _with_status(campaign: Record, filters: dict[str, Any] | None, others: frozenset[str]) -> dict[str, Any] | None:
    """Return the filters of an audience with its statuses; ``None`` if they are not known."""
    statuses = _audience_of(campaign).get("status")
    # Which of its own statuses a service reaches by default, only it knows.
    if filters is None or not (statuses or not others):
        return None
    return {"status": statuses or _DEFAULT_STATUSES, **filters}


def _audience_of(campaign: Record) -> Mapping[str, Any]:
    audience = campaign.get("audience")
    return audience if isinstance(audience, dict) else {}


def _count_opted_out(session: Session, filters: Mapping[str, Any], others: frozenset[str]) -> int | None:
    theirs = session.client.profile.names("opted_out")
    ours = {word.lower() for word in _our_words(session)}
    if any(word.lower() not in ours for word in others - session.client.profile.names("harmless")):
        notices.say(
            "launch: leads have statuses that are not explained, so that those who opted out cannot be counted: "
            "ws.explain_statuses(opted_out=[…], harmless=[…])"
        )
        return None
    flag = _flag_of(session)
    if flag is not None:
        notices.say(
            f"launch: this service says by the field {flag!r} who must not be contacted, by which leads cannot be "
            "counted: those who opted out are among the audience"
        )
        return None
    opted_out = _count(session, {"status": sorted({*OPTED_OUT, *theirs}), **filters})
    if opted_out is None and theirs:  # the service may not know the words of our contract
        opted_out = _count(session, {"status": sorted(theirs), **filters})
    return opted_out


def _other_words(session: Session) -> frozenset[str]:
    """Return the status words of leads that our contract does not have, and that are not explained as opt-outs."""
    profile, newest = session.client.profile, summarize_list(session, "leads.list").newest
    word = None if newest is None else newest.get("status")
    words = profile.status_words | ({word} if isinstance(word, str) and word else set())
    return frozenset(words - _our_words(session) - profile.names("opted_out"))


def _our_words(session: Session) -> frozenset[str]:
    """Return the status words of leads in the contract in use."""
    status = session.operations.find("leads.list").parameter("status")
    return frozenset({*(status.choices if status is not None else ()), *_DEFAULT_STATUSES, *OPTED_OUT})


def _flag_of(session: Session) -> str | None:
    """Return a field of leads, beside their status, that says who must not be contacted."""
    newest, profile = summarize_list(session, "leads.list").newest, session.client.profile
    explained = {name.lower() for name in profile.names("harmless")}
    shown = [*(newest or ()), *sorted(profile.names("left_out", "leads.list"))]
    names = [name for name in shown if is_flag(name) or is_consent(name)]
    return next((name for name in names if name.lower() not in explained), None) or _saying_field(session, explained)


def _saying_field(session: Session, explained: Collection[str]) -> str | None:
    """Return a field, such as tags, by which a lead of a service that may differ has opted out."""
    if not session.client.is_foreign:
        return None
    with suppress(APIError, PaginationError):
        for lead in islice(session.objects(session.operations.find("leads.list"), {}), _SAMPLE):
            for name, value in lead.items():
                says = name != "status" and name.lower() not in explained and can_say(name)
                if says and says_opted_out(name, value):
                    return str(name)
    return None


def _count(session: Session, filters: Mapping[str, Any]) -> int | None:
    """Return the number of leads by these filters, which may be read for it; ``None`` where it is not known."""
    try:
        number, complete = count_leads(session, session.operations.find("leads.list"), dict(filters))
    except (BadRequestError, ValidationError, InvalidParameterError, PaginationError, PermissionDeniedError):
        return None
    return number if complete else None


def _obstacles(campaign: Mapping[str, Any], last: Mapping[str, Any] | None) -> list[str]:
    found = []
    if str(campaign.get("status")) in _UNPUBLISHED:
        found.append(f"it is {_UNPUBLISHED[campaign['status']]}: call ws.campaigns.publish first")
    if truth(campaign.get("enabled")) is False:
        found.append("it is disabled: call ws.campaigns.update(…, enabled=True) first")
    if last is not None and str(last.get("status")) in {"queued", "running"}:
        found.append("a run of it has not ended: wait with ws.jobs.wait, or call ws.campaigns.pause")
    return found


def _leads_text(number: int | None, one: str, several: str, rest: str) -> str:
    if number is None:
        return "not known"
    return f"{number:,} {one if number == 1 else several} {rest}"


def _run_text(last: Mapping[str, Any] | None) -> str:
    if last is None:
        return "none yet"
    started = last.get("started_at")
    day = started.date().isoformat() if started is not None and hasattr(started, "date") else "not started"
    counts = ", ".join(f"{last[name]:,} {name}" for name in _COUNTS if isinstance(last.get(name), int))
    return f"{day}, {last.get('status')}{f': {counts}' if counts else ''}"
