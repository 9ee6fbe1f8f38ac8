"""What each row is follows from links and choices; a choice that two are different is never joined over."""

from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.intake.decisions import BY_CHOICE, KnownLeads, Link, RowKeys, decide, perhaps_same, settle_by_choice

NAMED = RowKeys(None, has_name=True, has_phone=False)


def states(count, links, **options):
    found = decide([NAMED] * count, links, options.pop("known", KnownLeads()), sure=0.95, **options)
    return [verdict.state for verdict in found.verdicts], found


def test_a_third_row_does_not_join_two_that_are_different():
    found, decided = states(3, [Link(0, 1, 0.99, ""), Link(1, 2, 0.98, "")], different=[(0, 2)])
    assert found == ["new", "duplicate", "doubtful"]
    assert decided.groups == (((0, 1), None),)


def test_a_row_that_was_judged_to_be_another_person_does_not_go_to_a_third_row_unasked():
    links = [Link(0, 2, 0.8, ""), Link(1, 2, 0.999, ""), Link(2, 3, 0.999, "")]
    found, decided = states(4, links, different=[(2, 0)])
    assert found == ["new", "new", "doubtful", "doubtful"]
    assert [one.same_as for one in decided.verdicts[2:]] == [1, 1]
    assert states(4, links[1:])[0] == ["new", "new", "duplicate", "duplicate"]
    by_choice = [links[0], Link(1, 2, 1.0, BY_CHOICE), links[2]]
    assert states(4, by_choice, different=[(2, 0)])[0] == ["new", "new", "duplicate", "duplicate"]
    # Copies of the row that was judged stay with it, and so do those of the row that it is not.
    copies = [Link(0, 1, 0.999, ""), Link(2, 3, 0.999, "")]
    assert states(4, copies, different=[(0, 2)])[0] == ["new", "duplicate", "new", "duplicate"]


def test_a_link_that_the_other_rows_speak_against_waits():
    assert states(2, [Link(0, 1, 0.99, "", cut=True)])[0] == ["new", "doubtful"]


def test_rows_of_one_person_are_not_the_lead_that_one_of_them_is_not():
    links = [Link(0, 1, 0.99, ""), Link(1, "lead_1", 0.99, "")]
    assert states(2, links, different=[("lead_1", 0)])[0] == ["doubtful", "doubtful"]
    assert states(2, links)[0] == ["known", "known"]


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([0.6, 0.96, 1.0])), max_size=12),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]), max_size=4),
)
def test_two_that_are_different_are_never_in_one_group(pairs, different):
    links = [Link(a, b, probability, "") for a, b, probability in pairs if a != b]
    _, decided = states(7, links, different=different)
    for rows, _ in decided.groups:
        assert not any({a, b} <= {*rows} for a, b in different)
    # No row is lost: each is written once, is of a group, or waits.
    grouped = [row for rows, _ in decided.groups for row in rows]
    waiting = [row for row, verdict in enumerate(decided.verdicts) if verdict.state == "doubtful"]
    assert sorted(grouped + waiting) == list(range(7))


def test_each_row_of_a_person_who_opted_out_has_its_own_reason():
    _, decided = states(3, [Link(0, 1, 0.99, ""), Link(1, 2, 0.99, "")], opted_out={1: "column A", 2: "column B"})
    first, second, third = decided.verdicts
    assert (first.state, first.reason, first.same_as) == ("opted_out", "another row of the same person: column A", 1)
    assert [second.reason, third.reason] == ["column A", "column B"]


def test_a_name_of_several_people_waits_unless_it_is_allowed():
    couple = RowKeys("weber@engines.example", has_name=True, has_phone=False, of_several=True)
    assert decide([couple], [], KnownLeads(), sure=0.95).verdicts[0].state == "doubtful"
    assert decide([couple], [], KnownLeads(), sure=0.95, allowed=[0]).verdicts[0].state == "new"
    known = decide([couple], [Link(0, "lead_1", 0.99, "")], KnownLeads(), sure=0.95)
    assert known.verdicts[0].state == "known"


def test_a_row_with_the_address_of_a_lead_that_is_not_linked_says_that_the_rest_differs_not_the_name():
    row = RowKeys("ada@engines.example", has_name=True, has_phone=False)
    known = KnownLeads({"ada@engines.example": ["lead_1"]}, named={"lead_1"})
    [verdict] = decide([row], [], known, sure=0.95).verdicts
    assert verdict.state == "doubtful"
    assert verdict.reason == "a lead has the same email address, but differs in the rest, such as name or country"


