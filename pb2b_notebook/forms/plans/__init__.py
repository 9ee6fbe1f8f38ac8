"""The forms of a plan: ``make`` plans rows; ``review`` shows the plan in ``lines``, edits it and applies it."""
