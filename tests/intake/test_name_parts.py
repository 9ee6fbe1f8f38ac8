"""Name parts that a list adds to a known lead are those of its full name."""

import polars as pl

from each_case import each_case
from pb2b_notebook.intake.name_parts import spell_added_parts


@each_case(
    ("full", "first", "last", "wanted"),
    [
        ("Małgorzata Dąbrowska", "MALGORZATA", "Dabrowska", ("Małgorzata", "Dąbrowska")),
        ("Priya Raghunathan", "Priya", "Ragunathan", (None, None)),
        ("Leroy, Christophe", "Christophe", "LEROY", ("Christophe", "Leroy")),
        ("dr. anna weber", "Anna", "Weber", ("Anna", "Weber")),
        ("Benoit DUBOIS", "Benoît", "Dubois", ("Benoit", "Dubois")),
        ("Theodore R. Grant", "Ted", "Grant", (None, None)),
        ("Alexandra v. Thurn", "Alexandra", "von Thurn", (None, None)),
        ("Anna Weber-Koch", "Anna", "Weber", (None, None)),
        ("Anna Weber", None, "Weber", (None, None)),
        ("Mary Jane Watson", "Mary", "Watson", ("Mary", "Watson")),
        ("Luis Fernando Ortega Ruiz", "L. Fernando", "Ortega", (None, None)),
        ("Luis Fernando Ortega Ruiz", "Luis Fernando", "ORTEGA RUIZ", ("Luis Fernando", "Ortega Ruiz")),
        ("Gonçalo Vasconcelos de Noronha", "Gonçalo", "Noronha", (None, None)),
        ("Ana Martín Robles", "Ana", "Robles", (None, None)),
        ("Jan van der Berg", "Jan", "Berg", (None, None)),
        ("Giulia Maria Rossi", "Giulia", "Rossi", ("Giulia", "Rossi")),
        ("John Q. Public Jr.", "John", "Public Jr.", ("John", "Public Jr.")),
        ('William "Bill" Byrne', "William", "Byrne", ("William", "Byrne")),
        ("中村 浩", "浩", "中村", ("浩", "中村")),
        ("欧阳修远", "修远", "欧阳", ("修远", "欧阳")),
        ("", "Ada", "Berg", ("Ada", "Berg")),
        ("Maria De La Cruz", "Maria De La", "CRUZ", ("Maria De La", "Cruz")),
        ("Krzysztof Gżegżółka", "Gzegzolka", "Krzysztof", (None, None)),
        ("Reto Caduff", "Caduff", "Reto", (None, None)),
        ("Beat Zgraggen-Gisler", "Zgraggen-Gisler", "Beat", (None, None)),
        ("Ødegård Tveit", "Tveit", "Ødegård", (None, None)),
        ("Олена Шевчук", "Шевчук", "Олена", (None, None)),
        ("Nagy Anna", "Anna", "NAGY", ("Anna", "Nagy")),
        ("Ximen Thomas", "Ximen", "Thomas", ("Ximen", "Thomas")),
    ],
)
def test_parts_are_added_as_the_full_name_spells_them(full, first, last, wanted):
    record = {"id": "lead_1", "full_name": full, "first_name": first, "last_name": last}
    leads = pl.DataFrame([{"id": "lead_1", "full_name": full}])
    spelled = spell_added_parts(pl.DataFrame([record]), leads)
    assert spelled.frame.select("first_name", "last_name").row(0) == wanted
    assert spelled.kept == ({"lead_1"} if wanted == (None, None) else set())


def test_a_part_is_not_added_beside_one_that_has_its_words():
    lead = {"id": "lead_1", "full_name": "Maria De La Cruz", "last_name": "De La Cruz"}
    record = pl.DataFrame([lead | {"first_name": "Maria De La"}])
    assert spell_added_parts(record, pl.DataFrame([lead])).frame["first_name"].to_list() == [None]


def test_new_people_and_parts_of_the_lead_itself_stay():
    records = [("lead_1", "Ada Berg", "Adda"), (None, "Ada Berg", "Adda")]
    frame = pl.DataFrame(records, schema=["id", "full_name", "first_name"], orient="row")
    leads = pl.DataFrame({"id": ["lead_1"], "full_name": ["Ada Berg"], "first_name": ["Adda"]})
    assert spell_added_parts(frame, leads).frame.equals(frame)
