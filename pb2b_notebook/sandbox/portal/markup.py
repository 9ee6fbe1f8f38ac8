"""HTML as values: text is always escaped when it becomes markup."""

import re
from dataclasses import dataclass
from html import escape

_VOID = frozenset({"br", "meta", "link"})
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of HTML that needs no escaping."""

    html: str


Content = Markup | str | None


def element(name: str, /, *content: Content, **attributes: str) -> Markup:
    """Return an element; strings in it are escaped text, and ``None`` is left out.

    Attributes are named as in HTML; an underscore at the end is dropped (``class_``), one inside is a hyphen.

    >>> element("p", "1 < 2", class_="note").html
    '<p class="note">1 &lt; 2</p>'
    """
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    inner = join(*content).html
    return Markup(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{inner}</{name}>")


def join(*content: Content) -> Markup:
    """Concatenate pieces.

    >>> join("a & b", None, element("b", "c")).html
    'a &amp; b<b>c</b>'
    """
    return Markup("".join(_render(each) for each in content))


def _render(content: Content) -> str:
    if isinstance(content, Markup):
        return content.html
    return "" if content is None else escape(content)


def prose(text: str) -> Markup:
    """Render a description of the document: `code` and **emphasis**, nothing else.

    >>> prose("Give `a<b` **back**.").html
    'Give <code>a&lt;b</code> <strong>back</strong>.'
    """
    pieces: list[Content] = []
    end = 0
    for match in _INLINE.finditer(text):
        pieces += [text[end : match.start()], _render_inline(match)]
        end = match.end()
    return join(*pieces, text[end:])


def _render_inline(match: re.Match[str]) -> Markup:
    return element("code", match[1]) if match[1] else element("strong", match[2])


def table(heads: tuple[str, ...], rows: list[tuple[Content, ...]]) -> Markup | None:
    """Return a table, or ``None`` if there are no rows."""
    if not rows:
        return None
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="scroll")


def code(text: str) -> Markup:
    """Return a block of code."""
    return element("pre", element("code", text), tabindex="0")
