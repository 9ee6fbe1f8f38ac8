"""Pairs of columns that have the name of a field and its value, as Google Contacts exports custom fields. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from pb2b_notebook.mapping.columns import cells_of
from pb2b_notebook.nulls import is_null
from pb2b_notebook.opt_outs import can_say, is_remark

_END: Final = re.compile(r"(?i)[\s_-]+(label|type|name|key)$")


def columns_with_cells(frame: Any) -> list[tuple[Any, list[Any]]]:
    """Return the columns of a list with their cells; a pair of label and value is a column with the name of each label.

    Only labels that can say who may be contacted, and labels of remarks, become columns.

    >>> import pandas as pd
    >>> columns_with_cells(pd.DataFrame({"Field 1 - Label": ["Opt-out", "Shoes"], "Field 1 - Value": ["no", "42"]}))
    [('Field 1 - Label', [None, 'Shoes']), ('Field 1 - Value', [None, '42']), ('Opt-out', ['no', None])]
    """
    found = {column: cells_of(frame, column) for column in frame.columns}
    folded = {str(column).lower(): column for column in found}
    further: dict[Any, list[Any]] = {}
    for column in [*found]:
        end = _END.search(str(column))
        value = folded.get(str(column).lower()[: end.start(1)] + "value") if end else None
        if value is None:
            continue
        labels, values = found[column], found[value]
        read = {label for label in labels if isinstance(label, str) and (can_say(label) or is_remark(label))}
        for row, label in enumerate(labels):
            if isinstance(label, str) and label in read and not _is_blank(values[row]):
                further.setdefault(label, [None] * len(labels))[row] = values[row]
                labels[row] = values[row] = None
    return [*found.items(), *further.items()]


def _is_blank(cell: Any) -> bool:
    return is_null(cell) or not str(cell).strip()
