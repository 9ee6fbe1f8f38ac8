"""Read that a clause denies a refusal, or is about what another person wants: "no objection to mails". Pure."""

from __future__ import annotations

from typing import Final

from pb2b_notebook.opt_outs.slots import BESIDE, Clause, Slots, read_clause

_FAR: Final = {"register": 6, "": 4}
"""Words before one within which stands what denies it, for lists and for others: "no se ha dado de baja"."""
_DENY: Final = frozenset({"not", "no"})
_BETWEEN: Final = BESIDE | {"known", "whose", "goes", "other", "firm", "rest", "title"}
_MESSAGE: Final = frozenset({"noun", "channel"})
_CONTACT: Final = frozenset({"noun", "channel", "verb", "done"})
_DENIED: Final = frozenset({"cease", "cancel", "refuse", "fed", "dead", "dies", "threat", "sue", "complain"})
"""What the opposite is of behind a word that denies: "never complained"."""
_BEFORE_KIN: Final = _BETWEEN | {"person"}
_NO_WILLS: Final = frozenset({"tell", "dead", "dies"})
"""What the words of a clause do that reports the words of another one, or a death."""
_REFUSES: Final = frozenset({"refuse", "register"})
_OPPOSITE: Final = _REFUSES | {"cancel"}
_ASKS_MORE: Final = frozenset({"verb", "send", "done", "want", "more"})
"""What a word that denies says something of, if they stand behind it: "refused, not to be called"."""


def denies_refusal(plain: str) -> bool:
    """Return whether the plain words of a clause deny that a person refuses, or is on a list of those who do.

    >>> [denies_refusal(text) for text in ("does not object to", "nicht auf der sperrliste", "widerspricht nicht")]
    [True, True, True]
    >>> [denies_refusal(text) for text in ("objection to mails", "refused no mails", "no mails unsubscribe")]
    [False, False, False]
    """
    pairs = ((clause, without_what_is_denied(clause)) for clause in read_clause(plain))
    return any(
        (one or frozenset()) & (_OPPOSITE | ({"cease"} if "asked" in found else frozenset())) - (other or frozenset())
        for clause, rest in pairs
        for found in [frozenset[str]().union(*(slots for slots in clause if slots))]
        for one, other in zip(clause, rest, strict=True)
    )


def is_will_of_another(plain: str) -> bool:
    """Return whether a relative or a colleague is who does what the plain words of a clause say.

    >>> [is_will_of_another(text) for text in ("her boss refuses mails", "wife says no calls", "refuses his boss")]
    [True, False, False]
    """
    clauses = read_clause(plain)
    return bool(clauses) and all(map(_begins_with_another, clauses))


def _begins_with_another(clause: Clause) -> bool:
    first = next((slots for slots in clause if slots is None or not slots & _BEFORE_KIN), None) or frozenset()
    return "kin" in first and not any(slots and slots & _NO_WILLS for slots in clause)


def without_what_is_denied(clause: Clause) -> Clause:
    """Take what a word right before it denies out of a clause: "has not complained", but not "no mails, remove".

    A verb may also stand before what denies it: "widerspricht nicht".
    """
    found, deniers = [*clause], set[int]()
    for place, slots in enumerate(clause):
        far = _FAR["register" if "register" in (slots or ()) else ""]
        near = range(place - 1, max(place - far, -1), -1)
        at = next((each for each in near if each in deniers or not _says_nothing(found[each])), place)
        if at and "asked" in (clause[at] or ()):  # "has not asked to be removed", but not "no customer, asked"
            at -= 1
        before = (clause if slots and slots & _REFUSES else found)[at] or frozenset()  # "kein Einspruch gegen"
        ends = "not" in before and (slots or frozenset()) & {"register", "cease"}
        denied = _DENIED | ({"register", "alone"} if ends else frozenset())
        says_opposite = slots and slots & denied and "verb" not in slots  # "nicht melden" refuses contact
        if slots and says_opposite and before & _DENY and not before & _MESSAGE:
            found[place], found[at] = slots - denied, before - _DENY
            deniers.add(at)
            is_consent = any("consent" in (one or ()) for one in clause)
            if ("refuse" in slots or is_consent) and not slots & _CONTACT:  # "no tiene nada en contra"
                _take_denials_away(found, at, place)
        elif slots and slots & _REFUSES and _is_denied_behind(clause, place):
            found[place] = slots - denied - _REFUSES
            _take_denials_away(found, place, place)
    return found


def _take_denials_away(found: Clause, at: int, place: int) -> None:
    """Let words that deny the same say nothing: some before, and the one right behind ("ne s'oppose pas")."""
    for each in range(at - 1, max(at - 4, -1), -1):
        if (found[each] or frozenset()) & _CONTACT:
            break
        found[each] = (found[each] or frozenset()) - _DENY - {"more"}
    for each in range(place + 1, min(place + 3, len(found))):
        if _is_denial(found[each]) or (each == place + 1 and found[each] == frozenset({"no"})):  # "never say no to"
            found[each] = (found[each] or frozenset()) - _DENY - {"more"}


def _is_denied_behind(clause: Clause, place: int) -> bool:
    """Return whether a denial stands behind a word, and says nothing of what follows it."""
    behind = [slots or frozenset() for slots in clause[place + 1 :]]
    at = next((each for each, slots in enumerate(behind) if not slots <= _BETWEEN | {"list"}), len(behind))
    if at == len(behind) or "only" in behind[at] | (behind[at + 1] if at + 1 < len(behind) else frozenset()):
        return False  # "refuses not only mails"
    return _is_denial(behind[at]) and not any(slots & _ASKS_MORE for slots in behind[at + 1 :])


def _is_denial(slots: Slots | None) -> bool:
    return bool(slots) and "not" in (slots or ()) and not (slots or frozenset()) & _CONTACT


def _says_nothing(slots: Slots | None) -> bool:
    return slots is not None and slots <= _BETWEEN
