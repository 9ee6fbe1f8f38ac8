"""Snapshots of billing and settings: frames of one row, to be appended to those of other times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import DataFrame, FrameName
from pb2b_notebook.api.domains.verbs import Resource, run
from pb2b_notebook.lazy_libraries import pd, pl

_COMMON: Final = ("id", "object", "created_at", "updated_at")  # fields of the parts, not of the snapshot


class BillingSnapshots(Resource):
    """Snapshot of the plan and its usage."""

    def snapshot(self, *, frame: FrameName | None = None) -> DataFrame:
        """Return the subscription and its usage as one row with ``taken_at``.

        Args:
            frame: Library of the returned frame, "pandas" or "polars"; by default the workspace's.

        Returns:
            A frame of one row: ``taken_at`` (the service's time, UTC), ``workspace_id``, the fields of the
            subscription, and those of the usage (``usage_emails_sent`` …); always the same columns and dtypes.

        Example:
            >>> import pandas as pd
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     history = pd.concat([ws.billing.snapshot(), ws.billing.snapshot()], ignore_index=True)
            ...     history.shape[0], history["usage_leads_stored"].tolist()
            (2, [19, 19])
        """
        return _snapshot(self._session, ("billing.subscription", "billing.usage"), frame)


class SettingsSnapshots(Resource):
    """Snapshot of the settings."""

    def snapshot(self, *, frame: FrameName | None = None) -> DataFrame:
        """Return the workspace's settings as one row with ``taken_at``.

        Args:
            frame: Library of the returned frame, "pandas" or "polars"; by default the workspace's.

        Returns:
            A frame of one row: ``taken_at`` (the service's time, UTC), ``workspace_id`` and the settings, with records
            flattened (``limits_leads_limit`` …); always the same columns and dtypes.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.settings.snapshot()["timezone"].tolist()
            ['Europe/Berlin']
        """
        return _snapshot(self._session, ("settings.get",), frame)


def _snapshot(session: Session, operations: Sequence[str], frame: str | None) -> Any:
    library = Options(frame=frame).frame or session.frame
    parts = [run(session, name).to_frame(library) for name in operations]
    join = _join_polars if library == "polars" else _join_pandas
    return join(session.time(), session.client.workspace, parts)


def _join_pandas(taken_at: datetime, workspace: str, parts: Sequence[Any]) -> Any:
    row = pd.concat([part.drop(columns=list(_COMMON), errors="ignore") for part in parts], axis=1)
    row = row.loc[:, ~row.columns.duplicated()]
    row.insert(0, "workspace_id", pd.Series([workspace], dtype="str"))
    row.insert(0, "taken_at", pd.Series([taken_at], dtype="datetime64[us, UTC]"))
    return row


def _join_polars(taken_at: datetime, workspace: str, parts: Sequence[Any]) -> Any:
    row = pl.DataFrame(
        {"taken_at": [taken_at], "workspace_id": [workspace]},
        schema={"taken_at": pl.Datetime("us", "UTC"), "workspace_id": pl.String},
    )
    for part in parts:
        row = row.hstack(part.select(pl.exclude(*_COMMON, *row.columns)))
    return row
