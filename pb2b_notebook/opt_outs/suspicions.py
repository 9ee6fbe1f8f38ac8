"""Read that a remark may be a refusal, though not all of its words are understood: a person is to look at it. Pure.

Each word does something: it denies, ends, asks, names a way of contact, a lawyer or a death (``slots.toml``, and the
words of ``requests.toml``). A clause may refuse if some of these stand near each other, in the language that knows most
of its words, whatever stands between them. Times, invoices, and what was not reached or received make it something
else, and so does the death of a relative. Addresses are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.opt_outs.denials import denies_refusal, is_will_of_another, without_what_is_denied
from pb2b_notebook.opt_outs.leavings import tells_leaving
from pb2b_notebook.opt_outs.recognition import is_legend, plain_clauses, says_in_words
from pb2b_notebook.opt_outs.registers import names_register, says_unlisted
from pb2b_notebook.opt_outs.relatives import is_of_relative, tells_death_of_relative
from pb2b_notebook.opt_outs.slots import BESIDE, OF_DUTIES, Clause, Slots, does, find_statements, read_clause
from pb2b_notebook.opt_outs.things import leave_out_things
from pb2b_notebook.opt_outs.vocabulary import opt_out_words, plain_words

_LONGEST: Final = 15
"""Words of such a remark: a refusal is short, and a text about a company is not."""
_NEAR: Final = 7
"""Words within which those of a rule stand."""
_ONLY_FOR: Final = 5
"""Words from "only" within which stands what an address is for."""
_WORDS_OF_SENTENCE: Final = 3
"""Words of a statement that needs only a known word behind it: "left the company"."""
_WORDS_OF_TIME: Final = 2  # that are not known: "after the Acme merger"
_WORDS_OF_POST: Final = 4
_SHORT: Final = 3
"""Letters of an abbreviation."""
_MARK: Final = lazy_pattern(
    r"†|(?i:\A\W*(?:(?:he|she|has|sadly) ){0,3}passed\W*\Z|"
    r"\b(?:he has|she has|hes|he's|she's|sadly|has sadly) passed(?=\s*(?:[,;.!(/–-]|\Z))|"
    r"(?:^|[.,;:\n]\s{0,3}|\b(?:he|she|has|sadly) )passed (?:in |on )?(?:\d{1,2}[/.-]\d|\d{4}\b|"
    r"\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d))"
)
"""A dagger, or "passed" alone or with a date, and nothing that was passed."""
_YEAR_OF_DEATH: Final = lazy_pattern(
    r"(?i)(?:\A|[;,(/])\s*(?:\*\s?\d{4}\s*[-,;]?\s*)?"
    r"(?:\+|(?:\+ ?)?(?:gest|verst|zm|zem|zemř|umř|umr|ovl|overl|avl|kuol|elh|d)\.)"
    r" ?(?:(?:19|20)\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d)\s*(?:\Z|[;,)])"
)
"""A sign or a short word for a death with its year or date, and nothing else: "+ 2024", "zm. 2023"."""
_ARTICLE: Final = lazy_pattern(
    r"(?i)\b(?:art|article|artikel|articolo|art[ií]culo|artigo|čl|cikk)\b\.?\s*(?:1[5-9]|2[0-2])\b|§\s*7\b"
)
"""Articles of laws of data protection by which people ask for their data, or object, and the German one on spam."""
_PLUS: Final = re.compile(r"(?i)(?<=\bn[eo])\s*\+\s*")
"""As French and Spanish people write "any more": "ne + appeler"."""
_PLUS_BEHIND: Final = re.compile(r"(?i)\b(ne|no|non|nn|não|nao)((?: [^\W\d_]+){1,2})\s\+\s")
_POINT: Final = re.compile(
    r"(?i)(?<=\b(?:gem|bez|hrn|mrs|ing|art|bzg|ggü|mme|dhr|dep|sra|sig))\.(?=\s*\w)|(?<=\b(?:gg|lt|wg|hr|fr|fa|mr|ms|dr|sr|st|zm|pr))\."
    r"(?=\s*\w)|(?<=\b(?:jegl|bzgl|betr|mevr))\.(?=\s*\w)|(?<=\b(?:ausdr|sämtl|telef|absol|nachf|vertr))\."
    r"(?=\s*\w)|(?<=\b[a-zäöü])\.(?= [^\W\d])|"
    r"(?<=\b(?:jan|feb|mar|mrz|apr|jun|jul|aug|sep|okt|oct|nov|dez|dec|déc))\.(?= (?-i:[a-zà-ÿ]))"
)
"""That behind a short word that goes on with the next one: "gem. DSGVO", "n. m. anrufen"."""
_ANSWER: Final = re.compile(r"(?i)\bno(?= (?:cancel|unsubscrib)\w*(?:s|ed)\b)")
"""That before a verb which it cannot deny: a comma behind it is left out."""
_THAT: Final = re.compile(
    r"(?i),(?=\s(?:that|dass|żeby|żebyśmy|aby|abyśmy|abychom|чтобы|чтоб|щоб|hogy|että|ettei|ettemme|att|at|да|че|να)\s)"
)
"""A comma before what is wished: "nie chce, żeby dzwonić"."""
_WISHED: Final = re.compile(
    r"(?i)\b((?:soovi|taha|palu|nõua|szeretn|kér|akar|grib|negrib|vēl|nevēl|lūdz|praš|nori|nenori|pageid|žel|noče|hoče|"
    r"prosi|zahteva|traži|moli|zamoli|wil|vra|vol|demana|pide|pediu|quere)\w*(?:\s\w{1,6})?),"
    r"(?=\s(?:et|ha|lai|kad|naj|da|dat|že|que)\s)"
)
"""A wish with a comma before a word that also means something else: "szeretné, ha nem hívnánk"."""
_DATE: Final = re.compile(
    r"(?<![\w/.-])(?:\d{1,2}[/.-]){1,2}\d{2,4}(?![\w/-])|(?<!\w)(?:19|20)\d\d(?!\w)|(?<![\w'])'\d\d(?!\w)|"
    r"(?i:\b[qthk][1-4]\b|\b(?:kw|cw) ?\d\d?\b)|"
    r"(?<![\w/.-])(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])(?![\w/-])\.?"
)
"""A date, year, quarter or week."""
_NAMED: Final = re.compile(
    r"\b[A-Z][a-zà-ÿ]{1,15}['’]s (?=(?:no longer (?:there|here|in|with|at|work\w*)|left|moved on|retired|resigned)\b)"
)
"""A name with a short form of "is" or "has": "Tom's no longer there"."""
_ISO_DATE: Final = r"\d{4}-\d\d-\d\d"
_NO_CONTACT: Final = re.compile(
    r"(?i)\b(?:no|kein(?:en)?|pas de|sin|nessun|sem|geen|ingen|inget|brak|bez)"
    r" [ck]onta[ck]?t|\b(?:нет|без|немає) контакт"
)
"""A contact that was not made."""
_ON_LEAVE: Final = re.compile(r"(?i)\bde (?:baja|baixa) (?:hasta|at[eé]|fins)\b")
"""Sick leave, which an opt-out is without a time."""
_COUNTED: Final = ("tries", "complain", "noun", "channel", "refuse")
"""What is counted before a refusal: "no calls after 5 complaints"."""
_STROKE: Final = re.compile(r"(?<=\b[^\W\d_])/(?=[^\W\d_]\b)")
"""That of an abbreviation: n/a, c/c."""
_SHORTENED: Final = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+)\.")
_NUMBERED: Final = re.compile(r"(?i)\b(pos(?:ition|izione|ici[oó]n|ição|to|t|te)?)\.? (?:nr\.? ?|no\.? ?)?(?=\d)")
"""A position of an order, or a place: "Position 3 gestrichen" is not about a job."""
_ADDRESS: Final = re.compile(r"(?<!\S)\S+(?:@|://)\S+|\bwww\.\S+")
"""Looked for once in each word: a word may be as long as a file."""
_DENY: Final = frozenset({"not", "no"})
_MESSAGE: Final = frozenset({"noun", "channel"})
_CONTACT: Final = frozenset({"noun", "channel", "verb", "done"})
_SALUTED: Final = frozenset(
    {"herr", "herrn", "hr", "frau", "fr", "mr", "mrs", "ms", "mister", "m", "mme", "monsieur", "madame", "sr", "sra",
     "senor", "senora", "signor", "signora", "sig", "sig.ra", "dhr", "mevr", "mevrouw", "meneer", "pan", "pani", "pana"}
)  # fmt: skip
"""Words before a name: a funeral of "Herr Berg" may be that of the person, whoever else died."""
_CLAIMS: Final = (
    ({"threat"}, {"authority", "law", "lawyer", "sue", "complain", "noun"}),
    ({"sue"}, _CONTACT | {"us", "lawyer", "authority", "more"}),
    ({"complain"}, {"noun", "authority", "law", "lawyer"}),
    ({"lawyer"}, {"noun", "channel", "more", "verb", "law", "us"}),
    ({"law"}, {"claim", "cease", "complain", "refuse"}),
)
"""What is something else beside what people sell: "GDPR request software"."""
_PLAIN_REFUSALS: Final = (
    ({"alone"},),
    (_DENY, {"more"}, _CONTACT | {"send"}),
    ({"more"}, {"dont", "nosend", "wont", "refuse"}, _MESSAGE),
    (_DENY, {"want"}, _CONTACT | {"us"}),
    ({"want"}, {"cease"}, _CONTACT | {"list", "person"}),
    ({"fed"}, _CONTACT | {"us", "more"}),
    ({"threat"}, {"authority", "law", "lawyer", "sue", "complain"}),
    (_DENY | {"cease", "refuse", "cancel"}, {"consent"}),
)
"""What stays a refusal beside a time or a product: "no more mails after Friday"."""
_REFUSALS: Final = (
    ({"dont"},),
    (_DENY, {"send"}, _MESSAGE),
    ({"wont"}, _CONTACT | {"us", "send"}),
    ({"nosend"}, _MESSAGE | {"more", "person"}),
    ({"cease"}, {"channel", "verb", "done"}),
)
"""What is about a time beside a day of the week: "no calls on Mondays"."""
_WHO: Final = frozenset({"person", "us", "want", "asked", "tell"})
_AT_LENGTH: Final = (
    (_DENY, {"more"}, _MESSAGE),
    (_DENY, {"want"}, _MESSAGE),
    ({"want"}, {"cease"}, _CONTACT | {"list", "person"}),
    ({"cease"}, {"person"}, {"list"}),
    ({"fed"}, _MESSAGE, {"us"}),
    ({"threat"}, {"authority", "lawyer", "sue"}),
    ({"leave"},),
)
"""What is a refusal also in a text of some sentences, which may be about a company."""
_VERB_AT_END: Final = r"(?:ist|war|hat|hatte|wurde|ging|trat|is|was|heeft|had|werd)"
_NOT_RELATIVE: Final = re.compile(
    rf"(?:der|die)\b(?! (?:(?!{_VERB_AT_END}\b)\S+ )+{_VERB_AT_END}$)"
    r"|(?:que|che) (?:el|la|los|las|o|a|os|as|il|lo|i|gli|le|l)\b"
)
"""An article and a noun, or another subject: "der Kunde ist ausgeschieden", and not "der in Rente ging"."""
_ENDS: Final = (
    ({"leave"},),
    ({"cease"}, {"noun", "list", "person"}),
    ({"cancel"}, {"noun", "list"}),
    ({"refuse"}, _CONTACT | {"send"}),
    ({"refuse"}, {"use"}, {"list"}),
)
_NEIGHBOURS: Final = (
    (({"not"}, {"verb"}), 4),
    (({"no"}, {"noun"}), 2),
    (({"not"}, {"noun"}), 1),
    (({"add"}, {"not"}, {"list", "noun"}), 5),
)
"""Rules, with the words within which theirs stand. No unknown word follows: "no mail slot" is not a refusal."""
_ONLY_CEASE: Final = frozenset({"cease", "want", "person", "initials", "tell", "asked"})
_ASIDE: Final = frozenset(
    {"known", "initials", "person", "want", "us", "tell", "day", "more", "title", "whose",
     "goes", "firm", "other", "rest", "place", *BESIDE}
)  # fmt: skip
"""What words do that may stand beside a statement: "his wife says that he has left the company in May"."""
_LEAVINGS: Final = (
    (_DENY, {"more"}, {"work"}),
    ({"nowork"}, {"more"}),
    ({"nowork"}, {"firm"}),
    ({"quits"}, {"firm", "us"}),
    ({"since"}, {"at"}, {"place", "other"}),
    ({"since"}, {"work"}, {"place"}),
    (_DENY, {"more"}, {"at"}, {"us", "person", "place"}),
    ({"goes"}, {"rest"}),
    ({"goes"}, {"other"}, {"firm"}),
    ({"work"}, {"other"}),
    (_DENY, {"more"}, {"firm"}),
    (_DENY, {"work"}, {"since"}),
    ({"since"}, {"rest"}),
)
"""Who works there no more, retired, changed the employer, or works elsewhere."""
_PERSON: Final = frozenset({"person"})
_KNOWN: Final = frozenset({"known"})
_NOT: Final = _DENY | {"isnt"}
_MORE: Final = frozenset({"more", "longer"})
_LOST_DUTIES: Final = (
    (_NOT, _MORE, {"duty"}),
    (_NOT, _MORE, {"acts"}, {"area"}),
    (_NOT, _MORE, {"acts", "at"}, {"role"}),
    ({"isnt"}, _MORE, {"in", "at"}, {"firm"}),
    (_NOT, _MORE, {"work"}, {"area"}),
    ({"nowork"}, _MORE, {"area"}),
    ({"noduty"}, _MORE),
    ({"noacts"}, _MORE, {"area", "role"}),
    ({"goes"}, {"other"}, {"area", "role"}),
    ({"changes"}, {"area"}),
    (_NOT, _MORE, {"here"}),
    ({"role"}, {"ended"}),
)
"""Who is not responsible any more, does not handle purchases, holds a post no longer or has left the place."""
_WHEN: Final = BESIDE | {"day"}
"""What words do that may follow the job or the company that a person changed."""
_WHEN_ONCE: Final = frozenset({"time", "span", "ago", "since", "day"})
_LEFT_BEHIND: Final = re.compile(r"\bleft us (?:an?|the|his|her|their|its|some|no|two|three)\b")
_LEFT_WHEN: Final = ({"quits"}, {"time"})
_OF_LEAVING: Final = (_ASIDE - {"day"}) | {"not", "no", "work", "nowork"}
"""What words do of which the clause consists: a machine, a link or a phone may not work either."""


def may_refuse(text: str) -> bool:
    """Return whether a clause of a remark may refuse contact, or say that the person died or threatens.

    >>> may_refuse("met at the fair. Furious about our mails!"), may_refuse("† 12.5.2025"), may_refuse("VIP")
    (True, True, False)
    """
    if is_legend(text):
        return False
    given = text
    text = _WISHED.sub(r"\1 ", _ADDRESS.sub(" ", _ANSWER.sub("no,", _NAMED.sub("he is ", text))))
    text = _NUMBERED.sub(r"\1x ", _without_dates(text))
    text = _STROKE.sub(" ", _POINT.sub(" ", _PLUS.sub(" plus ", _PLUS_BEHIND.sub(r"\1\2 plus ", _THAT.sub(" ", text)))))
    clauses = [*filter(None, map(leave_out_things, plain_clauses(text)))]
    dated = _DATE.sub(" januar ", text.replace(":", "."))  # "auto-reply: has left the company 3/25"
    others = [*filter(None, map(leave_out_things, plain_clauses(dated)))] if dated != text else []
    if any(map(_may_not_deny, dict.fromkeys((*clauses, *others)))):
        return True
    if text.count(" ") >= _LONGEST:
        return any(map(_refuses_at_length, clauses))
    if says_unlisted(clauses):
        return False
    # The others are initials, or who asked for it.
    is_one = sum(len(clause) > _SHORT and not _only_asks(clause) for clause in clauses) == 1
    is_one = is_one or (len(clauses) == 1 and (" " in clauses[0] or not text.isascii()))
    capitals = _capitals(text)
    mourns = len(clauses) > 1 and any(map(tells_death_of_relative, dict.fromkeys(clauses)))
    plainly = not any(word in _limits() for clause in clauses for word in clause.split())
    shortened = {plain_words(word) for word in _SHORTENED.findall(text)}
    clauses = [f"{clause}." if clause.rpartition(" ")[2] in shortened else clause for clause in clauses]
    return (
        _MARK.search(text) is not None
        or _YEAR_OF_DEATH.search(given) is not None
        or any(_may_refuse(one, whole=is_one, mourns=mourns and _SALUTED.isdisjoint(one.split())) for one in clauses)
        or any(
            _has_statement(one, whole=is_one, plainly=plainly, capitals=capitals) for one in _without_former(clauses)
        )
        or any(_has_statement(one, whole=False, capitals=capitals) for one in _without_former(others))
        or any(_refuses_behind(one) for one in clauses)
        or any(does(before, "heir") and says_in_words(one) for before, one in pairwise(clauses))
        or (_ARTICLE.search(text) is not None and _names_law(clauses))
    )


def may_have_left(text: str) -> bool:
    """Return whether a short text of one clause says that the person left the company, or does not work there.

    >>> may_have_left("left the firm in May"), may_have_left("no interest"), may_have_left("wants no more calls")
    (True, False, False)
    """
    clauses = plain_clauses(_ADDRESS.sub(" ", text)) if text.count(" ") < _LONGEST else []
    return len(clauses) == 1 and _has_statement(clauses[0], whole=False, capitals=_capitals(text))


def _refuses_behind(plain: str) -> bool:
    """Return whether a refusal stands behind words that say no by themselves: "not interested stop calling".

    >>> _refuses_behind("not interested stop calling"), _refuses_behind("not interested in calls")
    (True, False)
    """
    ends = (end for kind, begin, end in find_statements(plain) if kind in {"bare", "uninterested"} and not begin)
    rests = (" ".join(plain.split()[end:]) for end in ends)
    return any(rest and says_in_words(rest) for rest in rests)


@cache
def _limits() -> frozenset[str]:
    return frozenset(map(plain_words, opt_out_words()["around"]["limits"]))


def _without_dates(text: str) -> str:
    """Leave out dates before or until which a person is not to be contacted, and numbers of attempts or complaints.

    A time of the day stays: who is not to be called before 9 may be called. "No contact after 3 calls" was not reached.

    >>> _without_dates("do not mail before 10 May"), _without_dates("do not call after 3 complaints")
    ('do not mail  ', 'do not call  ')
    >>> _without_dates("do not call before 9 am"), _without_dates("no contact after 3 calls")
    ('do not call before 9 am', 'no contact after 3 calls')
    """
    dates, counts, behind_hours = _patterns_of_times()
    text = text if _ON_LEAVE.search(text) else dates.sub(" ", text)
    if _NO_CONTACT.search(text):
        return text

    def leave_out(count: re.Match[str]) -> str:
        word = plain_words(count[1])
        counts = not behind_hours.fullmatch(count[1]) and any(does(word, what) for what in _COUNTED)
        return " " if counts else count[0]

    return counts.sub(leave_out, text)


@cache
def _patterns_of_times() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a date and of a number with a word behind a word such as "before", and of one of hours."""
    around = opt_out_words()["around"]
    before, month = "|".join(around["before_hours"]), "|".join(around["months"])
    day = r"\d{1,2}(?:st|nd|rd|th|er|\.|º)?"
    date = rf"{day} ?(?:of |de )?(?:{month})|(?:{month})(?: {day})?|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d\d)?|{_ISO_DATE}"
    date = rf"(?:{date})(?: (?:19|20)\d\d)?|(?:Q[1-4] )?(?:19|20)\d\d|Q[1-4]"
    article = "(?:the |dem |den |le |el |il |o |lo )?"
    before = f"{before}|(?:antes|después|depois) del?|prima del|dopo il|fino al"
    return (
        re.compile(rf"(?i)\b(?:{before}) {article}(?:{date})(?![\w:])"),
        re.compile(rf"(?i)\b(?:{before}) \d{{1,3}} ([^\W\d_]+)"),
        re.compile(f"(?i){'|'.join(around['behind_hours'])}"),
    )


