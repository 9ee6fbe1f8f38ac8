"""What editors and type checkers see: the stub is fresh, is Python, and says the same as the functions.

That type checkers accept right calls and reject wrong ones: see ``typed_calls.py``, which mypy checks too.
"""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pb2b_notebook as pb
from pb2b_notebook import openapi
from pb2b_notebook.api.domains import resources, stubs, verbs
from pb2b_notebook.cli.contract import STUB


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
            functions = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            # Of the overloads of a verb, the last one names no library, and the first one has the docstring.
            written = {one.name: one for one in functions}
            documented = {one.name: one for one in reversed(functions)}
            assert set(written) == {n for n, one in vars(kind).items() if isinstance(one, (verbs.Verb, verbs.Part))}
            for verb, function in written.items():
                bound = getattr(domain, verb)
                if isinstance(bound, verbs.Resource):
                    assert ast.unparse(function.returns) == f"{type(bound).__name__}[FrameT]"
                    continue
                shown = str(inspect.signature(bound)).replace("(", "(self, ", 1).replace("(self, )", "(self)")
                if len([one for one in functions if one.name == verb]) > 1:
                    shown = shown.replace("frame: FrameName | None = None", "frame: FrameName | None")
                as_code = ast.parse(f"def {verb}{shown}: ...").body[0]
                assert ast.unparse(function.args) == ast.unparse(as_code.args), (name, verb)
                assert ast.unparse(function.returns) == ast.unparse(as_code.returns)
                assert inspect.cleandoc(ast.get_docstring(documented[verb])) == inspect.cleandoc(bound.__doc__)
                held += 1
    assert held >= 65


def test_pyright_sees_the_types_and_the_wrong_calls_of_the_example():
    tool, root = Path(sys.executable).with_name("basedpyright"), Path(__file__).parents[3]
    done = subprocess.run([tool, "--pythonpath", sys.executable], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stub_of_another_contract_has_its_keywords():
    document = openapi.load_document()
    favourite = {"name": "favourite", "in": "query", "schema": {"type": "boolean"}}
    leads = document["paths"]["/leads"]
    listed = {**leads["get"], "parameters": [*leads["get"]["parameters"], favourite]}
    changed = {**document, "paths": {**document["paths"], "/leads": {**leads, "get": listed}}}
    assert "favourite: bool | None = None" in stubs.render(openapi.read_document(changed))
    assert "favourite" not in stubs.render()
