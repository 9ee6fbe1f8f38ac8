"""List campaign runs with the names of their campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.api.calls.options import FROM_MIRROR
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import Verb, run
from pb2b_notebook.frames import attach, provenance, to_frame
from pb2b_notebook.lazy_libraries import pa
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
        library, columns = session.frame_name(given.get("frame")), given.get("columns")
        if columns is not None:
            if isinstance(columns, str) or NAME not in (columns := list(columns)):
                return self._read(session, operation, given | {"columns": columns})
            others = [name for name in columns if name != NAME]
            given = given | {"columns": others if _ID in others else [*others, _ID]}
        with session.partial_in(library):
            runs = self._read(session, operation, given | {"frame": "pyarrow"})
        named = with_names(runs, _names(session, given))
        return attach(to_frame(named if columns is None else named.select(columns), library), provenance(runs))

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
    """Return the table with the text column ``campaign_name`` after ``campaign_id``; null for an unknown campaign."""
    found = [names.get(campaign) for campaign in runs[_ID].to_pylist()]
    return runs.add_column(runs.column_names.index(_ID) + 1, NAME, pa.array(found, pa.string()))