@lru_cache(maxsize=1024)
def _refuses_at_length(plain: str) -> bool:
    """Return whether a clause of a longer text surely has the words of a refusal, and those of who wants it.

    >>> _refuses_at_length("he wants no more calls"), _refuses_at_length("removed all middlemen from lists")
    (True, False)
    """
    return any(
        any(slots and slots & _WHO for slots in clause)
        and not any(slots and "trade" in slots for slots in clause)
        and any(_stand_near(rule, clause) for rule in _AT_LENGTH)
        for clause in map(without_what_is_denied, read_clause(plain))
    )


def _may_not_deny(plain: str) -> bool:
    """Return whether a clause has all words of a refusal, though one denies it: a comma before it may be left out.

    >>> [_may_not_deny(text) for text in ("no refuses mails", "boss wants no calls", "off the blacklist", "no calls")]
    [True, True, False, False]
    """
    return (denies_refusal(plain) or is_will_of_another(plain)) and says_in_words(plain)


def _only_asks(plain: str) -> bool:
    asks = {"asked", "known", "time", "person", "want"}
    return any(all(slots and slots & asks for slots in clause) for clause in read_clause(plain))


def _names_law(clauses: Sequence[str]) -> bool:
    """Return whether clauses name a law of data protection, and nothing that is sold."""
    found = [slots for plain in clauses for clause in read_clause(plain) for slots in clause if slots]
    return any("law" in slots for slots in found) and not any("trade" in slots for slots in found)


