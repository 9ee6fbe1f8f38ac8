"""Clean a messy frame of leads, with every decision visible.

::

    frame ─ report ─ normalize ─ validate ─ screen ─ duplicates ─ merge ─► frame

The wings; a wing uses only those above it, and ``recipes`` replays steps of all:

``values``         one module for each kind of value: text, names, companies, phones, emails, titles, dates, tags
``normalization``  ``normalize``: one form for each value, derived columns, suggestions
``checks``         ``report``, ``validate`` (the errors of an import) and ``screen`` (leads not to contact)
``linkage``        ``duplicates`` (rows about the same person), ``accounts`` and ``learn``
``merging``        ``merge``: one record of each cluster

Each step takes a pandas or polars frame and returns a result with ``.frame`` and a record of its changes. No step makes
a request, or opens a file but those of the work folder that it is passed: with it, lists that do not fit in memory are
computed in portions (``disk_frames``), by the functions that Spark runs on the partitions of a list (``spark_frames``).

What the wings share: ``frames`` opens and returns frames, ``lead_columns`` finds the columns of lead fields,
``row_context`` has the country and name of a row, ``cells`` and ``rewriting`` change the distinct values of a column,
``options`` checks arguments, ``steps`` records a step, and ``import_rules`` says what an import accepts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.cleanup.checks.report import Report, report
    from pb2b_notebook.cleanup.checks.screen import Screening, screen
    from pb2b_notebook.cleanup.checks.validate import Validation, validate
    from pb2b_notebook.cleanup.linkage.accounts import Accounts, accounts
    from pb2b_notebook.cleanup.linkage.find import duplicates
    from pb2b_notebook.cleanup.linkage.learning import learn
    from pb2b_notebook.cleanup.linkage.results.result import Duplicates
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.spark.duplicates import DuplicatesOnSpark
    from pb2b_notebook.cleanup.merging.merge import Merge, merge
    from pb2b_notebook.cleanup.merging.on_spark import MergeOnSpark
    from pb2b_notebook.cleanup.normalization.normalize import Normalized, normalize
    from pb2b_notebook.cleanup.recipes import Recipe

_HOMES = {
    "Normalized": "normalization.normalize",
    "normalize": "normalization.normalize",
    "Accounts": "linkage.accounts",
    "accounts": "linkage.accounts",
    "Duplicates": "linkage.results.result",
    "DuplicatesOnSpark": "linkage.spark.duplicates",
    "Merge": "merging.merge",
    "MergeOnSpark": "merging.on_spark",
    "Recipe": "recipes",
    "Report": "checks.report",
    "report": "checks.report",
    "Screening": "checks.screen",
    "screen": "checks.screen",
    "Validation": "checks.validate",
    "Weights": "linkage.scores.weights",
    "duplicates": "linkage.find",
    "learn": "linkage.learning",
    "merge": "merging.merge",
    "validate": "checks.validate",
}

__all__ = [
    "Accounts",
    "Duplicates",
    "DuplicatesOnSpark",
    "Merge",
    "MergeOnSpark",
    "Normalized",
    "Recipe",
    "Report",
    "Screening",
    "Validation",
    "Weights",
    "accounts",
    "duplicates",
    "learn",
    "merge",
    "normalize",
    "report",
    "screen",
    "validate",
]

__getattr__, __dir__ = exports(__name__, _HOMES)
