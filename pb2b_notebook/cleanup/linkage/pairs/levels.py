"""The levels of agreement of a pair, in words; packed into one integer, they are the pair's pattern.

There are only thousands of patterns, however many pairs. :mod:`.comparison` finds the levels, :mod:`.weights` scores a
pattern, and :mod:`.reasons` puts it into words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np


class Comparison(NamedTuple):
    """One comparison of two rows, such as that of their names.

    Attributes:
        name: Name of the comparison.
        bits: Bits that its level takes in a pattern.
        levels: Meaning of each level, in words; "" where there is nothing to report.
    """

    name: str
    bits: int
    levels: tuple[str, ...]


NAME = Comparison("name", 4, (
    "", "same name", "same family name; first names are nicknames", "same family name; same initial",
    "same name, given and family name swapped", "same family name; first names differ by a typo",
    "same first name; similar family names", "similar first and family names",
    "same family name; one first name is missing",
    "same first name; one family name is missing or an initial", "same first name, different family names",
    "same family name; first names are slightly similar", "same family name, different first names",
    "names are slightly similar",
    "two company names and no person's name", "different names",
))  # fmt: skip
TWO_GIVEN = (11, 12)
"""Levels of the name of one family name and two given names that are at most a little alike."""
COMPANY = Comparison("company", 4, tuple(
    "; ".join(filter(None, (name, domain)))
    for name in ("", "same company", "similar companies", "different companies")
    for domain in ("", "same domain", "similar domains", "different domains")
))  # fmt: skip
MIDDLE = Comparison("middle", 3, (
    "", "same middle name", "a middle initial fits", "one first name is the other's middle name",
    "different middle or second family names", "different generations (junior, senior or a number), or Mr. and Mrs.",
    "only one is junior, senior or a number, or a title stands for a first name", "",
))  # fmt: skip
TWO_PEOPLE = 4
"""Level of ``middle`` from which on names are those of two people."""
UNLIKE = 7
"""Level of ``middle`` of names of which neither may be a typing error of the other."""
EMAIL = Comparison("email", 5, (
    "", "same email address", "same email address, which several people share", "same local part of the email",
    "same local part of the email but for dots and dashes", "same email domain and letters, different digits",
    "email addresses differ by a typo", "email addresses spell the same name in two ways",
    "different email addresses at the same domain", "one email address is a role address",
    "same local part of the email, similar domains", "one email address is private", "different email addresses",
    "different private email addresses", "same letters in the local part of the email",
    "different numbers in email addresses of one company",
    "same email address, which people of two names share",
))  # fmt: skip
PHONE = Comparison("phone", 4, (
    "", "same phone number", "same phone number, which a few others have", "same phone number, a switchboard",
    "phone numbers differ by a typo", "phone numbers of the same exchange", "different phone numbers",
    "phone numbers differ by the extension", "same phone number, which people of two names share",
))  # fmt: skip
TITLE = Comparison("title", 2, ("", "same job title", "similar job titles", "different job titles"))
PROFILE = Comparison("profile", 2, (
    "", "same LinkedIn profile", "different LinkedIn profiles",
    "same LinkedIn profile, which people of two names share",
))  # fmt: skip
PLACE = Comparison("place", 2, ("", "same city", "different cities", "different countries"))
ADDRESS = Comparison("address", 4, (
    "", "the email does not fit the other's name", "the email fits a part of the other's name",
    "the email spells the other's name", "neither email fits the other's name",
    "one email fits a part of the other's name", "both emails fit a part of the other's name",
    "one email spells the other's name", "one email spells the other's name, the other one fits a part",
    "both emails spell the other's name", "different names, each spelled by its own email address",
))  # fmt: skip
CHANCE = Comparison("chance", 5, tuple(f"chance {level}" for level in range(32)))
IDENTITY = Comparison("identity", 2, ("", "", "", ""))
"""What identifiers among the further columns say; :mod:`.further_columns` puts them into words."""
LIKENESS = Comparison("likeness", 1, ("", ""))
"""Whether two different names that share an address, a phone or a profile are alike as a garbled one is; one of two
equal names, of rows with an address each at one company, and a job each or the name of the company, has a further given
name; or both have an East Asian name and a job each; or two given names of one family name are both common; or names
that may be one person's have a mailbox each, or a job each and the number of a house (:func:`have_own_forms`); or names
that are not the same are in two scripts."""
EDITION = 4
"""Changes when a level comes to mean something else: weights of another edition do not fit it."""
COMPARISONS = (NAME, MIDDLE, COMPANY, EMAIL, PHONE, TITLE, PROFILE, PLACE, CHANCE, ADDRESS, IDENTITY, LIKENESS)
"""All comparisons in the order of their bits, the first in the lowest."""
COMBINATIONS = (
    ("name", "company"), ("name", "email"), ("name", "phone"), ("name", "chance"), ("name", "profile"),
    ("name", "title"), ("name", "address"), ("email", "address"), ("company", "address"),
    ("name", "place"), ("company", "email"), ("company", "phone"), ("company", "profile"), ("email", "phone"),
    ("email", "chance"), ("email", "profile"), ("phone", "profile"), ("phone", "chance"), ("company", "title"),
    ("company", "place"),
    ("name", "middle"), ("middle", "email"), ("middle", "phone"), ("middle", "company"), ("middle", "profile"),
    ("middle", "chance"),
)  # fmt: skip
"""Comparisons that also have weights in combination."""


def unpack_levels(patterns: np.ndarray, comparisons: tuple[Comparison, ...] = COMPARISONS) -> np.ndarray:
    """Return the levels of patterns: one row each, one column for each comparison.

    >>> import numpy as np
    >>> unpack_levels(np.array([1 | 5 << 7]))[0, :3].tolist()
    [1, 0, 5]
    """
    import numpy as np

    columns, rest = [], patterns.astype(np.int64)
    for comparison in comparisons:
        columns.append(rest & ((1 << comparison.bits) - 1))
        rest = rest >> comparison.bits
    return np.stack(columns, axis=1)


def have_conflicting_names(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether the names of the two rows are surely not one person's.

    Names that differ are that, unless one may be a typing error of the other (Jemes may be Jim, Mary is not Mark), or
    the rows share what few others have: two identifiers, an identifier and a date, a date and an address (but not of
    twins), or a profile if the names have something in common.

    >>> import numpy as np
    >>> have_conflicting_names(np.array([1, 15, 15 | 7 << 4, 1 | 4 << 4, 12 | 7 << 4 | 1 << 22])).tolist()
    [False, False, True, True, False]
    """
    import numpy as np

    name, middle, profile, identity = levels_of(patterns, "name", "middle", "profile", "identity")
    own = (np.isin(profile, (1, 3)) & (name != 15)) | (identity == 1)  # noqa: PLR2004 - levels
    # Twins share a family name, a birth date and an address, but not a given name.
    own |= (identity == 3) & (name != 12)  # noqa: PLR2004 - levels
    found: np.ndarray = np.isin(middle, (4, 5, 7)) & ~own & ~have_two_spellings(patterns)
    return found


