"""ReportForm and DashboardForm: what is read in the form, and as files."""

from __future__ import annotations

import pb2b_notebook as pb
from pb2b_notebook.forms.browser_files import FileSave


def test_the_report_is_shown_and_downloaded_as_a_workbook_and_a_page():
    with pb.open_sandbox(leads=60) as ws:
        form = pb.forms.ReportForm(ws)
        report = form.submit(period="monthly", quality=False)
        shown = "".join(str(getattr(one, "value", "")) for one in form._outcome.children)
        assert [one.name for one in report.sections if one.name not in shown] == []
        assert report.sections[0].words[0] in shown
        files = dict(one.piece(0)[::2] for one in form._outcome.children[1].children if isinstance(one, FileSave))
        assert {name: content[:2] for name, content in files.items()} == {
            f"report-{report.period.label}.xlsx": b"PK", f"report-{report.period.label}.html": b"<!"
        }  # fmt: skip
        pictures = pb.forms.DashboardForm(ws)
        page = pictures.submit()
        _, buttons, image = pictures._outcome.children
        assert page.axes[0].get_title(loc="left").split(":")[0] in image.value
        assert buttons.children[0].piece(0)[0] == "dashboard.png"
