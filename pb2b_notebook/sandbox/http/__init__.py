"""One request, before its operation runs. In order: limits, keys, bodies, idempotency, routing."""
