"""Failures on demand. In order: faults (their grammar), schedule (which request is hit), effects (what goes wrong)."""
