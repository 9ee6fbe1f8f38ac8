"""Make one call. In order: signatures, binding (arguments to a request), options, session, mutating, records."""
