"""Webhooks. In order: rules (endpoints), events, outbox, delivery queue, attempts, deliveries (the sender), sinks."""
