"""``pb2b demo``: what this package does, told in a terminal by doing it.

Each chapter shows lines as one types them, runs those very lines, and says what the values that came out of them mean.
No figure is written down here. Everything happens on the embedded sandbox, in a folder that is gone afterwards: no
profile, key, mirror or journal of the person who runs it is read or touched.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import tempfile
import textwrap
import time
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TextIO

from pb2b_notebook.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NEEDED: Final = ("fastapi", "uvicorn", "deltalake", "duckdb", "narwhals", "rapidfuzz", "phonenumbers")
_WIDEST: Final = 100
_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"


class Narrator:
    r"""Types lines of Python, runs them, shows what they give, and speaks in between.

    Args:
        out: where to, by default stdout as it is now.
        columns: of the terminal; by default what it says, and 80 in a pipe.

    Attributes:
        names: what the lines have defined so far.

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
        told = shutil.get_terminal_size().columns if columns is None else columns
        self._columns = max(20, min(told, _WIDEST))
        self._styled = self._out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._chapters = 0
        self.names: dict[str, Any] = {}

    def opens(self, title: str) -> None:
        """Begin a chapter."""
        self._chapters += 1
        self._line(f"\n{self._style(f'{self._chapters} {title}', _BOLD)}")

    def says(self, text: str) -> None:
        """Tell something, wrapped to the terminal."""
        for line in textwrap.wrap(" ".join(text.split()), self._columns):
            self._line(line)

    def types(self, code: str) -> None:
        """Show the lines and run them; an expression shows its value, as at the prompt."""
        for statement in ast.parse(code).body:
            self._show_code(ast.get_source_segment(code, statement) or "")
            # These are the chapters' own lines, and showing exactly what runs is the point.
            if isinstance(statement, ast.Expr):
                run = compile(ast.Expression(statement.value), "<pb2b demo>", "eval")
                self._show_value(eval(run, self.names))  # noqa: S307
            else:
                exec(compile(ast.Module([statement], []), "<pb2b demo>", "exec"), self.names)  # noqa: S102

    def _show_code(self, source: str) -> None:
        first, *others = source.splitlines()
        for prompt, line in ((">>>", first), *(("...", other) for other in others)):
            self._line(f"  {self._style(prompt, _DIM)} {line}")

    def _show_value(self, value: Any) -> None:
        import pandas as pd

        if value is None:
            return
        width = self._columns - 2
        wrap = "display.width", width, "display.max_columns", None, "display.max_colwidth", 24
        with pd.option_context(*wrap, "display.show_dimensions", False):
            shown = repr(value)
        for line in shown.splitlines():
            self._line("\n".join(f"  {part}" for part in _folded(line, width)))

    def _style(self, text: str, code: str) -> str:
        return f"{code}{text}{_PLAIN}" if self._styled else text

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _folded(line: str, width: int) -> list[str]:
    """The line in pieces that fit; what goes on stands below the line's own second column, if it has one."""
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
    """Who is there more than once, and why one thinks so."""
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
    """The plan, done: each row once."""
    narrator.opens("Apply")
    narrator.says(
        "Each request is on disk, with its Idempotency-Key, before it leaves: each row once, whatever breaks."
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
    """What the service holds now, read afresh."""
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
held = pd.Series({
    "one lead more, and nobody twice": len(after) == len(leads) + 1,
    "merged as planned": after["merged_into"].loc[merged.index].equals(merged),
    "who opted out still is": still.all(),
    "every key used once": ws.journal()["key"].is_unique,
    "the mirror is whole": ws.mirror.verify()["ok"].all(),
})
held
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


def tell(next_step: str) -> bool:
    """Tell the whole story on stdout.

    Args:
        next_step: the command to run afterwards, shown at the end.

    Returns:
        Whether all held that was verified at the end.

    Raises:
        MissingExtraError: not all of the extras ``sandbox``, ``mirror`` and ``cleanup`` are installed.

    """
    if any(find_spec(package) is None for package in _NEEDED):
        raise MissingExtraError("sandbox,mirror,cleanup", "the demo")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode still tells the story
    narrator, began = Narrator(), time.monotonic()
    narrator.says("ProspectB2B in nine steps, on the embedded sandbox: made-up leads, no key, no network.")
    with _folder_of_its_own():
        try:
            for chapter in CHAPTERS:
                chapter(narrator)
        finally:
            if "ws" in narrator.names:
                narrator.names["ws"].close()
    print(f"\nDone in {time.monotonic() - began:.0f} s; nothing of it stays on this machine.\nNext: {next_step}")
    return bool(narrator.names["held"].all())


@contextmanager
def _folder_of_its_own() -> Iterator[None]:
    """Mirror, journal and profiles are looked for in a folder that goes away; what the environment said comes back."""
    with tempfile.TemporaryDirectory(prefix="pb2b-demo-") as folder:
        ours = {"PB2B_CACHE_DIR": folder, "PB2B_CONFIG": f"{folder}/config.toml"}
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
