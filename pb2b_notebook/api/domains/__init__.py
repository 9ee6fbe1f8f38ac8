"""The domains of ``ws``: ``resources`` lists their verbs; the other modules are verbs that make several requests."""