def test_a_row_with_nothing_but_the_address_of_a_lead_is_that_lead():
    row = RowKeys("ada@engines.example", has_name=False, has_phone=False)
    known = KnownLeads({"ada@engines.example": ["lead_1"]}, named={"lead_1", "lead_2"})
    near = [Link(0, "lead_1", 0.88, "same email address"), Link(0, "lead_2", 0.6, "same company")]
    [verdict] = decide([row], near, known, sure=0.95).verdicts
    assert (verdict.state, verdict.lead_id) == ("known", "lead_1")
    [other] = decide([row], [near[1]._replace(probability=0.9), near[0]], known, sure=0.95).verdicts
    assert other.state == "doubtful"


def test_a_row_that_several_leads_match_is_the_lead_that_a_person_chooses_and_not_one_that_a_person_excludes():
    links = [Link(0, lead_id, 0.99, "") for lead_id in ("lead_1", "lead_2")]
    [verdict] = states(1, links)[1].verdicts
    assert (verdict.state, {verdict.lead_id, *verdict.more_leads}) == ("doubtful", {"lead_1", "lead_2"})
    assert verdict.reason.startswith("it matches 2 leads of the workspace (lead_1, lead_2): choose which")
    [chosen] = states(1, [*links, Link(0, "lead_2", 1.0, BY_CHOICE)])[1].verdicts
    assert (chosen.state, chosen.lead_id) == ("known", "lead_2")
    assert chosen.more_leads == ("lead_1",)  # so that another one can still be chosen
    [other] = states(1, links, different=[(0, "lead_1")])[1].verdicts
    assert (other.state, other.lead_id, other.more_leads) == ("known", "lead_2", ())


def test_a_new_row_that_is_less_probably_than_not_another_one_or_a_lead_is_created_and_says_so():
    decided = states(4, [Link(0, 1, 0.99, "")])[1]  # rows 0 and 1 are one person
    links = [Link(2, 1, 0.41, "same name"), Link(2, 0, 0.35, ""), Link(3, "lead_1", 0.4, "same company")]
    found = perhaps_same(links, decided)
    assert found.keys() == {2, 3}
    assert (found[2].state, found[2].same_as, found[2].lead_id) == ("new", 0, None)
    assert found[2].reason == "created, though perhaps the person of another row (41.0%): same name"
    assert (found[3].state, found[3].same_as, found[3].lead_id) == ("new", None, "lead_1")
    assert perhaps_same(links, decided, [(0, 2), ("lead_1", 3)]) == {}
    waits = states(2, [Link(0, 1, 0.7, "")])[1]
    assert perhaps_same([Link(1, "lead_1", 0.4, "")], waits) == {}  # it is not created


def test_of_several_leads_with_the_address_of_a_row_those_that_it_is_not_are_left_aside():
    row = RowKeys("ada@engines.example", has_name=True, has_phone=False)
    known = KnownLeads({"ada@engines.example": ["lead_1", "lead_2"]})
    [verdict] = decide([row], [], known, sure=0.95).verdicts
    assert (verdict.state, verdict.lead_id, verdict.more_leads) == ("doubtful", "lead_1", ("lead_2",))
    [other] = decide([row], [], known, sure=0.95, different=[(0, "lead_1")]).verdicts
    assert (other.state, other.lead_id) == ("known", "lead_2")
    neither = [(0, "lead_1"), (0, "lead_2")]
    [none] = decide([row], [], known, sure=0.95, different=neither).verdicts
    assert (none.state, none.more_leads) == ("doubtful", ("lead_2",))  # they can be chosen again
    assert "give this row another address in the file of the rows that are held back" in none.reason


def test_who_is_left_out_is_not_sent_by_another_row_and_frees_the_address():
    row = RowKeys("ada@engines.example", has_name=True, has_phone=False)
    links = [Link(0, 1, 0.99, "")]
    assert states(3, links, left_out=[1])[0] == ["left_out", "left_out", "new"]
    assert states(2, [Link(0, "lead_1", 0.99, "")], left_out=[0])[0] == ["left_out", "new"]
    assert [one.state for one in decide([row, row], [], KnownLeads(), sure=0.95).verdicts] == ["new", "doubtful"]
    assert [one.state for one in decide([row, row], [], KnownLeads(), sure=0.95, left_out=[0]).verdicts] == [
        "left_out",
        "new",
    ]
    # Who opted out stays so, whoever is left out.
    assert states(2, links, left_out=[1], opted_out={0: "consent: no"})[0] == ["opted_out", "opted_out"]


def test_only_another_row_of_the_person_names_the_row_that_was_left_out():
    row = RowKeys("ada@engines.example", has_name=True, has_phone=False)
    decided = decide([row, row], [Link(0, 1, 0.99, "")], KnownLeads(), sure=0.95, left_out=[1])
    assert [verdict.same_as for verdict in decided.verdicts] == [1, None]


