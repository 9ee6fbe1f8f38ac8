"""A report as a value: its card, its sections, and files that are written whole or not at all."""

import dataclasses

import pytest

from pb2b_notebook.errors import InvalidParameterError, LeadFileError, LeadFileExistsError, UnknownFormatError

SUFFIXES = pytest.mark.parametrize("suffix", ["xlsx", "html", "ipynb"])


def test_the_card_shows_workspace_period_zone_and_every_sentence(sandbox_report):
    text, page = repr(sandbox_report), sandbox_report._repr_html_()
    assert "SANDBOX" in text
    assert "2026-03-02 to 2026-03-08 (2026-W10, Europe/Berlin)" in text
    for section in sandbox_report.sections:
        assert section.name in text
        assert section.words[0] in text
    assert "<td" in sandbox_report.section("Reply rates")._repr_html_()
    assert "SANDBOX" in page


def test_the_card_saves_a_month_under_the_name_of_a_month(sandbox_report):
    monthly = dataclasses.replace(sandbox_report, period=dataclasses.replace(sandbox_report.period, kind="monthly"))
    assert 'report.save("week-{period}.xlsx")' in repr(sandbox_report)
    assert 'report.save("month-{period}.xlsx")' in repr(monthly)


def test_the_card_of_a_hostile_workspace_is_escaped(hostile_report):
    assert "<script" not in hostile_report._repr_html_()
    assert "<script" not in hostile_report.section("New leads by source")._repr_html_()


def test_a_report_is_frozen(sandbox_report):
    with pytest.raises(dataclasses.FrozenInstanceError):
        sandbox_report.workspace = "Other"


def test_an_unknown_section_names_the_nearest(sandbox_report):
    with pytest.raises(InvalidParameterError, match="Reply rates"):
        sandbox_report.section("Reply rate")


@SUFFIXES
def test_an_existing_file_is_replaced_only_with_overwrite(hostile_report, tmp_path, suffix):
    path = tmp_path / f"week.{suffix}"
    path.write_text("mine")
    with pytest.raises(LeadFileExistsError, match="overwrite=True"):
        hostile_report.save(path)
    assert path.read_text() == "mine"
    assert hostile_report.save(path, overwrite=True) == path
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() != b"mine"


@SUFFIXES
def test_the_same_report_has_the_same_bytes(hostile_report, tmp_path, suffix):
    one, other = (hostile_report.save(tmp_path / f"{name}.{suffix}") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_period_is_put_into_the_name(hostile_report, tmp_path):
    assert hostile_report.save(str(tmp_path / "week-{period}.html")).name == "week-2026-W10.html"
    with pytest.raises(InvalidParameterError, match=r"a brace that is not part of \{period\}"):
        hostile_report.save(tmp_path / "week-{perod}.html")


@pytest.mark.parametrize(
    ("target", "error", "hint"),
    [
        ("week.pdf", UnknownFormatError, "html"), ("week", UnknownFormatError, "xlsx"),
        ("nowhere/week.html", LeadFileError, "mkdir"), (7, InvalidParameterError, "week.xlsx"),
    ],
)  # fmt: skip
def test_targets_that_cannot_be_written_are_refused(hostile_report, tmp_path, monkeypatch, target, error, hint):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=hint):
        hostile_report.save(target)
    assert list(tmp_path.iterdir()) == []
