"""Finding duplicates: the same result whatever the order of rows, the library and the threads, for any frame."""

import random
from itertools import permutations

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.scores import list_scoring
from pb2b_notebook.errors import CleanupError

PEOPLE = {
    "id": ["l1", "l2", "l3", "l4", "l5", "l6", "l7"],
    "full_name": ["Robert Hale", "Bob Hale", "HALE, Robert", "Ada Berg", "Ada Berg", "Jürgen Müller", "Mueller Jürgen"],
    "email": [
        "robert.hale@nordlicht.example", "robert.hale@nordlicht.example", "r.hale@nordlicht.example",
        "ada.berg@birkenhain.example", "ada.berg@kupferbach.example", "j.mueller@sternwiese.example", None,
    ],
    "phone": [
        "+1 212 555 0112", None, "(212) 555-0112", "+49 30 2312 5001", "+49 89 9999 8002", "+49 40 669 69123",
        "040/66969123",
    ],
    "company_name": [
        "Nordlicht Inc.", "Nordlicht", "NORDLICHT, Inc", "Birkenhain GmbH", "Kupferbach AG", "Sternwiese KG",
        "Sternwiese",
    ],
}  # fmt: skip


FAMILIES = [
    head + tail
    for head in ("Hal", "Berg", "Eklu", "Royd", "Win", "Castel", "Mor", "Fen")
    for tail in ("ton", "ow", "ik")
]


def rows(columns, order=None):
    return pd.DataFrame(columns).iloc[order] if order else pd.DataFrame(columns)


def clusters_of(found, key="id"):
    frame = found.frame.collect() if isinstance(found.frame, pl.LazyFrame) else found.frame
    return dict(zip(frame[key].to_list(), frame["cluster_id"].to_list(), strict=True))


def noisy(n=400, seed=3):
    """Return people with one or two rows each, with variations."""
    rng, found = random.Random(seed), {name: [] for name in PEOPLE}
    for number in range(n):
        first, last = rng.choice(["Robert", "Anna", "Jörg", "Zoë", "Michael"]), rng.choice(FAMILIES)
        firm = rng.randrange(60)
        for again in range(rng.choice([1, 1, 1, 2])):
            found["id"].append(f"l{number}-{again}")
            found["full_name"].append(
                {"Robert": "Bob", "Michael": "Mike"}.get(first, first) + " " + last if again else f"{first} {last}"
            )
            found["email"].append(
                f"{first.lower()}.{last.lower()}{number}@firm{firm}.example" if rng.random() < 0.9 else None
            )
            found["phone"].append(f"+4930{number:07d}" if rng.random() < 0.7 else "+49301111111")
            found["company_name"].append(f"Firm {firm} GmbH")
    return found


def test_people_are_found_and_namesakes_kept_apart(make_frame):
    found = cleanup.duplicates(make_frame(PEOPLE))
    by = clusters_of(found)
    assert by["l1"] == by["l2"] == by["l3"]
    assert by["l6"] == by["l7"]
    assert by["l4"] != by["l5"]
    assert len(set(by.values())) == 4


def test_every_pair_has_reasons():
    pairs = cleanup.duplicates(pd.DataFrame(PEOPLE)).pairs
    reasons = pairs.set_index(["row_a", "row_b"])["reasons"].to_dict()
    reasons |= {(b, a): words for (a, b), words in reasons.items()}
    assert reasons["l1", "l2"].startswith("same email address; same family name; first names are nicknames")
    assert "swapped" not in reasons["l6", "l7"] or "same name" in reasons["l6", "l7"]


def test_the_order_of_rows_does_not_matter():
    columns = noisy()
    order = list(range(len(columns["id"])))
    random.Random(5).shuffle(order)
    first, second = cleanup.duplicates(rows(columns)), cleanup.duplicates(rows(columns, order))
    assert clusters_of(first) == clusters_of(second)
    assert first.pairs.equals(second.pairs)
    assert first.clusters.equals(second.clusters)


def test_without_ids_the_order_of_rows_does_not_matter_either():
    columns = {name: values for name, values in noisy().items() if name != "id"} | {"key": noisy()["id"]}
    order = list(range(len(columns["key"])))
    random.Random(6).shuffle(order)
    assert clusters_of(cleanup.duplicates(rows(columns)), "key") == clusters_of(
        cleanup.duplicates(rows(columns, order)), "key"
    )


def test_the_number_of_threads_does_not_matter(monkeypatch):
    import duckdb

    def clusters_with(threads):
        connect = duckdb.connect
        with monkeypatch.context() as patch:
            patch.setattr(
                duckdb, "connect", lambda **given: connect(config={**given.pop("config"), "threads": threads})
            )
            return clusters_of(cleanup.duplicates(pd.DataFrame(noisy())))

    assert clusters_with(1) == clusters_with(2) == clusters_with(7)


