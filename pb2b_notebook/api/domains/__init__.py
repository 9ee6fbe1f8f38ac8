"""The domains of the API as objects: ``resources`` lists their verbs, the other modules are the special verbs."""
