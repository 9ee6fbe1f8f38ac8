"""No record gets worse by a merge: names, statuses, scores, numbers, addresses, and the leads that exist already."""

import unicodedata

import pandas as pd
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup import Recipe
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.sandbox.core.clocks import START
from pb2b_notebook.sandbox.demo_data.seeding import generate_leads

FUNNEL = ["new", "contacted", "replied", "qualified", "disqualified", "bounced", "unsubscribed"]


def rows(**columns):
    """Leads of one person, in one cluster."""
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"id": [f"l{n}" for n in range(size)], "cluster_id": "c", **columns})


def survivor(frame, **options):
    """The merged record as a dict, whatever a review would say."""
    merged = cleanup.merge(frame, confirmed=["c"], **options)
    assert merged.merged == 1
    return merged.golden.iloc[0].to_dict()


def name_of(names, emails=None, **columns):
    return survivor(rows(full_name=names, **({"email": emails} if emails else {}), **columns))["full_name"]


class TestNames:
    @each_case(
        ("names", "emails", "expected"),
        [
            (["Gail Wills", "Gail Willls"], ["g.wills@a.example"] * 2, "Gail Wills"),
            (["Gail Willls", "Gail Wills"], ["gwills@a.example"] * 2, "Gail Wills"),
            (["Narelle Gillise", "Narelle Gillies"], ["ngillies@a.example", None], "Narelle Gillies"),
            (["Lukas Tohma", "Lukas Thoma"], ["lukas.thoma@a.example", "l.thoma@b.example"], "Lukas Thoma"),
            (["Ida Naumannn", "Ida Naumann", "Ida Naumann"], [None, None, "info@a.example"], "Ida Naumann"),
            (["Dominik Füsrt", "Dominik Fürst"], ["dominik.fuerst@a.example", None], "Dominik Fürst"),
            (["Bob Hale", "Robert Hale"], ["r.hale@a.example"] * 2, "Robert Hale"),
            (["Lupe Gil", "Guadalupe Gil Ordaz"], ["lupe@gil.example"] * 2, "Guadalupe Gil Ordaz"),
            (["Pluhař Vojtěch", "Vojtěch Pluhař"], ["vojta.pluhar@a.example", None], "Vojtěch Pluhař"),
            (["Bob Aplegarth", "Robert Applegarth"], ["bob@applegarth.example"] * 2, "Robert Applegarth"),
            (["Bob Applegarth", "Robert Aplegarth"], ["bob@applegarth.example"] * 2, "Bob Applegarth"),
            (["Ada Webber", "Ada Weber"], ["webber@weber.example", None], "Ada Webber"),
            (["Robert Hale", "Bob Hale", "Bob Hale"], ["bob@a.example", "b@a.example", None], "Bob Hale"),
            (["Bob Hale", "Robert Hale", "Bob Hale"], ["robert.hale@a.example"] * 3, "Robert Hale"),
            (["Robert Hale", "Bob Hale", "Bob Hale"], ["rhale@a.example"] * 3, "Bob Hale"),
            (["Castillo", "Robert Castilllo", "Castillo"], ["r.castillo@a.example"] * 3, "Robert Castilllo"),
            (["Robert Hale", "Robert Hale", "Bob Hale"], ["bob.hale@a.example", None, None], "Robert Hale"),
            (["Bill Gates", "William Gates"], ["bill.gates@a.example"] * 2, "Bill Gates"),
            (["Bill Gates", "William Gates"], ["william.gates@a.example"] * 2, "William Gates"),
            (["Bill Gates", "William Gates"], [None, "info@a.example"], "William Gates"),
            (["Sam Ruiz", "Samantha Ruiz"], ["samruiz@yahoo.com", "sruiz@ruiz.example"], "Samantha Ruiz"),
            (["J. Hale", "Jane Hale"], ["j.hale@a.example"] * 2, "Jane Hale"),
            (["Amber Blackweol", "Ambre Blackwell", "Amber Blackwell"], [None] * 3, "Amber Blackwell"),
            (["Eille N0rwood", "Eille N0rwood", "Eille Norwood"], [None] * 3, "Eille Norwood"),
            (["Chr. Weber", "Christian Weber"], [None, None], "Christian Weber"),
            (["Hale", "Jane Hale"], [None, None], "Jane Hale"),
            (["Muller, Ada", "Ada Muller"], ["ada.muller@a.example", None], "Ada Muller"),
            (["Jan Muller", "Jan Müller"], [None, None], "Jan Müller"),
            (["HANS GEISSLER", "Hans Geissler"], [None, None], "Hans Geissler"),
            (["Jean DUPONT", "Jean Dupont"], [None, None], "Jean Dupont"),
            (["Aude D'Aubigny", "Aude d'Aubigny"], [None, None], "Aude d'Aubigny"),
            (["Tyler Mcallister", "Tyler McAllister"], [None, None], "Tyler McAllister"),
            (["Jan Van Der Berg", "Jan van der Berg"], [None, None], "Jan van der Berg"),
            (["Gunilla HÃ¤ggkvist", "Gunilla Häggkvist"], [None, None], "Gunilla Häggkvist"),
            (["Peggy OBrien", "Peggy O'Brien"], ["peggy.obrien@a.example"] * 2, "Peggy O'Brien"),
            (["Peggy OBrien", "Peggy O’Brien"], ["pobrien@a.example", None], "Peggy O’Brien"),
            (["Dr Juergen Weiss", "Jürgen Weiß"], ["juergen.weiss@a.example"] * 2, "Jürgen Weiß"),
        ],
    )
    @each_case("order", [1, -1])
    def test_the_right_spelling_wins_whatever_the_order(self, names, emails, expected, order):
        assert name_of(names[::order], emails[::order]) == expected

    @each_case(
        ("names", "emails"),
        [
            (["Ada Berg", "Ada Bergmann"], [None, None]),
            (["Jane Hale", "Jane Marie Hale"], [None, None]),
            (["Jan Weber", "Johannes Weber"], [None, None]),
            (["Ann Lee", "Anne Lee"], [None, None]),
            (["王伟", "Wang Wei"], ["wang.wei@a.example"] * 2),
        ],
    )
    def test_in_doubt_the_older_lead_keeps_its_name(self, names, emails):
        for order in (names, names[::-1]):
            assert name_of(order, emails, created_at=["2025-01-01", "2026-01-01"]) == order[0]

    def test_the_majority_wins_over_an_address_of_another_name(self):
        emails = ["a.berg@a.example", "anna@b.example", "anna.meier@a.example"]
        assert name_of(["Anna Berg", "Anna Berg", "Anna Meier"], emails) == "Anna Berg"
        assert name_of(["Gail Willls", "Gail Wills", "Gail Wills"]) == "Gail Wills"

    def test_the_parts_of_a_name_follow_the_whole(self):
        frame = rows(
            full_name=["Lukas Tohma", "Lukas Thoma"], first_name=["Lukas", None], last_name=["Tohma", "Thoma"],
            email=["lukas.thoma@a.example"] * 2,
        )  # fmt: skip
        kept = survivor(frame)
        assert (kept["full_name"], kept["first_name"], kept["last_name"]) == ("Lukas Thoma", "Lukas", "Thoma")
        kept = survivor(frame.drop(columns="full_name").assign(first_name="Lukas"))
        assert (kept["first_name"], kept["last_name"]) == ("Lukas", "Thoma")

    @each_case(
        ("splits", "expected"),
        [
            ([("Maria", "De La Cruz"), ("Maria De La", "Cruz")], ("Maria", "De La Cruz")),
            ([("Mary Beth", "Nolan"), ("Mary", "Beth Nolan"), ("Mary", "Beth Nolan")], ("Mary", "Beth Nolan")),
            ([("Mary Beth", None), ("Mary", "Beth Nolan")], ("Mary", "Beth Nolan")),
        ],
    )
    @each_case("whole", [True, False])
    @each_case("order", [1, -1])
    def test_given_and_family_name_fit_together(self, splits, expected, whole, order):
        frame = rows(**dict(zip(("first_name", "last_name"), zip(*splits[::order], strict=True), strict=True)))
        if whole:
            frame["full_name"] = " ".join(expected)
        assert tuple(map(survivor(frame).get, ("first_name", "last_name"))) == expected

    @pytest.mark.parametrize(
        ("lead", "listed", "expected"),
        [
            (("Mary Beth", "Nolan"), ("Mary", "Beth Nolan"), ("Mary Beth", "Nolan")),
            ((None, "De La Cruz"), ("Maria De La", "Cruz"), (None, "De La Cruz")),
            ((None, "De La Cruz"), ("Maria", "De La Cruz"), ("Maria", "De La Cruz")),
        ],
    )
    def test_a_list_adds_no_part_that_contradicts_those_of_a_lead(self, lead, listed, expected):
        columns = ("full_name", "first_name", "last_name")
        names = [[" ".join(filter(None, each)) or None, *each] for each in (lead, listed)]
        frame = pd.DataFrame(names, columns=columns).assign(cluster_id="c", id=["l0", None])
        if lead[0] is None:
            frame["full_name"] = " ".join(filter(None, listed))
        kept = survivor(frame)
        assert tuple(None if pd.isna(kept[name]) else kept[name] for name in columns[1:]) == expected

    @each_case("order", [1, -1])
    @each_case(
        ("splits", "columns", "expected"),
        [
            ([("Wei", "Zhang"), ("Zhang", "Wei")], {"country": "CN", "email": "zhangwei@a.example"}, ("Wei", "Zhang")),
            ([("Anna", "Nagy"), ("Nagy", "Anna")], {"country": "HU", "email": "nagy.anna@a.example"}, ("Anna", "Nagy")),
            ([("Min-ji", "Kim"), ("Kim", "Min-ji")], {"country": "KR", "title": ["CEO", None]}, ("Min-ji", "Kim")),
            ([("Chidi", "Okafor"), ("Okafor", "Chidi")], {"email": "chidi.okafor@a.example"}, ("Chidi", "Okafor")),
        ],
    )
    def test_given_and_family_name_of_exchanged_columns_are_in_order(self, splits, columns, expected, order):
        frame = rows(**dict(zip(("first_name", "last_name"), zip(*splits, strict=True), strict=True)), **columns)
        assert tuple(map(survivor(frame[::order]).get, ("first_name", "last_name"))) == expected

    @each_case("order", [1, -1])
    @each_case(
        ("names", "emails", "company", "best"),
        [
            (["Rajesh Kumar Agarwal", "Rajesh K Aggarwal"], ["rajesh@agarwal-steels.example", "rk.aggarwal@gmail.com"],
             ["Agarwal Steels", "Agarwal Steel"], 0),
            (["Ελένη Βασιλοπούλου", "Vasilopoulou Eleni"], ["eleni@thessalycotton.example", "eleni.vasil@hotmail.com"],
             ["Thessaly Cotton", "Thessaly Cotton SA"], 0),
            (["Ada Berg", "Ada Berg"], ["ada@gmail.com", "ada.berg@nordlicht.example"], [None, "Nordlicht AB"], 1),
        ],
    )  # fmt: skip
    def test_the_address_at_the_company_and_the_fuller_name_win(self, names, emails, company, best, order):
        more = [1000, None] if best else [None, 1000]
        kept = survivor(rows(full_name=names, email=emails, company_name=company, custom_deal=more)[::order])
        assert (kept["full_name"], kept["email"]) == (names[best], emails[best])

    def test_exchanged_parts_of_another_row_are_not_taken_beside_a_full_name(self):
        names = {"full_name": ["Reto Caduff", None], "first_name": [None, "Caduff"], "last_name": [None, "Reto"]}
        kept = survivor(rows(**names, email=["reto.caduff@a.example"] * 2))
        assert kept["full_name"] == "Reto Caduff"
        assert pd.isna([kept["first_name"], kept["last_name"]]).all()

    @pytest.mark.parametrize(
        "names",
        [
            [("Noor Tuuinman", "Noor", "Tuuinman"), ("Noor Tuinman", "Noor", None)],
            [("N. Tuinman", "N.", "Tuinman"), ("Noor Tuinman", "Noor Tuinman", None)],
        ],
    )
    def test_a_part_of_another_name_does_not_stay_beside_the_chosen_one(self, names):
        columns = ("full_name", "first_name", "last_name")
        frame = rows(**dict(zip(columns, zip(*names, strict=True), strict=True)), email=["noor.tuinman@a.example"] * 2)
        kept = survivor(frame)
        assert tuple(None if pd.isna(kept[name]) else kept[name] for name in columns) == names[1]

    @each_case(
        ("names", "emails", "expected"),
        [
            (["Petra Kaltenbach", "Petra Horn"], ["petra.kaltenbach@a.example", "petra.horn@a.example"], "Petra Horn"),
            (["Marta Gómez Ríos", "Marta Gómez"], ["mgomezr@a.example", "marta.gomez@a.example"], "Marta Gómez Ríos"),
            (["Petra Kaltenbach", "Petra Horn"], ["petra.kaltenbach@a.example"] * 2, "Petra Kaltenbach"),
            (["Petra Kaltenbach", "Petra Horn"], ["petra@a.example"] * 2, "Petra Kaltenbach"),
        ],
    )
    @each_case("order", [1, -1])
    def test_a_family_name_that_changed_is_that_of_the_newest_address(self, names, emails, expected, order):
        times = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
        frame = rows(full_name=names, email=emails, updated_at=times, created_at=times)
        assert survivor(frame[::order])["full_name"] == expected

    @each_case("order", [1, -1])
    @each_case("full", [["Dana Cole", "Dana Cole"], None])
    def test_a_whole_name_in_the_field_of_the_family_name_loses(self, full, order):
        parts = {"first_name": ["Dana", "Dana"], "last_name": ["Dana Cole", "Cole"]}
        for names in (parts, {**parts, "first_name": ["Dana Cole", "Dana"]}):
            kept = survivor(rows(**names, **({"full_name": full} if full else {}), title=["CEO", None])[::order])
            assert (kept["first_name"], kept["last_name"]) == ("Dana", "Cole")

    def test_the_provenance_says_in_words_what_decided(self):
        frame = rows(full_name=["Gail Willls", "Gail Wills"], email=["g.wills@a.example"] * 2, title=["CEO", None])
        provenance = cleanup.merge(frame).provenance.set_index("field")
        assert provenance.loc["full_name", ["row", "rule"]].tolist() == ["l1", "best_name"]
        assert provenance.loc["full_name", "reason"] == "an email address or profile spells it; the other has a typo"
        assert provenance.loc["title", "reason"] == "no other row has a value"
        assert provenance.loc["email", "reason"] == "all rows agree"


