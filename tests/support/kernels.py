"""Code that runs in another process."""

import os
import subprocess
import sys
import textwrap

from child_processes import SUPPORT


def run(code, *arguments, **options):
    """Run code in another kernel."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": SUPPORT, **options.pop("env", {})}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=env, **options)
