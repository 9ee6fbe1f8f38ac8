"""Make a messy lead frame one that a CRM deserves, with every decision visible.

Frame in, frame out, pandas or polars alike, no request and no file. Nothing is changed in silence: each step returns a
result with ``.frame`` and what it changed.
"""