class TestStatusAndNumbers:
    @each_case("furthest", range(1, 5))
    def test_the_status_never_falls_behind(self, furthest):
        for earlier in FUNNEL[:furthest]:
            if {earlier, FUNNEL[furthest]} != {"qualified", "disqualified"}:
                frame = rows(status=[FUNNEL[furthest], earlier], updated_at=["2026-01-01", "2026-02-01"])
                assert cleanup.merge(frame).golden["status"].tolist() == [FUNNEL[furthest]]

    def test_unknown_statuses_are_never_ranked_and_wait_for_a_person(self):
        frame = rows(status=["hot", "contacted"], title=["CEO", None])
        merged = cleanup.merge(frame)
        assert (merged.merged, merged.review["reason"].tolist()) == (0, ["a status that is not one of the service's"])
        assert survivor(frame)["status"] == "hot"
        assert cleanup.merge(rows(status=["hot", "hot"])).merged == 1
        assert cleanup.merge(rows(status=["hot", None])).golden["status"].tolist() == ["hot"]

    def test_scores_and_dates_by_their_meaning(self):
        frame = rows(
            score=[88, 16], last_contacted_at=["2026-02-01", "2026-01-05T10:00:00Z"],
            created_at=["2026-01-02", "2025-12-31T23:00:00+00:00"], replied_at=["2026-01-01", "2026-03-01"],
            updated_at=["2026-01-01", "2026-02-01"],
        )  # fmt: skip
        kept = survivor(frame)
        assert (kept["score"], kept["last_contacted_at"], kept["replied_at"]) == (88, "2026-02-01", "2026-03-01")
        assert kept["created_at"] == frame["created_at"].iloc[int(kept["id"][1])]  # the service sets that of a lead
        assert survivor(frame.drop(columns="id"))["created_at"].startswith("2025-12-31")

    def test_a_date_that_cannot_be_read_decides_nothing(self):
        kept = survivor(rows(last_contacted_at=["last spring", "2026-01-05"], title=["CEO", None]))
        assert kept["last_contacted_at"] == "last spring"

    @each_case("sentinel", [99999999, 0, -1, 1, 9999, 5_000_000])
    def test_a_number_that_stands_for_nothing_loses(self, sentinel):
        for counts in ([sentinel, 4], [4, sentinel], [sentinel, sentinel, 4]):
            assert survivor(rows(employee_count=counts))["employee_count"] == 4

    def test_numbers_by_majority_and_a_zero_may_be_true_elsewhere(self):
        assert survivor(rows(employee_count=[40, 35, 35]))["employee_count"] == 35
        assert survivor(rows(custom_discount=[0, 5, 0]))["custom_discount"] == 0


