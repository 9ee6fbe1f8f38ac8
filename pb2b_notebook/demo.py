"""``pb2b demo``: show in a terminal what this package does, by running it.

Each chapter shows lines of Python, runs them, and explains the values that they return. No figure is hard-coded.
Everything runs on the embedded sandbox, in a temporary folder: no profile, key, mirror or journal of the user is read
or changed.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Final, TextIO

from pb2b_notebook.display.hiding import hide_progress
from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.forking import temporary_folder
from pb2b_notebook.lazy_libraries import pd

_NEEDED: Final = ("fastapi", "uvicorn", "deltalake", "duckdb", "narwhals", "rapidfuzz", "phonenumbers")
_WIDEST: Final = 100
_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"


class Narrator:
    r"""Shows lines of Python, runs them, shows their values, and prints text in between.

    Args:
        out: Stream to print to; by default the current stdout.
        columns: Width of the terminal; by default the reported width, and 80 in a pipe.

    Attributes:
        names: Variables that the lines have defined so far.

    Example:
        >>> from io import StringIO
        >>> paper = StringIO()
        >>> narrator = Narrator(paper, columns=60)
        >>> narrator.types("kinds = 3\nkinds * 2")
        >>> paper.getvalue().splitlines()
        ['  >>> kinds = 3', '  >>> kinds * 2', '  6']
        >>> narrator.names["kinds"]
        3
    """

    def __init__(self, out: TextIO | None = None, columns: int | None = None) -> None:
        self._out = sys.stdout if out is None else out
        width = shutil.get_terminal_size().columns if columns is None else columns
        self._columns = max(20, min(width, _WIDEST))
        self._styled = self._out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._chapters = 0
        self.names: dict[str, Any] = {}

    def opens(self, title: str) -> None:
        """Begin a chapter."""
        self._chapters += 1
        self._line(f"\n{self._style(f'{self._chapters} {title}', _BOLD)}")

    def says(self, text: str) -> None:
        """Print text, wrapped to the terminal."""
        for line in textwrap.wrap(" ".join(text.split()), self._columns):
            self._line(line)

    def types(self, code: str) -> None:
        """Show the lines and run them; an expression shows its value, as at the prompt."""
        for statement in ast.parse(code).body:
            self._show_code(ast.get_source_segment(code, statement) or "")
            # These are the chapters' own lines, and showing exactly what runs is the point.
            if isinstance(statement, ast.Expr):
                run = compile(ast.Expression(statement.value), "<pb2b demo>", "eval")
                self._show_value(eval(run, self.names))  # noqa: S307 - our own code
            else:
                exec(compile(ast.Module([statement], []), "<pb2b demo>", "exec"), self.names)  # noqa: S102 - our own code

    def _show_code(self, source: str) -> None:
        first, *others = source.splitlines()
        for prompt, line in ((">>>", first), *(("...", other) for other in others)):
            self._line(f"  {self._style(prompt, _DIM)} {line}")

    def _show_value(self, value: Any) -> None:
        if value is None:
            return
        width = self._columns - 2
        wrap = "display.width", width, "display.max_columns", None, "display.max_colwidth", 24
        with pd.option_context(*wrap, "display.show_dimensions", False):
            shown = repr(value)
        for line in shown.splitlines():
            self._line("\n".join(f"  {part}" for part in _wrap_line(line, width)))

    def _style(self, text: str, code: str) -> str:
        return f"{code}{text}{_PLAIN}" if self._styled else text

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _wrap_line(line: str, width: int) -> list[str]:
    """Return the line in pieces that fit; continuations are aligned with its second column, if it has one."""
    label = re.match(r"\s*(?:\S+(?: \S+)?\s{2,})?", line)
    indent = min(label.end() if label else 0, width // 2)
    return textwrap.wrap(line, width, subsequent_indent=" " * indent) or [""]


def connect(narrator: Narrator) -> None:
    """A workspace of its own, over real HTTP."""
    narrator.opens("Connect")
    narrator.says("On your own data the second line is ws = pb.connect(); all the others stay as they are.")
    narrator.types("""
import pb2b_notebook as pb
ws = pb.open_sandbox(leads=600)
ws
""")


def frame(narrator: Narrator) -> None:
    """All leads in pandas."""
    narrator.opens("Leads in a frame")
    narrator.types("""
leads = ws.leads.list()
leads[["full_name", "country", "score"]].head(4)
leads[["score", "created_at", "custom_renewal_date"]].dtypes
""")
    leads = narrator.names["leads"]
    narrator.says(
        f"{len(leads):,} leads at {leads['company_name'].nunique():,} companies in {leads['country'].nunique()} "
        f"countries, with real dtypes. frame='polars' gives the same in polars."
    )


def sync(narrator: Narrator) -> None:
    """A mirror, which later reads only what changed."""
    narrator.opens("Sync")
    narrator.types("""
report = ws.mirror.sync()
""")
    first = narrator.names["report"]
    narrator.says(
        f"{first['rows_read'].sum():,} rows of {len(first)} tables are now on this machine, by "
        f"{first['requests'].sum()} requests. An hour later there is one lead more, and only what changed is read:"
    )
    narrator.types("""