def test_a_lead_without_a_name_is_not_two_people_of_the_list():
    row = RowKeys("info@engines.example", has_name=True, has_phone=False)
    nameless = KnownLeads({"info@engines.example": ["lead_1"]})
    found = decide([row, row], [], nameless, sure=0.95).verdicts
    assert [verdict.state for verdict in found] == ["known", "doubtful"]
    chosen = decide([row, row], [Link(1, "lead_1", 1.0, BY_CHOICE)], nameless, sure=0.95).verdicts
    assert [verdict.state for verdict in chosen] == ["known", "known"]
    unnamed = RowKeys("info@engines.example", has_name=False, has_phone=True)
    found = decide([row, unnamed], [], nameless, sure=0.95).verdicts
    assert [verdict.state for verdict in found] == ["known", "known"]


def test_a_row_does_not_take_the_address_of_a_known_person_of_a_later_row():
    row = RowKeys("ada@engines.example", has_name=True, has_phone=False)
    found, _ = states(2, [])
    assert found == ["new", "new"]
    found = decide([row, row], [Link(1, "lead_1", 0.99, "")], KnownLeads(named={"lead_1"}), sure=0.95).verdicts
    assert [(verdict.state, verdict.same_as) for verdict in found] == [("doubtful", 1), ("known", None)]


def test_rows_that_waited_before_wait_until_a_person_decides():
    links = [Link(0, 1, 0.99, ""), Link(1, 2, 0.98, ""), Link(2, "lead_1", 0.97, "same name")]
    waited = {1: "doubtful", 2: "doubtful", 3: "opted_out"}
    known = KnownLeads(named={"lead_1"})
    assert states(5, links, known=known, waited=waited)[0] == ["new", "doubtful", "doubtful", "opted_out", "new"]
    chosen = [*links, Link(2, "lead_1", 1.0, BY_CHOICE)]
    assert states(5, chosen, known=known, waited=waited)[0] == ["new", "doubtful", "known", "opted_out", "new"]
    decided = {"known": known, "waited": waited, "allowed": {3}, "different": [(0, 1), (1, 2), (2, "lead_1")]}
    assert states(5, links, **decided)[0] == ["new"] * 5


def test_who_waited_because_of_an_opt_out_is_no_choice_between_people_the_next_time():
    found, decided = states(2, [Link(0, 1, 0.99, "")], waited={1: "opted_out"})
    assert found == ["new", "opted_out"]
    was = "this person opted out by an earlier intake of this row, and it is undecided since"
    assert decided.verdicts[1].reason == f"{was}: perhaps the person of an earlier row (99.0%): "


def test_each_row_of_a_person_has_its_own_reason():
    links = [Link(0, 1, 0.99, "same name"), Link(0, "lead_1", 0.8, "same email address"), Link(2, 0, 0.98, "same name")]
    links.append(Link(2, "lead_1", 0.6, "same phone number"))
    _, decided = states(3, links)
    assert [verdict.reason for verdict in decided.verdicts] == [
        "perhaps a known lead (80.0%): same email address",
        "another row of the same person: perhaps a known lead (80.0%): same email address",
        "perhaps a known lead (60.0%): same phone number",
    ]


def test_a_made_up_row_is_broken_unless_it_is_allowed_and_joins_no_person():
    rows = [RowKeys("test@test.com", has_name=True, has_phone=False, made_up=True), NAMED]
    decided = decide(rows, [Link(0, 1, 0.99, "")], KnownLeads(), sure=0.95)
    assert [verdict.state for verdict in decided.verdicts] == ["broken", "new"]
    assert "test@test.com" in str(decided.verdicts[0].reason)
    assert [one.state for one in decide(rows, [], KnownLeads(), sure=0.95, allowed=[0]).verdicts] == ["new", "new"]


def test_a_duplicate_says_what_it_has_in_common_and_what_speaks_against_it():
    links = [Link(0, 1, 0.99, "same name; but other titles"), Link(1, 2, 0.98, "same phone number")]
    reasons = [verdict.reason for verdict in states(3, links)[1].verdicts]
    assert reasons == [None, "same name; but other titles", "the same person as another row of them: same phone number"]


CHOSEN = Link(2, 1, 1.0, BY_CHOICE)
FITS_BOTH = [Link(2, 0, 0.99, "nicknames", cut=True), Link(2, 1, 0.99, "nicknames", cut=True)]


