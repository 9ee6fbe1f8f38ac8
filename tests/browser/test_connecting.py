"""ConnectForm in JupyterLab, by keyboard alone; what was typed into it is nowhere afterwards."""

from __future__ import annotations

from playwright.sync_api import expect

# Nobody listens there: a key that is well formed gets as far as it can without a service.
CELLS = (
    "import os\nos.environ['PB2B_BASE_URL'] = 'http://127.0.0.1:9/api/public/v1'",
    "import pb2b_notebook as pb\nform = pb.forms.ConnectForm()\nform",
)
CANARY = "pb2b_live_abc123_canarycanarycanary"


def test_a_typed_key_is_in_no_widget_and_in_no_saved_notebook(lab, open_notebook):
    view = open_notebook(lab, *CELLS)
    page = view.page
    page.get_by_label("Workspace of").select_option("the live service, with a key")
    field = page.get_by_label("API key")
    field.click()
    page.keyboard.type("not a key")
    page.keyboard.press("Tab")
    expect(page.get_by_text("InvalidKeyError")).to_be_visible()
    expect(field).to_have_value("")
    press_connect(page)
    expect(page.get_by_text("MissingKeyError")).to_be_visible()
    field.fill(CANARY)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Key kept in memory only")).to_be_visible()
    press_connect(page)
    expect(page.get_by_text("ConnectionFailedError")).to_be_visible()
    saved = view.save()
    assert "widget-state" in saved
    assert "ConnectionFailedError" in saved
    assert "canary" not in saved
    assert "canary" not in page.content()


def press_connect(page) -> None:
    """Tab to the button from wherever the keyboard is, and press it."""
    for _ in range(12):
        if page.evaluate("document.activeElement.textContent") == "Connect":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