class TestAddressesAndCompanies:
    @each_case(
        ("column", "worse", "better"),
        [
            ("email", "ada.berg@", "ada@b.example.com"),
            ("email", "info@b.example.com", "ada@b.example.com"),
            ("email", "ada@gmial.com", "ada@b.example.com"),
            ("email", "none@none.com", "ada@b.example.com"),
            ("phone", "000000", "+49 30 901820"),
            ("phone", "+49 1", "+49 30 901820"),
            ("company_name", "ACME GLOBAL GMBH", "Acme Global GmbH"),
            ("company_name", "Nordlciht AG", "Nordlicht AG"),
            ("company_name", "UK Elbe", "Universitätsklinikum Elbe"),
            ("company_name", "ZKB Zuercher Kantonalbank", "Zürcher Kantonalbank"),
            ("phone", "+49 89 1234 0", "+49 89 1234 17"),
            ("phone", "+49 89 12340", "+49 89 12340 x17"),
            ("phone", "+49 89 12341 or mail", "+49 89 12342"),
            ("city", "KÃ¶ln", "Köln"),
            ("city", "SF", "San Francisco"),
            ("city", "KÖLN", "Köln"),
            ("postcode", "1234", "01234"),
            ("company_name", "Acme GmbH (old)", "Acme GmbH"),
            ("last_contacted_at", "2.1.2026", "10.1.2026"),
        ],
    )
    def test_the_better_value_wins_even_if_it_is_older(self, column, worse, better):
        domain = {"company_domain": ["nordlicht.example"] * 2} if column == "company_name" else {}
        frame = rows(**{column: [better, worse]}, updated_at=["2025-01-01", "2026-01-01"], **domain)
        for one in (frame, frame.iloc[::-1]):
            assert survivor(one)[column] == better

    @each_case(
        ("other", "written"),
        [("+49 89 12340 ext. 17", "+49 89 12340 x17"), ("(089) 123417", "089 123417"), ("call Ada", "call Ada")],
    )
    def test_a_phone_that_a_service_refuses_is_written_as_it_takes_it(self, other, written):
        one = {"phone": [None, other], "title": ["CEO", None], "city": ["Bern", None], "cluster_id": "c"}
        two = pd.DataFrame({**one, "phone": [None, "+49 89 123499"], "cluster_id": "d"})
        frame = pd.concat([pd.DataFrame(one), two], ignore_index=True).assign(id=["l0", "l1", "l2", "l3"])
        assert cleanup.merge(frame, confirmed=["c", "d"]).golden["phone"].to_list() == [written, "+49 89 123499"]

    def test_of_two_good_addresses_or_phones_the_most_recent_wins(self):
        phones = ["+49 89 123417", "+49 89 123410"]
        assert survivor(rows(phone=phones, updated_at=["2025-01-01", "2026-01-01"]))["phone"] == phones[1]
        frame = rows(email=["ada@old.example.com", "ada@new.example.com"], updated_at=["2025-01-01", "2026-01-01"])
        assert survivor(frame)["email"] == "ada@new.example.com"

    def test_what_changes_with_time_is_the_most_recent_and_without_times_that_of_most_rows(self):
        cities, times = ["Bern", "Basel", "BASEL"], ["2026-01-02", "2026-01-01", "2025-01-01"]
        assert survivor(rows(city=cities, updated_at=times))["city"] == "Bern"
        assert survivor(rows(city=cities))["city"] == "Basel"

    def test_without_times_no_row_outvotes_the_others_because_it_is_the_most_complete(self):
        frame = rows(
            street=["8 Hale Place", "8 Haleplace", "8 Hale Place", "9 Hale Place"],
            postcode=["3913", "3193", "3193", "3193"],
            city=["Nightclirf", "Nightcliff", None, "Nightcliff"],
            phone=["+493090182011", "+493090182099", "+493090182099", None],
            custom_tier=["B", "A", "A", None],
            custom_segment=["x", None, None, None],
        )
        merged = survivor(frame)
        assert [merged[name] for name in ("street", "postcode", "city")] == ["8 Hale Place", "3193", "Nightcliff"]
        assert [merged[name] for name in ("phone", "custom_tier", "custom_segment")] == ["+493090182099", "A", "x"]

    @pytest.mark.parametrize(
        "values", [["Java", "Java", "C++", "C#", "C"], ["2.0", "2.0 ", "1.5", "15", "1-5"], ["B", "b", "A+", "A-", "A"]]
    )
    def test_values_that_differ_by_a_sign_do_not_vote_as_one(self, values):
        assert survivor(rows(custom_other=values))["custom_other"] == values[0]
        times = ["2020-01-01T00:00:00Z"] * 4 + ["2026-05-01T00:00:00Z"]  # what was said last counts more than votes
        assert survivor(rows(custom_other=values, updated_at=times))["custom_other"] == values[4]

    @pytest.mark.parametrize(
        ("streets", "postcodes", "cities", "place"),
        [
            (["5 Park Lane", "5 Dark Lane"], ["W1K 1AA", None], [None, "Leeds"], ["W1K 1AA", None]),
            (["Hill Street 5", "Mill Street 5"], [None, "53111"], ["Aachen", "Aachen"], [None, "Aachen"]),
            (["Hill Street 5", "Hil Street 5"], ["53111", "53111"], [None, "Bonn"], ["53111", "Bonn"]),
        ],
    )
    def test_a_street_with_a_typo_is_the_same_one_only_at_its_postcode(self, streets, postcodes, cities, place):
        merged = survivor(rows(street=streets, postcode=postcodes, city=cities, custom_note=["x", None]))
        assert [merged[name] if pd.notna(merged[name]) else None for name in ("postcode", "city")] == place
        assert merged["street"] == streets[0]

    def test_a_longer_city_or_title_is_not_what_a_shorter_one_abbreviates(self):
        merged = survivor(rows(city=["York", "York", "New York"], title=["Teacher", "Teacher", "Head Teacher"]))
        assert (merged["city"], merged["title"]) == ("York", "Teacher")

    def test_a_company_by_majority_and_with_its_legal_form(self):
        assert survivor(rows(company_name=["Nord Ltd", "Süd AG", "Süd"]))["company_name"] == "Süd AG"


