"""What editors and type checkers see: the stub is fresh, is Python, and says the same as the functions."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import pb2b_notebook as pb
from pb2b_notebook import openapi
from pb2b_notebook.api.domains import resources, stubs, verbs
from pb2b_notebook.cli import STUB

ROOT = Path(__file__).parents[3]
RIGHT = """
from pb2b_notebook.api.domains.resources import Leads, Webhooks, Jobs, Imports, Campaigns, Prospector

def right(leads: Leads, webhooks: Webhooks, jobs: Jobs, imports: Imports, campaigns: Campaigns) -> None:
    leads.list(status=["new", "replied"], updated_after="7d", custom={"tier": "A"}, frame="polars")
    lead = leads.get("lead_1")
    leads.update(lead, {"title": "Countess"}, email=None, if_updated_at=lead.updated_at)
    webhooks.create(url="https://example.com", events=["lead.created"])
    imports.errors(imports.wait(imports.create("a.csv", {"Mail": "email"})))
    jobs.wait(campaigns.launch(lead).apply(), timeout=60)
    reveal_type(lead)
"""
WRONG = {
    'leads.list(stauts="new")': 'Unexpected keyword argument "stauts"',
    'leads.list(status="nwe")': "incompatible type",
    'leads.list(status=["new", "nwe"])': "incompatible type",
    "leads.get(7)": "incompatible type",
    "leads.get()": "Missing positional argument",
    'webhooks.create(url="https://example.com")': 'Missing named argument "events"',
    'jobs.wait("job_1", timeout="soon")': "incompatible type",
    "prospector.runs.cancel()": "Missing positional argument",
}


def test_the_stub_is_fresh():
    assert STUB.read_text("utf-8") == stubs.render()


def test_the_stub_says_the_same_as_the_functions():
    tree = ast.parse(STUB.read_text("utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    held = 0
    with pb.open_sandbox(leads=5) as ws:
        for name, node in classes.items():
            kind = getattr(resources, name)
            assert ast.get_docstring(node) == inspect.getdoc(kind)
            domain = kind(ws._session)
            written = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
            assert set(written) == {n for n, one in vars(kind).items() if isinstance(one, (verbs.Verb, verbs.Part))}
            for verb, function in written.items():
                bound = getattr(domain, verb)
                if isinstance(bound, verbs.Resource):
                    assert ast.unparse(function.returns) == type(bound).__name__
                    continue
                shown = str(inspect.signature(bound)).replace("(", "(self, ", 1).replace("(self, )", "(self)")
                as_code = ast.parse(f"def {verb}{shown}: ...").body[0]
                assert ast.unparse(function.args) == ast.unparse(as_code.args), (name, verb)
                assert ast.unparse(function.returns) == ast.unparse(as_code.returns)
                assert inspect.cleandoc(ast.get_docstring(function)) == inspect.cleandoc(bound.__doc__)
                held += 1
    assert held >= 65


def test_a_stub_of_another_contract_has_its_keywords():
    document = openapi.load_document()
    favourite = {"name": "favourite", "in": "query", "schema": {"type": "boolean"}}
    leads = document["paths"]["/leads"]
    listed = {**leads["get"], "parameters": [*leads["get"]["parameters"], favourite]}
    changed = {**document, "paths": {**document["paths"], "/leads": {**leads, "get": listed}}}
    assert "favourite: bool | None = None" in stubs.render(openapi.read_document(changed))
    assert "favourite" not in stubs.render()


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """What mypy says of both, in one run."""
    path = tmp_path_factory.mktemp("typing") / "calls.py"
    arguments = "leads: Leads, webhooks: Webhooks, jobs: Jobs, prospector: Prospector"
    wrong = [f"def wrong_{n}({arguments}) -> None:\n    {code}\n" for n, code in enumerate(WRONG)]
    path.write_text("\n".join([RIGHT, *wrong]), "utf-8")
    # As tests/test_architecture.py runs it, cache included: whichever comes second need not read the libraries again.
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", str(path)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    lines = path.read_text("utf-8").splitlines()
    told = [line.removeprefix(f"{path}:") for line in done.stdout.splitlines()]
    return [(lines[int(line.split(":")[0]) - 1].strip(), line) for line in told]


def test_a_type_checker_knows_right_calls_from_wrong_ones(checked):
    said = {}
    for code, line in checked:
        said.setdefault(code, []).append(line)
    assert any('"pb2b_notebook.api.calls.records.Record"' in line for line in said.pop("reveal_type(lead)"))
    assert set(said) == set(WRONG)
    for code, expected in WRONG.items():
        assert any(expected in line for line in said[code]), said[code]