@lru_cache(maxsize=1024)
def _may_refuse(plain: str, *, whole: bool = False, mourns: bool = False) -> bool:
    """Return whether the plain words of a clause may do so.

    Args:
        plain: The plain words.
        whole: Whether the remark has only this clause.
        mourns: Whether another clause is about the death of a relative: the funeral is that of the same person.

    >>> [_may_refuse(text) for text in ("says take her off everything", "lawyer letter", "consent withdrawn jan")]
    [True, True, True]
    >>> [_may_refuse(text) for text in ("did not get the mail", "please call before may", "legal department signs")]
    [False, False, False]
    """
    clauses = _read_what_is_not_denied(plain)
    if mourns:
        clauses = [[slots - {"dead"} if slots and "rite" in slots else slots for slots in each] for each in clauses]
    sells = any(slots and "trade" in slots for clause in clauses for slots in clause)
    return (names_register(plain) and not sells) or any(_refuses(each, whole=whole) for each in clauses)


@lru_cache(maxsize=256)
def _read_what_is_not_denied(plain: str) -> Sequence[Clause]:
    clauses, denies = read_clause(plain), denies_refusal(plain)
    found = [each for each in clauses if not denies or each != without_what_is_denied(each)]
    return [[(slots - OF_DUTIES or None) if slots else slots for slots in each] for each in found]


