"""The forms of a plan: ``make`` plans a frame, ``review`` shows, edits and applies the plan row by row."""
