"""Sentences about figures, computed, and true for nothing, for one and for less than before."""

from __future__ import annotations

from typing import Final

from pb2b_notebook.display.counting import count_text as numbered
from pb2b_notebook.plots.proportions import wilson

_FINE: Final = (0.01, 0.99)


def count_text(number: float, one: str, many: str) -> str:
    """Return a number with its noun; "no" for none.

    >>> [count_text(number, "lead", "leads") for number in (0, 1, 1200)]
    ['no leads', '1 lead', '1,200 leads']
    """
    return f"no {many}" if number == 0 else numbered(round(number), one, many)


def share_text(part: float) -> str:
    """Return a share as a percentage, with a decimal where a whole one would say nothing.

    >>> share_text(0.5481), share_text(0.004), share_text(0), share_text(0.997), share_text(1)
    ('55%', '0.4%', '0%', '99.7%', '100%')
    """
    fine = 0 < part < _FINE[0] or _FINE[1] < part < 1
    return f"{part:.1%}" if fine else f"{part:.0%}"


def compare_counts(now: float, before: float | None, one: str, many: str, when: str) -> str:
    """Return a sentence about a number and the one before.

    Args:
        now: Number in the period.
        before: Number before; ``None`` if it is unknown.
        one: Noun of one, such as "new lead".
        many: Noun of several.
        when: When the number before was counted, such as "in the week before".

    >>> compare_counts(12, 15, "new lead", "new leads", "in the week before")
    '12 new leads, 3 fewer than in the week before (15).'
    >>> compare_counts(0, 0, "new lead", "new leads", "in the week before")
    'No new leads, and none in the week before.'
    >>> compare_counts(1, None, "new lead", "new leads", "in the week before")
    '1 new lead.'
    """
    what = count_text(now, one, many)
    if before is None:
        rest = ""
    elif before == 0:
        rest = f", and none {when}" if now == 0 else f"; none {when}"
    elif now == 0:
        rest = f"; {before:,.0f} {when}"
    elif now == before:
        rest = f", as many as {when}"
    else:
        rest = f", {abs(now - before):,.0f} {'more' if now > before else 'fewer'} than {when} ({before:,.0f})"
    return f"{what[0].upper()}{what[1:]}{rest}."


def compare_rates(now: tuple[float, float], before: tuple[float, float], when: str) -> str:
    """Return a sentence about a reply rate and the one before; a difference is only claimed where it is clear.

    Args:
        now: Replies and delivered messages.
        before: The same before.
        when: When that was, such as "in the week before".

    >>> compare_rates((8, 69), (9, 73), "in May")
    '8 replies to 69 delivered messages so far (12%); 12% (9 of 73) in May, which is not a clear difference.'
    >>> compare_rates((0, 0), (9, 73), "in the week before")
    'No messages were delivered; 12% (9 of 73) were replied to in the week before.'
    >>> compare_rates((40, 100), (5, 100), "in the week before")
    '40 replies to 100 delivered messages so far (40%); 5% (5 of 100) in the week before, which is clearly less.'
    """
    (replied, delivered), (replied_before, delivered_before) = now, before
    earlier = _rate(replied_before, delivered_before)
    if not delivered:
        if earlier is None:
            return (
                f"No messages were delivered, and none {when}."
                if not delivered_before
                else "No messages were delivered."
            )
        share = f"{share_text(earlier)} ({replied_before:,.0f} of {delivered_before:,.0f})"
        return f"No messages were delivered; {share} were replied to {when}."
    rate = _rate(replied, delivered)
    messages = count_text(delivered, "delivered message", "delivered messages")
    counts = f"{count_text(replied, 'reply', 'replies').capitalize()} to {messages}"
    if rate is None:
        return f"{counts}: more replies than messages, so there is no rate."
    first = f"{counts} so far ({share_text(rate)})"
    if earlier is None:
        return f"{first}; none were delivered {when}." if not delivered_before else f"{first}."
    what = f"{share_text(earlier)} ({replied_before:,.0f} of {delivered_before:,.0f}) {when}"
    low, high = wilson(replied, delivered)
    low_before, high_before = wilson(replied_before, delivered_before)
    clear = "less" if high_before < low else "more" if low_before > high else ""
    return f"{first}; {what}, which is {f'clearly {clear}' if clear else 'not a clear difference'}."


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole and 0 <= part <= whole else None
