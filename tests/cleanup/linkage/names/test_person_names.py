"""Given and family names: honorifics, initials and middle names."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from linkage_stages import standardized
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.names.person_names import name_parts
from pb2b_notebook.cleanup.linkage.names.plain_names import plain_name
from pb2b_notebook.cleanup.values.given_names import formal_names


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


def test_names_have_the_same_parts_from_columns_and_from_a_whole_name():
    names = [
        ("José", "García López"), ("Anne-Marie", "Dupont"), ("J.-P.", "Dubois"), ("Maria del Carmen", "García"),
        ("Ludwig", "van Beethoven"), ("Mary Ann", "Smith-Jones"), ("Jean-Luc-Marie", "Roux"), ("Robert", "Smith III"),
        ("Monika", "Schulze, geb. Adler"), ("Eva Maria", "van den Berg (geborene Adler)"), ("Ann", "Smith f/k/a Jones"),
        ("Eva", "Virtanen o.s. Laine"), ("Carmela", "Esposito in Ruocco"), ("Ola", "Nowak z d. Zając"),
    ]  # fmt: skip
    whole = standardized(full_name=[" ".join(name) for name in names])
    columns = standardized(first_name=[first for first, _ in names], last_name=[last for _, last in names])
    assert whole.equals(columns)
    assert whole.select("first", "middle", "last").rows() == [
        ("jose", "garcia", "lopez"), ("annemarie", "", "dupont"), ("j", "p", "dubois"),
        ("maria", "del carmen", "garcia"), ("ludwig", "", "vanbeethoven"), ("mary", "ann", "smithjones"),
        ("jeanlucmarie", "", "roux"), ("robert", "", "smith"), ("monika", "adler", "schulze"),
        ("eva", "maria adler", "vandenberg"), ("ann", "jones", "smith"), ("eva", "laine", "virtanen"),
        ("carmela", "ruocco", "esposito"), ("ola", "zajac", "nowak"),
    ]  # fmt: skip
    assert "iii" in whole["generation"]


@each_case(
    ("turned", "usual"),
    [
        ("De Luca Maria Grazia", "Maria Grazia De Luca"), ("De Luca Mario", "Mario De Luca"),
        ("De La Cruz García Ana María", "Ana María De La Cruz García"), ("Van der Berg Jan", "Jan van der Berg"),
        ("Von der Heide Karl", "Karl von der Heide"), ("Le Goff Yann", "Yann Le Goff"),
        ("Lo Presti Carlo", "Carlo Lo Presti"),
        ("Dos Santos Ana", "Ana dos Santos"), ("Al Farsi Omar", "Omar Al Farsi"),
    ],
)  # fmt: skip
def test_a_family_name_with_particles_before_a_given_name_is_the_same_name(turned: str, usual: str):
    found = standardized(full_name=[turned, usual])
    assert found.row(0) == found.row(1)


@each_case(
    ("first", "last", "parts"),
    [
        ("De Luca", "Maria Grazia", ("maria", "grazia", "deluca")), ("Van der Berg", "Jan", ("jan", "", "vanderberg")),
        ("De Andre", "Johnson", ("de", "andre", "johnson")), ("Al Bernard", "Gore", ("al", "bernard", "gore")),
    ],
)  # fmt: skip
def test_particles_show_swapped_columns_and_begin_given_names_too(first: str, last: str, parts: tuple[str, ...]):
    assert standardized(first_name=[first], last_name=[last]).select("first", "middle", "last").row(0) == parts


def test_a_family_name_before_a_given_name_with_a_hyphen_is_the_same_name():
    found = standardized(full_name=["Kim Min-ji", "Min-ji Kim"])
    assert found.select("first", "last").rows() == [("kim", "minji"), ("minji", "kim")]


@each_case(
    "name",
    [
        "{} Smith, CFA", "{} Smith CFA", "{} Smith, CXQ", "{} Smith, Foobar", "{} Smith, ACSM-CPT", "{} Smith, M.Sc.",
        "{} Smith - MBA", "{} Smith | MBA", "{} Smith (he/him)", "{} Smith, PMP®", "{} Smith, Ph.D., CFA, CAIA",
        "Dr. med. {} Smith", "Dr. rer. nat. {} Smith", "Dipl.-Kfm. {} Smith", "Dipl.-Ing. (FH) {} Smith",
        "Engr. {} Smith", "Chief {} Smith", "Sayın {} Smith", "Smith, Dr. {}", "Smith, {}, PhD", "{} CXQ Smith, CXQ",
    ],
)  # fmt: skip
def test_a_title_or_credential_is_never_a_part_of_a_name(name):
    found = standardized(full_name=[name.format("John"), name.format("Mary")])
    assert found.select("first", "last").rows() == [("john", "smith"), ("mary", "smith")]


@each_case(
    ("name", "parts"),
    [
        ("Di Stefano Alfredo", ("alfredo", "", "distefano", "")),
        ("Carmela Esposito in Ruocco", ("carmela", "ruocco", "esposito", "")),
        ("Anna Nowak z domu Lis", ("anna", "lis", "nowak", "")),
        ("Pan Xiao Ting", ("pan", "xiao", "ting", "")),
        ("Gen Suzuki", ("gen", "", "suzuki", "")),
        ("DI CATO, JOSEPH A", ("joseph", "a", "dicato", "")),
        ("GARCIA LOPEZ, ANA", ("ana", "garcia", "lopez", "")),
        ("van der Berg, Jan", ("jan", "", "vanderberg", "")),
        ("Nguyễn Văn An", ("an", "vawn", "nguyen", "")),
        ("An Nguyen Van", ("an", "vawn", "nguyen", "")),
        ("Nguyễn Thị Vân", ("van", "thij", "nguyen", "")),
        ("Vân Thị Nguyễn", ("van", "thij", "nguyen", "")),
        ("Thi Van Nguyen", ("thi", "vawn", "nguyen", "")),
        ("Đoàn Thị Minh Khai", ("minh", "khai thij", "doan", "")),
        ("Haase, Uta", ("uta", "", "haase", "")),
        ("Jan van Dam", ("jan", "", "vandam", "")),
        ("Smith, Jr., John", ("john", "", "smith", "jr")),
        ("Junior Lopez", ("junior", "", "lopez", "")),
        ("Junior Lopez Silva Jr", ("junior", "lopez", "silva", "jr")),
        ("Jr. Lopez", ("", "", "lopez", "jr")),
        ("O'Brien, Pat, Jr.", ("pat", "", "obrien", "jr")),
        ("Robert Smith III", ("robert", "", "smith", "iii")),
        ("Max Weber jun.", ("max", "", "weber", "jr")),
        ("Иванов Иван Петрович", ("ivan", "petrovich", "ivanov", "")),
        ("Иван Петрович Иванов", ("ivan", "petrovich", "ivanov", "")),
        ('John "Jack" Smith', ("john", "", "smith", "")),
        ("Maria Schmidt geb. Müller", ("maria", "muller", "schmidt", "")),
        ("Maria (geb. Müller) Schmidt", ("maria", "muller", "schmidt", "")),
        ("Schmidt geb. Müller, Maria", ("maria", "muller", "schmidt", "")),
        ("Attn: Robert Wilson", ("robert", "", "wilson", "")),
        ("1. Robert Wilson", ("robert", "", "wilson", "")),
        ("z.Hd. Herrn Robert Wilson", ("robert", "", "wilson", "")),
        ("#12 R. Wilson", ("r", "", "wilson", "")),
        ("à l'attention de M. Jean Roux", ("jean", "", "roux", "")),
        ("FAO Ann Wilson", ("ann", "", "wilson", "")),
        ("Mª José Pérez", ("maria", "jose", "perez", "")),
        ("Ma. José Pérez", ("maria", "jose", "perez", "")),
        ("Ma. Teresa Ruiz", ("maria", "teresa", "ruiz", "")),
        ("Ma José Ruiz", ("maria", "jose", "ruiz", "")),
        ("MA. JOSE RUIZ", ("maria", "jose", "ruiz", "")),
        ("Ma Jian", ("ma", "", "jian", "")),
        ("Ma Rosa", ("ma", "", "rosa", "")),
        ("Yo-Yo Ma.", ("yoyo", "", "ma", "")),
        ("Joh. Müller", ("joh", "", "muller", "")),
        ("Dr. Wm. Henry Smith", ("wm", "henry", "smith", "")),
        ("St. John Smith", ("john", "", "smith", "")),
        ("J. vd Berg", ("j", "", "vandenberg", "")),
        ("Jan v.d. Berg", ("jan", "", "vandenberg", "")),
        ("Anna v. Thurn", ("anna", "", "vonthurn", "")),
        ("V. Berg", ("v", "", "berg", "")),
        ("John V. Smith", ("john", "v", "smith", "")),
        ("Schmidt (née Müller), Maria Eva", ("maria", "eva muller", "schmidt", "")),
        ("Xiaoming (Kevin) Li", ("xiaoming", "kevin", "li", "")),
        ('William "Skip" Jones', ("william", "skip", "jones", "")),
        ("Jones, William (Bill)", ("william", "", "jones", "")),
        ("Dirk Jones (Einkauf)", ("dirk", "", "jones", "")),
        ("Jean Claude DUPONT", ("jean", "claude", "dupont", "")),
        ("John Paul LEE", ("john", "paul", "lee", "")),
        ("Jack MA", ("jack", "", "ma", "")),
        ("Max & Anna Gray", ("max", "", "gray", "")),
        ("Dr. Gomes & Dr. Lui", ("", "", "gomes", "dr")),
        ("Mr. Smith", ("", "", "smith", "mr")),
        ("Lieut. Smith", ("", "", "smith", "lt")),
        ("Prof. Dr. Smith", ("", "", "smith", "prof")),
        ("Sr. García", ("", "", "garcia", "mr")),
        ("Robert Smith Sr", ("robert", "", "smith", "sr")),
        ("Dr. Robert Smith, Sr., MD", ("robert", "", "smith", "sr")),
        ("Smith, Sr., John", ("john", "", "smith", "sr")),
        ("Hans Meier sen.", ("hans", "", "meier", "sr")),
        ("Smith, CFA", ("", "", "smith", "")),
        ("山田太郎様", ("田太郎", "", "山", "")),
    ],
)
def test_a_whole_name_is_split_by_its_form(name, parts):
    assert standardized(full_name=[name]).select("first", "middle", "last", "generation").row(0) == parts


def test_a_particle_behind_a_family_name_belongs_before_it():
    found = standardized(first_name=["Jan", "Jan"], last_name=["Berg, van den", "van den Berg"])
    assert found["last"].to_list() == ["vandenberg"] * 2


@pytest.mark.parametrize("letters", ["DO", "LA", "DE"])
def test_a_credential_or_state_behind_a_name_is_not_a_particle(letters):
    found = standardized(full_name=[f"John Smith, {letters}"])
    assert found.select("first", "last").row(0) == ("john", "smith")


def test_a_title_alone_in_a_name_column_is_not_a_name():
    found = standardized(first_name=["Dr.", "Dr. Peter"], last_name=["Weber", "Weber, MBA"])
    assert found.select("first", "last").rows() == [("", "weber"), ("peter", "weber")]


NICKNAMES = [
    "pepe/jose", "paco/francisco", "nacho/ignacio", "chema/jose", "lola/dolores", "hans/johannes", "sepp/josef",
    "uli/ulrich", "sasha/aleksandr", "misha/mikhail", "katya/ekaterina", "gena/gennady", "beppe/giuseppe", "gigi/luigi",
    "sandro/alessandro", "titi/thierry", "fred/frederic", "lise/elisabeth", "chico/francisco", "ze/jose",
    "kasia/katarzyna", "wojtek/wojciech", "kuba/jakub", "henk/hendrik", "sjaak/jacques", "kees/cornelis", "lasse/lars",
    "kalle/karl", "pista/istvan", "jancsi/janos", "honza/jan", "tonda/antonin", "yannis/ioannis", "bob/robert",
    "mattie/matthew", "abbie/abbigail", "cait/caitlin",
    "wm/william", "wm/bill", "geo/george", "jas/jim", "joh/hans", "fco/francisco",
    "joh/john", "geo/georg", "wilh/wilhelmina",
    "stoffu/christoph", "chrigu/christian", "aschi/ernst", "housi/hans",
    "gergo/gergely", "bandi/andras", "orsi/orsolya", "costi/constantin", "petya/pyotr", "luda/lyudmila",
    "tanya/tetiana", "majka/marie", "duro/juraj", "jozo/josip", "pesho/petar", "lefteris/eleftherios", "thijs/mattheus",
    "jocke/johan", "gummi/gudmundur", "tavo/gustavo", "lino/pasquale", "zeze/jose", "babette/elisabeth",
    "fiete/friedrich",
]  # fmt: skip
NOT_NICKNAMES = [
    "erin/aaron", "lisa/alice", "andrew/andrea", "leah/ashley", "emily/amelia", "felix/felicia", "micah/michael",
    "branko/branimir", "mirko/miroslav", "hildegard/brunhilde", "ottilie/mathilde", "petra/petr", "dana/daniela",
]  # fmt: skip
"""Pairs that the package nicknames has, of names that two people have."""


def share_a_formal_name(pair):
    one, other = (name.replace("ue", "u") for name in pair.split("/"))  # as names are folded
    return bool(formal_names().get(one, frozenset()) & formal_names().get(other, frozenset()))


@each_case(
    ("elder", "younger"),
    [
        ("Ana Ruiz (madre)", "Ana Ruiz (hija)"),
        ("Paul Roux (père)", "Paul Roux (Fils)"),
        ("Jan Bok st.", "Jan Bok ml."),
        ("id. Kovács János", "ifj. Kovács János"),
        ("Karl Uhl [Vater]", "Karl Uhl (Sohn.)"),
        ("Aldo Neri sr", "Aldo Neri jun."),
        ("Aldo Neri (sen.)", "Aldo Neri figlio"),
        ("Jan Wit (st.)", "Jan Wit mł."),
        ("Чернов Иван Петрович (ст.)", "Чернов Иван Петрович (мл.)"),
        ("Чернов Иван Петрович старший", "Чернов Иван Петрович мл."),
    ],
)
def test_parent_and_child_of_one_name_are_of_two_generations(elder, younger):
    found = standardized(full_name=[elder, younger])
    assert found["generation"].to_list() == ["sr", "jr"]
    assert found.select("first", "last").n_unique() == 1


@each_case(
    "name",
    ["Ayşe Yılmaz (KIZI)", *(f"Max Müller ({word})" for word in ("ID", "ST", "ML")), "Jun Kim (Jun)", "Id. Khan Ali"],
)
def test_other_words_in_brackets_are_no_generation(name):
    assert standardized(full_name=[name])["generation"].to_list() == [""]


def test_a_generation_in_brackets_is_read_behind_a_family_name():
    found = standardized(first_name=["Manuel"] * 2, last_name=["Ruiz (padre)", "Ruiz (hijo)"])
    assert found.select("first", "last", "generation").rows() == [("manul", "ruiz", "sr"), ("manul", "ruiz", "jr")]


def test_nicknames_of_many_languages_stand_for_their_names():
    assert [pair for pair in NICKNAMES if not share_a_formal_name(pair)] == []


def test_two_formal_names_are_not_nicknames():
    assert [pair for pair in NOT_NICKNAMES if share_a_formal_name(pair)] == []


def test_a_nickname_joins_no_two_colleagues_who_have_an_address_each():
    rows = pd.DataFrame(
        {
            "full_name": ["José Ruiz", "Pepe Ruiz", "Hans Weber", "Johannes Weber"],
            "company_name": ["Nordlicht Optik"] * 2 + ["Zenker Reisen"] * 2,
            "email": [f"{name}@firm.example" for name in ("jose.ruiz", "pepe.ruiz", "hans.weber", "johannes.weber")],
        }
    )
    found = cleanup.duplicates(rows)
    assert found.frame["cluster_size"].tolist() == [1] * 4


def test_a_note_in_place_of_a_name_is_read_as_far_as_a_name_goes():
    assert plain_name("Ada Berg " + "a in " * 5000, {"ada"}, whole=True).startswith("Ada Berg a a in")


@each_case("family", ["Roux fils", "ROUX FILS", "Roux hijo", "Roux, d. J.", "Roux (fils)"])
def test_the_word_of_a_generation_is_read_behind_a_family_name_in_a_column_of_its_own(family):
    assert standardized(first_name=["Michel"], last_name=[family]).select("last", "generation").row(0) == ("roux", "jr")


def test_a_hungarian_wife_has_the_given_name_of_her_husband():
    names = ["Nagy Lászlóné", "TOTH JANOSNE", "Nagy László", "Yvonne Lane", "Anna Leone", "Peter Milne"]
    assert standardized(full_name=names)["generation"].to_list() == ["wife", "wife", "", "", "", ""]


@pytest.mark.parametrize("family", ["Villepin (de)", "de Villepin", "Villepin, de"])
def test_the_particle_in_brackets_stands_before_the_family_name(family):
    assert standardized(first_name=["Dominique"], last_name=[family])["last"].to_list() == ["devillepin"]


def test_other_brackets_behind_a_family_name_are_no_particle():
    names = ["Berg (Einkauf)", "La Fontaine (de)", "LA FONTAINE (DE)", "Berg (van den)", "Smith (DO)", "SMITH (DE)"]
    found = standardized(first_name=["Ada"] * len(names), last_name=names)["last"].to_list()
    assert found == ["berg", "delafontaine", "delafontaine", "vandenberg", "smith", "smith"]
    whole = standardized(full_name=["John Smith (DE)", "Maria Rossi (Di)", "Vanessa Smith (Van)"])
    assert whole["last"].to_list() == ["smith", "rossi", "smith"]


def test_a_saint_is_one_word_written_out_or_short():
    same = ["Ann St. Pierre", "Ann Saint-Pierre", "ANN ST-PIERRE", "Ann Saint Pierre", "Saint-Pierre, Ann"]
    others = ["Eva Sta. Maria", "Eva Santa Maria", "Ste Walker", "Saint West", "Stella Maris"]
    whole = [*same, *others]
    columns = {"first_name": [""] * len(whole), "last_name": [""] * len(whole), "full_name": whole}
    parts = name_parts(pl.DataFrame(columns)).select("first", "middle", "last").rows()
    assert {*parts[: len(same)]} == {("ann", "", "stpierre")}
    assert {*parts[len(same) : -3]} == {("eva", "santa", "maria")}
    assert parts[-3:] == [("ste", "", "walker"), ("saint", "", "west"), ("stella", "", "maris")]


def test_a_saint_is_one_word_in_a_column_of_family_names():
    families = ["St. Pierre", "Saint-Pierre", "Saint Pierre", "Ste-Pierre"]
    columns = {"first_name": ["Ann"] * 4, "last_name": families, "full_name": [""] * 4}
    assert {*name_parts(pl.DataFrame(columns)).select("first", "last").rows()} == {("ann", "stpierre")}
