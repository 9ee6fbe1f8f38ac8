"""Scroll the browser to the top of a form, when another step of it is shown."""

from __future__ import annotations

import anywidget
import traitlets


class ScrollUp(anywidget.AnyWidget):
    """Scrolls to the top of the form around it; it has no height of its own.

    Example:
        >>> top = ScrollUp()
        >>> top.scroll()
        >>> top.asked
        1
    """

    _esm = """
    function render({ model, el }) {
      const scroll = () => el.closest(".pb2b-form")?.scrollIntoView({ block: "start" });
      model.on("change:asked", scroll);
      return () => model.off("change:asked", scroll);
    }
    export default { render };
    """
    _css = ".pb2b-form { scroll-margin-top: 4em }"  # the app's top stays in sight above it
    asked = traitlets.Int().tag(sync=True)

    def scroll(self) -> None:
        """Scroll now."""
        self.asked += 1
