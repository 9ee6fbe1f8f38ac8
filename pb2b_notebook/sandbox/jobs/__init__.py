"""The worker that runs every job, step by step, on the domain clock."""
