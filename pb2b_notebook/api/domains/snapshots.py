"""Snapshots of billing and settings: frames of one row, to be appended to those of other times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import Resource, run
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.frames.types import DataFrame, FrameName, FrameT
from pb2b_notebook.lazy_libraries import pa

_COMMON: Final = ("id", "object", "created_at", "updated_at")  # fields of the parts, not of the snapshot


class BillingSnapshots(Resource[FrameT]):
    """Snapshot of the plan and its usage."""

    @overload
    def snapshot(self, *, frame: None = None) -> FrameT: ...
    @overload
    def snapshot(self, *, frame: FrameName) -> DataFrame: ...
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


class SettingsSnapshots(Resource[FrameT]):
    """Snapshot of the settings."""

    @overload
    def snapshot(self, *, frame: None = None) -> FrameT: ...
    @overload
    def snapshot(self, *, frame: FrameName) -> DataFrame: ...
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
    library = session.frame_name(frame)
    row = pa.table(
        {"taken_at": [session.time()], "workspace_id": [session.client.workspace]},
        schema=pa.schema({"taken_at": pa.timestamp("us", "UTC"), "workspace_id": pa.string()}),
    )
    for name in operations:
        part = run(session, name).to_frame("pyarrow")
        for field, column in zip(part.schema, part.columns, strict=True):
            if field.name not in {*_COMMON, *row.column_names}:
                row = row.append_column(field, column)
    return to_frame(row, library)
