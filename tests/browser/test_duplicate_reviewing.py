"""DuplicateReview by keyboard alone, in JupyterLab and in Voila; the notebook's own keys do nothing meanwhile."""

from __future__ import annotations

from playwright.sync_api import expect


def test_in_lab_by_keyboard_alone(forms_in_lab):
    view = forms_in_lab
    press = opened(view)
    cells = view.page.locator(".jp-CodeCell").count()
    press("m", shows="Group 2 of 6")
    press("n", shows="Group 3 of 6")
    press("s", shows="Group 4 of 6")
    press("ArrowRight", "ArrowRight", "x", shows="left out")
    press("2", shows="chosen by hand")
    view.save_picture("Review duplicates", "_chosen")
    press("m", shows="Group 5 of 6")
    press("u", shows="Group 4 of 6")
    press("u", "u", "u", shows="Group 3 of 6")
    press("u", shows="Group 2 of 6")
    press("n", shows="Group 3 of 6")
    # What is no key of the form is none of the notebook's either: D D would delete the cell, B add one.
    press("d", "d", "b", "a", "Shift+M", "k", shows="Group 2 of 6")
    assert view.page.locator(".jp-CodeCell").count() == cells
    press("g", shows="Group 3 of 6")
    finished(view, "1 group merged")


def test_in_voila_by_keyboard_alone(forms_in_voila):
    view = forms_in_voila
    press = opened(view)
    press("m", shows="Group 2 of 6")
    press("n", shows="Group 3 of 6")
    press("u", shows="Group 2 of 6")
    press("ArrowRight", "x", shows="left out")
    press("m", shows="Group 3 of 6")
    finished(view, "2 groups merged")


def opened(view):
    """The form, with the keyboard in it; returns what presses keys and waits for what they show."""
    page, one = view.page, view.form("Review duplicates")
    expect(one.get_by_text("Group 1 of 6")).to_be_visible()
    tab_to_the_keys(page, one)

    def press(*keys: str, shows: str) -> None:
        for key in keys:
            page.keyboard.press(key)
        expect(one.get_by_text(shows).first).to_be_visible()

    return press


def finished(view, told: str) -> None:
    """Finish by keyboard; nothing of what leads are called has run, and the session is in its file."""
    page = view.page
    tab_to(page, "Finish review", back=True)
    page.keyboard.press("Enter")
    expect(view.form("Review duplicates").get_by_text(told)).to_be_visible()
    view.save_picture("Review duplicates")
    assert page.evaluate("window.pwned") is None
    assert page.locator("img[src=x], mjx-container, .MathJax").count() == 0
    session = view.path.parent / "session.json"
    assert '"different"' in session.read_text("utf-8")
    session.unlink()


def tab_to_the_keys(page, form) -> None:
    """From the first button of the form by Tab alone."""
    form.get_by_label("Show", exact=True).focus()
    for _ in range(30):
        if page.evaluate("document.activeElement.className") == "pb2b-keys":
            break
        page.keyboard.press("Tab")
    expect(form.get_by_text("Keys are on")).to_be_visible()


def tab_to(page, label: str, *, back: bool = False) -> None:
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == label:
            break
        page.keyboard.press("Shift+Tab" if back else "Tab")
