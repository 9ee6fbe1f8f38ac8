"""What this service refuses in a request, or demands of it: learned once, and remembered for the service.

================  ======================================================
Module            What it does
================  ======================================================
``unlearning``    what to leave out of a request that was refused;
                  ``refused_names`` which names of ours
``demands``       what a service demands of a write in its headers
``field_masks``   an update that names its fields in a mask
``key_forms``     in which form a service takes idempotency keys
``time_forms``    in which form a service takes times
``write_forms``   in which form a service takes the bodies of writes
``status_words``  statuses in the words of a service
``versions``      the version of an object, in the text of the service
``replacements``  an update as a replacement of its whole object
================  ======================================================
"""
