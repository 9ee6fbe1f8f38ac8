"""Count the records that an intake of a messy list makes worse: run it with seeds for as many lists.

Each list has people of a sandbox and others, in up to three rows each, with the data errors of the sandbox.
"""

import argparse
import functools
import random
from collections import Counter

import polars as pl

import pb2b_notebook as pb
from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.cleanup.merging.spelling import is_misspelling, is_nickname, letters_spelled
from pb2b_notebook.cleanup.merging.survivorship import default_rule, is_usable
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.opt_outs import FUNNEL, OPTED_OUT
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.demo_data.data_errors import spoil, vary
from pb2b_notebook.sandbox.people.population import Population
from seeded_mess import seeded_people

NAMES = ("full_name", "first_name", "last_name")
FIELDS = (
    *NAMES, "email", "phone", "company_name", "title", "city", "country", "website", "employee_count", "linkedin_url"
)  # fmt: skip


def messy_rows(seed, leads):
    """The rows of a list about half of the people of a sandbox with that many leads, and about as many others."""
    draws, others = Draws(seed, "rows"), Draws(seed + 1000, "leads")
    population = Population(others, leads)
    people = [*seeded_people(seed, leads)[: leads // 2], *(population.newcomer(n) for n in range(leads // 2))]
    rows = []
    for person in people:
        for again in range(1 + draws.below(3)):
            row, touched = dict(person.fields), set()
            if again or draws.chance(0.5):
                vary(draws, row, person, touched)
            if draws.chance(0.5):
                spoil(draws, row, person, touched)
            status = draws.pick(FUNNEL) if draws.chance(0.3) else None
            rows.append({name: row.get(name) for name in FIELDS} | {"status": status})
    random.Random(seed).shuffle(rows)  # noqa: S311 - not for secrets
    text = dict.fromkeys(FIELDS, pl.String) | {"employee_count": pl.Int64, "status": pl.String}
    return pl.DataFrame(rows, schema=text)


def worse_records(intake):
    """What got worse by a merge, as a kind with the rows: nothing of it is to be found."""
    rows, leads = intake.cleaned.frame.to_dicts(), {lead["id"]: lead for lead in intake.leads.to_dicts()}
    ids = intake.merged.frame.get_column("id", default=pl.Series([None] * len(intake.merged.rows)))
    named = zip(intake.merged.rows, ids, intake.merged.frame.to_dicts(), strict=True)
    made = {lead if row is None else row: record for row, lead, record in named}
    columns = [name for name in intake.converted.frame.columns if name in FIELDS]
    found = []
    for group, lead in intake.decided.groups:
        of = [row for row in group if row not in intake.merged.waiting]  # those wait for a person's yes
        record = next((made[name] for name in (lead, *of) if name in made), None)
        own = leads.get(lead)
        members = [*(rows[row] for row in of), *([own] if own else [])]
        if record is not None and len(members) > 1:
            kinds = [judge_status(record, own, members), _spelling(record, own, members), _of_two_rows(record, members)]
            kinds += [_overwritten(record, own, name, intake.choices.existing) for name in columns if own]
            found += [(kind, of, lead) for kind in kinds if kind]
    return found


def judge_status(record, own, members):
    """A status behind that of the lead, or of any row of a new person."""
    known = [own["status"]] if own else [each["status"] for each in members if each["status"]]
    if record["status"] in OPTED_OUT or not known:
        return None
    if any(status in OPTED_OUT for status in (each["status"] for each in members)):
        return "an opt-out is lost"
    if record["status"] not in FUNNEL:  # a status of the list itself waits for a person, and one may choose it
        return None if record["status"] in known else "a status is lost"
    steps = [FUNNEL.index(status) for status in known if status in FUNNEL]
    return "a status goes back" if steps and max(steps) > FUNNEL.index(record["status"]) else None


def _spelling(record, own, members):
    """A name with a typo, or in short, where an address has that of another row; a lead keeps its own."""
    name = _plain(record["full_name"])
    if not name or (own and _plain(own["full_name"]) == name):
        return None
    letters = ["".join(_plain((each["email"] or "").partition("@")[0]).split()) for each in members]

    def spelled(text):
        return max(letters_spelled(local, text.split()) for local in letters)

    # An address can only spell one of two scripts.
    same = [each for each in members if (each["full_name"] or "").isascii() == record["full_name"].isascii()]
    others = {_plain(each["full_name"]) for each in same} - {name, ""}
    alike = [one for one in others if is_misspelling(name, one) or is_nickname(name.split(), one.split())]
    # A name that is spelled worse in one part may be spelled better in another: "Jo Barlow" and "Joan Barlwo".
    better = [one for one in alike if spelled(one) == len(one.replace(" ", "")) and spelled(name) < spelled(one)]
    return "a name that an address spells gives way" if better else None


def _of_two_rows(record, members):
    """A full name that is not its given and family name, in no row."""
    whole, first, last = (_plain(record[name]) for name in NAMES)
    if not (whole and first and last) or sorted(whole.split()) == sorted(f"{first} {last}".split()):
        return None
    same = [each for each in members if [_plain(each[name]) for name in NAMES] == [whole, first, last]]
    return None if same else "a name of two rows"


def _overwritten(record, own, name, existing):
    """A value of a lead that a list replaces, or takes by one that is of no use."""
    before, after = own.get(name), record.get(name)
    if before in {None, ""} or before == after:
        return None
    rule = default_rule(name, is_number=name == "employee_count")
    usable = is_usable(rule, name, before) and not (isinstance(before, str) and is_placeholder(before, "text"))
    if usable and (existing == "fill" or after is None or not is_usable(rule, name, after)):
        return f"{name} of a lead is lost"
    return None


@functools.cache
def _plain(text):
    return pl.select(fold(pl.lit(text or ""))).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=20)
    parser.add_argument("--leads", type=int, default=150)
    options = parser.parse_args()
    kinds, merged = Counter(), 0
    for seed in range(1, options.lists + 1):
        with pb.open_sandbox(leads=options.leads, seed=seed, rate_limit=1_000_000) as ws:
            people = messy_rows(seed, options.leads)
            for existing in ("fill", "overwrite"):
                intake = ws.leads.intake(people, existing=existing, progress=False)
                merged += sum(len(rows) + (lead is not None) > 1 for rows, lead in intake.decided.groups)
                found = worse_records(intake)
                kinds.update((existing, kind) for kind, *_ in found)
                print(seed, existing, len(people), *found)
    print(f"{merged:,} merged records, {kinds.total():,} made worse", dict(kinds))


if __name__ == "__main__":
    main()
