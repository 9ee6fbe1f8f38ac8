"""The pairs of companies that are compared."""

import pandas as pd

import pb2b_notebook as pb


def test_a_short_list_may_write_one_company_in_eighty_ways():
    wrong = [f"{one}{other}" for one in "aeiouybc" for other in "bcdfghklqw"]
    names = ["Koninklijke Philips Electronics", *(f"Koninklijke Philips Electr{letters}nics" for letters in wrong[:79])]
    found = pb.cleanup.duplicates(pd.DataFrame({"company": names}), of="companies")
    assert len(set(found.frame["cluster_id"])) == 1
