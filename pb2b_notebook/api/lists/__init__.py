"""Read a list to its end. In order: pagination (cursors), windows and parallel, batches, collecting, listing."""
