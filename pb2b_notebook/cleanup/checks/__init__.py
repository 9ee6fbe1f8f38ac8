"""Check a frame without changing it.

=============  ==============================================================================
Module         What it does
=============  ==============================================================================
``validate``   ``validate``: the errors that an import would report
``screen``     ``screen``: leads that must not be contacted, with ``exclusions``, the reasons
``report``     ``report``: the data quality, by field and overall
``findings``   what can be wrong with one value of a field
``prefilter``  which cells of a column have to be looked at one by one
=============  ==============================================================================
"""
