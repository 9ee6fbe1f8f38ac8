"""Value maps hold what a mapping can save, and name what is wrong with anything else."""

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import MappingError

MAPPING = pb.Mapping({"Interest": "tier"})


@each_case("value", [float("nan"), float("inf"), [1], object()])
def test_a_value_that_json_cannot_hold_is_refused(value):
    with pytest.raises(MappingError, match="finite number"):
        MAPPING.with_values("Interest", {"hot": value})


@pytest.mark.parametrize("column", [["Interest"], None, 5])
def test_a_value_map_is_for_one_column(column):
    with pytest.raises(MappingError, match=r"named by text.*with_values"):
        MAPPING.with_values(column, {"hot": "A"})


def test_a_value_map_comes_back_from_json():
    mapping = MAPPING.with_values("Interest", {"Hot": "A", "cold": None, 3: 2.5, "x": True})
    assert pb.Mapping.from_json(mapping.to_json()).values == mapping.values


def test_a_value_map_goes_when_its_column_is_mapped_to_another_field():
    mapping = MAPPING.with_values("Interest", {"hot": "A"})
    assert mapping.with_column("Interest", "newsletter_opt_in").values == {}
    assert mapping.with_column("Interest", "tier", "upper").values == mapping.values
