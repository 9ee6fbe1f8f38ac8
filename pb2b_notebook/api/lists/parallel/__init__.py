"""Read windows of time at once: in how many (``choice``), how (``reading``), and by which ``requests``."""
