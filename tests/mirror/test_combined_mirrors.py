"""``pb.open_mirrors``: several workspaces read as one."""

import shutil
from contextlib import ExitStack

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from service_rows import Source

pytestmark = pytest.mark.usefixtures("module_cache")


@pytest.fixture(scope="module")
def workspaces(module_cache):
    """Two workspaces, of which only the first has campaigns mirrored."""
    with pb.open_sandbox(leads=20) as acme, pb.open_sandbox(leads=30, seed=2) as globex:
        acme.mirror.sync("leads", "campaigns")
        globex.mirror.sync("leads")
        yield acme, globex


@pytest.fixture(scope="module")
def folders(workspaces, tmp_path_factory):
    """Copies of the mirrors, as in a cache folder of two services with one id of a workspace."""
    root = tmp_path_factory.mktemp("mirrors")
    for ws, service in zip(workspaces, ("one.example", "127.0.0.1~3a8808"), strict=True):
        shutil.copytree(ws.mirror.location.root, root / service / "ws_~41")
    return root


@pytest.fixture
def mirrors(workspaces):
    acme, globex = workspaces
    return pb.open_mirrors({"acme": acme, "globex": globex})


def test_frames_have_all_rows_and_the_name_of_the_workspace_first(mirrors, workspaces):
    for library, frame in ((pd.DataFrame, "pandas"), (pl.DataFrame, "polars")):
        found = mirrors.frame("leads", frame=frame)
        assert isinstance(found, library)
        assert next(iter(found.columns)) == "workspace"
        assert len(found) == 50
    for name, ws in zip(mirrors, workspaces, strict=True):
        own, theirs = found.filter(workspace=name), ws.mirror.frame("leads", frame="polars")
        assert own.select(theirs.columns).sort("id").equals(theirs.sort("id"))


def test_frames_in_pandas_have_the_dtypes_of_one_workspace(mirrors, workspaces):
    found, one = mirrors.frame("leads"), workspaces[0].mirror.frame("leads")
    for name in one.columns:
        assert found[name].dtype == one[name].dtype, name


def test_a_custom_field_of_two_types_is_text():
    given = {"acme": ("number", 3.5), "globex": ("text", "third")}
    sources = {name: Source(workspace=name, fields={"floor": kind}) for name, (kind, _) in given.items()}
    with ExitStack() as stack:
        opened = {name: stack.enter_context(source.connect()) for name, source in sources.items()}
        for name, ws in opened.items():
            sources[name].put("lead_1", custom_fields={"floor": given[name][1]})
            ws.mirror.sync("leads")
        mirrors = pb.open_mirrors(list(opened.values()))
        rows = [("acme", "3.5"), ("globex", "third")]
        found = mirrors.frame("leads", columns=["workspace", "custom_floor"])
        assert sorted(found.itertuples(index=False, name=None)) == rows
        assert mirrors.sql("select workspace, custom_floor from leads order by 1", frame="polars").rows() == rows


VALUES = (None, 1, 1.5, "x", True, ["a"], {"k": 1}, "2026-01-01", 2**60)


@pytest.mark.filterwarnings("ignore::pb2b_notebook.frames.drift.ContractDriftWarning")
def test_custom_fields_of_any_two_types_have_one_in_both_libraries():
    """Of one value each, of several types in a workspace, which are JSON there, and with names that differ by case."""
    sources = {name: Source(workspace=name) for name in ("acme", "globex")}
    pairs = {f"f{a}_{b}": (one, other) for a, one in enumerate(VALUES) for b, other in enumerate(VALUES) if a or b}
    for place, (name, source) in enumerate(sources.items()):
        values = {key: pair[place] for key, pair in pairs.items()}
        source.put("lead_0", custom_fields={**values, "Tier": 1, "tier": "gold", "mixed": 1})
        source.put("lead_1", custom_fields={"mixed": "a" if name == "acme" else 2})
    with ExitStack() as stack:
        opened = [stack.enter_context(source.connect()) for source in sources.values()]
        for ws in opened:
            ws.mirror.sync("leads")
        mirrors = pb.open_mirrors(opened)
        found, expected = (mirrors.frame("leads", frame=frame) for frame in ("pandas", "polars"))
        assert list(found.columns) == expected.columns
        assert [len(found), len(expected), len(mirrors.sql("select * from leads"))] == [4, 4, 4]
        for key, pair in pairs.items():
            given = [value for value in pair if value is not None]
            shown = found.loc[found["id"] == "lead_0", f"custom_{key}"]
            assert shown.notna().sum() == len(given), key
            if len({type(value) for value in given}) == 1 and isinstance(given[0], list | dict):
                assert [list(one) if isinstance(one, list) else one for one in shown.dropna()] == given, key


