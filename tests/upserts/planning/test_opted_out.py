"""People who opted out do not come back by another address: a plan asks a person before it creates a lead."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from fault_proxy import Substitute, honest, reply
from pb2b_notebook.errors import InvalidParameterError, JobChangedError, SuppressedRowsError, UsageError
from pb2b_notebook.upserts.planning.opted_out import find_opted_out_rows, read_refusals
from scripted_service import connect_workspace
from upsert_frames import leads_of

GONE = [
    {"full_name": "Ada Berg", "company_name": "Nordlicht AG", "phone": "+49 30 901820", "status": "unsubscribed"},
    {"full_name": "Robert Hale", "company_name": "Birkenhain GmbH", "phone": "+1 212 555 0112", "status": "bounced"},
    {"full_name": "Chiara Conti", "company_name": "Lago S.p.A.", "phone": "+39 02 1234567", "status": "unsubscribed"},
]
BACK = {
    "full_name": ["Ada Berg", "Bob Hale", "Chiara Conti", "Jonas Frei"],
    "company_name": ["Nordlicht", "Birkenhain", None, "Lago"],
    "phone": [None, None, "+39 02 1234567", None],
    "email": ["ada@plan.example", "bob@plan.example", "cc@plan.example", "jonas@plan.example"],
}
"""Three people who opted out, each with another address, and a colleague of one of them."""
REFUSED = reply(422, b'{"error":{"code":"invalid_parameter","message":"unknown parameter: status"}}')


@pytest.fixture
def gone(oracle):
    """Leads who opted out; the last of them was deleted."""
    leads = [
        oracle.leads.create(**lead, email=f"old{number}@gone.example", external_id=f"gone{number}")
        for number, lead in enumerate(GONE)
    ]
    oracle.leads.delete(leads[-1]["id"])
    return [lead["id"] for lead in leads]


def codes(plan):
    return plan.decisions.rows["code"].to_list()


class Listings:
    """A fault that counts the lists of opted-out leads, and refuses them if the service is to have no such filter."""

    def __init__(self, *, refused=False):
        self.count, self._refused = 0, refused

    def __call__(self, exchange):
        asked = b"status=" in exchange.request.split(b" ", 2)[1]
        self.count += asked
        return Substitute(REFUSED)(exchange) if asked and self._refused else honest(exchange)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_column_that_is_not_mapped_says_who_opted_out(ws, library):
    people = {
        "Name": ["Ada Berg", "Bo Falk", "Cy Orr", "Di Ott"],
        "Mail": [f"p{row}@unmapped.example" for row in range(4)],
        "Email Opt Out": ["yes", "no", None, None],
        "Consent": ["yes", "yes", "pending", None],
    }
    frame = pd.DataFrame(people, index=list("abcd")) if library == "pandas" else pl.DataFrame(people)
    plan = ws.leads.plan(frame, {"Name": "full_name", "Mail": "email"})
    assert plan.rows["code"].to_list()[::2] == ["suppressed", "suppressed"]
    assert plan.summary["create"] == 2
    assert plan.rows["reason"].to_list()[0] == "the column 'Email Opt Out' says that the person opted out"
    assert list(plan.suppressed["row"]) == (["a", "c"] if library == "pandas" else [0, 2])
    assert plan.allowing(plan.suppressed["row"]).summary["create"] == 4


def test_remarks_under_any_header_may_refuse_and_addresses_do_not():
    remarks = ["plus aucun envoi svp", "vu au salon de mai", None, "demande un prix", "il revient en mai", "vu sa chef"]
    streets = ["27 Hilda Street", "1201 N. Robinson", "3 Reus Court", "2 Bay Road", "9 Old Road", None]
    found = find_opted_out_rows(pd.DataFrame({"Carnet": remarks, "Rue": streets}), {})
    assert found == {0: "the column 'Carnet' has a remark that may be a refusal, and is not understood"}


@each_case(
    ("column", "cell"),
    [
        ("Follow-up", "left the firm"),
        ("Oppfølging", "har sluttet"),
        ("Next action", "wants no more emails"),
        ("Suite à donner", "a quitté la société"),
        ("Siguiente paso", "pide que no le llamemos"),
        ("Prossimo passo", "non lavora più lì"),
        ("Kolejny krok", "już tam nie pracuje"),
        ("Další kroky", "už tam nepracuje"),
        ("Vertriebsaktivität", "hat gekündigt"),
        ("Seuraava toimenpide", "ei työskentele siellä enää"),
        ("下一步", "已离职"),
        ("次回アクション", "今後連絡不要"),
    ],
)
def test_a_refusal_among_few_steps_that_many_people_have_is_found_where_next_steps_stand(column, cell):
    steps = ["send offer", "demo in week 12", "", "møte 14.3", "rappeler", "call in May"] * 50
    steps[140] = cell
    assert [*find_opted_out_rows(pd.DataFrame({column: steps}), {})] == [140]


@each_case(
    ("column", "cell", "is_held"),
    [
        ("Rechtsgrundlage für die Verarbeitung von Kontaktdaten", "Zurückgezogen", True),
        ("Base légale pour le traitement des données du contact", "Retiré", True),
        ("Podstawa prawna przetwarzania danych", "Wycofana", True),
        ("Permitir correo electrónico masivo", "No permitir", True),
        ("Autoriser les e-mails en nombre", "Ne pas autoriser", True),
        ("Kontaktsperrvermerk", "X", True),
        ("E-mail-рассылка запрещена", "Да", True),
        ("Onay (KVKK)", "Yok", True),
        ("광고성 정보 수신", "거부", True),
        ("Rechtsgrundlage für die Verarbeitung von Kontaktdaten", "Berechtigtes Interesse – bestehender Kunde", False),
        ("Base légale pour le traitement des données du contact", "Exécution d'un contrat", False),
        ("Autoriser les e-mails en nombre", "Autoriser", False),
        ("Povolit e-mail", "Povolit", False),
        ("Kontaktsperrvermerk", "Nein", False),
        ("メルマガ購読", "解除", True),
        ("Newsletter", "gekündigt", True),
        ("Laillinen peruste", "Peruttu", True),
        ("Laillinen peruste", "Oikeutettu etu", False),
        ("No mail please", "x", True),
        ("No mail please", None, False),
        ("Sprzeciw marketingowy", "tak", True),
        ("Sprzeciw marketingowy", "nie", False),
        ("Objection to marketing (Art. 21)", "2024-03-01", True),
        ("Adresse gesperrt", "Werbewiderspruch", True),
        ("Subscription", "cancelled", False),
    ],
)
def test_the_columns_of_other_programs_are_read_in_their_languages(column, cell, is_held):
    assert [*find_opted_out_rows(pd.DataFrame({column: [None, cell, None, None, None, None]}), {})] == [1] * is_held


@each_case(
    ("column", "field", "cell", "is_held"),
    [
        ("Lead Status", None, "Not interested", True),
        ("Leadstatus", None, "Kein Bedarf", True),
        ("Status", "status", "Lost", True),
        ("Ergebnis", None, "Absage (Preis)", True),
        ("Étape", None, "Fermé - perdu", True),
        ("Etapa", None, "Sin interés", True),
        ("Etap sprzedaży", None, "Klient odmówił", True),
        ("商談状況", None, "失注", True),
        ("Payment status", None, "Lost", False),
        ("Status", "status", "disqualified", False),
        ("Leadstatus", None, "Gewonnen", False),
    ],
)
def test_a_person_whose_state_is_that_of_a_lost_lead_waits_also_where_others_are_lost(column, field, cell, is_held):
    states = ["new", "contacted", "qualified", cell, "replied", "", "won"] * 10
    found = find_opted_out_rows(pd.DataFrame({column: states}), {column: field} if field else {})
    assert {states[row] for row in found} == {cell} if is_held else not found


@each_case(
    ("states", "held"),
    [
        (["Lost"] * 15 + ["New"] * 5, 15),
        (["Not interested"] * 20, 20),
        (["Absage"] * 12 + ["", "Kontaktiert"] * 4, 12),
        (["Closed lost"] * 18 + ["Lost (price)", ""], 0),
        (["Won"] * 15 + ["New"] * 5, 0),
    ],
)
def test_a_lost_state_holds_its_rows_however_many_there_are_unless_the_list_has_lost_leads_alone(states, held):
    assert len(find_opted_out_rows(pd.DataFrame({"Lead status": states}), {})) == held


@each_case(
    ("column", "cell", "is_held"),
    [
        ("Austritt", "31.03.2024", True),
        ("Uscita il", "30/06/2024", True),
        ("Slutdatum (anst.)", "2023-12-31", True),
        ("End of employment", "12 March 2024", True),
        ("Дата увольнения", "15.01.24", True),
        ("退職日", "2024年3月31日", True),
        ("Отозвано", "12.03.2024", True),
        ("Ex-employee", "TRUE", True),
        ("Left company", 45_000, True),
        ("MA ausgeschieden", "x", True),
        ("Leave date", "2024-03-01", True),
        ("Quit date", "2024-03-01", True),
        ("Last day", "2024-03-01", True),
        ("Dienstende", "31.03.2024", True),
        ("Beschäftigungsende", "31.03.2024", True),
        ("Fecha de baja laboral", "01/03/2024", True),
        ("Vertragsende", "31.03.2024", False),
        ("Ausgeschieden", "nein", False),
        ("Austritt", "31.12.2099", False),
        ("Employee left", 12, False),
        ("Contract end", "2024-01-31", False),
        ("End date", "2024-01-31", False),
        ("Exit date (stand)", "2024-01-31", False),
        ("Warenausgang am", "12.03.2024", False),
    ],
)
def test_a_person_with_a_past_date_of_leaving_waits_and_one_who_leaves_later_does_not(column, cell, is_held):
    assert [*find_opted_out_rows(pd.DataFrame({column: [None, None, cell, None]}), {})] == [2] * is_held


def test_a_list_of_guests_of_whom_most_have_departed_is_not_of_people_who_left():
    dates = [f"2024-03-{day:02}" for day in range(1, 21)]
    assert not find_opted_out_rows(pd.DataFrame({"Departure date": dates}), {})
    assert len(find_opted_out_rows(pd.DataFrame({"Departure date": [None] * 30 + dates}), {})) == len(dates)


@each_case(
    ("cell", "is_held"),
    [
        ("ønsker ikke mer kontakt", True),
        ("will nicht mehr angerufen werden", True),
        ("left the firm", True),
        ("ya no trabaja allí", True),
        ("hat gekündigt", True),
        ("退職済み", True),
        ("deceased", True),
        ("slett meg", True),
        ("nekontaktovat", True),
        ("Account deletion request", False),
        ("Secure file deletion", False),
        ("Telefon geht nicht mehr", False),
        ("Retraite", False),
        ("No call policy", False),
    ],
)
def test_a_whole_refusal_among_few_texts_holds_a_person_under_any_header_and_a_topic_does_not(cell, is_held):
    topics = ["new printer", "maintenance", "", "training in May", "Drucker", "formation"] * 50
    topics[140] = cell
    assert [*find_opted_out_rows(pd.DataFrame({"Sak": topics}), {})] == [140] * is_held


@each_case(
    ("column", "cell", "says"),
    [
        ("Status", "verstorben", "is deceased"),
        ("Date of death", "2026-01-03", "is deceased"),
        ("Bemerkung", "Herr Roth ist verstorben, neue Kontaktperson folgt", "is deceased"),
        ("Note", "Sadly passed away in May", "is deceased"),
        ("Remarques", "Mme Roux est décédée en mars", "is deceased"),
        ("Status", "Hard bounce", "has an address that bounces"),
        ("Bounced", "yes", "has an address that bounces"),
        ("Note", "please do not contact again", "opted out"),
        ("Description", "unsubscribed 2/2", "opted out"),
        ("Gesprächsnotiz", "Herr Roth ist verstorben, Sohn übernimmt", "is deceased"),
        ("Hai altre domande o commenti?", "Non voglio più ricevere email", "opted out"),
        ("Comentarios", "No quiero recibir correos", "opted out"),
        ("Commentaires", "Je ne veux plus recevoir de mails", "opted out"),
        ("Status", "unsubscribed", "opted out"),
        ("Consent", "no", "did not agree to be contacted"),
    ],
)
def test_the_reason_says_what_the_list_says(column, cell, says):
    people = pd.DataFrame({"E-Mail": ["a@b.example"], column: [cell]})
    assert find_opted_out_rows(people, {"E-Mail": "email"}) == {0: f"the column {column!r} says that the person {says}"}


@each_case(
    ("cells", "found"),
    [("ONO", [1]), ("TNT", [1]), ("TFT", [1]), ("OXO", [1]), ("xX ", []), ("XNX", [1]), (["O", "N", "n/a"], [1])],
)
def test_letters_say_yes_and_no_by_what_stands_beside_them(cells, found):
    assert [*find_opted_out_rows(pd.DataFrame({"Optin": [*cells]}), {})] == found


@each_case(
    ("name", "answer", "is_held"),
    [
        ("¿Quiere recibir novedades?", "No", True),
        ("Möchten Sie unseren Newsletter erhalten? (ja/nein)", "nein", True),
        ("Souhaitez-vous recevoir nos offres ?", "Non", True),
        ("Vill ha nyhetsbrev", "Nej", True),
        ("Newsletter", "no", False),
        ("Newsletter erhalten", "nein", False),
        ("Möchten Sie ein Angebot?", "nein", False),
        ("Would you like news of job offers?", "No", False),
        ("Want our offers by SMS?", "No", False),
        ("Má senda póst", "nei", True),
        ("Mag mailen", "nee", True),
        ("May we write to you?", "no", True),
        ("Mailing j/n", "n", True),
        ("Lunch j/n", "n", False),
        ("Preferred contact", "None", True),
        ("Preferred contact person", "None", False),
    ],
)
def test_a_no_to_a_question_for_messages_is_a_refusal_and_a_no_to_another_one_is_not(name, answer, is_held):
    found = find_opted_out_rows(pd.DataFrame({name: ["Ja", answer, None, "Email", "x"]}), {})
    assert 0 not in found
    assert (1 in found) == is_held
    assert find_opted_out_rows(pd.DataFrame({"Preferred contact": ["None", *["Email"] * 5, *["None"] * 6]}), {}) == {}


def test_a_person_whose_name_says_that_they_have_died_is_not_created_but_a_company_of_an_estate_is():
    columns = {"First": "first_name", "Last": "last_name", "Firm": "company_name"}
    people = pd.DataFrame(
        [("Estate of Harold", "Finch", "Nord"), ("Ada", "Berg †", "Nord"), ("Bo", "Falk", "Estate of Mind")]
    )
    people.columns = pd.Index(columns)
    says = "the column {!r} says that the person is deceased"
    assert find_opted_out_rows(people, columns) == {0: says.format("First"), 1: says.format("Last")}


def test_a_code_says_it_in_a_column_of_codes_and_beside_a_cell_that_says_it_in_words():
    cells = ["DNC", "Do Not Solicit", "VIP"]
    for name, beside, rows in (("Code", "A", {0}), ("Segment", "Do Not Solicit", {0, 1}), ("Segment", "A", set())):
        assert {*find_opted_out_rows(pd.DataFrame({name: [cells[0], beside, cells[2]]}), {})} == rows


@each_case("column", ["Segment", "Disposition", "Kundenstatus", "Description"])
def test_a_status_that_means_an_opt_out_counts_in_any_column(column):
    people = pd.DataFrame({"Name": ["Ada Berg", "Bo Falk", "Cy Orr"], column: ["Active", "Unsubscribed", "bounced"]})
    assert [*find_opted_out_rows(people, {"Name": "full_name"})] == [1, 2]


def test_a_refusal_counts_whatever_field_its_column_is_mapped_to(ws):
    people = pd.DataFrame(
        {"Name": ["Ada Berg", "Bo Falk"], "Mail": ["a@m.example", "b@m.example"], "Opt-in": ["no", "yes"]}
    )
    mapping = {"Name": "full_name", "Mail": "email", "Opt-in": "newsletter_opt_in"}
    assert ws.leads.plan(people, mapping).rows["code"].to_list()[0] == "suppressed"
    assert ws.leads.intake(people, mapping=mapping, progress=False).rows["state"].to_list() == ["opted_out", "new"]


@pytest.mark.parametrize(
    ("name", "refuses"),
    [
        *((name, "Yes") for name in ("No newsletter", "Wants no newsletter", "Pas de newsletter", "Ingen nyhetsbrev")),
        *((name, "No") for name in ("Wants newsletter", "Wants offers")),
        *((name, None) for name in ("Inscrito no boletim", "No. newsletters", "No newsletter sent")),
    ],
)
def test_a_yes_to_no_newsletter_refuses_and_a_no_does_not(name, refuses):
    answers = ["Yes", "No", None]
    held = [] if refuses is None else [answers.index(refuses)]
    assert [*find_opted_out_rows(pd.DataFrame({name: answers}), {})] == held


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_who_agreed_to_emails_and_not_to_text_messages_has_not_opted_out(library):
    shop = {
        "Email": ["a@b.example", "c@d.example", "e@f.example", "g@h.example"],
        "Accepts SMS Marketing": ["no", "no", "yes", "no"],
        "Accepts Email Marketing": ["yes", "no", "no", None],
    }
    assert sorted(find_opted_out_rows(library(shop), {"Email": "email"})) == [1, 2, 3]
    both = {"Email": ["a@b.example"], "Consent to SMS and email": ["no"], "Consent": ["yes"]}
    assert sorted(find_opted_out_rows(library(both), {"Email": "email"})) == [0]
    flag = {"Email": ["a@b.example"], "SMS opt-out": ["yes"], "Consent": ["yes"]}
    assert sorted(find_opted_out_rows(library(flag), {"Email": "email"})) == [0]


def test_who_refused_contact_by_third_parties_waits_unless_our_own_consent_was_given():
    question, answers = "Do you agree that sponsors contact you?", ["No", "Yes", "no", None]
    people = {"Email": ["a@b.example", "c@d.example", "e@f.example", "g@h.example"], question: answers}
    found = find_opted_out_rows(pd.DataFrame(people), {"Email": "email"})
    assert [*found] == [0, 2]
    assert "third parties" in found[0]
    own = pd.DataFrame(people | {"Marketing consent": ["yes", None, None, "no"]})
    assert sorted(find_opted_out_rows(own, {"Email": "email"})) == [2, 3]
    assert find_opted_out_rows(pd.DataFrame(people), {"Email": "email"}, harmless=[question]) == {}


def test_numbers_of_messages_and_choices_of_a_channel_are_no_refusals(ws):
    people = {
        "Mail": [f"p{row}@count.example" for row in range(3)],
        "Marketing emails": [3, 0, 12],
        "Contact preference": ["Phone", "Post", "Email"],
        "Pain points": ["does not want to spend on advertising", "Sales wants no manual calls", ""],
    }
    assert ws.leads.plan(pd.DataFrame(people), {"Mail": "email"}).summary["create"] == 3


def summary(plan):
    return {action: count for action, count in plan.summary.items() if count}


def test_people_who_opted_out_are_found_by_a_phone_that_is_not_written(ws, gone):
    people = pd.DataFrame({
        "Name": ["R. Hale", "Jonas Frei"], "Mail": ["rh@new.example", "jonas@plan.example"], "Firma": ["New", "Lago"],
        "Tel": ["+49 40 1112220", "+49 40 1112229"], "WhatsApp": ["+1 212 555 0112", None],
    })  # fmt: skip
    mapping = {"Name": "full_name", "Mail": "email", "Firma": "company_name", "Tel": "phone"}
    assert codes(ws.leads.plan(people, mapping)) == ["suppressed", None]
    with pytest.raises(SuppressedRowsError) as refused:
        ws.imports.create(people, mapping)
    assert refused.value.suppressed["row_number"].tolist() == [1]
    fields = {key: people[column] for column, key in mapping.items()} | {"WhatsApp": people["WhatsApp"]}
    assert list(ws.leads.find_opted_out(pd.DataFrame(fields))["lead_id"]) == gone[1:2]


@pytest.mark.parametrize(("library", "compare_with"), [("pandas", "mirror"), ("polars", "service")])
def test_people_who_opted_out_are_found_by_more_than_their_address(ws, oracle, gone, compare_with, library):
    frame = pd.DataFrame(BACK, index=list("abcd")) if library == "pandas" else pl.DataFrame(BACK)
    plan = ws.leads.plan(frame, compare_with=compare_with)
    assert summary(plan) == {"create": 1, "conflict": 3}
    assert list(plan.rows["code"])[:3] == ["suppressed"] * 3
    assert list(plan.suppressed["row"]) == (list("abc") if library == "pandas" else [0, 1, 2])
    assert list(plan.suppressed["lead_id"]) == gone
    assert list(plan.suppressed["status"]) == ["unsubscribed", "bounced", "unsubscribed"]
    assert plan.cost.creates == 1
    assert "3 rows look like people who opted out" in repr(plan)
    reason = plan.rows["reason"].to_list()[2]
    assert reason.startswith(f"probably the same person as {gone[2]}, who is unsubscribed: same phone number")
    done = plan.apply()
    assert list(done.rows["status"]) == ["conflict"] * 3 + ["succeeded"]
    assert leads_of(oracle)["full_name"].to_list() == ["Jonas Frei"]


@pytest.mark.parametrize("via", ["api", "import"])
def test_only_the_rows_that_a_person_allows_are_created(ws, oracle, gone, via):
    frame = pd.DataFrame(BACK, index=list("abcd"))
    plan = ws.leads.plan(frame)
    allowed = plan.allowing(["b"])
    assert summary(allowed) == {"create": 2, "conflict": 2}
    assert allowed.suppressed["row"].tolist() == ["a", "c"]
    assert summary(plan) == {"create": 1, "conflict": 3}
    assert allowed.apply(via=via).rows["status"].tolist() == ["conflict", "succeeded", "conflict", "succeeded"]
    assert sorted(leads_of(oracle)["full_name"]) == ["Bob Hale", "Jonas Frei"]
    again = ws.leads.plan(frame).allowing(["b"])
    assert summary(again) == {"unchanged": 2, "conflict": 2}
    assert summary(plan.allowing(["d"])) == summary(plan)
    with pytest.raises(InvalidParameterError, match="no such label"):
        plan.allowing(["z"])
    with pytest.raises(UsageError, match="a plan that deletes leads has no values of its own"):
        ws.leads.plan_delete(gone[:1]).allowing([0])


def test_a_permission_and_a_suppression_survive_other_changes(ws, gone):
    plan = ws.leads.plan(pd.DataFrame(BACK)).allowing([1])
    assert codes(plan.without([3])) == ["suppressed", None, "suppressed", "left_out"]
    assert codes(plan.edited({3: {"company_name": "Lago SpA"}})) == ["suppressed", None, "suppressed", None]
    assert codes(plan.again()) == ["suppressed", None, "suppressed", None]
    became = plan.edited({3: {"full_name": "Ada Berg", "company_name": "Nordlicht"}, 0: {"full_name": "Jonas Frei"}})
    assert codes(became) == [None, None, "suppressed", "suppressed"]


def test_leads_are_read_only_if_a_row_would_be_created_and_once(ws, proxy, gone):
    frame, listings = pd.DataFrame(BACK), Listings()
    proxy.always("GET /api/public/v1/leads", listings)
    plan = ws.leads.plan(frame, compare_with="service")
    assert listings.count == 1
    plan.allowing([0]).edited({3: {"company_name": "Lago"}}).without([3])
    plan.allowing([0, 1, 2]).apply()
    ws.leads.plan(frame, compare_with="service")
    assert listings.count == 1


def test_a_service_without_the_filter_is_read_whole_and_the_plan_says_so(ws, proxy, gone, caplog):
    proxy.always("GET /api/public/v1/leads", Listings(refused=True))
    plan = ws.leads.plan(pd.DataFrame(BACK), compare_with="service")
    assert plan.suppressed["lead_id"].tolist() == gone
    assert "does not filter by status" in caplog.text


def test_other_matches_are_not_suppressed(ws, oracle, gone):
    rows = pd.DataFrame(
        {
            # The opted-out lead itself, a colleague with the same switchboard, a namesake elsewhere, and one who comes
            # as unsubscribed.
            "email": ["OLD0@gone.example", "eva@plan.example", "ada2@plan.example", "ada3@plan.example"],
            "full_name": ["Ada Berg", "Eva Kurz", "Ada Berg", "Ada Berg"],
            "company_name": ["Nordlicht AG", "Nordlicht AG", "Sundby Kommune", "Nordlicht AG"],
            "phone": ["+49 30 901820", "+49 30 901820", "+46 8 120 04 00", "+49 30 901820"],
            "status": ["new", "new", "new", "unsubscribed"],
        }
    )
    plan = ws.leads.plan(rows)
    assert plan.rows["action"].tolist() == ["unchanged", "create", "create", "create"]


KNOWN = {
    "full_name": "Jane Hale",
    "company_name": "Nordlicht AG",
    "phone": "+49 30 901820",
    "email": "jane.hale@gone.example",
    "linkedin_url": "https://www.linkedin.com/in/jane-hale-77",
    "status": "unsubscribed",
}


@pytest.fixture(scope="module")
def opted_out_ws():
    """A workspace of ten people who opted out, to which no test writes."""
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as opened:
        opened.leads.create(**KNOWN)
        for number in range(9):
            opened.leads.create(
                full_name=f"Person{number} Hale",
                company_name=f"Firm{number}",
                email=f"p{number}@gone.example",
                status="bounced",
            )
        yield opened


SHARED = [
    ({"full_name": "Jane Hale", "linkedin_url": "https://linkedin.com/in/jane-hale-77/"}, True),
    (
        {"full_name": "Jane Hale", "company_name": "Sund", "linkedin_url": "https://linkedin.com/in/jane-hale-77/"},
        True,
    ),
    ({"linkedin_url": "https://linkedin.com/in/jane-hale-77"}, True),
    ({"full_name": "J. Hale", "company_name": "Nordlicht"}, True),
    ({"full_name": "Jane Hale", "company_name": "Nordlicht Energie"}, True),
    ({"full_name": "Jane Hale", "company_name": "Sund Werft"}, False),
    ({"first_name": "J", "last_name": "HALE", "company_name": "Nordlicht"}, True),
    ({"phone": "030 901820", "country": "DE"}, True),
    ({"phone": "+49 30 901820", "company_name": "Sund"}, True),
    ({"full_name": "Jane Hale", "email": "jane.hale@plan.example"}, True),
    ({"full_name": "Eva Kurz", "company_name": "Nordlicht AG", "phone": "+49 30 901820"}, False),
    ({"full_name": "Eva Kurz", "phone": "+49 30 901820"}, False),
    ({"full_name": "Eva Hale", "company_name": "Nordlicht AG"}, False),
    ({"full_name": "E. Hale", "company_name": "Nordlicht AG"}, False),
    ({"full_name": "Jane Kurz", "company_name": "Nordlicht AG"}, False),
    ({"company_name": "Nordlicht AG"}, False),
]
"""What a row shares with them, and whether a person is asked."""


def test_what_people_share_decides_whether_a_person_is_asked(opted_out_ws):
    people = [{"email": f"x{number}@plan.example", **row} for number, (row, _) in enumerate(SHARED)]
    plan = opted_out_ws.leads.plan(pd.DataFrame(people))
    asked = [code == "suppressed" for code in codes(plan)]
    assert [row for (row, _), found in zip(SHARED, asked, strict=True) if found] == [
        row for row, is_asked in SHARED if is_asked
    ]


LISTED = pd.DataFrame(
    {
        "email": ["ada@plan.example", "ada.berg@home.example", "jonas@plan.example"],
        "full_name": ["Ada Berg", "Ada Berg", "Jonas Frei"],
        "company_name": ["Nordlicht AG", "Nordlicht", "Lago"],
        "status": ["unsubscribed", "new", "new"],
    },
    index=list("abc"),
)


def test_a_row_is_suppressed_if_another_row_of_the_list_says_that_the_person_opted_out(ws, oracle):
    plan = ws.leads.plan(LISTED)
    assert codes(plan) == [None, "suppressed", None]
    assert plan.suppressed[["row", "status"]].to_numpy().tolist() == [["b", "unsubscribed"]]
    assert plan.suppressed["lead_id"].isna().all()
    reason = plan.rows["reason"]["b"]
    assert reason.startswith("probably the same person as another row, who is unsubscribed: same name; ")
    assert reason.endswith("(row a of the list)")
    assert codes(plan.allowing(["b"])) == [None, None, None]
    assert codes(plan.edited({"a": {"status": "new"}})) == [None, None, None]
    assert codes(plan.edited({"a": {"status": "new"}}).edited({"a": {"status": "bounced"}})) == codes(plan)
    plan.apply()
    assert codes(ws.leads.plan(LISTED)) == [None, "suppressed", None]


@pytest.mark.parametrize("statuses", [["unsubscribed"] * 3, ["new", "new", "unsubscribed"]])
def test_rows_that_are_opted_out_themselves_or_about_others_are_created(ws, statuses):
    assert codes(ws.leads.plan(LISTED.assign(status=statuses))) == [None, None, None]


def test_every_row_of_a_person_is_found_where_rows_differ_in_case(ws, gone):
    frame = pd.DataFrame({"full_name": ["Ada Berg", "ADA BERG", "ada berg"], "company_name": ["Nordlicht"] * 3})
    plan = ws.leads.plan(frame.assign(external_id=["x1", "x2", "x3"]), match_on="external_id")
    assert codes(plan) == ["suppressed"] * 3


def test_a_plan_without_a_column_that_identifies_a_person_compares_nothing(ws, gone):
    plan = ws.leads.plan(pd.DataFrame({"external_id": ["x1"], "title": ["CEO"]}), match_on="external_id")
    assert summary(plan) == {"create": 1}
    by_key = ws.leads.plan(
        pd.DataFrame({"external_id": ["x1"], **{name: cells[:1] for name, cells in BACK.items()}}),
        match_on="external_id",
    )
    assert summary(by_key) == {"conflict": 1}


def test_an_unfinished_job_is_not_resumed_with_other_permissions(ws, proxy, gone):
    plan = ws.leads.plan(pd.DataFrame(BACK))
    proxy.always("POST /api/public/v1/leads/bulk-upsert", Substitute(reply(401)))
    assert plan.apply().summary["pending"] == 1
    proxy.heal()
    with pytest.raises(JobChangedError):
        ws.leads.plan(pd.DataFrame(BACK)).allowing([0]).apply()


def test_a_form_creates_the_suppressed_rows_that_are_ticked(ws, oracle, gone):
    form = pb.forms.PlanReview(ws.leads.plan(pd.DataFrame(BACK, index=list("abcd"))))
    assert "3 look like people who opted out" in form._summary.value
    form.tick()
    assert (form.values["allow"], form.plan.summary["create"]) == ([], 1)
    form.tick(["a", "b"])
    form.untick(["a"])
    assert form.values["allow"] == ["b"]
    assert form.submit().rows["status"].tolist() == ["conflict", "succeeded", "conflict", "succeeded"]
    by_value = pb.forms.PlanReview(ws.leads.plan(pd.DataFrame(BACK, index=list("abcd"))))
    assert by_value.submit(allow=["c"]).rows["status"].tolist() == ["conflict", "unchanged", "succeeded", "unchanged"]
    assert sorted(leads_of(oracle)["full_name"]) == ["Bob Hale", "Chiara Conti", "Jonas Frei"]


def test_every_row_of_a_person_is_found_where_rows_are_equal(ws, gone):
    frame = pd.DataFrame({name: [BACK[name][0]] * 3 for name in ("full_name", "company_name")})
    plan = ws.leads.plan(frame.assign(external_id=["x1", "x2", "x3"]), match_on="external_id")
    assert codes(plan) == ["suppressed"] * 3


@pytest.mark.parametrize(("library", "mirrored"), [("pandas", False), ("polars", True)])
def test_opted_out_people_are_looked_up_before_a_lead_is_created(ws, oracle, gone, library, mirrored):
    if mirrored:
        ws.mirror.sync("leads")
    frame = pd.DataFrame(BACK, index=list("abcd")) if library == "pandas" else pl.DataFrame(BACK)
    found = ws.leads.find_opted_out(frame)
    assert list(found["row"]) == (list("abc") if library == "pandas" else [0, 1, 2])
    assert list(found["lead_id"]) == gone
    assert leads_of(oracle).is_empty()


def test_the_lookup_of_one_person_takes_one_request_for_a_page_of_opted_out_leads(ws, proxy, gone):
    listings = Listings()
    proxy.always("GET /api/public/v1/leads", listings)
    person = {"full_name": "Bob Hale", "company_name": "Birkenhain", "custom_fields": {"tier": "A"}, "score": 5}
    found = ws.leads.find_opted_out(person)
    assert found[["row", "lead_id", "status"]].to_numpy().tolist() == [[0, gone[1], "bounced"]]
    assert listings.count == 1
    assert len(ws.leads.find_opted_out({"full_name": "Jonas Frei", "email": "jonas@plan.example"})) == 0
    assert len(ws.leads.find_opted_out({})) == 0
    with pytest.raises(InvalidParameterError, match="needs a DataFrame"):
        ws.leads.find_opted_out("Ada Berg")


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ({"full_nmae": "Bob Hale"}, "no field 'full_nmae' → did you mean 'full_name'"),
        (pd.DataFrame({"Vorname": ["Bob"]}), "no column of the frame is a lead field → apply a mapping first"),
        (pl.DataFrame({"Vorname": ["Bob"]}), "no column of the frame is a lead field → apply a mapping first"),
    ],
)
def test_people_who_cannot_be_compared_are_an_error_and_not_an_empty_answer(ws, people, said):
    with pytest.raises(InvalidParameterError, match=said):
        ws.leads.find_opted_out(people)


def test_create_says_that_it_looks_for_no_one_and_names_the_lookup(ws):
    assert "``ws.leads.find_opted_out(fields)`` finds such people before" in " ".join(ws.leads.create.__doc__.split())


@pytest.mark.parametrize("country", ["DE", "US", None])
def test_a_list_with_another_country_finds_a_person_who_opted_out(ws, country):
    person = {"full_name": "Brooke Morin", "company_name": "Castor Gris Biotech Ltd."}
    ws.leads.create(**person, email="brooke@castor.example", country="CA", status="unsubscribed")
    row = pd.DataFrame([{**person, "email": "b.morin@private.example", "country": country}])
    assert ws.leads.plan(row).summary["conflict"] == 1


@pytest.mark.filterwarnings("ignore::pb2b_notebook.frames.drift.ContractDriftWarning")
def test_opted_out_people_are_found_in_a_mirror_with_columns_that_differ_by_case():
    time = "2026-03-10T12:00:00.000Z"
    lead = {"id": "l1", "Id": "l1", "object": "lead", "created_at": time, "updated_at": time, **GONE[0]}
    lead["email"] = BACK["email"][0]

    def respond(_, path):
        return {"data": [lead] if path == "/leads" else [], "has_more": False}

    with connect_workspace(respond) as ws:
        ws.mirror.sync("leads")
        assert list(ws.leads.find_opted_out(pd.DataFrame(BACK)[:1])["lead_id"]) == ["l1"]


@each_case(
    ("column", "answer", "waits"),
    [
        *(("Newsletter", word, True) for word in ("not allowed", "nicht erlaubt", "odmítnuto", "отказался")),
        *((name, "abgelehnt", True) for name in ("Kundenmagazin", "Mailing 2026", "Infopost", "Lettre d'information")),
        *(("Magazine", word, True) for word in ("refusé", "no permitido", "拒否", "withdrawn 3/2026")),
        *(("Newsletter", word, False) for word in ("no", "nein", "-", "not sent yet", "missing", "Yes", "allowed")),
        *((name, "declined", False) for name in ("Invitation", "Offer", "Magazine editor notes")),
    ],
)  # fmt: skip
def test_an_answer_that_forbids_a_newsletter_waits_and_a_mere_no_does_not(column, answer, waits):
    people = pd.DataFrame({"E-Mail": ["a@b.example", "c@d.example"], column: ["yes", answer]})
    assert ([*find_opted_out_rows(people, {"E-Mail": "email"})] == [1]) is waits
    assert not find_opted_out_rows(people, {"E-Mail": "email"}, [column.lower()]) or not waits


def test_a_remark_that_may_be_a_refusal_or_its_column_can_be_called_harmless():
    people = pd.DataFrame(
        {"Email": ["a@b.example", "c@d.example"], "Notiz": ["fed up with our mails", "wants a price"]}
    )
    assert [*find_opted_out_rows(people, {"Email": "email"})] == [0]
    for harmless in ("fed up with our mails", "Notiz"):
        assert find_opted_out_rows(people, {"Email": "email"}, harmless=[harmless]) == {}


def test_a_remark_that_is_in_doubt_is_more_than_an_objection_to_calls():
    addresses = [f"a{row}@b.example" for row in range(12)]
    notes = {"Do Not Phone": ["yes"] * 12, "Notes": ["furious about our mails"] * 12}
    people, columns = pd.DataFrame({"E-Mail": addresses, **notes}), {"E-Mail": "email"}
    refusals = read_refusals(people, columns, unclear=["Notes"])
    found = refusals.rows
    assert refusals.phone_objections(found, addresses) == {}
    alone = read_refusals(people[["E-Mail", "Do Not Phone"]], columns)
    assert alone.phone_objections(found, addresses).keys() == found.keys()
