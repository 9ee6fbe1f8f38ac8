"""An import in JupyterLab over a service elsewhere: the kernel dies in the middle, and nothing is lost or doubled."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server

CELLS = (
    "import pandas as pd\nimport pb2b_notebook as pb\nws = pb.connect(profile='desk')",
    """df = pd.DataFrame({'Mail': [f'p{n}@example.com' for n in range(300)]})
importing = pb.forms.ImportForm(ws, df)
importing""",
    "monitor = pb.forms.JobMonitor(ws)\nmonitor",
    # The secret of the webhook is left where only the test looks for it, and never among the outputs.
    """from pathlib import Path
hook = ws.webhooks.create(url='http://127.0.0.1:9/none', events=['import.completed'], again=True)
_ = Path('secret.txt').write_text(hook.signing_secret.reveal())
pb.forms.WebhookMonitor(ws)""",
)


@pytest.fixture
def sandbox(home):
    """A service that the kernel knows by a profile, as it would the live one; its clock stands until it is moved."""
    with Sandbox(leads=5) as sandbox, Server(sandbox.app) as server:
        config = home / "config.toml"
        config.write_text(
            f'[profiles.desk]\napi_key = "{sandbox.key}"\nbase_url = "{server.url}/api/public/v1"\n', "utf-8"
        )
        config.chmod(0o600)
        yield sandbox
        config.unlink()


def test_a_kernel_that_is_restarted_in_the_middle_of_an_import(sandbox, lab, open_notebook):
    view = open_notebook(lab, *CELLS)
    importing, monitor = view.form("Import leads"), view.form("Jobs")
    expect(monitor.get_by_text("No job is running")).to_be_visible()
    importing.get_by_role("button", name="Import", exact=True).click()
    expect(importing.get_by_text("import queued")).to_be_visible()

    view.restart_and_run()
    expect(monitor.get_by_role("cell", name="import", exact=True)).to_be_visible()
    monitor.get_by_role("button", name="Watch", exact=True).click()
    # The press reaches the kernel in its own time: a job that has ended before is none to be watched.
    expect(monitor.get_by_text("import queued")).to_be_visible()
    sandbox.clock.advance(600)
    expect(monitor.get_by_text("All jobs have ended")).to_be_visible()
    importing.get_by_role("button", name="Import", exact=True).click()
    expect(importing.get_by_text("300 created")).to_be_visible()
    expect(importing.get_by_text("had been sent before")).to_be_visible()

    saved = view.save()
    assert "widget-state" in saved
    assert "300 created" in saved
    assert sandbox.key not in saved
    assert (view.path.parent / "secret.txt").read_text() not in saved
