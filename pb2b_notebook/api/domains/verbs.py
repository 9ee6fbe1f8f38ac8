"""The accessors: operations are data, a domain declares its verbs, and one class makes them callable.

A :class:`Verb` names an operation of the contract. Reached through a workspace, it is a function whose signature,
docstring and checks follow the contract *in use*: ours, or a document that ``pb.connect(contract=…)`` was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

from pb2b_notebook.api.calls.identifiers import REFERENCES, identified, kind_in, kind_listed
from pb2b_notebook.api.calls.options import OPTIONS, Options
from pb2b_notebook.api.calls.signatures import Extra, Shape, shape
from pb2b_notebook.errors import UnknownOperationError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.openapi.operations import Operation, Operations

Inner = TypeVar("Inner", bound="Resource")


class Resource:
    """The verbs of one domain. Reading an attribute never makes a request.

    Args:
        session: Session of the workspace.
    """

    _path = ""

    def __init_subclass__(cls, *, path: str = "") -> None:
        """Say where the domain stands: ``path="prospector.runs"`` for ``ws.prospector.runs``."""
        cls._path = path

    def __init__(self, session: Session) -> None:
        self._session = session

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not self._lacks(name)]

    def _lacks(self, name: str) -> bool:
        """Whether this is a verb that the contract in use has no operation for."""
        verb = getattr(type(self), name, None)
        return isinstance(verb, Verb) and verb.operation not in self._session.operations

    if not TYPE_CHECKING:  # a type checker knows the names, and would take this for all others

        def __getattr__(self, name: str) -> NoReturn:
            refuse_name(self, f"ws.{self._path}", name)

    def __repr__(self) -> str:
        verbs = [name for name in dir(self) if not name.startswith("_")]
        return f"<{type(self).__name__}: {', '.join(verbs)}>"


class Verb:
    """An operation of the contract as a method of a :class:`Resource`.

    Args:
        operation: its id in our contract, under which another document's is found, too.
        leading: further parameters that come by position, Python name → name in the contract.
        optional: those of them that may be left out.
        extras: keywords that are ours, not the contract's.
        pages: give a list page by page.
        before: done before each call.
        id_type: what is taken for the path's id, as text.

    Attributes:
        operations: all that the verb may run, for the table of what reaches what.

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
        pages: bool = False,
        before: Callable[[Session], None] | None = None,
        id_type: str = "Id",
    ) -> None:
        self.operation = operation
        self.operations: tuple[str, ...] = (operation,)
        self.name = operation
        self._leading = leading or {}
        self._optional = optional
        self._extras = extras
        self._pages = pages
        self._before = before
        self._id_type = id_type

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, resource: None, owner: type[Resource]) -> Verb: ...
    @overload
    def __get__(self, resource: Resource, owner: type[Resource]) -> Callable[..., Any]: ...
    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Verb | Callable[..., Any]:
        if resource is None:
            return self
        # Kept beside the attributes of the instance, where Python looks first from then on.
        bound = resource.__dict__[self.name] = self._bound(resource._session, owner)  # noqa: SLF001 - its own module
        return bound

    def shape(self, operations: Operations, domain: str = "") -> Shape:
        """How it is called under a contract, in a domain of this name.

        Raises:
            UnknownOperationError: the contract has no such operation.
        """
        return shape(
            operations.find(self.operation),
            f"{domain}.{self.name}",
            leading=self._leading,
            optional=self._optional,
            extras=self._extras,
            pages=self._pages,
            id_type=self._id_type,
        )

    def prepare(self, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments with objects as their ids, where an id is asked for."""
        return {name: _identified(operation, name, value) for name, value in given.items()}

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Do it.

        Args:
            session: Session of the workspace.
            operation: of the contract in use.
            given: the arguments by their names in the contract, checked to be ones that there are.
        """
        if self._pages:
            options = Options(**{o: given.pop(o) for o in OPTIONS if o in given})
            return session.pages(operation, given, options)
        key, again = given.pop("idempotency_key", None), given.pop("again", False)
        return session.call(operation.id, given, idempotency_key=key, again=again)

    def _bound(self, session: Session, owner: type[Resource]) -> Callable[..., Any]:
        """A real function: ``help``, ``?`` and completion know best what to do with one."""
        name, qualname = self.name, f"{owner.__qualname__}.{self.name}"
        try:
            operation = session.operations.find(self.operation)
            called = self.shape(session.operations, owner._path)  # noqa: SLF001 - its own class
        except UnknownOperationError as problem:
            return _named(_refusing(problem), name, qualname, f"Not there: {problem}")

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
        return _named(verb, name, qualname, called.text)


def _named(function: Callable[..., Any], name: str, qualname: str, text: str) -> Callable[..., Any]:
    function.__name__, function.__qualname__, function.__doc__ = name, qualname, text
    return function


def _refusing(problem: UnknownOperationError) -> Callable[..., Any]:
    message, repair = problem.message, problem.repair

    def verb(*_: Any, **__: Any) -> Any:
        raise UnknownOperationError(message, repair=repair)

    return verb


class Part(Generic[Inner]):
    """A domain inside a domain, such as ``ws.prospector.workflows``."""

    def __init__(self, kind: type[Inner]) -> None:
        self.kind = kind
        self.name = ""

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self.name = name

    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Any:
        if resource is None:
            return self
        inner = resource.__dict__[self.name] = self.kind(resource._session)  # noqa: SLF001 - its own module
        return inner


def refuse_name(holder: object, called: str, name: str) -> NoReturn:
    """Say that an object has no attribute of this name, and which was probably meant."""
    if name.startswith("_"):  # probing tools ask for these all the time
        raise AttributeError(f"{type(holder).__name__!r} object has no attribute {name!r}")
    known = [one for one in dir(holder) if not one.startswith("_")]
    # Without the object: Python would add a suggestion of its own.
    raise AttributeError(f"{called} has no {name!r}: {nearest(name, known)}", name=name, obj=None)


def run(session: Session, name: str, *positions: Any, **keywords: Any) -> Any:
    """Run an operation of our contract under the one in use: ids by position, all the rest by name.

    Raises:
        UnknownOperationError, InvalidParameterError: nothing was sent.
    """
    operation = session.operations.find(name)
    given = {**dict(zip(operation.path_parameters, positions, strict=True)), **keywords}
    key, again = given.pop("idempotency_key", None), given.pop("again", False)
    given = {n: _identified(operation, n, v) for n, v in given.items()}
    return session.call(operation.id, given, idempotency_key=key, again=again)


def _identified(operation: Operation, name: str, value: Any) -> Any:
    """Objects as their ids, where an id is asked for; an id of another type is refused."""
    parameter = operation.parameter(name)
    if parameter is not None and parameter.location == "path":
        return identified(value, kind_in(operation.path, name), name)
    wanted = kind_listed(operation.path) if name == "ids" else REFERENCES.get(name)
    if wanted is None:
        return value
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return [identified(one, wanted) for one in value]
    return identified(value, wanted)