def _without_former(clauses: Sequence[str]) -> list[str]:
    """Return the clauses but for those about whom the person follows: "Nachfolger von Berg, der in Rente ging".

    >>> [_without_former(["ersetzt anna", text]) for text in ("der in rente ging", "der kunde ist in rente")]
    [['ersetzt anna'], ['ersetzt anna', 'der kunde ist in rente']]
    """
    return [
        one
        for before, one in pairwise(("", *clauses))
        if not (does(before, "heir") and does(one.split()[0], "who") and not _NOT_RELATIVE.match(one))
    ]


def _has_statement(plain: str, *, whole: bool, plainly: bool = False, capitals: frozenset[str] = frozenset()) -> bool:
    """Return whether a clause says that a person left the company, or has no interest.

    Args:
        plain: The plain words.
        whole: Whether the remark has only this clause: "no thanks" may answer another one.
        plainly: Whether the others limit nothing: "no interest, uses X", but not "no interest, but wants a demo".
        capitals: Words that begin with a capital letter.

    >>> [_has_statement(text, whole=True) for text in ("not interested", "no interest in bikes")]
    [True, False]
    >>> [_has_statement(text, whole=False) for text in ("retired in may", "his boss retired")]
    [True, False]
    >>> [_has_statement(text, whole=False) for text in ("replaced by xenia", "replaced by a pump")]
    [True, False]
    """
    if _loses_duty(plain) or _tells_leaving(plain, capitals):
        return True
    plain = "" if _LEFT_BEHIND.search(plain) else _before_whom_it_follows(_without_post(plain))
    words = [word.rstrip(".") for word in plain.split()]
    clauses = [
        _with_adverbials(_with_names(_without_reporter(clause), words), words, capitals)
        for clause in _read_what_is_not_denied(plain)
    ]
    for clause in clauses:
        alone = all(slots and (slots <= _ASIDE or slots & {"quits", "span"}) for slots in clause)  # no object
        rules = (*_LEAVINGS, _LEFT_WHEN) if alone else _LEAVINGS
        if _says_by(rules, clause, _OF_LEAVING) or _hands_role_on(clause):
            return True
    read = [clause for clause in clauses if len(clause) == len(words)] or [[None] * len(words)]
    without = {"bare"} if plainly else {"bare", "uninterested", "astray"}
    return any(
        _holds(kind, words, begin, end, clause, whole=whole, capitals=capitals)
        for kind, begin, end in find_statements(plain)
        if whole or kind not in without
        for clause in read
    )


