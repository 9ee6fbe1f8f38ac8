"""Take an intake or a plan back: earlier values are written again, and the leads that it created are deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.upserts.undoing import find_changed_leads, undoes

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
    """

    restored: Outcome[Any]
    deleted: Outcome[Any] | None
    kept: tuple[str, ...] = ()
    stays: Mapping[str, int] = field(default_factory=dict)

    def _card(self) -> Card:
        target, facts = self.restored.target, []
        for name, outcome in (("restored", self.restored), ("deleted", self.deleted)):
            if outcome is not None:
                facts.append((name, f"{count_text(outcome.summary['succeeded'], 'lead')}: undone.{name}"))
                if len(outcome.not_done):
                    facts.append((f"not {name}", f"{len(outcome.not_done):,}: undone.{name}.not_done says why"))
        if self.kept:
            facts.append(("kept", f"{count_text(len(self.kept), 'lead')}, created and changed since: undone.kept"))
        facts += [("stays", f"{count_text(count, 'lead')}: {why}") for why, count in self.stays.items()]
        facts.append(("next", "intake.change() looks at the workspace again"))
        return Card(title="Undone", badge=target.badge, about=f"in {target.name}", facts=facts, label_width=12)


def undo_outcome(
    outcome: Outcome[Any], plan_delete: Callable[[Sequence[str]], Plan[Any]], watch: Watch | None = None
) -> Undone:
    """Write the earlier values of changed leads back, and delete the leads that were created and not changed since.

    Args:
        outcome: Outcome of the plan to undo, also one of an earlier session: ``ws.upserts.get(job_id)``.
        plan_delete: ``ws.leads.plan_delete``.
        watch: As of :meth:`Plan.apply`, first for what is written back, then for what is deleted.
    """
    created = outcome.created_ids
    back = outcome.undo_plan()
    left = zip(*(values_of(back.cannot_undo, name) for name in ("lead_id", "why")), strict=True)
    stays = Counter(why for lead_id, why in left if lead_id not in {*created})
    restored = back.apply(watch=watch)
    if not created:
        return Undone(restored, None, stays=stays)
    plan = plan_delete(created)
    stay = find_changed_leads(outcome, plan.decisions.rows)
    plan = plan.without(plan.labels_of(stay)) if stay else plan
    deleted = replace(plan, source=replace(plan.source, facts=undoes(outcome))).apply(watch=watch)
    return Undone(restored, deleted, tuple(created[place] for place in stay), stays)
