"""Plan, apply, edit upstream, interrupt and resume in any order: no lead is created twice, and none opts in again."""

import itertools
import tempfile
from pathlib import Path

import pandas as pd
import polars as pl
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fault_proxy import CutReply, CutRequest, FaultProxy, Substitute, reply
from pb2b_notebook import errors
from pb2b_notebook.journal import Journal
from workspaces import Service, connected

PEOPLE = [f"p{number}@machine.example" for number in range(5)]
TITLES = ["CEO", "CTO", "CIO"]
FAULTS = {
    "lost after": Substitute(reply(500, b'{"error":{"code":"internal","message":"sorry"}}'), effect=True),
    "lost before": Substitute(reply(503)),
    "cut": CutReply(),
    "request cut": CutRequest(30),
    "full": Substitute(reply(429, retry_after="0")),
}
numbers = itertools.count()


class Upserting(RuleBasedStateMachine):
    """One workspace; its client may be replaced by a new session at any time, and another user writes too."""

    def __init__(self):
        super().__init__()
        self.service = Service(leads=0)
        self.proxy = FaultProxy(self.service.url)
        self.folder = tempfile.TemporaryDirectory()
        self.oracle = connected(self.service.url, self.service.oracle)
        self.opted_out: set[str] = set()
        self.plan = self.frame = self.job = None
        self.connect()

    def connect(self):
        journal = Journal(Path(self.folder.name) / "cache" / "journal.sqlite3")
        self.ws = connected(self.proxy.url, self.service.key, journal=journal)

    def teardown(self):
        self.ws.close()
        self.oracle.close()
        self.proxy.close()
        self.service.close()
        self.folder.cleanup()

    @initialize(emails=st.sets(st.sampled_from(PEOPLE), max_size=3))
    def begin(self, emails):
        for email in sorted(emails):
            self.oracle.leads.create(email=email, title="CFO")

    @rule(
        emails=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True),
        titles=st.lists(st.sampled_from([*TITLES, None]), min_size=4, max_size=4),
        status=st.sampled_from(["contacted", None]),
        options=st.sampled_from([{}, {"existing": "fill"}, {"on_conflict": "overwrite"}, {"clear": ["title"]}]),
    )
    def make_plan(self, emails, titles, status, options):
        self.frame = pd.DataFrame({"email": emails, "title": titles[: len(emails)], "status": status})
        self.options = options
        self.plan = self.ws.leads.plan(self.frame, compare_with="service", **options)
        assert sum(self.plan.summary.values()) == len(emails)

    @precondition(lambda self: self.plan is not None)
    @rule(faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=3), stops=st.booleans())
    def apply(self, faults, stops):
        """With ``stops`` the service refuses every request after the faults."""
        self.proxy.once("leads/", *[FAULTS[name] for name in faults])
        if stops:
            self.proxy.always("leads/", Substitute(reply(401)))
        try:
            done = self.plan.apply(concurrency=1)
        except errors.JobChangedError as problem:
            self.job = problem.job_id
            return
        finally:
            self.proxy.heal()
        self.job = done.job_id
        assert len(done) == len(self.plan)
        assert sum(done.summary.values()) == len(self.plan)
        if not stops:
            assert done.summary["pending"] == 0

    @precondition(lambda self: self.frame is not None)
    @rule()
    def run_the_cell_again(self):
        """Run the same cell in a new session: it resumes its job, or plans what is left."""
        self.ws.close()
        self.connect()
        self.plan = self.ws.leads.plan(self.frame, compare_with="service", **self.options)
        try:
            done = self.plan.apply()
        except errors.JobChangedError as problem:
            done = self.ws.upserts.resume(problem.job_id)
        assert done.summary["pending"] == 0

    @rule()
    def resume_all(self):
        for job_id in self.ws.upserts.pending()["job_id"]:
            assert self.ws.upserts.resume(job_id).summary["pending"] == 0
        assert len(self.ws.upserts.pending()) == 0

    @rule(email=st.sampled_from(PEOPLE), opts_out=st.booleans())
    def edit_upstream(self, email, opts_out):
        for lead_id in self.leads().filter(pl.col("email") == email)["id"]:
            changes = {"status": "unsubscribed"} if opts_out else {"city": f"City {next(numbers)}"}
            self.oracle.leads.update(lead_id, **changes)
            if opts_out:
                self.opted_out.add(lead_id)

    @rule(email=st.sampled_from(PEOPLE))
    def delete_upstream(self, email):
        for lead_id in self.leads().filter(pl.col("email") == email)["id"]:
            self.oracle.leads.delete(lead_id)

    def leads(self):
        return self.oracle.leads.list(frame="polars", progress=False)

    @invariant()
    def no_lead_exists_twice(self):
        assert not self.leads()["email"].is_duplicated().any()

    @invariant()
    def no_opted_out_lead_changed_its_status(self):
        leads = self.leads().filter(pl.col("id").is_in(list(self.opted_out)))
        assert set(leads["status"]) <= {"unsubscribed"}


Upserting.TestCase.settings = settings(max_examples=3, stateful_step_count=12)
TestUpserting = Upserting.TestCase
