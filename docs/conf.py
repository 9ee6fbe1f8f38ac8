"""How the documentation is built: from docstrings, the contract, and the notebooks as they are committed.

Offline: nothing is fetched, no notebook is run, and the pages load nothing from elsewhere. Warnings are errors.
"""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_extensions"), str(HERE.parent)]

# myst_nb loads jsonschema, which would build grammars of IRIs for more than a second. No schema of ours has an IRI.
sys.modules.setdefault("rfc3987_syntax", None)

os.environ["COLUMNS"] = "90"  # the usage of commands, however wide the terminal is that builds

import pb2b_notebook  # noqa: E402

project = "pb2b_notebook"
author = "the authors of pb2b_notebook"
project_copyright = author
version = release = pb2b_notebook.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "myst_nb",
    "sphinx_copybutton",
    "api_reference",
    "live_notebooks",
]
exclude_patterns = ["_build", "_extensions"]
maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"pb2b_notebook {release}"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["frames.css"]

# Outputs are committed and held to by nbval; here they are only shown.
nb_execution_mode = "off"
# A lead may be called "$5 to $10": no text is mathematics (the extension "dollarmath" stays off).
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def _bring_notebooks() -> None:
    """Put the notebooks where Sphinx finds them; copies keep their times, so that only changed ones are read again."""
    folder = HERE / "notebooks"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.ipynb"):
        old.unlink()
    # Those that are read; app.ipynb is served.
    for notebook in (HERE.parent / "notebooks").glob("[0-9]*.ipynb"):
        shutil.copy2(notebook, folder)


_bring_notebooks()
