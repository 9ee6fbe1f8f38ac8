"""Decide what each row of a list is: new, known, a duplicate, opted out, no person, doubtful or broken. Pure.

A row is never created where it may be about a person who is in the workspace, in an earlier row, or opted out: such a
row is doubtful, and waits for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from pb2b_notebook.intake.list_ends import NO_PERSON
from pb2b_notebook.upserts.planning.opted_out import UNCLEAR

State = Literal["new", "known", "duplicate", "opted_out", "left_out", "no_person", "doubtful", "broken"]
STATES: Final[tuple[State, ...]] = (
    "new", "known", "duplicate", "opted_out", "left_out", "no_person", "doubtful", "broken",
)  # fmt: skip
HELD_BACK: Final = ("doubtful", "broken")
STILL_A_LEAD: Final = "and is a lead of the workspace, which stays as it is"
"""End of the reason of a row that says that a known lead opted out."""

SEVERAL: Final = "its name is of several people: write one person a row, or allow this one"
OF_NO_PERSON: Final = "what stands for its name is not the name of a person: write who it is, or allow this row"
_SPEAK_AGAINST: Final = "though another person's rows fit it as well, or speak against it"
OF_OPTED_OUT_ROW: Final = "probably the person of another row, who opted out"
"""Start of the reason of a row that another row of the list opts out."""
_NO_KEY: Final = "it has no email address, phone or name of one person"
_NO_KEY_OF_SEVERAL: Final = (
    "its name is of several people, and no email address or phone is of one of them: write one person a row"
)
_MADE_UP: Final = "it has only words that people type to try something, such as test@test.com: write who it is"
BY_CHOICE: Final = "a person's choice"
BY_ID: Final = "the id of the lead, and the same name or email address"
"""Reason of a link that a person made."""
_IDS_SHOWN: Final = 5
_HALF: Final = 0.5
ONE_ADDRESS: Final = (
    "another person's row has its email address: leave one of them out, or give it another address in the file of the "
    "rows that are held back"
)
"""Reason of a row that is another person, by a choice or by its values, and has the address of one that is sent."""
OF_ANOTHER_LEAD: Final = (
    "another person's lead has its email address, and two people cannot have one: give this row another address in the "
    "file of the rows that are held back, or leave it out"
)
_LEFT_OUT: Final = "left out by a person's choice"
_BY_ANOTHER_ROW: Final = "another row of the same person: "
_WITH_ANOTHER: Final = "the same person as another row of them"
_WITH_LEFT_OUT: Final = "the same person as a row that was left out"
_DIFFERS: Final = "but differs in the rest, such as name or country"
_SAME_ADDRESS: Final = f"has the same email address, {_DIFFERS}"
NAMES_ANOTHER: Final = "; it may be: "
"""What stands in a reason before the name of the lead or row that a row may be."""
_STILL_WAITS: Final = "undecided since an earlier intake of this row"
_OPTED_OUT_BEFORE: Final = "this person opted out by an earlier intake of this row, and it is undecided since"


_Either = int | str
"""Position of a row, or the id of a lead."""


class RowKeys(NamedTuple):
    """What identifies a row of the list.

    Attributes:
        email: Match key of the email address; ``None`` without one.
        has_name: Whether it has a name.
        has_phone: Whether it has a phone.
        of_several: Whether its name is one of several people.
        made_up: Whether there is nothing but words and addresses that people type to try something.
        of_no_person: Whether it has a phone alone, and its name is that of a department, a course or the like.
    """

    email: str | None
    has_name: bool
    has_phone: bool
    of_several: bool = False
    made_up: bool = False
    of_no_person: bool = False


class Link(NamedTuple):
    """Two rows, or a row and a lead, that are probably one person.

    Attributes:
        row: Position of the row.
        other: Position of the other row, or the id of a lead.
        probability: Match probability, 0 to 1.
        reasons: Why, in words.
        cut: Whether other rows speak against it, however probable it is. A row fits a lead all the same, unless a
            person chose another row for it.
    """

    row: int
    other: int | str
    probability: float
    reasons: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class KnownLeads:
    """The leads of the workspace, as decisions need them.

    Attributes:
        holders: Match key of an email address → ids of the leads that hold it, each the survivor of its merges.
        named: Ids of leads that have a name.
        opted_out: Id → status of leads that opted out.
    """

    holders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    named: Collection[str] = ()
    opted_out: Mapping[str, str] = field(default_factory=dict)


class Verdict(NamedTuple):
    """What a row is.

    Attributes:
        state: One of :data:`STATES`.
        reason: Why, in words; ``None`` for a row that is simply new.
        lead_id: The lead that it is about, or may be about.
        same_as: Position of the row that it is a duplicate of, or may be one of.
        more_leads: Further leads that it matches as well; of a lead that a person chose, those that were not chosen.
        more_rows: Positions of further rows that it may be a duplicate of as well.
        may_have_opted_out: Whether it is created although the lead or row that it may be is of a person who opted out.
    """

    state: State
    reason: str | None = None
    lead_id: str | None = None
    same_as: int | None = None
    more_leads: tuple[str, ...] = ()
    more_rows: tuple[int, ...] = ()
    may_have_opted_out: bool = False


def people_of_doubts(verdicts: Sequence[Verdict]) -> dict[int, tuple[int | str, ...]]:
    """Return position of a doubtful row → the leads, or else the rows, that it may be.

    Of two rows that wait for each other, only the later one says so.

    >>> people_of_doubts([Verdict("doubtful"), Verdict("doubtful", None, "lead_1"), Verdict("doubtful", same_as=0)])
    {0: (2,), 1: ('lead_1',), 2: (0,)}
    """
    doubts = {row: one for row, one in enumerate(verdicts) if one.state == "doubtful"}
    later = {one.same_as: row for row, one in doubts.items()}
    found: dict[int, tuple[int | str, ...]] = {}
    for row, one in doubts.items():
        other = later.get(row) if one.same_as is None else one.same_as
        rows = () if other is None else (other, *one.more_rows)
        found[row] = rows if one.lead_id is None else (one.lead_id, *one.more_leads)
    return {row: others for row, others in found.items() if others}


@dataclass(frozen=True, slots=True)
class Decided:
    """The verdicts about all rows, and what is merged.

    Attributes:
        verdicts: One per row.
        groups: Positions of rows that are one person, with the id of the lead they are about, or ``None``.
    """

    verdicts: tuple[Verdict, ...]
    groups: tuple[tuple[tuple[int, ...], str | None], ...]


def decide(
    rows: Sequence[RowKeys],
    links: Iterable[Link],
    known: KnownLeads,
    *,
    sure: float,
    allowed: Collection[int] = (),
    different: Collection[tuple[int | str, int | str]] = (),
    opted_out: Mapping[int, str] | None = None,
    no_person: Mapping[int, str] | None = None,
    left_out: Collection[int] = (),
    waited: Mapping[int, State] | None = None,
    undecided: Mapping[int, str] | None = None,
    standing: Mapping[int, str] | None = None,
) -> Decided:
    """Decide about every row.

    Args:
        rows: What identifies the rows.
        links: Links that are at least probable.
        known: Leads of the workspace.
        sure: Least probability of a link that is followed without a person's yes.
        allowed: Rows that a person allowed although they look like a person who opted out.
        different: Pairs of rows and leads that a person judged to be two people.
        opted_out: Row → reason, for rows of which the list itself says that the person opted out.
        no_person: Line → what it is, for lines of the list that are blank, totals or notes, or of another table.
        left_out: Rows that a person left out: no row of the same person is sent.
        waited: Row → its state when the same list was brought in before, for rows that waited then. What the list
            added to the workspace since does not decide about them; a person's choice does.
        undecided: Row → reason, for rows that wait since a person's decision about them is not clear.
        standing: Row → reason why it was held back, for rows that wait as this reason is not settled.

    >>> row = RowKeys("ada@engines.example", has_name=True, has_phone=False)
    >>> [verdict.state for verdict in decide([row, row], [Link(0, 1, 0.99, "")], KnownLeads(), sure=0.95).verdicts]
    ['new', 'duplicate']
    """
    apart = {(row, other) for a, b in different for row, other in ((a, b), (b, a)) if isinstance(row, int)}
    no_rows = {row: what for row, what in (no_person or {}).items() if row not in allowed}
    found = [link for link in links if (link.row, link.other) not in apart]
    found = settle_by_choice(found, sure, known.opted_out)
    chosen = {row for link in found if link.reasons == BY_CHOICE for row in (link.row, link.other)}
    chosen |= {*allowed, *(row for row, _ in apart)}
    waits: dict[int, State] = dict.fromkeys(standing or (), "doubtful")
    waits |= waited or {}
    decider = _Decider(
        rows, known, sure, frozenset(allowed), frozenset(apart), opted_out or {}, no_rows, frozenset(left_out),
        {row: state for row, state in waits.items() if row not in chosen},
        undecided or {}, standing or {},
    )  # fmt: skip
    return decider.decide(found)


def settle_by_choice(links: Sequence[Link], sure: float, opted_out: Collection[str] = ()) -> list[Link]:
    """Return the links without those that a person's choice settles.

    Of two people whom a row fits, the chosen one has it, and the other one does not. If the other one fits the chosen
    one too, though less, that link stays. So does a link that is sure where the chosen one is not even as probable.

    Args:
        links: All links, those of a person's choice included.
        sure: Least probability of a link that is followed without a person's yes.
        opted_out: Leads that opted out: a choice between other people does not make them others.

    >>> fits_both = [Link(2, 0, 0.99, "", cut=True), Link(2, 1, 0.99, "", cut=True), Link(2, 1, 1.0, BY_CHOICE)]
    >>> [(link.row, link.other) for link in settle_by_choice(fits_both, 0.95)]
    [(2, 1), (2, 1)]
    """
    groups = groups_of((link.row, link.other) for link in links if link.reasons == BY_CHOICE)
    if not groups:
        return [*links]
    probability: dict[tuple[_Either, _Either], float] = {}
    uncut: set[tuple[int, _Either]] = set()
    chosen: dict[int, float] = defaultdict(float)
    for link in links:
        if link.row in groups and groups[link.row] is groups.get(link.other) and link.reasons != BY_CHOICE:
            chosen[id(groups[link.row])] = max(link.probability, chosen[id(groups[link.row])])
        for one, other in ((link.row, link.other), (link.other, link.row)):
            probability[one, other] = max(link.probability, probability.get((one, other), 0.0))
            uncut |= {(id(groups[one]), other)} if one in groups and not link.cut else set()

    def is_settled(link: Link, one: _Either, other: _Either) -> bool:
        members = groups.get(one, {one})
        if other in members or len(members) == 1 or (id(members), other) in uncut:
            return False
        if isinstance(other, str) and any(isinstance(each, str) for each in members):
            return False  # a person chose one of the leads that the row matches
        if chosen[id(members)] < min(sure, link.probability):
            return False
        return any(probability.get((each, other), 0.0) < link.probability for each in members)

    return [
        link
        for link in links
        if not link.cut
        or link.other in opted_out
        or not (is_settled(link, link.row, link.other) or is_settled(link, link.other, link.row))
    ]


def groups_of(pairs: Iterable[tuple[_Either, _Either]]) -> dict[_Either, set[_Either]]:
    """Return for each row and lead those that pairs make one person with it, itself included."""
    groups: dict[_Either, set[_Either]] = {}
    for pair in pairs:
        small, large = sorted((groups.setdefault(each, {each}) for each in pair), key=len)
        if small is not large:
            large |= small
            groups |= dict.fromkeys(small, large)
    return groups


class _WhyOne:
    """Why a row is one person with others: what the links between them say, also against it.

    >>> _WhyOne([Link(0, 1, 0.99, "same name; but different phone numbers")]).of(1, [0, 1])
    'same name; but different phone numbers'
    """

    def __init__(self, links: Iterable[Link]) -> None:
        self._of: dict[int, dict[int, Link]] = defaultdict(dict)
        for link in sorted(links, key=lambda one: one.probability):
            if isinstance(link.other, int):
                self._of[link.row][link.other] = self._of[link.other][link.row] = link

    def of(self, row: int, others: Sequence[int]) -> str | None:
        """Return the reasons of the link to the first of the others, or else of the likeliest link to one of them."""
        links = self._of[row]
        if others[0] in links:
            return links[others[0]].reasons or None
        found = [links[other] for other in others if other in links]
        best = max(found, key=lambda one: one.probability, default=None)
        return None if best is None else f"{_WITH_ANOTHER}: {best.reasons}"


@dataclass(frozen=True, slots=True)
class _Decider:
    """The arguments of :func:`decide`."""

    rows: Sequence[RowKeys]
    known: KnownLeads
    sure: float
    allowed: frozenset[int]
    apart: frozenset[tuple[int, int | str]]
    opted_out: Mapping[int, str]
    no_person: Mapping[int, str]
    left_out: frozenset[int]
    waited: Mapping[int, State]
    undecided: Mapping[int, str]
    standing: Mapping[int, str]

    def decide(self, links: Sequence[Link]) -> Decided:
        kept = [link for link in links if not (link.row in self.allowed and link.other in self.known.opted_out)]
        people = _People(len(self.rows), self.apart)
        for link in sorted(kept, key=lambda one: (-one.probability, one.reasons != BY_CHOICE)):
            if isinstance(link.other, int) and self._joins(link, people):
                people.join(link.row, link.other)
        to_leads, to_rows = _links_of_people(kept, people)
        named = [(first, [row for row in rows if self._names_person(row)]) for first, rows in people.groups()]
        members = {first: of for first, of in named if of}
        why = _WhyOne(kept)
        of_people = {first: self._of_person(of, to_leads[first], people) for first, of in members.items()}
        holders: dict[str, int] = {}
        for first, verdict in of_people.items():
            if verdict is not None and verdict.state == "known":
                self._add_emails(holders, members[first])
        verdicts = [self._of_no_person(row) for row in range(len(self.rows))]
        groups: list[tuple[tuple[int, ...], str | None]] = []
        of_leads: dict[str, list[int]] = defaultdict(list)
        for first, of in members.items():
            gone = {link.other for link in to_rows[first] if verdicts[int(link.other)].state == "opted_out"}
            verdict = of_people[first] or self._of_rows(of, to_rows[first], holders, people, gone)
            verdict = self._of_undecided(of, self._as_before(of, self._of_one_name(of, verdict, of_leads)))
            self._add_emails(holders, of)
            for row, one in zip(of, self._of_each(of, verdict, why), strict=True):
                verdicts[row] = _with_own_reason(row, one, [*to_leads[first], *to_rows[first]])
            if verdict is None:
                groups.append((tuple(of), None))
            elif verdict.state == "known" and verdict.lead_id is not None:
                of_leads[verdict.lead_id] += of
        groups += [(tuple(of), lead_id) for lead_id, of in of_leads.items()]
        return Decided(tuple(verdicts), tuple(groups))

    def _joins(self, link: Link, people: _People) -> bool:
        """Return whether a link of two rows makes them one person."""
        waited = not (self.waited.keys() | self.undecided.keys()).isdisjoint((link.row, link.other))
        if link.probability < self.sure or link.cut or waited:
            return False
        return link.reasons == BY_CHOICE or not people.was_judged(link.row, int(link.other))

    def _names_person(self, row: int) -> bool:
        keys = self.rows[row]
        if keys.made_up and row not in self.allowed:
            return False
        return (keys.email is not None or keys.has_name or keys.has_phone) and row not in self.no_person

    def _add_emails(self, holders: dict[str, int], of: Sequence[int]) -> None:
        """Note the addresses of a person who is not left out, unless another row has them already."""
        for email in self._emails(of) if not self.left_out.intersection(of) else ():
            holders.setdefault(email, of[0])

    def _of_each(self, of: Sequence[int], verdict: Verdict | None, why: _WhyOne) -> list[Verdict]:
        """Return the verdict about each row of a person."""
        if verdict is None:
            return [Verdict("new"), *(Verdict("duplicate", why.of(row, of), same_as=of[0]) for row in of[1:])]
        listed = [row for row in of if row in self.opted_out]
        if verdict.state == "opted_out" and listed:
            return [self._of_opted_out_row(row, verdict, listed) for row in of]
        if verdict.state != "left_out":
            return [verdict] * len(of)
        left_out = min(self.left_out.intersection(of))
        with_it = verdict._replace(reason=_WITH_LEFT_OUT, same_as=left_out)
        return [verdict if row in self.left_out else with_it for row in of]

    def _of_opted_out_row(self, row: int, verdict: Verdict, listed: Sequence[int]) -> Verdict:
        """Return the verdict about a row of a person whom a list opts out, by its own words or by another row.

        A remark that is not understood is not to be settled where another row opts the person out clearly.
        """
        clear = [each for each in listed if not self.opted_out[each].endswith(UNCLEAR)] or listed
        own = row if row in clear else clear[0]
        why = str(verdict.reason).replace(self.opted_out[listed[0]], self.opted_out[own], 1)
        if own == row:
            return verdict._replace(reason=why)
        return verdict._replace(reason=_BY_ANOTHER_ROW + why, same_as=own)

    def _of_one_name(
        self, of: Sequence[int], verdict: Verdict | None, of_leads: Mapping[str, Sequence[int]]
    ) -> Verdict | None:
        """Return the verdict; a lead without a name is not two people of the list."""
        if verdict is None or verdict.state != "known" or verdict.lead_id in self.known.named:
            return verdict
        others = [row for row in of_leads.get(str(verdict.lead_id), ()) if self.rows[row].has_name]
        if verdict.reason == BY_CHOICE or not others or not any(self.rows[row].has_name for row in of):
            return verdict
        return Verdict("doubtful", f"an earlier row is this lead already, {_DIFFERS}", verdict.lead_id, others[0])

    def _as_before(self, of: Sequence[int], verdict: Verdict | None) -> Verdict | None:
        """Return the verdict; rows that waited when the list was brought in before still wait."""
        state = next((self.waited[row] for row in of if row in self.waited), None)
        reasons = (self.standing[row].removeprefix(f"{_STILL_WAITS}: ") for row in of if row in self.standing)
        before = next((f"{_STILL_WAITS}: {why}" for why in reasons), _STILL_WAITS)
        was = _OPTED_OUT_BEFORE if state == "opted_out" else before
        why = was if verdict is None or verdict.reason is None else f"{was}: {verdict.reason}"
        if state == "opted_out" and verdict is not None and verdict.state == "doubtful":
            return verdict._replace(state=state, reason=why)  # a choice between people does not create who opted out
        if state is None or (verdict is not None and verdict.state != "known"):
            return verdict
        return Verdict(state, why, None if verdict is None else verdict.lead_id)

    def _of_undecided(self, of: Sequence[int], verdict: Verdict | None) -> Verdict | None:
        """Return the verdict; a row with a decision that is not clear waits, unless it is not sent anyway."""
        why = next((self.undecided[row] for row in of if row in self.undecided), None)
        found = verdict or Verdict("doubtful")
        is_unclear = found.state == "opted_out" and any(each in str(found.reason) for each in UNCLEAR)
        if why is None or not (found.state in {"known", "doubtful"} or is_unclear):
            return verdict
        state: State = "opted_out" if is_unclear else "doubtful"
        return found._replace(state=state, reason="; ".join(filter(None, (why, found.reason))))

    def _of_no_person(self, row: int) -> Verdict:
        """Return the verdict about a row that names no person."""
        if row in self.left_out:
            return Verdict("left_out", _LEFT_OUT)
        what = self.no_person.get(row)
        why = _MADE_UP if self.rows[row].made_up else _NO_KEY_OF_SEVERAL if self.rows[row].of_several else _NO_KEY
        return Verdict("no_person", what) if what in NO_PERSON else Verdict("broken", what or why)

    def _emails(self, of: Sequence[int]) -> list[str]:
        return sorted({email for row in of if (email := self.rows[row].email) is not None})

    def _of_person(self, of: Sequence[int], links: Sequence[Link], people: _People) -> Verdict | None:
        """Return the verdict that follows from the list, or else from the leads of the workspace."""
        of_list, of_leads = self._of_list(of), self._of_leads(of, links, people)
        if of_list is None or of_leads is None or of_list.state != "opted_out":
            return of_list or of_leads
        if of_leads.state == "known":
            return of_list._replace(reason=f"{of_list.reason}, {STILL_A_LEAD}", lead_id=of_leads.lead_id)
        if not str(of_list.reason).endswith(UNCLEAR):
            return of_list
        if of_leads.state == "opted_out":  # which is clear
            return of_leads
        return of_list._replace(reason=f"{of_list.reason}; {of_leads.reason}", lead_id=of_leads.lead_id)

    def _of_list(self, of: Sequence[int]) -> Verdict | None:
        """Return the verdict that follows from the list and its choices; ``None`` where they say nothing."""
        reason = next((self.opted_out[row] for row in of if row in self.opted_out), None)
        if reason is not None and not self.allowed.intersection(of):
            return Verdict("opted_out", reason)
        return Verdict("left_out", _LEFT_OUT) if self.left_out.intersection(of) else None

    def _of_leads(self, of: Sequence[int], links: Sequence[Link], people: _People) -> Verdict | None:
        """Return the verdict that follows from the leads of the workspace; ``None`` if there is no such lead."""
        best: dict[str, Link] = {}
        for link in sorted(links, key=lambda one: (one.probability, one.reasons in {BY_ID, BY_CHOICE})):
            best[str(link.other)] = link
        holders = dict.fromkeys(lead for email in self._emails(of) for lead in self.known.holders.get(email, ()))
        certain = [lead_id for lead_id, link in best.items() if link.probability >= self.sure]
        opted_out = [lead_id for lead_id in (*best, *holders) if lead_id in self.known.opted_out]
        if opted_out and not self.allowed.intersection(of):
            return self._of_opted_out(opted_out[0], best.get(opted_out[0]))
        by_choice, by_id = (
            [lead_id for lead_id, link in best.items() if link.reasons == reason] for reason in (BY_CHOICE, BY_ID)
        )
        by_address = [lead_id for lead_id in certain if lead_id in holders]
        certain = next((some for some in (by_choice, by_id, by_address) if len(some) == 1), certain)
        if len(certain) > 1:
            return _of_several("it matches {} leads of the workspace", certain)
        if certain and people.are_apart(of[0], certain[0]):
            return Verdict("doubtful", "a row of the same person is not this lead, by a person's choice", certain[0])
        if certain:
            others = (lead for lead in (*best, *holders) if lead != certain[0]) if by_choice else ()
            return self._of_lead(certain[0], links, tuple(dict.fromkeys(others)))
        by_holders = self._of_holders(of, list(holders), people)
        likely = max(best.values(), key=lambda one: one.probability, default=None)
        if likely is None or (by_holders and (by_holders.state, by_holders.lead_id) == ("known", likely.other)):
            return by_holders
        reason = f"perhaps a known lead{_how_likely(likely)}: {likely.reasons}"
        return Verdict("doubtful", reason, str(likely.other))

    def _of_lead(self, lead_id: str, links: Sequence[Link], others: tuple[str, ...]) -> Verdict:
        """Return the verdict about rows that a single lead surely matches, unless other rows speak against it.

        Args:
            lead_id: The lead.
            links: Links of the rows.
            others: Leads that a person did not choose.
        """
        sure = [link for link in links if link.other == lead_id and link.probability >= self.sure]
        likeliest = max(reversed(sure), key=lambda one: (one.probability, one.reasons in {BY_ID, BY_CHOICE}))
        if all(link.cut for link in sure):
            why = f"perhaps a known lead{_how_likely(likeliest)}, {_SPEAK_AGAINST}: {likeliest.reasons}"
            return Verdict("doubtful", why, lead_id)
        return Verdict("known", likeliest.reasons, lead_id, None, others)

    def _of_opted_out(self, lead_id: str, link: Link | None) -> Verdict:
        status = self.known.opted_out[lead_id]
        if link is None:
            return Verdict("opted_out", f"a lead who is {status} has the same email address", lead_id)
        surely = "" if link.probability >= self.sure else "probably "
        return Verdict("opted_out", f"{surely}the same person as a lead who is {status}: {link.reasons}", lead_id)

    def _of_holders(self, of: Sequence[int], holders: Sequence[str], people: _People) -> Verdict | None:
        """Return the verdict about rows whose address a lead holds that is not linked to them."""
        if not holders:
            return None
        possible = [lead_id for lead_id in holders if not people.are_apart(of[0], lead_id)]
        if not possible:
            return Verdict("doubtful", OF_ANOTHER_LEAD, holders[0], None, tuple(holders[1:]))
        if len(possible) > 1:
            return _of_several("{} leads have its email address", possible)
        [lead_id] = possible
        if lead_id in self.known.named and any(self.rows[row].has_name for row in of):
            return Verdict("doubtful", f"a lead {_SAME_ADDRESS}", lead_id)
        return Verdict("known", "same email address", lead_id)

    def _of_rows(
        self,
        of: Sequence[int],
        links: Sequence[Link],
        holders: Mapping[str, int],
        people: _People,
        gone: Collection[int | str],
    ) -> Verdict | None:
        """Return the verdict that follows from earlier rows, or from the rows alone; ``None`` for a new person.

        Args:
            of: Rows of the person.
            links: Links to earlier people.
            holders: Addresses of earlier people, and of known leads.
            people: The people of the list.
            gone: Earlier people who opted out.
        """
        if self.allowed.intersection(of):
            links = [link for link in links if link.other not in gone]
        if links:
            link, *others = sorted(links, key=lambda one: (-one.probability, one.other))
            more = dict.fromkeys(int(each.other) for each in others if each.other != link.other)
            whose = f"one of {len(more) + 1} earlier rows" if more else "an earlier row"
            reason = f"perhaps the person of {whose}{_how_likely(link)}: {link.reasons}"
            opted_out = next((each for each in (link, *others) if each.other in gone), None)
            if opted_out is not None:
                why = f"{OF_OPTED_OUT_ROW}{_how_likely(opted_out)}: {opted_out.reasons}"
                return Verdict("opted_out", why, same_as=int(opted_out.other))
            return Verdict("doubtful", reason, same_as=int(link.other), more_rows=tuple(more))
        shared = next((holders[email] for email in self._emails(of) if email in holders), None)
        if shared is None:
            keys = [self.rows[row] for row in of] if not self.allowed.intersection(of) else []
            if any(each.of_several for each in keys):
                return Verdict("doubtful", SEVERAL)
            return Verdict("doubtful", OF_NO_PERSON) if any(each.of_no_person for each in keys) else None
        apart = people.are_apart(of[0], shared)
        reason = ONE_ADDRESS if apart else f"another row {_SAME_ADDRESS}"
        return Verdict("doubtful", reason, same_as=shared)


def perhaps_same(
    links: Iterable[Link],
    decided: Decided,
    different: Collection[tuple[int | str, int | str]] = (),
    opted_out: Mapping[int | str, str] | None = None,
) -> dict[int, Verdict]:
    """Return the verdicts about new rows that are perhaps a lead or another row, though less probably than not.

    They are created all the same; the reason and the other one let a person look first. Of two new rows, the later one
    says it.

    Args:
        links: Links that are less than likely.
        decided: The verdicts about the rows.
        different: Pairs of rows and leads that a person judged to be two people.
        opted_out: Row or lead → clause that says so, for those whose person opted out.

    >>> decided = Decided((Verdict("opted_out"), Verdict("new")), (((1,), None),))
    >>> perhaps_same([Link(1, 0, 0.4, "same phone")], decided, opted_out={0: "who opted out"})[1].reason
    'created, though perhaps the person of another row, who opted out (40.0%): same phone'
    """
    gone = opted_out or {}
    first: dict[int | str, int] = {row: rows[0] for rows, _ in decided.groups for row in rows}
    apart = {frozenset(first.get(one, one) for one in pair) for pair in different}
    new = {row for row, verdict in enumerate(decided.verdicts) if verdict.state == "new"}
    found: dict[int, Verdict] = {}
    for link in sorted(links, key=lambda one: one.probability):  # the most probable one stays
        pair = {first.get(link.row, link.row), first.get(link.other, link.other)}
        created = sorted(row for row in pair if row in new)
        if len(pair) == 1 or not created or frozenset(pair) in apart:
            continue
        row = int(created[-1])
        [other] = pair - {row}
        who = "a known lead" if isinstance(other, str) else "the person of another row"
        who += f", {gone[other]}" if other in gone else ""
        why = f"created, though perhaps {who} ({percent(link.probability)}): {link.reasons}"
        lead_id, same_as = (other, None) if isinstance(other, str) else (None, other)
        found[row] = Verdict("new", why, lead_id, same_as, may_have_opted_out=other in gone)
    return found


def percent(probability: float) -> str:
    """Return a probability as text, rounded down: it is never shown as certain, nor as a limit that it does not reach.

    >>> percent(0.99996), percent(0.9499)
    ('99.9%', '94.9%')
    """
    return f"{int(1000 * probability) / 10}%"


def _how_likely(link: Link) -> str:
    """Return how probable a doubt is; nothing for less than a half, which would speak against it.

    >>> _how_likely(Link(0, 1, 0.606, "")), _how_likely(Link(0, 1, 0.024, ""))
    (' (60.6%)', '')
    """
    return f" ({percent(link.probability)})" if link.probability >= _HALF else ""


def _with_own_reason(row: int, verdict: Verdict, links: Sequence[Link]) -> Verdict:
    """Return the verdict about a row; where it follows from the link of another row of the person, it says so."""
    other = verdict.same_as if verdict.lead_id is None else verdict.lead_id
    to_other = sorted((link for link in links if link.other == other), key=lambda one: -one.probability)
    shown = next((link for link in to_other if link.reasons and link.reasons in (verdict.reason or "")), None)
    if shown is None or any(link.row == row and link.reasons == shown.reasons for link in to_other):
        return verdict
    own, why = next((link for link in to_other if link.row == row), None), str(verdict.reason)
    if own is None or not own.reasons:
        return verdict._replace(reason=why if why.startswith(_BY_ANOTHER_ROW) else f"{_BY_ANOTHER_ROW}{why}")
    if shown_as := _how_likely(shown):
        why = why.replace(shown_as, _how_likely(own))
    return verdict._replace(reason=why.replace(shown.reasons, own.reasons))


def _of_several(reason: str, leads: Sequence[str]) -> Verdict:
    """Return the verdict about a row that several leads match."""
    way_on = "choose which, or merge them first with Duplicates"
    why = f"{reason.format(len(leads))}{ids_of_several(leads)}: {way_on}"
    return Verdict("doubtful", why, leads[0], None, tuple(leads[1:]))


def ids_of_several(leads: Sequence[str]) -> str:
    """Return the ids of several leads as a reason has them, for ``same=[(row, lead_id)]``; the first of many.

    >>> ids_of_several(["lead_1", "lead_2"])
    ' (lead_1, lead_2)'
    """
    more = ["…"] if len(leads) > _IDS_SHOWN else []
    return f" ({', '.join([*leads[:_IDS_SHOWN], *more])})"


def _links_of_people(
    links: Iterable[Link], people: _People
) -> tuple[Mapping[int, list[Link]], Mapping[int, list[Link]]]:
    """Return the links to leads, and the uncertain links to earlier people, by the first row of each person."""
    to_leads: dict[int, list[Link]] = defaultdict(list)
    to_rows: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        if isinstance(link.other, str):
            to_leads[people.first(link.row)].append(link)
            continue
        (earlier, _), (later, row) = sorted((people.first(each), each) for each in (link.row, link.other))
        if earlier != later:
            to_rows[later].append(link._replace(row=row, other=earlier))
    return to_leads, to_rows


class _People:
    """Rows that are one person, by union-find; a person is named by the first row.

    Args:
        count: Number of rows.
        apart: Pairs of a row, and a row or lead, that are two people; two rows in both orders.
    """

    def __init__(self, count: int, apart: Iterable[tuple[int, int | str]]) -> None:
        self._parent = list(range(count))
        self._apart: dict[int, set[int | str]] = defaultdict(set)
        self._earlier: dict[int, set[int]] = defaultdict(set)
        for row, other in apart:
            self._apart[row].add(other)
            if isinstance(other, int) and other < row:
                self._earlier[row].add(other)

    def first(self, row: int) -> int:
        """Return the first row of a person."""
        while self._parent[row] != row:
            self._parent[row] = self._parent[self._parent[row]]
            row = self._parent[row]
        return row

    def join(self, a: int, b: int) -> None:
        """Make two rows one person, unless rows of the two are two people."""
        low, high = sorted((self.first(a), self.first(b)))
        if low == high or self.are_apart(low, high):
            return
        self._parent[high] = low
        if high in self._apart:
            self._apart[low] |= self._apart.pop(high)
        if high in self._earlier:
            self._earlier[low] |= self._earlier.pop(high)

    def are_apart(self, row: int, other: int | str) -> bool:
        """Whether a person of the list, and another one or a lead, are two people."""
        others = self._apart.get(self.first(row), ())
        if isinstance(other, str):
            return other in others
        return any(isinstance(each, int) and self.first(each) == self.first(other) for each in others)

    def was_judged(self, row: int, other: int) -> bool:
        """Whether a person judged the later one of two not to be some earlier row, and has not seen this one.

        Whoever answers "two people" about a row looks at that row: it does not go to a third one unasked.
        """
        low, high = sorted((self.first(row), self.first(other)))
        before, judged = ({self.first(each) for each in self._earlier.get(of, ())} for of in (low, high))
        return bool(judged - before - {low})

    def groups(self) -> list[tuple[int, list[int]]]:
        """Return the first row of each person, and all rows."""
        groups: dict[int, list[int]] = defaultdict(list)
        for row in range(len(self._parent)):
            groups[self.first(row)].append(row)
        return sorted(groups.items())
