"""After the last change, every lead of the source is in the mirror exactly once, with its newest content.

Whatever happens before: syncs that end anywhere, rows that move while they are paged, rows that show late, deletions,
many rows at one instant, clocks that differ.
"""

import contextlib
import datetime as dt
import os
import shutil
import tempfile
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pb2b_notebook.errors import AuthenticationError
from pb2b_notebook.mirror.sync import synchronization
from service_rows import Source, agrees, content

LEADS = st.sampled_from([f"lead_{number}" for number in range(9)])
TITLES = st.sampled_from(["Countess", "Baroness", None])
LATE = dt.timedelta(seconds=100)  # within the 120 seconds that a sync looks back


class Mirrored(RuleBasedStateMachine):
    """A workspace that changes, and a mirror that follows."""

    @initialize(
        page=st.integers(1, 4),
        batch=st.integers(1, 5),
        skew=st.sampled_from([dt.timedelta(), dt.timedelta(days=1), dt.timedelta(days=-1)]),
        silent=st.booleans(),
    )
    def begin(self, page, batch, skew, silent):
        self.folder = tempfile.mkdtemp()
        self.patches = contextlib.ExitStack()
        self.patches.enter_context(mock.patch.dict(os.environ, {"PB2B_CACHE_DIR": self.folder}))
        self.patches.enter_context(mock.patch.object(synchronization, "COMMIT_ROWS", batch))
        # The overlap before the watermark covers late rows only if the clock is right.
        self.late_rows = not skew and not silent
        self.source = Source(page=page, skew=skew, silent=silent)
        self.ws = self.source.connect()
        self.synced = False

    @rule(lead=LEADS, title=TITLES)
    def change(self, lead, title):
        self.source.put(lead, title=title)

    @rule(leads=st.lists(LEADS, min_size=2, max_size=6, unique=True))
    def import_at_one_instant(self, leads):
        self.source.clock += dt.timedelta(milliseconds=1)
        for lead in leads:
            self.source.put(lead, at=self.source.clock, title="imported")

    @rule(lead=LEADS)
    def delete(self, lead):
        if lead in self.source.rows:
            self.source.delete(lead)

    @rule(lead=LEADS, title=TITLES)
    def change_late(self, lead, title):
        if self.late_rows:
            self.source.put(lead, late=True, title=title)

    @rule(seconds=st.sampled_from([0.001, 1, 90, 200, 90_000]))
    def pass_time(self, seconds):
        if self.source.invisible and seconds > LATE.total_seconds():
            self.source.reveal()
        self.source.clock += dt.timedelta(seconds=seconds)
        self.source.reveal()

    @rule()
    def sync(self):
        self.ws.mirror.sync("leads")
        self.synced = True

    @rule(number=st.integers(1, 4), lead=LEADS)
    def sync_while_a_row_moves(self, number, lead):
        first = self.source.served

        def between(page):
            if page == first + number and lead in self.source.rows:
                self.source.put(lead, title="moved")

        self.source.between = between
        self.ws.mirror.sync("leads")
        self.source.between = lambda _: None
        self.synced = True

    @rule(pages=st.integers(0, 4))
    def sync_and_end_anywhere(self, pages):
        self.source.refuse_from = self.source.served + 1 + pages
        with contextlib.suppress(AuthenticationError):
            self.ws.mirror.sync("leads")
            self.synced = True
        self.source.refuse_from = None

    @rule()
    def sweep(self):
        if self.synced:
            self.ws.mirror.sync("leads", full=True)

    @rule()
    def restart_the_kernel(self):
        self.ws.close()
        self.ws = self.source.connect()

    @invariant()
    def no_lead_is_there_twice(self):
        if getattr(self, "synced", False):
            content(self.ws)

    def teardown(self):
        if not hasattr(self, "source"):
            return
        try:
            self.source.reveal()
            self.source.clock += dt.timedelta(milliseconds=1)
            self.ws.mirror.sync("leads")
            assert agrees(self.source, self.ws)
            assert self.ws.mirror.verify(frame="polars")["ok"].all()
        finally:
            self.ws.close()
            self.patches.close()
            shutil.rmtree(self.folder)


Mirrored.TestCase.settings = settings(
    max_examples=int(os.environ.get("PB2B_MIRROR_EXAMPLES", "5")),
    stateful_step_count=14,
    suppress_health_check=[HealthCheck.too_slow],
)
TestMirrored = Mirrored.TestCase
