"""A row whose name is a part or another spelling of a known person's at the same place waits for a person's yes."""

import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.intake.other_names import links_by_other_names

PEOPLE = ["full_name", "company_name", "email", "phone"]
NO_ONE = pl.DataFrame(schema=dict.fromkeys(["id", *PEOPLE], pl.String))


def people(*rows):
    table = pl.DataFrame([row + (None,) * (len(PEOPLE) - len(row)) for row in rows], schema=PEOPLE, orient="row")
    return table.with_columns(pl.all().cast(pl.String), id=pl.format("lead_{}", pl.int_range(pl.len())))


@each_case(
    ("lead", "row"),
    [
        (("Päivi Hämäläinen-Korhonen", "Kesko Oyj"), ("Päivi Hämäläinen", "Kesko")),
        (("Päivi Hämäläinen-Korhonen", "Kesko Oyj"), ("Päivi Korhonen", "Kesko Oy")),
        (("Päivi Korhonen", "Kesko"), ("Päivi Hämäläinen-Korhonen", "Kesko")),
        (("Ana García López", "Iber", "ana.garcia@iber.example"), ("Ana García", None, "agarcia@iber.example")),
        (("Дмитрий Лаврентьев", "Zavod"), ("Dmitri Lawrentjew", "Zavod GmbH")),
        (
            ("Wilhelmina Oosterhuis-de Graaf", None, None, "+31201234567"),
            ("Willy de Graaf", None, None, "+31 20 123 45 67"),
        ),
    ],
)
def test_a_part_or_a_spelling_of_a_name_at_one_place_is_perhaps_the_known_person(lead, row):
    [link] = links_by_other_names(people(row), people(lead))
    assert (link.row, link.other, link.probability) == (0, "lead_0", 0.5)
    [link] = links_by_other_names(people(lead, row), NO_ONE)
    assert (link.row, link.other) == (1, 0)


@each_case(
    ("lead", "row"),
    [
        (("Päivi Hämäläinen-Korhonen", "Kesko"), ("Päivi Hämäläinen", "Fazer")),
        (("Päivi Hämäläinen-Korhonen", "Kesko"), ("Päivi Hämäläinen", None)),
        (("Ana García López", None, "ana@gmail.com"), ("Ana García", None, "anita@gmail.com")),
        (("Ana García López", "Iber"), ("Eva García", "Iber")),
        (("Ana García López", "Iber"), ("Ana García Pérez", "Iber")),
        (("Ada Miller", "Nord"), ("Ada Müller", "Nord")),
        (("Carlos Eduardo Lima", "Nord"), ("Cadu Lima", "Nord")),
        (("Petra Egger", "Nord", None, "+4351212345"), ("Peter Egger", "Nord", None, "+4351212345")),
        (("Ana García", "Iber"), ("Ana García", "Iber")),
        (("Anna & Max Weber", "Iber"), ("Max Weber", "Iber")),
        (("Aron Quint0", "Iber"), ("Aron Quint10", "Iber")),
        (("Aron 0", "Iber"), ("Aron 10", "Iber")),
    ],
)
def test_another_name_or_place_says_nothing(lead, row):
    assert links_by_other_names(people(row), people(lead)) == []


def test_a_value_of_which_a_person_has_only_one_speaks_for_two_people():
    born = [pl.Series("born", [date], dtype=pl.String) for date in ("1970-01-01", "1999-12-31")]
    rows = people(("Ana García", "Iber"), ("Ana García López", "Iber"))
    both = rows.with_columns(pl.concat(born))
    assert links_by_other_names(both, NO_ONE, roles=["born"]) == []
    assert len(links_by_other_names(both.with_columns(born=pl.lit("1970-01-01")), NO_ONE, roles=["born"])) == 1


def test_a_role_may_stand_on_a_column_that_is_named_like_a_field():
    rows = people(("Ana García", "Iber")).with_columns(external_id=pl.lit("7"))
    lead = people(("Ana García López", "Iber")).with_columns(external_id=pl.lit("7"))
    assert len(links_by_other_names(rows, lead, roles=["external_id"])) == 1


def test_thousands_of_rows_of_one_name_are_compared_once():
    rows = people(*[("Ana García", "Iber")] * 3_000)
    assert len(links_by_other_names(rows, people(("Ana García López", "Iber")))) == 3_000


@pytest.mark.parametrize("answer", ["same", "different"])
def test_an_intake_asks_and_the_answer_holds(answer):
    with pb.open_sandbox(leads=20) as ws:
        ws.leads.create(
            {"full_name": "Ana García López", "company_name": "Iber Norte SA", "email": "ana@iber-norte.example"}
        )
        listed = pl.DataFrame(
            {"Name": ["Ana García"], "Company": ["Iber Norte"], "Email": ["a.garcia@iber-norte.example"]}
        )
        intake = ws.leads.intake(listed, progress=False)
        [lead_id] = intake.rows["lead_id"]
        assert intake.summary["doubtful"] == 1
        assert "a part or another spelling of the same name" in intake.rows["reason"][0]
        decided = intake.change(**{answer: [(0, lead_id)]})
        expected = {"same": "known", "different": "new"}[answer]
        assert decided.summary[expected] == 1
        decided.apply(progress=False)
        again = ws.leads.intake(listed, progress=False)
        assert again.summary["new"] == 0
        assert again.summary["doubtful"] == (answer == "same")


FAMILY = [("Harpreet", "Jasdeep", "Gill"), ("Chidi", "Adaeze", "Okonkwo"), ("Gorka", "Nekane", "Etxeberria")]


@each_case(("one", "other", "family"), FAMILY)
@each_case("local", ["{given}", "{given}.{family}", "{initial}.{family}"])
def test_of_a_family_behind_one_phone_each_with_an_address_none_is_perhaps_another(one, other, family, local):
    at = [local.format(given=name, family=family, initial=name[0]).lower() for name in (one, other)]
    rows = [
        (f"{name} {family}", "Nord", f"{address}@nord.example", "+4930901820")
        for name, address in zip((one, other), at, strict=True)
    ]
    assert links_by_other_names(people(*rows), NO_ONE) == []
    assert links_by_other_names(people(rows[1]), people(rows[0])) == []
    shared = [(*row[:2], email, row[3]) for row, email in zip(rows, ("office@nord.example", None), strict=True)]
    assert len(links_by_other_names(people(*shared), NO_ONE)) == 1
