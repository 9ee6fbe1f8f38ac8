"""The sandbox's seeded mess beside the truth about it: what each row would be had nothing been spoiled."""

from datetime import UTC, datetime
from typing import NamedTuple

from pb2b_notebook.sandbox.demo_data import seeding

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEVER = frozenset({"exact_duplicate", "near_duplicate", "job_change"})


class Messy(NamedTuple):
    """One lead: as it is stored, as it would be clean, and what was done to it."""

    doc: dict
    truth: dict
    core: str
    mess: tuple


class _Recorded(seeding._Seeding):
    """The same run of the generator, remembering the true person of each row that it begins."""

    def leads(self):
        for lead in super().leads():
            yield lead, self.people.get(lead.doc["id"])

    people: dict

    def _original(self, index, arrival):
        newcomer = self._population.newcomer

        def remember(number):
            self.person = newcomer(number)
            return self.person

        self._population.newcomer = remember
        lead = super()._original(index, arrival)
        del self._population.newcomer
        self.people[lead.doc["id"]] = self.person
        return lead


def seeded(seed, count):
    """Leads that are no second record of anybody, with the truth; the same ones that a sandbox of them has."""
    run = _Recorded(seed, count, seeding.milliseconds(NOW), seeding.demo_workspaces(seed)[0].owner_emails)
    run.people = {}
    for lead, person in run.leads():
        if person is not None:
            truth = {**lead.doc, **person.fields}
            yield Messy(lead.doc, truth, person.company.name, lead.mess)
