"""Which features work against a service with these deviations: ``python tests/support/feature_table.py``.

Each feature is a function that does what a cell does and compares the result with what the sandbox holds. Its verdict:
``works``; ``said`` (weaker, and a notice, a note or provenance says so, or a typed error where the service cannot);
``blocked`` (a typed error where the service could); ``wrong`` (a false result, or an exception that is not ours).
"""

import argparse
import contextlib
import itertools
import json
import logging
import os
import random
import re
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import pandas as pd

import pb2b_notebook as pb
from deviating_service import DEVIATIONS, EXCLUSIVE, HOSTILE, OPTED_OUT_WORDS, PERSONALITIES, DeviatingService
from pb2b_notebook.dashboard import PANELS
from pb2b_notebook.display import notices
from pb2b_notebook.errors import ProspectB2BError

OPTED_OUT = tuple(OPTED_OUT_WORDS)


class WrongError(AssertionError):
    """The result of a feature is false."""


def need(condition, what):
    if not condition:
        raise WrongError(what)


_ROUNDS = itertools.count()


class Cell:
    """One feature under one service: its workspace, what the sandbox holds, a domain of its own, and what was said."""

    def __init__(self, service, ws, words):
        self.service, self.ws, self.words = service, ws, words
        self.weaker = False
        self.domain = f"round{next(_ROUNDS)}.example"

    def theirs(self, ours):
        """The id that the service gives to an object of the sandbox, as text."""
        return str(self.service.their_id(ours))

    def said(self, *words):
        """Whether a notice with one of these words was printed; the result is then allowed to be weaker."""
        text = " ".join(self.words)
        self.weaker = any(word in text for word in words)
        return self.weaker


def read_all(c):
    frame = c.ws.leads.list()
    have = [c.theirs(lead["id"]) for lead in c.service.leads()]
    complete = pb.provenance(frame).complete
    need(frame["id"].notna().all() and all(isinstance(one, str) for one in frame["id"]), "ids are not text")
    need(set(frame["id"]) <= set(have) and frame["id"].is_unique, "rows that do not exist")
    if not complete:
        c.weaker = True
        return
    need(set(frame["id"]) == set(have), f"complete with {len(frame)} of {len(have)} rows")


def newest(c):
    frame = c.ws.leads.list(limit=5)
    need(len(frame) == 5, f"{len(frame)} rows instead of 5")
    have = sorted(c.service.leads(), key=lambda lead: (lead["updated_at"], lead["id"]))[-5:]
    right = set(frame["id"]) == {c.theirs(lead["id"]) for lead in have}
    need(right or c.said("newest"), "not the newest, and not said")


def filters(c):
    leads = c.service.leads()
    country = next(lead["country"] for lead in leads if lead["country"])
    word = next(lead["full_name"] for lead in leads if lead["full_name"]).split()[-1]
    right = {c.theirs(lead["id"]) for lead in leads if lead["country"] == country}
    found = c.ws.leads.list(country=country)
    need(set(found["id"]) <= right, "rows of another country")
    need(set(found["id"]) == right or not pb.provenance(found).complete, "rows of the country are missing")
    named = c.ws.leads.find(word)
    need(len(named) and len(named) < len(leads), f"{len(named)} of {len(leads)} leads have a name")
    c.weaker = not pb.provenance(found).complete


def get_one(c):
    lead_id = c.ws.leads.list(limit=1)["id"].iloc[0]
    lead = c.ws.leads.get(lead_id)
    need(lead["id"] == lead_id, "another lead")
    if lead_id.isdecimal():
        need(c.ws.leads.get(int(lead_id))["id"] == lead_id, "an id as a number is refused")


def mirror(c):
    c.ws.mirror.sync("leads")
    have = {c.theirs(lead["id"]) for lead in c.service.leads()}
    kept = c.ws.mirror.frame("leads")
    alive = kept[kept["deleted_at"].isna()] if "deleted_at" in kept else kept
    missing = have - set(alive["id"])
    need(not missing or c.said("complete", "incomplete"), f"{len(missing)} rows are missing")
    report = c.ws.mirror.sync("leads", full=True)
    still = set(c.ws.mirror.frame("leads")["id"])
    need(have & set(kept["id"]) <= still, "the sweep removed leads that exist")
    c.weaker = bool(missing) or "cannot" in " ".join(report["note"].fillna(""))


