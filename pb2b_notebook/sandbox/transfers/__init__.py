"""Imports (CSV rows, cells, the job) and exports (filters, formats, the job)."""
