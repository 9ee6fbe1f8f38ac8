"""Leads from the sandbox over HTTP into pandas and polars: rows, dtypes, wall time compared with the bare download.

Run: python tests/benchmarks/reading_leads.py [LEADS]
"""

import sys
import time

import httpx

import pb2b_notebook as pb

LEADS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000

start = time.perf_counter()
with pb.open_sandbox(leads=LEADS, rate_limit=10**9) as ws:
    print(f"sandbox of {LEADS:,} leads opened in {time.perf_counter() - start:.1f} s (it shares this process)")
    key = ws.sandbox.create_key(name="download")

    def download():
        """Download the pages alone with httpx: the lower bound."""
        cursor, size, rows = {}, 0, 0
        with httpx.Client(headers={"Authorization": f"Bearer {key}"}, base_url=ws._session.client.base_url) as client:
            while cursor is not None:
                answer = client.get("/leads", params={"limit": 500, "include_deleted": "true", **cursor})
                paging = answer.json()["pagination"]
                size += len(answer.content)
                rows += 500 if paging["has_more"] else 0
                cursor = {"cursor": paging["next_cursor"]} if paging["has_more"] else None
        return size

    def timed(work):
        begin = time.perf_counter()
        result = work()
        return result, time.perf_counter() - begin

    ws.leads.list(limit=1), ws.leads.list(limit=1, frame="polars")  # libraries loaded, fields known
    size, floor = timed(download)
    pandas, in_pandas = timed(lambda: ws.leads.list(include_deleted=True, progress=False))
    polars, in_polars = timed(lambda: ws.leads.list(include_deleted=True, progress=False, frame="polars"))

print(f"download and json.loads only: {size / 1e6:.0f} MB, {floor:.2f} s")
print(f"pandas {pandas.shape}: {in_pandas:.2f} s, {in_pandas / floor:.2f} x")
print(f"polars {polars.shape}: {in_polars:.2f} s, {in_polars / floor:.2f} x")
KINDS = {
    "str": "String",
    "Int64": "Int64",
    "Float64": "Float64",
    "boolean": "Boolean",
    "datetime64[us, UTC]": "Datetime(time_unit='us', time_zone='UTC')",
    "datetime64[s]": "Date",
    "object": "List(String)",
}
equal = [KINDS[str(a)] == str(b) for a, b in zip(pandas.dtypes, polars.dtypes, strict=True)]
print(f"dtypes: {sum(equal)} of {len(equal)} columns the same in both")
