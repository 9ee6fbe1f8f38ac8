"""The domains of ``ws``: ``resources`` lists their verbs; the other modules are verbs of more than one call."""
