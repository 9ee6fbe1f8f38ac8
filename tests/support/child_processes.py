"""The ``PYTHONPATH`` with which a child process imports the modules of this folder."""

from pathlib import Path

SUPPORT = str(Path(__file__).parent)
