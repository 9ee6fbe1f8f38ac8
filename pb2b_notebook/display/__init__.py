"""What notebooks and terminals show: cards of values, safe frames, notices and progress bars."""