KNOWN = {
    "id": ["l1"], "full_name": ["Hans Geißler"], "email": ["hans.geissler@a.example.com"], "phone": ["+493090182000"],
    "title": ["CEO"], "company_name": ["Moos AG"], "city": ["Köln"], "score": [10], "status": ["contacted"],
    "employee_count": [4], "custom_tier": ["A"],
}  # fmt: skip


class TestKnownLeads:
    @each_case("names", [["Hans GEISSLER", "Hans Geißlerr"], ["Hans Geißlerr"] * 3, ["Johannes Geißler"]])
    @each_case("together", [True, False])
    def test_a_value_of_a_list_never_replaces_that_of_a_lead(self, names, together):
        lead = pd.DataFrame(KNOWN)
        listed = pd.DataFrame({
            "full_name": names, "email": ["hans.geissler@a.example.com"] * len(names), "phone": "+493090182999",
            "title": "Chief Executive", "company_name": "MOOS AG", "city": "Cologne", "score": 99, "status": "replied",
            "employee_count": 12, "custom_tier": "B", "website": "https://moos.example.com",
        })  # fmt: skip
        if together:
            frame = pd.concat([listed, lead], ignore_index=True)
            merged = cleanup.merge(frame, cleanup.duplicates(frame))
        else:
            merged = cleanup.merge(listed, cleanup.duplicates(listed, known=lead))
        kept = merged.golden.set_index("id").loc["l1"]
        assert kept[[name for name in KNOWN if name != "id"]].tolist() == [
            KNOWN[name][0] for name in KNOWN if name != "id"
        ]
        assert kept["website"] == "https://moos.example.com"
        rules = merged.provenance.set_index("field")["rule"]
        assert rules["city"] == "known lead wins"
        assert merged.merged == 1

    @each_case(
        ("field", "value"),
        [
            ("email", "n/a"),
            ("title", " "),
            ("employee_count", 99999999),
            ("phone", "000000"),
            ("email", "ada@"),
            ("city", None),
        ],
    )
    def test_a_list_fills_what_a_lead_lacks(self, field, value):
        better = {
            "email": "ada@a.example.com",
            "title": "CTO",
            "employee_count": 40,
            "phone": "+493090182000",
            "city": "Bern",
        }
        frame = pd.DataFrame(
            {
                "id": ["l1", None],
                "cluster_id": "c",
                "full_name": "Ada Berg",
                field: pd.Series([value, better[field]], dtype=object),
            }
        )
        assert survivor(frame)[field] == better[field]

    def test_an_opted_out_row_of_a_list_is_not_lost(self):
        frame = pd.DataFrame({"id": ["l1", None], "cluster_id": "c", "status": ["replied", "unsubscribed"]})
        assert cleanup.merge(frame).golden["status"].tolist() == ["unsubscribed"]

    def test_a_rule_that_is_given_lets_all_rows_compete(self):
        frame = pd.DataFrame({"id": ["l1", None], "cluster_id": "c", "title": ["CEO", "Chief Executive"]})
        assert survivor(frame)["title"] == "CEO"
        assert survivor(frame, rules={"title": "longest"})["title"] == "Chief Executive"


class TestReview:
    @each_case(
        ("columns", "reason"),
        [
            ({"company_name": ["Golden Nugget Hotel", "Stefanos"]}, "different companies"),
            ({"full_name": ["John A Smith", "John B Smith"]}, "different middle names or family names"),
            ({"full_name": ["José García López", "José Pérez López"]}, "different middle names or family names"),
            ({"full_name": ["José Antonio Pérez Ruiz", "José Pérez López"]}, "different middle names or family names"),
            ({"full_name": ["Robert Smith Jr", "Robert Smith Sr"]}, "one is junior, senior or numbered, and differs"),
            ({"status": ["qualified", "disqualified"]}, "one is qualified, another disqualified"),
            ({"full_name": ["Robert Smith II", "Robert Smith III"]}, "one is junior, senior or numbered, and differs"),
            (
                {"status": ["unsubscribed", "new"], "title": ["CEO", None]},
                "others would be merged into a lead that has opted out",
            ),
        ],
    )
    def test_a_doubtful_cluster_waits_for_a_person(self, columns, reason):
        frame = rows(**columns)
        merged = cleanup.merge(frame)
        assert merged.merged == 0
        assert merged.frame["merged_into"].isna().all()
        assert [list(line) for line in merged.review[["cluster_id", "reason"]].to_numpy()] == [["c", reason]]
        assert list(merged.review["rows"][0]) == ["l0", "l1"]
        assert "1 person not merged without your yes" in repr(merged)
        confirmed = [
            merged.confirm(), merged.confirm("c"), cleanup.merge(frame, confirmed=["l1"]),
            cleanup.merge(frame, only=[("l0", "l1")]), cleanup.merge(frame, chosen=[("l0", next(iter(columns)))]),
        ]  # fmt: skip
        for one in confirmed:
            assert (one.merged, len(one.review)) == (1, 0)
            replayed = Recipe.from_json(Recipe.of(one).to_json()).run(frame)
            assert replayed.results["merge"].merged == 1

    @each_case(
        "columns",
        [
            {"company_name": ["Dental Technologies AB", "Dental Tech"]},
            {"company_name": ["Nordlicht GmbH", "NORDLICHT"]},
            {"company_name": ["International Business Machines", "IBM"]},
            {"company_name": ["Moos", "Blau AG"], "company_domain": ["moos.example", "moos.example"]},
            {"company_name": ["Moosbrücke KG", "Self-employed"]},
            {"full_name": ["John A Smith", "John Albert Smith"]},
            {"full_name": ["John Smith", "John B Smith"]},
            {"full_name": ["José García López", "José García"]},
            {"full_name": ["Ana Roca Díaz", "Ana Díaz Roca"]},
            {"full_name": ["María Hernández Ruiz", "María Hernandes Ruiz"]},
            {"full_name": ["José Antonio Pérez Ruiz", "José Pérez"]},
            {"status": ["new", "unsubscribed"], "title": ["CEO", None]},
            {"status": ["unsubscribed", "bounced"]},
        ],
    )
    def test_other_clusters_are_merged(self, columns):
        merged = cleanup.merge(rows(**columns))
        assert (merged.merged, len(merged.review)) == (1, 0)

    def test_a_decision_of_a_person_in_duplicates_is_a_confirmation(self):
        frame = pd.DataFrame({
            "id": ["l0", "l1"], "full_name": ["John A Smith", "John B Smith"], "email": ["john@a.example"] * 2,
        })  # fmt: skip
        assert cleanup.merge(frame, cleanup.duplicates(frame, same=[("l0", "l1")])).merged == 1

    def test_an_unknown_cluster_cannot_be_confirmed(self):
        frame = rows(full_name=["John A Smith", "John B Smith"])
        with pytest.raises(CleanupError, match="not waiting"):
            cleanup.merge(frame).confirm("c9")
        assert "1 choice is about rows" in repr(cleanup.merge(frame, confirmed=["l9"]))


