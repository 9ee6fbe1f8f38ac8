"""A long list on its whole way through the app, in a real Voila: seconds of each step, and a Stop in the middle.

    PYTHONPATH=tests/support python tests/benchmarks/long_list.py [--rows 100000]

Each person is in the list eleven times, written in two ways, and one row in a hundred has no name, address or phone: as
many people as a workspace of the sandbox has room for. At the end all are taken back. It fails if a row gets lost, a
person is created twice, or anyone is left.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from itertools import chain, repeat
from pathlib import Path

from in_voila import page_of

from messy_lists import HEAD, as_csv, new_people

TIMES = 11
CELLS = "import pb2b_notebook as pb\n\npb.forms.App(pb.open_sandbox(leads=300, rate_limit=1_000_000))"


def long_list(rows):
    """Return the list as CSV, and the number of its people."""
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    family = [f"{a}{b}{c}".title() for a in syllables[:10] for b in syllables[:10] for c in ("lo", "mar")]
    given = [f"{a}{b}".title() for a in syllables for b in syllables][: max(1, rows * 9 // 100 // len(family))]
    # Numbers of one length: one that begins another one is that of a person whose extension is left out.
    people = [row | {"Telefon": f"030 {9_000_000 + n}"} for n, row in enumerate(new_people(given, family))]
    again = [row | {"Vorname": row["Vorname"].upper(), "Land": ""} for row in people]
    named = chain(people, *repeat(again, TIMES - 1))
    keyless = rows - TIMES * len(people)
    return as_csv([*named, *repeat(dict.fromkeys(HEAD, "") | {"Firma": "Nur Firma AG"}, keyless)]), len(people), keyless


def main():
    """Walk through the steps."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    rows = asked.parse_args().rows
    content, people, keyless = long_list(rows)
    path = Path(tempfile.mkdtemp()) / "long.csv"
    path.write_bytes(content)
    with page_of(CELLS) as (page, expect):
        expect.set_options(timeout=1_200_000)
        page.set_default_timeout(1_200_000)

        def step(name, button, shown):
            began = time.perf_counter()
            one = page.get_by_role("button", name=re.compile(f"^{button}")).filter(visible=True).first
            expect(one).to_be_enabled()
            if button == "Choose a file":
                with page.expect_file_chooser() as chooser:
                    one.click()
                chooser.value.set_files(path)
            else:
                one.click()
            expect(page.get_by_text(re.compile(shown)).filter(visible=True).first).to_be_visible()
            print(f"{name:<40}{time.perf_counter() - began:9.1f} s", flush=True)

        step("2 the columns", "Choose a file", "Step 2 of 6")
        step("3 the cells", "Next: Repair cells", "Step 3 of 6")
        step("4 begun", "Next: Look at the people", "comparing with the workspace")
        page.wait_for_timeout(2000)
        step("  stopped", "Stop$", "what you decided is kept")
        twice = rows - people - keyless
        step("4 the people", "Next: Look", f"{people:,} new, {twice:,} twice in the list, {keyless:,} to correct")
        step("5 what is sent", "Next: Send", f"{people:,} to create")
        step("  asked", f"Send {people:,} people", "Undo is possible afterwards. Escape")
        step("6 the result", "Yes, send", f"{people:,} people created")
        step("  asked", "Undo", "Take back")
        step("  taken back", "Yes, undo", f"{people:,} people deleted")


if __name__ == "__main__":
    main()
