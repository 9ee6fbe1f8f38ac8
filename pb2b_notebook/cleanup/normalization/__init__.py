"""Write each value in one way. In order: rewriters (one a column), derived columns, suggestions, ``normalize``."""
