"""Names of people: titles, upper and lower case; letters beyond ASCII are kept."""

from __future__ import annotations

from typing import Final, NamedTuple

from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.honorifics import (
    WHOLE_NAME,
    NameParts,
    holds_rank,
    is_whole_name,
    without_honorific,
)
from pb2b_notebook.cleanup.values.job_titles import is_department
from pb2b_notebook.cleanup.values.mojibake import may_be_misread
from pb2b_notebook.cleanup.values.name_case import is_generation, is_initials, is_particle, settle_case
from pb2b_notebook.cleanup.values.name_order import FAMILY_FIRST, in_reading_order
from pb2b_notebook.cleanup.values.name_prefixes import without_prefix
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.cleanup.values.plain_names import plain_case, read_plain_name
from pb2b_notebook.cleanup.values.several_people import LINE, is_of_several
from pb2b_notebook.cleanup.values.stray_marks import tidy_name
from pb2b_notebook.cleanup.values.text import Rewritten, is_valid_text
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import plain_letters

# As in LinkedIn profiles; not the cross of the deceased.
_EMOJI: Final = "[\U0001f000-\U0001faff\u2600-\u271c\u271e-\u27bf\u2b50\ufe0f]"
_ONE_EMOJI: Final = f"{_EMOJI}(?:\u200d{_EMOJI})*"  # several joined are one: a flag, a technologist
_EMOJI_AT_AN_END: Final = lazy_pattern(f"^(?:{_ONE_EMOJI} ?)+|(?: ?{_ONE_EMOJI})+$")
_IS_EMOJI: Final = lazy_pattern(_EMOJI).match
_IN_BRACKETS_BEHIND: Final = lazy_pattern(r"([^()]*[^() ]) ?\(([^()]{2,40})\)")
_DOTTED: Final = lazy_pattern(r"[^\W\d_]{2,}\.")
_LONGEST: Final = 300


class NameContext(NamedTuple):
    """What the row and the list say about a name.

    Attributes:
        country: Two-letter code of the country whose titles, particles and letters apply.
        known: Given and family name of the row, if it has both: they distinguish "M. Night" from "M. Jean Dupont".
        dotted: Whether the list writes the Turkish İ: then I is the letter without a dot.
    """

    country: str | None = None
    known: str | None = None
    dotted: bool | None = None


_NO_CONTEXT: Final = NameContext()


def rewrite_name(
    text: str,
    field: str = "full_name",
    context: NameContext = _NO_CONTEXT,
    *,
    without: frozenset[str] = frozenset(),
) -> Rewritten:
    """Return a name in its canonical form. A cell with several people only loses stray characters.

    Args:
        text: Full, given or family name.
        field: Key of the lead field. A family name may start with a particle; in a full name, Van or Bin at the start
            is a given name, and two words must remain when a word that may be a name is removed as a title.
        context: What the row and the list say.
        without: Rules that are not applied.

    >>> rewrite_name("DR. OLUWASEUN VAN DER BERG")
    Rewritten(value='Oluwaseun van der Berg', rules=('honorific', 'shouting'))
    >>> rewrite_name("Anna Weber (Einkauf)"), rewrite_name("Anna Weber (Berg)").value
    (Rewritten(value='Anna Weber', rules=('department',)), 'Anna Weber (Berg)')
    >>> [rewrite_name(name).value for name in ("Gen Suzuki", "Dr. Gomes & Dr. Lui", "Jean DUPONT", "山田太郎様")]
    ['Gen Suzuki', 'Dr. Gomes & Dr. Lui', 'Jean Dupont', '山田太郎']
    """
    rewritten = _in_plain_words(text, field, context, without)
    if rewritten is not None:
        return rewritten
    tidy = tidy_name(_in_one_line(text, field), "name", without)
    if tidy.value is None or not is_valid_text(text, _LONGEST) or _is_of_several(tidy.value, field):
        return tidy
    rules, name = list(tidy.rules), tidy.value
    if "emoji" not in without and name and (_IS_EMOJI(name[0]) or _IS_EMOJI(name[-1])):
        plain = _EMOJI_AT_AN_END.sub("", name)
        if plain:
            rules.append("emoji")
            name = plain
    if "prefix" not in without and (plain := without_prefix(name)) != name:
        rules.append("prefix")
        name = plain
    if "department" not in without and (alone := _without_department(name, field)) != name:
        rules.append("department")
        name = alone
    titled = name if "honorific" in without else honorific_of(name, field, context).name
    if titled != name:
        rules.append("honorific")
    cased, rule = plain_case(titled, context.country) or settle_case(
        titled, context.country, family=field == "last_name", dotted=context.dotted
    )
    if rule and rule not in without and not may_be_misread(titled):
        rules, titled = [*rules, rule], cased
    turned = titled if "reading order" in without else _in_reading_order(titled, rules, field, context)
    return Rewritten(turned, (*rules, *(["reading order"] if turned != titled else [])))


