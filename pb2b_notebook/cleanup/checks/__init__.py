"""Check a frame without changing it.

=============  ==============================================================================
Module         What it does
=============  ==============================================================================
``validate``   ``validate``: the errors that an import would report
``screen``     ``screen``: leads that must not be contacted, with ``exclusions``, the reasons
``report``     ``report``: the data quality, by field and overall
``findings``   what can be wrong with one value of a field
``made_up``    what people type instead of a value: test@test.com, 000-000-0000, rows of "asdf"
``prefilter``  which cells of a column have to be looked at one by one
=============  ==============================================================================
"""
