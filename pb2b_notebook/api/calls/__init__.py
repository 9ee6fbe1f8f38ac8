"""Make one call. In order: signatures and binding (arguments to a request), session (send), mutating, records."""
