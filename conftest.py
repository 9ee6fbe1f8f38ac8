"""For all tests, docstring examples and notebooks: a sandbox is in process, unless a test says ``in_process=False``.

A request is then a call, which costs half as much. What is about connections, ports, other processes or their ends
says so, and uses real HTTP.
"""

import os

os.environ["PB2B_IN_PROCESS"] = "1"
