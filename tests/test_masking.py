import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb


def test_who_is_in_a_frame_cannot_be_seen_and_joins_stay(shared_ws):
    for frame in ("pandas", "polars"):
        leads = shared_ws.leads.list(frame=frame)
        masked = pb.mask(leads)
        assert list(masked.columns) == list(leads.columns)
        assert list(masked.dtypes) == list(leads.dtypes)
        shown = "\n".join(map(str, masked.rows() if frame == "polars" else masked.to_numpy().tolist()))
        people = [v for c in ("email", "full_name", "phone", "last_name") for v in leads[c] if isinstance(v, str)]
        assert [p for p in people if len(p) > 4 and p.strip() in shown and "@" in p] == []
        assert [p for p in people if " " in p.strip() and p.strip() in shown] == []
        fold = lambda s: len({v.strip().casefold() for v in s if isinstance(v, str) and v.strip()})  # noqa: E731
        assert fold(masked["email"]) == fold(leads["email"])
        assert list(masked["company_name"])[:5] == list(leads["company_name"])[:5]


def test_the_same_value_is_the_same_in_every_frame_and_in_both_libraries():
    one = pb.mask(pd.DataFrame({"email": ["Ada@example.com", None]}))
    two = pb.mask(pl.DataFrame({"owner_email": ["ada@example.com"]}))
    assert one["email"][0] == two["owner_email"][0]
    assert one["email"].isna()[1]


def test_another_salt_gives_other_replacements():
    df = pd.DataFrame({"full_name": ["Ada"]})
    assert pb.mask(df, salt="a")["full_name"][0] != pb.mask(df, salt="b")["full_name"][0]
    assert pb.mask(df, salt="a")["full_name"][0] == pb.mask(df, salt=b"a")["full_name"][0]


def test_addresses_and_numbers_inside_other_text_and_lists_are_hidden():
    df = pd.DataFrame(
        {
            "subject": ["Re: ada@example.com, +49 (30) 901820"],
            "tags": [["vip", "ada@example.com"]],
            "metadata": [{"to": "ada@example.com", "n": 3}],
        }
    )
    masked = pb.mask(df)
    assert "ada@" not in masked.to_string()
    assert "901820" not in masked.to_string()
    assert masked["tags"][0][0] == "vip"
    assert masked["metadata"][0]["n"] == 3


def test_masking_twice_and_an_empty_frame_and_odd_labels():
    df = pd.DataFrame({"email": ["ada@example.com"]})
    pb.mask(pb.mask(df))
    assert pb.mask(df.iloc[:0]).empty
    twice = pd.DataFrame([["Ada", "Bob"]], columns=["full_name", "full_name"], index=["x"])
    assert pb.mask(twice).iloc[0].str.startswith("Person").all()
    assert pb.mask(pl.DataFrame()).is_empty()


def test_the_original_is_left_alone():
    df = pd.DataFrame({"email": ["ada@example.com"]})
    pb.mask(df)
    assert df["email"][0] == "ada@example.com"


@pytest.mark.parametrize("what", [None, [1], "ada", {"email": ["a"]}, pd.Series(["a"])])
def test_what_is_no_frame_is_refused(what):
    with pytest.raises(pb.errors.UsageError):
        pb.mask(what)
