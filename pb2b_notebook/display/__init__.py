"""What notebooks and terminals show.

============  ==========================================================
Module        What it does
============  ==========================================================
``cards``     **how a value shows itself**, as text and as HTML
``frames``    frames of untrusted text, shown safely
``notices``   notices that are not errors: below the cell, or in the log
``progress``  a progress bar for calls that take longer than a second
``hiding``    nothing is printed beside a form or a page
``counting``  numbers with their nouns
============  ==========================================================
"""
