"""Finding duplicates from a form, without a browser."""

import pytest

import pb2b_notebook as pb
from messy_lists import as_csv, new_people
from pb2b_notebook.forms.watching import StoppedWork


@pytest.mark.parametrize("step", ["reading the file", "reading the leads", "comparing"])
def test_stop_ends_the_work_says_so_and_leaves_the_form_usable(step, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv(new_people()))
    with pb.open_sandbox(leads=20) as ws:
        form = pb.forms.DuplicateForm(ws)
        form.values = {"source": "both", "path": str(path)}

        def stop(change):
            if step in change["new"]:
                form.stop()

        form._activity.observe(stop, "value")
        form.click()
        assert isinstance(form.wait(60).error, StoppedWork)
        assert (form.result, form.review) == (None, None)
        assert "Nothing was sent. Press Find to begin again." in form._message.value
        form._activity.unobserve_all()
        assert len(form.submit().frame) == 64
        assert form._message.value == ""
