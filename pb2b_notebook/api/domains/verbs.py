"""Make the operations of the contract callable as verbs of a domain, such as ``ws.leads.list``.

A domain declares a :class:`Verb` for each operation. Accessed through a workspace, it is a function whose signature,
docstring and checks follow the contract *in use*: ours, or the document passed to ``pb.connect(contract=…)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeVar, overload

from pb2b_notebook import openapi
from pb2b_notebook.api.calls.identifiers import REFERENCES, id_of, kind_in, kind_listed
from pb2b_notebook.api.calls.options import OPTIONS, Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import Extra, Returns, Shape, shape
from pb2b_notebook.errors import UnknownOperationError, nearest
from pb2b_notebook.frames.list_schema import ListSchema
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.openapi.operations import Operation, Operations

_GUESSES: Final = {
    **dict.fromkeys(("contacts", "people", "persons", "prospects", "customers"), ("leads",)),
    **dict.fromkeys(("threads", "conversations", "emails"), ("inbox.threads",)),
    **dict.fromkeys(("all", "to_df", "to_frame", "fetch", "read", "query"), ("list", "sql")),
    **dict.fromkeys(("search", "lookup", "filter"), ("find", "leads.find")),
    **dict.fromkeys(("intake", "import_leads", "import_csv", "import_file", "read_csv", "read_excel", "load", "upload"),
                    ("intake", "leads.intake")),
    **dict.fromkeys(("fields", "custom_fields"), ("lead_fields",)),
    **dict.fromkeys(("stats", "runs", "campaign_runs"), ("runs", "campaigns.runs")),
    **dict.fromkeys(("users", "members"), ("members", "settings.members")),
    "usage": ("billing.usage",),
    "balance": ("usage",),
    "plan": ("leads.plan",),
    "sync": ("mirror.sync",),
}  # fmt: skip
"""Names that people guess, and where that is: the first of which the object that was asked has the first part."""

Inner = TypeVar("Inner", bound="Resource[Any]")


class Resource(Generic[FrameT]):
    """The verbs of one domain. Reading an attribute never makes a request.

    Args:
        session: Session of the workspace.
    """

    _path = ""

    def __init_subclass__(cls, *, path: str = "") -> None:
        """Set the path of the domain: ``path="prospector.runs"`` for ``ws.prospector.runs``."""
        super().__init_subclass__()
        cls._path = path

    def __init__(self, session: Session) -> None:
        self._session = session

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not self._lacks(name)]

    def _lacks(self, name: str) -> bool:
        """Whether this is a verb without an operation in the contract in use."""
        verb = getattr(type(self), name, None)
        return isinstance(verb, Verb) and verb.operation not in self._session.operations

    if not TYPE_CHECKING:  # for a type checker, this would make every name valid

        def __getattr__(self, name: str) -> NoReturn:
            refuse_name(self, f"ws.{self._path}", name)

        def __call__(self, *_: Any, **__: Any) -> NoReturn:  # noqa: D102 - for whom a verb is missing
            verbs = ", ".join(f"{name}()" for name in dir(self) if not name.startswith("_"))
            raise TypeError(f"ws.{self._path} is called by one of its verbs: {verbs}")

    def __repr__(self) -> str:
        verbs = [name for name in dir(self) if not name.startswith("_")]
        return f"<{type(self).__name__}: {', '.join(verbs)}>"


class Verb:
    """An operation of the contract as a method of a :class:`Resource`.

    Args:
        operation: Id of the operation in our contract, by which it is also found in another document.
        leading: Further positional parameters, Python name → name in the contract.
        optional: Those of them that may be left out.
        extras: Keywords that are ours, not the contract's.
        returns: What a list returns: "frame", "pages" one by one, or the "count" of its objects.
        before: Called before each call.
        id_type: Type of the path's id, as text.
        note: Paragraph of the docstring about what the contract does not say.

    Attributes:
        operations: Ids of all operations that the verb may run, for the reference.

    >>> class Leads(Resource):
    ...     find = Verb("leads.list", leading={"text": "q"})
    """

    def __init__(
        self,
        operation: str,
        *,
        leading: Mapping[str, str] | None = None,
        optional: Collection[str] = (),
        extras: Sequence[Extra] = (),
        returns: Returns = "frame",
        before: Callable[[Session], None] | None = None,
        id_type: str = "Id",
        note: str = "",
    ) -> None:
        self.operation = operation
        self.operations: tuple[str, ...] = (operation,)
        self.name = operation
        self._leading = leading or {}
        self._optional = optional
        self._extras = extras
        self._returns = returns
        self._before = before
        self._id_type = id_type
        self._note = note

    def __set_name__(self, owner: type[Resource[Any]], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, resource: None, owner: type[Resource[Any]]) -> Verb: ...
    @overload
    def __get__(self, resource: Resource[Any], owner: type[Resource[Any]]) -> Callable[..., Any]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type[Resource[Any]]) -> Verb | Callable[..., Any]:
        if resource is None:
            return self
        # Cached as an attribute of the instance, which Python finds first from then on.
        bound = resource.__dict__[self.name] = self._function(resource._session, owner)  # noqa: SLF001 - its own module
        return bound

    def shape(self, operations: Operations, domain: str = "") -> Shape:
        """Return how the verb is called under a contract, in a domain of this name.

        Raises:
            UnknownOperationError: The contract has no such operation.
        """
        return shape(
            self._find(operations),
            f"{domain}.{self.name}",
            leading=self._leading,
            optional=self._optional,
            extras=self._extras,
            returns=self._returns,
            id_type=self._id_type,
            note=self._note,
        )

    def columns(self, session: Session) -> ListSchema:
        """Return the columns of the frames that the verb returns."""
        operation = self._find(session.operations)
        return ListSchema(operation.id, session.schema(operation))

    def _find(self, operations: Operations) -> Operation:
        """Return the operation in the contract in use; a verb with a next best way may take ours."""
        return operations.find(self.operation)

    def prepare(self, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments with ids in place of objects."""
        return {name: _resolve_ids(operation, name, value) for name, value in given.items()}

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Run the operation.

        Args:
            session: Session of the workspace.
            operation: Operation of the contract in use.
            given: Arguments by their names in the contract; the names were checked.
        """
        if self._returns == "pages":
            options = Options(**{o: given.pop(o) for o in OPTIONS if o in given})
            return session.pages(operation, given, options)
        key, again = given.pop("idempotency_key", None), given.pop("again", False)
        return session.call(operation.id, given, idempotency_key=key, again=again)

    def _function(self, session: Session, owner: type[Resource[Any]]) -> Callable[..., Any]:
        """Return the verb as a plain function, which ``help``, ``?`` and completion support best."""
        name, qualname = self.name, f"{owner.__qualname__}.{self.name}"
        try:
            operation = self._find(session.operations)
            called = self.shape(session.operations, owner._path)  # noqa: SLF001 - its own class
        except UnknownOperationError as problem:
            return _set_names(_missing_verb(problem), name, qualname, f"Not available: {problem}")

        def verb(*positions: Any, **keywords: Any) -> Any:
            given = called.arguments(positions, keywords)
            if self._before is not None:
                self._before(session)
            return self.run(session, operation, self.prepare(operation, given))

        verb.__signature__ = called.signature  # type: ignore[attr-defined]
        parameters = called.signature.parameters.values()
        verb.__annotations__ = {p.name: p.annotation for p in parameters} | {
            "return": called.signature.return_annotation
        }
        return _set_names(verb, name, qualname, called.text)


def _set_names(function: Callable[..., Any], name: str, qualname: str, text: str) -> Callable[..., Any]:
    function.__name__, function.__qualname__, function.__doc__ = name, qualname, text
    return function


def _missing_verb(problem: UnknownOperationError) -> Callable[..., Any]:
    message, repair = problem.message, problem.repair

    def verb(*_: Any, **__: Any) -> Any:
        raise UnknownOperationError(message, repair=repair)

    return verb


class VerbOfOurs(Verb):
    """A verb with a next best way at a service whose document lacks the operation: ours describes it then."""

    def _find(self, operations: Operations) -> Operation:
        return operations.get(self.operation) or openapi.load()[self.operation]


class Part(Generic[Inner]):
    """A domain inside a domain, such as ``ws.prospector.workflows``."""

    def __init__(self, kind: type[Inner]) -> None:
        self.kind = kind
        self.name = ""

    def __set_name__(self, owner: type[Resource[Any]], name: str) -> None:
        self.name = name

    def __get__(self, resource: Resource[Any] | None, owner: type[Resource[Any]]) -> Any:
        if resource is None:
            return self
        inner = resource.__dict__[self.name] = self.kind(resource._session)  # noqa: SLF001 - its own module
        return inner


def refuse_name(holder: object, called: str, name: str) -> NoReturn:
    """Raise an ``AttributeError`` for an unknown name, with the nearest known one."""
    if name.startswith("_"):  # tools probe for such names
        raise AttributeError(f"{type(holder).__name__!r} object has no attribute {name!r}")
    known = [each for each in dir(holder) if not each.startswith("_")]
    elsewhere = next((each for each in _GUESSES.get(name.lower(), ()) if each.partition(".")[0] in known), None)
    repair = f"did you mean {elsewhere!r}?" if elsewhere else nearest(name, known)
    # Without the object, since Python would add its own suggestion.
    raise AttributeError(f"{called} has no {name!r}: {repair}", name=name, obj=None)


def run(session: Session, name: str, *positions: Any, **keywords: Any) -> Any:
    """Run an operation of our contract under the one in use: ids by position, all other arguments by name.

    Raises:
        UnknownOperationError, InvalidParameterError: The call is wrong; nothing was sent.
    """
    operation = session.operations.find(name)
    given = {**dict(zip(operation.path_parameters, positions, strict=True)), **keywords}
    key, again = given.pop("idempotency_key", None), given.pop("again", False)
    given = {n: _resolve_ids(operation, n, v) for n, v in given.items()}
    return session.call(operation.id, given, idempotency_key=key, again=again)


def _resolve_ids(operation: Operation, name: str, value: Any) -> Any:
    """Return an id in place of an object; refuse an id of another type."""
    parameter = operation.parameter(name)
    if parameter is not None and parameter.location == "path":
        return id_of(value, kind_in(operation.path, name), name)
    wanted = kind_listed(operation.path) if name == "ids" else REFERENCES.get(name)
    if wanted is None:
        return value
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return [id_of(each, wanted) for each in value]
    return id_of(value, wanted)
