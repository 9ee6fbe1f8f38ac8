"""The base of every form: it shows and asks, and a plain function beside it does the work.

A form works by hand and by value alike::

    form = pb.forms.ExportForm(ws)
    form                                    # in a notebook: the widgets
    form.values = {"format": "xlsx"}        # what is not named stays
    result = form.submit()                  # returns, or raises what the button would show

All forms look alike: the heading says whose data it is; then what is asked; then a row of buttons, the first of which
does what the form is for, with how far it is; right under it the message, the one place where it is said what went
wrong or what stands in the way, and what to do; then what came of it. What is wrong with one value stands beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

import ipywidgets as widgets

from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError, UsageError, nearest
from pb2b_notebook.forms import buttons, rendering
from pb2b_notebook.forms.watching import StoppedWatching, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pb2b_notebook.forms.inputs import Input
    from pb2b_notebook.upserts.target import Target
    from pb2b_notebook.workspace import Workspace

Answer = TypeVar("Answer")


class Form:
    """Asks for values, does one thing with them, and shows what came of it.

    Attributes:
        result: what the latest submission returned; ``None`` before, and after a failure.
        error: what the latest submission raised, or ``None``.
        widget: the whole form, to be put into a layout of one's own.

    A form never sends twice at once: a click while it is busy does nothing, a :meth:`submit` then raises.
    """

    title: ClassVar[str] = ""
    action: ClassVar[str] = "Submit"
    """The button's label: what it does, in one or two words."""
    stopping: ClassVar[str] = ""
    """The label of the button that ends the work before its end; none where nothing could be ended."""
    gives: ClassVar[str] = "result"
    """What one calls the result in a cell."""
    operations: ClassVar[tuple[str, ...]] = ()
    """What the button asks of the service: where the key may not, the form says so before anything is launched."""

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Refuse what is no workspace where a form begins with one: each form would else fail in its own way."""
        if "ws" in signature(cls.__init__).parameters:
            check_workspace(named.get("ws", given[0] if given else None), cls.__name__)
        return super().__new__(cls)

    def __init__(self, workspace: Workspace | Target | None = None) -> None:
        self._target = workspace
        self._workspace = cast("Workspace | None", workspace)  # but for a form that is made with a plan
        self.result: Any = None
        self.error: BaseException | None = None
        self._busy_lock = threading.Lock()
        self._worker_id = 0
        self._watch = Watch()
        self._worker: threading.Thread | None = None
        self._heading = widgets.HTML(self._headline()).add_class("pb2b-heading")
        self._button = buttons.primary(self.action, self.click)
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

    def _open(self) -> None:
        """Ask what the form needs to be shown, and show it."""
        self._missing = []
        self._inputs = {one.name: one for one in self._ask()}
        beside = [widgets.HTML(rendering.button_badge(self._target))] if self._writes() else []
        row = buttons.row(
            self._button, *self._more_buttons(), self._reopen_button, self._stop, *beside, self._bar, self._activity
        ).add_class("pb2b-actions")
        above, below = self._body(), self._below()
        self.widget.children = [self._heading, *above, row, self._message, self._outcome, *below]
        self._reopen_button.layout.display = "" if self._missing else "none"
        self._message.value = self._warning()
        self._after_open()

    def _reopen(self) -> None:
        """Ask again what could not be asked as the form opened; what is filled in stays."""
        kept = {name: one.read() for name, one in self._inputs.items()}
        self._open()
        self.values = {name: value for name, value in kept.items() if name in self._inputs}

    def _fetch_or_default(self, ask: Callable[[], Answer], instead: Answer, told: str) -> Answer:
        """What is asked to open the form. Where nobody answers the form opens without it, and says so.

        Args:
            ask: asks.
            instead: of an answer.
            told: what is not there then, as a sentence.
        """
        try:
            return ask()
        except ProspectB2BError as problem:
            self._missing.append((told, problem))
            return instead

    def _writes(self) -> bool:
        """Whether the button changes anything at the service."""
        ws = self._target
        return ws is not None and any(ws.operations[one].mutates for one in self.operations if one in ws.operations)

    def _headline(self) -> str:
        return rendering.heading(self.title, rendering.badge(self._target))

    def _warning(self) -> str:
        """What stands in the way, if anything: what the key may not do of this, and what could not be asked."""
        missing = [rendering.failure(problem, title=told, kind="warning") for told, problem in self._missing]
        return "".join([self._access_warning(), *missing])

    def _access_warning(self) -> str:
        ws = self._target
        asked = [] if ws is None else [ws.operations[name] for name in self.operations if name in ws.operations]
        if ws is None or not asked:
            return ""
        writes = self._writes()
        if writes and ws.read_only:
            told = "writes are refused on this side or by the key: connect with another key or without read_only"
            return rendering.notice("warning", "This workspace is read-only", rendering.text(told))
        if writes and ws.writes_locked:
            told = "ws.check() reads what there is; once it has run well, writes are open"
            return rendering.notice("warning", "This service has not been checked yet", rendering.text(told))
        needed = dict.fromkeys(scope for one in asked for scope in one.scopes)
        lacking = [scope for scope in needed if ws.scopes and scope not in ws.scopes]
        if lacking:
            told = f"{', '.join(lacking)}: somebody who manages keys can give it to this one, or make another"
            return rendering.notice("warning", "The key lacks a scope that this needs", rendering.text(told))
        return ""

    # What a form of its own says

    def _ask(self) -> Sequence[Input]:
        """The inputs, in the order of the keyboard."""
        return ()

    def _body(self) -> Sequence[Any]:
        """The widgets between heading and button: by default the inputs'."""
        return [one.widget for one in self._inputs.values()]

    def _more_buttons(self) -> Sequence[Any]:
        """Further buttons beside the first."""
        return ()

    def _below(self) -> Sequence[Any]:
        """What is shown below the message and what came of it."""
        return ()

    def _after_open(self) -> None:
        """What is left to do once the form is there, or there again."""

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Any:
        """Do it: a call of a plain function."""
        raise NotImplementedError

    def _is_ready(self) -> bool:
        """Whether there is something that the button could do."""
        return True

    def _show(self, result: Any) -> Sequence[Any]:
        """The widgets that show a result."""
        return [self._result_notice("success", "Done", rendering.text(result))]

    # What every form can do

    @property
    def values(self) -> dict[str, Any]:
        """What is filled in, by name; assigning a dict changes the named ones."""
        return {name: one.read() for name, one in self._inputs.items()}

    @values.setter
    def values(self, given: Mapping[str, Any]) -> None:
        if not isinstance(given, Mapping):
            raise InvalidParameterError(
                f"the values of a form are a dict by name, not {type(given).__name__}", repair="look at form.values"
            )
        for name in given:
            if name not in self._inputs:
                raise InvalidParameterError(
                    f"{type(self).__name__} has no value {name!r}", repair=nearest(str(name), list(self._inputs))
                )
        for name, one in self._inputs.items():
            # In the order of the form: what comes later may depend on what came before, as columns do on a file.
            if name in given:
                one.set(given[name])

    @property
    def busy(self) -> bool:
        """Whether a submission is under way."""
        return self._busy_lock.locked()

    def submit(self, **values: Any) -> Any:
        """Do it and wait for it, in this thread.

        Args:
            values: set first, as by assigning :attr:`values`.

        Returns:
            The result, which is also :attr:`result` and is shown.

        Raises:
            UsageError: the form is busy, or has no such value; nothing was sent.
            ProspectB2BError: whatever the work raises; it is also :attr:`error` and is shown.
        """

        def work() -> None:
            self.values = values
            self._submission()

        self._run_now(work)
        return self.result

    def click(self) -> None:
        """What the button does: submit beside the cells, and show the outcome. A click while busy does nothing."""
        self._start(self._submission)

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until a click's work has ended.

        Args:
            timeout: seconds; the work goes on if they are over.
        """
        if self._worker is not None:
            self._worker.join(timeout)
        return self

    def stop(self) -> None:
        """Stop watching; what was launched at the service goes on there."""
        self._watch.stop()

    def _submission(self) -> None:
        self.result, self._outcome.children = None, ()
        self.result = self._run(self.values, self._watch)
        self._outcome.children = tuple(self._show(self.result))

    def _button_for(self, label: str, work: Callable[[], None]) -> Any:
        """A further button: its work runs beside the cells, one at a time with the form's own."""
        return buttons.secondary(label, lambda: self._start(work))

    def _result_notice(self, kind: str, title: str, *paragraphs: str) -> Any:
        """What came of it, and what one calls it in a cell."""
        name = rendering.cell_hint(f"<code>{self.gives} = form.result</code>")
        return widgets.HTML(rendering.notice(kind, title, *paragraphs, name))

    def _show_message(self, kind: str, title: str, *paragraphs: str) -> None:
        """Say something in the one place for it; the paragraphs are HTML already."""
        self._message.value = rendering.notice(kind, title, *paragraphs)

    def _run_callback(self, act: Callable[[], None]) -> None:
        """Work of a moment for a button, a box or a key: nobody sees what a callback raises, so it is said."""
        self.error, self._message.value = None, self._warning()
        try:
            act()
        except Exception as problem:  # noqa: BLE001 - shown and kept
            self._show_failure(problem)

    def _run_now(self, work: Callable[[], None]) -> None:
        """Do the work in this thread: what it raises is shown and raised."""
        if not self._busy_lock.acquire(blocking=False):
            raise UsageError("this form is busy with its latest submission", repair="form.wait(), then submit again")
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
        self._worker = threading.Thread(
            target=self._work, args=(work,), name=f"pb2b-{type(self).__name__}", daemon=True
        )
        self._worker.start()

    def _work(self, work: Callable[[], None]) -> None:
        self._worker_id = threading.get_ident()
        try:
            work()
        except BaseException as problem:  # noqa: BLE001 - nobody would see it in a thread: it is shown and kept
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
        if isinstance(problem, StoppedWatching):
            again = f"pick it up again: <code>{rendering.text(problem.reattach)}</code>" if problem.reattach else ""
            self._show_message("info", "Stopped watching", again, *rendering.notes(problem))
        elif isinstance(problem, KeyboardInterrupt):
            self._show_message("warning", "Interrupted", rendering.text(f"press {self._button.description} to go on"))
        else:
            self._message.value = rendering.failure(problem)

    def _end(self) -> None:
        self._button.disabled = not self._is_ready()
        self._stop.layout.display = "none"
        self._bar.layout.display = "none"
        self._activity.value = ""
        self._busy_lock.release()

    def _set_workspace(self, workspace: Workspace | None) -> None:
        self._target = self._workspace = workspace
        self._heading.value = self._headline()

    def __repr__(self) -> str:
        state = "busy" if self.busy else "failed" if self.error else "done" if self.result is not None else "ready"
        lines = [f"{type(self).__name__}: {self.title} ({state})"]
        lines += [f"  {name} = {_value_text(one)}" for name, one in self._inputs.items()]
        return "\n".join([*lines, f"  form.values = {{…}}; form.submit()   # {self.action}"])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The widgets where a front end has them; everywhere else the text says how to go on by value."""
        shown = self.widget._repr_mimebundle_() or {}
        return {**shown, "text/plain": repr(self)}


def check_workspace(given: object, form: str) -> None:
    """Refuse what is no workspace.

    Raises:
        InvalidParameterError: it is none.
    """
    from pb2b_notebook.workspace import Workspace

    if not isinstance(given, Workspace):
        raise InvalidParameterError(
            f"{form} begins with a workspace, and {type(given).__name__} is none",
            repair=f"ws = pb.connect() or pb.open_sandbox(), then pb.forms.{form}(ws, …)",
        )


def _value_text(one: Input) -> str:
    try:
        return repr(one.read()).replace("\n", "\n  ")
    except InvalidParameterError as problem:
        return f"({problem.message})"
