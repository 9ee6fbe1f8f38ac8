"""Tests of forms may look at a live service, as those of the API do, and at one that is full."""

import sys
from pathlib import Path

# pytest's importlib mode adds no folder of tests to it
for folder in ("faults",):
    sys.path.insert(0, str(Path(__file__).parent.parent / folder))