def test_pandas_and_polars_give_the_same_clusters(make_frame):
    assert clusters_of(cleanup.duplicates(make_frame(noisy()))) == clusters_of(
        cleanup.duplicates(pd.DataFrame(noisy()))
    )


def test_new_rows_join_known_clusters_and_change_none():
    columns = noisy()
    everything = pd.DataFrame(columns)
    old = cleanup.duplicates(everything[everything["id"].str.endswith("-0")].reset_index(drop=True)).frame
    new = everything[everything["id"].str.endswith("-1")]
    found = cleanup.duplicates(new, known=old)
    whole, before = clusters_of(cleanup.duplicates(everything)), dict(zip(old["id"], old["cluster_id"], strict=True))
    joined = [row for row, cluster in clusters_of(found).items() if cluster == before[row.replace("-1", "-0")]]
    expected = [row for row in new["id"] if whole[row] == whole[row.replace("-1", "-0")]]
    # Not all of them: a known cluster that is wrong stays as it is, and may keep a row out.
    assert len(set(expected) - set(joined)) <= len(expected) * 0.1
    assert list(found.frame.index) == list(new.index)


def test_choices_win_over_probabilities():
    frame = pd.DataFrame(PEOPLE)
    by = clusters_of(cleanup.duplicates(frame, same=[("l4", "l5")], different=[("l1", "l2"), ("l99", "l1")]))
    assert by["l4"] == by["l5"]
    assert by["l1"] != by["l2"]
    found = cleanup.duplicates(frame, different=[("l99", "l1")])
    assert "1 choice is about rows that are not in the frame" in repr(found)


def test_equal_rows_can_be_kept_apart():
    twins = pd.DataFrame({"full_name": ["Ada Berg"] * 2, "email": ["a@b.example"] * 2})
    assert cleanup.duplicates(twins).frame["cluster_size"].tolist() == [2, 2]
    assert cleanup.duplicates(twins, different=[(0, 1)]).frame["cluster_id"].nunique() == 2


@pytest.mark.parametrize("by_id", [False, True])
def test_equal_rows_that_are_kept_apart_have_the_same_clusters_in_any_order(by_id):
    labels = ["x", "y", "z"]
    rows = pd.DataFrame({"full_name": ["Ada Berg"] * 3, "email": ["a@b.example"] * 3}, index=labels)
    rows = rows.assign(id=labels) if by_id else rows
    found = [
        cleanup.duplicates(rows.loc[list(order)], different=[("x", "y")]).frame["cluster_id"].sort_index().to_dict()
        for order in permutations(labels)
    ]
    assert all(one == found[0] for one in found)


def test_other_columns_are_compared_when_fields_names_them():
    people = pd.DataFrame(
        {
            "col a": ["emily", "emilly", "emily"], "col b": ["roche", "roche", "roche"],
            "born": ["19830412", "19830412", "19560101"], "number": ["4093128", "4093128", "7720913"],
        }
    )  # fmt: skip
    with pytest.raises(CleanupError, match="no column that identifies a person"):
        cleanup.duplicates(people)
    fields = {"col a": "first_name", "col b": "last_name", "born": "identifier", "number": "identifier"}
    assert cleanup.duplicates(people, fields=fields).frame["cluster_size"].tolist() == [2, 2, 1]
    with pytest.raises(CleanupError, match="the frame has no column"):
        cleanup.duplicates(people, fields={"col c": "last_name"})
    with pytest.raises(CleanupError, match="unknown role 'lastname'"):
        cleanup.duplicates(people, fields={"col b": "lastname"})


def test_a_recipe_finds_the_same_duplicates():
    found = cleanup.duplicates(pd.DataFrame(PEOPLE), 0.7, different=[("l1", "l2")])
    recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(found).to_json())
    again = recipe.run(pd.DataFrame(PEOPLE)).results["duplicates"]
    assert clusters_of(again) == clusters_of(found)


