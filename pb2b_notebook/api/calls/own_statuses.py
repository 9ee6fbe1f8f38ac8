"""The status words of a service: what they mean where that is certain, and lists that are asked for by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pb2b_notebook.api.http.adaptation.status_words import STATUS, meanings, own_word
from pb2b_notebook.api.http.call import Query
from pb2b_notebook.api.http.responses.status_labels import fold_word, forms_of_options
from pb2b_notebook.opt_outs import FUNNEL, OPTED_OUT, is_opted_out
from pb2b_notebook.service_profile import ServiceProfile


def learn_meanings(profile: ServiceProfile, words: Iterable[str], at: datetime) -> None:
    """Remember which status words mean an opt-out, or none, by their labels or behind the prefix of an enum.

    >>> from datetime import UTC, datetime
    >>> profile = ServiceProfile()
    >>> learn_meanings(profile, ["LEAD_STATUS_NEW", "STATUS_UNSUBSCRIBED", "LEAD_STATUS_PARKED"], datetime.now(UTC))
    >>> sorted(profile.names("harmless")), sorted(profile.names("opted_out"))
    (['LEAD_STATUS_NEW'], ['STATUS_UNSUBSCRIBED'])
    """
    explained = profile.names("opted_out") | profile.names("harmless")
    found = {w: meaning for w, meaning in meanings(words, profile.names("forms")).items() if w not in explained}
    opted_out = [w for w, meaning in found.items() if fold_word(meaning) in OPTED_OUT or is_opted_out(meaning)]
    harmless = [w for w, meaning in found.items() if fold_word(meaning) in FUNNEL]
    for fact, texts in (("opted_out", opted_out), ("harmless", harmless)):
        if texts:
            profile.learn(fact, texts, "what the service calls them", at=at)


def learn_labels(profile: ServiceProfile, fields: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Remember what a service calls the statuses that are numbers or ids, by its lead fields."""
    labels = frozenset[str]().union(*map(forms_of_options, fields))
    if labels and profile.learn("forms", labels, "options of the lead field status", at=at):
        learn_meanings(profile, (), at)


def by_own_words(profile: ServiceProfile, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of a list with the service's words for their statuses; ``None`` if they are these already.

    >>> profile = ServiceProfile()
    >>> profile.learn("words", ["New", "Contacted"], "statuses of leads")
    True
    >>> by_own_words(profile, {"status": "new", "city": "Oslo"}), by_own_words(profile, {"status": "New"})
    ({'status': ['New'], 'city': 'Oslo'}, None)
    """
    given = arguments.get(STATUS)
    texts = [given] if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else []
    own = [_own(profile, text) for text in texts]
    return None if own == texts else {**arguments, STATUS: own}


def with_own_words(profile: ServiceProfile, query: Query) -> Query:
    """Return a query with the service's words beside the statuses in it, for rows that are filtered on this machine.

    >>> profile = ServiceProfile()
    >>> profile.learn("words", ["LEAD_STATUS_NEW", "LEAD_STATUS_LOST"], "statuses of leads")
    True
    >>> with_own_words(profile, (("status", "new"),))
    (('status', 'new'), ('status', 'LEAD_STATUS_NEW'))
    """
    own: Sequence[tuple[str, str]] = [(name, _own(profile, text)) for name, text in query if name == STATUS]
    return tuple(dict.fromkeys((*query, *own)))


def _own(profile: ServiceProfile, text: Any) -> Any:
    return own_word(text, profile.status_words, profile.names("forms")) if isinstance(text, str) else text
