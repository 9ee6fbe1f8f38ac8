"""Choose the surviving row and values of a cluster. Pure: it returns positions of rows, and never makes a new value.

Fields that belong together (the parts of a name, of a company, of a place) are decided together: a domain is never
taken from a row that names another company.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.values.mojibake import fix_mojibake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RULES: Final[dict[str, str]] = {
    "most_complete": "from the row with the most values",
    "most_recent": "from the row that was updated last",
    "most_trusted": "from the row whose source is trusted most",
    "longest": "the longest text that is not garbled",
    "union": "all values of all rows, each once",
}
"""Rule → the value that it takes."""
DEFAULTS: Final[dict[str, str]] = {
    "full_name": "longest", "first_name": "longest", "last_name": "longest", "tags": "union", "email": "most_recent",
    "phone": "most_recent", "title": "most_recent", "seniority": "most_recent", "company_name": "most_recent",
    "company_domain": "most_recent", "website": "most_recent", "city": "most_recent", "country": "most_recent",
    "status": "most_recent", "owner_email": "most_recent", "score": "most_recent", "last_contacted_at": "most_recent",
}  # fmt: skip
OTHERWISE: Final = "most_complete"
"""The rule of every other field."""
OWN: Final = frozenset(
    {
        "id", "object", "created_at", "updated_at", "deleted_at", "merged_into", "import_id", "cluster_id",
        "cluster_size", "match_probability",
    }
)  # fmt: skip
"""Columns that belong to a row and not to the person: the survivor keeps its own."""
OPTED_OUT: Final = ("unsubscribed", "bounced")
"""Statuses that win over all others, the first of them over the second."""
DECIDED_TOGETHER: Final = (
    ("full_name", "first_name", "last_name"),
    ("company_name", "company_domain", "website", "industry", "employee_count"),
    ("city", "country"),
    ("title", "seniority"),
)
"""Fields that are decided together, by the first of them that the frame has."""


@dataclass(frozen=True, slots=True)
class Members:
    """What decides among the rows of clusters; a row is its position in the frame.

    Attributes:
        values: Field → row → value; ``None`` for no value.
        completeness: Row → number of fields with a value.
        recency: Row → text that sorts by time; "" for unknown.
        trust: Row → rank of its source, 0 for the most trusted.
    """

    values: Mapping[str, Mapping[int, Any]]
    completeness: Mapping[int, int]
    recency: Mapping[int, str]
    trust: Mapping[int, int]


def survivor(rows: Sequence[int], members: Members) -> int:
    """Return the row that survives: the most complete, then the most recent, then the first."""
    return max(rows, key=lambda row: (members.completeness[row], members.recency[row]))


def source_row(rows: Sequence[int], field: str, rule: str, members: Members, surviving: int) -> int | None:
    """Return the row whose value of a field survives; ``None`` if no row has a value.

    Args:
        rows: Rows of one cluster, in order: where nothing else decides, the first wins.
        field: Field to decide.
        rule: One of :data:`RULES` except "union".
        members: What decides.
        surviving: Row that survives; it wins ties.
    """
    values = members.values[field]
    having = [row for row in rows if values[row] is not None]
    if field == "status":
        for state in OPTED_OUT:
            opted_out = [row for row in having if str(values[row]).strip().lower() == state]
            if opted_out:
                return surviving if surviving in opted_out else opted_out[0]
    return max(having, key=lambda row: (_rank(row, rule, values[row], members), row == surviving), default=None)


def agreeing_rows(rows: Sequence[int], lead: str, source: int, members: Members) -> list[int]:
    """Return the rows whose value of the deciding field is missing or equal to that of the source row."""
    wanted = comparable_text(members.values[lead][source])
    return [
        row for row in rows if members.values[lead][row] is None or comparable_text(members.values[lead][row]) == wanted
    ]


def comparable_text(value: Any) -> str:
    """Return a text that is equal for two spellings of one value: letters and digits, case folded."""
    return "".join(char for char in str(value).casefold() if char.isalnum())


def union(rows: Sequence[int], field: str, members: Members) -> list[Any]:
    """Return all values of a field, each once, in the order of the rows; lists are joined."""
    found: dict[str, Any] = {}
    for row in rows:
        value = members.values[field][row]
        for item in value if isinstance(value, list | tuple | set) else [value]:
            if item is not None:
                found.setdefault(str(item).casefold(), item)
    return list(found.values())


def _rank(row: int, rule: str, value: Any, members: Members) -> tuple[Any, ...]:
    complete, recent = members.completeness[row], members.recency[row]
    if rule == "most_recent":
        return (recent, complete)
    if rule == "most_trusted":
        return (-members.trust[row], recent, complete)
    if rule == "longest":
        text = str(value)
        # UTF-8 that was decoded as something else is longer than the right text.
        return (fix_mojibake(text) == text, len(text), recent, complete)
    return (complete, recent)
