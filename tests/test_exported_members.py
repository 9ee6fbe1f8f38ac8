"""The public surface is what ``__all__`` says, each name resolves, and each is documented."""

import pytest

import pb2b_notebook as pb
from each_case import each_case


@each_case("name", [n for n in pb.__all__ if n != "__version__"])
def test_each_public_name_resolves_and_is_documented(name):
    assert getattr(pb, name).__doc__


def test_completion_shows_just_the_public_names():
    assert dir(pb) == sorted(pb.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'conect'; did you mean 'connect'"):
        _ = pb.conect


def test_the_versions_agree():
    from importlib.metadata import version

    assert pb.__version__ == version("pb2b-notebook")
