"""How a person opts out, in whatever words a service, a list or the person says so.

=====================  ================================================================
Module                 What it does
=====================  ================================================================
``recognition``        **fields, words and notes that say that a person opted out**
``permissions``        fields about the permission to contact a person whose words only the service knows
``requests``           clauses that ask for no contact or for deletion, in any order of known words (``requests.toml``)
``requests_in_names``  names with such a clause at one end
``objections``         objections, consents that were taken back, lists of people not to contact (``objections.toml``)
``mailing_opt_outs``   names of columns of who left or refuses all mailings, translated (``mailing_opt_outs.toml``)
``list_names``         names of sheets and files of people not to contact (``list_names.toml``)
``departures``         clauses that say who left a list or died, with when, how or which one (``departures.toml``)
``leaving_dates``      columns of when a person left a company or took a consent back (``leaving_dates.toml``)
``deceased``           names that say that the person has died (``deceased.toml``)
``phone_objections``   objections to calls alone, of people who may be e-mailed (``phone_objections.toml``)
``registers``          registers of people who want no calls or no post: TPS, MPS, DND (``registers.toml``)
``consent_sentences``  sentences by which people agree to be contacted, or refuse
``slots``              what each word of a clause does, in 57 languages (``slots.toml``)
``suspicions``         remarks that may refuse, though they are not understood, by what their words do
``denials``            clauses that deny a refusal, or are about what another person wants
``leavings``           clauses that say who left or died, by verbs in any form with dates and employers between
``lone_words``         words that say so alone, under any header (``lone_words.toml``)
``column_statements``  names of columns that are themselves remarks, which a cross or a date confirms
``relatives``          clauses by which not the person but a relative has died
``things``             machines that died and orders that are cancelled, in a clause that is about them
``vocabulary``         the words of each language, in ``words.toml``
=====================  ================================================================

These are words. The person who comes back by another address or phone is found by ``upserts.planning.opted_out``.
"""

from __future__ import annotations

from pb2b_notebook.opt_outs.column_statements import states_of_person
from pb2b_notebook.opt_outs.consent_sentences import (
    asks_for_messages,
    asks_for_third_parties,
    asks_for_way,
    is_no_way,
    refuses_messages,
)
from pb2b_notebook.opt_outs.deceased import is_title_of_deceased, names_deceased
from pb2b_notebook.opt_outs.leaving_dates import names_leaving
from pb2b_notebook.opt_outs.list_names import names_refusals
from pb2b_notebook.opt_outs.lone_words import says_alone
from pb2b_notebook.opt_outs.permissions import is_about_permission, may_bar
from pb2b_notebook.opt_outs.phone_objections import objects_to_phone_alone
from pb2b_notebook.opt_outs.recognition import (
    FUNNEL,
    OPTED_OUT,
    can_say,
    ends_subscription,
    forbids,
    is_choice,
    is_consent,
    is_consent_to_messages,
    is_explicit_consent,
    is_flag,
    is_lost,
    is_opted_out,
    is_remark,
    is_set,
    is_state,
    may_be_note,
    names_newsletter,
    names_publication,
    names_state,
    read_consent,
    read_letters,
    says_inside,
    says_opted_out,
)
from pb2b_notebook.opt_outs.requests_in_names import asks_in_name
from pb2b_notebook.opt_outs.suspicions import may_have_left, may_refuse

__all__ = [
    "FUNNEL",
    "OPTED_OUT",
    "asks_for_messages",
    "asks_for_third_parties",
    "asks_for_way",
    "asks_in_name",
    "can_say",
    "ends_subscription",
    "forbids",
    "is_about_permission",
    "is_choice",
    "is_consent",
    "is_consent_to_messages",
    "is_explicit_consent",
    "is_flag",
    "is_lost",
    "is_no_way",
    "is_opted_out",
    "is_remark",
    "is_set",
    "is_state",
    "is_title_of_deceased",
    "may_bar",
    "may_be_note",
    "may_have_left",
    "may_refuse",
    "names_deceased",
    "names_leaving",
    "names_newsletter",
    "names_publication",
    "names_refusals",
    "names_state",
    "objects_to_phone_alone",
    "read_consent",
    "read_letters",
    "refuses_messages",
    "says_alone",
    "says_inside",
    "says_opted_out",
    "states_of_person",
]  # fmt: skip
