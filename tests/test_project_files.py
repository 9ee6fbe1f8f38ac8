"""Files at the top that other programs read: those of GitHub, pre-commit, Read the Docs and citation tools."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def loaded(name):
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def test_a_citation_names_this_version_and_its_authors():
    citation = loaded("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert {citation["version"], citation["license"]} == {PROJECT["version"], PROJECT["license"]}
    assert citation["authors"] == [{"name": author["name"]} for author in PROJECT["authors"]]
    assert citation["abstract"] == PROJECT["description"]


def test_hooks_run_tools_of_the_development_environment():
    hooks = [hook for repository in loaded(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    tools = {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in hooks}
    assert tools == {"ruff", "lint-imports", "pytest"}
    assert all(hook["language"] == "system" for hook in hooks)


def test_read_the_docs_builds_as_contributing_says():
    build = loaded(".readthedocs.yaml")
    assert (ROOT / build["sphinx"]["configuration"]).is_file()
    assert build["build"]["tools"]["python"] == (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix(
        "python-"
    )


def test_updates_are_asked_for_folders_with_such_files():
    updates = {
        update["package-ecosystem"]: update["directory"] for update in loaded(".github/dependabot.yml")["updates"]
    }
    assert updates == {"github-actions": "/", "pip": "/binder"}
    assert (ROOT / "binder" / "requirements.txt").is_file()


@pytest.mark.parametrize("name", ["bug_report", "feature_request"])
def test_issue_forms_have_unique_fields_and_a_required_one(name):
    fields = [part for part in loaded(f".github/ISSUE_TEMPLATE/{name}.yml")["body"] if part["type"] != "markdown"]
    ids = [part["id"] for part in fields]
    assert len(set(ids)) == len(ids)
    assert any(part.get("validations", {}).get("required") for part in fields)


def test_the_conda_recipe_requires_what_the_package_requires():
    recipe = loaded("conda/recipe.yaml")
    python, *packages = recipe["requirements"]["run"]
    required = [requirement.partition(">=") for requirement in PROJECT["dependencies"]]
    assert packages == [f"{name} >={floor}" for name, _, floor in required]
    assert python == f"python {PROJECT['requires-python']}"
    assert recipe["context"]["version"] == PROJECT["version"]
    assert recipe["about"]["summary"] == PROJECT["description"]
    assert recipe["build"]["python"]["entry_points"] == [f"pb2b = {PROJECT['scripts']['pb2b']}"]


def test_the_addresses_of_a_published_repository_are_to_be_filled_in_in_one_file_as_the_checklist_says():
    """There is no published repository: its owner is a placeholder, which one command replaces."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("[!_]*/**/*.md"), *(ROOT / "docs").glob("*.md")]
    assert [page.name for page in pages if "<owner>" in page.read_text("utf-8")] == ["README.md"]
    [command] = re.findall(r"sed -i '([^']+)' README\.md", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    readme = (ROOT / "README.md").read_text("utf-8")
    for old, new in re.findall(r"s/(<\w+>)/(\w+)/g", command):
        readme = readme.replace(old, new)
    assert "https://OWNER.github.io/REPOSITORY/" in readme
    assert "https://mybinder.org/v2/gh/OWNER/REPOSITORY/HEAD?" in readme
    assert not re.search("<(owner|repository)>", readme)
