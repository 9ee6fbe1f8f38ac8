"""Recognize fields and words that say that a person opted out, in whatever words a service or a list says so. Pure.

A flag may say it (``do_not_contact: true``, "Keine Werbung: ja"), a consent that is missing or withdrawn
(``contactable: false``, "Consentement : non"), a tag, the word of a stage, or a clause of a note ("ne pas appeler").
The words of each language are in ``words.toml``. A name or a clause counts only if nothing is left of it but
such a word and words around it: "Do not contact before Monday" says something else.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from numbers import Number
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.nulls import is_null
from pb2b_notebook.opt_outs.consent_sentences import (
    is_about_something_else,
    is_negative_answer,
    negative_heads,
    read_sentence,
    refuses_in_note,
    says_attitude,
)
from pb2b_notebook.opt_outs.denials import denies_refusal, is_will_of_another
from pb2b_notebook.opt_outs.departures import says_departure, words_of_departures
from pb2b_notebook.opt_outs.mailing_opt_outs import names_mailing_opt_out, names_mailing_permission
from pb2b_notebook.opt_outs.objections import is_objection, words_of_objections
from pb2b_notebook.opt_outs.registers import is_register_column, says_register, words_of_registers
from pb2b_notebook.opt_outs.relatives import tells_death_of_relative
from pb2b_notebook.opt_outs.requests import is_request, words_of_requests
from pb2b_notebook.opt_outs.slots import does, read_clause
from pb2b_notebook.opt_outs.things import leave_out_things
from pb2b_notebook.opt_outs.vocabulary import is_without_spaces, opt_out_words, plain_words, spellings

if TYPE_CHECKING:
    import polars as pl

FUNNEL: Final = ("new", "contacted", "replied", "qualified", "disqualified")
"""Statuses of our contract that mean no opt-out, in the order of the funnel."""
OPTED_OUT: Final = ("unsubscribed", "bounced")
"""Statuses of our contract that mean an opt-out."""
_STAGE: Final = lazy_pattern(
    r"(?:[a-z]{1,3} )?(?:(?:lead|contact|person|prospect|email|mail|marketing|sales|lifecycle|pipeline) ?)+"
    r"(?:status|stage|state)(?: [a-z])?|(?:status|stage|state)(?: (?:code|text|name|label|description|reason))+|"
    r"stage|state"
)
"""Names of the status of a lead, also with the prefix or suffix of HubSpot and Salesforce, or of its text."""
_NO_STATE: Final = lazy_pattern(r"mail|state|reason|description")
"""Parts of such names that are about an address, a country, or a remark."""
_STATUS: Final = lazy_pattern(
    r"(?:kontakt|kunden?|lead|mail|email|newsletter|marketing|abo|abonnenten|interessenten|personen|adress|mitglieds|klant|client)"
    r"(?:en|s)?stat(?:us|ut)"
)
"""Words for the state of a person: "Kundenstatus", and not "Zahlungsstatus"."""
_LONGEST_TAG: Final = 3
"""Words of a tag that only says that a newsletter was cancelled."""
_ENDS: Final = frozenset({"cancel", "cease"})
_TAGS: Final = lazy_pattern(
    r"(?:(?:[a-z]{1,3}|contact|lead|person|crm|mail|email|mailing|marketing|mailchimp|hubspot|apollo|static|active) )?"
    r"(?:tags|labels|lists|segments|groups|audiences|kategorien|categories|listen|gruppen|listes|groupes|listas|grupos)"
    r"|(?:list|group|segment|audience) (?:memberships?|names?)"
)
"""Names of the tags of a person, and of the lists, groups and segments that the person is in."""
_SEVERAL: Final = lazy_pattern(r":::|[;,|\n]")
"""What stands between tags."""
_HOLDERS: Final = frozenset(
    {"preferences", "permissions", "subscription", "subscriptions", "channels", "communication", "communications",
     "communication preferences", "contact preferences", "contact permissions", "consents", "outreach", "marketing",
     "messaging", "notifications", "privacy"}
)  # fmt: skip
"""Objects of which only the parts say something: ``{"email": {"do_not_contact": true}}``."""
_ABOUT_CONTACT: Final = _HOLDERS - {"notifications", "subscription", "subscriptions"}
"""Those of which a part "allowed" or "enabled" is about the contact with a person."""
_CHANNELS_ALLOWED: Final = _ABOUT_CONTACT - {"channels"}
"""Those of which a channel that is false is refused; "channels" may list which addresses are known."""
_CHOSEN: Final = frozenset(
    {"allowed", "enabled", "permitted", "granted", "accepted", "agreed", "consented", "action", "decision"}
)
"""Parts of an object about contact by which a person agrees to it, or does not."""
_PURPOSES: Final = ("purpose", "channel", "topic", "type", "category")
_CONTACT: Final = lazy_pattern(r"mail|market|contact|commun|sales|promo|advert|newsletter|outreach|sms|phone|call|all")
_BARRED: Final = frozenset({"blocked", "barred", "disabled", "denied", "forbidden", "suppressed"})
"""Words of a channel on which a person must not be contacted."""
_SWITCHES: Final = ("active", "enabled", "value", "is active")
_TRACES: Final = ("at", "on", "date", "since", "time", "timestamp", "created at", "updated at", "reason")
"""Parts of an opt-out that is an object: whether it holds; when and why a person opted out."""
_NAMES_OF_PAIRS: Final = ("property", "key", "name", "field", "code", "slug")
_CLAUSES: Final = lazy_pattern(r"[.;,!?|/\n\r()\[\]{}\"•·、。；，！？—–…]+|\s[-+*~]+\s")
_SHORTENED: Final = lazy_pattern(r"(?i)\b([pwc])/")
"""Short words that end in a stroke: p/ (for), w/ and c/ (with)."""
_PHONE_POINT: Final = lazy_pattern(r"(?i)\b(tel|tél|telef|tlf)\.[ ]?(?=[^\W\d_])")
"""The point of a shortened phone before a word: it does not end a clause."""
_POINTS: Final = lazy_pattern(r"(?<=\b[^\W\d_])\.(?=[^\W\d_](?:\.|$|\b))")
"""Those between single letters: R.I.P., D.N.C."""
_ANSWER: Final = lazy_pattern(r"[:=：]")
_LINKS: Final = lazy_pattern(r"(?<!\S)\S*(?:://|@|www\.|\.[a-z]{2,6}/)\S*", re.IGNORECASE)
_IN_SENTENCE: Final = r"[^.!?。！？;；\n]"
_IN_PART: Final = r"[^.!?。！？;；\n,，、]"
_FOOTERS: Final = lazy_pattern(
    rf"(?im)(?:^|(?<=[.!?。！？\n]))[ \t]{{0,3}}"
    rf"(?!{_IN_SENTENCE}*\b(?:i|me|my|he|she|him|his|her|ich|mich|mir|er|ihn|je|moi|yo|mi|io|eu|mim|ik|mij|jag|jeg|meg|mig|"
    r"он|она|мне|меня)\b)"
    r"(?:(?:if you|to (?:un|opt|stop|be removed|manage)|wenn sie|falls sie|sollten sie|um sich|möchten sie|"
    r"pour (?:vous|ne plus|se )|si (?:vous|no|ya|desea|usted|quiere)|para |per (?:cancell|non|disiscr|annull)|"
    r"se (?:non|desidera|vuoi|não|você|deseja)|wilt? (?:u|je) |om (?:u|je|du) |als (?:u|je) |indien |hvis du |for at |"
    r"för att |vill? du |aby |jeśli |jeżeli |pokud |chcete|ak |pro odhl|ha |amennyiben |чтобы |"
    r"если |щоб |якщо |ако |за да |εάν |αν |για να |artık |אם |如|若|配信|本メール|このメール|수신)"
    rf"{_IN_PART}*(?:[,，、]{_IN_PART}*)?"
    r"(?:\bclick (?:here|below|on|the|this)\b|\breply stop\b|\bklicken sie|\bcliquez|\bha(?:ga|z) clic\b|"
    r"\bclicca(?:re|te)? qui\b|\bfare clic\b|\bclique\b|\bklik hier|\bklicka här|\bklikk? her\b|\bkliknij|\bkliknite|"
    r"\bklikněte|kattintson|нажмите|перейдите|натисніть|перейдіть|кликнете|πατήστε|κάντε κλικ|tıklayın|לחצו|"
    r"请点击|請點擊|クリックして(?:ください|下さい)|클릭(?:하세요|하십시오|해 ?주세요))"
    rf"{_IN_PART}*|"
    r"(?:if you are not the intended recipient|si vous n'êtes pas le destinataire|si usted no es el destinatario|"
    r"se você não é o destinatário|"
    r"(?:wenn|falls|sollten) sie nicht der (?:richtige |beabsichtigte )?(?:empfänger|adressat)|"
    rf"(?:als|indien) u niet de (?:beoogde )?(?:geadresseerde|ontvanger)){_IN_SENTENCE}*)"
)
"""Sentences that ask the reader of a pasted mail to click: the sender's, and not a wish of the person.

