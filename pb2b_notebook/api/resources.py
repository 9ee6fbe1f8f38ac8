"""The accessors: one class a domain, each verb one operation of the contract, its filters explicit keywords.

The verbs only name things; :class:`~pb2b_notebook.api.reading.Reader` does the work. A test holds the keywords of each
verb to the parameters of its operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pb2b_notebook.api.reading import OPTIONS, Options
from pb2b_notebook.errors import InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from pb2b_notebook.api.reading import Reader
    from pb2b_notebook.api.records import Record

    Time = str | date | datetime
    Texts = str | Sequence[str]
    FrameName = Literal["pandas", "polars"]
    # A pandas or a polars DataFrame, as ``frame=`` says; neither is imported before one is made.
    DataFrame = Any


class Resource:
    """The verbs of one domain. Reading an attribute never makes a request."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def _list(self, operation: str, arguments: Mapping[str, Any]) -> DataFrame:
        filters, options = _split(arguments)
        return self._reader.list(self._reader.operations.find(operation), filters, options)

    def _pages(self, operation: str, arguments: Mapping[str, Any]) -> Iterator[DataFrame]:
        filters, options = _split(arguments)
        return self._reader.pages(self._reader.operations.find(operation), filters, options)

    def __repr__(self) -> str:
        verbs = [name for name in dir(self) if not name.startswith("_")]
        return f"<{type(self).__name__}: {', '.join(verbs)}>"


def _split(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], Options]:
    given = {name: value for name, value in arguments.items() if name not in {"self", "others"} and value is not None}
    # What is not in the signature goes along: it is either a parameter of a document that knows more, or refused with
    # the nearest known name.
    given |= arguments.get("others", {})
    return {n: v for n, v in given.items() if n not in OPTIONS}, Options(
        **{n: v for n, v in given.items() if n in OPTIONS}
    )


