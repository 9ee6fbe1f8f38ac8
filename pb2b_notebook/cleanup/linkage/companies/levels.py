"""The levels of agreement of two companies, in words, and the rules that no sum of weights can express.

A branch, a department or a subsidiary is not its parent, although name, domain, phone and building may be the same. So
two names that each have a legal form are two companies, and so is one name with two legal forms (a GmbH & Co. KG and
the GmbH that manages it), until a registration or VAT number says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.pairs.levels import Comparison, levels_of

if TYPE_CHECKING:
    import numpy as np

NAME: Final = Comparison("name", 4, (
    "", "same name", "same name but for the order or abbreviation of its words", "names differ by a typo",
    "one name is the initials of the other", "one name adds a word for a group or holding",
    "one name adds a place or kind of venue", "one name adds words", "one name adds a word for a department or branch",
    "names share a rare word, each adds words of its own", "same name, written in two scripts",
    "similar names", "different numbers or letters in the names",
    "different places, departments or trades in the names", "names in two scripts", "different names",
))  # fmt: skip
FORM: Final = Comparison("form", 3, (
    "", "same legal form", "only one has a legal form", "legal forms of one kind", "different legal forms",
))  # fmt: skip
DOMAIN: Final = Comparison("domain", 3, (
    "", "same domain", "same domain, which several names share", "same domain but for its ending",
    "different domains", "one domain spells the other's name", "same email address",
    "same domain, which spells one of the names",
))  # fmt: skip
PHONE: Final = Comparison("phone", 3, (
    "", "same phone number", "same phone number, which several names share", "phone numbers of the same exchange",
    "phone numbers differ by a typo", "different phone numbers", "phone numbers differ by the extension",
))  # fmt: skip
ADDRESS: Final = Comparison("address", 4, (
    "", "same street address", "same street address, which several names share", "same postcode", "same city",
    "different streets in one city", "different cities", "different countries",
    "different streets with one postcode", "same street, different numbers", "similar street addresses",
    "cities differ by a typo", "one city adds words to the other's name",
    "one building, which companies of two names may share",
))  # fmt: skip
REGISTRATION: Final = Comparison("registration", 3, (
    "", "same registration number", "registration numbers differ by a typo", "different registration numbers",
    "same registration number in two towns",
))  # fmt: skip
VAT: Final = Comparison("vat", 2, (
    "", "same VAT number", "VAT numbers differ by a typo", "different VAT numbers",
))  # fmt: skip
CHANCE: Final = Comparison("chance", 3, tuple(f"chance {level}" for level in range(8)))
"""How common the name is in this list, from 0; from 4, what the names share is only a part."""
COMPARISONS: Final = (NAME, FORM, DOMAIN, PHONE, ADDRESS, REGISTRATION, VAT, CHANCE)
"""All comparisons in the order of their bits, the first in the lowest."""
COMBINATIONS: Final = (
    ("name", "address"), ("name", "domain"), ("name", "phone"), ("name", "chance"), ("name", "form"),
    ("domain", "address"), ("phone", "address"), ("domain", "phone"), ("chance", "address"),
)  # fmt: skip
"""Comparisons that also have weights in combination."""
EDITION: Final = 1
"""Changes when a level comes to mean something else: weights of another edition do not fit it."""
_NO_NAME, _DIFFERENT_NAMES = 0, 15
_ONE_NAME: Final = (0, 1, 2, 3)
_IN_OTHER_WORDS: Final = 2
_ALIKE_BY_LETTERS: Final = (3, 11)
_BY_AN_ENDING: Final = (2, 3)
_INITIALS: Final = 4
_TWO_NAMES: Final = (8, 12, 13, 15)
_ADDS_A_GROUP, _ADDS_A_PLACE, _ADDS_WORDS = 5, 6, 7
_EACH_ADDS_WORDS: Final = 9
_ALIKE: Final = (9, 11)
_TRANSLITERATED, _TWO_SCRIPTS = 10, 14
_SAME_STREET: Final = (1, 2, 10)
_ONE_BUILDING: Final = 13
_OWN_DOMAIN: Final = (1, 6, 7)
_OF_THE_LONGER_NAME: Final = 7
"""Level of the domain that is scored as the same domain."""
_SHARED_DOMAIN, _OTHER_DOMAIN = 2, 4
_OWN_PHONE: Final = (1, 6)
_OTHER_PHONE: Final = 5
_TWO_PHONES: Final = (3, 5)
_NEAR_PHONES: Final = (1, 2, 3, 4, 6)
_MANY_TOWNS: Final = (1, 2, 3)
_BOTH_HAVE_FORMS: Final = (1, 3, 4)
_ONE_FORM, _FORMS_OF_ONE_KIND, _OTHER_FORM = 2, 3, 4
_OTHER_TOWN: Final = (6, 7)
_OTHER_COUNTRY: Final = 7
_OTHER_HOUSE: Final = 9
_PERHAPS_ONE_TOWN: Final = 12
_NO_COMMON_TOWN: Final = (0, *_OTHER_TOWN)
_SAME, _TYPO, _DIFFERENT, _TWO_REGISTERS = 1, 2, 3, 4
_OF_TWO_COMPANIES: Final = {"domain": (0, 2, 4), "phone": (0, 3, 5), "address": (0, 3, 4, 5, 6, 7, 8, 9, 11, 12)}
"""Levels that two companies of different names have as often as any two of one trade, town or group."""


def _numbers_agree(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each pattern whether a registration or VAT number is the same, and whether one is different."""
    registration, vat = levels_of(patterns, "registration", "vat", comparisons=COMPARISONS)
    return (registration == _SAME) | (vat == _SAME), (registration == _DIFFERENT) | (vat == _DIFFERENT)