def test_conditions_reach_all_workspaces(mirrors):
    assert len(mirrors.frame("leads", where={"workspace": "globex"})) == 30
    assert mirrors.scan("leads").filter(workspace="acme").collect().height == 20
    with pytest.raises(pb.errors.InvalidParameterError, match="unknown column 'emial' → did you mean 'email'"):
        mirrors.frame("leads", columns=["emial"])


def test_sql_sees_every_table_with_its_workspace(mirrors):
    counted = mirrors.sql("select workspace, count(*) as n from leads group by all order by all")
    assert counted.to_dict("list") == {"workspace": ["acme", "globex"], "n": [20, 30]}
    assert mirrors.sql("select count(*) as n from campaigns where workspace = ?", ["globex"])["n"].item() == 0


def test_a_workspace_without_the_resource_is_named(mirrors, caplog):
    found = mirrors.frame("campaigns")
    assert set(found["workspace"]) == {"acme"}
    assert "campaigns is not in the mirror of globex: their rows are missing" in caplog.text


def test_an_unknown_resource_is_an_error_with_the_nearest_one(mirrors):
    with pytest.raises(pb.errors.InvalidParameterError, match="unknown resource 'laeds' → did you mean 'leads'"):
        mirrors.frame("laeds")


def test_info_has_a_row_for_each_workspace_and_resource(mirrors):
    found = mirrors.info()
    assert list(zip(found["workspace"], found["resource"], found["rows"], strict=True))[1:] == [
        ("acme", "leads", 20),
        ("globex", "leads", 30),
    ]


def test_former_rows_are_one_table_too(mirrors, workspaces):
    acme, _ = workspaces
    acme.sandbox.clock.advance(3600)
    acme.leads.update(acme.leads.list(limit=1)["id"].iloc[0], title="Countess")
    acme.mirror.sync("leads")
    assert mirrors.sql("select workspace from history.leads where _existed")["workspace"].tolist() == ["acme"]


def test_mirrors_is_a_mapping_of_single_mirrors(mirrors, workspaces):
    assert list(mirrors) == ["acme", "globex"]
    assert mirrors["acme"] is workspaces[0].mirror
    assert repr(mirrors) == "<Mirrors of 2 workspaces: acme, globex>"


def test_a_folder_stands_for_all_mirrors_in_it(folders):
    offline = pb.open_mirrors(folders)
    assert sorted(offline) == ["127.0.0.1:8808/ws_A", "one.example/ws_A"]
    assert len(offline.frame("leads")) == 50
    assert list(pb.open_mirrors([folders / "one.example"])) == ["ws_A"]


def test_the_cache_folder_is_the_default(folders, monkeypatch, tmp_path):
    (tmp_path / "pb2b_notebook").mkdir()
    (tmp_path / "pb2b_notebook" / "mirror").symlink_to(folders)
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    assert len(pb.open_mirrors()) == 2


def test_wrong_arguments_say_what_to_pass(workspaces, folders, tmp_path, monkeypatch):
    acme, _ = workspaces
    with pytest.raises(pb.errors.InvalidParameterError, match="the same mirror twice"):
        pb.open_mirrors([acme, acme.mirror])
    with pytest.raises(pb.errors.InvalidParameterError, match="mirrors has a DataFrame"):
        pb.open_mirrors([pd.DataFrame()])
    with pytest.raises(pb.errors.InvalidParameterError, match="mirrors has a int"):
        pb.open_mirrors(5)
    with pytest.raises(pb.errors.InvalidParameterError, match="mirrors is empty"):
        pb.open_mirrors([])
    with pytest.raises(pb.errors.InvalidParameterError, match="unknown resource 5"):
        pb.open_mirrors(acme).frame(5)
    with pytest.raises(pb.errors.InvalidParameterError, match="one name for several workspaces"):
        pb.open_mirrors({"all": folders})
    with pytest.raises(pb.errors.NotMirroredError, match="no mirror in this folder"):
        pb.open_mirrors([tmp_path])
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    with pytest.raises(pb.errors.NotMirroredError, match="sync one first"):
        pb.open_mirrors()
