"""Connect from a form: to the sandbox, with a profile, or with a key that is kept in memory only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import ipywidgets as widgets
import traitlets

from pb2b_notebook import credentials
from pb2b_notebook.credentials import Secret
from pb2b_notebook.display.cards import card_of
from pb2b_notebook.errors import InvalidKeyError, MissingKeyError, UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.workspace import Workspace

WHERE = {
    "the sandbox on this machine": "sandbox",
    "a profile of the configuration file": "profile",
    "the live service, with a key": "live",
}

_ABOUT = {
    "sandbox": "Invented leads, to try everything without harm. Nothing of it is kept when you close it.",
    "profile": "A workspace whose address and key are stored on this machine.",
    "live": "Your own leads. The key is kept in memory only.",
}


def open_workspace(values: Mapping[str, Any]) -> Workspace[Any]:
    """Connect with the values of a :class:`ConnectForm`, and return the workspace.

    Args:
        values: Values by name: ``where`` ("sandbox", "profile" or "live"), ``profile``, ``key`` (a :class:`Secret`),
            ``read_only`` and ``frame``.

    Raises:
        MissingKeyError: ``where`` is "live" and no key was typed.
        UsageError: ``where`` is "profile" and no profile was chosen.
        ProspectB2BError: The connection failed; see :func:`pb2b_notebook.connect`.

    Example:
        >>> with open_workspace({"where": "sandbox", "read_only": True, "frame": "pandas"}) as ws:
        ...     ws.live, ws.read_only
        (False, True)
    """
    from pb2b_notebook.connections import connect, open_sandbox

    options = {"read_only": values["read_only"], "frame": values["frame"]}
    if values["where"] == "sandbox":
        return open_sandbox(**options)
    if values["where"] == "profile":
        if values["profile"] is None:
            raise UsageError(
                "no profile is chosen", repair=f"choose a profile, or add one to {credentials.config_path()}"
            )
        return connect(profile=values["profile"], **options)
    if values["key"] is None:
        raise MissingKeyError("no API key was typed", repair="paste the key, or choose the sandbox, which needs no key")
    return connect(values["key"], **options)


class KeyField(widgets.Password):  # type: ignore[misc]  # ipywidgets has no types
    """A password box whose text is not sent back to other views of the notebook."""

    value = traitlets.Unicode("").tag(sync=True, echo_update=False)


class _KeyBox:
    """Takes the key out of its box as soon as it is typed, since a notebook saves the state of its boxes."""

    def __init__(self) -> None:
        self.secret: Secret | None = None
        self.field = KeyField(placeholder="pb2b_live_…", continuous_update=False, **inputs.box_options("API key"))
        self.field.observe(self._take_typed, "value")
        self._note = widgets.HTML()
        self.widget = widgets.VBox([self.field, self._note])

    def _take_typed(self, change: Mapping[str, Any]) -> None:
        typed = change["new"]
        if not typed:
            return
        self.field.value = ""
        try:
            self.hold(credentials.api_key(typed))
        except InvalidKeyError as problem:
            self.secret = None
            self._note.value = rendering.failure(problem)

    def hold(self, key: Secret | str | None) -> None:
        """Keep a key in memory, or forget the one that is kept."""
        self.secret = credentials.api_key(key) if isinstance(key, str) else key
        held = rendering.notice("info", "Key kept in memory only", rendering.text(self.secret))
        self._note.value = "" if self.secret is None else held


class ConnectForm(Form[Workspace[Any]]):
    """Connect to the sandbox, with a profile, or to the live service with a key.

    ``form.result`` is the workspace, as :func:`pb2b_notebook.connect` returns it. The key is taken out of its box as
    soon as it is typed, and is never saved in the notebook.

    Example:
        >>> import pb2b_notebook as pb
        >>> form = pb.forms.ConnectForm()
        >>> with form.submit(where="sandbox") as ws:
        ...     ws.live
        False
    """

    title: ClassVar[str] = "Connect to ProspectB2B"
    action: ClassVar[str] = "Connect"
    gives: ClassVar[str] = "ws"

    def _ask(self) -> Sequence[Input]:
        self._key = _KeyBox()
        none: list[str] = []
        profiles = self._fetch_or_default(
            credentials.profile_names, none, "The profiles of the configuration file could not be read"
        )
        self._where = inputs.choice("where", "Workspace of", WHERE, "profile" if profiles else "sandbox")
        self._profile = inputs.choice("profile", "Profile", [None, *profiles], profiles[0] if profiles else None)
        self._about = inputs.note()
        self._where.widget.observe(lambda _: self._show_what_applies(), "value")
        asked = [
            self._where,
            self._profile,
            inputs.Input("key", self._key.widget, lambda: self._key.secret, self._key.hold),
            inputs.flag("read_only", "Read-only: refuse every write"),
            inputs.choice("frame", "Frames", ["pandas", "polars"]),
        ]
        self._show_what_applies()
        return asked

    def _body(self) -> Sequence[Any]:
        first, *rest = super()._body()
        return [first, self._about, *rest]

    def _show_what_applies(self) -> None:
        where = self._where.read()
        self._about.value = rendering.wrap(f"<small>{rendering.text(_ABOUT[where])}</small>")
        self._profile.widget.layout.display = "" if where == "profile" else "none"
        self._key.widget.layout.display = "" if where == "live" else "none"

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Workspace[Any]:
        watch.report(None, "connecting …")
        return open_workspace(values)

    def _show(self, result: Workspace[Any]) -> Sequence[Any]:
        self._set_workspace(result)
        card = widgets.HTML(rendering.wrap(card_of(result).html()))
        return [self._result_notice("success", "Connected"), card]