def _without_department(name: str, field: str) -> str:
    """Return a whole or a family name without a department in brackets behind it; IT may be a country."""
    found = _IN_BRACKETS_BEHIND.fullmatch(name)
    if found is None or field == "first_name" or (field == "full_name" and " " not in found[1]):
        return name
    return found[1] if len(found[2]) > 2 and is_department(found[2]) else name  # noqa: PLR2004 - letters


def _in_reading_order(name: str, rules: list[str], field: str, context: NameContext) -> str:
    """Return a name in reading order that is repaired already, and would else be half a repair: "Herr Lang, Udo".

    A form of address or a generation ("LANG, UDO II") shows that the cell is one person; other names with a comma wait
    for a person to decide.
    """
    if field != "full_name" or ", " not in name or context.country in FAMILY_FIRST:
        return name
    if "honorific" not in rules and not (rules and is_generation(name.rpartition(" ")[2])):
        return name
    parts = in_reading_order(name, context.known)
    before, _, after = name.partition(", ")
    one_family = sum(not is_particle(word.lower()) for word in before.split(" ")) == 1
    if parts is None and "honorific" in rules and one_family and plain_letters(after.split(" ")[0]) in given_names():
        parts = in_reading_order(name, by_list=True)
    return " ".join(parts) if parts else name


def _in_plain_words(text: str, field: str, context: NameContext, without: frozenset[str]) -> Rewritten | None:
    """Return a name of plain words in its canonical form, as :func:`rewrite_name` does; ``None`` for others."""
    if len(text) > _LONGEST:
        return None
    name = " ".join(filter(None, text.split(" ")))
    plain = read_plain_name(name, field, context.country)
    if plain is None or is_placeholder(name, "name") or without_prefix(name) != name:
        return None
    rules = [*(["whitespace"] if name != text else []), *(["honorific"] if plain.honorific else [])]
    if not without.isdisjoint(rules):
        return None
    if not plain.rule or plain.rule in without:
        return Rewritten(plain.name, tuple(rules))
    return Rewritten(plain.cased, (*rules, plain.rule))


def _is_of_several(name: str, field: str) -> bool:
    return is_of_several(name, given=field == "first_name")


def _in_one_line(text: str, field: str) -> str:
    """Return a text whose lines are several people with a slash between them: as one line they would be one name."""
    if len(text) > _LONGEST or LINE.search(text.strip()) is None or not _is_of_several(text, field):
        return text
    return LINE.sub(" / ", text.strip())


def honorific_of(name: str, field: str, context: NameContext = _NO_CONTEXT) -> NameParts:
    """Return a tidy name without its honorific, and the honorific; see :func:`rewrite_name` for the arguments.

    Nothing is removed from a full name if one word would remain (Prof Green), or if the title goes on in words that are
    not understood ("Dr. ès lettres Jean Roux"). A title of rank belongs to the name.

    >>> honorific_of("Dr. Ada", "first_name")
    NameParts(name='Ada', honorific='Dr.')
    >>> honorific_of("Sir Martin Hale", "full_name")
    NameParts(name='Sir Martin Hale', honorific='')
    """
    plain = read_plain_name(name, field, context.country)
    if plain is not None:
        return NameParts(plain.name, plain.honorific)
    least = WHOLE_NAME if field == "full_name" else 1
    parts = without_honorific(name, context.known, country=context.country, least=least)
    if not parts.honorific or holds_rank(parts.honorific):
        return NameParts(name, "")
    # Frau von Storch has one name; dr. ben smith may have two.
    words = parts.name.split(" ")
    names = [word for at, word in enumerate(words) if parts.name.islower() or not _is_particle_at(words, at)]
    whole = field != "full_name" or is_whole_name(" ".join(names))
    return parts if whole and not _title_goes_on(name, parts.name, context) else NameParts(name, "")


def _is_particle_at(words: list[str], at: int) -> bool:
    """Return whether a word is a particle: in lower case, or one of several with capitals (Van Der Berg, De La Cruz).

    A single one with a capital may be a given name: Van Nguyen, Al Gore.
    """
    if is_particle(words[at]):
        return True
    beside = [words[near].lower() for near in (at - 1, at + 1) if 0 <= near < len(words)]
    return at < len(words) - 1 and is_particle(words[at].lower()) and any(map(is_particle, beside))


def _title_goes_on(name: str, rest: str, context: NameContext) -> bool:
    """Return whether what follows a removed title is rather a part of it: "n. med.", "ès", "ETH"."""
    for part, written in zip(rest.split(", "), name.split(", "), strict=False):
        first, _, others = part.partition(" ")
        if not others or written.startswith(first):
            continue
        if _DOTTED.fullmatch(first) and (rest.isupper() or rest.islower()):
            return True
        if first.islower() and not part.islower() and not is_particle(first):
            return True
        # Dr. JP Morgan has initials, Dr. MÜLLER Hans a family name.
        if not rest.isupper() and (" " in others or not is_initials(first, 0)):
            cased = settle_case(part, context.country)[0].partition(" ")[0]
            if len(cased) > 1 and cased.isalpha() and cased.isupper():
                return True
    return False
