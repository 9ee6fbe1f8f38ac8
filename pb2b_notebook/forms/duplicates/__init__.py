"""The review of duplicates.

=====================  ==================================================================
Module                 What it does
=====================  ==================================================================
``find``               the form that finds duplicates in the workspace or in a file
``review``             the form that reviews them, cluster by cluster
``clusters``           the clusters, read one at a time
``decisions``          **what was decided**: a value that remembers the changes before it
``queue``              the order of the clusters, filtered and sorted
``session``            a review as a recipe, and back
``cards``, ``status``  a cluster as HTML, and the line above it
``chooser``            boxes that choose a value or leave a member out
=====================  ==================================================================
"""
