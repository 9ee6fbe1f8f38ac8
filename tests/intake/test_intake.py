"""A messy list on its way into a workspace: what comes in, what waits, and what is never done."""

import io

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from messy_lists import as_csv, new_people, row_about
from pb2b_notebook import errors
from pb2b_notebook.forms.intake.history import undo_message
from pb2b_notebook.intake.undoing import undo_outcome
from workspaces import Service, connected

VALUES = {"Interesse": {"heiß": "A", "kalt": "C"}, "Newsletter": {"x": True}}
COLUMNS = {
    "Vorname": "first_name",
    "Nachname": "last_name",
    "E-Mail": "email",
    "Telefon": "phone",
    "Firma": "company_name",
    "Land": "country",
    "Interesse": "tier",
    "Newsletter": "newsletter_opt_in",
    "Verlängerung": "renewal_date",
    "Größe": "employee_count",
}
MAPPING = pb.Mapping(COLUMNS, converters={"Land": "country", "Verlängerung": "day_first"}, values=VALUES)


@pytest.fixture(scope="module")
def space():
    """A workspace that the tests of this module read, and that one list was brought into."""
    with pb.open_sandbox(leads=100, rate_limit=1_000_000) as ws:
        yield ws


@pytest.fixture(scope="module")
def leads(space):
    """The leads of the workspace before, those that were merged away left out."""
    leads = space.leads.list(frame="polars")
    return leads.filter(
        pl.col("merged_into").is_null(), pl.col("phone").is_not_null(), pl.col("company_name").is_not_null()
    )


@pytest.fixture(scope="module")
def alone(leads):
    """Leads of people who are in the workspace once."""
    return pb.cleanup.duplicates(leads).frame.filter(pl.col("cluster_size") == 1)


@pytest.fixture(scope="module")
def active(alone):
    """Leads of people who did not opt out."""
    return alone.filter(~pl.col("status").is_in(["unsubscribed", "bounced"])).to_dicts()


@pytest.fixture(scope="module")
def gone(alone):
    """Leads of people who opted out."""
    return alone.filter(pl.col("status").is_in(["unsubscribed", "bounced"])).to_dicts()


@pytest.fixture(scope="module")
def rows(active, gone):
    """64 new people, five of them twice; ten known ones; three who opted out, by other addresses; one without a key."""
    people = new_people()
    twice = [row | {"Vorname": row["Vorname"].upper(), "Land": ""} for row in people[:5]]
    known = [row_about(lead) for lead in active[:10]]
    again = [row_about(lead, **{"E-Mail": f"private{n}@webmail.example"}) for n, lead in enumerate(gone[:3])]
    nobody = dict.fromkeys(people[0], "") | {"Firma": "Nur Firma AG"}
    return [*people, *twice, *known, *again, nobody]


@pytest.fixture(scope="module")
def intake(space, rows):
    """The intake of the whole list."""
    return space.leads.intake(as_csv(rows), mapping=MAPPING, progress=False)


def test_every_row_of_a_messy_list_gets_one_state(intake, rows):
    states = intake.rows["state"].tolist()
    assert states[:64] == ["new"] * 64
    assert states[64:69] == ["duplicate"] * 5
    assert states[69:79] == ["known"] * 10
    assert states[79:82] == ["opted_out"] * 3
    assert states[82] == "broken"
    assert len(intake) == len(rows) == sum(intake.summary[state] for state in set(states))


def test_cells_that_do_not_fit_are_set_aside_and_cost_no_row(intake):
    aside = intake.set_aside
    assert set(aside["column"]) == {"Verlängerung", "Größe"}
    assert set(aside.loc[aside["column"] == "Größe", "value"]) == {"ca. 100"}
    assert set(aside.loc[aside["column"] == "Verlängerung", "value"]) == {"bald"}
    assert set(intake.rows["state"].iloc[aside["row"]]) <= {"new", "duplicate"}


def test_value_maps_serial_dates_and_the_country_of_the_row_are_read(intake):
    after = intake.plan.diff.pivot_table(index="row", columns="field", values="after", aggfunc="first")
    assert set(after["custom_tier"].dropna()) == {"A", "B", "C"}
    assert set(after["custom_newsletter_opt_in"].dropna()) == {"true"}
    assert set(after["custom_renewal_date"].dropna()) == {"2026-03-04", "2026-03-12", "2026-03-10"}
    assert after["phone"].str.startswith("+49").all()
    assert set(after["country"]) == {"DE"}
    assert "Anna Meyerhold" in set(after["full_name"])


def test_known_leads_are_left_alone_where_the_list_has_nothing_new(intake, active):
    assert intake.rows["lead_id"].iloc[69:79].tolist() == [lead["id"] for lead in active[:10]]
    assert set(intake.rows["action"].iloc[69:79]) == {"unchanged"}


def test_people_who_opted_out_are_shown_and_not_created(intake, gone):
    shown = intake.rows.iloc[79:82]
    assert set(shown["lead_id"]) <= {lead["id"] for lead in gone}
    assert shown["action"].isna().all()
    assert shown["reason"].str.contains("unsubscribed|bounced").all()


def test_what_is_held_back_is_a_file_that_comes_back_corrected(intake, space, tmp_path):
    path = tmp_path / "held_back.csv"
    intake.save_held_back(path)
    held = pb.read_leads(path, quiet=True)
    assert held["held back because"].tolist() == ["it has no email address, phone or name of one person"]
    held["E-Mail"] = "office@nurfirma.example"
    pb.save_leads(held, path, overwrite=True)
    again = space.leads.intake(path, recipe=intake.recipe, progress=False)
    assert again.summary["new"] == 1
    assert "held back because" not in again.source.columns


def test_rows_that_come_back_are_read_as_their_list_was(space, tmp_path):
    people = pd.DataFrame({
        "Wer": ["Ida Kornblum", "Jan Roth", None], "Mail": ["ida@kornblum.example", "jan@roth.example", None],
        "Firma": ["Kornblum & Söhne", "SCHNEIDER", "NORDLICHT"], "Tel": ["030 901820", "030 901821", None],
    })  # fmt: skip
    mapping = {"Wer": "full_name", "Mail": "email", "Firma": "company_name", "Tel": "phone"}
    first = space.leads.intake(people, mapping=mapping, country="DE", rules={"phone": "most_recent"}, progress=False)
    path = tmp_path / "held_back.csv"
    first.save_held_back(path)
    held = pb.read_leads(path, quiet=True)
    houses = ["NORDLICHT", "BIRKENHAIN", "LINDENHOF", "WALDSEE", "ROSENTHAL"]
    held = held.loc[[0] * 5].assign(Wer=["Bo Oak", "Al Moe", "Di Falk", "Cy Dahl", "Eva Hale"], Firma=houses)
    pb.save_leads(held.assign(Tel="030 901822"), path, overwrite=True)
    again = space.leads.intake(path, progress=False)
    assert (again.choices.country, again.choices.rules) == ("DE", {"phone": "most_recent"})
    assert again.mapping == first.mapping
    assert again.cleaned.frame["phone"].to_list()[0] == "+4930901822"
    # Its list has names in mixed case: by themselves, these would say nothing of their case.
    assert again.cleaned.frame["company_name"].to_list() == houses
    assert "as the list from which these rows were held back" in repr(again)
    other = space.leads.intake(held.rename(columns={"Wer": "Name"}), progress=False)
    assert (other.choices.country, other.cleaned.frame["company_name"].to_list()[0]) == (None, "Nordlicht")


def test_the_card_says_how_many_rows_are_what_and_what_to_do_next(intake):
    text = repr(intake)
    for fact in (
        "64 to create",
        "10 in the workspace",
        "5 to merge",
        "3 not to create",
        "1 to correct",
        "intake.apply()",
    ):
        assert fact in text
    assert "<b>Intake</b>" in intake._repr_html_()


def test_the_card_says_what_the_file_has_that_was_not_read(space):
    file = io.BytesIO()
    with pd.ExcelWriter(file) as book:
        for sheet in ("Day 1", "Day 2"):
            pd.DataFrame({"E-Mail": [f"{sheet[-1]}@x.example"]}).to_excel(book, sheet_name=sheet, index=False)
    card = repr(space.leads.intake(file.getvalue(), progress=False))
    assert "'Day 1' of 2 sheets" in card
    assert "1 other sheet not read: 'Day 2'" in card
    assert "'Day 2' of 2 sheets" in repr(space.leads.intake(file.getvalue(), sheet="Day 2", progress=False))


@pytest.mark.parametrize("first", ["Leads", "Do not contact"])
def test_people_on_a_sheet_of_refusals_are_not_created(space, first):
    sheets = {
        "Leads": pd.DataFrame({"Name": ["Ada Berg", "Bo Hale"], "E-Mail": ["ada@x.example", "BO@x.example"]}),
        "Do not contact": pd.DataFrame({"E-Mail": ["bo@x.example"], "Since": ["2024-01-01"]}),
    }
    file = io.BytesIO()
    with pd.ExcelWriter(file) as book:
        for sheet in sorted(sheets, key=lambda name: name != first):
            sheets[sheet].to_excel(book, sheet_name=sheet, index=False)
    intake = space.leads.intake(file.getvalue(), progress=False)
    rows = intake.rows
    assert "read for whom not to contact: 'Do not contact'" in repr(intake)
    assert "not read" not in repr(intake)
    assert rows["state"].tolist() == ["new", "opted_out"]
    assert rows["reason"].tolist()[1] == "the address is on the sheet 'Do not contact' of the workbook"


def test_other_sheets_of_a_stream_that_can_be_read_only_once_are_left_out(space):
    class Stream:
        def __init__(self, file):
            self.read = file.read

    file = io.BytesIO()
    with pd.ExcelWriter(file) as book:
        pd.DataFrame({"Note": ["x"]}).to_excel(book, sheet_name="Cover", index=False)
        pd.DataFrame({"E-Mail": ["ada@x.example"]}).to_excel(book, sheet_name="People", index=False)
    file.seek(0)
    with pytest.raises(errors.MappingError, match="or another sheet, sheet='People'"):
        _ = space.leads.intake(Stream(file), progress=False).plan


def test_apply_then_the_same_call_finds_nothing_to_do_and_undo_takes_it_back(rows):
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as ws:
        file = as_csv(
            [*rows[:8], dict.fromkeys(rows[0], "") | {"Vorname": "Nur", "Nachname": "Telefon", "Telefon": "+49309018"}]
        )
        first = ws.leads.intake(file, mapping=MAPPING, progress=False)
        assert first.apply().summary["succeeded"] == 9
        names = ws.leads.list()["full_name"].tolist()
        assert len(names) == 9
        assert "Nur Telefon" in names
        again = ws.leads.intake(file, mapping=MAPPING, progress=False)
        assert again.summary["known"] == 9
        assert "nothing to do: no lead lacks what the list has" in repr(again)
        assert again.apply().summary["succeeded"] == 0
        assert first.undo().deleted.summary["succeeded"] == 9
        assert len(ws.leads.list()) == 0


