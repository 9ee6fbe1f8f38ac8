"""The worker that runs every job, step by step, on the domain clock.

``worker`` runs them; ``models`` are jobs as the API shows them.
"""
