"""Features that follow from the row itself."""

import polars as pl

from linkage_stages import features_of
from pb2b_notebook import cleanup


def test_the_label_of_a_domain_does_not_depend_on_its_ending():
    """Otherwise all domains in .co.uk have the label "co"."""
    hosts = ["acme.com", "www.acme.co.uk", "shop.acme.com.br", "acme.gov.au", "acme.de", "com.acme.de"]
    assert features_of([{"company_domain": host} for host in hosts])["label"].to_list() == ["acme"] * 6
    namesakes = [
        {"full_name": "Eric Davis", "company_domain": f"{firm}.co.uk", "email": f"eric.davis@{firm}.co.uk"}
        for firm in ("tecera", "brixwell")
    ]
    found = cleanup.duplicates(pl.DataFrame(namesakes), 0.01)
    assert all("similar domains" not in reasons for reasons in found.pairs["reasons"])
