"""The API as a value: its document, its operations, its fields."""
