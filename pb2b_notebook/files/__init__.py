"""Files of leads, read in any form, and written so that reading restores the frame.

CSV, workbooks, JSON Lines and Parquet are read and written, and vCards are read.

Reading::

    input_files ─► formats ─► text.csv_reading (encodings, dialects, headers)  ┐
                              workbooks.reading (…_inspection, headers)        ├─► column_types ─► table ─► frame
                              jsonl_files · parquet_files · vcard_files        ┘       └► reports

Writing::

    frame ─► arrow_tables ─► text.csv_writing · workbooks.xlsx_writing · jsonl_files · parquet_files ─► atomic_files
                └► metadata: column types and workspace, stored with the file

``reading`` and ``saving`` run these for ``pb.read_leads`` and ``pb.save_leads``. ``cells`` and ``escaping`` write
values as text that is read back exactly; ``nested_objects`` opens objects inside of JSON; ``plain_frames`` has
``pb.flatten`` and ``pb.excel_frame``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.files.plain_frames import excel_frame, flatten
    from pb2b_notebook.files.reading import read_leads
    from pb2b_notebook.files.reports import FileReport, Finding, SavedFile
    from pb2b_notebook.files.saving import save_leads

_HOMES = {
    "FileReport": "reports", "Finding": "reports", "SavedFile": "reports", "excel_frame": "plain_frames",
    "flatten": "plain_frames", "read_leads": "reading", "save_leads": "saving",
}  # fmt: skip

__all__ = ["FileReport", "Finding", "SavedFile", "excel_frame", "flatten", "read_leads", "save_leads"]

__getattr__, __dir__ = exports(__name__, _HOMES)
