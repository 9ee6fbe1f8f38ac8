"""Texts that spreadsheets and file formats misinterpret."""

TEXTS = [
    "007", "+4930901820", "=1+1", "@SUM(A1)", "-2", "\t=x", "＝1", " lead", "trail ", "  ", "\n", "a\tb", "a\nb",
    "'quoted", "''", "'", "'null", "'\"a\"", "it's", "", "null", "nan", "N/A", "#N/A", "TRUE", "true", "1/2", "3%",
    "2026-03-10", "2026-03-10T12:00:00Z", "12:30", "March 5", "1.5", "1,5", ".5", "1e5", "12345678901234567890", "-0",
    "€5", "$5 to $10", "_x0041_", "<r>a</r>", "<b>b</b>", "&amp;", "a;b", "a,b", 'say "hi"', '["a"]', "{}", "(5)",
    "\x07", "\x1f", "\x7f", "\x85", "\ufeffx", "\ufffe", "\u2028", "\u202ecba", "😀", "\ufffd", "１２", "a" * 10_000,
    '=HYPERLINK("http://example.com")',
]  # fmt: skip
"""Texts that survive every program: without carriage returns and NUL, which spreadsheets change in CSV."""

RAW = [*TEXTS, "a\r\nb", "\rx", "a\x00b", "\r"]
"""Texts that survive every format."""
