"""Find rows of one person and merge them.

In order: preparing and keys (what is compared of a row), blocking (which pairs to compare), comparing (levels of
agreement), weights and linking (the score of a pair), clustering, reasons and result; then survivorship and merge.
``learning`` refits the weights to labelled pairs.
"""