def plan_unchanged(c):
    frame = c.ws.leads.list(frame="pandas")
    if not pb.provenance(frame).complete:
        c.weaker = True
    plan = c.ws.leads.plan(frame)
    counts = {name: n for name, n in plan.summary.items() if n}
    found = plan.differences  # an address is trimmed, which is an update of it
    others = found.filter(found["before"].str.strip_chars() != found["after"])["field"].to_list()
    need(set(counts) <= {"unchanged", "update"} and not others, f"a frame of the service gives {counts}: {others}")


def write(c):
    before = {lead["email"] for lead in c.service.leads(include_deleted="true")}
    emails = Counter(lead["email"] for lead in c.service.leads())
    target = next(lead for lead in c.service.leads() if lead["status"] == "new" and emails[lead["email"]] == 1)
    rows = [{"email": f"new{n}@{c.domain}", "full_name": f"New Lead {n}", "city": "Turku"} for n in range(3)]
    rows.append({"email": target["email"], "full_name": target["full_name"], "city": c.domain})
    assert not before & {row["email"] for row in rows[:3]}
    plan = c.ws.leads.plan(pd.DataFrame(rows))
    need(plan.summary["create"] == 3, f"the plan creates {plan.summary['create']} instead of 3")
    outcome = plan.apply()
    made = [lead for lead in c.service.leads() if (lead["email"] or "").endswith(f"@{c.domain}")]
    need(len(made) == len({lead["email"] for lead in made}), "a lead was created twice")
    held = {lead["email"]: lead["city"] for lead in [*made, *c.service.leads(email=target["email"])]}
    for email, status in zip([row["email"] for row in rows], outcome.table["status"].to_list(), strict=True):
        arrived = held.get(email) in {"Turku", c.domain}
        need(not (status == "succeeded" and not arrived), "succeeded without effect")
        need(not (status in {"failed", "invalid", "conflict"} and arrived), "failed, but it arrived")
    if set(outcome.table["status"].to_list()) != {"succeeded"}:
        if len(made) < 3:
            raise ProspectB2BError(f"not applied: {outcome.table['status'].to_list()}, {outcome.problem}")
        c.weaker = True
    again = c.ws.leads.plan(pd.DataFrame(rows)).apply()
    need(len(c.service.leads(email=rows[0]["email"])) == 1, "a rerun created a lead again")
    need(again.summary["failed"] == 0, "a rerun fails")


def create_twice(c):
    for _ in range(2):
        c.ws.leads.create(email=f"once@{c.domain}", full_name="Once Only")
    need(len(c.service.leads(email=f"once@{c.domain}")) == 1, "created twice")
    sent = [one for one in c.service.sent if one[0] == "POST"]
    need(all(key for _, _, _, key, _ in sent), "a mutation without Idempotency-Key")
    c.ws.leads.create(email=f"twice@{c.domain}", idempotency_key=f"key-of-{c.domain}")


def refusal(c):
    try:
        c.ws.leads.create(email="not an address")
    except pb.errors.APIError:
        need(c.ws.journal()["state"].iloc[0] == "refused", "a refusal is left as unknown")
        return
    raise WrongError("an invalid email address was accepted")


def opted_out(c):
    gone = next(lead for lead in c.service.leads() if lead["status"] == "unsubscribed")
    rows = pd.DataFrame({"id": [c.theirs(gone["id"])], "email": [gone["email"]], "status": ["qualified"]})
    plan = c.ws.leads.plan(rows)
    plan.apply()
    held = c.service.ask("GET", f"/leads/{gone['id']}")["data"]
    need(held["status"] == "unsubscribed", "an opted-out lead was moved out")


def import_rows(c):
    rows = pd.DataFrame({"email": [f"imp1@{c.domain}", "not an address"], "full_name": ["Imp One", "Imp Two"]})
    run = c.ws.imports.create(rows, mapping={"email": "email", "full_name": "full_name"})
    c.ws.imports.wait(run)
    wrong = c.ws.imports.errors(run)
    need(len(c.service.leads(email=f"imp1@{c.domain}")) == 1, "the row was not imported")
    c.weaker = len(wrong) == 0
    need(len(wrong) or c.said("errors"), "no error is listed, and nothing is said")


