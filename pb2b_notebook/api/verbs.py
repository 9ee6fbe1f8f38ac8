"""The accessors: operations are data, a domain declares its verbs, and one class makes them callable.

A :class:`Verb` names an operation of the contract. Reached through a workspace, it is a function whose signature,
docstring and checks follow the contract *in use*: ours, or a document that ``pb.connect(contract=…)`` was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from pb2b_notebook import contract
from pb2b_notebook.api.identifiers import REFERENCES, identified, kind_in
from pb2b_notebook.api.reading import OPTIONS, Options
from pb2b_notebook.api.signatures import Shape, shape
from pb2b_notebook.errors import UnknownOperationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pb2b_notebook.api.reading import Reader
    from pb2b_notebook.contract.operations import Operation, Operations

Inner = TypeVar("Inner", bound="Resource")


class Resource:
    """The verbs of one domain. Reading an attribute never makes a request."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not self._lacks(name)]

    def _lacks(self, name: str) -> bool:
        """Whether this is a verb that the contract in use has no operation for."""
        verb = getattr(type(self), name, None)
        return isinstance(verb, Verb) and find(self._reader.operations, verb.operation) is None

    def __repr__(self) -> str:
        verbs = [name for name in dir(self) if not name.startswith("_")]
        return f"<{type(self).__name__}: {', '.join(verbs)}>"


class Verb:
    """An operation of the contract as a method of a :class:`Resource`.

    Args:
        operation: its id in our contract. In another document it is found by that id, or by its method and path.
        leading: further parameters that come by position, Python name → name in the contract.
        pages: give a list page by page.
        before: done before each call.

    >>> class Leads(Resource):
    ...     find = Verb("leads.list", leading={"text": "q"})
    """

    def __init__(
        self,
        operation: str,
        *,
        leading: Mapping[str, str] | None = None,
        pages: bool = False,
        before: Callable[[Reader], None] | None = None,
    ) -> None:
        self.operation = operation
        self.leading = leading or {}
        self.pages = pages
        self.before = before
        self.name = operation

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
        bound = resource.__dict__[self.name] = self._bound(resource._reader, owner)  # noqa: SLF001 - its own class
        return bound

    def shape(self, operations: Operations) -> Shape:
        """How it is called under a contract.

        Raises:
            UnknownOperationError: the contract has no such operation.
        """
        operation = find(operations, self.operation)
        if operation is None:
            ours = contract.load()[self.operation]
            raise UnknownOperationError(
                f"the contract in use has no {ours.method} {ours.path}",
                repair="list(ws.operations) names what it has; ws.call reaches each of them",
            )
        group = self.operation.rpartition(".")[0]
        return shape(operation, f"{group}.{self.name}", leading=self.leading, pages=self.pages)

    def _bound(self, reader: Reader, owner: type[Resource]) -> Callable[..., Any]:
        """A real function: ``help``, ``?`` and completion know best what to do with one."""

        def verb(*positions: Any, **keywords: Any) -> Any:
            return self._run(reader, positions, keywords)

        verb.__name__ = self.name
        verb.__qualname__ = f"{owner.__qualname__}.{self.name}"
        try:
            called = self.shape(reader.operations)
        except UnknownOperationError as problem:
            verb.__doc__ = f"Not there: {problem}"
            return verb
        verb.__doc__ = called.text
        verb.__signature__ = called.signature  # type: ignore[attr-defined]
        verb.__annotations__ = {
            **{p.name: p.annotation for p in called.signature.parameters.values()},
            "return": called.signature.return_annotation,
        }
        return verb

    def _run(self, reader: Reader, positions: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
        called = self.shape(reader.operations)
        operation = find(reader.operations, self.operation)
        assert operation is not None  # noqa: S101 - shape() found it
        given = called.arguments(positions, keywords)
        given = {name: _identified(operation, name, value) for name, value in given.items()}
        if self.before is not None:
            self.before(reader)
        if self.pages:
            options = Options(**{o: given.pop(o) for o in OPTIONS if o in given})
            return reader.pages(operation, given, options)
        key, again = given.pop("idempotency_key", None), given.pop("again", False)
        return reader.call(operation.id, given, idempotency_key=key, again=again)


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
        inner = resource.__dict__[self.name] = self.kind(resource._reader)  # noqa: SLF001 - its own class
        return inner


def find(operations: Operations, name: str) -> Operation | None:
    """The operation with this id in our contract, by its id or else by its method and path, or ``None``.

    >>> find(contract.load(), "leads.list").path
    '/leads'
    """
    if name in operations:
        return operations[name]
    ours = contract.load()[name]
    try:
        return operations.find(f"{ours.method} {ours.path}")
    except UnknownOperationError:
        return None


def _identified(operation: Operation, name: str, value: Any) -> Any:
    """Objects as their ids, where an id is asked for; an id of another type is refused."""
    parameter = operation.parameter(name)
    if parameter is not None and parameter.location == "path":
        return identified(value, kind_in(operation.path, name), name)
    wanted = REFERENCES.get(name)
    if wanted is None:
        return value
    if isinstance(value, (list, tuple)):
        return [identified(one, wanted) for one in value]
    return identified(value, wanted)
