"""List campaign runs with the names of their campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.api.calls.options import FROM_MIRROR
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import Verb, run
from pb2b_notebook.frames import attach, provenance
from pb2b_notebook.lazy_libraries import pd, pl
from pb2b_notebook.openapi.operations import Operation

NAME: Final = "campaign_name"
_ID: Final = "campaign_id"


class CampaignRuns(Verb):
    """``ws.campaigns.runs(campaign_id=None, …)``: one row is one run, with the name and id of its campaign.

    The runs of one campaign are read from the campaign's own list, those of several from the list of all runs.
    """

    def __init__(self) -> None:
        super().__init__("campaign_runs.list", leading={_ID: _ID}, optional=(_ID,))
        self.operations = ("campaign_runs.list", "campaigns.runs.list")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Read the runs, and the names of all campaigns."""
        columns = given.pop("columns", None)
        if isinstance(columns, str) or columns is None or NAME not in (columns := list(columns)):
            runs = self._read(session, operation, given | ({} if columns is None else {"columns": columns}))
            return runs if columns is not None else with_names(runs, _names(session, given))
        others = [name for name in columns if name != NAME]
        needed = others if _ID in others else [*others, _ID]
        named = with_names(self._read(session, operation, given | {"columns": needed}), _names(session, given))
        return attach(named[columns], provenance(named))

    @staticmethod
    def _read(session: Session, operation: Operation, given: Mapping[str, Any]) -> Any:
        campaign = given.get(_ID)
        if not isinstance(campaign, str):
            return session.call(operation.id, given)
        rest = {name: value for name, value in given.items() if name != _ID}
        by_campaign = session.operations.find("campaigns.runs.list")
        runs = session.call(by_campaign.id, {**rest, by_campaign.path_parameters[0]: campaign})
        source = provenance(runs)
        return attach(runs, replace(source, filters={_ID: campaign, **source.filters}))


def _names(session: Session, given: Mapping[str, Any]) -> dict[str, str]:
    """Return id → name of all campaigns, read from the same place as the runs."""
    source = {name: given[name] for name in FROM_MIRROR if name in given}
    campaigns = run(session, "campaigns.list", columns=["id", "name"], frame="polars", **source)
    return dict(campaigns.iter_rows())


def with_names(runs: Any, names: Mapping[str, str]) -> Any:
    """Return the frame with the text column ``campaign_name`` after ``campaign_id``; null for an unknown campaign."""
    place = list(runs.columns).index(_ID) + 1
    found = [names.get(campaign) for campaign in runs[_ID]]
    if hasattr(runs, "insert_column"):
        named = runs.clone().insert_column(place, pl.Series(NAME, found, pl.String))
    else:
        named = runs.copy()
        named.insert(place, NAME, pd.Series(found, index=runs.index, dtype="str"))
    return attach(named, provenance(runs))
