"""Take an intake or a plan back: earlier values are written again, and the leads that it created are deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.upserts.undoing import UNKNOWN, find_changed_leads, undoes

if TYPE_CHECKING:
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.plans import Plan
    from pb2b_notebook.upserts.running.run_options import Watch


@dataclass(frozen=True, eq=False, repr=False)
class Undone(ShowsCard):
    """What :meth:`Intake.undo` did.

    Attributes:
        restored: Outcome of writing the earlier values back.
        deleted: Outcome of deleting the leads that were created; ``None`` if none were.
        kept: Ids of leads that were created and stay, since they were changed after it.
        stays: Why values of leads stay as they are → number of the leads; those that were created aside.
        applied: Outcome that was undone, with what was found out about requests that had not been answered. Rows of its
            ``unknown`` may have been done: none of them is taken back.
    """

    restored: Outcome[Any]
    deleted: Outcome[Any] | None
    kept: tuple[str, ...] = ()
    stays: Mapping[str, int] = field(default_factory=dict)
    applied: Outcome[Any] = field(kw_only=True, repr=False)

    @property
    def unknown(self) -> int:
        """Number of rows that may have been done, and of which it is not known."""
        return len(self.applied.unknown)

    def _card(self) -> Card:
        target, facts = self.restored.target, []
        for name, outcome in (("restored", self.restored), ("deleted", self.deleted)):
            if outcome is not None:
                facts.append((name, f"{count_text(outcome.summary['succeeded'], 'lead')}: undone.{name}"))
                if len(outcome.not_done):
                    facts.append((f"not {name}", f"{len(outcome.not_done):,}: undone.{name}.not_done says why"))
        if self.kept:
            facts.append(("kept", f"{count_text(len(self.kept), 'lead')}, created and changed since: undone.kept"))
        if self.unknown:
            look = "undone.applied.unknown says why; intake.undo() goes on"
            facts.append(("not known", f"{count_text(self.unknown, 'row')}: {look}"))
        facts += [("stays", f"{count_text(count, 'lead')}: {why}") for why, count in self.stays.items()]
        facts.append(("next", "intake.change() looks at the workspace again"))
        return Card(
            title="Undone in part" if self.unknown else "Undone",
            badge=target.badge,
            about=f"in {target.name}",
            facts=facts,
            label_width=12,
        )


def undo_outcome(
    outcome: Outcome[Any], plan_delete: Callable[[Sequence[str]], Plan[Any]], watch: Watch | None = None
) -> Undone:
    """Write the earlier values of changed leads back, and delete the leads that were created and not changed since.

    Requests that were sent and not answered are settled first (:meth:`.Outcome.settle`), and what was not sent yet will
    not be: the rest of an unfinished job is abandoned. A lead of which it is not proven that the job created it stays.

    Args:
        outcome: Outcome of the plan to undo, also one of an earlier session: ``ws.upserts.get(job_id)``.
        plan_delete: ``ws.leads.plan_delete``.
        watch: As of :meth:`Plan.apply`, first for what is written back, then for what is deleted.
    """
    outcome = outcome.settle()
    outcome.abandon_rest()
    created = outcome.created_ids
    new, back = {*created}, outcome.undo_plan()
    left = zip(*(values_of(back.cannot_undo, name) for name in ("lead_id", "why")), strict=True)
    stays = Counter(why for lead_id, why in left if lead_id not in new and why != UNKNOWN)
    restored = back.apply(watch=watch)
    if not created:
        return Undone(restored, None, stays=stays, applied=outcome)
    plan = plan_delete(created)
    stay = find_changed_leads(outcome, plan.decisions.rows)
    plan = plan.without(plan.labels_of(stay)) if stay else plan
    deleted = replace(plan, source=replace(plan.source, facts=undoes(outcome))).apply(watch=watch)
    return Undone(restored, deleted, tuple(created[place] for place in stay), stays, applied=outcome)
