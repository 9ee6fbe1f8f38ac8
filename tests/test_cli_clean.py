"""``pb2b clean``: a recipe replayed on a file; what cannot be read or is there already is told, and left alone."""

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
    told = capsys.readouterr().out
    assert "4 cells changed" in told
    assert "1 rows ok, 1 blocked" in told
    assert "Ada" not in told


def test_it_does_what_a_session_did(folder):
    frame = pb.read_leads(folder / "in.csv", quiet=True)
    tidy = pb.cleanup.normalize(frame)
    (folder / "recipe.json").write_text(Recipe.of(tidy).to_json(), "utf-8")
    assert run(folder) == 0
    came = pb.read_leads(folder / "out.csv", quiet=True)
    pd.testing.assert_frame_equal(came, tidy.frame, check_dtype=False)


def test_a_file_that_is_there_is_left_alone(folder, capsys):
    (folder / "out.csv").write_text("mine", "utf-8")
    assert run(folder) == 1
    assert (folder / "out.csv").read_text("utf-8") == "mine"
    assert run(folder, "--overwrite") == 0


def test_what_is_no_recipe_is_told_in_a_line(folder, capsys):
    (folder / "recipe.json").write_text("{}", "utf-8")
    assert run(folder) == 1
    (folder / "recipe.json").unlink()
    assert run(folder) == 1
    assert capsys.readouterr().err.count("pb2b: ") == 2


@pytest.mark.parametrize("came", ["csv", "xlsx", "jsonl", "parquet"])
def test_each_format_is_read_and_written_whatever_there_is_in_it(folder, capsys, came):
    leads = pb.read_leads(folder / "in.csv", quiet=True)
    frames = {"all": leads, "no rows": leads.head(0), "names alone": leads[["full_name"]]}
    (folder / "recipe.json").write_text(Recipe().then("report").then("normalize").then("validate").to_json(), "utf-8")
    for number, frame in enumerate(frames.values()):
        source, target = folder / f"{number}.{came}", folder / f"clean {number}.{came}"
        pb.save_leads(frame, source, progress=False)
        assert main(["clean", str(folder / "recipe.json"), str(source), str(target)]) == 0
        out = pb.read_leads(target, quiet=True)
        assert len(out) == len(frame)
        assert list(out.columns)[: len(frame.columns)] == list(frame.columns)
        assert out["full_name"].tolist() == ["Ada Lovelace", "Bob", "Eve"][: len(frame)]


def test_what_cannot_be_done_is_told_before_the_work(folder, capsys):
    arguments = ["clean", str(folder / "recipe.json"), str(folder / "in.csv")]
    for target in ("out.doc", "no/out.csv", "."):
        assert main([*arguments, str(folder / target)]) == 1
    (folder / "recipe.json").write_text(Recipe().then("validate").to_json(), "utf-8")
    assert run(folder, "--log", str(folder / "log.csv")) == 1
    assert main(["clean", str(folder / "recipe.json"), str(folder / "none.csv"), str(folder / "out.csv")]) == 1
    told = capsys.readouterr()
    assert told.err.count("pb2b: ") == 5
    assert "Validation" not in told.out
    assert not (folder / "out.csv").exists()


def test_ctrl_c_leaves_no_half_a_file(folder):
    rows = pd.read_csv(folder / "in.csv").loc[[0] * 8_000]
    rows.to_csv(folder / "in.csv", index=False)
    (folder / "recipe.json").write_text(Recipe().then("normalize").to_json(), "utf-8")
    there = {path.name for path in folder.iterdir()}
    code = "import sys; from pb2b_notebook.cli import main; sys.exit(main())"
    names = [str(folder / name) for name in ("recipe.json", "in.csv", "out.xlsx")]
    done = subprocess.Popen([sys.executable, "-c", code, "clean", *names], stdout=subprocess.DEVNULL)
    while done.poll() is None and {path.name for path in folder.iterdir()} == there:
        time.sleep(0.002)
    done.send_signal(signal.SIGINT)
    assert done.wait(60) == 130
    assert {path.name for path in folder.iterdir()} == there
