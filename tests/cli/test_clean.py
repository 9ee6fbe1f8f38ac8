"""``pb2b clean`` replays a recipe on a file; unreadable and existing files are reported and not changed."""

import json
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cleanup import Recipe
from pb2b_notebook.cli import main

LEADS = "full_name,email,phone,country\nADA LOVELACE,Ada@B.co,030/901820,Germany\nBob,gone@b.co,,DE\nEve,nobody,,DE\n"


@pytest.fixture
def folder(tmp_path):
    recipe = Recipe().then("normalize").then("validate", take="passed").then("screen", take="ok")
    (tmp_path / "recipe.json").write_text(recipe.to_json(), "utf-8")
    (tmp_path / "in.csv").write_text(LEADS, "utf-8")
    (tmp_path / "suppressed.csv").write_text("email\ngone@b.co\n", "utf-8")
    return tmp_path


def run(folder, *more):
    return main(["clean", str(folder / "recipe.json"), str(folder / "in.csv"), str(folder / "out.csv"), *more])


def test_a_recipe_is_replayed_on_a_file(folder, capsys):
    assert run(folder, "--suppress", str(folder / "suppressed.csv"), "--log", str(folder / "log.csv")) == 0
    out = pb.read_leads(folder / "out.csv", quiet=True)
    assert out[["full_name", "email", "phone", "country"]].to_numpy().tolist() == [
        ["Ada Lovelace", "ada@b.co", "+4930901820", "DE"]
    ]
    assert len(pb.read_leads(folder / "log.csv", quiet=True)) == 4
    output = capsys.readouterr().out
    assert "4 cells changed" in output
    assert "1 row ok, 1 blocked" in output
    assert "Ada" not in output


def test_json_names_the_steps_and_the_files(folder, capsys):
    assert run(folder, "--suppress", str(folder / "suppressed.csv"), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed["steps"]) == ["normalize", "validate", "screen"]
    assert printed["files"] == [{"rows": 1, "path": str(folder / "out.csv")}]


def test_rows_that_look_like_suppressed_people_are_written_and_kept_by_a_yes(folder):
    rows = {"full_name": ["Ada Berg"], "company_name": ["Nordlicht"], "email": ["ada@b.co"]}
    pb.save_leads(pd.DataFrame(rows), folder / "in.csv", overwrite=True)
    gone = pd.DataFrame(rows).assign(email="old@b.co")
    pb.save_leads(gone, folder / "suppressed.csv", overwrite=True)
    arguments = ("--suppress", str(folder / "suppressed.csv"), "--blocked", str(folder / "blocked.csv"), "--overwrite")
    assert run(folder, *arguments) == 0
    blocked = pb.read_leads(folder / "blocked.csv", quiet=True)
    assert blocked["reasons"][0].startswith("probably a suppressed person: same name")
    for yes in ("Ada@b.co", "all"):
        assert run(folder, *arguments, "--allow", yes) == 0
        assert pb.read_leads(folder / "out.csv", quiet=True)["email"].tolist() == ["ada@b.co"]


def test_the_blocked_rows_of_two_steps_are_not_written_by_halves(folder, capsys):
    (folder / "recipe.json").write_text(Recipe().then("screen", take="ok").then("screen", take="ok").to_json(), "utf-8")
    assert run(folder, "--blocked", str(folder / "blocked.csv")) != 0
    assert "2 steps 'screen'" in capsys.readouterr().err
    assert not (folder / "out.csv").exists()


def test_a_yes_without_a_step_that_blocks_is_an_error(folder, capsys):
    (folder / "recipe.json").write_text(Recipe().then("normalize").to_json(), "utf-8")
    assert run(folder, "--allow", "all") != 0
    assert "no step 'screen'" in capsys.readouterr().err


