"""Runs of campaigns with the campaigns' names: what a list of ids alone does not tell a reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.calls.options import FROM_MIRROR
from pb2b_notebook.api.domains.verbs import Verb, run
from pb2b_notebook.frames import attach, provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.openapi.operations import Operation

NAME: Final = "campaign_name"
_ID: Final = "campaign_id"


class CampaignRuns(Verb):
    """``ws.campaigns.runs(campaign_id=None, …)``: one row is one run, its campaign's name beside its id.

    The runs of one campaign are read from the campaign's own list, those of several from the list of all.
    """

    def __init__(self) -> None:
        super().__init__("campaign_runs.list", leading={_ID: _ID}, optional=(_ID,))
        self.operations = ("campaign_runs.list", "campaigns.runs.list")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Read them, and the names of all campaigns."""
        columns = given.pop("columns", None)
        if isinstance(columns, str) or columns is None or NAME not in (columns := list(columns)):
            runs = self._read(session, operation, given | ({} if columns is None else {"columns": columns}))
            return runs if columns is not None else with_names(runs, _names(session, given))
        asked = [name for name in columns if name != NAME]
        needed = asked if _ID in asked else [*asked, _ID]
        named = with_names(self._read(session, operation, given | {"columns": needed}), _names(session, given))
        return attach(named[columns], provenance(named))

    @staticmethod
    def _read(session: Session, operation: Operation, given: Mapping[str, Any]) -> Any:
        one = given.get(_ID)
        if not isinstance(one, str):
            return session.call(operation.id, given)
        rest = {name: value for name, value in given.items() if name != _ID}
        of_one = session.operations.find("campaigns.runs.list")
        runs = session.call(of_one.id, {**rest, of_one.path_parameters[0]: one})
        told = provenance(runs)
        return attach(runs, replace(told, filters={_ID: one, **told.filters}))


def _names(session: Session, given: Mapping[str, Any]) -> dict[str, str]:
    """The names of all campaigns, from where the runs are read."""
    source = {name: given[name] for name in FROM_MIRROR if name in given}
    campaigns = run(session, "campaigns.list", columns=["id", "name"], frame="polars", **source)
    return dict(campaigns.iter_rows())


def with_names(runs: Any, names: Mapping[str, str]) -> Any:
    """The frame with the column ``campaign_name`` after ``campaign_id``, text; null where the name is not known."""
    place = list(runs.columns).index(_ID) + 1
    found = [names.get(one) for one in runs[_ID]]
    if hasattr(runs, "insert_column"):
        import polars as pl

        told = runs.clone().insert_column(place, pl.Series(NAME, found, pl.String))
    else:
        import pandas as pd

        told = runs.copy()
        told.insert(place, NAME, pd.Series(found, index=runs.index, dtype="str"))
    return attach(told, provenance(runs))