A person who clicked is not asked to: "ha hecho clic en baja". What stands behind the next comma is read.
"""
_THEN: Final = re.compile(r"(?:then|da|dann|alors|entonces|allora|então|dan|då|wtedy|pak|тогда|тоді)\b")
"""Words that begin a clause about a time that the one before names: "Saturdays are busy, then no calls"."""
_UNTICKED: Final = ("☐", "✗", "✘", "❌", "❎", "⛔", "🚫", "👎")
_TICKED: Final = lazy_pattern("[✓✔☑✅●○◯〇×]")
_SENDER: Final = "(?: (?:from|von|de la part de|fra|od) [^ ]+(?: [^ ]+){0,2})?"
"""Who writes to those who agreed: "I agree to receive marketing emails from Contoso"."""
_CHOICE: Final = lazy_pattern(r"\b(?:preferences?|subscri\w+|in touch|informed|posted|updated)\b")
"""Names of consents that also hold a choice: how, how often or about what."""
_MESSAGES: Final = lazy_pattern(r"(?<![^\W_])(?:sms|whatsapp)(?![^\W_])", re.IGNORECASE)
_OTHER_WAYS: Final = lazy_pattern(r"mail|phone|telefon|call|contact|kontakt|post|courri|corre")
_PAIRS: Final[tuple[Mapping[str, str], ...]] = (
    {"o": "yes", "n": "no"},
    {"t": "yes", "n": "no"},
    {"t": "yes", "f": "no"},
    {"i": "yes", "n": "no"},
    {"a": "yes", "n": "no"},
    {"e": "yes", "h": "no"},
    {"o": "yes", "x": "no", "×": "no"},
)
"""Letters of answers that stand for yes and no where nothing else is in the column."""
_YES_BY_NAME: Final = (
    ("o", lazy_pattern(r"\b(?:accord|rgpd|consentement|autoris|accepte)")),
    ("t", lazy_pattern(r"\bzgod")),
    ("a", lazy_pattern(r"\bs[ou]u?hlas")),
    ("i", lazy_pattern(r"\bhozzajarul")),
    ("d", lazy_pattern(r"\b(?:acord|consimtamant)")),
)
"""Letters that stand for yes in a column whose name is of their language, where no other answer is in it."""
_TRANSLATIONS: Final = re.compile(r"[/|\n\r;·•()\[\]]|\s[-–—]\s")
"""What stands between a name and its translation."""
_ABBREVIATED: Final = re.compile(r"\.\s(?=[^\W\d_A-Z])")
"""The end of an abbreviation, and not of a sentence, in a name: "Nezasílat obch. sdělení"."""
_YES_OR_NO: Final = frozenset(
    {"yes", "no", "ja", "nein", "oui", "non", "si", "nee", "sim", "nao", "tak", "nie", "evet", "hayir", *"ynjos"}
)
"""Plain words that a name may have for the answers of its column."""
_LATIN: Final = re.compile("[A-Za-zÀ-ɏ]")
_SCRIPT_CHANGE: Final = re.compile("(?<=[A-Za-zÀ-ɏ.:])[ ]+(?=[^ -ɏ–—])|(?<=[^ -ɏ–—])[ ]*(?=[A-Za-zÀ-ɏ])")
_IN_ONE: Final = ("is", "has", "email", "mail", "sms", "marketing", "contact", "global", "lead", "person")
"""Words that are written in one with a flag: isUnsubscribed."""
_LONGEST_CLAUSE: Final = 80
_LONGEST_CHOICE: Final = 40
_LONGEST_NOTE: Final = 20_000
_DEEPEST: Final = 20


@lru_cache(maxsize=1024)  # asked about each value of a list, which has few different ones
def is_flag(name: str) -> bool:
    """Whether a column of this name says that a person opted out, by a truth value or a time.

    >>> [is_flag(name) for name in ("opted_out", "doNotContact", "email_opt_out", "unsubscribed_at", "score", "status")]
    [True, True, True, True, False, False]
    >>> [is_flag(name) for name in ("Keine Werbung", "Désabonné le", "HasOptedOutOfEmail", "Opted out of email: News")]
    [True, True, True, True]
    >>> [is_flag(name) for name in ("Meal opt-out", "Bounce: rate", "Unsubscribe link", "I do not want any emails")]
    [False, False, False, True]
    """
    plain = plain_words(name)
    topic = plain_words(name.partition(":")[0])
    named = any(_words().flag.fullmatch(each) for each in (plain, topic if "opted out of" in topic else plain))
    named = named or is_register_column(name) or names_mailing_opt_out(name)
    return named or read_sentence(_ABBREVIATED.sub(" ", name)) == "refuses" or _is_translated(name, is_flag)


@lru_cache(maxsize=1024)
def is_consent(name: str) -> bool:
    """Whether a column of this name may say that a person agreed to be contacted.

    A custom field, or the choice of a newsletter, is not the consent of a lead.

    >>> [is_consent(name) for name in ("consent", "contactable", "email_opt_in", "canContact", "contacted", "country")]
    [True, True, True, True, False, False]
    >>> is_consent("custom_opt_in"), is_consent("newsletter_opt_in"), is_consent("subscriptions")
    (False, False, False)
    >>> is_consent("GDPR"), is_consent("DSGVO (ja/nein)"), is_consent("GDPR applies"), is_consent("user permission")
    (True, True, False, False)
    >>> is_consent("Email marketing"), is_consent("Werbung per E-Mail"), is_consent("Email marketing platform")
    (True, True, False)
    >>> is_consent("Ich bin damit einverstanden, dass mich Nord kontaktiert."), is_consent("I agree to photos")
    (True, False)
    """
    plain = plain_words(name)
    if any(words.fullmatch(plain) for words in _words().consents) or read_sentence(name) == "agrees":
        return True
    if _is_translated(name, is_consent) or names_mailing_permission(name):
        return True
    return _words().stems.search(plain) is not None and not _denies(plain) and not is_about_something_else(plain)


def _is_translated(name: str, is_named: Callable[[str], bool]) -> bool:
    """Return whether a name consists of two or more of a kind: "Keine Werbung / No marketing (ja/nein)".

    What a column may answer says nothing. In a name by which people opt out, nor does a part of another script that is
    not known; in that of a consent it may be that it was withdrawn.

    >>> [_is_translated(name, is_flag) for name in ("Opt-out | Abmeldung", "广告 No marketing", "Opt-out / Link")]
    [True, True, False]
    """
    # Each script is a part: "禁止联系 Do not contact".
    scripts = (_SCRIPT_CHANGE.split(part) for part in _TRANSLATIONS.split(name))
    parts = [part for some in scripts for part in some if plain_words(part)]
    names = [part for part in parts if not {*plain_words(part).split()} <= _YES_OR_NO]
    if not names or len(parts) == 1:
        return False
    # "No calls" may also count them, but not beside a translation.
    named = [is_named(part) or (is_named is is_flag and is_opted_out(part)) for part in names]
    unknown = [part for part, is_one in zip(names, named, strict=True) if not is_one]
    scripts_differ = is_named is is_flag and any(map(str.isascii, names)) and not any(map(str.isascii, unknown))
    return any(named) and (not unknown or (scripts_differ and not any(map(_has_latin, unknown))))


def _has_latin(text: str) -> bool:
    return _LATIN.search(text) is not None


def _denies(plain: str) -> bool:
    """Whether a name of a consent has a negation or a withdrawal, or is about something else: its yes is a no."""
    words = _words()
    return (
        words.not_stems.search(plain) is not None
        or is_negative_answer(plain)
        or any(words.withdrawn.fullmatch(word) for word in plain.split())
    )


def is_state(name: str) -> bool:
    """Whether a column of this name has the state of a lead, not that of its address or of a country.

    >>> [is_state(name) for name in ("stage", "hs_lead_status", "lifecycleStage", "status")]
    [True, True, True, False]
    >>> [is_state(name) for name in ("state", "email_status", "status_reason", "status_url")]
    [False, False, False, False]
    """
    plain = plain_words(name)
    return _STAGE.fullmatch(plain) is not None and _NO_STATE.search(plain) is None


@lru_cache(maxsize=1024)
def can_say(name: str) -> bool:
    """Whether a column of this name can say that a person opted out; the status of our contract is read by its words.

    >>> [can_say(name) for name in ("do_not_contact", "consent", "tags", "lifecycle_stage", "status")]
    [True, True, True, True, False]
    >>> [can_say(name) for name in ("hs_lead_status", "Lead_Status__c", "StatusCodeText", "status_url", "US state")]
    [True, True, True, False, False]
    """
    plain = plain_words(name)
    is_stage = _STAGE.fullmatch(plain) is not None
    known = is_flag(name) or is_consent(name) or is_stage or _TAGS.fullmatch(plain) is not None or plain in _HOLDERS
    return known or _part_of_holder(name) is not None


def is_remark(name: str) -> bool:
    """Whether a column of this name holds remarks or a state, where one word may say that a person opted out.

    >>> is_remark("Bemerkung 2"), is_remark("Email status"), is_remark("Kundenstatus"), is_remark("Zahlungsstatus")
    (True, True, True, False)
    >>> is_remark("Gesprächsnotiz"), is_remark("Description"), is_remark("Product description")
    (True, True, False)
    >>> is_remark("Next step"), is_remark("Oppfølging etter messe"), is_remark("Kolejny krok"), is_remark("Action film")
    (True, True, True, False)
    """
    plain, known = plain_words(name), _words()
    words = plain.split()
    if plain in known.names_of_remarks or any(word.endswith(known.ends_of_remarks) for word in words):
        return True
    is_named = not known.remarks.isdisjoint((plain, *words)) or any(map(_STATUS.fullmatch, words))
    return is_named or known.steps.fullmatch(plain) is not None or names_state(name)


@lru_cache(maxsize=1024)
def names_state(name: str) -> bool:
    """Whether a column of this name has how far a person has come, or how a call ended, in any language.

    >>> names_state("Lead status"), names_state("Verkaufsphase"), names_state("Payment status"), names_state("State")
    (True, True, False, False)
    """
    return is_state(name) or _words().states.fullmatch(plain_words(name)) is not None


def is_lost(text: str) -> bool:
    """Whether a state or a result is that of a person who wanted nothing, as a whole or with its reason behind it.

    >>> [is_lost(text) for text in ("Closed - Lost", "Kein Bedarf (zu klein)", "Lost and found", "Won")]
    [True, True, False, False]
    """
    return any(_words().lost.fullmatch(plain) is not None for plain in plain_clauses(text))


def says_opted_out(name: str, value: Any, depth: int = 0) -> bool:
    """Whether the value of a column says that a person opted out; an object or a list if a part of it does.

    >>> says_opted_out("do_not_contact", True), says_opted_out("contactable", "no"), says_opted_out("tags", ["DNC"])
    (True, True, True)
    >>> says_opted_out("consent", '{"email": {"status": "withdrawn"}}'), says_opted_out("consent", {"email": "granted"})
    (True, False)
    >>> says_opted_out("consent", {"given": True, "version": 0, "withdrawn": False})
    False
    >>> can_say("communication") and says_opted_out("communication", {"email": "unsubscribed", "phone": "subscribed"})
    True
    >>> says_opted_out("preferences", {"marketing": False}), says_opted_out("preferences", {"notifications": True})
    (True, False)
    >>> says_opted_out("communication", {"email": False, "phone": True}), says_opted_out("channels", {"email": False})
    (True, False)
    >>> says_opted_out("marketing", {"allowed": False}), says_opted_out("channels", {"email": "blocked"})
    (True, True)
    >>> says_opted_out("channels_email", "blocked"), says_opted_out("channels_email", "open")
    (True, False)
    >>> says_opted_out("suppression", {"active": True}), says_opted_out("opt_out", {"at": None, "reason": None})
    (True, False)
    """
    value = plain_value(value)
    if depth == 0 and (part := _part_of_holder(name)) is not None:
        return says_opted_out(part[0], {part[1]: value}, 1) or says_opted_out(name, value, 1)
    if isinstance(value, Mapping | list | tuple):
        if depth > _DEEPEST:
            return False
        named = value.items() if isinstance(value, Mapping) else [(name, inner) for inner in value]
        if isinstance(value, Mapping) and (_denies_contact(name, value) or (is_flag(name) and _is_traced(value))):
            return True
        return any(_part_says(name, str(key), inner, depth) for key, inner in named)
    if is_flag(name):
        registered = says_register(name, value)
        return is_set(value) if registered is None else registered
    texts, tags = [value] if isinstance(value, str) and len(value) <= _LONGEST_NOTE else [], list[str]()
    if texts and _TAGS.fullmatch(plain_words(name)):
        tags = _SEVERAL.split(value)
    cancels = any(_cancels_newsletter(plain_words(tag)) for tag in tags)
    return cancels or any(map(is_opted_out, [*texts, *tags])) or (is_consent(name) and is_refused(value))


def _cancels_newsletter(plain: str) -> bool:
    """Return whether the plain words of a tag are only a newsletter and what ends it.

    >>> [_cancels_newsletter(text) for text in ("newsletter cancelled", "newsletter event cancelled")]
    [True, False]
    """
    words = plain.split()
    others = [place for place, word in enumerate(words) if word not in _words().newsletters]
    return 0 < len(others) < len(words) <= _LONGEST_TAG and any(
        len(clause) == len(words) and all((clause[place] or frozenset()) & _ENDS for place in others)
        for clause in read_clause(plain)
    )


def _part_of_holder(name: str) -> tuple[str, str] | None:
    """Return the object about contact and its part of which a column has the values, as ``channels_email`` has.

    >>> _part_of_holder("channels_email"), _part_of_holder("channels"), _part_of_holder("city_marketing")
    (('channels', 'email'), None, None)
    >>> _part_of_holder("contact_permissions_email")
    ('contact_permissions', 'email')
    """
    for at in (at for at, letter in enumerate(name) if letter == "_"):
        whole, part = name[:at], plain_words(name[at + 1 :])
        if plain_words(whole) in _HOLDERS and (part in _CHOSEN or part in _words().parts):
            return whole, name[at + 1 :]
    return None


def _denies_contact(name: str, parts: Mapping[Any, Any]) -> bool:
    """Whether an object about contact, or a consent, says that it is not allowed, or not on a channel.

    >>> _denies_contact("consents", {"purpose": "marketing", "granted": False})
    True
    >>> _denies_contact("consents", {"purpose": "analytics", "granted": False})
    False
    """
    if plain_words(name) not in _ABOUT_CONTACT and not is_consent(name):
        return False
    named = [(plain_words(str(key)), inner) for key, inner in parts.items()]
    about = [inner for key, inner in named if key in _PURPOSES and isinstance(inner, str)]
    if about and not any(_CONTACT.search(plain_words(text)) for text in about):
        return False
    on_channels = [inner for key, inner in named if key in _words().parts]
    barred = any(isinstance(inner, str) and plain_words(inner) in _BARRED for inner in on_channels)
    refused = [inner for key, inner in named if key in _CHOSEN]
    if plain_words(name) in _CHANNELS_ALLOWED:
        refused += [inner for inner in on_channels if isinstance(inner, bool | str)]  # 0 may count messages
    return barred or any(map(is_refused, refused))


def _is_traced(parts: Mapping[Any, Any]) -> bool:
    """Whether an opt-out that is an object holds: by its switch, or by when or why a person opted out."""
    named = {plain_words(str(key)): inner for key, inner in parts.items()}
    switches = [named[key] for key in _SWITCHES if named.get(key) is not None]
    return any(is_set(value) for value in switches or (named[key] for key in _TRACES if key in named))


def says_inside(value: Any, depth: int = 0) -> bool:
    """Whether a value of unknown meaning says that a person opted out: by a choice, or by a flag at any depth of it.

    >>> says_inside("OPTED_OUT"), says_inside("Opted out of the draft in 2019, according to his former colleagues")
    (True, False)
    >>> says_inside('[{"emails": [{"email": "a@x.example", "is_unsubscribed": true}]}]'), says_inside({"score": 7})
    (True, False)
    >>> says_inside({"can_contact": False}), says_inside({"marketing": {"allowed": False}})
    (True, True)
    >>> says_inside({"name": "do_not_contact", "value": False}), says_inside({"name": "a", "value": 1, "dnc": True})
    (False, True)
    >>> says_inside([{"name": "can_contact", "value": False}]), says_inside([{"name": "opt_out", "value": False}])
    (True, False)
    """
    value = plain_value(value)
    if isinstance(value, Mapping | list | tuple):
        named = _named_parts(value) if isinstance(value, Mapping) else [("", inner) for inner in value]
        return depth <= _DEEPEST and any(
            (can_say(str(key)) and says_opted_out(str(key), inner, depth + 1)) or says_inside(inner, depth + 1)
            for key, inner in named
        )
    if not isinstance(value, str) or len(value) > _LONGEST_CHOICE:
        return False
    return value.strip().lower() in OPTED_OUT or is_opted_out(value, words=2)


def _named_parts(parts: Mapping[Any, Any]) -> Iterable[tuple[Any, Any]]:
    """Return the parts of an object with their names; of a pair of a name and a value, the value with that name."""
    key = next((each for each in _NAMES_OF_PAIRS if isinstance(parts.get(each), str)), None)
    if key is None or "value" not in parts:
        return parts.items()
    others = [(name, part) for name, part in parts.items() if name not in {key, "value"}]
    return [(parts[key], parts["value"]), *others]


def _part_says(name: str, key: str, value: Any, depth: int) -> bool:
    holds_nothing = plain_words(key) in _HOLDERS and not isinstance(plain_value(value), Mapping | list | tuple)
    if key == name or (can_say(key) and not holds_nothing):
        return says_opted_out(key, value, depth + 1)
    if plain_words(key) in {"withdrawn", "revoked", "denied"}:
        return is_set(value)
    whole = f"{key} {name}"  # "email preferences" is a consent
    return plain_words(key) in _words().parts and says_opted_out(whole if can_say(whole) else name, value, depth + 1)


def is_opted_out(text: str, *, words: int = 1) -> bool:
    """Whether a text means an opt-out: a status of our contract, or one of which a clause reads like a flag.

    Args:
        text: A word, or a note.
        words: Least number of words of such a clause.

    >>> [is_opted_out(word) for word in ("unsubscribed", "do_not_contact", "Opted out", "new", "")]
    [True, True, True, False, False]
    >>> [is_opted_out(note) for note in ("VIP. Ne pas appeler !", "do not call before Monday", "Opt-out: no")]
    [True, False, False]
    """
    return bool(text) and len(text) <= _LONGEST_NOTE and _is_opted_out(text, words)


@lru_cache(maxsize=1024)
def _is_opted_out(text: str, words: int) -> bool:
    # A link has words of its own.
    whole = _prepare(_LINKS.sub(" ", text))
    clauses = [clause for clause in _CLAUSES.split(whole) if clause.strip()]
    plain = [leave_out_things(plain_words(clause)) if len(clause) <= _LONGEST_CLAUSE else "" for clause in clauses]
    if any(each in _words().opposite for each in plain):
        return False
    for place, clause in enumerate(clauses):
        answer = plain[place + 1] if place + 1 < len(plain) else ""
        if not plain[place] or (place and _goes_on_about_another(" ".join(plain[:place][-2:]), plain[place])):
            continue
        if not _words().unset.fullmatch(answer) and _clause_says(clause, plain[place], words):
            return True
    # A point after "gem" or "Art" does not end it: "Widerspruch gem. Art. 21 DSGVO".
    return words == 1 and len(text) <= _LONGEST_CLAUSE and is_objection(plain_words(text))


def _goes_on_about_another(before: str, plain: str) -> bool:
    """Return whether it is about a day of the clause before, or whom a person follows: "replaces X, who has died"."""
    if _THEN.match(plain) and does(before, "day"):
        return True
    return does(before, "heir") and (does(plain.partition(" ")[0], "who") or says_departure(plain))


@lru_cache(maxsize=1024)
def _clause_says(clause: str, plain: str, words: int) -> bool:
    if any(mark in clause for mark in _UNTICKED):
        return False
    name, *answers = _ANSWER.split(clause, maxsplit=1)
    answer = answers[0] if answers else ""
    if answer.strip() and is_flag(name):
        return is_set(answer) and not is_legend(clause)
    if answer.strip() and is_consent(name) and is_refused(answer):
        return True
    plain = plain_words(answer) if answer.strip() else plain
    enough = plain.count(" ") + 1 >= words or not plain.isascii()
    says = enough and (says_in_words(plain) if words == 1 else _words().clause.fullmatch(plain) is not None)
    return says and not (
        " " in plain and (tells_death_of_relative(plain) or denies_refusal(plain) or is_will_of_another(plain))
    )


def is_legend(text: str) -> bool:
    """Whether a text spells an abbreviation out.

    >>> is_legend("DNC = Duke North Company"), is_legend("DNC: by mail")
    (True, False)
    """
    name, *answers = _ANSWER.split(text[:_LONGEST_CLAUSE], maxsplit=1)
    initials = "".join(word[0] for word in plain_words("".join(answers)).split())
    return len(initials) > 1 and plain_words(name).replace(" ", "") == initials


def says_in_words(plain: str) -> bool:
    """Whether the plain words of a clause of a remark say that a person opted out, whoever the person is.

    >>> says_in_words("no calls"), says_in_words("called her twice")
    (True, False)
    """
    return _words().clause.fullmatch(plain) is not None or _remark_says(plain)


def _remark_says(plain: str) -> bool:
    """Whether the plain words of a clause say so: in what is known to be a remark, which says what a person wants.

    >>> _remark_says("met at the fair and wants no calls"), _remark_says("wants no calls before may and a catalog")
    (True, False)
    >>> _remark_says("no calls"), _remark_says("invoice paid and no calls")
    (True, False)
    """
    behind = _words().joined.split(plain)[-1]
    if (
        says_register("", plain)
        or refuses_in_note(plain)
        or is_request(plain)
        or is_objection(plain, whole=False)
        or says_departure(plain)
    ):
        return True
    return behind not in {"", plain} and (refuses_in_note(behind) or is_request(behind, behind_another=True))


def may_be_note(texts: Sequence[str]) -> list[bool]:
    """Return for each text whether it has a word without which :func:`is_opted_out` is false: fast, for many texts.

    >>> may_be_note(["VIP. Ne pas appeler !", "asked for a price"])
    [True, False]
    """
    import polars as pl

    whole = [
        text if text.isascii() else text.encode(errors="replace").decode() for text in texts
    ]  # halves of surrogates
    return pl.Series("text", whole, dtype=pl.String).to_frame().select(_has_word_of_clauses()).to_series().to_list()


@cache
def _has_word_of_clauses() -> pl.Expr:
    import polars as pl

    letters = pl.col("text").str.normalize("NFKD").str.to_lowercase()
    letters = letters.str.replace_many([*"ıłđςßيىك"], [*"ildσ", "ss", *"ییک"])  # as plain words have them
    letters = letters.str.replace_all(r"\p{M}|['’´`]", "").str.replace_all(r"[^\p{L}]+", " ")
    spaced = pl.concat_str(pl.lit(" "), letters.str.replace_all("e mail", "email", literal=True), pl.lit(" "))
    in_one = letters.str.replace_all(" ", "", literal=True)
    words = [*_words().of_clauses, *words_of_objections()]
    whole_words = [*words_of_requests(), *words_of_departures(), *words_of_registers()]
    whole_words += [f" {word} " for word in sorted(_words().newsletters) if len(word) > len("nl")]
    return in_one.str.contains_any(words) | spaced.str.contains_any(whole_words)


def is_refused(value: Any) -> bool:
    """Whether the value of a consent says that it was not given, or was taken back.

    >>> [is_refused(value) for value in ("No", "widerrufen am 3.4.2024", "нет", False, 0, "yes", "", None)]
    [True, True, True, True, True, False, False, False]
    """
    value = plain_value(value)
    if isinstance(value, str):
        first = _first_clause(value)
        if not first:
            return value.strip() in {"0", "0.0", "×", *_UNTICKED}
        if _is_silent(value):
            return False
        return (
            _words().refused.fullmatch(first) is not None
            or (is_negative_answer(first) and not _says_not_done(first))
            or any(_words().withdrawn.fullmatch(clause) for clause in plain_clauses(value))
            or read_sentence(value) == "refuses"
        )
    return isinstance(value, int | float) and not value


def forbids(value: Any) -> bool:
    """Whether an answer forbids something, and does not only say that it was not chosen.

    >>> [forbids(value) for value in ("declined", "nicht erlaubt", "no", "not subscribed", "fehlt", False)]
    [True, True, False, False, False, False]
    """
    value = plain_value(value)
    first = _first_clause(value) if isinstance(value, str) and is_refused(value) else ""
    if not first or _words().mere.fullmatch(first):
        return False
    refuses = any(_words().withdrawn.fullmatch(clause) for clause in plain_clauses(value))
    return refuses or (is_negative_answer(first) and _words().permissions.search(first) is not None)


def _says_not_done(plain: str) -> bool:
    """Whether a negative answer says only that the question is still to be asked.

    >>> [_says_not_done(answer) for answer in ("not sent yet", "noch nicht gefragt", "not to be asked again", "no")]
    [True, True, False, False]
    """
    rest = {*plain.split()} - negative_heads()
    return bool(rest) and rest <= _words().not_done


def read_consent(value: Any) -> Literal["agrees", "refuses", "says nothing"] | None:
    """Return what the value of a consent says; ``None`` if it is not understood, so that a person must look at it.

    A yes that is limited ("yes, but only by post") is not understood.

    >>> [read_consent(value) for value in ("Ja", "x", "erteilt am 01.02.25", "Inferred", "No", "", "pending")]
    ['agrees', 'agrees', 'agrees', 'agrees', 'refuses', 'says nothing', None]
    >>> [read_consent(value) for value in ("nur per Post", "Not sent", "noch nicht angefragt")]
    [None, None, None]
    """
    value = plain_value(value)
    if is_refused(value) or (isinstance(value, str) and is_opted_out(value)):
        return "refuses"
    if is_null(value) or (isinstance(value, str) and not value.strip(" -–—_./?")):
        return "says nothing"
    if not isinstance(value, str) or _agrees(value):
        return "agrees"
    first = _first_clause(value)
    return "says nothing" if _is_silent(value) or (first and _words().unset.fullmatch(first)) else None


def _agrees(text: str) -> bool:
    """Whether a text that does not refuse says yes, without a limit and a word that is not known."""
    clauses = plain_clauses(text)
    if not clauses:
        return _TICKED.search(text) is not None or re.search("[1-9]", text) is not None
    if _is_silent(text) or any(_is_limited(clause) for clause in clauses):
        return False
    patterns = (_words().agreed, *_words().consents)
    return any(words.fullmatch(clauses[0]) for words in patterns) or read_sentence(text) == "agrees"


def _is_limited(clause: str) -> bool:
    if _words().limits.search(clause):
        return True
    denies = _words().refused.fullmatch(clause) is not None or is_negative_answer(clause)
    denies = denies or any(_words().withdrawn.fullmatch(word) for word in clause.split())
    return denies and not _words().silent.fullmatch(clause)


def is_choice(name: str) -> bool:
    """Whether a column of this name may hold how, how often or about what a person is contacted.

    >>> is_choice("Contact preference"), is_choice("Einwilligung")
    (True, False)
    """
    return _CHOICE.search(plain_words(name)) is not None


def names_newsletter(name: str) -> bool:
    """Whether a column of this name holds who chose a newsletter.

    >>> names_newsletter("Newsletter 2025"), names_newsletter("Newsl."), names_newsletter("News source")
    (True, True, False)
    """
    return not _words().newsletters.isdisjoint(plain_words(name).split())


def names_publication(name: str) -> bool:
    """Whether a column of this name holds who gets something by mail: a newsletter, a magazine, or by which law.

    >>> [names_publication(name) for name in ("Newsletter", "Kundenmagazin 2026", "Direct mail", "Invitation", "Offer")]
    [True, True, True, False, False]
    >>> names_publication("Laillinen peruste"), names_publication("メルマガ購読"), names_publication("Subscription")
    (True, True, False)
    """
    plain = plain_words(name)
    rest, found = _words().publications.subn("", plain)
    of_law = _words().legal_bases.search(plain) is not None
    return names_newsletter(name) or of_law or (found > 0 and len(rest.split()) <= 1)


def ends_subscription(answer: str) -> bool:
    """Whether an answer in a column of who gets something says that it was cancelled, and nothing else.

    >>> [ends_subscription(answer) for answer in ("cancelled", "gekündigt", "解除", "no", "cancelled order", "")]
    [True, True, True, False, False, False]
    """
    clauses = plain_clauses(answer)
    read = read_clause(clauses[0]) if len(clauses) == 1 else ()
    return any(all(slots and slots & _ENDS for slots in clause) for clause in read if clause)


def is_explicit_consent(name: str) -> bool:
    """Whether a column of this name holds a consent and nothing else, as that of a law, a channel or a choice may not.

    >>> is_explicit_consent("Einwilligung"), is_explicit_consent("GDPR"), is_explicit_consent("Email marketing")
    (True, False, False)
    """
    named = _words().consents[0].fullmatch(plain_words(name)) is not None or read_sentence(name) == "agrees"
    return named and not is_choice(name)


def is_consent_to_messages(name: str) -> bool:
    """Whether a column of this name holds the consent to text messages, and to nothing else.

    >>> is_consent_to_messages("Accepts SMS Marketing"), is_consent_to_messages("Consent to SMS and email")
    (True, False)
    """
    return is_consent(name) and _MESSAGES.search(name) is not None and _OTHER_WAYS.search(plain_words(name)) is None


def is_set(value: Any) -> bool:
    """Whether the value of a flag says that a person opted out: true, a time, a number, or a text other than "no".

    >>> [is_set(value) for value in (True, "yes", "2026-03-10", 1, False, "No", "", 0.0, None)]
    [True, True, True, True, False, False, False, False, False]
    >>> [is_set(value) for value in ("FALSCH", "no (default)", "do not email", "https://example.com/unsubscribe")]
    [False, False, True, False]
    """
    value = plain_value(value)
    if isinstance(value, str):
        rest = _LINKS.sub(" ", value)
        first = _first_clause(rest)
        if not first:
            return _TICKED.search(rest) is not None or re.search("[1-9]", rest) is not None
        if is_opted_out(rest):
            return True
        # "No" does not set it, and "no deseo", "ne pas autoriser" do.
        return _words().unset.fullmatch(first) is None and (
            first.split()[0] not in negative_heads() or says_attitude(first)
        )
    return isinstance(value, dt.date) or (isinstance(value, int | float) and abs(value) > 0)


def read_letters(cells: Sequence[Any], name: str = "") -> list[Any]:
    """Return the cells of a consent with letters that mean yes or no only beside another: O and N, T and N, O and X.

    >>> read_letters(["O", "N", "n/a"]), read_letters(["o", "x"]), read_letters(["x", None])
    (['yes', 'no', 'n/a'], ['yes', 'no'], ['x', None])
    >>> read_letters(["O", None], "Accord RGPD"), read_letters(["O"], "Opt-in"), read_letters(["N"], "Accord RGPD")
    (['yes', None], ['O'], ['N'])
    """
    given = {cell.strip().lower() for cell in cells if isinstance(cell, str) and not _is_silent(cell)} - {"", "-", "nc"}
    meaning = next((pair for pair in _PAIRS if len(given) > 1 and given <= pair.keys()), {})
    if len(given) == 1:
        meaning = {yes: "yes" for yes, names in _YES_BY_NAME if yes in given and names.search(plain_words(name))}
    return [meaning.get(cell.strip().lower(), cell) if isinstance(cell, str) else cell for cell in cells]


def _first_clause(text: str) -> str:
    return next(iter(plain_clauses(text)), "")


def plain_clauses(text: str) -> list[str]:
    """Return the plain words of each clause of a text."""
    return [plain for clause in _CLAUSES.split(_prepare(text[:_LONGEST_NOTE])) if (plain := plain_words(clause))]


def _prepare(text: str) -> str:
    text = write_out_phones(_SHORTENED.sub(r"\1 ", _FOOTERS.sub(" ", text)))
    return _words().hours.sub(r"\1 oclock", _POINTS.sub("", text))


def write_out_phones(text: str) -> str:
    """Return a text without the points of shortened phones before words.

    >>> write_out_phones("nur Mail, Tel. unerwünscht. Tel. 0171 5550143")
    'nur Mail, Tel unerwünscht. Tel. 0171 5550143'
    """
    return _PHONE_POINT.sub(r"\1 ", text)


def _is_silent(text: str) -> bool:
    return any(_words().silent.fullmatch(plain) for plain in (_first_clause(text), plain_words(text)))


def plain_value(value: Any) -> Any:
    """Return a value of Python: JSON is read, and numbers of other libraries are numbers."""
    if isinstance(value, bytes):
        value = int.from_bytes(value) if len(value) == 1 else value.decode("utf-8", "replace")
    if isinstance(value, str):
        if value[:1] not in {"{", "["} or len(value) > _LONGEST_NOTE:
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, Number) and not isinstance(value, int | float | complex):
        try:
            return float(value)  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return None
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "shape", None) == () else value


class _Words:
    """Patterns of words without case and accents, one space between two, and sets of such words.

    Each is made when it is first needed: together they take half a second, and most texts need few of them.
    """

    def __init__(self) -> None:
        self._table = opt_out_words()
        self._around: Mapping[str, Sequence[str]] = self._table["around"]
        self._flags: Mapping[str, Sequence[str]] = self._table["flags"]
        self._consents: Mapping[str, Sequence[str]] = self._table["consents"]
        self._answers: Mapping[str, Sequence[str]] = self._table["answers"]
        self._either = [*self._around["words"], *self._around["flags"]]
        unwelcome = [f"{one} {other}" for ones, others in self._flags["unwelcome"] for one in ones for other in others]
        self._clauses = [*self._flags["words"], *self._flags["clauses"], *unwelcome]

    @cached_property
    def flag(self) -> _Whole:
        """Name of a column whose value may say that a person opted out."""
        pairs = [
            f"{one} {other}" for first, second in self._table["flags"]["pairs"] for one in first for other in second
        ]
        return _whole([*self._flags["words"], *self._flags["names"], *pairs], self._either, self._flags["words"])

    @cached_property
    def hours(self) -> re.Pattern[str]:
        """A time of the day: its numbers are not words, so that "niet voor 9 bellen" would be a refusal.

        A number before any other word counts something: "no calls after 5 complaints".
        """
        of, behind = "|".join(self._around["before_hours"]), "|".join(self._around["behind_hours"])
        hour = r"(?: (?:l[ae]s?|as|às|kl|klo|godz|ore|τις|ora)\.?)? (?:1?\d|2[0-4])(?::\d\d)?(?:h|[ap]m)?"
        return re.compile(rf"(?i)\b({of}){hour}(?![\d./-]\d)(?= ?(?:[^\w ]|$|(?:{behind})\b))")

    @cached_property
    def clause(self) -> _Whole:
        """A clause that says so."""
        return _whole(self._clauses, self._either, self._flags["words"])

    @cached_property
    def joined(self) -> re.Pattern[str]:
        """Words between two clauses: what stands behind the last of them says something by itself."""
        return re.compile(rf"(?<!^)\b(?:{_any_word(self._around['joins'])}) ")

    @cached_property
    def consents(self) -> tuple[_Whole | re.Pattern[str], ...]:
        """Names of columns that may say that a person agreed to be contacted: with other words, alone, of a channel."""
        words = self._consents["words"]
        # A column may name it twice: "Einwilligung Werbung (Opt-in)".
        beside = [*self._around["words"], *self._consents["given"], *words]
        alone = _whole([*self._consents["alone"], *self._consents["laws"]], self._consents["beside"])
        return (_whole(words, beside, words, end=_SENDER), alone, _channel(self._consents))

    @cached_property
    def stems(self) -> re.Pattern[str]:
        """Parts of such names, wherever they stand."""
        return _stems(self._consents)

    @cached_property
    def not_stems(self) -> re.Pattern[str]:
        """Parts of names that speak against those."""
        return re.compile("|".join(map(plain_words, self._consents["not_stems"])) + r"|\b(?:kanal|channel|version)\b")

    @cached_property
    def unset(self) -> _Whole:
        """Values of a flag that is not set."""
        answers = self._answers
        return _whole([*answers["no"], *answers["not_set"], *answers["opposite"]], self._around["words"])

    @cached_property
    def agreed(self) -> _Whole:
        """A clause by which a consent was given."""
        yes, beside = self._answers["yes"], self._answers["beside_yes"]
        return _whole(yes, [*beside, *yes, *self._around["words"], *self._consents["words"]])

    @cached_property
    def limits(self) -> re.Pattern[str]:
        """Words that limit a consent."""
        return re.compile(rf"\b(?:{_any_word(self._answers['limits'])})\b")

    @cached_property
    def withdrawn(self) -> _Whole:
        """A clause by which a consent was refused or taken back, wherever it stands."""
        return _whole(self._answers["refused"], self._either)

    @cached_property
    def refused(self) -> _Whole:
        """Values of a consent that was not given."""
        return _whole([*self._answers["no"], *self._answers["refused"]], self._either)

    @cached_property
    def mere(self) -> _Whole:
        """Values of a consent by which a person may only not have chosen something."""
        return _whole([*self._answers["no"], *self._answers["mere"]], self._around["words"])

    @cached_property
    def permissions(self) -> re.Pattern[str]:
        """Beginnings of words that forbid something behind a negation."""
        return re.compile("|".join(sorted(spellings(self._answers["permissions"]))))

    @cached_property
    def publications(self) -> re.Pattern[str]:
        """Words for what a person gets by mail."""
        return re.compile(rf"\b(?:{_any_word(self._table['newsletters']['publications'])})\b")

    @cached_property
    def legal_bases(self) -> re.Pattern[str]:
        """Words for the law by which a person may be written to."""
        return re.compile(rf"\b(?:{_any_word(self._table['newsletters']['legal_bases'])})\b")

    @cached_property
    def silent(self) -> _Whole:
        """Values of a consent that say nothing, or that none is needed."""
        return _whole(self._answers["silent"], ())

    @cached_property
    def not_done(self) -> frozenset[str]:
        """Words for what was not done yet, by whoever asks."""
        return frozenset(map(plain_words, self._answers["not_done"]))

    @cached_property
    def opposite(self) -> frozenset[str]:
        """Words that say the opposite of an opt-out, or lift it."""
        return frozenset(map(plain_words, self._answers["opposite"]))

    @cached_property
    def parts(self) -> frozenset[str]:
        """Names of the parts of an object that mean what its name does."""
        return frozenset(map(plain_words, self._around["parts"]))

    @cached_property
    def remarks(self) -> frozenset[str]:
        """Words in the names of columns that hold remarks."""
        return frozenset(map(plain_words, self._table["remarks"]["words"]))

    @cached_property
    def newsletters(self) -> frozenset[str]:
        """Words for a newsletter."""
        return frozenset(word for each in self._table["newsletters"]["words"] for word in plain_words(each).split())

    @cached_property
    def names_of_remarks(self) -> frozenset[str]:
        """Names of columns that hold remarks, as a whole."""
        return frozenset(map(plain_words, self._table["remarks"]["names"]))

    @cached_property
    def steps(self) -> _Whole:
        """Names of columns of what is done about a person next, or was, and of what the person answered."""
        return _whole(self._table["remarks"]["steps"], self._table["remarks"]["beside_steps"])

    @cached_property
    def states(self) -> _Whole:
        """Names of columns of how far a person has come, or how a call ended."""
        return _whole(self._table["states"]["names"], self._table["states"]["beside"])

    @cached_property
    def lost(self) -> _Whole:
        """States of people who wanted nothing."""
        return _whole(self._table["states"]["lost"], self._table["states"]["beside_lost"])

    @cached_property
    def ends_of_remarks(self) -> tuple[str, ...]:
        """Ends of words in such names."""
        return tuple(map(plain_words, self._table["remarks"]["ends"]))

    @cached_property
    def of_clauses(self) -> tuple[str, ...]:
        """Words of which each clause has one."""
        consents, notes = self._consents, self._table["notes"]
        words = [*self._clauses, *self._flags["names"], *consents["words"], *consents["alone"], *consents["laws"]]
        words += [
            word for part in ("what", "refusals", "approached", "own_removals", "removals") for word in notes[part]
        ]
        return tuple(sorted({word.replace(" ", "") for word in spellings(words)}))


@cache
def _words() -> _Words:
    return _Words()


def _any_word(words: Iterable[str]) -> str:
    """Return a pattern of one of some words, longer ones first."""
    return "|".join(sorted(spellings(words), key=lambda word: (-len(word), word)))


def _channel(consents: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Return a pattern of names of words of advertising, and of a channel or a law, at least one of each."""
    advertising, beside = (_any_word(consents[key]) for key in ("advertising", "beside"))
    channels = _any_word([*consents["channels"], *consents["laws"]])
    both = rf"(?=.*\b(?:{advertising})\b)(?=.*\b(?:{channels})\b)"
    return re.compile(rf"{both}(?:(?:{advertising}|{channels}|{beside})(?: |$))+")


