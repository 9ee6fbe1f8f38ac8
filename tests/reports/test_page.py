"""The page of a report: one file, escaped, without scripts and without anything from elsewhere."""

import re
from html import escape
from html.parser import HTMLParser


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(sandbox_report, hostile_report, tmp_path):
    for report in (sandbox_report, hostile_report):
        text = report.save(tmp_path / f"{report.live}.html").read_text("utf-8")
        found = Tags(text)
        assert not found.open
        assert not {"script", "img", "link", "iframe", "a", "svg"} & set(found.tags)
        assert not [name for name, _ in found.attributes if name.startswith("on") or name in {"src", "href"}]
        assert "default-src 'none'" in text
        assert not re.search(r"https?://", text)


def test_the_page_shows_every_section_sentence_and_cell(sandbox_report, tmp_path):
    text = sandbox_report.save(tmp_path / "week.html").read_text("utf-8")
    for section in sandbox_report.sections:
        assert f"<h2>{section.name}</h2>" in text
        for sentence in section.words:
            assert escape(sentence) in text
        for row in section.rows():
            assert all(f">{escape(cell)}</td>" in text for cell in row)
    assert "SANDBOX" in text
    assert "Europe/Berlin" in text
