"""Read the sentences by which people agree or refuse to be contacted: names of columns of forms, and answers. Pure.

A sentence has an attitude ("I agree", "ich möchte"), and what it is about ("emails", "Werbung"). A negation beside the
attitude turns it around: a column "I do not want any emails" refuses where its cell says yes.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.opt_outs.vocabulary import is_without_spaces, opt_out_words, plain_words

_LONGEST_SENTENCE: Final = 400
_SHORTEST_SENTENCE: Final = 9
"""Characters of a sentence in a script with spaces."""
_ANSWERS: Final = re.compile(r"\([^()]*\)\s*$")
"""What a question may be answered by: "(Y/N)"."""
_YES_OR_NO: Final = re.compile(
    r"\(?\b(?:[jyotdsia] ?/ ?n|ja ?/ ?ne[ei]n?|yes ?/ ?no|oui ?/ ?non|s[ií] ?/ ?no|tak ?/ ?nie)\b\)?|\?\s*$",
    re.IGNORECASE,
)
_SHORT_ANSWER: Final = 3
_LONGEST_ANSWER: Final = 8
"""Words of an answer that is negative wherever its negation stands."""
_LONGEST_NOTE: Final = 20
"""Words of a note that has a whole refusal."""


class _Patterns(NamedTuple):
    """Patterns of plain words.

    Attributes:
        agrees: A sentence by which a person agrees to be contacted.
        refuses: An attitude with a negation, or a verb of refusal.
        about: What a refusal is about.
        others: What else a sentence may be about.
        attitude: A verb of an attitude.
        negation: A negation that means nothing else in another language.
        refusal: A verb of refusal; with a negation, it refuses nothing.
        unspaced: A negation in a script without spaces, or a part of a word.
        third_parties: Who else may contact a person.
        messages: A wish for newsletters or offers, a consent to newsletters, or whether one may write.
        no_messages: A negation before what such a wish is about; "no boletim" is Portuguese for "in the bulletin".
        others_of_messages: What else such a wish may be about, and by which other way.
    """

    agrees: re.Pattern[str]
    refuses: re.Pattern[str]
    about: re.Pattern[str]
    others: re.Pattern[str]
    attitude: re.Pattern[str]
    negation: re.Pattern[str]
    refusal: re.Pattern[str]
    unspaced: re.Pattern[str]
    third_parties: re.Pattern[str]
    messages: re.Pattern[str]
    no_messages: re.Pattern[str]
    others_of_messages: re.Pattern[str]


def read_sentence(text: str) -> Literal["agrees", "refuses"] | None:
    """Return whether a sentence says that a person agrees, or refuses, to be contacted; ``None`` if it says neither.

    The choice of a newsletter is not the consent of a lead, but who wants none of it is left alone.

    >>> read_sentence("I agree to receive offers by e-mail"), read_sentence("Ik wil geen e-mails ontvangen")
    ('agrees', 'refuses')
    >>> read_sentence("I do not object to being contacted"), read_sentence("I agree to be photographed")
    ('agrees', None)
    """
    if len(text) <= _SHORTEST_SENTENCE and not is_without_spaces(text):
        return None
    plain, patterns = plain_words(text, _LONGEST_SENTENCE), _patterns()
    refusal = patterns.refusal.search(plain)
    if plain.isascii() and not refusal and not patterns.attitude.search(plain):
        return None  # names of columns seldom are sentences
    if refusal and patterns.negation.search(plain):
        return "agrees" if patterns.about.search(plain) else None
    if patterns.refuses.search(plain):
        return "refuses" if patterns.about.search(plain) else None
    others = patterns.others.search(plain) or patterns.third_parties.search(plain)
    return "agrees" if patterns.agrees.search(plain) and not others else None


def asks_for_third_parties(text: str) -> bool:
    """Whether a sentence asks if others, such as sponsors, may contact a person or get the address.

    >>> asks_for_third_parties("Do you agree that sponsors contact you?")
    True
    >>> asks_for_third_parties("Do you agree that we contact you?"), asks_for_third_parties("Partner email")
    (False, False)
    """
    plain, patterns = plain_words(text, _LONGEST_SENTENCE), _patterns()
    if not patterns.third_parties.search(plain) or patterns.others.search(plain):
        return False
    return all(words.search(plain) for words in _question_patterns())


@lru_cache(maxsize=1024)
def asks_for_messages(text: str) -> bool:
    """Whether a question or a box of a form asks if a person wants newsletters or offers: a no to it refuses them.

    A bare "Newsletter" says only who is on a list; a text message or a letter is another way than e-mail. So asks who
    writes whether one may send mail, and a bare "Mailing" with its answers or a question mark.

    >>> asks_for_messages("Souhaitez-vous recevoir nos offres ?"), asks_for_messages("Wil nieuwsbrief ontvangen")
    (True, True)
    >>> [asks_for_messages(text) for text in ("Newsletter", "Newsletter sent", "Would you like an offer?", "Mailing")]
    [False, False, False, False]
    >>> [asks_for_messages(text) for text in ("Má senda póst", "May we write?", "Mailing j/n", "Mailings?", "Call?")]
    [True, True, True, True, False]
    >>> asks_for_messages("Newsletter erlaubt"), asks_for_messages("Newsletter not allowed")
    (True, False)
    """
    if (bare := _YES_OR_NO.sub(" ", text)) != text and plain_words(bare) in _names_of_mailing():
        return True
    plain, patterns = plain_words(_ANSWERS.sub("", text), _LONGEST_SENTENCE), _patterns()
    if not patterns.messages.search(plain) or patterns.no_messages.search(plain):
        return False
    return not any(words.search(plain) for words in (patterns.others_of_messages, patterns.negation, patterns.refusal))


@cache
def _names_of_mailing() -> frozenset[str]:
    return frozenset(map(plain_words, opt_out_words()["sentences"]["mailing"]))


@lru_cache(maxsize=1024)
def refuses_messages(text: str) -> bool:
    """Whether a box of a form says that a person wants no newsletter, or no news: a yes to it refuses them.

    >>> [refuses_messages(text) for text in ("No newsletter", "Pas de newsletter", "Wants no offers")]
    [True, True, True]
    >>> [refuses_messages(text) for text in ("No. newsletters", "No newsletter sent", "Newsletter", "Newsletter no")]
    [False, False, False, False]
    """
    plain, patterns = plain_words(_ANSWERS.sub("", text), _LONGEST_SENTENCE), _patterns()
    is_count = "no." in text.casefold()
    return not is_count and bool(patterns.no_messages.search(plain)) and not patterns.others_of_messages.search(plain)


@lru_cache(maxsize=1024)
def asks_for_way(name: str) -> bool:
    """Whether a column of this name holds the way by which a person prefers to be contacted.

    >>> [asks_for_way(name) for name in ("Preferred contact", "Kontaktweg", "Preferred contact person", "Contact")]
    [True, True, False, False]
    """
    plain, (others, *patterns) = plain_words(name), _way_patterns()
    return all(pattern.search(plain) for pattern in patterns) and not others.search(plain)


def is_no_way(answer: str) -> bool:
    """Whether an answer to such a column is that no way is preferred: "keiner"."""
    return plain_words(answer) in {*map(plain_words, opt_out_words()["ways"]["none"])}


@cache
def _way_patterns() -> tuple[re.Pattern[str], ...]:
    parts = (("others",), ("preferred", "both"), ("contact", "both"))
    return tuple(re.compile(rf"\b(?:{_one_of(*each, section='ways')})\b") for each in parts)


def refuses_in_note(plain: str) -> bool:
    """Whether the plain words of a note say that a person does not want to be contacted, at no time.

    >>> [refuses_in_note(note) for note in ("mochte keine emails mehr erhalten", "ne veut plus recevoir de mails")]
    [True, True]
    >>> [refuses_in_note(note) for note in ("no budget wants calls", "mochte nicht vor mai kontaktiert werden")]
    [False, False]
    """
    if not any(map(plain.__contains__, _words_of_notes())):
        return False
    wish, refusal, time = _note_patterns()
    words = len(plain.split())
    refuses = words <= _LONGEST_ANSWER and wish.search(plain) is not None
    return (refuses or (words <= _LONGEST_NOTE and refusal.search(plain) is not None)) and not time.search(plain)


def is_about_something_else(plain: str) -> bool:
    """Whether the plain words of a consent are about photos, partners or a newsletter.

    >>> is_about_something_else("einwilligung fotos"), is_about_something_else("einwilligung werbung")
    (True, False)
    """
    patterns = _patterns()
    return patterns.others.search(plain) is not None or patterns.third_parties.search(plain) is not None


def says_attitude(plain: str) -> bool:
    """Whether plain words have a verb of an attitude: "no deseo" answers more than "no"."""
    return _patterns().attitude.search(plain) is not None


def is_negative_answer(plain: str) -> bool:
    """Return whether the plain words of an answer deny or refuse.

    >>> [is_negative_answer(answer) for answer in ("not agreed", "darf nicht", "vill helst inte", "i do not object")]
    [True, True, True, False]
    """
    words, patterns = plain.split(), _patterns()
    refuses = patterns.refusal.search(plain) is not None
    denies = patterns.negation.search(plain) is not None and len(words) <= _LONGEST_ANSWER
    if refuses or denies:
        return refuses != denies
    return (
        words[0] in negative_heads()
        or (len(words) <= _SHORT_ANSWER and words[-1] in _ends())
        or patterns.unspaced.search(plain) is not None
    )


@cache
def negative_heads() -> frozenset[str]:
    """Return the first words of negative answers."""
    return frozenset(map(plain_words, opt_out_words()["answers"]["heads"]))


@cache
def _words_of_notes() -> frozenset[str]:
    """Return words of which each such note has one."""
    parts = ("what", "refusals", "approached", "own_removals", "removals")
    return frozenset(plain_words(word) for part in parts for word in opt_out_words()["notes"][part])


@cache
def _note_patterns() -> tuple[re.Pattern[str], ...]:
    parts = ("wants", "wants_not", "what", "bought", "times")
    wants, wants_not, what, bought, times = (_one_of(part, section="notes") for part in parts)
    # A negation belongs to the word beside it: "no answer, wants a call".
    nots = rf"(?:{_one_of('negations', 'negations_before')})"
    wish = rf"\b(?:{nots} (?:{wants})|(?:{wants}) {nots}|{wants_not})\b"
    wish += rf"(?: \w+){{0,3}} (?:{what})\b(?! (?:{bought})\b)"
    refusals, own, others, before, lists, other_lists = (
        _one_of(part, section="notes")
        for part in ("refusals", "own_removals", "removals", "before_lists", "lists", "other_lists")
    )
    civil = _one_of("flags", section="around")
    of_list = rf"(?: (?:{before}))* (?:{lists})\b(?! (?:{other_lists})\b)"
    removal = rf"(?:{own})(?:(?: (?:{civil}))*$|{of_list})|(?:{others}){of_list}"
    asks, being, approached = (_one_of(part, section="notes") for part in ("asks", "being", "approached"))
    asked = rf"(?:{asks}) {nots}(?: (?:{being}))* (?:{approached})"
    # "Do not delete my data" asks for the opposite.
    refusal = r"(?<!\bnot )(?<!\bnever )(?<!\bever )(?<!\bdont )\b"
    refusal += rf"(?:{refusals}|{asked})\b(?! (?:{bought})\b)|\b(?:{removal})"
    patterns = (wish, refusal, rf"\b(?:{times})\b")
    return tuple(map(re.compile, patterns))


@cache
def _ends() -> frozenset[str]:
    return frozenset(map(plain_words, opt_out_words()["answers"]["ends"]))


def _one_of(*parts: str, section: str = "sentences") -> str:
    table = opt_out_words()[section]
    words = (plain_words(word) + (r"\w*" if word.endswith("*") else "") for part in parts for word in table[part])
    return "|".join(words)


@cache
def _question_patterns() -> tuple[re.Pattern[str], ...]:
    """Return patterns of what a question about third parties has: an attitude, and a contact or what is passed on."""
    asks = rf"\b(?:{_one_of('agrees', 'wishes', 'attitudes', 'may')})\b|{_one_of('unspaced')}"
    about = rf"\b(?:{_one_of('to', 'wishes_to', 'shared')})\b|{_one_of('unspaced_to', 'unspaced_shared')}"
    return re.compile(asks), re.compile(about)


@cache
def _patterns() -> _Patterns:
    attitude = rf"\b(?:{_one_of('agrees', 'wishes', 'attitudes')})\b"
    # "No" is also a word of Portuguese, and "ne" one of Italian: they deny what stands behind them.
    before = rf"\b(?:{_one_of('negations')}) (?:\w+ ){{0,3}}{attitude}"
    before += rf"|\b(?:{_one_of('negations_before')}) (?:\w+ )?{attitude}"
    behind = rf"{attitude} (?:\w+ ){{0,3}}(?:{_one_of('negations')})\b"
    refusal = rf"\b(?:{_one_of('refusals')})\b"
    # Who agrees may read of the right to unsubscribe.
    refuses = rf"\b(?:{_one_of('wishes')}) (?:\w+ ){{0,2}}{refusal}|^(?!.*\b(?:{_one_of('agrees')})\b).*{refusal}"
    unspaced_not = _one_of("unspaced_not")
    unspaced_refuses = rf"(?:{_one_of('unspaced')}).*(?:{unspaced_not})|(?:{unspaced_not}).*(?:{_one_of('unspaced')})"
    # In Turkish, the verb is last.
    agrees = rf"(?=.*\b(?:{_one_of('agrees')})\b).*\b(?:{_one_of('to')})\b"
    wishes = rf".*\b(?:{_one_of('wishes')})\b.*\b(?:{_one_of('wishes_to')})\b"
    unspaced = f"(?=.*(?:{_one_of('unspaced')})).*(?:{_one_of('unspaced_to')})"
    return _Patterns(
        lazy_pattern(f"^(?:{agrees}|{wishes}|{unspaced})"),
        lazy_pattern(f"{before}|{behind}|{refuses}|{unspaced_refuses}"),
        lazy_pattern(rf"\b(?:{_one_of('to', 'wishes_to', 'newsletters')})\b|{_one_of('unspaced_to')}"),
        lazy_pattern(rf"\b(?:{_one_of('not', 'newsletters')})\b"),
        lazy_pattern(attitude),
        lazy_pattern(rf"\b(?:{_one_of('negations')})\b"),
        lazy_pattern(refusal),
        lazy_pattern(unspaced_not),
        lazy_pattern(rf"\b(?:{_one_of('third_parties')})\b|{_one_of('unspaced_third_parties')}"),
        lazy_pattern(
            rf"^(?=.*\b(?:{_one_of('newsletters', 'bulletins', 'messages')})\b)(?=.*\b(?:{_one_of('wants')})\b)"
            rf"|^(?=.*\b(?:{_one_of('newsletters', 'bulletins')})\b)(?=.*\b(?:{_one_of('accepts')})\b)"
            rf"|^(?=.*\b(?:{_one_of('may_write')})\b)(?=.*\b(?:{_one_of('writing')})\b)"
        ),
        lazy_pattern(
            rf"\b(?:no(?! bolet)|{_one_of('negations')}) (?:de? )?"
            rf"(?:{_one_of('newsletters', 'bulletins', 'messages')})\b"
        ),
        lazy_pattern(
            rf"\b(?:{_one_of('messages_not', 'not', 'third_parties')})\b"
            rf"|^(?!.*\b(?:{_one_of('mail')})\b).*\b(?:{_one_of('ways_not')})\b"
        ),
    )
