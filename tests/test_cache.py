"""The cache folder is private, whatever the umask."""

import os
import stat

import pytest

from pb2b_notebook.cache import make_private, make_private_file


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_and_their_missing_parents_are_private_under_every_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        made = make_private(tmp_path / "a" / "b" / "c")
        file = make_private_file(tmp_path / "d" / "e" / "file")
        make_private(made)
    finally:
        os.umask(before)
    folders = [made, made.parent, made.parent.parent, file.parent, file.parent.parent]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
