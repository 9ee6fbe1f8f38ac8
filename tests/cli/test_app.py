"""``pb2b app``: who has access, where the token appears, and how the command ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import nbformat
import psutil
import pytest

from pb2b_notebook.cli import main

ROOT = Path(__file__).parents[2]
# The page, what it loads, the address of its kernels, Voila's own pages and an unknown page.
PATHS = ("/", "/voila/static/voila.js", "/voila/templates/lab/static/voila.js", "/login", "/api/kernels", "/nothing")
SOCKET = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x" * 24}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The command on a free port: its process, its address, and the file that holds its stderr."""
    home = tmp_path_factory.mktemp("app")
    env = os.environ | {"HOME": str(home), "PB2B_CACHE_DIR": str(home / "cache"), "JUPYTER_TOKEN": "another"}
    env |= {"PB2B_CONFIG": str(home / "config.toml"), "PB2B_API_KEY": "pb2b_live_canary"}
    log = home / "stderr"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "pb2b_notebook.cli", "app", "--port", "0", "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=env,
            cwd=home,
        )
    line = process.stdout.readline()
    assert process.stdout.readline() == "Ctrl-C stops it.\n"
    yield process, line.split()[-1], log
    process.kill()
    process.communicate()


@pytest.fixture
def origin(served):
    return "http://{0.hostname}:{0.port}".format(urlsplit(served[1]))


@pytest.fixture
def admitted(served, origin):
    """A client that has the cookie of the page."""
    with httpx.Client(base_url=origin, timeout=120) as client:
        first = client.get(served[1])
        assert (first.status_code, first.headers["location"]) == (302, "/")
        assert "httponly" in first.headers["set-cookie"].lower()
        assert "samesite=lax" in first.headers["set-cookie"].lower()
        yield client


@pytest.fixture(scope="module")
def page(served):
    """The page as the browser gets it first: its kernel is the one child of the process."""
    with httpx.Client(timeout=120) as client:
        client.get(served[1])
        yield client.get(urljoin(served[1], "/"), params={"template": "reveal"})


def test_the_app_listens_on_this_machine_only(served):
    listening = [
        connection.laddr
        for connection in psutil.Process(served[0].pid).net_connections()
        if connection.status == "LISTEN"
    ]
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_nothing_is_served_without_the_token_not_even_static_files(served, origin):
    wrong = urlsplit(served[1]).query[:-1]
    for path in PATHS:
        for address in (path, f"{path}?{wrong}", f"{path}?token=", f"{path}?token=another", f"{path}?token=%ff"):
            refused = httpx.get(f"{origin}{address}", timeout=60)
            assert refused.status_code == 403
            assert "set-cookie" not in refused.headers
    assert httpx.post(served[1]).status_code == 403
    hidden = httpx.head(f"{origin}/")
    assert (hidden.status_code, hidden.content) == (403, b"")
    assert int(hidden.headers["content-length"]) > 0
    assert httpx.head(served[1]).status_code == 302
    cookie = f"pb2b-app-{urlsplit(origin).port}=guessed"
    assert httpx.get(f"{origin}/", headers={"Cookie": cookie}).status_code == 403
    kernel = "/api/kernels/11111111-1111-1111-1111-111111111111/channels"
    assert httpx.get(f"{origin}{kernel}", headers=SOCKET).status_code == 403


def test_another_host_name_and_another_origin_are_refused_despite_the_cookie(admitted):
    assert admitted.get("/voila/static/voila.js").status_code == 200
    assert admitted.get("/voila/static/voila.js", headers={"Host": "rebound.example"}).status_code == 403
    assert admitted.get("/voila/static/voila.js", headers={"Origin": "http://127.0.0.1:1"}).status_code == 403
    assert admitted.get("/voila/files/app.ipynb").status_code == 403


def test_the_page_that_asks_whether_the_server_is_there_prints_nothing(served, admitted):
    assert admitted.head("/static/pb2b-app").status_code in {404, 405}
    assert "HEAD" not in served[2].read_text("utf-8")


def test_the_kernel_runs_this_python_in_the_current_folder_and_never_sees_the_token(served, page):
    process, address, log = served
    token = urlsplit(address).query.partition("=")[2]
    assert len(token) > 40
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "jupyter-widget" in page.text
    [kernel] = psutil.Process(process.pid).children()
    assert kernel.exe() == psutil.Process(process.pid).exe()
    assert kernel.cwd() == str(log.parent)
    for running in (psutil.Process(process.pid), kernel):
        assert token not in " ".join(running.cmdline())
        assert "canary" not in " ".join(running.cmdline())
    assert token not in str(kernel.environ())
    assert token not in page.text + log.read_text("utf-8")
    assert "canary" not in page.text + log.read_text("utf-8")


def test_ctrl_c_stops_the_app_and_its_kernels(served, page):
    process, _, log = served
    assert page.status_code == 200
    kernels = psutil.Process(process.pid).children()
    assert kernels
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert not any(kernel.is_running() for kernel in kernels)
    assert process.stdout.read() == ""
    assert "Traceback" not in log.read_text("utf-8")


def test_a_port_in_use_is_reported_in_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["app", "--port", str(taken.getsockname()[1])]) == 1
    printed = capsys.readouterr().err
    assert "is in use" in printed
    assert printed.count("\n") == 1


def test_without_voila_the_error_names_the_install_command():
    code = "import sys; sys.modules['voila'] = None\nfrom pb2b_notebook.cli import main\nsys.exit(main(['app']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'pb2b-notebook[app]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_browser_opens_the_page_through_a_file_that_only_its_owner_can_read(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: bool(opened.append(address)) or True)
    from pb2b_notebook import app_serving  # Voila: not for each worker that only collects this test

    with app_serving._page_opener("http://127.0.0.1:1/?token=secret") as open_page:
        open_page()
        page = Path(urlsplit(opened[0]).path)
        assert "secret" not in opened[0]
        assert "http://127.0.0.1:1/?token=secret" in page.read_text("utf-8")
        assert page.stat().st_mode & 0o077 == 0
    assert not page.exists()


def test_a_wheel_contains_the_notebook_of_the_checkout(tmp_path):
    pytest.importorskip("hatchling", reason="hatchling is not installed: run `sh .ci/setup dev`")
    building = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["build-backend"]
    code = f"import {building} as b; b.build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("pb2b_notebook/app.ipynb") == (ROOT / "notebooks" / "app.ipynb").read_bytes()
    from pb2b_notebook import app_serving

    [cell] = nbformat.read(app_serving.notebook(), 4).cells
    assert "pb.forms.App()" in cell.source