def test_a_choice_replaces_one_stage_and_keeps_those_before_it(intake):
    assert intake.summary["new"]
    overwriting = intake.change(existing="overwrite")
    assert overwriting.cleaned is intake.cleaned
    assert overwriting.people is intake.people
    assert overwriting.plan.decisions.rules.existing == "overwrite"
    assert intake.change(country="AT").mapping is intake.mapping


def test_a_person_decides_that_two_rows_are_two_people_or_one(space):
    people = pd.DataFrame(
        {
            "full_name": ["Johanna Winterfeld", "Johanna Winterfeld"],
            "email": ["johanna@winterfeld.example", "j.winterfeld@winterfeld.example"],
            "company_name": ["Winterfeld GmbH"] * 2,
        },
        index=["first", "second"],
    )
    intake = space.leads.intake(people, progress=False)
    apart = intake.change(different=[["first", "second"]])
    together = intake.change(same=[["first", "second"]])
    assert apart.rows["state"].to_dict() == {"first": "new", "second": "new"}
    assert sorted(together.rows["state"]) == ["duplicate", "new"]
    assert together.rows["same_as"].dropna().tolist() == ["first"]
    numbered = space.leads.intake(people.set_axis([7, 8]), progress=False).change(same=[[7, 8]])
    assert numbered.rows.loc[numbered.rows["same_as"].dropna(), "state"].tolist() == ["new"]
    assert together.plan.summary["create"] == 1


def test_an_address_of_a_lead_with_another_name_waits_for_a_person(space, active):
    other = pd.DataFrame({"full_name": ["Xaver Unbekannt"], "email": [active[10]["email"]]})
    intake = space.leads.intake(other, progress=False)
    assert intake.rows["state"].tolist() == ["doubtful"]
    assert intake.plan.summary["update"] == 0
    with pytest.raises(errors.InvalidParameterError, match="unknown lead"):
        _ = intake.change(same=[[0, "lead_nope"]]).rows
    agreed = intake.change(same=[[0, active[10]["id"]]])
    assert agreed.rows[["state", "lead_id"]].iloc[0].tolist() == ["known", active[10]["id"]]


def test_a_person_who_opted_out_is_created_only_by_name(space, gone):
    row = row_about(gone[3], **{"E-Mail": "somewhere.else@webmail.example"})
    intake = space.leads.intake(as_csv([row]), mapping=MAPPING, progress=False)
    assert intake.rows["state"].tolist() == ["opted_out"]
    assert intake.plan.summary["create"] == 0
    assert intake.change(allow=[0]).plan.summary["create"] == 1


def test_a_person_who_opted_out_under_another_address_of_the_row_is_not_created(space, gone):
    email = gone[3]["email"].upper()
    people = {
        "Name": ["Ida Kornfeld", "Udo Weizenberg", "Eva Roggenbach"],
        "E-Mail": [
            f"ida@kornfeld.example; {email}",
            "udo@weizenberg.example",
            "eva@roggenbach.example; info@roggenbach.example",
        ],
        "E-Mail 2": [None, email, "eva@webmail.example"],
    }
    intake = space.leads.intake(pl.DataFrame(people), progress=False)
    assert list(intake.rows["state"]) == ["opted_out", "opted_out", "new"]
    assert "another email address of the row" in intake.rows["reason"][0]
    assert intake.plan.summary["create"] == 1
    assert intake.change(allow=[0, 1]).plan.summary["create"] == 3


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_both_libraries_give_the_same_states_in_their_own_frames(space, library):
    people = {"Name": ["Ida Kornfeld", "Ida Kornfeld"], "E-Mail": ["ida@kornfeld.example"] * 2}
    frame = pd.DataFrame(people) if library == "pandas" else pl.DataFrame(people)
    intake = space.leads.intake(frame, progress=False)
    assert type(intake.rows) is type(intake.held_back) is type(intake.set_aside) is type(frame)
    assert list(intake.rows["state"]) == ["new", "duplicate"]


def test_a_recipe_replays_on_the_next_list(space, intake, rows):
    following = space.leads.intake(as_csv(rows[3:6]), recipe=intake.recipe, progress=False)
    assert following.mapping == intake.mapping
    assert following.summary["new"] == 3


def test_nothing_is_written_before_apply(space, intake):
    count = len(space.leads.list())
    assert intake.plan.summary["create"] == 64
    assert len(space.leads.list()) == count


@pytest.mark.parametrize(
    ("source", "error", "repair"),
    [
        (b"", errors.DamagedFileError, ""),
        (b"%PDF-1.7 ...", errors.LeadFileError, ""),
        (b"Name;E-Mail\n", errors.InvalidParameterError, ""),
        (pd.DataFrame(), errors.InvalidParameterError, ""),
        (7, errors.ProspectB2BError, ""),
        ([{"E-Mail": "ada@x.example"}], errors.InvalidParameterError, "DataFrame"),
        (pd.Series(["ada@x.example"]), errors.InvalidParameterError, "to_frame"),
    ],
)
def test_a_list_that_is_not_one_is_refused_with_a_repair(space, source, error, repair):
    with pytest.raises(error) as caught:
        space.leads.intake(source, progress=False)
    assert caught.value.repair
    assert repair in caught.value.repair


@pytest.mark.parametrize(
    "choice",
    [
        {"mapping": 7},
        {"sure": 2},
        {"existing": "replace"},
        {"same": [[1]]},
        {"same": [[0, 1, 2]], "different": [[2, 0]]},
        {"allow": "all"},
        {"without": ["honorifics"]},
        {"rules": ["title"]},
        {"recipe": "{}"},
        {"country": "Atlantis"},
    ],
)
def test_a_bad_choice_is_refused_with_a_repair(space, choice):
    with pytest.raises(errors.UsageError) as caught:
        space.leads.intake(pd.DataFrame({"email": ["ada@engines.example"]}), progress=False, **choice).summary  # noqa: B018
    assert caught.value.repair


def test_an_intake_that_was_not_applied_cannot_be_undone(intake):
    with pytest.raises(errors.UsageError, match="not applied"):
        intake.undo()


def test_a_row_that_is_probably_a_person_whom_another_row_opts_out_is_not_created(space):
    people = pd.DataFrame(
        {
            "Name": ["Ida Sommerfeld"] * 3,
            "E-Mail": ["ida@sommerfeld.example", "ida@sommerfeld.example", "ida.sommerfeld@webmail.example"],
            "Firma": ["Sommerfeld AG"] * 3,
            "Status": ["unsubscribed", None, None],
        }
    )
    intake = space.leads.intake(people, progress=False)
    assert intake.rows["state"].tolist() == ["opted_out", "opted_out", "doubtful"]
    assert intake.plan.summary["create"] == 0
    assert intake.held_back["held_back_because"].item().endswith("; it may be: Ida Sommerfeld, ida@sommerfeld.example")
    another = intake.change(different=[["row 0", "row 2"], [1, 2]])
    assert another.rows["state"].tolist() == ["opted_out"] * 3
    assert another.change(allow=[2]).plan.diff["after"].tolist()[1] == "ida.sommerfeld@webmail.example"


def test_a_colleague_does_not_follow_a_row_whose_name_fits_both_into_a_lead():
    """José A. Pérez is the lead José Antonio Pérez Ruiz; José Pérez López, who resembles that row, is not."""
    firm = "transportesruiz.example"
    people = pd.DataFrame(
        {
            "Name": ["José A. Pérez", "José Pérez López"],
            "Email": [f"japerez@{firm}", f"jperez@{firm}"],
            "Company": ["Transportes Ruiz SL", "Transportes Ruiz"],
            "Phone": ["+34968112233"] * 2,
            "Title": ["Jefe de flota", "Contable"],
        }
    )
    with pb.open_sandbox(leads=5) as ws:
        lead = {"full_name": "José Antonio Pérez Ruiz", "email": f"japerez@{firm}", "company_name": "Transportes Ruiz"}
        ws.leads.create(lead)
        intake = ws.leads.intake(people, progress=False)
        assert intake.rows["state"].tolist() == ["known", "doubtful"]
        assert "Contable" not in intake.plan.diff["after"].tolist()


def test_the_lead_who_opted_out_is_named_where_only_the_plan_finds_it():
    lead = {"full_name": "M. Roux", "company_name": "Roux", "email": "roux@gmx.de", "status": "unsubscribed"}
    row = {"Name": ["Monsieur Roux"], "Company": ["Roux SA"], "Email": ["contact.roux@gmail.com"]}
    with pb.open_sandbox(leads=5) as ws:
        lead_id = ws.leads.create(lead)["id"]
        intake = ws.leads.intake(pd.DataFrame(row), progress=False)
        assert intake.rows[["state", "lead_id"]].to_numpy().tolist() == [["opted_out", lead_id]]


def test_rows_that_give_only_one_phone_are_one_lead(space):
    intake = space.leads.intake(pd.DataFrame({"Telefon": ["030 901820"] * 2, "Titel": [None, "CEO"]}), progress=False)
    assert intake.rows["state"].tolist() == ["new", "duplicate"]
    assert intake.plan.diff["after"].tolist() == ["030 901820", "CEO"]


def test_a_row_that_is_more_probably_than_not_a_known_lead_is_not_created(space, active):
    people = pd.DataFrame(
        [{"Name": lead["full_name"], "Firma": lead["company_name"], "Titel": "Astronaut"} for lead in active[:30]]
    )
    intake = space.leads.intake(people, progress=False)
    assert intake.summary["new"] == 0


@pytest.mark.parametrize("library", [pd, pl])
def test_a_list_of_blank_lines_has_no_person(space, library):
    intake = space.leads.intake(library.DataFrame({"Name": [None, ""], "E-Mail": [None, None]}), progress=False)
    assert list(intake.rows["state"]) == ["no_person", "no_person"]
    assert (len(intake.held_back), intake.lines_without_person) == (0, "2 blank (rows 1, 2)")


def test_the_mapping_of_an_intake_knows_its_columns_and_the_fields_of_the_workspace(space):
    given = {"Mail": "email"}
    for intake in (space.leads.intake(PEOPLE), space.leads.intake(PEOPLE, mapping={"E-Mail": "email"})):
        for wrong, repair in ((("Nmae", "full_name"), "Name"), (("Name", "ful_name"), "full_name")):
            with pytest.raises(errors.MappingError, match=f"unknown .*did you mean '{repair}'"):
                intake.mapping.without_column("E-Mail").with_column(*wrong)
    assert pb.Mapping(given).with_column("any", "thing").columns == {**given, "any": "thing"}


