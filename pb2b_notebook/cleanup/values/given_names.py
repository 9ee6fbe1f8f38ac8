"""Given names, and the formal names that short and familiar forms stand for: Bob is Robert."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_STEM, _FAMILIAR_ENDINGS = 3, ("ie", "y", "i", "ee")
"""Letters that a name and its familiar form share at the least, and how the form ends: Allison, Ally."""
_FORMS_OF_BOTH = """
    adri al ale aleks alex ali andi andre andy ash benny bernie bertie billie bobbie bobby bobi bren cam charley
    charlie chris christy clem conny cor corny cris dani danni dany dee del dom domi dre drew eli emi fanfan fede
    feli fer flo fra fran frankie franky freddie freddy friedel gab gabby gabi gaby geo georgie geri gerry gert
    gio giusy goga guille gus henny jackie jacky jan jas jay jess jessie jo joey joh jos joy jule jules kaja kim
    kit kris laurie leen les lex lexi lolo lou louie lu majo manu marce mari marty mattie matty max maxi mel mica
    micha michi mickey micky mik misa misha mo momo nanni nat nati natty nic nicki nicky nico nik niki nikki ollie
    olly pat patou patsy pau pepa pepi peta phil pip poldi raf rafa raffa raj randy robbie robby robi ronnie ronny
    sal sam sammie sammy sandy sasa sascha sasha shay shel shelly sid siggi sigi simo stef steff steph stevie syd
    syl teddy tedi terry theo toni val vale vali valya vic vicky vik viki viv wally wilh willie willy zenja zhenja
    zhenya
"""
FORMS_OF_BOTH = frozenset(_FORMS_OF_BOTH.split())
"""Short and familiar forms, folded, of names of men and of names of women: Chris is Christopher or Christine."""
WOMENS_WITHOUT_A = (
    "christin", "kristin", "katrin", "kathrin", "catrin", "cathrin", "carolin", "karolin", "evelin", "jasmin",
)  # fmt: skip
"""Names of women, folded, that are the same with an "a" behind them."""


@cache
def formal_names() -> dict[str, frozenset[str]]:
    """Return each known given name, folded, with the formal names that it may stand for; a formal name with itself.

    They are those of ``nicknames.toml``, and what the package ``nicknames`` (Apache-2.0) has beyond them.

    >>> "william" in formal_names()["bill"], "robert" in formal_names()["robert"], formal_names()["wm"]
    (True, True, frozenset({'william'}))
    >>> "timofei" in formal_names()["tim"], "maksim" in formal_names()["max"]
    (True, True)
    """
    formal: dict[str, set[str]] = {}
    for name, forms in _entries(",".join(_tables().values())):
        for form in (name, *forms):
            formal.setdefault(_without_digraphs(form), set()).add(_without_digraphs(name))
    for form in romanizations():
        formal[form].add(form)
    for name, form in _further_nicknames({one for names in formal.values() for one in names}):
        for known in (name, form):
            formal.setdefault(known, set()).add(name)
    for form in _abbreviations():  # a name may end after any letter: Geo is also Georg, and Joh John
        formal[form].update(*(names for name, names in formal.items() if name.startswith(form)))
    return {form: frozenset(names) for form, names in formal.items()}


@cache
def romanizations() -> dict[str, str]:
    """Return each spelling of a given name in Latin letters, folded, with one that stands for all: Dmitry is Dmitri.

    >>> {romanizations()[name] for name in ("sergey", "sergej")}, romanizations()["mohamed"]
    ({'sergei'}, 'mohammed')
    """
    entries = _entries(_tables()["romanizations"])
    return {_without_digraphs(form): _without_digraphs(name) for name, forms in entries for form in forms}


@cache
def names_of_neighbours() -> frozenset[str]:
    """Return the given names, folded, that are the form of a name in the language of a neighbour: Olena is Elena.

    >>> {"olena", "elena"} & names_of_neighbours()
    {'olena'}
    """
    return frozenset(_without_digraphs(form) for _, forms in _entries(_tables()["national_forms"]) for form in forms)


def _tables() -> dict[str, str]:
    return read_table(__package__, "nicknames.toml")


def _entries(table: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each formal name of a table with its forms."""
    for line in table.split(","):
        name, _, forms = line.partition(":")
        yield name.strip(), forms.split()


def _abbreviations() -> set[str]:
    return {form for _, forms in _entries(_tables()["abbreviations"]) for form in forms}


@cache
def given_names() -> frozenset[str]:
    """Return the known given names, folded: those with short forms, these forms but for abbreviations, and others.

    >>> {"uwe", "bill", "robert"} <= given_names(), {"strauss", "geo"} & given_names()
    (True, set())
    """
    given = read_table(__package__, "names.toml")["given"]
    return frozenset({*formal_names(), *given} - _abbreviations())


@cache
def frequent_given_names() -> frozenset[str]:
    """Return the given names that many people have, folded: the known ones, and those of ``frequent_names.txt``.

    >>> {"clara", "carla", "mariusz", "sunil"} <= frequent_given_names(), "clraa" in frequent_given_names()
    (True, False)
    """
    lines = files(__package__).joinpath("frequent_names.txt").read_text(encoding="utf-8").splitlines()
    frequent = " ".join(line for line in lines if not line.startswith("#")).split()
    return frozenset({*frequent, *given_names()})


@cache
def full_given_names() -> frozenset[str]:
    """Return the given names that are not only short for others, as Smith is for Smithson.

    >>> {"robert", "bob"} & full_given_names()
    {'robert'}
    """
    formal = formal_names()
    return frozenset().union(*formal.values(), given_names() - formal.keys())


def _further_nicknames(formal: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield formal name and nickname of the package's pairs in which one is surely short for the other.

    Its list also has pairs of two formal names (Alice and Lisa, Aaron and Erin), which two people have.
    """
    from nicknames import name_triplets

    triplets = [triplet for triplet in name_triplets() if triplet.relationship == "has_nickname"]
    names = {*formal, *(triplet.name1 for triplet in triplets)}
    for name, _, form in triplets:
        familiar = form[:_STEM] == name[:_STEM] and form.endswith(_FAMILIAR_ENDINGS)
        if form not in names and len(form) >= _STEM and (familiar or name.startswith(form)):
            yield _without_digraphs(name), _without_digraphs(form)


@cache
def nicknames() -> dict[str, tuple[int, ...]]:
    """Return each known given name, folded, with the numbers of the formal names that it may stand for.

    >>> set(nicknames()["bob"]) & set(nicknames()["rob"]) != set()
    True
    """
    formal = formal_names()
    numbers = {name: number for number, name in enumerate(sorted({one for names in formal.values() for one in names}))}
    return {form: tuple(sorted(numbers[name] for name in names)) for form, names in formal.items()}


def _without_digraphs(name: str) -> str:
    return name.replace("ae", "a").replace("oe", "o").replace("ue", "u")