def letters(text):
    plain = unicodedata.normalize("NFKD", str(text).casefold().replace("ß", "ss").replace("ø", "o").replace("ı", "i"))
    for pair, one in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(pair, one)
    return "".join(char for char in plain if char.isalnum() and char.isascii())


class TestDamagedValues:
    """What is damaged or says less loses, although its row was updated last."""

    OLDER_FIRST = ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")

    @each_case(
        ("field", "whole", "damaged"),
        [
            ("title", "Director of Purchasing", "Director of Purch"),
            ("title", "Leiterin Einkauf", "Leiterin Eink"),
            ("title", "Directeur général", "Directeur g?n?ral"),
            ("title", "Head of Sales", "Mrs"),
            ("title", "Einkäuferin", "Frau"),
            ("title", "Geschäftsführer", "Gf."),
            ("title", "Assistant Manager", "Asst. Manager"),
            ("city", "Frankfurt am Main", "Frankfurt am Ma"),
            ("city", "München", "M?nchen"),
            ("city", "Lyon", "LYON CEDEX 03"),
            ("city", "Dallas", "Dallas, TX 75201"),
            ("city", "Graz", "TEST"),
            ("title", "Professor of Law", "Professor"),
            ("title", "Plant Manager", "Plant Manger"),
            ("title", "Export Manager", "exp mgr"),
            ("title", "Vertriebsleitung", "Vertr.-ltg."),
            ("title", "Gérant-associé", "Gérant"),
            ("title", "Buyer", "Buyer (gone?)"),
            ("title", "Buyer", "Buyer?"),
            ("title", "Buyer", "Buyer - left msg"),
            ("title", "Directora de compras", "Directora de comrpas"),
            ("title", "Einkäufer", "Einkäufer (nicht erreichbar)"),
            ("city", "Delft", "2611 AB Delft"),
            ("city", "İzmir", "İzmir / Türkiye"),
            ("title", "Leiter Einkauf", "Einkauf"),
            ("title", "Einkäufer", "Abteilung Einkauf"),
            ("title", "Responsable des achats", "Achats"),
            ("title", "Gerente de ventas", "Ventas"),
            ("title", "Head of Sales", "Sales Department"),
            ("title", "Inköpschef", "Inköp"),
            ("title", "Vodja prodaje", "Prodaja"),
            ("title", "Acquirente", "Ufficio acquisti"),
            ("title", "Plant Manager", "PlantManager"),
            ("title", "Einkäufer", "Einkäufer Einkäufer"),
            ("title", "Head of Sales", "Head of Sales / Head of Sales"),
            ("company_name", "Huber GmbH", "Fa. Huber GmbH"),
            ("company_name", "Riva Srl", "Ditta Riva Srl"),
            ("company_name", "Lumo GmbH", "Lumo GmH"),
            ("full_name", "Katherine Moss", "Katherine (left) Moss"),
            ("full_name", "Katherine Moss", "Katherine Moss (retired)"),
            ("full_name", "Dana Cole", "Dana Dana Cole"),
            ("last_name", "Cole", "Cole Cole"),
            ("city", "Rosenheim", "Rosenhiem"),
            ("city", "Huddersfield", "Huddersf"),
            ("city", "Tampere", "Tamper"),
            ("city", "Lyon", "Lyon 69"),
            ("city", "Brno", "Brno 2"),
            ("city", "Parma", "Parma PR"),
            ("city", "Modena", "Modena (MO)"),
            ("city", "Lyon", "Lyon 3ème"),
            ("city", "Lincoln", "Lincoln Nebraska"),
            ("city", "Portland", "Portland, Oregon"),
            ("city", "Radom", "Radom (mazowieckie)"),
            ("company_name", "Nordlicht GmbH", "Nordlicht GmbH, Abt. Einkauf"),
            ("company_name", "Nordlicht GmbH", "Nordlicht GmbH (old name)"),
            ("full_name", "Gregory Berg", "Grgeory Berg"),
            ("full_name", "Gregory Berg", "Gregory Berg?"),
            ("full_name", "José Gil", "Pepe Gil"),
            ("full_name", "István Kővári", "Pista Kővári"),
            ("title", "Buyer", "Buyer - on holiday"),
            ("title", "Plant Manager", "Plant Manager ."),
            ("city", "Östersund", "Östersund/Sverige"),
            ("full_name", "Işıl Demir", "IŞIL DEMİR"),
            ("last_name", "Demir", "DEMİR"),
            ("full_name", "María José Ruiz", "Mª José Ruiz"),
            ("full_name", "Jiří Němec", "Jirka Němec"),
            ("title", "Head of Research and Development", "Head of Research and"),
            ("title", "Diretor de vendas", "Dir. vendas"),
            ("title", "Inköpschef", "Ink÷pschef"),
            ("city", "Peso da Régua", "Peso da"),
            ("city", "Reggio nell'Emilia", "Reggio nell'"),
            ("city", "Villingen-Schwenningen", "Villingen-Schw."),
            ("city", "Brașov", "Braşov"),
            ("city", "Győr", "Gyõr"),
            ("company_name", "Möbel Grün OHG", "M\x94bel Gr\x81n OHG"),
            ("company_name", "Nordlicht GmbH", "Nordlicht Gmb"),
            ("company_name", "Lumo SRL", "Lumo SLR"),
            ("title", "Leiter Einkauf", "Leiter"),
            ("title", "Responsable des achats", "Responsable"),
            ("title", "Geschäftsführerin", "GF"),
            ("title", "Managing Director", "MD"),
            ("title", "Buyer", "Buyer - spoke on 3 May"),
            ("title", "Einkäuferin", "Einkäuferin, ruft zurück"),
            ("title", "Buyer", "Buyer /"),
            ("title", "Directeur délégué", "Directeur délégu?"),
            ("city", "Frankfurt am Main", "Frankfurt a. M."),
            ("city", "Porto", "Porto – Portugal"),
            ("city", "Ulm", "Ulm, Germany"),
            ("company_name", "Nordlicht GmbH", "Nordlicht GmbH, Einkauf"),
            ("company_name", "Nordlicht Logistik GmbH", "Nordlicht Logis"),
            ("company_name", "Müller Söhne", "M?ller S?hne"),
            ("full_name", "Jörg Müller", "J?rg M?ller"),
            ("full_name", "Jean-Marc Dupontel", "JM Dupontel"),
            ("full_name", "Anne-Sophie Lébihan", "A.-Sophie LEBIHAN"),
        ],
    )
    def test_a_damaged_or_shorter_value_loses(self, field, whole, damaged):
        for values, times in (((whole, damaged), self.OLDER_FIRST), ((damaged, whole), self.OLDER_FIRST[::-1])):
            assert survivor(rows(**{field: values}, updated_at=times))[field] == whole

    @each_case(
        ("field", "older", "newer"),
        [
            ("title", "Head of Sales and Marketing", "Head of Sales"),
            ("title", "Directeur général adjoint", "Directeur général"),
            ("title", "Head of Sales", "Head Sales"),
            ("title", "Trainee", "Trainer"),
            ("title", "Directeur-adjoint", "Directeur"),
            ("title", "Director-designate", "Director"),
            ("title", "Manager-trainee", "Manager"),
            ("title", "Chefredakteur", "Chef"),
            ("title", "Kochlehrling", "Koch"),
            ("city", "Bolton", "Boston"),
            ("city", "Bernau", "Bern"),
            ("city", "Sobradinho", "Sobradinho II"),
            ("city", "Eindhoven", "Uden"),
            ("title", "Senior Engineer", "Engineer"),
            ("title", "Head of Purchasing", "Sales"),
            ("title", "Head of Engineering", "Software Developer"),
            ("title", "Sales", "Sales Manager"),
            ("title", "Einkaufs Leiter", "Einkaufsleiter"),
            ("company_name", "Lumo SRL", "Lumo SL"),
            ("city", "Paris", "Paris Plage"),
            ("city", "Saint", "Saint Lo"),
            ("full_name", "Martha Berg", "Marta Berg"),
            ("full_name", "Klaus Berg", "Claus Berg"),
            ("title", "Buyer", "Buyer/Planner"),
            ("company_name", "Lumo Inc", "Lumo Inc."),
            ("company_name", "Lumo SRL", "Lumo SA"),
            ("company_name", "Lumo GmbH", "Lumo AG"),
            ("title", "Assistant Buyer", "Buyer"),
            ("title", "Buyer", "Buyer, Electronics"),
            ("title", "Buyer", "Buyer, Region 2"),
            ("title", "Director", "Director, Call Center"),
            ("title", "Director", "Director - 24/7 Support"),
            ("company_name", "Alfa GmbH", "Alfa GmbH - Logistics Group"),
            ("title", "Manager in Training", "Manager"),
            ("title", "Projektleiter", "PR"),
            ("title", "Ingénieur technique", "IT"),
            ("city", "Frankfurt", "Frankfurt, Oder"),
            ("company_name", "Nordlicht", "Nordlicht - Marketing AG"),
            ("custom_tier", "A", "A+"),
            ("city", "Wiener Neustadt", "Wien"),
            ("city", "Frankfurt", "Frankfurt (Oder)"),
            ("city", "Berlinn Mitte", "Berlin Mitte"),
            ("title", "Who? What", "Buyer"),
        ],
    )
    def test_a_value_that_is_whole_wins_if_it_is_newer(self, field, older, newer):
        assert survivor(rows(**{field: [older, newer]}, updated_at=self.OLDER_FIRST))[field] == newer

    @each_case(
        ("columns", "field", "kept"),
        [
            ({"city": ["Köln", "Deutschland"], "country": ["DE", "DE"]}, "city", "Köln"),
            ({"city": ["Turin", "Italy"], "country": [None, "Italia"]}, "city", "Turin"),
            ({"city": ["Esch", "Luxembourg"], "country": ["LU", "LU"]}, "city", "Luxembourg"),
            ({"city": ["Venlo", "NL"], "country": ["NL", "Netherlands"]}, "city", "Venlo"),
            ({"city": ["Celle", "DE"], "country": ["DE", "DE"]}, "city", "Celle"),
            ({"city": ["Guelph", "ON"], "country": ["CA", "CA"]}, "city", "Guelph"),
            ({"city": ["Houston", "LA"], "country": ["US", "US"]}, "city", "LA"),
            ({"city": ["Boston", "Lebanon"], "country": ["US", "US"]}, "city", "Lebanon"),
            ({"city": ["Bonn", None], "country": ["DE", "Bonn"]}, "country", "DE"),
            ({"title": ["Buyer", "Petra"], "first_name": ["Petra", "Petra"]}, "title", "Buyer"),
            ({"title": ["Chemist", "Buyer"], "last_name": ["Buyer", "Buyer"]}, "title", "Buyer"),
            ({"title": ["Buyer", "Ida Kron"], "full_name": ["Ida Kron Vidal"] * 2}, "title", "Buyer"),
            ({"title": ["Buyer", "ida.kron@lumo.de"]}, "title", "Buyer"),
            ({"title": ["Bäckermeister", "Bäckerei"], "company_name": ["Bäckerei Kron"] * 2}, "title", "Bäckermeister"),
            ({"title": ["Buyer", "0451 77"]}, "title", "Buyer"),
            ({"city": ["Brno", "602 00"]}, "city", "Brno"),
            ({"city": ["Lincoln", "Lincoln USA"], "country": ["US", "US"]}, "city", "Lincoln"),
            ({"city": ["Lincoln", "Lincoln Chad"], "country": ["US", "US"]}, "city", "Lincoln Chad"),
            ({"city": ["Leeds", "LS1 4AB"]}, "city", "Leeds"),
            ({"city": ["Omaha", "NE"], "country": ["US", "US"]}, "city", "Omaha"),
            ({"city": ["Omaha", "NY"], "country": ["US", "US"]}, "city", "NY"),
            ({"city": ["Leeds", "NE"], "country": ["GB", "GB"]}, "city", "NE"),
            ({"city": ["Leeds", "100 Mile House"]}, "city", "100 Mile House"),
            ({"city": ["Leeds", "www.lumo.com"]}, "city", "Leeds"),
            ({"company_name": ["Nordlicht", "www.lumo.com"]}, "company_name", "Nordlicht"),
            ({"company_name": ["Nordlicht", "ida@lumo.com"]}, "company_name", "Nordlicht"),
            ({"company_name": ["Nordlicht", "lumo.com"]}, "company_name", "lumo.com"),
        ],
    )
    def test_the_value_of_another_field_loses(self, columns, field, kept):
        assert survivor(rows(**columns, updated_at=self.OLDER_FIRST))[field] == kept

    @each_case(
        ("companies", "emails", "expected"),
        [
            (["Tejo Holz", "Gruppe Tejo SA"], ["ida@tejoholz.com", "ida@gruppetejo.com"], "Gruppe Tejo SA"),
            (["Tejo Holz", "Nordlicht AG"], ["ida@tejoholz.com", None], "Nordlicht AG"),
            (["Lumo Plast", "Lumo Plastics Ltd"], ["ida@lumoplast.com"] * 2, "Lumo Plastics Ltd"),
            (["Lumo Plast", "Nordlicht"], ["ida@lumoplast.com"] * 2, "Lumo Plast"),
        ],
    )
    def test_the_domain_of_an_older_row_does_not_keep_its_company(self, companies, emails, expected):
        assert (
            survivor(rows(company_name=companies, email=emails, updated_at=self.OLDER_FIRST))["company_name"]
            == expected
        )

    @each_case(
        ("newer", "expected"),
        [("089 4520110", "+49 89 4520110"), ("089 4520119", "089 4520119"), ("+49 89 4520119", "+49 89 4520119")],
    )
    def test_a_number_keeps_its_country_code_and_a_newer_one_wins(self, newer, expected):
        lead = rows(phone=["+49 89 4520110", newer], country=["DE", "DE"], updated_at=self.OLDER_FIRST)
        assert survivor(lead)["phone"] == expected

    @each_case(
        ("cities", "columns", "expected"),
        [
            (["Rosenheim", "Rosenhiem"], {"email": ["ida@rosenheim-holz.de", None]}, "Rosenheim"),
            (["Rosenheim", "Rosenhiem"], {"company_name": ["Stadt Rosenheim", None]}, "Rosenheim"),
            (["Bolton", "Boston"], {"company_name": ["Bolton Ltd", None]}, "Boston"),
        ],
    )
    def test_a_city_with_a_slip_loses_if_the_company_has_the_other(self, cities, columns, expected):
        assert survivor(rows(city=cities, **columns, updated_at=self.OLDER_FIRST))["city"] == expected

    @each_case(
        ("phone", "email", "kept"),
        [
            ("+43 1 5332211", "ida.kron@lumo.at", "AT"),
            ("+43 1 5332211", "ida.kron@lumo.com", "AU"),
            ("+61 2 93744000", "ida.kron@lumo.at", "AU"),
            (None, "ida.kron@lumo.at", "AU"),
        ],
    )
    def test_a_country_loses_that_the_phone_and_the_address_of_its_row_are_not_of(self, phone, email, kept):
        lead = rows(country=["AT", "AU"], phone=[None, phone], email=[None, email], updated_at=self.OLDER_FIRST)
        assert survivor(lead)["country"] == kept

    @each_case(
        ("emails", "columns", "expected"),
        [
            (["ida.kron@lumo.com", "ida.kron@lumo.con"], {}, "ida.kron@lumo.com"),
            (["ida.kron@lumo.org", "ida.kron@lumo.ogr"], {}, "ida.kron@lumo.org"),
            (["ida.kron@lumo.org", "ida.korn@lumo.org"], {}, "ida.kron@lumo.org"),
            (["ida.kron@lumo.de", "ida.kron@lmuo.de"], {"company_name": ["Lumo GmbH"] * 2}, "ida.kron@lumo.de"),
            (["ida.kron@lumo.de", "ida.kron@lumi.de"], {"website": ["www.lumo.de", None]}, "ida.kron@lumo.de"),
            (["ida.kron@lumo.com", "ida.kron@lumo.co"], {}, "ida.kron@lumo.co"),
            (["i@lumo-tech.de", "i@lumo-tceh.de"], {"company_name": ["Lumo Tech Berlin"] * 2}, "i@lumo-tech.de"),
            (["ida.kron@lumo.es", "ida.kron@lumo.se"], {"country": ["ES", None]}, "ida.kron@lumo.es"),
            (["ida.kron@lumo.es", "ida.kron@lumo.se"], {}, "ida.kron@lumo.se"),
            (["ida.kron@lumo.eu", "ida.kron@lumo.ue"], {}, "ida.kron@lumo.eu"),
            (["ida.kron@lumo.es", "ida.kron@lumo.se"], {"status": ["new", "bounced"]}, "ida.kron@lumo.es"),
            (["ida.kron@lumo.es", "ida.kron@lumo.se"], {"status": ["Bounced", "new"]}, "ida.kron@lumo.se"),
            (["ida.kron@lumo.com", "ikron@lumo.com"], {"status": ["new", "bounced"]}, "ida.kron@lumo.com"),
            (["ida.kron@lumo.com", "ikron@lumo.com"], {}, "ikron@lumo.com"),
            (["ida.kron@lumo.example", "ida.kron@lumo.exam"], {}, "ida.kron@lumo.example"),
            (["ida.kron@lumo.de", "ida.kron@lumo.d"], {}, "ida.kron@lumo.de"),
            (["ida.kron@gmail.com", "ida.kron@gmail.co"], {}, "ida.kron@gmail.com"),
        ],
    )
    def test_an_address_with_a_typing_error_loses_to_one_that_the_name_or_the_company_supports(
        self, emails, columns, expected
    ):
        lead = rows(full_name=["Ida Kron"] * 2, email=emails, updated_at=self.OLDER_FIRST, **columns)
        assert survivor(lead)["email"] == expected

    @each_case(
        ("columns", "expected"),
        [
            ({"company_name": ["Lumo"] * 2}, "Tampere"),
            ({"email": ["ida@lumo.example"] * 2, "phone": ["+358 9 1234567", "+358 9 7654321"]}, "Tampere"),
            ({"postcode": ["33100", "20100"], "company_name": ["Lumo"] * 2}, "Tamper"),
            ({"email": ["ida@lumo.example", "ida@moos.example"]}, "Tamper"),
        ],
    )
    def test_the_beginning_of_a_city_is_another_one_where_the_person_may_have_moved(self, columns, expected):
        assert survivor(rows(city=["Tampere", "Tamper"], updated_at=self.OLDER_FIRST, **columns))["city"] == expected

    def test_the_phone_of_a_shared_mailbox_does_not_win_over_an_own_mobile(self):
        phones, times = ["+49 171 5540317", "+49 30 554030"], self.OLDER_FIRST
        lead = rows(email=["ida.kron@lumo.de", "info@lumo.de"], phone=phones, updated_at=times)
        assert survivor(lead)["phone"] == phones[0]
        lead = rows(email=["ida.kron@lumo.de", "i.kron@lumo.de"], phone=phones, updated_at=times)
        assert survivor(lead)["phone"] == phones[1]


