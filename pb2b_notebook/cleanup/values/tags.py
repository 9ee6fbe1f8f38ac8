"""Tags and other fields of several values: each value once, trimmed, options in their own spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.values.text import Rewritten, tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def rewrite_tags(tags: Iterable[str], options: Sequence[str] = ()) -> tuple[list[str], tuple[str, ...]]:
    """Return the tags of a cell in their canonical form, and the rules that changed them.

    Args:
        tags: Tags as the cell has them.
        options: Options of the field; a tag that differs by case becomes the option.

    >>> rewrite_tags(["vip ", "VIP", "", "a"], options=["A"])
    (['vip', 'A'], ('whitespace', 'repeated', 'blank', 'option'))
    """
    spelling = {option.casefold(): option for option in options}
    rules: dict[str, None] = {}
    found: dict[str, str] = {}
    for text in tags:
        # "none" may be an option.
        tidy = Rewritten(text, ()) if text.casefold() in spelling else tidy_text(text)
        rules |= dict.fromkeys(tidy.rules if text else ("blank",))
        if tidy.value is None:
            continue
        tag = spelling.get(tidy.value.casefold(), tidy.value)
        if tag != tidy.value:
            rules["option"] = None
        if tag.casefold() in found:
            rules["repeated"] = None
        found.setdefault(tag.casefold(), tag)
    return list(found.values()), tuple(rules)
