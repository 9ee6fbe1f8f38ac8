"""Bring a list of leads into a workspace: ``ws.leads.intake(path)``, one value that goes through all stages.

::

    source ─ mapping ─ converted ─ normalized ─ checked ─┬─ duplicates ─ decided ─ merged ─ plan ─► apply, undo
                                                         │
                          the leads of the workspace ────┘

================================  ================================================================================
Module                            What it does
================================  ================================================================================
``intake``, ``leads``             ``Intake``, the value, whose stages can be looked at; its method of ``ws.leads``
``facts``, ``undoing``            what its card says; what takes it back
``sheets``, ``refused_people``    the sheet of a workbook that has people; those on its sheets of refusals
``list_ends``, ``lines``          blank lines, totals and notes, which are of no person; rows by their lines
``grouped_lists``                 companies of lists that are grouped by company
``cells``                         cells converted and cleaned; sets aside what does not fit
``currencies``                    amounts of another currency than the field's
``name_columns``, ``name_parts``  names in more columns than a lead has; names spelled as those of known leads
``salutations``                   salutations of men and women
``names_of_no_person``            names that are only a title, a function or a sign of a missing name
``second_columns``                columns such as "Mobile" beside the phone
``area_codes``                    area codes in a column of their own
``cells_with_several``            cells with several phones or addresses
``other_addresses``               the further addresses of a row
``other_phones``                  its further phones, and phones of people who opted out
``calls``                         people who want no calls, and may be e-mailed
``other_names``                   names that are a part or another spelling of a known person's
``second_spellings``              columns with a second spelling of a name: kana, romaji, initials
``unread_columns``                columns that are named like a field and not mapped
``missing_names``                 columns that may have the names, where none is mapped
``unmapped_countries``            countries in a column that is not mapped
``matching``, ``rule_links``      **people of the list in the workspace and in other rows**, by score and by rule
``decisions``                     **what each row is**: new, known, doubtful …, and **why it is held back**
``overwriting``                   what a list may replace in a known lead
``written_decisions``             what a person wrote into the file of held-back rows
``choices``, ``kept_choices``     the choices as a recipe, and in the journal
``held_rows``                     rows that were held back, in a file that lost its reasons and decisions
================================  ================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.intake.intake import Intake

_HOMES = {"Intake": "intake"}

__all__ = ["Intake"]

__getattr__, __dir__ = exports(__name__, _HOMES)
