"""URLs and email addresses keep what they lead to."""

import re
from urllib.parse import urlsplit

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.provisional import urls

from each_case import each_case
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.addresses import rewrite_email, rewrite_host, rewrite_url

AWKWARD_URLS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["http://", "HTTPS://", "https:", "http:/", "//", ""]),
        st.sampled_from(["", "s", "http", "HTTPS", "Example.COM", "www.Example.com:8080", "A:X@Example.com", "[::1]"]),
        st.sampled_from(["", "/", "/Path;x=1", "//twice", "/http://Example.com"]),
        st.sampled_from(["", "?", "?a=B%20c,d&utm_source=x", "?utm_medium=x", "?a=1&&b;c", "?q=a+b&GCLID=1&z=%7E"]),
        st.sampled_from(["", "#", "#Top?utm_source=x"]),
    ),
)


def meaning(url):
    """What a URL leads to: all its parts, without the case of the host, tracking and an empty path."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    kept = [pair for pair in parts.query.split("&") if not pair.lower().startswith(("utm_", "gclid"))]
    return parts.scheme, user + at + host.lower(), parts.path.removesuffix("/"), "&".join(kept), parts.fragment


def with_scheme(url):
    """The URL as browsers read it, for which https:example.com and http:/example.com lack nothing."""
    lacking = re.match(r"(?:(https?):/?|//)(?=\w)", url, re.IGNORECASE)
    return f"https://{url}" if lacking is None else f"{(lacking[1] or 'https').lower()}://{url[lacking.end() :]}"


@given(urls() | AWKWARD_URLS)
def test_a_rewritten_url_leads_to_the_same_page(url):
    done = rewrite_url(url)
    assume(done.value is not None)
    assert meaning(done.value) == meaning(with_scheme(url) if "scheme" in done.rules else url)
    assert rewrite_url(done.value).value == done.value


@each_case(
    ("url", "after"),
    [
        ("http://", "http://"),
        ("https://", "https://"),
        ("HTTP://HTTP/x", "http://http/x"),
        ("https://s/x", "https://s/x"),
        ("https://example.com/?q=a%20b,c&utm_source=x", "https://example.com/?q=a%20b,c"),
        ("HTTP://EXAMPLE.com\\Path", "HTTP://EXAMPLE.com\\Path"),
        ("HTTP://[::1]:80/X", "http://[::1]:80/X"),
        ("St.Gallen", "St.Gallen"),
        ("John.Smith", "John.Smith"),
        ("Example.co.uk", "https://example.co.uk"),
        ("https://example.com/?utm_source=x&id=1;2#top", "https://example.com/?id=1;2#top"),
        ("www,example.com", "www,example.com"),
        ("example.com, example.org", "example.com, example.org"),
        ("<soon>", "<soon>"),
        ("https://example.com/a;", "https://example.com/a;"),
    ],
)
def test_no_other_part_of_a_url_is_written_anew(url, after):
    assert rewrite_url(url).value == after


@each_case(
    "copied",
    [
        "<https://example.com>",
        "“example.com”",
        '"https://example.com"',
        "[Example](https://example.com)",
        "example.com;",
        "example.com.",
        "https://example.com,",
    ],
)
def test_a_url_that_was_copied_with_signs_around_it_is_read(copied):
    assert rewrite_url(copied).value == "https://example.com"


@pytest.mark.parametrize("page", ["https://example.com/a,", "https://example.com/x.", "https://example.com/?q=a;"])
def test_the_name_of_a_page_may_end_in_a_sign(page):
    assert rewrite_url(page).value == page


@pytest.mark.parametrize(
    "page", ["https://www.linkedin.com/company/acme", "facebook.com/acme", "sites.google.com/view/acme"]
)
def test_the_host_of_a_page_on_a_shared_site_is_not_the_domain_of_a_company(page):
    assert rewrite_host(page).value == page
    frame = pd.DataFrame({"website": [page], "email": ["ada@acme.com"]})
    assert normalize(frame).frame["domain"].tolist() == ["acme.com"]


@each_case("written", ["İNFO@Firma.com.tr", "Ada Berg <İNFO@FİRMA.COM.TR>"])
def test_a_capital_of_turkish_in_an_email_address_is_a_plain_i(written):
    assert rewrite_email(written).value == "info@firma.com.tr"


@given(st.emails())
def test_a_valid_email_address_changes_in_case_only(address):
    assert rewrite_email(address).value.lower() == address.lower()


@each_case(
    "address",
    [
        "ADA@EXAMPLE.COM", "Ada.Berg@Example.com", "o'brien@Example.Co.UK", "Ada+x@b-C.de", "ADA@B--C.DE", "N.A@N.A",
        "Ada@Example", "ada@example.LOCALHOST", "Ada..Berg@example.com", f"{'A' * 65}@example.com", "-A@Example.com",
        "Ada@Example.c0m", f"A@{'b.' * 130}com", "ada@example.com\n", "NONE@NONE.COM", "Müller@example.com",
    ],
)  # fmt: skip
def test_an_address_is_read_the_same_with_brackets_around_it_or_without(address):
    for without in (frozenset(), frozenset({"case"})):
        alone, inside = rewrite_email(f" {address}", without=without), rewrite_email(f"<{address}>", without=without)
        assert alone.value == inside.value.strip("<>\n")


@pytest.mark.parametrize(
    ("address", "after"),
    [
        (' "John  Q. Public"@Example.com', '"John  Q. Public"@Example.com'),
        ('"a  b"@example.com', '"a  b"@example.com'),
        ("  ada@Example.com ", "ada@example.com"),
    ],
)
def test_the_spaces_of_a_quoted_local_part_stay(address, after):
    assert rewrite_email(address).value == after


@each_case(
    ("copied", "after"),
    [
        ("ada @example.com", "ada @example.com"),
        ("ada@ example.com", "ada@example.com"),
        ("ada\uff20example.com", "ada@example.com"),
        ("ada[at]example[dot]com", "ada@example.com"),
        ("ada@example.com Ada@example.com", "ada@example.com"),
        ("ada@example.com bob@example.com", "ada@example.com bob@example.com"),
        ("[ada@example.com](mailto:ada@example.com)", "ada@example.com"),
        ("ada@example.com <mailto:ada@example.com>", "ada@example.com"),
        ("ada@example.com<mailto:bob@example.com>", "ada@example.com<mailto:bob@example.com>"),
        ("mailto:%20ada@example.com?subject=a", "ada@example.com"),
    ],
)
def test_an_address_that_was_copied_with_its_link_or_spelled_out_is_read(copied, after):
    assert rewrite_email(copied).value == after