@pytest.mark.parametrize("options", [{"mapping": {}}, {}])
def test_a_list_of_which_nothing_is_mapped_is_a_typed_error(space, options):
    intake = space.leads.intake(pd.DataFrame({"qqq": [1, 2]}), progress=False, **options)
    with pytest.raises(errors.MappingError, match=r"no column of the list is mapped.*mapping="):
        intake.rows  # noqa: B018 - computed when it is looked at


PEOPLE = pd.DataFrame({"Name": ["Ada Winterfeld", "Emil Sandmann"], "E-Mail": ["ada@w.example", "emil@s.example"]})


def test_a_mapping_of_columns_that_do_not_exist_is_refused_at_once(space):
    people = pd.DataFrame({"E-Mail": ["ada@engines.example"]})
    with pytest.raises(errors.MappingError, match="no columns 'Mail', 'Nmae' → "):
        space.leads.intake(people, mapping={"Mail": "email", "Nmae": "full_name"}, progress=False)
    with pytest.raises(errors.MappingError, match="no column 'Mail' → "):
        space.leads.intake(people, progress=False).change(mapping={"Mail": "email"})


def test_the_card_says_that_the_workspace_may_hold_fewer_people():
    full = Service(leads=0, leads_limit=2)
    try:
        with connected(full.url, full.key) as ws:
            people = pd.DataFrame({"E-Mail": [f"p{place}@engines.example" for place in range(3)]})
            intake = ws.leads.intake(people, progress=False)
            assert "it creates 3 leads, and the workspace may hold 2 more" in repr(intake)
            assert "refused" not in repr(intake.change(leave_out=[0]))
    finally:
        full.close()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("same", [0, 99]), ("different", [0, 99]), ("allow", [0, "lead_x"]), ("same", [0, [1]]), ("allow", [True, 0]),
     ("different", [0, None])],
)  # fmt: skip
def test_a_choice_about_a_row_or_lead_that_does_not_exist_is_a_typed_error(space, name, rows):
    with pytest.raises(errors.InvalidParameterError, match=r"intake\.rows"):
        space.leads.intake(PEOPLE, progress=False, **{name: rows if name == "allow" else [rows]}).rows  # noqa: B018


@pytest.mark.parametrize("kind", [tuple, pd.Series, pl.Series, lambda rows: pd.Series(rows).to_numpy()])
def test_choices_come_in_any_kind_of_list(space, kind):
    intake = space.leads.intake(PEOPLE, allow=kind([0]), same=[kind([0, 1])], progress=False)
    assert repr(intake.choices) == repr(space.leads.intake(PEOPLE, allow=[0], same=[[0, 1]], progress=False).choices)


def test_options_replace_those_of_a_recipe_even_if_they_are_the_default(space):
    recipe = space.leads.intake(PEOPLE, existing="overwrite", sure=0.99, without=["case"], progress=False).recipe
    choices = space.leads.intake(PEOPLE, recipe=recipe, existing="fill", sure=0.95, without=[], progress=False).choices
    assert (choices.existing, choices.sure, choices.without) == ("fill", 0.95, ())
    assert space.leads.intake(PEOPLE, recipe=recipe, progress=False).choices.existing == "overwrite"


OPT_OUTS = {
    "Status": "Do not contact",
    "Opted out": "x",
    "unsubscribed_at": "2026-01-02",
    "Notes": "unsubscribed",
    "Einwilligung": "nein",
    "Bemerkung": "Rückruf Mo., keine Werbung",
    "Labels": ["VIP", "do_not_contact"],
}
NO_OPT_OUTS = {"do_not_contact": "no", "Notes": "was unsubscribed from the weekly mail, and wants it back"}


def test_people_whom_the_list_opts_out_are_not_created_without_a_yes(space):
    cells = [*OPT_OUTS.items(), *NO_OPT_OUTS.items()]
    names = ("Falkenau", "Lindqvist", "Okafor", "Brzeska", "Tanaka", "Moreau", "Silva", "Novak", "Haddad")
    people = {"Name": [f"Edda {name}" for name in names], "E-Mail": [f"edda@{name.lower()}.example" for name in names]}
    for column in OPT_OUTS | NO_OPT_OUTS:
        people[column] = [cell if of == column else None for of, cell in cells]
    mapping = {"Name": "full_name", "E-Mail": "email"}
    intake = space.leads.intake(pd.DataFrame(people), mapping=mapping, progress=False)
    assert list(intake.rows["state"]) == ["opted_out"] * len(OPT_OUTS) + ["new"] * len(NO_OPT_OUTS)
    for column, reason in zip(OPT_OUTS, intake.rows["reason"], strict=False):
        assert f"the column '{column}' says that the person" in reason
    assert intake.change(allow=range(len(OPT_OUTS))).plan.summary["create"] == len(names)


def test_remarks_beside_a_name_and_in_the_cell_of_a_phone_are_read(space):
    people = pd.DataFrame(
        {
            "Name": ["Edda Falkenau (DO NOT CONTACT)", "Bo Ek - opted out", "Do Not Disturb", "Ida Lund"],
            "Phone": [None, None, "+49 30 901820", "do not call"],
        }
    )
    intake = space.leads.intake(people, mapping={"Name": "full_name", "Phone": "phone"}, progress=False)
    assert set(intake.rows["state"]) == {"opted_out"}


def test_a_person_whom_one_row_opts_out_does_not_come_in_by_another_row(space):
    people = pd.DataFrame(
        {
            "Name": ["Edda Falkenau", "Edda Falkenau"],
            "E-Mail": ["edda@falkenau.example", "e.falkenau@webmail.example"],
            "Firma": ["Falkenau Glas", "Falkenau Glas"],
            "Opted out": [True, None],
        }
    )
    intake = space.leads.intake(people, different=[[0, 1]], progress=False)
    assert intake.rows["state"].tolist() == ["opted_out", "opted_out"]
    assert intake.rows["reason"][1].startswith("probably the person of another row, who opted out: same name")


def test_tags_that_pandas_saved_as_csv_come_back_as_tags(space):
    """``to_csv()`` prints lists of tags as Python does, and each would become one tag."""
    leads = space.leads.list(frame="pandas", flat=False)
    tagged = leads["tags"].str.len() > 0
    leads = pd.concat([leads[tagged].head(8), leads[~tagged].head(8)])[["email", "full_name", "tags"]]
    back = space.leads.intake(leads.to_csv(index=False).encode(), existing="overwrite")
    assert back.mapping.columns["tags"] == "tags"
    assert len(back.set_aside) == 0
    # Of people who are there twice, tags are added to those of the surviving lead.
    after = back.plan.diff.query("field == 'tags'")["after"]
    assert not after.str.contains(r"\['|\[\]", regex=True).any()


def test_an_edited_export_names_its_leads_by_id_and_says_how_its_other_values_are_written(space):
    leads = space.leads.list(frame="pandas", flat=False).head(4)[["id", "email", "full_name"]].assign(title="Chief")
    card = repr(space.leads.intake(leads.to_csv(index=False).encode(), progress=False))
    assert "known ones are named by the column id" in card
    assert "not mapped" not in card
    assert "intake.change(existing='overwrite') writes what differs" in card


def test_a_list_of_companies_is_sent_to_where_companies_are_compared(space):
    companies = pd.DataFrame({"Company": ["Nordlicht GmbH", "Birkenhain AG"], "City": ["Kiel", "Ulm"]})
    intake = space.leads.intake(companies, progress=False)
    assert intake.rows["state"].tolist() == ["broken", "broken"]
    assert "a list of companies is for pb.cleanup.duplicates(df, of='companies')" in repr(intake)


def test_a_column_name_with_an_unpaired_surrogate_is_a_typed_error(space):
    people = pd.DataFrame([["ada@example.com", "x"]], columns=pd.Index(["email", "\ud800"], dtype=object))
    with pytest.raises(errors.MappingError, match="unpaired surrogate → rename it"):
        space.leads.intake(people)


def test_a_row_whose_lead_this_list_created_is_not_doubtful_because_of_another_row():
    """The second row is surely her, at another company: it waits, and the first one has nothing to wait for."""
    edda = {"Name": "Edda Falkenau", "Telefon": "+49 30 90901234", "E-Mail": "edda.falkenau@falkenau-glas.example"}
    moved = edda | {"E-Mail": "edda.falkenau@wiesengrund-optik.example", "Firma": "Wiesengrund Optik AG"}
    people = pd.DataFrame([edda | {"Firma": "Falkenau Glas GmbH"}, moved])
    mapping = {"Name": "full_name", "Telefon": "phone", "E-Mail": "email", "Firma": "company_name"}
    with pb.open_sandbox(leads=20, rate_limit=1_000_000) as ws:
        both = ws.leads.intake(people, mapping=mapping, progress=False)
        assert both.rows["state"].tolist() == ["new", "doubtful"]
        [why] = both.held_back["held_back_because"]
        assert why.startswith("perhaps the person of another row: different companies")
        assert why.endswith("it may be: Edda Falkenau, " + edda["E-Mail"])
        ws.leads.intake(people.head(1), mapping=mapping, progress=False).apply()
        again = ws.leads.intake(people, mapping=mapping, progress=False)
        assert again.rows["state"].tolist() == ["known", "doubtful"]
        assert again.rows["reason"][1] == "perhaps a known lead: different companies"
        assert (again.plan.summary["create"], again.plan.summary["update"]) == (0, 0)
        # What a person says about the second row is done.
        lead = again.rows["lead_id"][0]
        yes = again.change(same=[[1, lead]])
        assert yes.rows["state"].tolist() == ["known", "known"]


def test_a_new_person_of_several_rows_is_created_at_the_first_whichever_is_the_most_complete(space):
    people = pd.DataFrame(
        {"Name": ["Ada Berg", "ADA BERG"], "E-Mail": ["ada@birkenhain.example"] * 2, "Position": [None, "CTO"]}
    )
    rows = space.leads.intake(people, progress=False).rows
    assert rows[["state", "action"]].fillna("").to_numpy().tolist() == [["new", "create"], ["duplicate", ""]]
    gone = people.assign(Status=[None, "unsubscribed"])
    assert set(space.leads.intake(gone, progress=False).rows["state"]) == {"opted_out"}


def test_namesakes_of_one_company_with_two_birth_dates_are_two_people(space):
    """What is not a lead field still distinguishes people, and is not sent."""
    born = ["7.3.1985", "21.11.1958", "7.3.1985"]
    people = pd.DataFrame({"Name": ["Ottilie Zwirner"] * 3, "Firma": ["Zwirner Blau AG"] * 3, "Geburtsdatum": born})
    intake = space.leads.intake(people)
    assert intake.duplicates.roles["Geburtsdatum"] == "date"
    assert isinstance(intake.duplicates.pairs, pd.DataFrame)  # of the library of the list
    assert [*intake.duplicates.frame.index] == [*people.index]
    assert (intake.summary["new"], intake.summary["duplicate"]) == (2, 1)
    assert "Geburtsdatum" not in set(intake.plan.differences["field"])
    without = space.leads.intake(people, mapping=intake.mapping.without_column("Geburtsdatum"))
    assert (without.summary["new"], without.summary["duplicate"]) == (1, 2)


