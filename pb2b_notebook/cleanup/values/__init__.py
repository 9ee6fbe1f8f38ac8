"""One module for each kind of value: how it is read, how it is written, and what can be wrong with it."""