def test_custom_fields_are_read_from_a_file(folder):
    pb.save_leads(pd.DataFrame({"email": ["ada@b.co"], "custom_tier": [" A "]}), folder / "in.csv", overwrite=True)
    fields = pd.DataFrame({"key": ["email", "tier"], "type": ["email", "text"], "builtin": [True, False]})
    pb.save_leads(fields, folder / "fields.csv")
    assert run(folder, "--fields", str(folder / "fields.csv")) == 0
    assert pb.read_leads(folder / "out.csv", quiet=True)["custom_tier"].tolist() == ["A"]


def test_the_recipe_of_a_session_gives_the_same_frame(folder):
    frame = pb.read_leads(folder / "in.csv", quiet=True)
    tidy = pb.cleanup.normalize(frame)
    (folder / "recipe.json").write_text(Recipe.of(tidy).to_json(), "utf-8")
    assert run(folder) == 0
    out = pb.read_leads(folder / "out.csv", quiet=True)
    pd.testing.assert_frame_equal(out, tidy.frame, check_dtype=False)


def test_an_existing_file_is_not_overwritten(folder, capsys):
    (folder / "out.csv").write_text("mine", "utf-8")
    assert run(folder) == 1
    assert (folder / "out.csv").read_text("utf-8") == "mine"
    assert run(folder, "--overwrite") == 0


def test_a_file_that_is_not_a_recipe_is_reported_in_one_line(folder, capsys):
    (folder / "recipe.json").write_text("{}", "utf-8")
    assert run(folder) == 1
    (folder / "recipe.json").unlink()
    assert run(folder) == 1
    assert capsys.readouterr().err.count("pb2b: ") == 2


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "parquet"])
def test_each_format_is_read_and_written_with_and_without_rows(folder, capsys, suffix):
    leads = pb.read_leads(folder / "in.csv", quiet=True)
    frames = {"all": leads, "no rows": leads.head(0), "names alone": leads[["full_name"]]}
    (folder / "recipe.json").write_text(Recipe().then("report").then("normalize").then("validate").to_json(), "utf-8")
    for number, frame in enumerate(frames.values()):
        source, target = folder / f"{number}.{suffix}", folder / f"clean {number}.{suffix}"
        pb.save_leads(frame, source, progress=False)
        assert main(["clean", str(folder / "recipe.json"), str(source), str(target)]) == 0
        out = pb.read_leads(target, quiet=True)
        assert len(out) == len(frame)
        assert list(out.columns)[: len(frame.columns)] == list(frame.columns)
        assert out["full_name"].tolist() == ["Ada Lovelace", "Bob", "Eve"][: len(frame)]


def test_unusable_targets_and_sources_are_reported_before_any_work(folder, capsys):
    arguments = ["clean", str(folder / "recipe.json"), str(folder / "in.csv")]
    for target in ("out.doc", "no/out.csv", "."):
        assert main([*arguments, str(folder / target)]) == 1
    (folder / "recipe.json").write_text(Recipe().then("validate").to_json(), "utf-8")
    assert run(folder, "--log", str(folder / "log.csv")) == 1
    assert main(["clean", str(folder / "recipe.json"), str(folder / "none.csv"), str(folder / "out.csv")]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("pb2b: ") == 5
    assert "Validation" not in captured.out
    assert not (folder / "out.csv").exists()


def test_ctrl_c_leaves_no_partial_file(folder):
    rows = pd.read_csv(folder / "in.csv").loc[[0] * 8_000]
    rows.to_csv(folder / "in.csv", index=False)
    (folder / "recipe.json").write_text(Recipe().then("normalize").to_json(), "utf-8")
    before = {path.name for path in folder.iterdir()}
    code = "import sys; from pb2b_notebook.cli import main; sys.exit(main())"
    names = [str(folder / name) for name in ("recipe.json", "in.csv", "out.xlsx")]
    done = subprocess.Popen([sys.executable, "-c", code, "clean", *names], stdout=subprocess.DEVNULL)
    while done.poll() is None and {path.name for path in folder.iterdir()} == before:
        time.sleep(0.002)
    done.send_signal(signal.SIGINT)
    assert done.wait(60) == 130
    assert {path.name for path in folder.iterdir()} == before