def test_choices_of_another_type_and_unknown_options_are_typed_errors(space):
    people = pd.DataFrame({"E-Mail": ["edda@falkenau.example"]})
    with pytest.raises(errors.InvalidParameterError, match="intake takes no 'encoding'"):
        space.leads.intake(people, encoding="utf-8")
    for wrong in (pd.NA, people, ["fill"]):
        with pytest.raises(errors.InvalidParameterError, match="unknown value for existing"):
            space.leads.intake(people, existing=wrong)
    for wrong in ([], {}, ["weekly"]):
        with pytest.raises(errors.InvalidParameterError, match="unknown period"):
            space.report(wrong)


def test_people_with_nothing_but_a_name_are_created_once(space):
    people = pd.DataFrame({"Vorname": ["Cher", "Petra", "Uwe"], "Nachname": ["", "Steiner", "Klar"]})
    first = space.leads.intake(people, progress=False)
    assert first.summary["new"] == 3
    first.apply(progress=False)
    again = space.leads.intake(people.assign(Land=["", "AT", ""]), progress=False)
    assert again.rows["state"].tolist() == ["known"] * 3
    assert again.rows["lead_id"].tolist() == again.rows["lead_id"].dropna().unique().tolist()
    assert again.plan.summary == {"create": 0, "update": 1, "unchanged": 2, "invalid": 0, "conflict": 0}
    first.undo()


def test_a_consent_that_is_neither_yes_nor_no_waits_until_it_is_explained():
    cells = ["ja", "wurde widerrufen", "erteilt 01.02.25, widerrufen 03.04.25", "pending", "nur per Post", None]
    people = pd.DataFrame({"E-Mail": [f"p{row}@consent.example" for row in range(6)], "Einwilligung": cells})
    people["Newsl."] = ["nein", *["ja"] * 5]
    with pb.open_sandbox(leads=5) as ws:
        intake = ws.leads.intake(people, progress=False)
        assert intake.rows["state"].tolist() == ["new", *["opted_out"] * 4, "new"]
        assert intake.rows["reason"].str.endswith("neither a yes nor a no").tolist() == [False] * 3 + [True] * 2 + [
            False
        ]
        assert "2 answers neither yes nor no" in repr(intake)
        assert "1 new row without an answer in Einwilligung" in repr(intake)
        assert "1 new row declined in Newsl." in repr(intake)
        ws.explain_statuses(harmless=["Pending"])
        assert intake.change().rows["state"].tolist() == ["new", "opted_out", "opted_out", "new", "opted_out", "new"]
        # The name of a law or a channel may stand over anything.
        other = people.rename(columns={"Einwilligung": "GDPR"}).assign(GDPR="Hall 3")
        assert set(ws.leads.intake(other, progress=False).rows["state"]) == {"new"}


def test_a_row_whose_country_is_not_understood_is_not_without_one(space):
    people = pd.DataFrame(
        {
            "E-Mail": ["f@land.example", "blank@land.example"],
            "Land": ["F", None],
            "Telefon": ["04 74 22 33 44", "030 901820"],
        }
    )
    mapping = {"E-Mail": "email", "Land": "country", "Telefon": "phone"}
    cleaned = space.leads.intake(people, mapping=mapping, country="DE", progress=False).cleaned.frame
    assert cleaned["phone"].to_list() == ["04 74 22 33 44", "+4930901820"]


def test_a_country_in_a_column_that_is_not_mapped_is_not_without_one_either(space):
    people = pd.DataFrame(
        {
            "E-Mail": ["d@land.example", "a@land.example", "blank@land.example"],
            "Land": ["D", "A", None],
            "Telefon": ["030 901820", "0662 845678", "030 901821"],
        }
    )
    intake = space.leads.intake(people, country="DE", progress=False)
    written = intake.plan.diff.groupby("field")["after"].agg(list)
    assert "Land" not in intake.mapping.columns
    assert written["phone"] == ["030 901820", "0662 845678", "+4930901821"]
    assert written["country"] == ["DE"]
    assert intake.set_aside[["row", "column", "value"]].to_numpy().tolist() == [[0, "Land", "D"], [1, "Land", "A"]]
    assert space.leads.intake(people, progress=False).set_aside.empty

    named = people.assign(Land=["Deutschland", "Autriche", "-"])
    columns = {"E-Mail": "email", "Telefon": "phone"}
    chosen = space.leads.intake(named, mapping=columns, country="DE", progress=False)
    assert chosen.cleaned.frame["phone"].to_list() == ["+4930901820", "+43662845678", "+4930901821"]


def test_countries_as_on_vehicles_are_read_where_their_column_shows_them(space):
    people = pd.DataFrame(
        {
            "E-Mail": ["f@land.example", "a@land.example", "ch@land.example", "blank@land.example"],
            "Land": ["F", "A", "CH", None],
            "Telefon": ["04 74 22 33 44", "0662 845678", "044 668 18 00", "030 901820"],
        }
    )
    cleaned = space.leads.intake(people, country="DE", progress=False).cleaned.frame
    assert cleaned["country"].to_list() == ["FR", "AT", "CH", None]  # the last one gets DE when it is created
    assert cleaned["phone"].to_list() == ["+33474223344", "+43662845678", "+41446681800", "+4930901820"]


def test_several_people_in_one_name_are_not_created_as_one_lead(space):
    names = ["Anna & Max Weber", "Dr. Gomes & Dr. Lui", "Ada Berg / Tom Stein", "José Ortega y Gasset", "Max Weber"]
    people = pd.DataFrame({"Name": names, "E-Mail": [f"p{place}@couple.example" for place in range(5)]})
    intake = space.leads.intake(people, progress=False)
    assert intake.rows["state"].tolist() == ["doubtful", "doubtful", "doubtful", "new", "new"]
    assert intake.change(allow=[0]).rows["state"].tolist() == ["new", "doubtful", "doubtful", "new", "new"]
    parts = pd.DataFrame({"Vorname": ["Anna und Max"], "Nachname": ["Weber"], "E-Mail": ["p@couple.example"]})
    assert space.leads.intake(parts, progress=False).rows["state"].tolist() == ["doubtful"]


def test_overwriting_swaps_no_names_and_takes_no_legal_form_away():
    turned = {"Vorname": "Vogelsang", "Nachname": "Jördis", "Firma": "Moosbrücke", "E-Mail": "jv@moos.example"}
    with pb.open_sandbox(leads=5) as ws:
        whole = {"full_name": "Jördis Vogelsang", "first_name": "Jördis", "last_name": "Vogelsang"}
        ws.leads.create(**whole, company_name="Moosbrücke GmbH", email="jv@moos.example")
        for row in (turned, {"Name": "Vogelsang Jördis", "E-Mail": "jv@moos.example"}):
            intake = ws.leads.intake(pd.DataFrame([row]), existing="overwrite", progress=False)
            same = (
                intake
                if intake.rows["state"].tolist() == ["known"]
                else intake.change(same=[[0, intake.rows["lead_id"][0]]])
            )
            assert same.plan.diff.empty


def test_an_exported_list_finds_its_leads_by_their_ids_and_not_by_numbers_of_another_system():
    with pb.open_sandbox(leads=5) as ws:
        twins = [ws.leads.create(full_name="Ada Berg", company_name="Nord AG")["id"] for _ in range(2)]
        for lead in twins:
            row = pd.DataFrame({"id": [lead], "Name": ["Ada Berg"], "Firma": ["Nord AG"], "Ort": ["Bonn"]})
            rows = ws.leads.intake(row, progress=False).rows
            assert rows[["state", "lead_id"]].to_numpy().tolist() == [["known", lead]]
        other = row.assign(Name="Bo Falk", Firma="Süd AG")
        assert ws.leads.intake(other, progress=False).rows["state"].tolist() == ["new"]


def test_a_known_lead_who_opted_out_by_the_list_is_named(space, active):
    people = pd.DataFrame({"E-Mail": [active[3]["email"], active[4]["email"]], "Email opt-out": ["yes", "no"]})
    intake = space.leads.intake(people, progress=False)
    assert intake.rows["state"].tolist() == ["opted_out", "known"]
    assert intake.rows["lead_id"].tolist() == [active[3]["id"], active[4]["id"]]
    assert "1 lead of people who opted out by the list: ws.leads.update(lead_id, status='unsubscribed')" in repr(intake)
    assert intake.plan.diff.empty


def test_a_consent_counts_whatever_field_its_column_is_given_to(space):
    people = pd.DataFrame(
        {
            "E-Mail": ["ja@consent.example", "nein@consent.example"],
            "Einwilligung Werbung": ["ja", "nein"],
            "Newsletter": ["nein", "nein"],
        }
    )
    mapping = pb.Mapping({"E-Mail": "email", "Newsletter": "tags"})
    for field in ("newsletter_opt_in", "status", "tags", "title"):
        given = mapping.with_column("Einwilligung Werbung", field).with_values(
            "Einwilligung Werbung", {} if field == "newsletter_opt_in" else {"ja": "contacted", "nein": "new"}
        )
        rows = space.leads.intake(people, mapping=given, progress=False).rows
        assert rows["state"].tolist() == ["new", "opted_out"], field


def test_remarks_in_which_no_refusal_was_found_are_there_to_be_looked_through(space):
    people = pd.DataFrame(
        {
            "E-Mail": [f"{name}@note.example" for name in ("ada", "bea", "cid", "dora", "eva")],
            "Notiz": ["bitte keine Werbung", "will im Mai kommen", None, "rubblefarb dalk onzer mail", " "],
            "Kundenstatus": ["aktiv", "neu", "aktiv", "neu", "alt"],
            "Suivi": [None, None, None, None, "rubblefarb dalk 3/4 jk"],
        },
        index=list("abcde"),
    )
    intake = space.leads.intake(people, progress=False)
    assert intake.rows["state"].tolist() == ["opted_out", "new", "new", "new", "new"]
    assert intake.remarks.to_dict("list") == {
        "row": ["b", "d", "e"],
        "column": ["Notiz", "Notiz", "Suivi"],
        "remark": ["will im Mai kommen", "rubblefarb dalk onzer mail", "rubblefarb dalk 3/4 jk"],
    }
    assert "3 people to create have one in which no refusal was found: look through intake.remarks" in repr(intake)
    without = intake.change(leave_out=["d"])
    assert (without.rows["state"].tolist()[3], without.remarks["row"].tolist()) == ("left_out", ["b", "e"])
    assert len(space.leads.intake(people[["E-Mail"]], progress=False).remarks) == 0


def test_a_remark_counts_whatever_field_its_column_is_given_to(space):
    people = pd.DataFrame({"E-Mail": ["a@remark.example", "b@remark.example"], "Notes": ["VIP", "bitte keine Werbung"]})
    rows = space.leads.intake(people, mapping={"E-Mail": "email", "Notes": "title"}, progress=False).rows
    assert rows["state"].tolist() == ["new", "opted_out"]


