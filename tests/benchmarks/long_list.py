"""A long list on its whole way through the app, in a real Voila: seconds of each step, and a Stop in the middle.

    PYTHONPATH=tests/support python tests/benchmarks/long_list.py [--rows 100000]

Each person is in the list eleven times, written in two ways, and one row in a hundred has no name, address or phone: as
many people as a workspace of the sandbox has room for. A few may wait since they look like another one. At the end all
are taken back. It fails if a row gets lost, a person is created twice, or anyone is left.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

from in_voila import page_of

from messy_lists import TIMES, long_list

CELLS = "import pb2b_notebook as pb\n\npb.forms.App(pb.open_sandbox(leads=300, rate_limit=1_000_000))"


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
            found = page.get_by_text(re.compile(shown)).filter(visible=True).first
            expect(found).to_be_visible()
            print(f"{name:<40}{time.perf_counter() - began:9.1f} s", flush=True)
            return found.inner_text()

        step("2 the columns", "Choose a file", "Step 2 of 6")
        step("3 the cells", "Next: Repair cells", "Step 3 of 6")
        step("4 begun", "Next: Look at the people", "comparing with the workspace")
        page.wait_for_timeout(2000)
        step("  stopped", "Stop$", "what you decided is kept")
        counts = step("4 the people", "Next: Look", f"new, .*{keyless:,} to correct")
        found = {
            what: number.replace(",", "") for number, what in re.findall(r"([\d,]+) (new|twice|to decide)", counts)
        }
        new, twice, waits = (int(found.get(what, 0)) for what in ("new", "twice", "to decide"))
        print(f"{new:,} new, {waits:,} rows to decide")
        assert new + twice + waits + keyless == rows
        assert new + waits // TIMES <= people
        step("5 what is sent", "Next: Send", f"{new:,} to create")
        step("  asked", f"Send {new:,} people", "Undo is possible afterwards. Escape")
        step("6 the result", "Yes, send", f"{new:,} people created")
        step("  asked", "Undo", "Take back")
        step("  taken back", "Yes, undo", f"{new:,} people deleted")


if __name__ == "__main__":
    main()
