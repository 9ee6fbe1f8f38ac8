"""What is known of one list of a service: by its contract, and by what earlier requests have shown."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from pb2b_notebook.api.context import Context
from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.lists.parameters import BEFORE
from pb2b_notebook.display import notices
from pb2b_notebook.errors import APIError, BadRequestError
from pb2b_notebook.openapi.operations import Operation


class ListFacts:
    """Facts about one list, kept in the profile of its service."""

    def __init__(self, context: Context, operation: Operation) -> None:
        self.context, self.operation = context, operation
        self.profile = context.client.profile

    def has(self, name: str) -> bool:
        """Whether the list has a parameter in the contract."""
        return self.operation.parameter(name) is not None

    def refuses(self, name: str) -> bool:
        """Whether the service is known to refuse a parameter."""
        return name in self.names("refused")

    def ignores(self, name: str) -> bool:
        """Whether the service is known to give the same rows with a parameter and without it."""
        return name in self.names("ignored")

    @property
    def upper_bound(self) -> str | None:
        """Parameter of the latest time of change; ``None`` if the service has none."""
        return BEFORE if self.has(BEFORE) and not self.refuses(BEFORE) else None

    @property
    def rows_have_times(self) -> bool:
        """Whether rows have an id and a time of change in the contract."""
        return {"id", "updated_at"} <= {field.name for field in self.operation.fields}

    @property
    def has_timeless(self) -> bool:
        """Whether some rows are known to have no time of change: the service may list them last in any order."""
        return bool(self.value("timeless"))

    def takes_one_value(self, name: str) -> bool:
        """Whether a filter certainly takes one value at a time: by the contract in use, or as a trial has shown."""
        parameter = self.operation.parameter(name)
        return name in self.names("one_value") or (parameter is not None and parameter.alone)

    def names(self, fact: str) -> frozenset[str]:
        """Return the names of parameters of which a fact is known."""
        return self.profile.names(fact, self.operation.id)

    def value(self, fact: str) -> Any:
        """Return the value of a fact; ``None`` if it is not known."""
        return self.profile.value(fact, self.operation.id)

    def learn(self, fact: str, value: Any, evidence: str) -> bool:
        """Remember a fact about this list, and return whether it is new."""
        return self.profile.learn(fact, value, evidence, operation=self.operation.id, at=self.context.time())

    def learn_of_service(self, fact: str, value: Any, evidence: str) -> bool:
        """Remember a fact about all lists of the service, and return whether it is new."""
        return self.profile.learn(fact, value, evidence, at=self.context.time())

    def learn_refused(self, refused: APIError, names: Iterable[str]) -> None:
        """Remember parameters that are refused, where the list without them is not.

        Other statuses are not remembered: the service may have failed, or the key may have lost its scope.

        Raises:
            APIError: It is not about a parameter.
        """
        if not unlearning.may_refuse_a_name(refused):
            raise refused
        if refused.status in unlearning.REFUSED or isinstance(refused, BadRequestError):
            self.context.client.learn_refused(self.operation, names, f"{refused.status} with it")

    def say(self, text: str, level: int = logging.WARNING) -> None:
        """Print a notice that begins with the name of the list."""
        notices.say(f"{self.operation.id}: {text}", level)
