"""Draw the pictures of the README again: ``python docs/pictures.py`` writes ``docs/images/``.

Each is small enough to load at once: at most 60 kB.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

import pb2b_notebook as pb
from pb2b_notebook.plots.canvases import png

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

IMAGES = Path(__file__).parent / "images"
PICTURES: dict[str, Callable[[pb.Workspace], Figure]] = {
    "dashboard": lambda ws: ws.dashboard(cached=True),
    "campaigns": lambda ws: pb.plots.compare_runs(ws.campaigns.runs(), rate="replied/delivered").figure,
    "leads": lambda ws: pb.plots.leads_over_time(ws.leads.list(progress=False), by="source").figure,
}
WIDEST = 1000
"""Pixels: as wide as a page shows it."""


def draw() -> None:
    """Write each picture, no wider than a page."""
    IMAGES.mkdir(exist_ok=True)
    with pb.open_sandbox() as ws:
        for name, picture in PICTURES.items():
            (IMAGES / f"{name}.png").write_bytes(_narrowed(png(picture(ws))))


def _narrowed(picture: bytes) -> bytes:
    image = Image.open(BytesIO(picture))
    if image.width <= WIDEST:
        return picture
    made = BytesIO()
    size = (WIDEST, round(image.height * WIDEST / image.width))
    image.convert("RGB").resize(size, Image.Resampling.LANCZOS).quantize(48, method=1).save(made, "png", optimize=True)
    return made.getvalue()


if __name__ == "__main__":
    draw()
