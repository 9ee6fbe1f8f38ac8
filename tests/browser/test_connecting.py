"""ConnectForm by hand, in JupyterLab and in Voila."""

from __future__ import annotations

from playwright.sync_api import expect

FORM = "import pb2b_notebook as pb\nform = pb.forms.ConnectForm()\nform"


def test_connect_to_the_sandbox_by_hand(place, open_notebook):
    page = open_notebook(place, FORM).page
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("ws = form.result")).to_be_visible()
    expect(page.get_by_text("SANDBOX").first).to_be_visible()
    expect(page.get_by_role("button", name="Connect")).to_be_enabled()


def test_the_form_is_filled_in_by_keyboard_and_label(lab, open_notebook):
    page = open_notebook(lab, FORM).page
    page.get_by_label("Workspace of").select_option("the live service, with a key")
    field = page.get_by_label("API key")
    field.click()
    page.keyboard.type("not a key")
    page.keyboard.press("Tab")
    expect(page.get_by_text("InvalidKeyError")).to_be_visible()
    expect(field).to_have_value("")
    for _ in range(8):
        if page.evaluate("document.activeElement.textContent") == "Connect":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("MissingKeyError")).to_be_visible()


def test_a_key_that_was_typed_is_not_in_the_saved_notebook(lab, open_notebook):
    canary = "pb2b_live_abc123_canarycanarycanary"
    view = open_notebook(lab, "import os\nos.environ['PB2B_BASE_URL'] = 'http://127.0.0.1:9/api/public/v1'", FORM)
    page = view.page
    page.get_by_label("Workspace of").select_option("the live service, with a key")
    page.get_by_label("API key").fill(canary)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("ConnectionFailedError")).to_be_visible()
    page.evaluate("() => window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')")
    assert "canary" not in view.saved()
    assert "canary" not in page.content()