ws.sandbox.clock.advance(3600)
ada = ws.leads.create(email="ada@example.com", country="GB")
report = ws.mirror.sync("leads")
report[["mode", "rows_read", "inserted", "updated"]]
""")


def ask(narrator: Narrator) -> None:
    """SQL over the mirror."""
    narrator.opens("Ask in SQL")
    narrator.says("DuckDB over the mirror; no request is made.")
    narrator.types('''
ws.sql("""
  select country, count(*) as leads,
         count(*) filter (status = 'qualified') as qualified
  from leads group by country
  order by leads desc, country limit 4
""")
''')


def duplicates(narrator: Narrator) -> None:
    """People who are in the list more than once, and why."""
    narrator.opens("Find duplicates")
    narrator.types("""
tidy = pb.cleanup.normalize(leads)
tidy
dupes = pb.cleanup.duplicates(tidy.frame)
pair = dupes.pairs.iloc[0]
both = tidy.frame["id"].isin([pair["row_a"], pair["row_b"]])
tidy.frame.loc[both, ["full_name", "email"]]
pair["reasons"]
gold = pb.cleanup.merge(tidy.frame, dupes)
gold
""")
    people, earlier = len(narrator.names["dupes"].clusters), narrator.names["gold"].merged_before
    narrator.says(
        f"{people} people are in the list more than once, {earlier} of them merged earlier. Frames in, frames out:"
        " nothing was sent yet."
    )


def plan(narrator: Narrator) -> None:
    """Every change, before it is made."""
    narrator.opens("Plan")
    narrator.types("""
plan = ws.leads.plan(gold)
plan
names = plan.diff["field"] == "full_name"
plan.diff.loc[names, ["before", "after"]].tail(5)
""")
    narrator.says(f"{len(narrator.names['plan'].diff):,} fields would change. Nothing was written.")


def apply(narrator: Narrator) -> None:
    """The plan, applied: each row once."""
    narrator.opens("Apply")
    narrator.says(
        "Each request is on disk, with its Idempotency-Key, before it is sent: each row once, whatever fails."
    )
    narrator.types("""
done = plan.apply(progress=False)
done.summary
""")


def rerun(narrator: Narrator) -> None:
    """The same cells again: nothing is left to do."""
    narrator.opens("Run it again")
    narrator.types("""
sent = ws.requests()["idempotency_key"].nunique()
again = ws.leads.plan(gold)
again
again.apply().summary["succeeded"]
ws.leads.create(email="ada@example.com", country="GB").id == ada.id
ws.requests()["idempotency_key"].nunique() - sent
""")
    narrator.says("Nothing was left to do, and no write left this machine.")


def verify(narrator: Narrator) -> None:
    """What the service holds now, read again."""
    narrator.opens("Verify")
    narrator.says("Read again from the service, and compared with what was wanted:")
    narrator.types("""
import pandas as pd
after = ws.leads.list().set_index("id")
merged = gold.losers.set_index("id")["merged_into"]
ends = ["unsubscribed", "bounced"]
out = leads.set_index("id")["status"].isin(ends)
still = after["status"].reindex(out[out].index).isin(ends)
ws.mirror.sync("leads")["mode"].tolist()
checks = pd.Series({
    "one lead more, and none twice": len(after) == len(leads) + 1,
    "merged as planned": after["merged_into"].loc[merged.index].equals(merged),
    "opted-out people still are": still.all(),
    "every key used once": ws.journal()["key"].is_unique,
    "the mirror is whole": ws.mirror.verify()["ok"].all(),
})
checks
""")


CHAPTERS: Final[tuple[Callable[[Narrator], None], ...]] = (
    connect,
    frame,
    sync,
    ask,
    duplicates,
    plan,
    apply,
    rerun,
    verify,
)


def run(next_step: str) -> bool:
    """Run all chapters on stdout.

    Args:
        next_step: Command to run next, shown at the end.

    Returns:
        Whether every check of the last chapter passed.

    Raises:
        MissingExtraError: Not all of the extras ``sandbox``, ``mirror`` and ``cleanup`` are installed.
    """
    if any(find_spec(package) is None for package in _NEEDED):
        raise MissingExtraError("sandbox,mirror,cleanup", "the demo")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode still shows the demo
    narrator, began = Narrator(), time.monotonic()
    narrator.says("ProspectB2B in nine steps, on the embedded sandbox: made-up leads, no key, no network.")
    with _temporary_folder(), hide_progress():
        try:
            for chapter in CHAPTERS:
                chapter(narrator)
        finally:
            if "ws" in narrator.names:
                narrator.names["ws"].close()
    print(f"\nDone in {time.monotonic() - began:.0f} s; nothing of it stays on this machine.\nNext: {next_step}")
    return bool(narrator.names["checks"].all())


@contextmanager
def _temporary_folder() -> Iterator[None]:
    """Use a temporary folder for mirror, journal and profiles, and restore the environment afterwards."""
    with temporary_folder("pb2b-demo-") as folder:
        ours = {"PB2B_CACHE_DIR": str(folder), "PB2B_CONFIG": f"{folder}/config.toml"}
        kept = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            yield
        finally:
            for name, value in kept.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
