"""JSON Lines of other programs."""

import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from read_files import codes, read


def test_json_lines_and_arrays_are_read():
    lines = [
        '{"email":"a@example.com","score":7,"tags":["a"],"custom_fields":{"budget":5},"x":1.5}',
        '{"email":"b@example.com","score":"high"}',
    ]
    df = read("\n".join(lines))
    assert df.columns == ["email", "score", "tags", "custom_budget", "x", "unparsed"]
    assert df["unparsed"].to_list() == [None, '{"score":"high"}']
    assert codes(df) == {"misfits"}
    assert read(f"[{','.join(lines)}]").equals(df)
    assert read("\n".join(lines).encode("utf-16")).equals(df)
    assert read("\ufeff" + "\n\n".join(lines)).equals(df)
    assert read('{\n "a": 1\n}\n').rows() == [(1,)]
    assert read('{"unparsed":"mine","score":"x"}').rows() == [(None, '{"unparsed":"mine","score":"x"}')]


@each_case(
    ("line", "part"),
    [
        ('{"a":', "broken JSON"),
        ("[1]", "not a JSON object"),
        ('{"a":NaN}', "NaN"),
        ('{"a":1,"a":2}', "twice"),
        (f'{{"a":{"[" * 100_000}{"]" * 100_000}}}', "nested too deeply"),
    ],
)
def test_broken_json_names_its_line(line, part):
    with pytest.raises(errors.DamagedFileError, match=f"line 4 of the file .*{part}"):
        read(f'{{"a":1}}\n\n \n{line}\n')


def test_a_broken_element_of_an_array_is_counted():
    with pytest.raises(errors.DamagedFileError, match=r"element 2 of the array is not a JSON object"):
        read('[{"a":1},\n\n7]')


def test_a_column_of_its_own_called_unparsed_keeps_its_values_beside_what_is_left_over(tmp_path):
    path = tmp_path / "leads.jsonl"
    pb.save_leads(pl.DataFrame({"unparsed": [True, None], "score": [1, 2]}), path)
    path.write_text(path.read_text(encoding="utf-8").replace('"score":1', '"score":"high"'), encoding="utf-8")
    again = pb.read_leads(path, frame="polars", quiet=True)
    assert again["unparsed"].to_list() == ['{"unparsed":"true","score":"high"}', None]
