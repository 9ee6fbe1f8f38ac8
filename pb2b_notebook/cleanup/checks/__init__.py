"""Look without changing anything. In order: prefilter, findings, then ``validate``, ``screen`` and ``report``."""
