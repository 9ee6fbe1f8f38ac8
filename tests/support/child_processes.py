"""Where a Python process of its own finds the modules of this folder: put ``SUPPORT`` into its ``PYTHONPATH``."""

from pathlib import Path

SUPPORT = str(Path(__file__).parent)