def test_the_extension_of_a_phone_comes_in_with_it(space):
    people = pd.DataFrame({"Name": ["Saoirse Byrne", "Alan Tait"], "Tel": ["+353 1 555 0121 ext. 44", "+35315550122"]})
    intake = space.leads.intake(people, progress=False)
    assert (intake.summary["new"], intake.summary["set_aside"]) == (2, 0)
    created = intake.plan.diff[intake.plan.diff["field"] == "phone"]
    assert sorted(created["after"]) == ["+35315550121 x44", "+35315550122"]


def test_dates_whose_order_is_open_are_named_and_read_by_choice(space):
    people = pd.DataFrame({"E-Mail": ["p@days.example", "q@days.example"], "Renewal date": ["12.03.26", "13.04.45"]})
    intake = space.leads.intake(people, progress=False)
    assert "Renewal date" not in intake.mapping.columns
    assert "dates in Renewal date: intake.mapping.with_column('Renewal date', 'renewal_date', 'day_first')" in repr(
        intake
    )
    read = intake.change(mapping=intake.mapping.with_column("Renewal date", "renewal_date", "day_first"))
    assert read.cleaned.frame["custom_renewal_date"].cast(str).to_list() == ["2026-03-12", None]
    assert read.set_aside["reason"].tolist() == ["needs a year of four digits"]


def test_extensions_of_other_languages_come_in(space):
    phones = ["11 3333-4444 ramal 12", "22 555 01 23 wew. 12", "03-5550-0123 内線 12", "内線 12"]
    people = pd.DataFrame({"E-Mail": [f"q{place}@ext.example" for place in range(4)], "Telefon": phones})
    intake = space.leads.intake(people, progress=False)
    cleaned = intake.cleaned.frame["phone"].to_list()
    assert cleaned == ["11 3333-4444 x12", "22 555 01 23 x12", "03-5550-0123 x12", None]
    assert intake.set_aside["value"].tolist() == ["内線 12"]


def test_an_extension_comes_in_where_no_country_reads_its_phone(space):
    phones = ["030/901820 Durchwahl 33", "030 901820 ext. 12", "Ada ext. 12"]
    people = pd.DataFrame({"E-Mail": [f"p{place}@ext.example" for place in range(3)], "Telefon": phones})
    intake = space.leads.intake(people, progress=False)
    assert intake.cleaned.frame["phone"].to_list() == ["030/901820 x33", "030 901820 x12", None]
    assert intake.set_aside["value"].tolist() == ["Ada ext. 12"]
    change = intake.normalized.changes.iloc[0]
    assert (change["before"], change["rule"]) == (phones[0], "extension")
    read = intake.change(country="DE")
    assert read.cleaned.frame["phone"].to_list() == ["+4930901820 x33", "+4930901820 x12", None]
    assert read.normalized.changes["rule"].tolist() == ["e164, extension"] * 2


def test_a_name_without_a_letter_is_no_name(space):
    people = pd.DataFrame({"Stand": ["A", "B"], "Vorname": ["Cher", "300"], "E-Mail": ["", ""]})
    rows = space.leads.intake(people, progress=False).rows
    assert rows["state"].tolist() == ["new", "broken"]
    assert rows["reason"].iloc[1] == "it has no email address, phone or name of one person"


@pytest.mark.parametrize("key", ["email", "full_name"])
def test_an_undo_keeps_leads_that_were_changed_after_the_list_was_sent(space, key):
    people = pd.DataFrame({"full_name": ["Ida Kept", "Udo Gone"], key: [f"ida@{key}.example", f"udo@{key}.example"]})
    intake = space.leads.intake(people if key == "email" else people[["full_name"]], progress=False)
    ida, udo = intake.apply(progress=False).created_ids
    space.leads.update(ida, title="Head of Data")
    undone = intake.undo()
    assert undone.kept == (ida,)
    assert undone.deleted.summary["succeeded"] == 1
    assert (space.leads.get(ida).title, space.leads.get(udo).deleted_at is None) == ("Head of Data", False)


def test_an_undo_counts_what_stays_and_says_why(space):
    people = pd.DataFrame(
        {"full_name": ["Ida Stays", "Udo Stays"], "email": ["ida@stays.example", "udo@stays.example"]}
    )
    _, udo = ids = space.leads.plan(people).apply(progress=False).created_ids
    rows = pd.DataFrame({"id": ids, "status": ["unsubscribed", None], "title": [None, "Head of Data"]})
    applied = space.leads.plan(rows).apply(progress=False)
    space.leads.update(udo, title="Head of All")
    undone = undo_outcome(applied, space.leads.plan_delete)
    assert undone.stays == {"the status stays: who opted out stays opted out, also after an undo": 1}
    assert undo_message(undone)[:2] == ("success", "Taken back: nothing")
    assert "1 person stays, since it was changed after sending: Ada." in undo_message(undone, ["Ada"])[2]
    assert "1 person: the status stays" in undo_message(undone)[2]
    assert space.leads.get(udo).title == "Head of All"


def test_overwrite_gives_a_known_lead_what_the_list_says_and_fill_only_what_it_lacks(space, active):
    lead = active[0]
    row = {"Name": lead["full_name"], "E-Mail": lead["email"], "Phone": lead["phone"]}
    rows = [
        row | {"Company": "Anders & Neu KG", "Title": "Head of Stars"},
        row | {"Title": "Head of Moons", "City": "Ulm"},
    ]
    intake = space.leads.intake(pd.DataFrame(rows), existing="overwrite", progress=False)
    assert intake.rows["state"].tolist() == ["known"] * 2
    written = dict(zip(intake.plan.diff["field"], intake.plan.diff["after"], strict=True))
    assert written == {"company_name": "Anders & Neu KG", "title": written["title"], "city": "Ulm"}
    assert written["title"] in {"Head of Stars", "Head of Moons"}
    left = intake.merged_values.set_index("field")["left"]
    assert {left["title"], written["title"]} == {"Head of Stars", "Head of Moons"}
    assert len(intake.change(existing="fill").plan.diff.query("field != 'city' or before == before")) == 0
    by_rule = intake.change(rules={"company_name": "best_company"}).plan.diff
    assert "company_name" not in {*by_rule["field"]}


def test_overwrite_takes_no_abbreviation_and_no_other_order_for_a_name(space, active):
    lead = next(each for each in active if each["first_name"] and each["last_name"] and each["email"])
    short = f"{lead['first_name'][0]}."
    row = {"First name": short, "Last name": lead["last_name"], "E-Mail": lead["email"], "Title": "Head of Stars"}
    whole = {"Name": f"{short} {lead['last_name']}", "E-Mail": lead["email"], "Title": "Head of Stars"}
    turned = whole | {"Name": f"{lead['last_name']}, {lead['first_name']}".upper()}
    for people in (row, whole, turned):
        intake = space.leads.intake(pd.DataFrame([people]), existing="overwrite", progress=False)
        assert intake.rows["state"].tolist() == ["known"]
        assert set(intake.plan.diff["field"]) == {"title"}


def test_overwrite_gives_no_lead_its_family_name_as_a_given_one(space):
    lead = {
        "full_name": "Angelika Berger",
        "first_name": "Angelika",
        "last_name": "Berger",
        "company_name": "Berger Bau",
    }
    space.leads.create(**lead, email="a.berger@bergerbau.example")
    row = {"Vorname": "Berger", "Nachname": "Angela", "E-Mail": "a.berger@bergerbau.example", "Firma": "Berger Bau"}
    intake = space.leads.intake(pd.DataFrame([row]), existing="overwrite", progress=False)
    assert not {"first_name", "last_name"} & {*intake.plan.diff["field"]}


def test_overwrite_of_a_name_gives_its_full_name_too(space):
    space.leads.create(full_name="Ada Berg", first_name="Ada", last_name="Berg", email="ada@nord.example")
    row = {"Vorname": "Ada", "Nachname": "Bergmann", "E-Mail": "ada@nord.example"}
    intake = space.leads.intake(pd.DataFrame([row]), existing="overwrite", allow=[0], progress=False)
    written = dict(zip(intake.plan.diff["field"], intake.plan.diff["after"], strict=True))
    assert written == {"last_name": "Bergmann", "full_name": "Ada Bergmann"}


def test_overwrite_takes_no_surname_and_no_script_from_a_lead(space):
    rows = []
    for lead, listed in (
        (("María", "García López"), ("Maria", "Garcia")),
        (("Γιώργος", "Παπαδόπουλος"), ("Giorgos", "Papadopoulos")),
        (("Иван", "Петров"), ("Ivan", "Petrov")),
    ):
        email = f"{listed[0]}.{listed[1]}@sol.example".lower()
        space.leads.create(full_name=" ".join(lead), first_name=lead[0], last_name=lead[1], email=email)
        rows.append({"Vorname": listed[0], "Nachname": listed[1], "E-Mail": email})
    intake = space.leads.intake(pd.DataFrame(rows), existing="overwrite", progress=False)
    assert [*intake.rows["state"]] == ["known"] * 3
    assert len(intake.plan.diff) == 0


def test_overwrite_takes_no_zeros_and_no_marks_from_a_lead():
    people = {"Name": ["Jorg Muller"], "E-Mail": ["jm@nord.example"], "Firma": ["Munchner Ruck"], "Kunde": [123.0]}
    mapping = {"Name": "full_name", "E-Mail": "email", "Firma": "company_name", "Kunde": "external_id"}
    frame = pd.DataFrame(people)
    of_lead = {"full_name": "Jörg Müller", "company_name": "Münchner Rück", "external_id": "00123"}
    with pb.open_sandbox(leads=10) as ws:
        lead = ws.leads.upsert(email="jm@nord.example", **of_lead)
        whole = ws.leads.intake(frame, mapping=mapping, existing="overwrite", progress=False)
        assert len(whole.plan.diff) == 0
        assert ws.leads.plan(frame, mapping=mapping, fields=["external_id"]).summary["unchanged"] == 1
        ws.leads.upsert(email="bo@nord.example", full_name="Bo Lund", company_name="Ost Bau KG")
        worse = {"Name": ["Bo Lund"], "E-Mail": ["sales@nord.example; bo@nord.example"], "Firma": ["ost bau kg"]}
        assert len(ws.leads.intake(pd.DataFrame(worse), existing="overwrite", progress=False).plan.diff) == 0
        ws.leads.update(lead, full_name="Jorg Muller", external_id="12")
        diff = ws.leads.intake(frame, mapping=mapping, existing="overwrite", progress=False).plan.diff
        assert [*diff["field"]] == ["external_id"]


