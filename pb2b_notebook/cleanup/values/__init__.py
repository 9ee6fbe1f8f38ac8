"""Rules for one kind of value a module: what it means, how it is written, what is wrong with it."""
