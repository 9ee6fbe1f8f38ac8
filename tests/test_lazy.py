"""Names that load when they are first used."""

import copy
import gc
import os
import pickle
import re
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.lazy import _LazyPattern, lazy_pattern, load_module

ROOT = Path(pb.__file__).parent

FULL = """
import os, resource
import pb2b_notebook as pb
from pb2b_notebook.lazy_libraries import nw
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
held = []
try:
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
try:
    {use}
except Exception as caught:
    problem = caught
while held:
    os.close(held.pop())
print(isinstance(problem, pb.errors.ConfigurationError), problem)
{use}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX systems")
@pytest.mark.parametrize(
    ("use", "module"),
    [
        ("pb.mask", "pb2b_notebook.masking"),
        ("nw.DataFrame", "narwhals"),
        ("from pb2b_notebook import dashboard", "pb2b_notebook.dashboard"),
        ("from pb2b_notebook.reports.reading import make_report", "pb2b_notebook.reports"),
    ],
    ids=["ours", "a library's", "ours, in a function", "ours, in a package"],
)
def test_a_name_is_loaded_with_a_typed_error_while_too_many_files_are_open(use, module):
    done = subprocess.run(
        [sys.executable, "-c", FULL.format(use=use)], capture_output=True, text=True, timeout=120, check=False
    )
    expected = f"True {module} cannot be loaded: too many files are open → close some, or raise the limit (ulimit -n)"
    assert (done.stdout.strip(), done.stderr) == (expected, "")


COLLECTOR = """
import gc
import pb2b_notebook as pb
{before}
pb.Workspace
from pb2b_notebook.lazy_libraries import pd
pd.DataFrame
try:
    from pb2b_notebook import no_such_module
except ImportError:
    pass
waiting = sum(len(gc.get_objects(generation=young)) for young in (0, 1))
print(gc.isenabled(), gc.get_stats()[2]["collections"] == 0, gc.get_freeze_count() > 0, waiting < 20_000)
"""


@pytest.mark.parametrize(
    ("before", "expected"),
    # Where the collector runs, all that was loaded is old: the next young collections need not look through it.
    [("", "True True False True"), ("gc.disable()", "False True False False"), ("gc.freeze()", "True True True False")],
)
def test_loading_leaves_the_garbage_collector_as_it_was_and_does_not_wait_for_it(before, expected):
    done = subprocess.run(
        [sys.executable, "-c", COLLECTOR.format(before=before)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == expected


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # from Python 3.12 on
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_child_forked_while_another_thread_loads_a_module_collects_garbage(tmp_path, monkeypatch):
    loading, forked = threading.Event(), threading.Event()
    monkeypatch.setattr(threading, "loading_test", (loading, forked), raising=False)
    (tmp_path / "slow_to_load.py").write_text(
        "import threading\nloading, forked = threading.loading_test\nloading.set()\nforked.wait(60)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    loader = threading.Thread(target=load_module, args=("slow_to_load",))
    loader.start()
    assert loading.wait(60)
    assert not gc.isenabled()
    child = os.fork()
    if child == 0:
        os._exit(0 if gc.isenabled() else 1)
    forked.set()
    loader.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert gc.isenabled()


LOADED_ALREADY = """
import gc, json
from pb2b_notebook.lazy import load_module
gc.set_threshold(1_000_000)
young = []
load_module("json")
print(any(each is young for each in gc.get_objects(generation=0)))
"""


def test_a_module_that_is_loaded_already_makes_no_garbage_old():
    done = subprocess.run(
        [sys.executable, "-c", LOADED_ALREADY], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "True"


def test_every_pattern_that_is_compiled_when_it_is_used_is_valid():
    found = 0
    for path in ROOT.rglob("*.py"):
        if "import lazy_pattern" in path.read_text(encoding="utf-8"):
            module = import_module(".".join(["pb2b_notebook", *path.relative_to(ROOT).with_suffix("").parts]))
            found += sum(value.groups >= 0 for value in vars(module).values() if isinstance(value, _LazyPattern))
    assert found > 50


def _unpickled(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


@each_case("used", [False, True])
@each_case("clone", [copy.copy, copy.deepcopy, _unpickled])
def test_a_lazy_pattern_is_copied_and_pickled_as_a_compiled_one(clone, used):
    pattern = lazy_pattern("a+", re.IGNORECASE)
    if used:
        pattern.fullmatch("a")
    assert clone(pattern) == re.compile("a+", re.IGNORECASE)
