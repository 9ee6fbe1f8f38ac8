"""The base of every form: it asks for values and shows the result; a plain function beside it does the work.

A form works by hand, and by value::

    form = pb.forms.ExportForm(ws)
    form                                    # in a notebook: the widgets
    form.values = {"format": "xlsx"}        # other values stay
    result = form.submit()                  # returns the result, or raises the error that the button would show

All forms have the same layout. The heading says whose data it is. Below it are the inputs, then a row of buttons, the
first of which does what the form is for, with the progress beside them. The message right under the buttons is the one
place that says what went wrong or what is in the way, and what to do. The result comes last.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast

import ipywidgets as widgets

from pb2b_notebook import threads
from pb2b_notebook.display.hiding import hide_progress
from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError, UsageError, nearest
from pb2b_notebook.forms import access, buttons, rendering
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import StoppedWatching, StoppedWork, Watch
from pb2b_notebook.upserts.target_workspace import Target
from pb2b_notebook.workspace import Workspace

Value = TypeVar("Value")
if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    ResultT = TypeVarWithDefault("ResultT", default=Any)
else:
    ResultT = TypeVar("ResultT")  # Python 3.13 is the first one in which a TypeVar has a default at run time


class ShowsWidget:
    """Shows a widget where the front end has them, and elsewhere how to use the form by value."""

    widget: widgets.Widget

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = self.widget._repr_mimebundle_() or {}
        return {**shown, "text/plain": self._mime_()[1]}

    def _mime_(self) -> tuple[str, str]:
        """Return what marimo shows, which has no Jupyter widgets."""
        return "text/plain", f"{self!r}\n\n{rendering.NO_WIDGETS}"


class Form(ShowsWidget, Generic[ResultT]):
    """Asks for values, does one thing with them, and shows the result.

    Attributes:
        result: Result of the latest submission; ``None`` before it, and after a failure.
        error: Exception of the latest submission, or ``None``.
        widget: The whole form, to be placed in a layout of your own.

    A form does one thing at a time: while it is busy, a click does nothing and :meth:`submit` raises.
    """

    title: ClassVar[str] = ""
    action: ClassVar[str] = "Submit"
    """Label of the button, in one or two words."""
    stopping: ClassVar[str] = ""
    """Label of the button that stops the work; ``""`` where the work cannot be stopped."""
    gives: ClassVar[str] = "result"
    """Name of the result in the example that the form shows for the next cell."""
    operations: ClassVar[tuple[str, ...]] = ()
    """Operations that the button needs; the form warns before any work if the key may not use one of them."""

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Check the workspace here, once for all forms that take one."""
        if "ws" in signature(cls.__init__).parameters:
            access.check_workspace(named.get("ws", given[0] if given else None), cls.__name__)
        return super().__new__(cls)

    def __init__(self, workspace: Workspace[Any] | Target | None = None) -> None:
        self._target = workspace
        self._workspace = cast("Workspace | None", workspace)  # a form that is made with a plan has a target
        self.result: ResultT | None = None
        self.error: BaseException | None = None
        self._busy_lock = threading.Lock()
        self._worker_id = 0
        self._watch = Watch()
        self._worker: Future[None] | None = None
        self._heading = widgets.HTML(self._headline()).add_class("pb2b-heading")
        self._button = buttons.primary(self.action, self._press)
        self._stop = buttons.secondary(self.stopping or "Stop", self.stop)
        self._reopen_button = buttons.secondary("Try again", lambda: self._start(self._reopen))
        self._bar = widgets.FloatProgress(min=0, max=1, layout=widgets.Layout(display="none", width="16em"))
        self._activity = widgets.HTML()
        self._message = widgets.HTML().add_class("pb2b-message")
        self._outcome = widgets.VBox([])
        self._stop.layout.display = "none"
        self._missing: list[tuple[str, ProspectB2BError]] = []
        self.widget = widgets.VBox([]).add_class("pb2b-form")
        self._open()

    @hide_progress()
    def _open(self) -> None:
        """Read what the form needs to be shown, and lay out its widgets."""
        self._missing = []
        self._inputs = {one.name: one for one in self._ask()}
        beside = (
            [widgets.HTML(rendering.button_badge(self._target))] if access.writes(self._target, self.operations) else []
        )
        row = buttons.row(
            self._button, *self._more_buttons(), self._reopen_button, self._stop, *beside, self._bar, self._activity
        ).add_class("pb2b-actions")
        above, below = self._body(), self._below()
        self.widget.children = [self._heading, *above, row, self._message, self._outcome, *below]
        self._reopen_button.layout.display = "" if self._missing else "none"
        self._message.value = self._warning()
        self._after_open()

    def _reopen(self) -> None:
        """Try again to read what could not be read when the form opened; values that are filled in stay."""
        kept = {name: one.read() for name, one in self._inputs.items()}
        self._open()
        self.values = {name: value for name, value in kept.items() if name in self._inputs}

    def _fetch_or_default(self, fetch: Callable[[], Value], default: Value, missing: str) -> Value:
        """Read what the form needs to open. If that fails, the form opens without it, and says so."""
        try:
            return fetch()
        except ProspectB2BError as problem:
            self._missing.append((missing, problem))
            return default

    def _headline(self) -> str:
        return rendering.heading(self.title, f'<span class="pb2b-workspace">{rendering.badge(self._target)}</span>')

    def _warning(self) -> str:
        """Return what is in the way, as HTML: what the key may not do, and what could not be read."""
        missing = [rendering.failure(problem, title=title, kind="warning") for title, problem in self._missing]
        return "".join([access.warning(self._target, self.operations), *missing])

    def revisit(self) -> None:
        """Show again what may have changed while another form of the page was used."""

    def show_access(self) -> None:
        """Show again what is in the way, after it may have changed."""
        self._message.value = self._warning()

    # --- for subclasses ---------------------------------------------------------------------------------------------

    def _ask(self) -> Sequence[Input]:
        """Return the inputs, in tab order."""
        return ()

    def _body(self) -> Sequence[Any]:
        """Return the widgets between heading and buttons; by default those of the inputs."""
        return [one.widget for one in self._inputs.values()]

    def _more_buttons(self) -> Sequence[Any]:
        """Return the buttons beside the first."""
        return ()

    def _below(self) -> Sequence[Any]:
        """Return the widgets below the result."""
        return ()

    def _after_open(self) -> None:
        """Finish the form after it was opened or opened again."""

    def _run(self, values: Mapping[str, Any], watch: Watch) -> ResultT:
        """Do the work: call a plain function."""
        raise NotImplementedError

    def _is_ready(self) -> bool:
        """Return whether the button has anything to do."""
        return True

    def _show(self, result: ResultT) -> Sequence[Any]:
        """Return the widgets that show a result."""
        return [self._result_notice("success", "Done", rendering.text(result))]

    # --- for users --------------------------------------------------------------------------------------------------

    @property
    def values(self) -> dict[str, Any]:
        """The values of the inputs, by name; assigning a dict changes the values that it names."""
        return {name: one.read() for name, one in self._inputs.items()}

    @values.setter
    def values(self, given: Mapping[str, Any]) -> None:
        if not isinstance(given, Mapping):
            raise InvalidParameterError(
                f"form.values takes a dict of values by name, not {type(given).__name__}",
                repair="print form.values to see the names",
            )
        for name in given:
            if name not in self._inputs:
                raise InvalidParameterError(
                    f"{type(self).__name__} has no input {name!r}", repair=nearest(str(name), list(self._inputs))
                )
        for name, one in self._inputs.items():
            # In the order of the form: an input may depend on one before it, as columns do on the file.
            if name in given:
                one.set(given[name])

    @property
    def busy(self) -> bool:
        """Whether a submission is running."""
        return self._busy_lock.locked()

    def submit(self, **values: Any) -> ResultT:
        """Do what the button does, in this thread, and return the result.

        Args:
            values: Values to set first, as by assigning :attr:`values`.

        Returns:
            The result. It is also shown, and is :attr:`result`.

        Raises:
            UsageError: The form is busy; nothing was sent.
            InvalidParameterError: The form has no such input, or a value does not fit; nothing was sent.
            ProspectB2BError: The work failed. The error is also shown, and is :attr:`error`.
        """

        def work() -> None:
            self.values = values
            self._submission()

        self._run_now(work)
        return cast("ResultT", self.result)

    def click(self) -> None:
        """Submit in a background thread and show the result, as the button does; while busy, do nothing."""
        self._start(self._submission)

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until the work that a click started has ended.

        Args:
            timeout: Longest wait in seconds; the work goes on after it. By default there is no limit.
        """
        if self._worker is not None:
            wait([self._worker], timeout)
        return self

    def _press(self) -> None:
        """Do what a press of the button does; a form may ask first."""
        self.click()

    def stop(self) -> None:
        """Stop watching; jobs that were started go on at the service."""
        self._watch.stop()

    def _submission(self) -> None:
        self.result, self._outcome.children = None, ()
        self.result = result = self._run(self.values, self._watch)
        self._outcome.children = tuple(self._show(result))

    def _button_for(self, label: str, work: Callable[[], None]) -> Any:
        """Return a further button; its work runs in the background, never at the same time as other work."""
        return buttons.secondary(label, lambda: self._start(work))

    def _result_notice(self, kind: str, title: str, *paragraphs: str) -> Any:
        """Return a notice about the result that also says how to use the result in a cell."""
        name = rendering.cell_hint(f"<code>{self.gives} = form.result</code>")
        return widgets.HTML(rendering.notice(kind, title, *paragraphs, name))

    def _show_message(self, kind: str, title: str, *paragraphs: str) -> None:
        """Show a message below the buttons; the paragraphs are HTML already."""
        self._message.value = rendering.notice(kind, title, *paragraphs)

    @hide_progress()
    def _run_callback(self, act: Callable[[], None]) -> None:
        """Run a short callback of a widget; its error is shown, since front ends hide what a callback raises."""
        self.error, self._message.value = None, self._warning()
        try:
            act()
        except Exception as problem:  # noqa: BLE001 - shown and kept
            self._show_failure(problem)

    @hide_progress()
    def _run_now(self, work: Callable[[], None]) -> None:
        """Do the work in this thread; an error is shown and raised."""
        if not self._busy_lock.acquire(blocking=False):
            raise UsageError("this form is still busy", repair="call form.wait(), then submit again")
        try:
            self._begin()
            self._worker_id = threading.get_ident()
            work()
        except BaseException as problem:
            self._show_failure(problem)
            raise
        finally:
            self._end()

    def _start(self, work: Callable[[], None]) -> None:
        if not self._busy_lock.acquire(blocking=False):
            return
        self._begin()
        self._worker = threads.start(partial(self._work, work), name=f"pb2b-{type(self).__name__}")

    @hide_progress()
    def _work(self, work: Callable[[], None]) -> None:
        self._worker_id = threading.get_ident()
        try:
            work()
        except BaseException as problem:  # noqa: BLE001 - a thread would hide it: it is shown and kept
            self._show_failure(problem)
        finally:
            self._end()

    def _begin(self) -> None:
        self._worker_id = 0
        self.error = None
        self._watch = Watch(self._report)
        self._button.disabled = True
        self._message.value = self._warning()
        self._stop.layout.display = "" if self.stopping else "none"
        self._report(None, "working …")

    def _report(self, done: float | None, what: str) -> None:
        self._bar.layout.display = "none" if done is None else ""
        self._bar.value = done or 0.0
        self._activity.value = rendering.text(what)

    def _show_failure(self, problem: BaseException) -> None:
        self.error = problem
        if isinstance(problem, StoppedWork):
            again = f"Nothing was sent. Press {self._button.description} to begin again."
            self._show_message("info", "Stopped", again)
        elif isinstance(problem, StoppedWatching):
            again = f"watch it again: <code>{rendering.text(problem.reattach)}</code>" if problem.reattach else ""
            self._show_message("info", "Stopped watching", again, *rendering.notes(problem))
        elif isinstance(problem, KeyboardInterrupt):
            self._show_message(
                "warning", "Interrupted", rendering.text(f"Press {self._button.description} to continue.")
            )
        else:
            self._message.value = rendering.failure(problem)

    def _end(self) -> None:
        self._button.disabled = not self._is_ready()
        self._stop.layout.display = "none"
        self._bar.layout.display = "none"
        self._activity.value = ""
        self._busy_lock.release()

    @property
    def _ws(self) -> Workspace[Any]:
        assert self._workspace is not None  # noqa: S101 - only forms that take a workspace ask for it
        return self._workspace

    def _set_workspace(self, workspace: Workspace[Any] | None) -> None:
        self._target = self._workspace = workspace
        self._heading.value = self._headline()

    def __repr__(self) -> str:
        state = "busy" if self.busy else "failed" if self.error else "done" if self.result is not None else "ready"
        lines = [f"{type(self).__name__}: {self.title} ({state})"]
        lines += [f"  {name} = {_value_text(one)}" for name, one in self._inputs.items()]
        return "\n".join([*lines, f"  form.values = {{…}}; form.submit()   # {self.action}"])


def _value_text(one: Input) -> str:
    try:
        return repr(one.read()).replace("\n", "\n  ")
    except InvalidParameterError as problem:
        return f"({problem.message})"