def secret(c):
    hook = c.ws.webhooks.create(url="http://127.0.0.1:9/hook", events=["lead.created"])
    shown = f"{hook!r} {hook._repr_html_()} {dict(hook)!r}"
    for each in c.service.ask("GET", "/webhooks")["data"]:  # a workspace has at most 20
        c.service.ask("DELETE", f"/webhooks/{each['id']}")
    need(not re.search("whsec_[0-9a-f]{24}", shown), "the secret is shown")
    for path in Path(os.environ["PB2B_CACHE_DIR"]).rglob("*"):
        need(path.is_dir() or not re.search(rb"whsec_[0-9a-f]{24}", path.read_bytes()), f"the secret is in {path}")


def check(c):
    found = c.ws.check()
    need(len(found) > 10, "nothing was checked")


def lists(c):
    for name in ("campaigns.list", "jobs.list", "webhooks.list", "activities.list"):
        frame = c.ws.call(name)
        complete = pb.provenance(frame).complete
        path = c.ws.operations[name].path
        have = c.service.ask("GET", f"{path}?limit=1&include_total=true")["pagination"]["total"]
        need(not complete or len(frame) == have, f"{name} is complete with {len(frame)} of {have}")
        c.weaker = c.weaker or not complete


def fields(c):
    frame = c.ws.lead_fields.list()
    need(len(frame), "no lead fields")


def dashboard(c):
    page = c.ws.dashboard()
    texts = [text.get_text() for part in page.subfigs for axes in part.axes for text in axes.texts]
    need(len(page.subfigs) == len(PANELS), "a panel is missing")
    need(not any("do not have the expected form" in text for text in texts), f"a panel cannot be drawn: {texts}")
    c.weaker = any("the service answered" in text for text in texts)


def forms(c):
    search = pb.forms.LeadSearch(c.ws)
    found = search.submit()
    need(len(found) == len(c.service.leads()), f"the form finds {len(found)} leads")
    target = next(lead for lead in c.service.leads() if lead["status"] == "new")
    editor = search.edit(c.theirs(target["id"]))
    need(editor.submit(city=c.domain).id == c.theirs(target["id"]), "the form saved another lead")
    held = c.service.ask("GET", f"/leads/{target['id']}")["data"]
    need(held["city"] == c.domain, "the form saved, but nothing changed")
    need(held["email"] == target["email"] and held["status"] == "new", "the form changed more than it was asked to")
    created = pb.forms.LeadForm(c.ws).submit(full_name="Fo Rm", email=f"form@{c.domain}")
    need([c.theirs(lead["id"]) for lead in c.service.leads(email=f"form@{c.domain}")] == [created.id], "not created")
    rows = pd.DataFrame({"email": [f"plan@{c.domain}"], "full_name": ["Pla N"]})
    outcome = pb.forms.PlanReview(c.ws.leads.plan(rows)).submit()
    need(
        outcome.summary["succeeded"] == len(c.service.leads(email=f"plan@{c.domain}")) == 1, "the plan was not applied"
    )
    jobs = pb.forms.JobMonitor(c.ws)
    need(jobs.error is None, f"the form shows no jobs: {jobs.error!r}")


def jobs(c):
    rows = pd.DataFrame({"email": [f"job@{c.domain}", "not an address"], "full_name": ["Jo Bee", "Jo Cee"]})
    done = pb.forms.ImportForm(c.ws, rows).submit()
    need(done.run.pieces[0]["status"] == "completed", "the import has not ended")
    need(len(c.service.leads(email=f"job@{c.domain}")) == 1, "the row was not imported")
    exported = pb.forms.ExportForm(c.ws).submit()
    need(int(exported.export["row_count"]) == len(c.service.leads()), "other leads were exported")


