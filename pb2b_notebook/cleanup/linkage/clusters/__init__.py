"""Scored pairs → clusters.

==============  ===========================================================
Module          What it does
==============  ===========================================================
``choices``     joins what a reviewer put together, and nothing else
``conflicts``   links that do not hold
``clustering``  clusters without weak links, the strongest links first
``grouping``    clusters of rows, their ids, and the links between rows
==============  ===========================================================
"""
