"""Arguments that were renamed: the former name works for one release, and says the new one."""

import inspect

import pytest

from pb2b_notebook.deprecations import renamed_arguments


@renamed_arguments(against="known")
def find(rows, known=None, *, threshold=0.5):
    return rows, known, threshold


def test_the_former_name_works_and_warns_at_the_line_of_the_call():
    with pytest.warns(DeprecationWarning, match=r"find\(against=…\) was renamed: write known=…") as caught:
        assert find([1], against=[2], threshold=0.7) == ([1], [2], 0.7)
    assert caught[0].filename == __file__


def test_the_new_name_does_not_warn_and_is_the_only_one_in_the_signature():
    assert find([1], known=[2]) == find([1], [2])
    assert list(inspect.signature(find).parameters) == ["rows", "known", "threshold"]


@pytest.mark.parametrize("call", [lambda: find([1], [2], against=[3]), lambda: find([1], known=[2], against=[3])])
def test_both_names_at_once_are_refused_with_both(call):
    with pytest.raises(TypeError, match=r"find\(\) got both known= and against=, its former name; drop against="):
        call()
