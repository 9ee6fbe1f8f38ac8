"""Names corrected by the row's own address or LinkedIn profile."""

from each_case import each_case
from linkage_stages import features_of


@each_case(
    ("typed", "columns", "corrected"),
    [
        (("Diana", "Glnewooder"), {"email": "diana.glenwooder@nord.example"}, ("diana", "glenwooder")),
        (("Diana", "Glnewooder"), {"email": "dglenwooder@nord.example"}, ("diana", "glenwooder")),
        (("Daina", "Glenwooder"), {"email": "glenwooder.diana@nord.example"}, ("diana", "glenwooder")),
        (
            ("D.", "Glenwooder"),
            {"linkedin_url": "https://linkedin.com/in/diana-glenwooder-4f2a"},
            ("diana", "glenwooder"),
        ),
        (("D.", "Glenwooder"), {"email": "dianaglenwooder88@gmail.com"}, ("diana", "glenwooder")),
        # A colleague's address, an address with the same typo, and a name that is not in the list.
        (("Vera", "Holm"), {"email": "diana.glenwooder@nord.example"}, ("vera", "holm")),
        (("Diana", "Glenwooder"), {"email": "diana.glnewooder@nord.example"}, ("diana", "glenwooder")),
        (("Diana", "Glenwoader"), {"email": "diana.glenwooter@nord.example"}, ("diana", "glenwoader")),
        (("D.", "Glenwooder"), {"email": "info@nord.example"}, ("d", "glenwooder")),
        # Daniela may write from Daniel's address: both names are known.
        (("Daniela", "Holm"), {"email": "daniel.holm@nord.example"}, ("daniela", "holm")),
    ],
)
def test_a_name_is_corrected_as_the_rows_address_spells_it(typed, columns, corrected):
    known = [
        {"first_name": first, "last_name": "Glenwooder", "email": f"x{n}@a{n}.example"}
        for first in ("Diana", "Daniel") for n in range(9)
    ]  # fmt: skip
    found = features_of([*known, {"first_name": typed[0], "last_name": typed[1], **columns}])
    assert found.select("first", "last").row(-1) == corrected