def _values(fields: Mapping[str, Any] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one object, given as a dict, as keywords or both."""
    given = {} if fields is None else fields
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise InvalidParameterError(
            f"the fields of one object are a dict by name, not {type(fields).__name__}",
            repair='give {"email": …} or email=…; for many rows use ws.call("leads.bulk_upsert", rows=[…])',
        )
    return {**given, **values}


class Leads(Resource):
    """``ws.leads``: one row is one lead. Source: the Leads domain of the public reference, and our reconstruction."""

    def list(  # noqa: D417 - the filters are the contract's own words
        self,
        *,
        status: Texts | None = None,
        source: Texts | None = None,
        owner_email: Texts | None = None,
        email: Texts | None = None,
        company_domain: Texts | None = None,
        country: Texts | None = None,
        tag: Texts | None = None,
        q: str | None = None,
        import_id: str | None = None,
        campaign_id: str | None = None,
        has_email: bool | None = None,
        custom: Mapping[str, Any] | None = None,
        ids: Texts | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        include_deleted: bool | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: FrameName | None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        progress: bool | None = None,
        **others: Any,
    ) -> DataFrame:
        """All leads that match, as a frame: one row a lead, the same columns and dtypes for any number of rows.

        Filters that take several values match any of them. ``updated_after`` excludes its bound, ``updated_before``
        includes it; times are datetimes, ISO text, "7d" or "monday".

        Args:
            custom: filters on custom fields, by key: ``custom={"tier": "gold"}``.
            frame: "pandas" or "polars"; by default the workspace's.
            columns: only these columns, in this order.
            limit: the number of rows, newest first; by default all, oldest change first.
            page_size: rows a request, 1 to 500.
            progress: show a bar on a long read.
            others: further parameters, where the contract in use has any.

        Raises:
            InvalidParameterError: a value that the filter cannot have; nothing was sent.
            APIError: the service refused, such as a missing scope ``leads.read``.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=50) as ws:
            ...     ws.leads.list(limit=2, columns=["email", "status"]).shape
            (2, 2)
        """
        return self._list("leads.list", locals())

    def pages(self, **filters: Any) -> Iterator[DataFrame]:
        """The same as :meth:`list`, page by page, in bounded memory: each page is a frame of the same columns.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=50) as ws:
            ...     [len(page) for page in ws.leads.pages(page_size=20, include_deleted=True)]
            [20, 20, 10]
        """
        return self._pages("leads.list", filters)

    def find(self, text: str, **filters: Any) -> DataFrame:
        """Leads whose name, e-mail or company contains the text; takes the filters and options of :meth:`list`."""
        if not isinstance(text, str) or not text.strip():
            raise InvalidParameterError("find needs some text", repair='such as ws.leads.find("ada")')
        return self._list("leads.list", {"q": text, **filters})

    def get(self, id: str) -> Record:  # noqa: A002 - the API's own name
        """One lead. A deleted one answers too, with ``deleted_at`` set.

        Raises:
            NotFoundError: no such lead in this workspace.
        """
        return self._reader.record("leads.get", {"id": id})

    def create(
        self,
        fields: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        **values: Any,
    ) -> Record:
        """Create a lead, always a new one: e-mail addresses are not unique. :meth:`upsert` matches first.

        Args:
            fields: values by field name; or give them as keywords.
            idempotency_key: your own key; sending twice with one key creates one lead.
            again: create another one; without it the same values within 24 hours give the first lead again, without a
                request, so that Restart & Run All creates nothing twice.
            values: such as ``email="ada@example.com", custom_fields={"tier": "gold"}``.

        Raises:
            ValidationError: the service refused a field; ``details`` names each.
            ReadOnlyError: the key or the workspace is read-only; nothing was sent.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     ws.leads.create(email="ada@example.com", full_name="Ada Lovelace").status
            'new'
        """
        return self._reader.record(
            "leads.create", _values(fields, values), idempotency_key=idempotency_key, again=again
        )

    def update(
        self,
        id: str,  # noqa: A002 - the API's own name
        fields: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        **values: Any,
    ) -> Record:
        """Change fields of a lead: absent ones stay, ``None`` clears, tags replace, custom fields merge by key.

        Args:
            id: of the lead.
            fields: values by field name; or give them as keywords.
            idempotency_key: your own key.
            again: send it even if the same was done within 24 hours.
            values: such as ``phone=None, if_updated_at=lead.updated_at``: with the latter, a lead that somebody else
                changed meanwhile is left alone (``PreconditionFailedError``).
        """
        return self._reader.record(
            "leads.update", {**_values(fields, values), "id": id}, idempotency_key=idempotency_key, again=again
        )

    def upsert(
        self,
        fields: Mapping[str, Any] | None = None,
        *,
        match_on: Literal["email", "external_id"] = "email",
        idempotency_key: str | None = None,
        again: bool = False,
        **values: Any,
    ) -> Record:
        """Update the one lead that matches, or create it.

        Args:
            fields: values by field name; or give them as keywords.
            match_on: the field that identifies the lead; e-mails match trimmed and case-folded.
            idempotency_key: your own key.
            again: send it even if the same was done within 24 hours.
            values: such as ``email="ada@example.com", title="Countess"``.

        Raises:
            AmbiguousMatchError: several leads match; the message names their ids.
        """
        return self._reader.record(
            "leads.upsert",
            {**_values(fields, values), "match_on": match_on},
            idempotency_key=idempotency_key,
            again=again,
        )

    def delete(self, id: str, *, idempotency_key: str | None = None, again: bool = False) -> Record:  # noqa: A002
        """Delete a lead. It stays listed with ``include_deleted=True``."""
        return self._reader.record("leads.delete", {"id": id}, idempotency_key=idempotency_key, again=again)


class LeadFields(Resource):
    """``ws.lead_fields``: one row is one field that leads of this workspace have, built-in or custom."""

    def list(
        self,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: FrameName | None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        progress: bool | None = None,
        **others: Any,
    ) -> DataFrame:
        """All fields: key, label, type, options and whether they are required.

        Also forgets what earlier frames took the custom fields for, so that a new field gets its type.
        """
        arguments = locals()
        self._reader.forget_custom_fields()
        return self._list("lead_fields.list", arguments)

    def get(self, key: str) -> Record:
        """One field, by its key.

        Raises:
            NotFoundError: no such field in this workspace.
        """
        return self._reader.record("lead_fields.get", {"key": key})