def test_overwrite_replaces_an_address_by_an_id_or_a_choice_and_not_by_a_likeness():
    leads = [
        {"full_name": "Ada Berg", "email": "ada@nord.example", "phone": "+4930901820", "company_name": "Nord AG"},
        {"full_name": "Bo Lund", "email": "bo@nord.example", "phone": "+4930901840", "external_id": "K-17"},
        {"full_name": "Cy Holm", "email": "cy@ost.example", "phone": "+4930901830", "company_name": "Ost AG"},
        {"full_name": "Dee Fox", "email": "mailto:dee@ost.example", "company_name": "Ost AG"},
    ]
    columns = ("full_name", "email", "phone", "company_name", "external_id")
    rows = [
        ("Ada Berg", "ada.berg@nord.example", "+4930901820", "Nord AG", "n/a"),
        ("Bo Lund", "bo.lund@nord.example", "+4930901840", None, "K-17"),
        ("Cy Holm", "cy.holm@ost.example", "+4930901830", "Ost AG", "-"),
        ("Cy Holm", "cy@ost.example", "+4930901830", "Ost AG", None),
        ("Dee Fox", "dee@ost.example", None, "Ost AG", "0"),
    ]
    with pb.open_sandbox(leads=20) as ws:
        ids = [ws.leads.create(**lead).id for lead in leads]
        intake = ws.leads.intake(pd.DataFrame(rows, columns=columns), existing="overwrite", progress=False)
        diff, shown = intake.plan.diff, intake.rows
        chosen = intake.change(same=[[0, ids[0]]])
        later = chosen.plan.diff
        intake.apply()
        again = ws.leads.intake(pd.DataFrame(rows, columns=columns), existing="overwrite", progress=False)
        assert again.plan.cost.requests == 0
    assert shown["state"].tolist() == ["known"] * 5
    addresses = diff[diff["field"] == "email"].set_index("row")["after"].to_dict()
    assert addresses == {ids[1]: "bo.lund@nord.example", ids[3]: "dee@ost.example"}
    assert "external_id" not in {*diff["field"]}
    assert "keeps its email address" in shown["reason"][0]
    assert "2 leads keep another one than the list has" in str(intake)
    assert later[later["field"] == "email"].set_index("row")["after"][ids[0]] == "ada.berg@nord.example"


def test_a_row_that_waited_waits_when_the_same_list_comes_again_until_a_person_decides():
    columns = ("Name", "E-Mail", "Phone", "Company", "Title")
    rows = [
        ("Bo Lund", "bo.lund@nord.example", "+4930901840", "Nord AG", "CTO"),
        ("Ada Berg", "ada@ost.example", "+4930901850", "Ost AG", "CEO"),
        ("Cy Holm", "office@west.example", None, "West AG", None),
        ("Dee Fox", "office@west.example", None, "West AG", None),
    ]
    people = pd.DataFrame(rows, columns=columns)
    with pb.open_sandbox(leads=20) as ws:
        lead = ws.leads.create(full_name="Bo Lund", email="bo@nord.example").id
        first = ws.leads.intake(people, progress=False)
        assert first.rows["state"].tolist() == ["doubtful", "new", "new", "doubtful"]
        first.apply()
        ws.leads.update(lead, phone="+4930901840", company_name="Nord AG")
        changed = ws.leads.intake(people.assign(Title="CFO"), progress=False)
        assert changed.rows["state"].tolist() == ["known", "known", "known", "doubtful"]
        again = ws.leads.intake(people, existing="overwrite", progress=False)
        assert again.rows["state"].tolist() == ["doubtful", "known", "known", "doubtful"]
        assert "undecided since an earlier intake of this row" in again.rows["reason"][0]
        assert again.plan.cost.requests == 0
        assert "nothing to do" in str(again)
        assert again.change(same=[[0, lead]]).rows["state"].tolist() == ["known", "known", "known", "doubtful"]
        assert again.change(different=[[0, lead]]).rows["state"].tolist() == ["new", "known", "known", "doubtful"]


def test_overwrite_takes_no_one_out_of_an_opt_out(space, gone):
    lead = gone[0]
    row = {"Name": lead["full_name"], "E-Mail": lead["email"], "Status": "new", "Title": "Head of Stars"}
    intake = space.leads.intake(pd.DataFrame([row]), existing="overwrite", progress=False)
    assert intake.rows["state"].tolist() == ["opted_out"]
    assert "status" not in {*intake.change(allow=[0]).plan.diff["field"]} or lead["email"] is None


def test_values_in_which_rows_of_one_person_differ_are_shown_before_anything_is_sent(space):
    people = pd.DataFrame(
        {
            "Name": ["Edda Falkenau", "EDDA FALKENAU", "Lars Lindqvist"],
            "E-Mail": ["edda@falkenau.example"] * 2 + ["lars@lindqvist.example"],
            "Title": ["CTO", "CIO", "CEO"],
            "City": [None, "Ulm", "Bonn"],
        },
        index=["a", "b", "c"],
    )
    intake = space.leads.intake(people, progress=False)
    [shown] = intake.merged_values.to_dict("records")
    kept = intake.plan.diff.query("field == 'title'")["after"].tolist()[0]
    assert shown == {"row": "a", "field": "title", "kept": kept, "left": "CIO" if kept == "CTO" else "CTO"}
    assert "1 person whose rows differ" in str(intake)


def test_a_name_with_a_comma_is_written_in_reading_order_unless_that_is_switched_off(space):
    people = pd.DataFrame({"Name": ["Kühn, Dirk", "Berg, Vertrieb"], "E-Mail": ["d@kuehn.example", "b@berg.example"]})
    intake = space.leads.intake(people, progress=False)
    assert intake.cleaned.frame["full_name"].to_list() == ["Dirk Kühn", "Berg, Vertrieb"]
    assert intake.normalized.changes["rule"].tolist() == ["accepted reading_order"]
    as_it_is = intake.change(accept=[])
    again = space.leads.intake(people, recipe=as_it_is.recipe, progress=False)
    for one in (as_it_is, again):
        assert one.cleaned.frame["full_name"].to_list() == ["Kühn, Dirk", "Berg, Vertrieb"]


def test_a_region_is_not_a_city_and_local_times_name_their_repair(space):
    people = pd.DataFrame(
        {
            "Name": ["Edda Falkenau", "Lars Lindqvist", "Ngozi Okafor"],
            "Location": ["Greater Munich Metropolitan Area", "Greater Noida", "Lyon et périphérie"],
            "Demo at": ["2026-03-01 10:00", None, "2026-03-02 11:30"],
        }
    )
    intake = space.leads.intake(people, progress=False)
    assert intake.set_aside["value"].tolist() == ["Greater Munich Metropolitan Area", "Lyon et périphérie"]
    assert intake.cleaned.frame["city"].to_list() == [None, "Greater Noida", None]
    assert "intake.mapping.with_column('Demo at', 'demo_at', 'zone:Europe/Berlin')" in str(intake)
    mapping = intake.mapping.with_column("Demo at", "demo_at").with_values("Location", {people["Location"][2]: "Lyon"})
    mapped = intake.change(mapping=mapping)
    assert mapped.set_aside["reason"].str.contains("zone:Europe/Berlin reads local times").tolist() == [
        True,
        False,
        True,
    ]
    assert mapped.cleaned.frame["city"].to_list() == [None, "Greater Noida", "Lyon"]
    read = mapped.change(mapping=mapping.with_column("Demo at", "demo_at", "zone:Europe/Berlin"))
    assert str(read.cleaned.frame["custom_demo_at"][0]).startswith("2026-03-01 09:00:00")


def test_a_name_of_someone_who_opted_out_waits_where_nothing_but_the_address_differs():
    columns = ("Name", "E-Mail", "Company")
    rows = [
        ("Petra Lang", "petra@private.example", None),
        ("Udo Lang", "udo@private.example", None),
        ("Luc Moreau", "luc@west.example", None),
    ]
    with pb.open_sandbox(leads=20) as ws:
        for name, email, status in (
            ("Petra Lang", "petra@nord.example", "unsubscribed"),
            ("Luc Moreau", "luc@nord.example", "bounced"),
            ("Luc Moreau", "luc@west.example", "new"),
        ):
            ws.leads.create(full_name=name, email=email, status=status, company_name="Nord AG" if "P" in name else None)
        intake = ws.leads.intake(pd.DataFrame(rows, columns=columns), progress=False)
        assert intake.rows["state"].tolist() == ["opted_out", "new", "known"]
        assert intake.change(allow=[0]).rows["state"].tolist() == ["new", "new", "known"]


def test_rows_without_a_country_get_the_one_that_is_given_and_no_other(space):
    people = pd.DataFrame(
        {
            "Name": ["Edda Falkenau", "Lars Lindqvist", "Ngozi Okafor", "Aniela Brzeska"],
            "Phone": ["030 901820", "+43 1 53115", None, "+48 22 5550123"],
            "Country": [None, None, " ", "Poland"],
        }
    )
    intake = space.leads.intake(people, country="Germany", progress=False)
    new = intake.plan.diff.query("field == 'country'")
    assert dict(zip(new["row"], new["after"], strict=True)) == {0: "DE", 2: "DE", 3: "PL"}
    assert "2 people without one: Germany is filled in" in str(intake)
    without = space.leads.intake(people.drop(columns="Country"), country="DE", progress=False)
    assert without.plan.diff.query("field == 'country'")["row"].tolist() == [0, 2]


def test_an_assumed_country_says_nothing_about_who_a_row_is(space, active):
    lead = next(one for one in active if one["country"] not in {None, "AU"})
    row = {"Name": lead["full_name"], "E-Mail": lead["email"], "Company": lead["company_name"]}
    intake = space.leads.intake(pd.DataFrame([row]), country="AU", progress=False)
    assert intake.rows["state"].tolist() == ["known"]
    assert len(intake.plan.diff) == 0


def test_a_second_column_fills_blanks_by_a_rule_of_its_own_and_overwrites_nothing(space):
    people = {
        "Name": ["Edda Falkenau", "Lars Lindqvist", "Ngozi Okafor", "Aniela Brzeska"],
        "Phone": ["", "+49 30 901820", "n/a", "+49 30 901821"],
        "Mobile": ["+49 171 3200001", "+49 171 3200002", "+49 171 3200003", "030 / 901821"],
        "Company phone": ["+49 30 4000"] * 4,
        "E-Mail": [None, "lars@lindqvist.example", None, None],
        "E-Mail 2": ["edda@falkenau.example", "second@lindqvist.example", "ask her", ""],
        "Manager email": ["boss@firm.example"] * 4,
    }
    columns = {"Name": "full_name", "Phone": "phone", "E-Mail": "email"}
    intake = space.leads.intake(pl.DataFrame(people), mapping=columns, progress=False)
    wanted = ["+491713200001", "+4930901820", "+491713200003", "+4930901821"]
    assert intake.cleaned.frame["phone"].to_list() == wanted
    assert intake.cleaned.frame["email"].to_list() == ["edda@falkenau.example", "lars@lindqvist.example", None, None]
    second = intake.cleaned.normalized.changes.filter(pl.col("rule").str.starts_with("second column"))
    assert second.select("row", "field").rows() == [(0, "phone"), (0, "email"), (2, "phone")]
    card = str(intake)
    assert '"Mobile" fills 2 blanks of "Phone"; 1 other value of it is not sent' in card
    assert '"E-Mail 2" fills 1 blank of "E-Mail"; 1 other value of it is not sent' in card
    left_out = intake.change(mapping=intake.mapping.without_column("Mobile", ignored=True))
    assert left_out.cleaned.frame["phone"].to_list() == [None, "+4930901820", None, "+4930901821"]
    again = space.leads.intake(pl.DataFrame(people), recipe=intake.recipe, progress=False)
    assert again.cleaned.frame["phone"].to_list() == wanted


