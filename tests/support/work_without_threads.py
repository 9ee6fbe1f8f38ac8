"""A day's work in a Python without threads and sockets; the results are printed as JSON for ``test_in_process``."""

import json
import threading

import pandas as pd

import no_threads  # noqa: F401 - before the package
import pb2b_notebook as pb
from pb2b_notebook.webhooks import Receiver


def main():
    """Do it, and print what came of it."""
    found = {}
    with pb.open_sandbox(leads=1200, rate_limit=1_000_000) as ws:
        found["base_url"] = ws.base_url.partition(":")[0]
        try:
            pb.open_sandbox(leads=1, in_process=False)
        except pb.errors.ConfigurationError as problem:
            found["in_process=False"] = problem.message
        found["leads"] = [len(ws.leads.list(include_deleted=True, **how)) for how in ({}, {"parallel": 4})]

        receiver = Receiver(":memory:", now=ws.sandbox.clock.now)
        receiver.on("lead.created")(lambda event: ws.leads.get(event.object_id))
        with receiver:
            receiver.trust(ws.webhooks.create(url=receiver.url, events=["lead.created"])["signing_secret"])
            new = pd.DataFrame({"email": [f"new{n}@example.com" for n in range(30)]})
            looks = []
            done = ws.leads.plan(new).apply(concurrency=4, watch=lambda rows, _: not looks.append(rows))
            found["applied"] = {name: int(count) for name, count in done.summary.items() if count}
            found["watched"] = looks
            receiver.wait()
            found["events"] = receiver.events()["state"].tolist()

        form = pb.forms.ExportForm(ws)
        form.click()
        found["form"] = [form.wait().result.export.status, form.busy]
        found["requests"] = len(ws.requests()) > 30
        people = pd.DataFrame({"full_name": ["Ada King", "Ada King"], "email": ["ada@king.example"] * 2})
        found["duplicates"] = len(pb.cleanup.duplicates(people).pairs)
    found["threads"] = threading.active_count()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
