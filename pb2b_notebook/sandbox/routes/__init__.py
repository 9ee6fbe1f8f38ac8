"""One module a tag of the contract."""
