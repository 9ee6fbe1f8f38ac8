"""Time of every picture for a million rows and for a few: python tests/benchmarks/plotting.py.

Rows are aggregated before drawing, so the time grows with the columns and not with the number of marks.
"""

import time

import numpy as np
import pandas as pd

import pb2b_notebook as pb
from picture_frames import FRAMES

ROWS = 1_000_000


def frame_of(name: str) -> pd.DataFrame:
    """Return a picture's small frame with its rows sampled a million times."""
    small = pd.DataFrame(FRAMES[name])
    chosen = np.random.default_rng(1).integers(0, len(small), ROWS)
    frame = small.iloc[chosen].reset_index(drop=True)
    for column in frame.select_dtypes("datetimetz"):
        frame[column] -= pd.to_timedelta(np.arange(ROWS) % 40_000, unit="min")
    return frame


def seconds(what) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def main() -> None:
    for name in sorted(FRAMES):
        draw, small, frame = getattr(pb.plots, name), pd.DataFrame(FRAMES[name]), frame_of(name)
        draw(small)._repr_png_()
        few = seconds(lambda draw=draw, small=small: draw(small)._repr_png_())
        many = seconds(lambda draw=draw, frame=frame: draw(frame)._repr_png_())
        print(f"{name:20} {len(small)} rows {few:5.2f} s   {ROWS:,} rows {many:5.2f} s")


if __name__ == "__main__":
    main()
