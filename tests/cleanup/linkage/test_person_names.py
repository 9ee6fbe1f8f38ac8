"""Given and family names: honorifics, initials and middle names."""

from linkage_stages import standardized


def test_a_name_that_may_be_an_honorific_stays_a_name():
    """M. is not always Monsieur, and Pan not always Sir."""
    names = ["M. Edwards", "Pan Wei", "Wei Ma", "Fr. Jean Dupont", "Pan Jan Nowak", "Dr. Ada Berg", "M. Jean Dupont"]
    found = standardized(full_name=names)
    assert list(zip(found["first"], found["last"], strict=True)) == [
        ("m", "edwards"), ("pan", "wei"), ("wei", "ma"), ("jean", "dupont"), ("jan", "nowak"), ("ada", "berg"),
        ("jean", "dupont"),
    ]  # fmt: skip
    assert standardized(first_name=["M."], last_name=["Ma"]).select("first", "last").row(0) == ("m", "ma")


def test_a_middle_name_is_not_a_family_name():
    assert standardized(full_name=["William Henry James", "Narcisa Barrio Jaén"])["second"].to_list() == ["", "barrio"]


def test_middle_names_and_initials_are_the_same_from_whole_names_and_from_columns():
    whole = standardized(full_name=["John A. Smith", "John Smith", "José García López"])
    assert whole["middle"].to_list() == ["a", "", "garcia"]
    columns = standardized(first_name=["John A", "John"], last_name=["Smith", "Smith"])
    assert columns.select("first", "middle", "last").rows() == [("john", "a", "smith"), ("john", "", "smith")]
