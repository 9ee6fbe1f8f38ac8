"""Show the dashboard of a workspace, and save it as a picture."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from pb2b_notebook.display.cards import escape
from pb2b_notebook.forms import buttons, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.browser_files import FileSave
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.workspace import Workspace

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ABOUT = "Leads, campaigns, replies, jobs, usage, webhooks and requests on one page. It only reads: about 20 requests."


class DashboardForm(Form["Figure"]):
    """Show the state of a workspace on one page of pictures.

    ``form.result`` is the figure of :meth:`ws.dashboard() <pb2b_notebook.Workspace.dashboard>`.

    Args:
        ws: The workspace.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     len(pb.forms.DashboardForm(ws).submit().axes) >= 9
        True
    """

    title: ClassVar[str] = "Dashboard"
    action: ClassVar[str] = "Show the dashboard"
    stopping: ClassVar[str] = "Stop"
    gives: ClassVar[str] = "figure"
    operations: ClassVar[tuple[str, ...]] = ("leads.list",)

    def __init__(self, ws: Workspace[Any]) -> None:
        super().__init__(ws)

    def _body(self) -> Sequence[Any]:
        return [widgets.HTML(rendering.wrap(f"<small>{_ABOUT}</small>"))]

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Figure:  # noqa: ARG002 - it asks for none
        with watch.computing("drawing the dashboard …"):
            return self._ws.dashboard()

    def _show(self, result: Figure) -> Sequence[Any]:
        file = io.BytesIO()
        result.savefig(file, format="png", dpi=100)
        picture = file.getvalue()
        titles = "; ".join(filter(None, (axes.get_title(loc="left") for axes in result.axes)))
        what = escape(rendering.plain(titles, most=1_000))
        source = f"data:image/png;base64,{b64encode(picture).decode('ascii')}"
        # On a phone it scrolls to the side: smaller, its words could not be read.
        image = f'<img src="{source}" alt="{what}" style="width:100%;min-width:60em">'
        save = FileSave("Download the picture", lambda: ("dashboard.png", picture), self._show_failure)
        notice = self._result_notice("success", "The dashboard is drawn")
        return [notice, buttons.row(save), widgets.HTML(f'<div style="overflow-x:auto" tabindex="0">{image}</div>')]