def _stems(consents: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Return a pattern of parts of names of consents, and of compounds of advertising or a channel with a consent."""
    stems, first, last = ("|".join(map(plain_words, consents[key])) for key in ("stems", "compounds", "compound_ends"))
    return re.compile(rf"{stems}|\b(?:{first})\w*(?:{last})\b")


def _whole(words: Iterable[str], around: Iterable[str], glued: Iterable[str] = (), *, end: str = "") -> _Whole:
    """Return a pattern of one of some words, with any number of others around it.

    Args:
        words: The words.
        around: What may stand around them, each with a space; scripts without spaces need none.
        glued: Words that may also be written in one with some of them, such as "isunsubscribed".
        end: Pattern of what may follow.
    """

    def one_of(listed: Iterable[str]) -> str:
        plain = sorted(spellings(listed), key=lambda word: (-len(word), word))
        return "|".join(word.replace(" ", " ?") for word in plain) or "(?!)"

    def pattern() -> str:
        spaced = [word for word in around if word.isascii() or not is_without_spaces(word)]
        others = [word for word in around if word not in spaced]
        before, after = (
            f"(?:(?:{one_of(spaced)}) |(?:{one_of(others)}) ?)*",
            f"(?: (?:{one_of(spaced)})| ?(?:{one_of(others)}))*",
        )
        in_one = f"(?:{'|'.join(_IN_ONE)})*"
        return f"{before}(?:{one_of(words)}){after}{end}|{in_one}(?:{one_of(glued)})(?:at|on|date|status|flag)?"

    def beginnings() -> tuple[str, ...]:
        first, more = spellings([*words, *glued, *_IN_ONE]), spellings(around)
        alone = {word for word in more - first if word.isascii() and " " not in word}
        return *(f"{word} " for word in alone), *(word.replace(" ", "") for word in (first | more) - alone)

    return _Whole([*words, *glued], beginnings, pattern)


class _Whole:
    """A pattern of texts that have one of some words. It is compiled when a text has one of them, which few have.

    To compile one takes as long as to read a thousand names.

    Args:
        words: The words, with or without spaces in a text.
        beginnings: Function that returns what such a text begins with, as it is or without spaces.
        pattern: Function that returns the pattern.
    """

    def __init__(
        self, words: Iterable[str], beginnings: Callable[[], tuple[str, ...]], pattern: Callable[[], str]
    ) -> None:
        self._words = {word.replace(" ", "") for word in spellings(words)}
        self._beginnings = cache(beginnings)
        self._pattern = cache(lambda: re.compile(pattern()))

    def fullmatch(self, plain: str) -> re.Match[str] | None:
        """Return the match of the plain words of a text."""
        letters = plain.replace(" ", "")
        if not any(map(letters.__contains__, self._words)):
            return None
        begins = any(text.startswith(self._beginnings()) for text in (f"{plain} ", letters))
        return self._pattern().fullmatch(plain) if begins else None