def have_two_spellings(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether two names are spellings of one, or names of two people: Ann and Anna.

    Names that differ a little are that, too, where each is spelled by its own email address.

    >>> import numpy as np
    >>> have_two_spellings(np.array([2 | 7 << 4, 2, 12 | 7 << 4, 6 | 10 << 31])).tolist()
    [True, False, False, True]
    """
    import numpy as np

    name, middle, address = levels_of(patterns, "name", "middle", "address")
    found: np.ndarray = (middle == 7) & (name >= 1) & (name <= 7)  # noqa: PLR2004 - levels
    found |= (address == 10) & np.isin(middle, (4, 5, 7), invert=True)  # noqa: PLR2004 - levels
    return found


def are_doubtful(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether a person is to decide only where no further column agrees.

    >>> import numpy as np
    >>> two_given, one_phone = 12, 1 << 16
    >>> are_doubtful(np.array([2 | 7 << 4, two_given | one_phone, two_given | one_phone | 1 << 11])).tolist()
    [True, True, False]
    """
    import numpy as np

    return np.asarray(have_two_spellings(patterns) | _share_only_a_phone(patterns) | share_only_an_initial(patterns))


def share_only_an_initial(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether rows share an initial and a family name, and no company, address or number.

    In a list of a few rows, the city or the job that they share need not be rare: a person decides which of those in
    Brno P. Novak is.

    >>> import numpy as np
    >>> same_company, same_phone = 4 << 7, 1 << 16
    >>> share_only_an_initial(np.array([3, 1, 3 | same_company, 3 | same_phone])).tolist()
    [True, False, False, False]
    """
    import numpy as np

    name, middle, company, email, phone, profile, identity = levels_of(
        patterns, "name", "middle", "company", "email", "phone", "profile", "identity"
    )
    found = (name == 3) & (middle == 0) & np.isin(company, (0, 2, 3, 12, 14, 15)) & (profile != 1) & (identity != 2)  # noqa: PLR2004 - levels
    return np.asarray(found & np.isin(email, (0, 9, 11, 12, 13)) & np.isin(phone, (0, 5, 6)))


def _share_only_a_phone(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether two given names of one family have a phone and nothing of their own.

    Minji and Minsu Kim differ by more than a typing error, and few have their names.
    """
    import numpy as np

    name, middle, email, phone, profile, identity = levels_of(
        patterns, "name", "middle", "email", "phone", "profile", "identity"
    )
    own = np.isin(email, (1, 3, 4, 6, 10, 14, 16)) | np.isin(profile, (1, 3)) | np.isin(identity, (1, 3))
    found = np.isin(name, TWO_GIVEN) & np.isin(middle, (0, 1, 2)) & np.isin(phone, (1, 2, 3, 8))
    return np.asarray(found & ~own)


def may_be_wrong_names(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether given or family names differ. A middle name or a generation is not an error.

    >>> import numpy as np
    >>> may_be_wrong_names(np.array([12 | 7 << 4, 1 | 4 << 4])).tolist()
    [True, False]
    """
    import numpy as np

    (middle,) = levels_of(patterns, "middle")
    return np.asarray(middle == 7)  # noqa: PLR2004 - level


def may_be_one_name(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether one name is the other, a nickname, a part or a typing error of it.

    >>> import numpy as np
    >>> may_be_one_name(np.array([1, 5, 12, 12 | 7 << 4, 15])).tolist()
    [True, True, False, False, False]
    """
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    return np.asarray(~np.isin(name, (0, 10, 12, 14, 15)) & (middle < TWO_PEOPLE))


def are_in_two_places(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether the cities or the countries differ.

    >>> import numpy as np
    >>> are_in_two_places(np.array([1 | 1 << 24, 1 | 2 << 24])).tolist()
    [False, True]
    """
    (place,) = levels_of(patterns, "place")
    return place > PLACE.levels.index("same city")


def are_at_one_office(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether the company and the phone are the same, or the domain and no company differs.

    >>> import numpy as np
    >>> same_company, same_domain, switchboard = 4 << 7, 1 << 7, 3 << 16
    >>> are_at_one_office(np.array([same_company, same_company | same_domain, same_company | switchboard])).tolist()
    [False, True, True]
    >>> are_at_one_office(np.array([same_domain, same_domain | 12 << 7])).tolist()
    [True, False]
    """
    import numpy as np

    company, phone = levels_of(patterns, "company", "phone")
    found: np.ndarray = (company >> 2 == 1) & np.isin(phone, (1, 2, 3, 8))
    found |= (company >> 2 <= 1) & (company % 4 == 1)
    return found


def give_whole_names(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether both rows give a given and a family name, neither of them an initial.

    Names that are only slightly similar do not show it: one may be a family name alone.

    >>> import numpy as np
    >>> give_whole_names(np.array([1, 3, 8, 13])).tolist()
    [True, False, False, False]
    """
    import numpy as np

    (name,) = levels_of(patterns, "name")
    return np.isin(name, (0, 3, 8, 9, 13, 14), invert=True)


def have_unrelated_names(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether no name can be compared, or neither may be a typing error of the other.

    >>> import numpy as np
    >>> have_unrelated_names(np.array([0, 1, 15, 15 | 7 << 4])).tolist()
    [True, False, False, True]
    """
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    found: np.ndarray = np.isin(name, (0, 14)) | ((name == 15) & (middle == 7))  # noqa: PLR2004 - levels
    return found


def share_no_lead_field(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether no name, address, phone, profile or company agrees: names are missing or others.

    >>> import numpy as np
    >>> share_no_lead_field(np.array([0, 1, 0 | 1 << 11, 0 | 12 << 11, 15 | 7 << 4])).tolist()
    [True, False, False, True, True]
    """
    import numpy as np

    name, email, phone, profile, company = levels_of(patterns, "name", "email", "phone", "profile", "company")
    no_name = (name == 0) | differ_wholly(patterns)
    found: np.ndarray = no_name & np.isin(email, (0, 8, 9, 11, 12, 13, 15)) & np.isin(phone, (0, 5, 6))
    return found & np.isin(profile, (0, 2)) & np.isin(company, (0, 3, 12, 15))


def have_doubtful_names(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether the names are surely or possibly of two people, and nothing of their own agrees.

    An address, a profile or an identifier is a person's own; a company, a city and a phone may be shared.

    >>> import numpy as np
    >>> have_doubtful_names(np.array([2 | 7 << 4, 2 | 7 << 4 | 1 << 11, 2 | 7 << 4 | 1 << 16, 12 | 7 << 4])).tolist()
    [True, False, True, True]
    """
    import numpy as np

    name, email, phone, title, profile, identity = levels_of(
        patterns, "name", "email", "phone", "title", "profile", "identity"
    )
    own = np.isin(email, (1, 3, 4, 6, 10, 14)) | (profile == 1) | np.isin(identity, (1, 3))
    own |= (name == 3) & (((phone == 1) & (title != 3)) | (title == 1) | (email == 16))  # noqa: PLR2004 - levels
    found: np.ndarray = have_conflicting_names(patterns) | (have_two_spellings(patterns) & ~own)
    found |= _have_title_for_a_name(patterns) | (_name_one_generation(patterns) & ~own)
    return found


def _name_one_generation(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether two names are the same but for a generation: a father and his son, or one."""
    import numpy as np

    (middle,) = levels_of(patterns, "middle")
    return np.asarray(give_whole_names(patterns) & (middle == 6))  # noqa: PLR2004 - level


def _have_title_for_a_name(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether one first name is missing, and a title or generation may be another person's.

    Mrs. Smith is Ann Smith if she writes from ann.smith@…, or has her profile.
    """
    import numpy as np

    name, middle, address, profile = levels_of(patterns, "name", "middle", "address", "profile")
    spelled = np.isin(address, (3, 7, 8, 9)) | (profile == 1)
    return np.asarray((name == 8) & (middle == 6) & ~spelled)  # noqa: PLR2004 - levels


def as_scored(patterns: np.ndarray) -> np.ndarray:
    """Return patterns; where a company adds words to the other's name, and no person is named, without that.

    KUKA and KUKA Roboter are two companies, or one: a person decides, and sees how much else agrees.

    >>> import numpy as np
    >>> as_scored(np.array([14 | 9 << 7, 14 | 12 << 7, 15 | 9 << 7])).tolist() == [9 << 7, 14 | 12 << 7, 15 | 9 << 7]
    True
    """
    import numpy as np

    name, company = levels_of(patterns, "name", "company")
    return np.where((name == 14) & (company >> 2 == 2), patterns - 14, patterns)  # noqa: PLR2004 - levels


def are_for_review(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether a person is to decide, however much agrees.

    Two people may share an address, a phone, a company and a city, so rows with doubtful names are for review. (Two
    family names with one given name are left to the weights where they share an address that fewer than three names
    have: people marry.) The same holds for two companies without a person's name, unless they have a personal address
    or a profile, and for rows of which an identifier is wholly different and no other further column agrees, or of
    which one has nothing but a name.

    >>> import numpy as np
    >>> are_for_review(np.array([15 | 7 << 4 | 16 << 11, 12 | 7 << 4 | 1 << 22, 1 | 1 << 11])).tolist()
    [True, False, False]
    """
    import numpy as np

    name, middle, company, email, phone, title, profile, place, identity, likeness = levels_of(
        patterns, "name", "middle", "company", "email", "phone", "title", "profile", "place", "identity", "likeness"
    )
    (address,) = levels_of(patterns, "address")
    found: np.ndarray = have_doubtful_names(patterns) & ~((name == 10) & (middle == 7) & np.isin(email, (1, 16)))  # noqa: PLR2004 - levels
    # Hans and Johannes, or J. and Johannes, with an address each are two colleagues, or one with two addresses.
    own = np.isin(phone, (1, 8)) | (profile == 1) | np.isin(identity, (1, 3))
    found |= (name == 2) & (email == 8) & ~own  # noqa: PLR2004 - levels
    # Jean (manager) and Jean-Pierre (accountant, from accounts@) behind the phone of their office; Anna and Anna Maria.
    other_jobs = (name == 2) & np.isin(email, (2, 8, 9)) & (title == 3)  # noqa: PLR2004 - levels
    other_jobs |= (name == 1) & (likeness == 1)
    # Margaret and Peggy Oduya with a mailbox each, and one number, company and job that no third row has.
    one_job = (name == 2) & np.isin(phone, (1, 8)) & (title == 1) & (company >> 2 == 1)  # noqa: PLR2004 - level
    other_jobs |= have_own_forms(patterns) & ~one_job
    found |= other_jobs & (profile != 1) & ~np.isin(identity, (1, 3))
    found |= (name == 3) & np.isin(email, (7, 8)) & ~own  # noqa: PLR2004 - levels
    # Jan Holm (sales) and J. Holm (finance), with an address each behind one phone.
    found |= (name == 3) & (title == 3) & np.isin(email, (7, 8)) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    # Jan Ole and Ole Janne with an address each; one name at two branches, where nothing else is the same.
    found |= np.isin(name, (11, 12)) & (middle == 3) & (email == 8) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    branches = (name == 1) & (company >= 8) & ((title == 3) | (place == 2))  # noqa: PLR2004 - levels
    # Anna Johansson and Anna C. Johansson of one company, with a mailbox, a mobile, a job and a city each.
    branches |= (name == 1) & (title == 3) & (place == 2)  # noqa: PLR2004 - levels
    found |= branches & (email == 8) & (phone == 6) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    # Kartini and Kartini Putri, from kartini@ and putri@: one name may be all that the first one has.
    found |= (name == 9) & (email == 8) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    # One name at two branches of a chain, each with its own city, domain and number.
    in_two_places = (place == 2) & (phone == 6) & np.isin(company % 4, (0, 2, 3))  # noqa: PLR2004 - levels
    found |= in_two_places & np.isin(email, (3, 4, 10, 12)) & (profile != 1) & ~np.isin(identity, (1, 3))
    # Names that are alike behind the mailbox and the number of their office, which are one piece of evidence.
    found |= np.isin(name, (7, 13)) & (email == 2) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    found |= _have_names_that_are_only_alike(patterns)
    # Andrew and Andy, or Anna and Annabelle, behind info@ alone: no name that the address could spell.
    found |= (name == 2) & (email == 2) & (address == 0) & ~own  # noqa: PLR2004 - levels
    found |= _share_only_a_phone(patterns) | share_only_an_initial(patterns)
    # Harpreet and Hardeep Singh Gill behind the mailbox of their firm: two brothers, or one with an error.
    found |= (name == 11) & (email == 2) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    # Thomas Grady and his son at one company: tgrady@ and tgrady2@.
    found |= (email == 15) & (profile != 1) & ~np.isin(identity, (1, 3))  # noqa: PLR2004 - levels
    # Anna Peters of Peters Bau and Anna Petersen of Petersen Bau: names, firms and domains do not err in one way.
    two_firms = np.isin(name, (6, 7)) & (company == 10) & ~own  # noqa: PLR2004 - levels
    found |= two_firms & ~np.isin(email, (1, 2, 16))
    # Names that cannot be compared, behind one mailbox, unless they are in two scripts and it spells one of the two.
    spelled = (likeness == 1) & np.isin(address, (3, 7, 8, 9))
    found |= (name == 15) & (middle == 0) & (email == 16) & ~own & ~spelled  # noqa: PLR2004 - levels
    # Behind both a mailbox and a phone they may be a couple's, unless the address spells one of the two names.
    unshared = ~np.isin(email, (1, 3, 4, 6, 10, 14, 16)) & ~np.isin(profile, (1, 3))
    unshared |= ~np.isin(address, (3, 7, 8, 9)) & (profile != 1) & ~np.isin(identity, (1, 3))
    found |= (name == 15) & (likeness == 1) & (middle == 0) & unshared  # noqa: PLR2004 - levels
    found |= (name == 14) & (email != 1) & (profile != 1) & (identity != 1)  # noqa: PLR2004 - levels
    found |= (identity == 2) & (profile != 1)  # noqa: PLR2004 - levels
    return found


def have_own_forms(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether two forms of a name have a mailbox each, or a job each and the phone of a house.

    One is a familiar form of the other or like it, or given and family name are exchanged.

    >>> import numpy as np
    >>> have_own_forms(np.array([2, 2 | 1 << 37, 2 | 7 << 4 | 1 << 37])).tolist()
    [False, True, False]
    """
    import numpy as np

    name, middle, likeness = levels_of(patterns, "name", "middle", "likeness")
    return np.asarray(np.isin(name, (2, 4, 6, 7)) & (middle < TWO_PEOPLE) & (likeness == 1))


def with_one_form(patterns: np.ndarray) -> np.ndarray:
    """Return the patterns of two forms of a name without what the mailboxes say of them.

    >>> import numpy as np
    >>> with_one_form(np.array([2 | 1 << 37])).tolist()
    [2]
    """
    found: np.ndarray = patterns - have_own_forms(patterns) * (1 << _shifts()["likeness"][0])
    return found


def _have_names_that_are_only_alike(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether names differ a little, and an address, a number or a title wholly.

    They are of Mario and Marco Rossi, two brothers in one company, or of one person with typing errors.
    """
    import numpy as np

    name, email, phone, title, profile, identity = levels_of(
        patterns, "name", "email", "phone", "title", "profile", "identity"
    )
    alike, others = name == 7, np.isin(email, (8, 12))  # noqa: PLR2004 - level
    found = (alike | np.isin(name, (11, 13))) & (phone == 4) & np.isin(email, (8, 11, 12, 13))  # noqa: PLR2004 - level
    found |= alike & others & ~np.isin(phone, (1, 2, 8))
    found |= (alike | np.isin(name, (5, 6))) & others & (title == 3)  # noqa: PLR2004 - levels
    # Lee Seo-yeon (buyer, sy.lee@) and Lee Seo-yeo (accountant, sylee@), each with a number of its own.
    found |= (alike | np.isin(name, (5, 6))) & np.isin(email, (4, 6, 7)) & (title == 3) & np.isin(phone, (5, 6, 7))  # noqa: PLR2004 - levels
    # Marie Dupont (buyer) and Marie Dupond (sales) behind a phone that is not one person's, and nothing else.
    found |= (alike | np.isin(name, (5, 6))) & (email == 0) & np.isin(phone, (2, 3)) & (title == 3)  # noqa: PLR2004 - levels
    return np.asarray(found & (profile != 1) & ~np.isin(identity, (1, 3)))


def have_two_readings(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern of one company whether it is as likely of one person as of two colleagues.

    Katarzyna and Kasia Nowak have an address each at one domain; Katharina and Katrin Vogel, whose names are alike,
    have one phone; Katrin Weller and Katrin Horn have one phone and job, and an address each; two rows of a name that
    hardly anyone else has there have an address each elsewhere; a name in another script sounds the same, as Mohamed
    Sherif's and Mahmoud Sherif's do in Arabic, or cannot be compared and has the same phone.

    >>> import numpy as np
    >>> one_company, own_address, one_phone, two_names = 5 << 7, 8 << 11, 1 << 16, 11 | 7 << 4
    >>> have_two_readings(np.array([2 | one_company | own_address, two_names | one_company | one_phone])).tolist()
    [True, True]
    >>> have_two_readings(np.array([2 | one_company, two_names | one_company | one_phone | own_address])).tolist()
    [False, False]
    >>> elsewhere, rare, often = 13 << 11, 9 << 26, 10 << 26
    >>> have_two_readings(np.array([1 | one_company | elsewhere | rare, 1 | one_company | elsewhere | often])).tolist()
    [True, False]
    """
    import numpy as np

    name, middle, company, email, phone, title, profile, place, chance, likeness = levels_of(
        patterns, "name", "middle", "company", "email", "phone", "title", "profile", "place", "chance", "likeness"
    )
    short = (name == 2) & (middle < TWO_PEOPLE) & (email == 8) & np.isin(phone, (0, 1, 2, 3, 8))  # noqa: PLR2004 - levels
    alike = (name == 11) & (middle == UNLIKE) & (email == 0) & np.isin(phone, (1, 2, 8))  # noqa: PLR2004 - levels
    rare = (name == 1) & (middle < TWO_PEOPLE) & np.isin(email, (12, 13)) & (chance <= 9)  # noqa: PLR2004 - levels
    sounds = (name == 13) & (likeness == 1) & np.isin(email, (0, 9, 11, 12, 13)) & np.isin(phone, (0, 1, 2, 3, 8))  # noqa: PLR2004 - levels
    sounds |= (name == 15) & (likeness == 1) & (middle == 0) & np.isin(phone, (1, 2, 8)) & (email != 8)  # noqa: PLR2004 - levels
    married = (name == 10) & np.isin(middle, (0, UNLIKE)) & (email == 8) & np.isin(phone, (1, 8)) & (title == 1)  # noqa: PLR2004 - levels
    apart = (title == 3) | (profile == 2) | ~np.isin(place, (0, 1))  # noqa: PLR2004 - levels
    return np.asarray((short | alike | rare | sounds | married) & (company >> 2 == 1) & ~apart)


def have_two_complete_names(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether given and family names differ wholly, and all are names that others have, too.

    >>> import numpy as np
    >>> have_two_complete_names(np.array([15 | 7 << 4 | 2 << 35, 15 | 7 << 4, 12 | 7 << 4 | 2 << 35])).tolist()
    [True, False, False]
    """
    (identity,) = levels_of(patterns, "identity")
    found: np.ndarray = differ_wholly(patterns) & (identity == 2)  # noqa: PLR2004 - level
    return found


def have_nothing_of_their_own(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern of one name whether an identifier or a date speaks against it, and nothing own for it.

    >>> import numpy as np
    >>> have_nothing_of_their_own(np.array([1 | 2 << 35, 1 | 2 << 35 | 1 << 11, 1])).tolist()
    [True, False, False]
    """
    import numpy as np

    (identity,) = levels_of(patterns, "identity")
    one_name = may_be_one_name(patterns)
    return np.asarray((identity == 2) & one_name & (share_own_things(patterns) == 0))  # noqa: PLR2004 - level


def differ_wholly(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether given and family names differ, and neither may be a typing error of the other.

    >>> import numpy as np
    >>> differ_wholly(np.array([15 | 7 << 4, 15, 12 | 7 << 4])).tolist()
    [True, False, False]
    """
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    found: np.ndarray = np.equal(name, 15) & np.equal(middle, 7)
    return found


def differ_elsewhere(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether the rows have an address, a phone or a profile of their own each.

    >>> import numpy as np
    >>> differ_elsewhere(np.array([1, 1 | 12 << 11, 1 | 6 << 16])).tolist()
    [False, True, True]
    """
    import numpy as np

    email, phone, profile = levels_of(patterns, "email", "phone", "profile")
    found: np.ndarray = np.isin(email, (8, 9, 11, 12, 13, 15)) | np.isin(phone, (5, 6)) | (profile == 2)  # noqa: PLR2004 - levels
    return found


def without_households(patterns: np.ndarray, other_date: np.ndarray, own_number: np.ndarray) -> np.ndarray:
    """Return the patterns of a list without households, in which no one has a twin, or a father of the same name.

    An equal birth date and address, or number and birth date, outweigh different names, and a wholly different date may
    be an error.

    Args:
        patterns: Patterns.
        other_date: Whether dates are wholly different, and no identifier is.
        own_number: Whether the further columns alone prove one person.

    >>> import numpy as np
    >>> twins, father_and_son = 12 | 3 << 35, 1 | 2 << 35
    >>> found = without_households(np.array([twins, father_and_son]), np.array([False, True]), np.array([False, False]))
    >>> found.tolist() == [12 | 1 << 35, 1]
    True
    """
    import numpy as np

    shift = _shifts()["identity"][0]
    name, identity = levels_of(patterns, "name", "identity")
    is_son = (identity == 2) & other_date & np.isin(name, (1, 2, 3, 4, 5, 6, 7, 8))  # noqa: PLR2004 - level
    one_number = have_two_complete_names(patterns) & own_number
    found: np.ndarray = patterns - (((identity == 3) | is_son) * (2 << shift)) - (one_number * (1 << shift))  # noqa: PLR2004 - level
    return found


def without_generation(patterns: np.ndarray, one_birth_date: np.ndarray) -> np.ndarray:
    """Return the patterns; of two rows with one birth date, a generation that only one gives does not count.

    A father and his son have two birth dates.

    >>> import numpy as np
    >>> junior = np.array([1 | 6 << 4, 1 | 6 << 4, 8 | 6 << 4])
    >>> without_generation(junior, np.array([True, False, True])).tolist() == [1, 1 | 6 << 4, 8 | 6 << 4]
    True
    """
    one = (_name_one_generation(patterns) & one_birth_date).astype(patterns.dtype)
    found: np.ndarray = patterns - (one * (6 << _shifts()["middle"][0]))
    return found


def with_phone_level(patterns: np.ndarray, level: int) -> np.ndarray:
    """Return the patterns with another level of the phone.

    >>> import numpy as np
    >>> with_phone_level(np.array([1 | 4 << 16]), 6).tolist() == [1 | 6 << 16]
    True
    """
    (phone,) = levels_of(patterns, "phone")
    found: np.ndarray = patterns + ((level - phone) << _shifts()["phone"][0])
    return found


def with_bare_names(patterns: np.ndarray, bare: np.ndarray) -> np.ndarray:
    """Return the patterns of a list with many rows for each person, in which a row with nothing but a name is one more.

    Args:
        patterns: Patterns.
        bare: Whether no further column can be compared.

    >>> import numpy as np
    >>> with_bare_names(np.array([1 | 2 << 35, 1 | 2 << 35]), np.array([True, False])).tolist() == [1, 1 | 2 << 35]
    True
    """
    (identity,) = levels_of(patterns, "identity")
    found: np.ndarray = patterns - ((identity == 2) & bare) * (2 << _shifts()["identity"][0])  # noqa: PLR2004 - level
    return found


def outweigh_date(patterns: np.ndarray, other_date: np.ndarray, *, own_email: bool) -> np.ndarray:
    """Return the patterns of a list in which dates are often wrong: one name outweighs two dates.

    Args:
        patterns: Patterns.
        other_date: Whether dates are wholly different, and no identifier is.
        own_email: Whether this takes an email address of the person's own, too.

    >>> import numpy as np
    >>> same_name_and_email = 1 | 1 << 11 | 2 << 35
    >>> outweigh_date(np.array([same_name_and_email]), np.array([True]), own_email=True).tolist() == [1 | 1 << 11]
    True
    """
    import numpy as np

    (identity,) = levels_of(patterns, "identity")
    are_one = share_own_email(patterns) if own_email else may_be_one_name(patterns)
    wrong = (identity == 2) & other_date & are_one  # noqa: PLR2004 - level
    return np.asarray(patterns - wrong * (2 << _shifts()["identity"][0]))


def share_own_email(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether rows of one name share an address, or nearly so, that no other name has.

    >>> import numpy as np
    >>> share_own_email(np.array([1 | 1 << 11, 1 | 16 << 11, 12 | 1 << 11])).tolist()
    [True, False, False]
    """
    import numpy as np

    name, middle, email = levels_of(patterns, "name", "middle", "email")
    return np.asarray(np.isin(email, (1, 4, 6, 10)) & ~np.isin(name, (10, 12, 14)) & np.isin(middle, (0, 1, 2, 3)))


def share_own_things(patterns: np.ndarray) -> np.ndarray:
    """Return how many of an address, a phone and a profile of a person's own the rows of each pattern share.

    >>> import numpy as np
    >>> share_own_things(np.array([1 | 1 << 11, 1 | 1 << 11 | 1 << 16, 1])).tolist()
    [1, 2, 0]
    """
    import numpy as np

    email, phone, profile = levels_of(patterns, "email", "phone", "profile")
    return np.asarray(np.isin(email, (1, 3, 4, 6, 10, 16)) * 1 + np.isin(phone, (1, 4, 8)) + (profile == 1))


def agree_in_all(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether both rows give the same given and family name and the same company, and no more.

    Such rows contradict each other in nothing: no middle name, title or place differs, and at most one of them has an
    email address, a phone number or a profile.

    >>> import numpy as np
    >>> agree_in_all(np.array([1 | 4 << 7, 1, 1 | 4 << 4 | 4 << 7, 1 | 4 << 7 | 12 << 11])).tolist()
    [True, False, False, False]
    """
    import numpy as np

    allowed = {
        "name": (1,), "company": (4, 5), "middle": (0, 1, 2), "email": (0,), "phone": (0,), "profile": (0,),
        "title": (0, 1, 2), "place": (0, 1), "address": (0, 3, 5, 7), "identity": (0, 1),
    }  # fmt: skip
    found: np.ndarray = np.logical_and.reduce(
        [np.isin(level, allowed[name]) for name, level in zip(allowed, levels_of(patterns, *allowed), strict=True)]
    )
    return found


def share_own_identifier_abroad(patterns: np.ndarray) -> np.ndarray:
    """Return for each pattern whether people of one name and in two countries share an own address, phone or profile.

    >>> import numpy as np
    >>> abroad, own, shared = 3 << 24, 1 << 11, 2 << 11  # levels of the place and of the email
    >>> share_own_identifier_abroad(np.array([1 | abroad | own, 1 | abroad | shared, 1 | own])).tolist()
    [True, False, False]
    """
    import numpy as np

    name, middle, email, phone, profile, place = levels_of(
        patterns, "name", "middle", "email", "phone", "profile", "place"
    )
    same_name = np.isin(name, (1, 2, 3, 4, 5)) & np.isin(middle, (0, 1, 2, 3))
    own = (email == 1) | (phone == 1) | (profile == 1)
    found: np.ndarray = own & same_name & (place == PLACE.levels.index("different countries"))
    return found


def levels_of(
    patterns: np.ndarray, *names: str, comparisons: tuple[Comparison, ...] = COMPARISONS
) -> Iterator[np.ndarray]:
    """Yield the levels of some comparisons, one for each pattern."""
    import numpy as np

    shift, rest = _shifts(comparisons), patterns.astype(np.int64)
    return ((rest >> shift[name][0]) & shift[name][1] for name in names)


@cache
def _shifts(comparisons: tuple[Comparison, ...] = COMPARISONS) -> dict[str, tuple[int, int]]:
    """Return for each comparison the position of its bits, and their mask."""
    return {
        comparison.name: (sum(other.bits for other in comparisons[:number]), (1 << comparison.bits) - 1)
        for number, comparison in enumerate(comparisons)
    }