def have_conflicts(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether the two rows are surely not one company.

    >>> import numpy as np
    >>> same_name, other_name, both_forms = 1, 15, 1 << 4
    >>> have_conflicts(np.array([same_name, other_name, 7 | both_forms, 7, same_name | 4 << 4])).tolist()
    [False, True, True, False, True]
    """
    import numpy as np

    name, form = levels_of(patterns, "name", "form", comparisons=COMPARISONS)
    agree, differ = _numbers_agree(patterns)
    domain, phone = levels_of(patterns, "domain", "phone", comparisons=COMPARISONS)
    initials = (name == _INITIALS) & (np.isin(domain, _OWN_DOMAIN) | np.isin(phone, _OWN_PHONE))
    in_two_scripts = (name == _TWO_SCRIPTS) & (domain == _OF_THE_LONGER_NAME) & (phone == _SAME)
    two_companies = ~np.isin(name, _ONE_NAME) & np.isin(form, _BOTH_HAVE_FORMS) & ~initials & ~in_two_scripts
    found: np.ndarray = (np.isin(name, _TWO_NAMES) | two_companies | (form == _OTHER_FORM) | differ) & ~agree
    return found


def as_scored(patterns: np.ndarray) -> np.ndarray:
    """Return patterns; where a row has no name, with two different names.

    A phone, a domain or a building that two rows share says as little of a company without a name as of two names. A
    building that two names may share is scored as an address: a person decides, and sees how much else agrees.

    >>> import numpy as np
    >>> as_scored(np.array([0, 1 << 10, 1, 15])).tolist(), as_scored(np.array([7 | 13 << 13])) == 7 | 1 << 13
    ([15, 1039, 1, 15], array([ True]))
    """
    import numpy as np

    name, address, domain = levels_of(patterns, "name", "address", "domain", comparisons=COMPARISONS)
    patterns = np.where(domain == _OF_THE_LONGER_NAME, patterns - ((_OF_THE_LONGER_NAME - _SAME) << 7), patterns)
    patterns = np.where(address == _ONE_BUILDING, patterns - ((_ONE_BUILDING - 1) << 13), patterns)
    return np.where(name == _NO_NAME, patterns | _DIFFERENT_NAMES, patterns)


def are_unrelated(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether two names have at most a trade, a town or a group's domain in common.

    >>> import numpy as np
    >>> one_form, one_city, one_phone = 1 << 4, 4 << 13, 1 << 10
    >>> are_unrelated(np.array([15 | one_form | one_city, 15 | one_phone, 1 | one_city])).tolist()
    [True, False, False]
    """
    import numpy as np

    name, registration, vat = levels_of(patterns, "name", "registration", "vat", comparisons=COMPARISONS)
    nothing = [
        np.isin(name, (_NO_NAME, _DIFFERENT_NAMES)),
        np.isin(registration, (0, _DIFFERENT)),
        np.isin(vat, (0, _DIFFERENT)),
    ]
    found = levels_of(patterns, *_OF_TWO_COMPANIES, comparisons=COMPARISONS)
    nothing += [np.isin(level, of_two) for level, of_two in zip(found, _OF_TWO_COMPANIES.values(), strict=True)]
    return np.asarray(np.logical_and.reduce(nothing))


def are_for_review(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether a person is to decide, however much agrees.

    One company may have two names; but so may two companies at one address, with one phone. A name that adds words to
    another is a part of that company as often as the company itself (Acme and Acme Robotics answer one phone), unless
    both are at one street address and neither has a legal form, as restaurants and schools are, or they share two words
    and domain, phone and street; names in two scripts need one domain, which spells one of them. A place or a kind of
    venue (Coyote, Coyote Cafe Las Vegas) makes no other one behind one phone. A building has many tenants: it joins two
    such names only if they share two words (Mary Crane North, Mary Crane Center North), or with a phone or domain. Two
    numbers that contradict each other need a person, and so does one registration number in two towns, whatever the
    names, where each court counts its own (HRB 12345 is in most registers). The companies of a group may pay VAT under
    one number, and a number may be copied into a wrong row: two names of two legal forms in two towns need a person.
    Nearly one number is one number with a typo, or that of a sister that was registered after it. Names that are only
    alike (Stadtwerke Hanau and Stadtwerke Hagen) are two names, unless both are at one place or domain. So are two that
    differ by letters, each with its own website (Elektro Kovacsik, Elektro Kovatsik), wherever they are, one that may
    shorten the other at another website (Wolf Holz, Wolff Holz) without one street or phone, and two that each have a
    word of their own (Muebles Ferrer, Mudanzas Ferrer); or of which one has, with a number of its own. So are two that
    differ by letters or an ending in two houses of one street (Marten Bau, Martens Bau), without one website or phone.
    One name with one website in two towns, each with a number of its own, is of two sites: a branch is not its parent.

    >>> import numpy as np
    >>> same_phone, same_vat = 1 << 10, 1 << 20
    >>> are_for_review(np.array([15 | same_phone, 1 | same_phone, 15 | same_vat, 1 | 3 << 17 | same_vat])).tolist()
    [True, False, False, True]
    """
    import numpy as np

    agree, differ = _numbers_agree(patterns)
    name, form, domain, phone, address, registration, vat = levels_of(
        patterns, "name", "form", "domain", "phone", "address", "registration", "vat", comparisons=COMPARISONS
    )
    own_phone, one_domain = np.isin(phone, _OWN_PHONE), np.isin(domain, _OWN_DOMAIN)
    one_street = np.isin(address, _SAME_STREET)
    one_street |= (address == _ONE_BUILDING) & (one_domain | np.isin(phone, _NEAR_PHONES))
    one_place = own_phone | one_street
    bare = (form == 0) | ((form == _ONE_FORM) & one_domain)
    parent = (name == _ADDS_A_PLACE) & ~(one_place & bare)
    of_the_longer = domain == _OF_THE_LONGER_NAME
    one_in_all = one_domain & (phone == _SAME) & np.isin(address, _SAME_STREET)
    parent |= (name == _ADDS_WORDS) & ~(one_street & (form == 0)) & ~of_the_longer & ~one_in_all
    alike = np.isin(name, _ALIKE) & ~one_place & ~one_domain
    alike |= (name == _TWO_SCRIPTS) & ~(of_the_longer & (phone != _OTHER_PHONE) & ~np.isin(address, _OTHER_TOWN))
    alike |= (name == _INITIALS) & ~one_place & ~one_domain
    alike |= np.isin(name, (*_ALIKE_BY_LETTERS, _EACH_ADDS_WORDS)) & (domain == _OTHER_DOMAIN)
    alike |= (name == _IN_OTHER_WORDS) & (domain == _OTHER_DOMAIN) & ~one_place
    alike |= np.isin(name, (_ADDS_A_PLACE, _ADDS_WORDS)) & (domain == _OTHER_DOMAIN) & np.isin(phone, _TWO_PHONES)
    alike |= np.isin(name, _BY_AN_ENDING) & (address == _OTHER_HOUSE) & ~one_domain & ~np.isin(phone, _NEAR_PHONES)
    two_courts = np.isin(name, _TWO_NAMES) & np.isin(address, _OTHER_TOWN)
    two_courts &= (vat != _SAME) | (form == _OTHER_FORM)
    two_courts &= ~one_domain & ~own_phone
    two_registers = (registration == _TWO_REGISTERS) & ~one_domain & ~own_phone
    sisters = ~np.isin(name, _ONE_NAME) & ((registration == _TYPO) | (vat == _TYPO))
    unnamed = (name == _NO_NAME) & ~(one_domain & (phone == _SAME) & (address == _SAME))
    group = name == _ADDS_A_GROUP
    sites = np.isin(name, _ONE_NAME) & np.isin(domain, (_SAME, _OF_THE_LONGER_NAME))
    sites &= np.isin(address, _OTHER_TOWN) & (phone == _OTHER_PHONE)
    found: np.ndarray = (
        have_conflicts(patterns)
        | (
            ~agree
            & (unnamed | group | sites | parent | alike | sisters | two_registers | _need_more_than_a_name(patterns))
        )
        | (agree & (differ | two_courts))
    )
    return found


def are_doubtful(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether a person is to decide only where no further column agrees.

    >>> import numpy as np
    >>> many_towns, other_cities, same_domain, other_domain = 2 << 22, 6 << 13, 1 << 7, 4 << 7
    >>> chain = 1 | many_towns | other_cities
    >>> are_doubtful(np.array([chain, 1 | other_cities, chain | same_domain, chain | other_domain])).tolist()
    [True, True, False, False]
    >>> are_doubtful(np.array([11 | 2 << 7, 11, 11 | 2 << 7 | 7 << 13])).tolist()  # a shared domain; in two countries
    [True, False, False]
    """
    import numpy as np

    registration, vat, domain = levels_of(patterns, "registration", "vat", "domain", comparisons=COMPARISONS)
    differ = np.isin(registration, (_TYPO, _TWO_REGISTERS)) | (vat == _TYPO) | (domain == _OTHER_DOMAIN)
    # Names of which each row has its own typing errors are several at their own domain: Msubishi, Mitsubishi.
    name, address = levels_of(patterns, "name", "address", comparisons=COMPARISONS)
    misspelled = np.isin(name, _ALIKE_BY_LETTERS) & (domain == _SHARED_DOMAIN) & (address != _OTHER_COUNTRY)
    found: np.ndarray = (_need_more_than_a_name(patterns) | misspelled) & ~differ & ~have_conflicts(patterns)
    return found


def _need_more_than_a_name(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether only the name agrees, and many companies have it or it is in two scripts.

    One name in many towns or domains is of a chain whose rows are branches, or of many companies; so is one in Santiago
    and Santiago de Cali. A form in translation proves nothing: ООО Вектор and Vektor LLC. Two names that each
    add words to one word, with one domain, are two divisions as often as one company: Bayer Crop Science, Bayer Pharma.
    """
    import numpy as np

    name, form, domain, phone, address, chance = levels_of(
        patterns, "name", "form", "domain", "phone", "address", "chance", comparisons=COMPARISONS
    )
    alone = ~np.isin(domain, _OWN_DOMAIN) & ~np.isin(phone, _OWN_PHONE)
    chain = np.isin(name, _ONE_NAME) & np.isin(chance, _MANY_TOWNS) & np.isin(address, _NO_COMMON_TOWN)
    transliterated = (name == _TRANSLITERATED) & ~np.isin(address, _SAME_STREET)
    elsewhere = np.isin(name, _ONE_NAME) & np.isin(address, _OTHER_TOWN)
    two_parts = (name == _EACH_ADDS_WORDS) & np.isin(domain, (_SAME, _OF_THE_LONGER_NAME)) & ~np.isin(phone, _OWN_PHONE)
    two_parts &= ~np.isin(address, (*_SAME_STREET, _ONE_BUILDING))
    elsewhere |= (address == _PERHAPS_ONE_TOWN) | ((form == _FORMS_OF_ONE_KIND) & (address == 0))
    found: np.ndarray = (alone & (chain | transliterated | elsewhere)) | two_parts
    return found


def agree_in_all(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether both rows give the same name and the same place, and differ in nothing.

    >>> import numpy as np
    >>> same_city, different_phones = 4 << 13, 5 << 10
    >>> agree_in_all(np.array([1 | same_city, 1, 1 | same_city | different_phones, 1 | 6 << 13])).tolist()
    [True, False, False, False]
    """
    import numpy as np

    allowed = {
        "name": (1,), "form": (0, 1), "domain": (0, 1, 2, 6, 7), "phone": (0, 1, 2), "address": (1, 3, 4),
        "registration": (0, 1), "vat": (0, 1), "chance": (0, 1),
    }  # fmt: skip
    found: np.ndarray = np.logical_and.reduce(
        [
            np.isin(level, allowed[name])
            for name, level in zip(allowed, levels_of(patterns, *allowed, comparisons=COMPARISONS), strict=True)
        ]
    )
    return found