def _holds(
    kind: str, words: Sequence[str], begin: int, end: int, clause: Clause, *, whole: bool, capitals: frozenset[str]
) -> bool:
    """Return whether a statement, the words from ``begin`` to ``end``, is about the person, by what stands beside it.

    Args:
        kind: The kind of the statement, as in ``slots.toml``.
        words: The words of the clause.
        begin: Place of its first word.
        end: Place behind its last word.
        clause: What the words do.
        whole: Whether the remark has only this clause.
        capitals: Words that begin with a capital letter.
    """
    name = clause[end:] if kind in {"left", "by", "to"} else []
    before, behind = _beside(kind, words, begin, end, clause, named=bool(name))
    if _is_something_else(kind, words[begin:end], clause[begin:]) or _is_of_another(before):
        return False
    if kind == "to" and not _is_employer(name, words[end:], capitals):
        return False
    if kind == "uninterested" and not whole and _says_when(clause[:begin] + clause[end:]):
        return False  # "kein Interesse im Mai, bestellte im Juni"
    return all(map(_is_aside, (*before, *behind))) and (kind != "by" or _is_name(name, words[end:], capitals))


def _beside(
    kind: str, words: Sequence[str], begin: int, end: int, clause: Clause, *, named: bool
) -> tuple[Clause, Clause]:
    """Return what stands before and behind a statement and must say nothing of its own."""
    behind = _until_time([slots for slots in clause[end:] if slots is not None or not named])
    if kind == "gone" and end - begin >= _WORDS_OF_SENTENCE:
        behind = behind[:1]  # "left the company in May for a bakery", but not "left the company brochure"
    if "role" in (clause[end - 1] or ()) and does(" ".join(words[end : end + 1]), "duty"):
        behind = behind[1:]  # "zrezygnował z funkcji prezesa"
    if kind == "gone" and " ".join(words[end : end + 1]) in _joins():
        behind = []  # "sold the company and moved to the coast"
    is_second = end - begin > 1 and words[max(begin - 1, 0)] in _joins()  # "went on leave and will not return"
    return [] if is_second else clause[:begin], [] if kind == "by" else behind


