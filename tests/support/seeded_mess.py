"""The sandbox's leads with data errors, and their true values."""

from datetime import UTC, datetime
from typing import NamedTuple

from pb2b_notebook.sandbox.demo_data import seeding

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Messy(NamedTuple):
    """One lead: as it is stored, with its true values, and the kinds of errors in it."""

    doc: dict
    truth: dict
    core: str
    errors: tuple


class _Recording(seeding._Seeding):
    """The same run of the generator, which records the true person of each original row."""

    def leads(self):
        for lead in super().leads():
            yield lead, self.people.get(lead.doc["id"])

    people: dict

    def _original(self, index, arrival):
        newcomer = self._population.newcomer

        def record(number):
            self.person = newcomer(number)
            return self.person

        self._population.newcomer = record
        lead = super()._original(index, arrival)
        del self._population.newcomer
        self.people[lead.doc["id"]] = self.person
        return lead


def seeded_leads(seed, count):
    """Yield the leads of a sandbox with that seed, except duplicates, with their true values."""
    for lead, person in _people_of_leads(seed, count):
        truth = {**lead.doc, **person.fields}
        yield Messy(lead.doc, truth, person.company.name, lead.errors)


def seeded_people(seed, count):
    """Return the true people of a sandbox with that seed, in the order of their leads."""
    return [person for _, person in _people_of_leads(seed, count)]


def _people_of_leads(seed, count):
    run = _Recording(seed, count, seeding.milliseconds(NOW), seeding.demo_workspaces(seed)[0].owner_emails)
    run.people = {}
    return ((lead, person) for lead, person in run.leads() if person is not None)
