"""The memory that this machine has left, in a container and outside of one."""

import pytest

from pb2b_notebook.spark.driver_memory import free_memory

MEMINFO = "MemTotal:  8000 kB\nMemAvailable:   2000 kB\nSwapFree:  500 kB\n"
GROUP = {"memory.current": "900000\n", "memory.stat": "active_file 1\ninactive_file 100000\n"}


@pytest.mark.parametrize(
    ("meminfo", "group", "free"),
    [
        (MEMINFO, {}, 2_560_000),
        (MEMINFO, {"memory.max": "max\n", **GROUP}, 2_560_000),
        (MEMINFO, {"memory.max": "1000000\n", **GROUP}, 200_000),
        (MEMINFO, {"memory.max": "500000\n", **GROUP}, 0),
        (MEMINFO, {"memory.max": "9000000\n", **GROUP}, 2_560_000),
        ("", {}, None),
    ],
)
def test_the_smaller_of_the_machine_and_the_container_counts(meminfo, group, free, tmp_path):
    for folder, files in (("proc", {"meminfo": meminfo}), ("sys/fs/cgroup", group)):
        (tmp_path / folder).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text)
    assert free_memory(tmp_path) == free