@cache
def _joins() -> frozenset[str]:
    return frozenset(map(plain_words, opt_out_words()["things"]["ands"]))


def _is_of_another(before: Clause) -> bool:
    """Return whether a competitor begins a clause: "concurrent is gestopt"."""
    first = next((slots for slots in before if slots != _KNOWN), None)
    return bool(first) and "other" in (first or ()) and "firm" not in (first or ())


def _is_employer(name: Clause, words: Sequence[str], capitals: frozenset[str]) -> bool:
    """Return whether words begin with a capital letter and name a firm, and not a town to which a person went."""
    if not words or words[0] not in capitals or words[0] in _towns():
        return False
    return not any(slots and slots & {"free", "trade", "day"} for slots in name) and "time" not in (name[0] or ())


@cache
def _towns() -> frozenset[str]:
    return frozenset(plain_words(word) for word in opt_out_words()["things"]["towns"])


def _without_reporter(clause: Clause) -> Clause:
    """Take a relative or a colleague in a clause that reports words for who reports: "colleague thinks he's left"."""
    reports = any("tell" in (slots or ()) for slots in clause)
    return [_PERSON if reports and slots and "kin" in slots else slots for slots in clause]


def _says_when(clause: Clause) -> bool:
    return any(slots and slots & _WHEN_ONCE for slots in clause)


def _is_something_else(kind: str, words: Sequence[str], clause: Clause) -> bool:
    """Return whether what stands behind the words of a statement makes it something else.

    >>> [may_refuse(text) for text in ("died laughing", "no contact after 3 calls", "no contact")]
    [False, False, True]
    """
    next_one = next(iter(clause[len(words) :]), None) or frozenset()
    return (kind == "out" and (clause[0] == frozenset({"known"}) or next_one >= {"in", "span"})) or (
        kind == "bare" and "span" in next_one and _NO_CONTACT.match(" ".join(words)) is not None
    )


