"""``python -m pb2b_notebook.cli``."""

import sys

from pb2b_notebook.cli import main

if __name__ == "__main__":
    sys.exit(main())