def test_people_with_one_name_and_no_address_wait_where_it_is_open_who_they_are(space):
    ida = pd.DataFrame({"full_name": ["Ida Brandt"] * 2, "city": ["Kiel", "Bonn"]})
    first = space.leads.intake(ida, progress=False)
    assert first.rows["state"].tolist() == ["new", "doubtful"]
    both = first.change(different=[[0, 1]])
    both.apply(progress=False)
    again = ida.assign(title="Head of Data")
    assert space.leads.intake(again, progress=False).rows["lead_id"].nunique() == 2
    for more, state in (({"city": "Kiel"}, "known"), ({}, "doubtful"), ({"city": "Ulm"}, "doubtful")):
        list_ = pd.DataFrame([{"full_name": "Ida Brandt", "phone": None, **more}])
        assert space.leads.intake(list_, progress=False).rows["state"].tolist() == [state], more
    both.undo()


def test_an_opt_out_in_a_list_reaches_the_lead_that_only_a_name_finds(space):
    lead = pd.DataFrame({"full_name": ["Lea Kern"], "city": ["Kiel"]})
    made = space.leads.intake(lead, progress=False)
    [lead_id] = made.apply(progress=False).created_ids
    space.leads.intake(pd.DataFrame({"full_name": ["Lea Kern"], "status": ["unsubscribed"]}), progress=False).apply()
    assert space.leads.get(lead_id).status == "unsubscribed"
    elsewhere = space.leads.intake(
        pd.DataFrame({"full_name": ["Lea Kern"], "city": ["Bonn"], "status": ["unsubscribed"]})
    )
    assert elsewhere.summary["known"] == elsewhere.summary["new"] == 0
    space.leads.delete(lead_id)


def test_a_further_address_of_a_row_finds_the_lead_and_the_row_that_have_it():
    columns = ("Name", "E-Mail", "E-Mail 2", "Firma")
    people = [
        ("Ada Berg", "new@nord.example; ada@old.example", "", "Süd AG"),
        ("Cy Holm", "cy@nord.example", "bo@old.example", "Nord"),
        ("Bo Lund", "bo@nord.example", "bo@old.example", "West AG"),
        ("", "nameless@nord.example", "ada@old.example", ""),
        ("Dee Fox", "dee@a.example", "", "Ost AG"),
        ("DEE FOX", "dee@b.example; dee@a.example", "", "Ost AG"),
        ("Eve Moor", "eve@west.example; info@old.example", "", "Old"),
    ]
    with pb.open_sandbox(leads=10) as ws:
        for email, name in (("ada@old.example", "Ada Berg"), ("bo@old.example", "Bo Lund"), ("info@old.example", None)):
            ws.leads.upsert(email=email, full_name=name, company_name="Nord GmbH")
        ids = ws.leads.list(q="old.example").set_index("email")["id"].to_dict()
        intake = ws.leads.intake(pd.DataFrame(people, columns=columns), existing="overwrite", progress=False)
        rows, diff = intake.rows, intake.plan.diff
        intake.apply()
        again = ws.leads.intake(pd.DataFrame(people, columns=columns), progress=False).summary
    assert rows["state"].tolist() == ["known", "doubtful", "known", "doubtful", "new", "duplicate", "new"]
    assert rows["lead_id"].tolist()[:4] == [ids[f"{who}@old.example"] for who in ("ada", "bo", "bo", "ada")]
    assert "but another name" in rows["reason"][1]
    assert set(diff.loc[diff["field"] == "email", "after"]) == {"dee@a.example", "eve@west.example"}
    assert again["new"] == 0


def test_a_further_address_makes_no_two_people_one_person():
    columns = ("Vorname", "Nachname", "E-Mail", "E-Mail 2", "LinkedIn")
    hans = "https://www.linkedin.com/in/hans-huber"
    people = [
        ("", "", "a@nord.example", "hub@nord.example", ""),  # rows without names share an address
        ("", "", "b@nord.example", "hub@nord.example", ""),
        ("", "", "c@nord.example", "none@none.com", ""),
        ("", "", "d@nord.example", "none@none.com", ""),
        ("Ada", "Berg", "ada@nord.example", "", ""),  # a row without a name has the addresses of two people
        ("Bo", "Lund", "bo@nord.example", "", ""),
        ("", "", "e@nord.example; ada@nord.example; bo@nord.example", "", ""),
        ("", "Moor", "m1@nord.example", "moors@nord.example", ""),  # a couple
        ("", "Moor", "m2@nord.example", "moors@nord.example", ""),
        ("Hans", "Huber", "h1@nord.example", "hubers@nord.example", f"{hans}-1"),  # father and son
        ("Hans", "Huber", "h2@nord.example", "hubers@nord.example", f"{hans}-2"),
        ("Cy", "Holm", "cy@nord.example", "desk@nord.example", ""),  # colleagues, and a lead without a name
        ("Dee", "Fox", "dee@nord.example", "desk@nord.example", ""),
        ("Eva", "Ruiz", "e1@nord.example", "recruiter@hire.example", ""),  # two people of one name
        ("Eva", "Ruiz", "e2@nord.example", "recruiter@hire.example", ""),
        *[("", "", f"p{n}@nord.example", "hub@nord.example", "") for n in range(40)],
    ]
    with pb.open_sandbox(leads=10) as ws:
        ws.leads.upsert(email="desk@nord.example")
        rows = ws.leads.intake(pd.DataFrame(people, columns=columns), progress=False).rows
    alone, waits = ["new"], ["new", "doubtful"]
    assert rows["state"].tolist()[:15] == [*alone * 6, "doubtful", *waits, *waits, "doubtful", "doubtful", *waits]
    assert set(rows["state"][15:]) == {"new"}


def test_people_of_one_name_whom_nothing_distinguishes_are_never_created_twice():
    columns = ("Name", "E-Mail", "Phone", "Company", "City")
    people = [
        ("Bernd Palmgren", "", "040 9033813", "Bergkamm GmbH", "Bonn"),
        ("BERND PALMGREN", "bernd@bergkamm.example", "", "Bergkamm GmbH", ""),
        ("Bernd Palmgren", "", "", "", ""),
        ("Bernd", "", "", "Südlicht KG", ""),
    ]
    people += [(f"{name} Moor", f"{name.lower()}@x.example", "", "", "") for name in ("Ann", "Ben", "Cem", "Dee")]
    with pb.open_sandbox(leads=0) as ws:
        ws.leads.upsert(email="riley@redgum.example", full_name="Riley Eccles", title="CTO", company_name="Red Gum")
        named = pd.DataFrame({"Name": ["Riley Eccles", "Riley Moor"], "Position": ["CEO", "CEO"]})
        assert ws.leads.intake(named, progress=False).rows["state"].tolist() == ["doubtful", "new"]
        frame = pd.DataFrame(people, columns=columns).replace("", None)
        first = ws.leads.intake(frame, progress=False)
        states = first.rows["state"].tolist()
        first.apply()
        again = ws.leads.intake(frame, progress=False)
        assert again.summary["new"] == again.plan.summary["create"] == 0
    assert states[:1] + states[3:] == ["new"] * 6
    assert set(states[1:3]) <= {"doubtful", "duplicate"}


def test_addresses_that_are_not_mapped_are_named_and_create_no_one_who_is_known_or_opted_out(space, active, gone):
    people = pd.DataFrame({"Name": ["Ada Zimt", "Bo Zimt"], "Wie": [active[0]["email"], gone[0]["email"]]})
    intake = space.leads.intake(people, mapping={"Name": "full_name"}, progress=False)
    assert intake.rows["state"].tolist() == ["doubtful", "opted_out"]
    assert "email addresses in Wie" in repr(intake)
    assert "email addresses in" not in repr(intake.change(mapping={"Name": "full_name", "Wie": "email"}))


def test_an_applied_list_creates_no_one_twice_whatever_is_chosen_or_applied_afterwards():
    people = pd.DataFrame({"N": ["Ada Winterfeld"], "F": ["Winterfeld GmbH"], "T": ["030 12345678"], "W": ["5"]})
    mapping = {"N": "full_name", "F": "company_name", "T": "phone"}
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as ws:
        first = ws.leads.intake(people, country="DE", mapping=mapping, progress=False)
        more = first.mapping.with_column("W", "deal_value_eur")
        before = first.change(mapping=more)
        assert before.summary["new"] == 1
        [lead] = first.apply().created_ids
        with pytest.raises(errors.UsageError, match="was brought in since"):
            before.apply()
        for choices in ({"mapping": more}, {"country": "AT"}, {"country": "AT", "mapping": more}):
            changed = first.change(**choices)
            assert changed.rows[["state", "lead_id"]].to_numpy().tolist() == [["known", lead]]
        assert "1 of these leads to update" in str(changed)
        assert changed.apply().summary["succeeded"] == 1
        ws.sandbox.clock.advance("25h")
        assert "the same plan was applied" in str(first.apply())
        assert ws.leads.list()["id"].tolist() == [lead]


def test_a_list_that_was_taken_back_says_so_and_comes_in_again():
    people = pd.DataFrame({"N": ["Ida Moor"], "F": ["Moor AG"], "T": ["+4930901820"], "S": ["Bonn"]})
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as ws:
        known = ws.leads.create(email="ada@birkenhain.example")
        people = pd.concat([people, pd.DataFrame({"N": ["Ada Berg"], "E": [known.email], "S": ["Ulm"]})])
        mapping = {"N": "full_name", "F": "company_name", "T": "phone", "E": "email", "S": "city"}
        intake = ws.leads.intake(people.reset_index(drop=True), mapping=mapping, progress=False)
        intake.apply()
        undone = intake.undo()
        text = str(undone)
        assert "restored" in text
        assert "1 lead: undone.deleted" in text
        assert "intake.undo() takes it back" not in str(intake)
        assert "intake.change() looks at the workspace again" in str(intake)
        with pytest.raises(errors.UsageError, match="was undone since"):
            intake.apply()
        assert intake.change().apply().summary["succeeded"] == 2
        assert sorted(ws.leads.list()["city"]) == ["Bonn", "Ulm"]