def _loses_duty(plain: str) -> bool:
    """Return whether a clause of known words says that a person has a duty or a post no more.

    >>> [_loses_duty(text) for text in ("no longer responsible", "handles no purchases any more", "no longer in stock")]
    [True, True, False]
    """
    of_duties, words = _OF_LEAVING | OF_DUTIES | {"role"}, plain.split()
    clauses = [_with_names(clause, words) for clause in read_clause(plain)]
    # A duty that begins the clause is whom it is about: "the manager does not want samples any more".
    return any(
        _says_by(_LOST_DUTIES, one, of_duties) for one in clauses if one and "duty" not in (one[0] or ())
    ) or any(_says_by((({"changes"}, {"firm"}),), one, of_duties) and _ends_with_job(one) for one in clauses)


def _tells_leaving(plain: str, capitals: frozenset[str]) -> bool:
    words = plain.split()
    return any(tells_leaving(words, clause, capitals, _towns()) for clause in read_clause(plain))


def _before_whom_it_follows(plain: str) -> str:
    """Leave out what a clause says about whom the person follows: "opvolger van Jan die met pensioen is".

    >>> _before_whom_it_follows("opvolger van jan die met pensioen is"), _before_whom_it_follows("die ist in rente")
    ('opvolger van jan', 'die ist in rente')
    """
    words = plain.split()
    for clause in read_clause(plain) if does(plain, "heir") else ():
        heir = next((at for at, slots in enumerate(clause) if "heir" in (slots or ())), len(clause))
        who = next((at for at in range(heir + 2, len(clause)) if "who" in (clause[at] or ())), len(clause))
        if len(clause) == len(words) and heir < who < len(clause):
            return " ".join(words[:who])
    return plain


def _without_post(plain: str) -> str:
    """Leave out which post a person left, since the employer may be another one than the post: a person looks.

    >>> [_without_post(text) for text in ("resigned as managing director in may", "used as is")]
    ['resigned in may', 'used as is']
    """
    words = plain.split()
    for clause in read_clause(plain):
        for at in (at for at, slots in enumerate(clause) if slots and "as" in slots):
            found = [one or frozenset() for one in clause[at + 1 : at + 1 + _WORDS_OF_POST]]
            last = max((place for place, one in enumerate(found) if "duty" in one), default=None)
            if last is not None and len(clause) == len(words):
                return " ".join(words[:at] + words[at + 2 + last :])
    return plain


def _ends_with_job(clause: Clause) -> bool:
    """Return whether nothing that belongs to a company stands behind what was changed: "changed the company name"."""
    at, change = (max(at for at, slots in enumerate(clause) if kind in (slots or ())) for kind in ("firm", "changes"))
    behind = clause[max(at, change) + 1 :]
    return not any("address" in (slots or ()) for slots in behind) and (
        at < change or all(slots and slots & _WHEN for slots in behind)
    )


def _with_names(clause: Clause, words: Sequence[str]) -> Clause:
    """Take what is not known behind a salutation for a person: "Herr Meier"."""
    found = zip(clause, words, ("", *words), strict=False) if len(clause) == len(words) else ()
    named = [_PERSON if slots is None and before in _SALUTED else slots for slots, _, before in found]
    return named or clause


def _says_by(rules: Iterable[Sequence[set[str] | Slots]], clause: Clause, what: Slots) -> bool:
    """Return whether one of the rules holds in a clause of which each word does something of these, or nothing."""
    consists = all(slots is not None and (not slots or slots & what) for slots in clause)
    return consists and any(_stand_near(rule, clause) for rule in rules)


def _with_adverbials(clause: Clause, words: Sequence[str], capitals: frozenset[str]) -> Clause:
    """Take what is not known for an employer behind "at", or "in" and a verb of work, and for a time beside "after"."""
    found: Clause = [*clause]
    for at in range(1, len(clause)) if len(clause) == len(words) else ():
        before, far = found[at - 1] or frozenset(), (found[at - 2] if at > 1 else None) or frozenset()
        opens = before & {"at", "place"} or ("in" in before and far & {"work", "firm"})
        if opens and (words[at] in capitals or (clause[at] is None and not capitals and "in" not in before)):
            found[at] = frozenset({"place"})
    spans = 0
    for at, slots in enumerate(found):
        spans = _WORDS_OF_TIME if slots and "span" in slots else 0 if slots and not slots <= _ASIDE else spans
        if slots is None and (spans or any(each and "ago" in each for each in found[at + 1 : at + 3])):
            found[at], spans = frozenset({"time"}), max(spans - 1, 0)
    return found


def _until_time(behind: Clause) -> Clause:
    """Return what stands before a time: anything may follow, as in "retired after 30 years with the firm"."""
    ends = (at for at, slots in enumerate(behind[:_WORDS_OF_SENTENCE]) if slots and slots & {"time", "span"})
    return behind[: next(ends, None)]


