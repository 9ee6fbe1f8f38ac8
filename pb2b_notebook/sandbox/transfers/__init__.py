"""Imports (CSV, rows, the job) and exports (filters, formats, the job)."""
