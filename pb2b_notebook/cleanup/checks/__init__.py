"""Check a frame without changing it. In order: prefilter, findings, then ``validate``, ``screen`` and ``report``."""
