"""Files of leads: CSV, XLSX, JSON Lines and Parquet, read whatever they look like and written so that they come back.

Reading::

    sources ─► formats ─► csv_reading (encodings, dialects, headers, guarding)  ┐
                          xlsx_reading (xlsx_inspection, headers, guarding)     ├─► interpretation ─► table ─► frame
                          jsonl_files · parquet_files                           ┘        └► reports

Writing::

    frame ─► columns ─► csv_writing · xlsx_writing · jsonl_files · parquet_files ─► targets
                └► metadata: what the file remembers
"""

from __future__ import annotations

from pb2b_notebook.files.reading import read_leads
from pb2b_notebook.files.reports import FileReport, Finding, SavedFile
from pb2b_notebook.files.saving import save_leads

__all__ = ["FileReport", "Finding", "SavedFile", "read_leads", "save_leads"]