class TestWordsForNothing:
    """A word for nothing loses in any language, although its row was updated last."""

    TIMES = ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")

    @each_case(
        ("field", "value"),
        [("title", "Leiterin Einkauf"), ("company_name", "Lumo"), ("city", "Kassel"), ("custom_department", "Export")],
    )
    @each_case(
        "word",
        [
            "keine", "brak", "nincs", "žádný", "puuttuu", "ninguno", "aucun", "nessuno", "geen", "yok", "нет", "n/v",
            "k.A.", "unbekannt", "TBD", "ohne", "-keine Angabe-", "to be confirmed", "leer", "vacío", "Néant", "není",
            "nicht bekannt", "nieznane", "nu există", "boş", "не указана", "inget", "κανένα", "未填写", "nenhum",
            "sem informação", "відсутня", "keine Infos", "nema podataka",
        ],
    )  # fmt: skip
    @each_case("order", [1, -1])
    def test_a_word_for_nothing_never_replaces_a_value(self, field, value, word, order):
        frame = rows(**{field: [value, word]}, email=["ida@a.example"] * 2, updated_at=self.TIMES)
        assert survivor(frame[::order])[field] == value

    @each_case(
        ("field", "older", "newer", "columns"),
        [
            ("city", "Kassel", "Leer", {}),
            ("city", "Chiang Rai", "Nan", {}),
            ("city", "Sebha", "Brak", {}),
            ("country", "SE", "NO", {}),
            ("company_name", "Twitter", "X", {}),
            ("company_name", "Varig", "GOL", {}),
            ("company_name", "Nordlicht", "Nincs", {"company_domain": ["nincs.example"] * 2}),
            ("title", "Buyer", "Head of Nothing", {}),
            ("custom_allergy", "nuts", "keine", {}),
        ],
    )
    def test_a_name_or_an_answer_that_is_such_a_word_wins_if_it_is_newer(self, field, older, newer, columns):
        assert survivor(rows(**{field: [older, newer]}, **columns, updated_at=self.TIMES))[field] == newer


