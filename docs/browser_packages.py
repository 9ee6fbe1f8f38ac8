"""Which packages the notebooks get in a web page, and from where.

A package comes from the package index, at the version in ``binder/requirements.txt``, if it has a wheel there that
WebAssembly can run. Otherwise it comes from the distribution of Pyodide, at the version that is built there:
``browser_packages.json`` pins these. ``python docs/browser_packages.py node_modules/pyodide`` writes that file again,
from the npm package ``pyodide`` of the wanted version.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE: Final = Path(__file__).parent
PINS: Final = HERE / "browser_packages.json"
PACKAGE: Final = "pb2b-notebook"
_ROOTS: Final = (f"{PACKAGE}[cleanup,plots,sandbox]", "tzdata", "ipython", "comm")
"""The package, the time zones that a page has no other source of, and what the kernel needs."""
_NOT_IN_A_PAGE: Final = {"uvicorn", "jupyterlab-widgets", "widgetsnbextension", "polars-runtime-32"}
"""What needs a port, what is a part of JupyterLite, and what the distribution's polars contains."""
_WITHOUT_EXTENSIONS: Final = {"rapidfuzz"}
"""What has a second implementation in Python, beside the compiled one for which there is no wheel."""
_PURE: Final = "py3-none-any"
_CDN: Final = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"


@cache
def pins() -> dict[str, Any]:
    """Return what is pinned of the distribution: its version, tags, and entries of its lock file."""
    pinned: dict[str, Any] = json.loads(PINS.read_text("utf-8"))
    return pinned


def distribution() -> str:
    """Return the URL of the distribution's folder."""
    return _CDN.format(version=pins()["version"])


def needed() -> dict[str, set[str]]:
    """Return the packages that a page needs, each with those that it needs itself, by what is installed here."""
    found: dict[str, set[str]] = {}
    waiting = [(canonicalize_name(one.name), frozenset(one.extras)) for one in map(Requirement, _ROOTS)]
    seen = set()
    while waiting:
        name, extras = one = waiting.pop()
        if one in seen or name in _NOT_IN_A_PAGE:
            continue
        seen.add(one)
        depends = found.setdefault(name, set())
        for requirement in map(Requirement, requires(name) or []):
            wanted = canonicalize_name(requirement.name)
            if wanted in _NOT_IN_A_PAGE or not any(_holds(requirement, extra) for extra in ("", *extras)):
                continue
            depends.add(wanted)
            waiting.append((wanted, frozenset(requirement.extras)))
    return found


def _holds(requirement: Requirement, extra: str) -> bool:
    info = pins()["info"]
    environment = {
        "extra": extra,
        "os_name": "posix",
        "platform_machine": info["arch"],
        "platform_system": "Emscripten",
        "python_full_version": info["python"],
        "python_version": info["python"].rpartition(".")[0],
        "sys_platform": "emscripten",
    }
    return requirement.marker is None or requirement.marker.evaluate(environment)


def download(to: Path) -> None:
    """Bring the wheels of the package index into a folder, where they are not there yet.

    Raises:
        CalledProcessError: The index cannot be reached, or has no such wheel any more.
    """
    wanted = [f"{name}=={version(name)}" for name in needed() if name != PACKAGE and name not in pins()["packages"]]
    wanted += pins()["wheels"]
    to.mkdir(parents=True, exist_ok=True)
    have = {_identity(wheel) for wheel in to.glob("*.whl")}
    compiled = [one for one in wanted if one.partition("==")[0] in _WITHOUT_EXTENSIONS]
    info = pins()["info"]
    for_pages = [
        "--platform=any",
        f"--platform=pyemscripten_{info['abi_version']}_{info['arch']}",
        f"--python-version={info['python'].rpartition('.')[0]}",
        "--implementation=cp",
    ]
    for options, some in ((for_pages, set(wanted) - set(compiled)), ([], set(compiled))):
        if missing := sorted(some - have):
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            subprocess.run([*pip, "--only-binary=:all:", f"--dest={to}", *options, *missing], check=True)  # noqa: S603
    for wheel in to.glob("*.whl"):
        if _identity(wheel) not in wanted:
            wheel.unlink()
        elif not wheel.stem.endswith(_PURE) and _identity(wheel).partition("==")[0] in _WITHOUT_EXTENSIONS:
            _strip_extensions(wheel)


