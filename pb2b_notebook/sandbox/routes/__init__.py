"""One module a tag of the contract."""

from pb2b_notebook.sandbox.routes import lead_fields, leads, me

TAGS = (me.tag, leads.tag, lead_fields.tag)
"""In the order of the reference."""
