"""``python -m pb2b_notebook``: the command ``pb2b``, also where no folder of scripts is on the path."""

import sys

from pb2b_notebook.cli import main

if __name__ == "__main__":
    sys.exit(main())
