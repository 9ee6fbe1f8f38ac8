"""The rows of a plan that would create a person whom the workspace perhaps has under another address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pb2b_notebook.intake.matching import find_people, links_of, live_leads
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.plans import Plan

_THRESHOLD: Final = 0.75
_NAMES: Final = ("full_name", "email", "company_name")


def find_lookalikes(plan: Plan[Any], read_leads: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return the rows that a plan creates and that are more probably than not a lead.

    A plan finds leads by a key, such as the email address. Rows are not compared with each other: who merged them has
    seen them.

    Args:
        plan: The plan; one that deletes or undoes creates nothing.
        read_leads: Returns the leads of the workspace; called only if the plan creates any.

    Returns:
        ``row`` (position in the plan), ``who``, ``lead`` and ``probability``, the most probable lead of each row.
    """
    schema = {"row": pl.Int64, "who": pl.String, "lead": pl.String, "probability": pl.Float64}
    creates = plan.decisions.rows.filter(pl.col("action") == "create")["row"].to_list()
    if plan.basis is None or not creates:
        return pl.DataFrame(schema=schema)
    leads = live_leads(read_leads())
    frame = plan.basis.desired.values.select(pl.col(plan.basis.desired.fields)).with_row_index("row")
    frame = frame.filter(pl.col("row").is_in(creates))
    people = find_people(frame.drop("row"), leads, threshold=_THRESHOLD)
    best: dict[int, tuple[float, str]] = {}
    for link in links_of(people):
        if isinstance(link.other, str):
            best[link.row] = max(best.get(link.row, (0.0, "")), (link.probability, link.other))
    names = dict(zip(leads["id"], _names(leads), strict=True))
    who = _names(frame)
    found = [(creates[row], who[row], names[lead], probability) for row, (probability, lead) in sorted(best.items())]
    return pl.DataFrame(found, schema=schema, orient="row")


def _names(frame: pl.DataFrame) -> list[str]:
    """Return name, address and company of each row."""
    some = frame.select(pl.col(name).cast(pl.String) for name in _NAMES if name in frame.columns)
    return some.select(pl.concat_str(pl.all(), separator=" · ", ignore_nulls=True)).to_series().to_list()