def launch(c):
    gone = sum(lead["status"] in OPTED_OUT_WORDS for lead in c.service.leads())
    campaign = c.ws.campaigns.create(name=c.domain, channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
    preview = c.ws.campaigns.launch(campaign)
    need(preview.opted_out in {gone, None}, f"{preview.opted_out} of {gone} who opted out")
    c.weaker = preview.opted_out is None or preview.audience is None
    need(not c.weaker or "not known" in preview._repr_html_(), "a number is missing, and nothing is said")


FEATURES = {
    "check": check, "read all": read_all, "dashboard": dashboard, "newest": newest, "filters": filters,
    "get one": get_one, "other lists": lists, "lead fields": fields, "mirror": mirror,
    "plan unchanged": plan_unchanged, "refusal": refusal, "create twice": create_twice, "opted out": opted_out,
    "secret": secret, "import": import_rows, "write": write, "launch": launch, "forms": forms, "jobs": jobs,
}  # fmt: skip


@contextlib.contextmanager
def listening():
    """Collect the texts of notices and warnings."""
    words = []
    say = notices.say

    def record(text, level=logging.WARNING):
        words.append(text)

    notices.say = record
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield words
    finally:
        notices.say = say


def connect(service, *, own=True):
    document = None if own else service.document()
    return pb.connect(
        service.key, base_url=service.base_url, contract=document, trust=True, transport=service.transport
    )


def verdicts(service, names, *, own=True, features=FEATURES):
    """Return feature → (verdict, detail) under these deviations; each feature has a service and a cache of its own."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, listening() as words:
        os.environ["PB2B_CACHE_DIR"] = folder
        service.switch(*names)
        try:
            ws = connect(service, own=own)
        except Exception as problem:  # noqa: BLE001 - any exception is a verdict
            return {name: _verdict_of(problem, None) for name in features}
        ws._session.progress = False
        ws._session.pause = service.sandbox.clock.advance
        with ws:
            for name, feature in features.items():
                cell = Cell(service, ws, words)
                try:
                    feature(cell)
                    found[name] = ("said" if cell.weaker else "works", "")
                except Exception as problem:  # noqa: BLE001 - any exception is a verdict
                    found[name] = _verdict_of(problem, names)
    return found


def _verdict_of(problem, names):
    text = f"{type(problem).__name__}: {problem}"
    if isinstance(problem, WrongError):
        return "wrong", str(problem)
    if isinstance(problem, ProspectB2BError):
        hostile = names is not None and (set(names) & set(HOSTILE) or "cannot be proven" in text)
        return ("said" if hostile else "blocked"), text[:160]
    return "wrong", f"bare {text[:160]}"


def combinations(count, seed=1):
    """Random sets of up to six deviations that do not exclude each other."""
    draw = random.Random(seed)
    names = sorted(set(DEVIATIONS) - set(HOSTILE))
    while count:
        chosen = set(draw.sample(names, draw.randint(2, 6)))
        if all(len(chosen & group) <= 1 for group in EXCLUSIVE):
            count -= 1
            yield tuple(n for n in DEVIATIONS if n in chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--combinations", type=int, default=200)
    parser.add_argument("--only", nargs="*", help="deviations or personalities")
    parser.add_argument("--own", action="store_true", help="only our own contract")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sets = {**PERSONALITIES, **{name: (name,) for name in DEVIATIONS}}
    if given.only:
        sets = {name: sets[name] for name in given.only}
    else:
        sets |= {f"{n}: {', '.join(c)}": c for n, c in enumerate(combinations(given.combinations, given.seed))}
    totals = Counter()
    features = FEATURES
    print(f"{'':32} contract " + " ".join(f"{name[:9]:9}" for name in features))
    for (name, chosen), own in itertools.product(sets.items(), (True,) if given.own else (True, False)):
        with DeviatingService(leads=60) as service:
            row = verdicts(service, chosen, own=own, features=features)
        totals.update(verdict for verdict, _ in row.values())
        print(f"{name[:32]:32} {'ours' if own else 'theirs':8} " + " ".join(f"{v:9}" for v, _ in row.values()))
        for feature, (verdict, why) in row.items():
            if verdict in {"wrong", "blocked"}:
                print(f"    {verdict} {feature}: {why}")
        sys.stdout.flush()
    print(json.dumps(totals))
    return 1 if totals["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
