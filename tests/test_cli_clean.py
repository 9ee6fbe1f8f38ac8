"""``pb2b clean``: a recipe replayed on a file; what cannot be read or is there already is told, and left alone."""

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
