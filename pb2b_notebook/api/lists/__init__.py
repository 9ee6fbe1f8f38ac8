"""Read a list to its end. In order: pagination (cursors), windows and parallel, listing, collecting, batches."""