@pytest.fixture(scope="module", params=[20260310])
def merged(request):
    """A merge of the sandbox's leads, with what a person must look at confirmed as well."""
    leads = [lead.doc for lead in generate_leads(request.param, 1_200, now=START)]
    frame = pd.DataFrame([{**lead, "custom_fields": None} for lead in leads if not lead["deleted_at"]])
    frame = frame.astype({"score": "Int64", "employee_count": "Int64"})
    found = cleanup.duplicates(frame)
    silent = cleanup.merge(frame, found)
    return frame.set_index("id"), silent, silent.confirm()


@pytest.mark.parametrize("confirmed", [False, True])
def test_no_record_of_the_sandbox_gets_worse(merged, confirmed):
    before, *merges = merged
    merge = merges[confirmed]
    after = merge.frame.set_index("id")
    clusters = after.loc[merge.losers["id"]].groupby("merged_into").groups
    assert merge.merged > 50
    assert len(clusters) == merge.merged
    worse = []
    for lead, others in clusters.items():
        people, kept, own = before.loc[[lead, *others]], after.loc[lead], before.loc[lead]
        if FUNNEL.index(kept["status"]) < max(FUNNEL.index(status) for status in people["status"]) and not (
            kept["status"] == "bounced" and "unsubscribed" not in set(people["status"])
        ):
            worse.append((lead, "status"))
        if people["score"].notna().any() and not kept["score"] >= people["score"].max():
            worse.append((lead, "score"))
        worse += [
            (lead, column) for column in before if own[column] is not None and _is_lost(own[column], kept[column])
        ]
        spelled = " ".join(letters(text.split("@")[0]) for text in people["email"].dropna())
        names = [name for name in people["full_name"].dropna() if name.isascii()]
        if names and str(kept["full_name"]).isascii():
            backed = [name for name in names if _spells(spelled, name)]
            worse += [(lead, "full_name")] * (bool(backed) and not _spells(spelled, kept["full_name"]))
    assert worse == []