def test_a_row_that_two_others_fit_names_both():
    verdict = states(3, FITS_BOTH)[1].verdicts[2]
    assert (verdict.state, verdict.same_as, verdict.more_rows) == ("doubtful", 0, (1,))
    assert verdict.reason == "perhaps the person of one of 2 earlier rows (99.0%): nicknames"


@each_case("different", [[], [(0, 1)]])
@each_case("chosen", [0, 1])
def test_a_choice_between_two_people_decides_for_one_and_cuts_the_other(chosen, different):
    links = [*FITS_BOTH, CHOSEN._replace(other=chosen)]
    found, decided = states(3, links, different=different)
    assert found == ["new", "new", "duplicate"]
    assert decided.verdicts[2].same_as == chosen


def test_what_the_chosen_one_is_doubtful_about_stays_so_with_its_own_reason():
    one_mailbox = Link(1, 0, 0.5, "same address", cut=True)
    _, decided = states(3, [*FITS_BOTH, one_mailbox, CHOSEN])
    assert [verdict.state for verdict in decided.verdicts] == ["new", "doubtful", "doubtful"]
    own, other = decided.verdicts[1:]
    assert own.reason == "perhaps the person of an earlier row (50.0%): same address"
    assert other.reason == f"another row of the same person: {own.reason}"


def test_a_choice_about_another_row_makes_no_one_a_lead_and_frees_no_one_who_opted_out():
    lead = Link(2, "lead_1", 0.99, "nicknames", cut=True)
    assert states(3, [lead, FITS_BOTH[1], CHOSEN])[0] == ["new", "new", "duplicate"]
    both = [lead._replace(cut=False), Link(1, "lead_1", 0.98, ""), FITS_BOTH[1], CHOSEN]
    assert states(3, both)[0] == ["new", "known", "known"]
    gone = KnownLeads(opted_out={"lead_1": "unsubscribed"})
    assert states(3, [lead, FITS_BOTH[1], CHOSEN], known=gone)[0] == ["new", "opted_out", "opted_out"]
    leads = [lead, lead._replace(other="lead_2", cut=False), CHOSEN._replace(other="lead_2")]
    assert len(settle_by_choice(leads, 0.95)) == 3  # the other lead can still be chosen


def test_a_row_that_is_probably_a_person_whom_an_earlier_row_opts_out_is_opted_out_and_not_doubtful():
    links, gone = [Link(1, 0, 0.74, "same name")], {0: "column A"}
    verdict = states(2, links, opted_out=gone)[1].verdicts[1]
    assert (verdict.state, verdict.same_as) == ("opted_out", 0)
    assert verdict.reason == "probably the person of another row, who opted out (74.0%): same name"
    assert states(2, links, opted_out=gone, allowed=[1])[0] == ["opted_out", "new"]
    assert states(2, links, opted_out=gone, waited={0: "opted_out", 1: "opted_out"})[0] == ["opted_out"] * 2


def test_a_row_of_several_people_without_an_address_of_one_of_them_says_so():
    couple = RowKeys(None, has_name=False, has_phone=False, of_several=True)
    [verdict] = decide([couple], [], KnownLeads(), sure=0.95).verdicts
    assert (verdict.state, verdict.reason.partition(",")[0]) == ("broken", "its name is of several people")


def test_two_people_who_fit_one_lead_wait_and_a_choice_for_one_leaves_the_other_new():
    links = [Link(row, "lead_1", 0.99, "nicknames", cut=True) for row in (0, 1)]
    found, decided = states(2, links)
    assert found == ["doubtful", "doubtful"]
    assert decided.verdicts[1].reason == (
        "perhaps a known lead (99.0%), though another person's rows fit it as well, or speak against it: nicknames"
    )
    assert states(2, [*links, Link(1, "lead_1", 1.0, BY_CHOICE)])[0] == ["new", "known"]


def test_a_choice_against_a_sure_link_waits():
    links = [Link(2, "lead_1", 0.999, "nicknames", cut=True), Link(2, 1, 0.5, "", cut=True), CHOSEN]
    assert states(3, links)[0] == ["new", "doubtful", "doubtful"]


def test_a_reason_to_wait_shows_no_percentage_that_speaks_against_it():
    rows = [RowKeys(None, has_name=True, has_phone=True)] * 2
    known = [Link(0, "lead_1", 0.024, "same external id"), Link(1, 0, 0.3, "same phone number")]
    verdicts = decide(rows, known[:1], KnownLeads(named={"lead_1"}), sure=0.95).verdicts
    assert verdicts[0].reason == "perhaps a known lead: same external id"
    verdicts = decide(rows, known[1:], KnownLeads(), sure=0.95).verdicts
    assert verdicts[1].reason == "perhaps the person of an earlier row: same phone number"
