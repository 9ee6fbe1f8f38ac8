"""Bring a list of leads into a workspace: ``ws.leads.intake(path)``, one value that goes through all stages.

::

    source ─ mapping ─ converted ─ normalized ─ checked ─┬─ duplicates ─ decided ─ merged ─ plan ─► apply, undo
                                                         │
                          the leads of the workspace ────┘

``currencies`` takes out amounts of another currency, ``name_columns`` joins the parts of family names,
``second_columns`` finds columns such as "Mobile" beside the phone, ``cells_with_several`` takes one address of a cell,
and ``other_addresses`` names its others; ``unread_columns`` finds columns that are named like a field and that no
mapping takes, and ``unmapped_countries`` those of countries; ``cells`` converts and checks cells, and sets aside what
does not fit; ``matching`` finds the people of the list in the workspace and in other rows, and ``rule_links`` those of
which a rule says it; ``decisions`` decides about each row, purely, and ``overwriting`` what may replace a lead's value;
``choices`` keeps the choices as a recipe, and ``kept_choices`` in the journal; ``intake`` is the value, and ``leads``
its method of ``ws.leads``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.intake.intake import Intake

_HOMES = {"Intake": "intake"}

__all__ = ["Intake"]

__getattr__, __dir__ = exports(__name__, _HOMES)
