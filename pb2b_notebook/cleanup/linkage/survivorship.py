"""Which value of a cluster survives, field by field: pure decisions about positions, never a new value.

Fields that only mean something together (the parts of a name, of a company, of a place) are decided together: a domain
is never taken from a row that names another company.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.values.text import fix_mojibake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RULES: Final[dict[str, str]] = {
    "most_complete": "from the row with the most values",
    "most_recent": "from the row that was updated last",
    "most_trusted": "from the row whose source is trusted most",
    "longest": "the longest text that is not garbled",
    "union": "all that any row has, each once",
}
"""Rule → what it takes."""
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
"""What belongs to a row and not to the person: the survivor's own is kept."""
OPTED_OUT: Final = ("unsubscribed", "bounced")
"""States that win over any other, the first of them over the second."""
TOGETHER: Final = (
    ("full_name", "first_name", "last_name"),
    ("company_name", "company_domain", "website", "industry", "employee_count"),
    ("city", "country"),
    ("title", "seniority"),
)
"""Fields that are decided together; the first that the frame has leads."""


@dataclass(frozen=True, slots=True)
class Members:
    """The rows of clusters, as what is decided by; all by position in the frame.

    Attributes:
        values: field → position → value; ``None`` for nothing.
        completeness: position → how many values it has.
        recency: position → text that sorts by time, "" for unknown.
        trust: position → rank of its source, 0 the most trusted.
    """

    values: Mapping[str, Mapping[int, Any]]
    completeness: Mapping[int, int]
    recency: Mapping[int, str]
    trust: Mapping[int, int]


def survivor(rows: Sequence[int], members: Members) -> int:
    """The row that goes on: the most complete, then the most recent, then the first of these rows."""
    return max(rows, key=lambda row: (members.completeness[row], members.recency[row]))


def chosen(rows: Sequence[int], field: str, rule: str, members: Members, stays: int) -> int | None:
    """The row whose value of a field survives; ``None`` if no row has one.

    Args:
        rows: of one cluster, in order: where nothing else decides, the first wins.
        field: whose value is wanted.
        rule: of :data:`RULES`, but not "union".
        members: what is decided by.
        stays: the survivor; it wins ties.
    """
    values = members.values[field]
    having = [row for row in rows if values[row] is not None]
    if field == "status":
        for state in OPTED_OUT:
            out = [row for row in having if str(values[row]).strip().lower() == state]
            if out:
                return stays if stays in out else out[0]
    return max(having, key=lambda row: (_merit(row, rule, values[row], members), row == stays), default=None)


def agreeing(rows: Sequence[int], lead: str, source: int, members: Members) -> list[int]:
    """The rows that do not say another thing in the field that leads a group."""
    wanted = folded(members.values[lead][source])
    return [row for row in rows if members.values[lead][row] is None or folded(members.values[lead][row]) == wanted]


def folded(value: Any) -> str:
    """Text that two ways to write the same share."""
    return "".join(char for char in str(value).casefold() if char.isalnum())


def union(rows: Sequence[int], field: str, members: Members) -> list[Any]:
    """All values of a list field, or of several texts, each once, in the order of the rows."""
    found: dict[str, Any] = {}
    for row in rows:
        value = members.values[field][row]
        for one in value if isinstance(value, list | tuple | set) else [value]:
            if one is not None:
                found.setdefault(str(one).casefold(), one)
    return list(found.values())


def _merit(row: int, rule: str, value: Any, members: Members) -> tuple[Any, ...]:
    complete, recent = members.completeness[row], members.recency[row]
    if rule == "most_recent":
        return (recent, complete)
    if rule == "most_trusted":
        return (-members.trust[row], recent, complete)
    if rule == "longest":
        text = str(value)
        # UTF-8 that was read as something else is longer than what it was.
        return (fix_mojibake(text) == text, len(text), recent, complete)
    return (complete, recent)
