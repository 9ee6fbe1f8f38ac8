"""The columns of a domain's list as data: ``ws.leads.schema()``."""

from __future__ import annotations

from typing import Final

from pb2b_notebook.api.domains.verbs import Resource, Verb
from pb2b_notebook.errors import suggesting
from pb2b_notebook.frames.list_schema import ListSchema
from pb2b_notebook.frames.types import FrameT

_VERB: Final = "list"
"""Declared by each domain, with a signature of its own."""


class Listed(Resource[FrameT]):
    """A domain with the verb ``list``."""

    @suggesting
    def schema(self) -> ListSchema:
        """Return the names and dtypes of the columns of ``list()``, those of the workspace's custom fields included.

        Returns:
            A :class:`~pb2b_notebook.frames.list_schema.ListSchema`: ``.names``, ``.dtypes()``, ``.to_frame()``,
            ``.to_arrow()``, ``.to_json_schema()``, ``.to_pandera()``, ``.to_pointblank()``.

        Raises:
            UnknownOperationError: The contract in use has no such list.
            InvalidParameterError: An argument is given; the dtypes in one library are ``.dtypes("polars")``.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     schema = ws.campaigns.schema()
            ...     schema.dtypes() == ws.campaigns.list().dtypes.to_dict()
            True
        """
        verb: Verb = getattr(type(self), _VERB)
        return verb.columns(self._session)