class TestBadInput:
    def test_an_empty_frame(self, make_frame):
        found = cleanup.duplicates(make_frame({"full_name": [], "email": []}))
        assert "0 rows" in repr(found)
        assert len(found.pairs) == len(found.clusters) == len(found.bridges) == len(found.sample()) == 0

    def test_columns_without_values(self):
        frame = pd.DataFrame({"full_name": [None, None], "email": ["a@b.example", "a@b.example"]}, dtype=object)
        assert cleanup.duplicates(frame).compared == ("email",)
        with pytest.raises(CleanupError, match="full_name"):
            cleanup.duplicates(pd.DataFrame({"full_name": [None, None]}, dtype=object))

    def test_missing_fields_that_would_help_are_reported(self):
        assert "missing fields that would help: full_name, phone" in repr(
            cleanup.duplicates(pd.DataFrame({"email": ["a@b.example"]}))
        )

    def test_rows_without_values_are_not_linked(self):
        frame = pd.DataFrame({"full_name": ["", None, "n/a", "Ada Berg"], "email": [None, " ", None, None]})
        assert cleanup.duplicates(frame).frame["cluster_id"].nunique() == 4

    def test_an_index_with_repeated_labels_is_kept(self):
        frame = pd.DataFrame(PEOPLE).set_index(pd.Index([1, 1, 2, 2, 2, 9, 9]))
        assert cleanup.duplicates(frame).frame.index.tolist() == [1, 1, 2, 2, 2, 9, 9]

    def test_ten_thousand_equal_rows(self):
        frame = pl.DataFrame({"full_name": ["Ada Berg"] * 10_000, "email": ["ada@b.example"] * 10_000})
        found = cleanup.duplicates(frame)
        assert found.clusters["size"].to_list() == [10_000]

    def test_one_value_in_every_row(self):
        n = 2_000
        frame = pl.DataFrame(
            {"full_name": [f"P{i} Q{i}" for i in range(n)], "company_name": ["Acme"] * n, "phone": ["+49301234567"] * n}
        )
        found = cleanup.duplicates(frame)
        assert found.frame["cluster_id"].n_unique() > n * 0.95
        assert "phone number" in found.dropped["key"].to_list()

    def test_unpaired_surrogates_long_texts_and_mixed_types(self):
        frame = pd.DataFrame(
            {
                "full_name": ["\ud800 Hale", "\ud800 Hale", 17, None, "x" * 1_000_000, ["a"], 1.5],
                "email": ["h@b.example", "h@b.example", float("nan"), pd.NaT, "y" * 1_000_000, b"bytes", True],
            },
            dtype=object,
        )
        assert cleanup.duplicates(frame).frame["cluster_size"].tolist()[:2] == [2, 2]

    def test_a_list_is_not_a_frame(self):
        with pytest.raises(CleanupError):
            cleanup.duplicates([{"email": "a@b.example"}])

    @pytest.mark.parametrize("threshold", [0, 1, 2, -1])
    def test_a_threshold_outside_0_to_1_is_refused(self, threshold):
        with pytest.raises(CleanupError, match="between 0 and 1"):
            cleanup.duplicates(pd.DataFrame(PEOPLE), threshold)

    def test_markup_is_escaped(self):
        frame = pd.DataFrame({"<b>": ["1", "2"], "full_name": ["<script>", "<script>"], "email": ["a@b.example"] * 2})
        assert "<b>" not in cleanup.duplicates(frame, fields={"<b>": "text"})._repr_html_()


def test_choices_may_be_groups_of_rows():
    frame = rows(PEOPLE)
    together = clusters_of(cleanup.duplicates(frame, same=[("l1", "l4", "l6")]))
    assert together["l1"] == together["l4"] == together["l6"]
    apart = clusters_of(cleanup.duplicates(frame, different=[("l1", "l2", "l3", "l9")]))
    assert len({apart["l1"], apart["l2"], apart["l3"]}) == 3
    assert cleanup.duplicates(frame, different=[("l1", "l2", "l9")]).unknown_choices == 1


@pytest.mark.parametrize("threshold", ["0.7", None, [0.5], float("nan")])
def test_a_threshold_that_is_not_a_number_is_refused(threshold):
    with pytest.raises(CleanupError, match="between 0 and 1"):
        cleanup.duplicates(pd.DataFrame(PEOPLE), threshold)


def test_missing_values_of_every_kind_link_no_rows():
    frame = pd.DataFrame({"full_name": [1, "Ann", pd.NA, None, float("nan"), pd.NaT]}, dtype=object)
    assert cleanup.duplicates(frame).frame["cluster_size"].tolist() == [1] * 6


def test_the_former_argument_against_still_works_and_warns():
    known = pd.DataFrame({"full_name": ["Ann Lee"], "email": ["a@x.example"]})
    with pytest.warns(DeprecationWarning, match=r"duplicates\(against=…\) was renamed: write known=…"):
        former = cleanup.duplicates(known, against=known)
    assert former.frame["cluster_size"].tolist() == [2]
    apart = cleanup.duplicates(known, known=known, different=[("row 0", "against 0")])  # as a former release named it
    assert former.pairs["row_a"].tolist() == ["known 0"]
    assert (apart.frame["cluster_size"].tolist(), apart.unknown_choices) == ([1], 0)