def _hands_role_on(clause: Clause) -> bool:
    """Return whether a clause is about a role that another person has now, as in "Stelle neu besetzt"."""
    return any("role" in (slots or ()) for slots in clause[:2]) and any("given" in (slots or ()) for slots in clause)


def _is_aside(slots: Slots | None) -> bool:
    beside = {"firm", "person", "at", "in", "span", "time"}
    return slots is not None and (slots <= _ASIDE or bool(slots & beside and not slots & _DENY))


def _is_name(clause: Clause, words: Sequence[str], capitals: frozenset[str]) -> bool:
    """Return whether words begin with a name: with a title or a capital letter, where a text has any."""
    if not clause or any(slots and slots & {"free", "trade", "day"} for slots in clause):
        return False
    first = clause[0]
    return words[0] in capitals or (first is None and not capitals) or (first is not None and "title" in first)


def _capitals(text: str) -> frozenset[str]:
    """Return the plain words that begin with a capital letter in a text that also has small ones."""
    found = (word for word in re.findall(r"[^\W\d_]+", text) if word[0].isupper())
    return frozenset() if text.isupper() else frozenset(map(plain_words, found))


def _refuses(clause: Clause, *, whole: bool) -> bool:
    """Return whether what the words of a clause do is a refusal. ``None`` stands for a word that is not known."""
    clause = without_what_is_denied(clause)
    found: Slots = frozenset().union(*(slots for slots in clause if slots))
    all_known = None not in clause
    if "day" in found or any(slots and slots >= {"free", "time"} for slots in clause):  # "no calls before 9 please"
        clause = [slots - {"want"} if slots and "polite" in slots else slots for slots in clause]
        found_hour = any(slots and slots >= {"free", "time"} for slots in clause)
        if found_hour and "more" not in found:  # "asks not to be called before 10"
            clause = [slots - {"want"} if slots else slots for slots in clause]
    if any("send" in (one or ()) and "bill" in (other or ()) for one, other in pairwise(clause)):
        clause = [slots - {"want"} if slots and "polite" in slots else slots for slots in clause]  # how to send a bill
    dead = "dead" in found and "trade" not in found and not is_of_relative(clause)
    if dead or any(_stand_near(rule, clause) for rule in _PLAIN_REFUSALS) or _limits_address(clause):
        return True
    if "free" in found:
        return False
    if any(_stand_near(rule, clause) for rule in _ENDS) or (all_known and _says_alone(clause, found, whole=whole)):
        return True
    if "day" not in found and (
        any(_stand_near(rule, clause) for rule in _REFUSALS)
        or any(_stand_near(rule, clause, near, only_known=True) for rule, near in _NEIGHBOURS)
    ):
        return True
    if "trade" in found:
        return False
    says = ("register" in found and "day" not in found) or ("dies" in found and not found & _MESSAGE)
    return (all_known and says and not is_of_relative(clause)) or any(_stand_near(rule, clause) for rule in _CLAIMS)


def _limits_address(clause: Clause) -> bool:
    """Return whether a clause says that an address is only for invoices, or orders: not that these go only there."""
    at = next((at for at, slots in enumerate(clause) if slots and "only" in slots), len(clause))
    is_last = all(slots and slots <= _ASIDE for slots in clause[at + 1 :])
    what = clause[at - 1 : at] if is_last else clause[at : at + _ONLY_FOR]
    billed = at < len(clause) and any(slots and "bill" in slots for slots in what)
    return billed and any(slots and slots & {"address", "channel", "list"} for slots in clause[:at])


def _stand_near(
    rule: Sequence[set[str] | Slots], clause: Clause, near: int = _NEAR, *, only_known: bool = False
) -> bool:
    """Return whether a word of each kind stands near the one of the first kind, each another one."""
    first, *others = ([place for place, slots in enumerate(clause) if slots and slots & kinds] for kinds in rule)
    if not first or not all(others):
        return False
    for place in first:
        taken = {place}
        for places in others:
            behind = [each for each in places if each not in taken and abs(each - place) <= near]
            taken |= {*behind[:1]}
        known = not only_known or None not in clause[min(taken) : max(taken) + 2]
        if len(taken) == len(rule) and known:
            return True
    return False


def _asks_for_no_more(clause: Clause) -> bool:
    """Return whether a clause says "please no more", and nothing else.

    >>> [may_refuse(text) for text in ("pls no más", "bitte nicht mehr", "please no more sugar")]
    [True, True, False]
    """
    return _stand_near(({"polite"}, _DENY, {"more"}), clause) and all(
        slots and slots & (_DENY | {"polite", "more"}) for slots in clause
    )


def _says_alone(clause: Clause, found: Slots, *, whole: bool) -> bool:
    """Return whether a clause of known words asks to end something, or is a whole text that says only that."""
    wishes = _stand_near(({"want"}, {"cease"}), clause) or _asks_for_no_more(clause)
    return wishes or (whole and "cease" in found and all(slots and slots & _ONLY_CEASE for slots in clause))
