"""All forms on one page: connect, then a tab for each kind of work, with the workspace shown on top."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final

import ipywidgets as widgets

from pb2b_notebook.api.contract.checking import count_results, counts_text
from pb2b_notebook.display.cards import card_of
from pb2b_notebook.errors import ProspectB2BError, UsageError, nearest
from pb2b_notebook.forms import buttons, rendering
from pb2b_notebook.forms.access import check_workspace
from pb2b_notebook.forms.base import Form, ShowsWidget
from pb2b_notebook.forms.connecting import ConnectForm
from pb2b_notebook.forms.page import LostApp, MovedFocus
from pb2b_notebook.workspace import Workspace

TABS: Final = {
    "intake": ("Bring in a list", "intake.form", "IntakeForm"),
    "leads": ("Leads", "lead_search", "LeadSearch"),
    "export": ("Export", "exporting", "ExportForm"),
    "report": ("Report", "reporting", "ReportForm"),
    "dashboard": ("Dashboard", "dashboard", "DashboardForm"),
    "jobs": ("Jobs", "job_monitoring", "JobMonitor"),
    "duplicates": ("Duplicates", "duplicates.find", "DuplicateForm"),
    "plans": ("Plans", "plans.make", "PlanForm"),
    "webhooks": ("Webhooks", "webhook_monitoring", "WebhookMonitor"),
}
"""Name → title, module and form. A module is imported when its tab is opened, so that a missing extra affects only
that tab."""
_STOP_TIMEOUT: Final = 10.0
# Front ends let each output and each box scroll by itself; here the page scrolls, so that the top stays in sight.
# A wide table scrolls by itself: without their least width, boxes grow with it, and push the tabs out of sight.
_STYLE: Final = (
    f"<style>\n.pb2b-app .{rendering.CELL_HINT} {{ display: none }}"
    f"\n.pb2b-app .{rendering.APP_HINT} {{ display: inline !important }}"
    """