def test_no_new_cluster_has_the_name_of_a_known_one():
    """Rows that say too little to be one person have names by one hash, with numbers: those of known rows are taken."""
    vague = pl.DataFrame({"full_name": ["Ada Berg", None, None], "country": ["DE"] * 3})
    known = cleanup.duplicates(vague).frame
    found = cleanup.duplicates(vague, known=known)
    assert found.frame["cluster_size"].to_list() == [2, 1, 1]
    assert len({*known["cluster_id"][1:], *found.frame["cluster_id"][1:]}) == 4


def test_a_result_is_shown_where_known_rows_have_columns_of_other_types():
    leads = pl.DataFrame({"email": ["a@x.example", "b@x.example"], "full_name": ["Ada Berg", "Bo Li"], "phone": "0"})
    known = leads.head(1).with_columns(id=pl.lit("l1"), cluster_id=pl.lit("c"), phone=pl.lit([["0301"]]))
    found = cleanup.duplicates(leads, known=known)
    assert "rows that are known already: 1; new: 1" in repr(found)
    with pytest.raises(CleanupError, match="other types in known=: phone"):
        cleanup.merge(leads, found)


def test_known_cluster_ids_may_be_numbers():
    old = pd.DataFrame({"full_name": ["Ann Lee"], "email": ["a@x.example"], "cluster_id": [7]})
    found = cleanup.duplicates(old.drop(columns="cluster_id"), known=old)
    assert found.frame["cluster_id"].tolist() == ["7"]


def test_differences_are_reported_after_but():
    people = pd.DataFrame({
        "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2, "customer": ["12", "12"],
        "born": ["19700102", "19981130"],
    })  # fmt: skip
    found = cleanup.duplicates(people, 0.001, fields={"customer": "identifier", "born": "identifier"})
    agreements, objections = found.pairs["reasons"][0].split("; but ")
    assert "same customer" in agreements
    assert objections == "born differs"


NAMES_OF_THE_WORLD = [
    ("Новак Ђоковић", "Novak Djokovic"), ("Новак Ђоковић", "Novak Đoković"), ("Đorđe Nikolić", "Ђорђе Николић"),
    ("გიორგი ბერიძე", "Giorgi Beridze"), ("Արմեն Սարգսյան", "Armen Sargsyan"),
    ("Հարություն Պետրոսյան", "Harutyun Petrosyan"), ("Алексей Рыбаков", "Aleksei Rybakov"),
    ("Марија Петровска", "Marija Petrovska"), ("Іван Шевчук", "Ivan Shevchuk"),
    ("Дмитрий Иванов", "Dmitry Ivanov"), ("Евгений Никитин", "Yevgeni Nikitin"), ("Dmitri Ozerov", "Dmitriy Ozerov"),
    ("Александр Лебедев", "Alexander Lebedev"), ("Mohamed Hamdan", "Muhammad Hamdan"),
    ("Нұрсұлтан Әбішев", "Nursultan Abishev"), ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
]  # fmt: skip


def test_a_name_in_another_alphabet_is_found():
    rows = [
        {"full_name": name, "company_name": f"{chr(65 + number) * 4}oration", "city": f"{chr(75 + number) * 4}stadt"}
        for number, names in enumerate(NAMES_OF_THE_WORLD)
        for name in names
    ]
    ids = cleanup.duplicates(pl.DataFrame(rows)).frame["cluster_id"].to_list()
    missed = [names for at, names in enumerate(NAMES_OF_THE_WORLD) if ids[2 * at] != ids[2 * at + 1]]
    assert missed == []
    assert len(set(ids)) == len(NAMES_OF_THE_WORLD)


def test_patterns_are_counted_in_order_because_sums_of_floats_depend_on_it():
    counted = pl.DataFrame({"pattern": [7 * n % 1_009 for n in range(3_000)], "n": [1] * 3_000, "halves": [0] * 3_000})
    counts = list_scoring._pattern_counts(counted, None)
    assert counts[0].tolist() == list(range(1_009))


@pytest.fixture(scope="module")
def one_person():
    leads = pd.DataFrame({"email": ["ada@a.example"] * 2, "full_name": ["Ada Berg"] * 2})
    return leads, cleanup.duplicates(leads)


@pytest.mark.parametrize("wrong", [5, b"x", [[1]], {"a": None}, float("nan"), pd.NA, pd.Series([1])])
def test_weights_and_rules_of_another_type_are_refused(wrong, one_person):
    leads, found = one_person
    with pytest.raises(CleanupError, match="weights= must be weights or their JSON"):
        cleanup.duplicates(leads, weights=wrong)
    if not hasattr(wrong, "items"):
        with pytest.raises(CleanupError, match="rules= must be a dict from field to rule"):
            cleanup.merge(leads, found, rules=wrong)
