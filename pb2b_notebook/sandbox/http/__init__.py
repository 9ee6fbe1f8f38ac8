"""The handling of one request before its operation runs: keys, limits, bodies, idempotency, routing."""
