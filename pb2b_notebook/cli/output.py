"""What commands print: data on stdout, notices on stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def print_json(value: Any) -> None:
    """Print a value of a frame or a response as JSON; times are in ISO 8601."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_as_text))


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def print_notice(options: argparse.Namespace, text: str) -> None:
    """Print a line that is not data to stderr, unless ``--quiet`` was given."""
    if not options.quiet:
        print(text, file=sys.stderr)
