"""Feed each entry point of user text with a megabyte of its worst letters: ``python worst_letters.py [NAME …]``.

Prints the name of each entry point that has ended, and its processor time. A regular expression or a loop that is
quadratic in the length of a text takes longer than :data:`LIMIT` for these cells, and the process is ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import polars as pl

import pb2b_notebook as pb
from pb2b_notebook import cleanup
from pb2b_notebook.api.calls.same_object import are_different_addresses
from pb2b_notebook.api.http.responses.paging import read_paging
from pb2b_notebook.credentials import is_secret, without_secrets
from pb2b_notebook.errors import ProspectB2BError
from pb2b_notebook.mirror.forgetting.person import Person
from pb2b_notebook.openapi.object_ids import is_id
from pb2b_notebook.opt_outs import is_flag

UNITS = (" ", "a", "A", "0", "(", "a.", "; ", "dr.", "_", "a@", "+ ", "- ", "a,", "' ", "&a ", "ä", "<", "email")
LENGTH = 1_000_000 // len(UNITS)
TEXTS = [(unit * LENGTH)[:LENGTH] for unit in UNITS]
FIELDS = ("full_name", "company_name", "email", "phone", "country", "title", "linkedin_url")
LIMIT = 10  # seconds of processor time; the longest of them takes one or two
LEADS = pl.DataFrame(dict.fromkeys(FIELDS, TEXTS))
NAMES = LEADS.select("full_name", "company_name")
PEOPLE = LEADS.with_columns(email=pl.Series([f"p{number}@worst.example" for number in range(len(TEXTS))]))


def _each(use: Callable[[str], object], texts: Iterable[str] = TEXTS) -> None:
    for text in texts:
        with suppress(ProspectB2BError):
            use(text)


def _read(data: bytes) -> object:
    return pb.read_leads(data, quiet=True, progress=False)


def _file(before: str, after: str) -> None:
    # A line with a comma after every letter would have half a million columns, which is refused.
    _each(lambda text: _read((before + text.replace(",", ".") + after).encode()))


def _save(suffix: str) -> None:
    cells = pl.DataFrame({"notes": [text[:32_000] for text in TEXTS * 2]})  # the longest cell of a workbook
    with tempfile.TemporaryDirectory() as folder:
        pb.save_leads(cells, f"{folder}/leads.{suffix}", progress=False)
        pb.read_leads(f"{folder}/leads.{suffix}", quiet=True, progress=False)


def _mapping(ws: pb.Workspace) -> None:
    fields = ws.lead_fields.list()
    pb.Mapping.suggest(pl.DataFrame({str(number): [text] * 3 for number, text in enumerate(TEXTS)}), fields)
    pb.Mapping.suggest(pl.DataFrame({text: ["x"] for text in TEXTS}), fields)
    pb.Mapping({field: field for field in FIELDS}).check(LEADS, fields)
    pb.Mapping({"country": "country"}, converters={"country": "country"}).apply(LEADS)


def _forget(_: pb.Workspace) -> None:
    person = Person.of("ada@engines.example").with_names(["Ada"], ["Lovelace"])
    _each(lambda text: (Person.of(text), person.is_named_in(text), person.is_called_in(text)))


def _answers(_: pb.Workspace) -> None:
    _each(lambda text: (read_paging({}, text), read_paging({}, f"<{text}>; rel={text}")))
    _each(lambda text: are_different_addresses(f"{text}@a.example", f"a@{text}"))
    _each(lambda text: (is_id(text), is_flag(text), is_secret(text, "x"), without_secrets(json.dumps([text]).encode())))


ENTRY_POINTS: dict[str, Callable[[pb.Workspace], object]] = {
    "mask": lambda _: pb.mask(LEADS),
    "normalize": lambda _: cleanup.normalize(LEADS),
    "validate": lambda _: cleanup.validate(LEADS),
    "report": lambda _: cleanup.report(LEADS.select("full_name", "email")),
    "screen": lambda _: cleanup.screen(LEADS, suppressed=LEADS.select("email")),
    "duplicates": lambda _: cleanup.duplicates(LEADS),
    "duplicates of companies": lambda _: cleanup.duplicates(NAMES.select("company_name"), of="companies"),
    "merge": lambda _: cleanup.merge(NAMES, cleanup.duplicates(NAMES, same=[[1, 5, 7, 15]])),
    "recipes": lambda _: _each(cleanup.Recipe.from_json),
    "mapping": _mapping,
    "cells of files": lambda _: _file('email,notes\nx@y.example,"', '"\n'),
    "headers of files": lambda _: _file("email,", "\nx,y\n"),
    "lines of JSON": lambda _: _each(lambda text: _read(json.dumps({"email": text}).encode())),
    "CSV files": lambda _: _save("csv"),
    "XLSX files": lambda _: _save("xlsx"),
    "plan": lambda ws: ws.leads.plan(PEOPLE),
    "intake": lambda ws: ws.leads.intake(PEOPLE.select("full_name", "email"), progress=False).plan,
    "sql": lambda ws: _each(lambda text: ws.sql(f"SELECT '{text}' AS \"{text}\"")),
    "forgetting": _forget,
    "answers of the service": _answers,
}


def main() -> None:
    """Run the entry points."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PB2B_CACHE_DIR"] = folder
        with pb.open_sandbox(leads=20, rate_limit=1_000_000) as ws:
            ws._session.progress = False
            ws.mirror.sync("leads")
            for name in sys.argv[1:] or ENTRY_POINTS:
                signal.setitimer(signal.ITIMER_PROF, LIMIT)  # SIGPROF ends the process
                start = time.process_time()
                with suppress(ProspectB2BError):
                    ENTRY_POINTS[name](ws)
                sys.stdout.write(f"{name}\t{time.process_time() - start:.2f}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