.pb2b-app, .pb2b-app-page, *:has(> .pb2b-app), .jp-OutputArea-child:has(.pb2b-app), .jp-OutputArea:has(.pb2b-app) {
  overflow: visible !important; min-width: 0;
}
.pb2b-app-top { position: sticky; top: 0; z-index: 20; background: var(--jp-layout-color1, #fff);
  border-bottom: 1px solid var(--jp-border-color2, #d0d5dd); padding: .3em 0; align-items: flex-start;
  box-shadow: 0 -2em 0 var(--jp-layout-color1, #fff); }
.pb2b-app .pb2b-heading .pb2b-workspace, .pb2b-app .pb2b-workspace-again { display: none; }
.pb2b-app-top summary { cursor: pointer; }
.pb2b-app .widget-tab > .lm-TabBar .lm-TabBar-tab { color: var(--jp-ui-font-color1, #212121); }
.pb2b-app :focus-visible, .pb2b-app .jupyter-widgets input:focus-visible,
.pb2b-app .jupyter-widgets textarea:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #175cd3) !important; outline-offset: 2px; }
@media (max-width: 640px) {
  .pb2b-app .widget-tab > .lm-TabBar { min-height: 0; max-height: none; overflow: visible; }
  .pb2b-app .widget-tab > .lm-TabBar .lm-TabBar-content { flex-wrap: wrap; }
  .pb2b-app .widget-tab > .lm-TabBar .lm-TabBar-tab { flex: 0 0 auto; min-width: 0; }
  .pb2b-app .widget-inline-hbox { max-width: calc(100% - 4px); }
  .pb2b-app .widget-inline-hbox:not(.pb2b-inline) { flex-wrap: wrap; height: auto; }
  .pb2b-app .widget-inline-hbox:not(.pb2b-inline) > .widget-label { flex: 1 0 100%; width: auto !important;
    text-align: left; }
  .pb2b-app .pb2b-note { margin-left: 2px !important; }
  .pb2b-app .widget-checkbox > .widget-label { display: none; }
  .pb2b-app .widget-dropdown > select { min-height: 28px; }
  .pb2b-app .widget-html, .pb2b-app .widget-html-content { max-width: 100%; min-width: 0; }
  .pb2b-app .pb2b-unused { display: none; }
  .pb2b-app .pb2b-bulk { order: 1; }
  .pb2b-app .pb2b-pager-controls > .widget-inline-hbox:not(.pb2b-inline) { flex-wrap: nowrap; width: 100% !important;
    max-width: calc(100% - 4px) !important; }
  .pb2b-app .pb2b-pager-controls > .widget-inline-hbox:not(.pb2b-inline) > .widget-label { flex: 0 0 5em; }
  .pb2b-app .pb2b-pages > .jupyter-button { min-width: 0 !important; padding: 0 .5em; }
  .pb2b-app .pb2b-pages > .widget-html { flex: 1 0 calc(100% - 8px); order: -1; }
  .pb2b-app .widget-html-content small { font-size: .95em; }
}
</style>"""
)
_LOST: Final = rendering.notice(
    "error",
    "The app has ended, and no button of this page works",
    "Run <code>pb2b app</code> again, and open the address that it prints. What was sent is not sent again.",
)
_SILENT: Final = rendering.notice(
    "error",
    "The app does not respond",
    "If this stays for a minute, its Python has ended: load this page again, and connect again. What you decided about "
    "a list comes back with the same file, unless it was for a sandbox; what was sent is not sent again.",
)


class App(ShowsWidget):
    """All forms on one page: it opens with a :class:`ConnectForm`, then shows a tab for each kind of work.

    A tab's form is made when the tab is first opened. If a missing scope or package prevents that, the tab says so and
    the others work. Disconnecting removes everything that was shown of the workspace.

    Args:
        workspace: Workspace to start with, instead of connecting by hand; :meth:`disconnect` does not close it.

    Attributes:
        workspace: The connected workspace, or ``None``.
        connecting: The form that connects; a new one after each :meth:`disconnect`.
        widget: The whole page.

    ``pb2b app`` shows the app in the browser; in a notebook it shows itself, as forms do.

    Example:
        >>> import pb2b_notebook as pb
        >>> app = pb.forms.App()
        >>> ws = app.connecting.submit(where="sandbox")
        >>> app.open("export").submit(status=["qualified"]).readiness.ready
        True
        >>> app.disconnect()
        >>> app.workspace is None
        True
    """

    def __init__(self, workspace: Workspace[Any] | None = None) -> None:
        if workspace is not None:
            check_workspace(workspace, "App")
        self.workspace: Workspace[Any] | None = None
        self._forms: dict[str, Form] = {}
        self._lock = threading.Lock()
        self._card = widgets.HTML(layout=widgets.Layout(flex="1 1 auto", min_width="0"))
        self._disconnect_button = buttons.small("Disconnect", lambda: self._run_callback(self.disconnect))
        self._disconnect_button.layout.flex = "0 0 auto"
        self._check_button = buttons.small("Check this service", lambda: self._run_callback(self.check))
        self._check_button.layout.flex = "0 0 auto"
        self._error = widgets.HTML()
        self._focus = MovedFocus()
        self._page = widgets.VBox()
        self._page.add_class("pb2b-app-page")
        self._top = widgets.HBox([self._card, self._check_button, self._disconnect_button])
        self._top.add_class("pb2b-app-top")
        self.widget = widgets.VBox(
            [widgets.HTML(_STYLE), self._top, LostApp(_LOST, _SILENT), self._focus, self._error, self._page]
        )
        self.widget.add_class("pb2b-app")
        self._ask_to_connect()
        if workspace is not None:
            self._own = False
            self._on_connect(workspace)

    # --- by value ---------------------------------------------------------------------------------------------------

    def open(self, tab: str) -> Form:
        """Open a tab, as a click on it does, and return its form.

        Args:
            tab: Name of the tab: "intake", "leads", "export", "report", "dashboard", "jobs",
                "duplicates", "plans" or "webhooks".

        Raises:
            UsageError: No workspace is connected, or there is no such tab.
            MissingExtraError: A package that the form needs is not installed.
        """
        if tab not in TABS:
            raise UsageError(f"unknown tab {str(tab)[:40]!r}", repair=nearest(str(tab), list(TABS)))
        if self.workspace is None:
            raise UsageError("no workspace is connected", repair="press Connect, or app.connecting.submit()")
        self._tabs.selected_index = list(TABS).index(tab)
        return self._form_of(tab)

    def check(self) -> None:
        """Check a service that is new to this machine by read requests only; this unlocks writes.

        Raises:
            UsageError: No workspace is connected.
            AuthenticationError: The key is refused.
        """
        if self.workspace is None:
            raise UsageError("no workspace is connected", repair="press Connect, or app.connecting.submit()")
        self._error.value = rendering.status_line("info", "checking the service: this reads one row of every list …")
        results = count_results(self.workspace.check(frame="polars")["result"])
        title = "Nothing answered: writes stay locked" if self.workspace.writes_locked else "Checked: writes are open"
        kind = "warning" if self.workspace.writes_locked else "success"
        self._error.value = rendering.notice(kind, title, rendering.text(counts_text(results)))
        self._show_card()
        for form in self._all_forms():
            form.show_access()

    def disconnect(self) -> None:
        """Disconnect, remove everything that is shown of the workspace, and show the connect form again.

        Jobs at the service go on. A plan that is being applied stops between two requests; plan the same rows again to
        continue it.

        Raises:
            UsageError: A form is still busy; it was asked to stop.
        """
        with self._lock:  # a form that is being made is finished first
            forms = list(self._all_forms())
        for form in forms:
            form.stop()
        if any(form.wait(_STOP_TIMEOUT).busy for form in forms):
            raise UsageError("a form is still busy", repair="it was asked to stop: disconnect again in a moment")
        with self._lock:
            if self.workspace is not None and self._own:
                self.workspace.close()
            self.workspace = None
            _close(self._page)
            self._forms = {}
        self._ask_to_connect()
        self._focus.move(".pb2b-form button, .pb2b-form select, .pb2b-form input")

    def __repr__(self) -> str:
        where = "not connected" if self.workspace is None else f"{self.workspace.name}: {', '.join(TABS)}"
        return f"App ({where})\n  app.connecting.submit(where=…); app.open(tab)   # returns the form of a tab"

    # --- connecting -------------------------------------------------------------------------------------------------

    def _ask_to_connect(self) -> None:
        self._own = True
        self.connecting: ConnectForm = _Connecting(self._on_connect)
        self._card.value, self._error.value, self._top.layout.display = "", "", "none"
        self._page.children = (self.connecting.widget,)

    def _on_connect(self, workspace: Workspace[Any]) -> None:
        self.workspace = workspace
        self._top.layout.display = ""
        self._show_card()
        places = [widgets.VBox([_opening_note()]) for _ in TABS]
        self._tabs = widgets.Tab(places, titles=tuple(title for title, *_ in TABS.values()))
        self._tabs.observe(lambda change: self._open_tab(change["new"]), "selected_index")
        _close(self._page)
        self._page.children = (self._tabs,)
        self._open_tab(0)
        self._focus.move(".lm-TabBar-tab.lm-mod-current")

    def _show_card(self) -> None:
        if self.workspace is not None:
            self._card.value = _card(self.workspace)
            self._check_button.layout.display = "" if self.workspace.writes_locked else "none"

    # --- tabs -------------------------------------------------------------------------------------------------------

    def _open_tab(self, index: int | None) -> None:
        """Make the form of the tab that is shown, once; show an error in its place."""
        if index is None or self.workspace is None:
            return
        tab, workspace = list(TABS)[index], self.workspace
        self._show_card()
        try:
            known = self._forms.get(tab)
            self._form_of(tab)
            if known is not None:
                known.revisit()
        except Exception as problem:  # noqa: BLE001 - shown instead of the form
            if self.workspace is not workspace:  # its tabs are gone
                return
            again = buttons.small("Try again", lambda: self._open_tab(index))
            self._fill_tab(tab, [widgets.HTML(rendering.failure(problem)), again])

    def _form_of(self, tab: str) -> Form:
        """Return the form of a tab, made once, also if a click and a review open the tab at the same time."""
        workspace = self.workspace
        with self._lock:
            if workspace is not self.workspace:
                raise UsageError("the workspace was disconnected", repair="open the tab of the next one")
            if tab not in self._forms:
                _, module, name = TABS[tab]
                kind: Callable[..., Form] = getattr(import_module(f"pb2b_notebook.forms.{module}"), name)
                form = kind(workspace, go_on=self._plan) if tab == "duplicates" else kind(workspace)
                self._forms[tab] = form
                self._fill_tab(tab, [form.widget])
            return self._forms[tab]

    def _fill_tab(self, tab: str, children: Sequence[Any]) -> None:
        place = self._tabs.children[list(TABS).index(tab)]
        place.children = tuple(children)

    def _plan(self, rows: Any, about: str) -> None:
        """Plan the rows that a review of duplicates has merged."""
        plans: Any = self.open("plans")
        plans.use(rows, about)
        plans.click()

    def _all_forms(self) -> Iterator[Form]:
        """Yield the open forms, and the reviews in them."""
        for form in self._forms.values():
            yield form
            review = getattr(form, "review", None)
            if review is not None:
                yield review

    def _run_callback(self, work: Callable[[], None]) -> None:
        """Run a callback and show its error on top: front ends hide what a callback raises."""
        self._error.value = ""
        try:
            work()
        except ProspectB2BError as problem:
            self._error.value = rendering.failure(problem)


class _Connecting(ConnectForm):
    """A form that connects, and then passes the workspace on."""

    def __init__(self, then: Callable[[Workspace[Any]], None]) -> None:
        self._then = then
        super().__init__()

    def _after_open(self) -> None:
        # The library of frames is a choice for cells, which the app has not.
        self._inputs["frame"].widget.layout.display = "none"

    def _show(self, result: Workspace[Any]) -> Sequence[Any]:
        shown = super()._show(result)
        self._then(result)
        return shown


def _card(workspace: Workspace[Any]) -> str:
    """Return the badge, which unfolds to the facts of the workspace's card, as HTML."""
    facts = "".join(f"<div><b>{label}</b>: {rendering.text(fact)}</div>" for label, fact in card_of(workspace).facts)
    return rendering.wrap(f"<details><summary>{rendering.badge(workspace)}</summary>{facts}</details>")


def _opening_note() -> Any:
    return widgets.HTML(rendering.status_line("info", "opening …"))


def _close(widget: Any) -> None:
    """Close the widgets in a box, so that a page or a saved notebook keeps no state of them."""
    for child in getattr(widget, "children", ()):
        _close(child)
        child.close()
    if hasattr(widget, "children"):
        widget.children = ()
