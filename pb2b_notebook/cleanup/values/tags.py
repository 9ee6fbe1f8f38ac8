"""Tags and other fields of several values: each value once, trimmed, options in their own spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.values.text import Rewritten, tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def rewrite_tags(
    tags: Iterable[str], options: Sequence[str] = (), *, without: frozenset[str] = frozenset()
) -> tuple[list[str], tuple[str, ...]]:
    """Return the tags of a cell in their canonical form, and the rules that changed them.

    Args:
        tags: Tags as the cell has them.
        options: Options of the field; a tag that differs by case becomes the option.
        without: Rules that are not applied.

    >>> rewrite_tags(["vip ", "VIP", "", "a"], options=["A"])
    (['vip', 'A'], ('whitespace', 'repeated', 'blank', 'option'))
    """
    spelling = {option.casefold(): option for option in options}
    rules: dict[str, None] = {}
    found: list[str] = []
    seen = set[str]()
    for text in tags:
        # "none" may be an option.
        tidy = Rewritten(text, ()) if text.casefold() in spelling else tidy_text(text, without=without)
        change = dict.fromkeys(tidy.rules if text else ("blank",))
        tag = tidy.value
        if tag is None and "blank" in without and not text:
            tag, change = text, {}
        if tag is not None and "option" not in without and spelling.get(tag.casefold(), tag) != tag:
            tag, change = spelling[tag.casefold()], change | {"option": None}
        if tag is not None and tag.casefold() in seen and "repeated" not in without:
            tag, change = None, change | {"repeated": None}
        if tag is not None:
            found.append(tag)
            seen.add(tag.casefold())
        rules |= change
    return found, tuple(rules)
