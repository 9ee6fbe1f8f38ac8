"""Time of ``import pb2b_notebook`` above bare Python: the median of several fresh processes, in milliseconds.

Run: python tests/benchmarks/import_time.py
"""

import statistics
import subprocess
import sys
import time

RUNS = 15
HEAVY = ("httpx", "pandas", "polars", "matplotlib", "ipywidgets")


def median_ms(code: str) -> float:
    """Return the median wall time of a fresh interpreter that runs the code."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def compare() -> float:
    """Print the times and what is loaded; return the time with the import / that of bare Python."""
    bare, ours = median_ms("pass"), median_ms("import pb2b_notebook")
    code = f"import pb2b_notebook, sys; print([m for m in {HEAVY} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    more = f"{ours - bare:.0f} ms more; heavy parts loaded: {loaded}"
    print(f"bare Python {bare:.0f} ms, with the import {ours:.0f} ms: {more}")
    return ours / bare


if __name__ == "__main__":
    compare()