def _identity(wheel: Path) -> str:
    """``rapidfuzz-3.14.6-cp311-cp311-manylinux….whl`` → ``rapidfuzz==3.14.6``."""
    name, number, *_ = wheel.name.split("-")
    return f"{canonicalize_name(name)}=={number}"


def _strip_extensions(wheel: Path) -> None:
    """Replace a wheel by one without its compiled modules."""
    name, number, *_ = wheel.name.split("-")
    with (
        zipfile.ZipFile(wheel) as compiled,
        zipfile.ZipFile(wheel.with_name(f"{name}-{number}-{_PURE}.whl"), "w", zipfile.ZIP_DEFLATED) as pure,
    ):
        for member in compiled.infolist():
            content = compiled.read(member)
            if member.filename.endswith("/WHEEL"):
                content = re.sub(rb"(?m)^Tag: .*\n", b"", content).rstrip() + f"\nTag: {_PURE}\n".encode()
            if ".so" not in Path(member.filename).suffixes and "/RECORD" not in member.filename:
                pure.writestr(zipfile.ZipInfo(member.filename), content)
    wheel.unlink()


def lock(wheels: Path, *, of_distribution: bool = True) -> dict[str, Any]:
    """Return the lock file by which Pyodide loads packages: what ``import pb2b_notebook`` needs comes with it.

    Args:
        wheels: Folder of the wheels that lie beside the lock file.
        of_distribution: Whether the packages of the distribution are in it; without them nothing is asked for
            elsewhere, and there are no frames.
    """
    base = distribution()
    packages = {
        name: entry | {"file_name": base + entry["file_name"]}
        for name, entry in (pins()["packages"] if of_distribution else {}).items()
    }
    for wheel in sorted(wheels.glob("*.whl")):
        entry = _entry(wheel)
        packages[entry["name"]] = entry
    for name, depends in needed().items():
        if name in packages:
            packages[name]["depends"] = sorted({*depends, *packages[name]["depends"]} & packages.keys())
    packages[PACKAGE]["depends"].append("tzdata")
    return {"info": pins()["info"], "packages": dict(sorted(packages.items()))}


def _entry(wheel: Path) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        head = Parser().parsestr(files.read(metadata).decode("utf-8"))
    tops = {name.split("/")[0] for name in names if name.endswith((".py", ".so"))}
    return {
        "name": canonicalize_name(head["Name"]),
        "version": head["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted({top.partition(".")[0] for top in tops if not top.endswith((".data", ".libs"))}),
        "depends": [],
        "unvendored_tests": False,
    }


def _pin(package: Path) -> None:
    """Write the pins again: the entries of the same packages in another distribution's lock file."""
    whole = json.loads((package / "pyodide-lock.json").read_text("utf-8"))
    number = json.loads((package / "package.json").read_text("utf-8"))["version"]
    former = json.loads(PINS.read_text("utf-8"))
    packages = {name: whole["packages"][name] for name in sorted(former["packages"])}
    made = {"version": number, "info": whole["info"], "wheels": former["wheels"], "packages": packages}
    PINS.write_text(json.dumps(made, indent=1) + "\n", "utf-8")


def versions() -> list[str]:
    """Return the versions that a page has, as lines of requirements for another Python."""
    pinned = {name: entry["version"] for name, entry in pins()["packages"].items()}
    return [f"{name}=={pinned.get(name) or version(name)}" for name in sorted(needed()) if name != PACKAGE]


def main(command: str) -> None:
    """Print the version of Pyodide, print the versions of the packages, or write the pins again."""
    if command == "version":
        sys.stdout.write(f"{pins()['version']}\n")
    elif command == "versions":
        sys.stdout.write("\n".join(versions()) + "\n")
    else:
        _pin(Path(command))


if __name__ == "__main__":
    main(sys.argv[1])
