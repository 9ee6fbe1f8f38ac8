"""For all tests, docstring examples and notebooks: a sandbox is in process, unless a test says ``in_process=False``.

A request is then a call, which costs half as much. What is about connections, ports, other processes or their ends
says so, and uses real HTTP.
"""

import os
import sys
from importlib.util import find_spec

os.environ["PB2B_IN_PROCESS"] = "1"

# nbval checks notebooks with jsonschema, which builds grammars of IRIs: two seconds in each process of the tests. None
# of our schemas has an IRI, and jsonschema does without the package. So nbval is loaded here, after this line.
sys.modules.setdefault("rfc3987_syntax", None)
# The tests of the oldest versions run without it; all others name its options, and fail without it.
pytest_plugins = ["nbval.plugin"] if find_spec("nbval") else []
