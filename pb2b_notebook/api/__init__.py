"""The HTTP client: send, retry, read envelopes, follow cursors."""
