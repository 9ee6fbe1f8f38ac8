"""One command draws the pictures of the README, and their files are small."""

import importlib.util
import re
from pathlib import Path

import pb2b_notebook as pb

DOCS = Path(__file__).parents[2] / "docs"
SMALL = 60_000


def test_the_command_draws_every_picture():
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    drawn = {f"{name}.png" for name in pictures.PICTURES}
    there = {file.name: file.stat().st_size for file in pictures.IMAGES.glob("*.png")}
    assert set(there) >= drawn
    assert all(there[name] < SMALL for name in drawn)


def test_the_guide_describes_every_plot():
    guide = (DOCS / "how-to" / "pictures.md").read_text("utf-8")
    cells = set(re.findall(r"^\|.*?\| (.*) \|$", guide, re.MULTILINE))
    called = {name for cell in cells for name in re.findall(r"`(\w+)\(", cell)}
    assert set(pb.plots.__all__) <= called