def _spells(addresses, name):
    return letters(name.split()[-1]) in addresses


def _is_lost(own, kept):
    is_null = [not isinstance(value, list) and pd.isna(value) for value in (own, kept)]
    return is_null == [False, True]


@each_case(
    ("lead", "listed", "expected"),
    [
        ({"city": None, "country": "DE"}, {"city": "Paris", "country": "FR"}, (None, "DE")),
        ({"city": None, "country": "Germany"}, {"city": "Ulm", "country": "DE"}, ("Ulm", "Germany")),
        ({"city": "Ulm", "country": None}, {"city": "Paris", "country": "FR"}, ("Ulm", None)),
        ({"company_name": None, "company_domain": "a.example"}, {"company_name": "B", "company_domain": "b.example"},
         (None, "a.example")),
    ],
)  # fmt: skip
def test_a_lead_gets_no_city_of_another_country_and_no_name_of_another_company(lead, listed, expected):
    kept = survivor(pd.DataFrame([lead, listed]).assign(cluster_id="c", id=["l0", None]))
    assert tuple(None if pd.isna(kept[name]) else kept[name] for name in lead) == expected


def test_a_city_is_taken_with_its_country_where_no_row_has_a_street():
    places = [("Paris", "FR", "2026-02-01"), ("Berlin", "DE", "2026-01-01"), (None, "DE", "2026-01-01")]
    frame = pd.DataFrame(places, columns=["city", "country", "updated_at"]).assign(cluster_id="c", street=None)
    kept = survivor(frame)
    assert (kept["city"], kept["country"]) == ("Paris", "FR")


def test_a_part_of_a_name_beside_another_one_is_not_called_the_only_value():
    rows = pd.DataFrame({
        "first_name": ["Marc", "Markus"], "last_name": ["Ebert", "Siebert"], "email": ["m@ebert.example"] * 2,
        "company_name": ["X GmbH"] * 2,
    })  # fmt: skip
    lines = cleanup.merge(rows.assign(cluster_id="c"), only=[[0, 1]]).provenance.set_index("field")
    assert lines.loc["last_name", "reason"] == "taken with the fields that belong to it"
    assert lines.loc["last_name", "rejected"] == 1
    assert lines.loc["company_name", "reason"] == "all rows agree"


@each_case(
    ("name", "remark"),
    [
        ("Katrin Moos", "ausgeschieden"), ("Katrin Moos", "- Elternzeit"), ("Tom Reed", "left the company"),
        ("Tom Reed", "/ Retired"), ("Luc Martin", "retraité"), ("Ana Gil", "ya no trabaja aquí"),
        ("Ana Gil", "de baja"), ("Ugo Neri", "in pensione"), ("Ewa Lis", "już nie pracuje"),
        ("Ivan Petrov", "- Purchasing"),
        ("Иван Петров", "уволился"), ("Ayşe Kaya", "ayrıldı"),
    ],
)  # fmt: skip
def test_a_name_with_a_remark_behind_it_loses_whichever_row_is_older(name, remark):
    for names in ([f"{name} {remark}", name], [name, f"{name} {remark}"]):
        assert name_of(names, ["info@a.example"] * 2) == name


@each_case(
    ("longer", "email"),
    [
        ("Marta Gil ríos", "info@a.example"), ("Marta Gil de los ríos", "info@a.example"),
        ("Marta Gil e silva", "info@a.example"), ("Marta Gil left bank", "marta.left@a.example"),
        ("Marta Gil / Ola Gil", "info@a.example"), ("Marta Gil senior", "info@a.example"),
    ],
)  # fmt: skip
def test_a_further_name_is_not_taken_for_a_remark(longer, email):
    assert name_of([longer, "Marta Gil"], [email] * 2) == longer


@each_case(
    ("older", "newer", "expected"),
    [
        ("Lumo GmbH", "Nordlicht Energie GmbH", "Nordlicht Energie GmbH"),
        ("Lumo GmbH", "Zuiderlicht Groep BV", "Zuiderlicht Groep BV"),
        ("Lumo GmbH", "Purchasing", "Lumo GmbH"),
        ("Lumo GmbH", "Lomo GmbH", "Lumo GmbH"),
        ("Lumo", "Licht und Motor Oberland GmbH", "Lumo"),
    ],
)
def test_a_newer_company_with_its_legal_form_wins_though_the_domain_is_that_of_the_older_one(older, newer, expected):
    times = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    people = rows(company_name=[older, newer], email=["ida@lumo.example"] * 2, updated_at=times)
    assert survivor(people)["company_name"] == expected
    assert survivor(people.iloc[::-1].reset_index(drop=True))["company_name"] == expected
    if expected == newer:  # which the domain does not spell
        reasons = cleanup.merge(people).provenance.set_index("field")["reason"]
        assert reasons["company_name"] == "the newer row names another company"


def test_the_newer_number_of_employees_wins_a_tie_also_if_the_older_row_has_more_values():
    times = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    assert survivor(rows(employee_count=[40, 65], city=["Ulm", None], updated_at=times))["employee_count"] == 65


@each_case(
    ("older", "newer", "expected"),
    [
        ("Essen", "Esse", "Essen"), ("Berlin", "Berli", "Berlin"), ("Torino", "Torin", "Torino"),
        ("Gdynia", "Gdyn", "Gdynia"),
        ("Wien", "Wie", "Wien"), ("Москва", "Москв", "Москва"), ("Paris", "Pari", "Paris"), ("Esse", "Essen", "Essen"),
        ("Roma", "Rom", "Rom"), ("Milano", "Milan", "Milan"), ("Bernau", "Bern", "Bern"), ("Angers", "Ange", "Ange"),
        ("Essenbach", "Essen", "Essen"), ("Lindau", "Linda", "Linda"), ("Essenn", "Essen", "Essen"),
    ],
)  # fmt: skip
def test_a_large_town_without_its_last_letters_loses_though_it_is_newer(older, newer, expected):
    times = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    assert survivor(rows(city=[older, newer], company_name=["Lumo"] * 2, updated_at=times))["city"] == expected


@each_case(
    ("cities", "expected"),
    [
        (["Marburg", "Marb"], "Marburg"), (["Ashford", "Ashf"], "Ashford"), (["Karlstad", "Karls"], "Karlstad"),
        (["Augsburg", "AUGSB"], "Augsburg"), (["Mühlheim", "Mühlh"], "Mühlheim"),
        (["Salzburg", "Salz"], "Salz"), (["Regensburg", "Regen"], "Regen"), (["Burgdorf", "Burg"], "Burg"),
    ],
)  # fmt: skip
def test_a_city_that_ends_within_the_ending_of_a_town_is_cut(cities, expected):
    """Salz, Regen and Burg are towns."""
    times = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    assert survivor(rows(city=cities, email=["ida@lumo.example"] * 2, updated_at=times))["city"] == expected