def test_an_intake_stopped_by_hand_says_that_nothing_was_sent(space, monkeypatch):
    people = pd.DataFrame({"E-Mail": ["stopped@engines.example"]})

    def press(*_args, **_options):
        raise KeyboardInterrupt

    intake = space.leads.intake(people, progress=False)
    monkeypatch.setattr("pb2b_notebook.intake.cells.clean_cells", press)
    with pytest.raises(errors.ReadInterrupted, match="nothing was sent; run the same cell again"):
        repr(intake)
    monkeypatch.setattr("pb2b_notebook.files.read_leads", press)
    with pytest.raises(errors.ReadInterrupted, match="nothing was sent; run the same cell again"):
        space.leads.intake(b"E-Mail\nada@engines.example\n", progress=False)


def test_an_undo_stopped_by_hand_continues_with_the_same_call(monkeypatch):
    people = pd.DataFrame({"E-Mail": ["undone@engines.example"]})
    with pb.open_sandbox(leads=5) as ws:
        intake = ws.leads.intake(people, progress=False)
        intake.apply(progress=False)

        def press(*_args, **_options):
            raise KeyboardInterrupt

        with monkeypatch.context() as stopped:
            stopped.setattr("pb2b_notebook.intake.undoing.find_changed_leads", press)
            with pytest.raises(errors.ReadInterrupted, match="what it took back stays so, and the same cell continues"):
                intake.undo()
        assert intake.undo().deleted.summary["succeeded"] == 1
        assert ws.leads.count() == 5


def test_cells_that_stand_for_nothing_are_blank_in_typed_columns_too(space):
    frame = pd.DataFrame({
        "email": ["a@nord.example", "b@nord.example", "c@nord.example"],
        "custom_deal_value_eur": ["k.A.", "n/a", "12"],
    })  # fmt: skip
    assert space.leads.intake(frame).set_aside.empty


@pytest.mark.parametrize(
    ("cells", "tags"),
    [
        (["vip, eu", "fair"], ["vip", "eu"]),
        (['"vip","fair"', "eu"], ["vip", "fair"]),
        (["vip, eu", "fair;hot"], ["vip, eu"]),
        (["vip", "eu"], ["vip"]),
    ],
)
def test_tags_with_commas_between_them_are_several_unless_the_column_has_semicolons(space, cells, tags):
    people = pd.DataFrame({"Name": ["Ann Lee", "Bo Dal"], "Email": ["ann@x.example", "bo@x.example"], "Tags": cells})
    assert space.leads.intake(people, progress=False).cleaned.frame["tags"].to_list()[0] == tags


def test_leads_with_joined_tags_that_come_back_change_nothing(space):
    space.leads.create(full_name="Tag Person", email="tag@person.example", tags=["vip", "eu"])
    flat = space.leads.list(flat=True)
    mine = flat[flat["email"] == "tag@person.example"][["id", "full_name", "email", "tags"]]
    assert len(space.leads.intake(mine, existing="overwrite", progress=False).plan.diff) == 0


def test_an_id_that_a_spreadsheet_has_shortened_identifies_no_one(space):
    ids = ["1.51E+11", "1,51e+11", "151000000001", "5E10"]
    people = pd.DataFrame({"Contact ID": ids, "Phone": [f"+49 30 90182{number}" for number in range(4)]})
    intake = space.leads.intake(people)
    assert intake.set_aside[["row", "value"]].to_numpy().tolist() == [[0, ids[0]], [1, ids[1]]]
    assert intake.cleaned.frame["external_id"].to_list() == [None, None, *ids[2:]]
    assert space.leads.plan(pd.DataFrame({"external_id": ids[:1]}), match_on="external_id").summary["invalid"] == 1


def test_a_phone_without_a_country_is_sent_and_the_card_names_the_repair(space):
    people = pd.DataFrame({"Phone": ["(904) 213-9300", "call me"], "Email": ["a@b.example", "c@d.example"]})
    intake = space.leads.intake(people)
    assert intake.set_aside["value"].tolist() == ["call me"]
    assert intake.cleaned.frame["phone"].to_list() == ["904 213-9300", None]
    assert "1 phone is without a country code, in the rows 0: sent as written; intake.change(country=" in repr(intake)
    american = intake.change(country="US")
    assert american.cleaned.frame["phone"].to_list() == ["+19042139300", None]
    assert american.set_aside["value"].tolist() == ["call me"]


def test_the_card_names_addresses_that_are_probably_wrong():
    people = pd.DataFrame({"Name": ["Ada Berg", "Bo Lund"], "E-Mail": ["a..berg@nord.example", "bo@gmail.con"]})
    with pb.open_sandbox(leads=1) as ws:
        intake = ws.leads.intake(people, progress=False)
        card = repr(intake)
        corrected = intake.change(accept=["reading_order", "email_domain_typo"]).cleaned.frame["email"].to_list()
    assert "1 with a syntax that no mailbox has, in the rows 0:" in card
    assert "accept=['reading_order', 'email_domain_typo']" in card
    assert corrected[1] == "bo@gmail.com"


def test_who_opted_out_is_named_by_another_address_and_beside_who_is_perhaps_the_same():
    people = pd.DataFrame(
        {
            "Name": ["Ada Berg", "Peter Egger", "Petra Egger"],
            "E-Mail": ["ada@new.example; ada@old.example", "office@egger.example", "petra@egger.example"],
            "Firma": ["Berg", "Egger KG", "Egger KG"],
            "Telefon": [None, "+43512123456", "+43512123456"],
            "Bemerkung": [None, "bitte nicht mehr kontaktieren", None],
        }
    )
    mapping = {"Name": "full_name", "E-Mail": "email", "Firma": "company_name", "Telefon": "phone"}
    with pb.open_sandbox(leads=0) as ws:
        lead = ws.leads.create({"full_name": "Ada Berg", "email": "ada@old.example", "status": "unsubscribed"})
        rows = ws.leads.intake(people, mapping=mapping).rows
    assert (rows["state"].tolist(), rows["lead_id"][0]) == (["opted_out", "opted_out", "new"], lead.id)
    assert rows["reason"][2].startswith("created, though perhaps the person of another row, who opted out (")


def test_a_person_whom_only_the_plan_finds_to_have_opted_out_is_held_back_like_the_others():
    gone = {"full_name": "佐藤 由美子", "email": "y.sato@hokuto.example", "phone": "+81112223344", "country": "JP"}
    people = pd.DataFrame(
        {
            "Name": ["Ms. Yumiko SATO", "Ada Berg"],
            "E-Mail": ["sato-yumiko@hokuto.example", "ada@nord.example"],
            "Company": ["Hokuto Electric", "Nord"],
            "Phone": ["011-222-3344", None],
            "Country": ["Japan", "Germany"],
        }
    )
    with pb.open_sandbox(leads=0) as ws:
        lead = ws.leads.create(gone | {"company_name": "北斗電機株式会社", "status": "unsubscribed"})
        intake = ws.leads.intake(people, progress=False)
        outcome = intake.apply(progress=False)
        assert intake.rows["state"].tolist() == ["opted_out", "new"]
        assert intake.rows["lead_id"].tolist()[0] == lead["id"]
        assert (outcome.summary["succeeded"], outcome.summary["conflict"], len(outcome.rows)) == (1, 0, 1)


FURTHER = ("Additional email addresses", "hs_additional_emails", "Alte Mail", "Remarks")
"""Columns in which a list has further addresses, each of one row."""


def test_an_address_of_a_person_who_opted_out_holds_the_row_whatever_its_column_is_called():
    names = ["Mette Krogh", "Ada Berg", "Bo Falk", "Cy Orr", "Di Lund", "Eva Roca", "Ole Vang", "Pia Dahl"]
    people = pd.DataFrame({"Name": names, "E-Mail": [f"p{row}@west{row}.example" for row in range(8)]})
    for place, column in enumerate(FURTHER):
        people[column] = [f"old: gone{row}@nordtek.example" if row == place else None for row in range(4)] + [
            "owner@nord.example"
        ] * 4
    with pb.open_sandbox(leads=0) as ws:
        for number, name in enumerate(("Mette Hansen", "Siri Holm", "Tor Vik", "Ulf Dam")):
            ws.leads.create(full_name=name, email=f"gone{number}@nordtek.example", status="unsubscribed")
        ws.leads.create(full_name="Own Er", email="owner@nord.example", status="unsubscribed")
        assert ws.leads.intake(people, progress=False).rows["state"].tolist() == ["opted_out"] * 4 + ["new"] * 4


def test_a_lead_of_the_same_name_is_known_by_its_address_whatever_its_column_is_called():
    names = ("Pia Dahl", "Nils Rask", "Siri Holm", "Tor Vik")
    others = ("Eva Blom", "Ole Vang", "Ulf Dam", "Ada Berg")
    people = pd.DataFrame({"Name": [*names, *others], "E-Mail": [f"p{row}@new{row}.example" for row in range(8)]})
    for place, column in enumerate(FURTHER):
        cells = [f"old: lead{place}@dahl.example" if row == place else None for row in range(4)]
        people[column] = [*cells, *[f"sent by lead{place}@dahl.example" if cell else None for cell in cells]]
    with pb.open_sandbox(leads=0) as ws:
        for number, name in enumerate(names):
            ws.leads.create(full_name=name, email=f"lead{number}@dahl.example")
        assert ws.leads.intake(people, progress=False).rows["state"].tolist() == ["known"] * 4 + ["new"] * 4


def test_a_file_without_rows_is_named(space, tmp_path):
    path = tmp_path / "fair.csv"
    path.write_text("Name,E-Mail\n")
    with pytest.raises(errors.InvalidParameterError, match=r"fair\.csv has no rows"):
        space.leads.intake(path)


def test_the_file_of_held_back_rows_names_leads_of_one_name_and_address_once(tmp_path):
    with pb.open_sandbox(leads=0) as ws:
        for title in ("CTO", "CEO"):
            ws.leads.create(full_name="Ilse Abendroth", email="ilse@abendroth.example", title=title)
        listed = pd.DataFrame({"Name": ["Ilse Abendroth"], "E-Mail": ["ilse@abendroth.example"]})
        [reason] = ws.leads.intake(listed, progress=False).held_back["held_back_because"]
    assert reason.count("Ilse Abendroth, ilse@abendroth.example") == 1


def test_without_progress_no_stage_shows_a_bar(space, monkeypatch, capsys):
    monkeypatch.setattr("pb2b_notebook.display.progress.SHOWN_AFTER", -1)
    people = pd.DataFrame({"Name": ["Ilse Abendroth"] * 2, "E-Mail": ["ilse@abendroth.example"] * 2})
    assert len(space.leads.intake(people).plan) == 1
    assert "bringing in the list" in capsys.readouterr().err
    assert len(space.leads.intake(people, progress=False).plan) == 1
    assert capsys.readouterr().err == ""
