"""What all domains of the sandbox share: store and tables, models, queries, problems, clocks, cursors."""
