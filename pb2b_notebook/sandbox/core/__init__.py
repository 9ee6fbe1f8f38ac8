"""What every domain of the sandbox uses: store and tables, models, queries, problems, clocks, cursors."""
