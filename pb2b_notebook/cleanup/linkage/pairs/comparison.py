"""Compare pairs: SQL over the features of both rows gives the levels of agreement, packed into a pattern.

DuckDB compares a few million pairs in seconds. What each level means is in :mod:`.levels`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from string import ascii_lowercase
from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.columns.further_columns import (
    FEW,
    IS_THIN,
    RANDOM_PAIRS,
    identity_levels,
    packed_sql,
)
from pb2b_notebook.cleanup.linkage.columns.roles import CITY
from pb2b_notebook.cleanup.linkage.names.company_names import marks_differ_sql
from pb2b_notebook.cleanup.linkage.names.person_names import GENERATIONS, SON_OR_DAUGHTER
from pb2b_notebook.cleanup.linkage.names.romanization import LATIN
from pb2b_notebook.cleanup.linkage.pairs.levels import COMPARISONS, IDENTITY, differ_wholly, levels_of
from pb2b_notebook.cleanup.linkage.pairs.phone_kinds import with_kinds_of_phones
from pb2b_notebook.cleanup.linkage.tables.database import FEW_ROWS, run_planned_query, run_query
from pb2b_notebook.cleanup.values.given_names import WOMENS_WITHOUT_A, given_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    import numpy as np
    import polars as pl
    import pyarrow as pa

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.pairs.levels import Comparison

_NOT_COMPARED = ("i", "copies", "is_new", "content", "formal", "sound", "is_long")
"""Columns of the features that the SQL does not read."""
_OF_SCRIPTS = ("script", "latin_hash", "sounds_hash")
"""Columns of the features that it reads only where a list has names in several scripts."""
_IDENTITY_UNIT = 1 << sum(comparison.bits for comparison in COMPARISONS[: COMPARISONS.index(IDENTITY)])
"""What one level of ``IDENTITY`` adds to a pattern."""
_AGREEMENT = ("first", "last", "mail_hash", "firm_hash", "site", "line")
"""Columns in which pairs agree or not, so that other branches of the SQL are for them; at most eight."""
_PORTION = 50_000
"""Pairs whose rows are taken at once."""
_PAIRS_OF_QUERY = 500_000
"""Pairs of one query. DuckDB frees most of their rows, about 1 kB a pair, only when it ends; to plan it takes as long
as to compare 40,000 pairs."""

# CASE evaluates a branch only for the rows that reach it, AND and OR evaluate all operands for all rows: so cheap
# conditions come before expensive ones. The most expensive is damerau_levenshtein, at twenty times
# jaro_winkler_similarity; and texts cost more than numbers.
# Texts whose sets of letters differ much cannot reach the similarity: one of 0.93 leaves at most 0.36 of the letters of
# the longer text without a counterpart, one of 0.95 leaves 0.26.
_ALIKE = """
    CASE WHEN x.first = '' OR y.first = '' OR x.first = y.first THEN 1
        ELSE jaro_winkler_similarity(x.first, y.first, 0.8) END AS first_alike,
    CASE WHEN x.last = '' OR y.last = '' OR x.last = y.last THEN 1
        ELSE jaro_winkler_similarity(x.last, y.last, 0.8) END AS last_alike"""
# One word alone may be either name.
_FAMILY_ALONE = "(x.last = '' AND x.first = y.last) OR (y.last = '' AND y.first = x.last)"
# J. Robert is called Robert; and M. Étienne, without a country, may be Monsieur.
_IS_CALLED_BY = """(length({0}.first) = 1 AND length({1}.first) > 2
            AND starts_with({0}.middle || ' ', {1}.first || ' '))"""
# J. Robert is called Robert and not James, unless they share an address, a phone or a profile. Y. Z. is not Yong-Qiang,
# whose second syllable does not begin with Z, and J. M. is not Jean-Pierre. Peter Wang may have a middle name.
_HAS_OTHER_INITIALS = """CASE WHEN {0}.middle = '' OR {1}.middle <> '' OR length({0}.first) > 1 THEN false
        WHEN length({0}.middle) > 1 THEN CASE WHEN {0}.second <> '' OR starts_with({0}.middle, {1}.first) THEN false
            WHEN regexp_matches({0}.middle, '^[^ ]{{1,2}}( |$)') THEN false
            ELSE NOT ((x.mailbox_hash = y.mailbox_hash AND x.mailbox_hash <> 0) OR same_line
                OR (x.profile_hash = y.profile_hash AND x.profile_hash <> 0)) END
        WHEN {1}.compound THEN NOT contains({1}.first[3:], {0}.middle)
        WHEN NOT {1}.is_eastern OR {1}.formal_bits <> 0 OR {1}.frequent_sound <> 0 THEN false
        ELSE NOT regexp_matches({1}.first, '^[^aeiou]*[aeiou]+(?:ng|[hklmnprt])?' || {0}.middle) END"""
_OTHER_INITIALS = f"({_HAS_OTHER_INITIALS.format('x', 'y')} OR {_HAS_OTHER_INITIALS.format('y', 'x')})"
_FIRST = f"""CASE WHEN x.first = '' OR y.first = '' OR {_FAMILY_ALONE} THEN 0
    WHEN x.first = y.first OR x.given_hash = y.given_hash THEN 1
    WHEN length(x.first) = 1 OR length(y.first) = 1 THEN CASE WHEN least(strlen(x.first), strlen(y.first)) > 2 THEN 6
        WHEN x.first[1] = y.first[1] AND {_OTHER_INITIALS} THEN 6
        WHEN x.first[1] = y.first[1] THEN 3  -- a Chinese or Korean letter is a whole name
        WHEN {_IS_CALLED_BY.format("x", "y")} OR {_IS_CALLED_BY.format("y", "x")} THEN 3 ELSE 6 END
    WHEN CASE WHEN strlen(x.first) = 2 THEN x.formal_bits = 0 AND NOT x.common AND starts_with(y.first, x.first)
        WHEN strlen(y.first) = 2 THEN y.formal_bits = 0 AND NOT y.common AND starts_with(x.first, y.first)
        ELSE false END THEN 3  -- Ph. Martin is Philippe
    WHEN CASE WHEN x.formal_bits & y.formal_bits <> 0
        THEN list_has_any(string_split(x.formals, ' '), string_split(y.formals, ' ')) ELSE false END
        THEN CASE WHEN replace(x.first, 'aa', 'a') = replace(y.first, 'aa', 'a') THEN 1 ELSE 2 END  -- Aase is Åse
    WHEN x.common AND y.common THEN CASE
        WHEN x.frequent_sound = y.frequent_sound AND x.frequent_sound <> 0 THEN 4  -- Sylvia is Silvia
        WHEN first_alike >= 0.8 THEN 5 ELSE 6 END
    WHEN CASE WHEN starts_with(x.first, y.first) OR starts_with(y.first, x.first)
        THEN least(length(x.first), length(y.first)) > 2 ELSE false END THEN CASE
        WHEN x.frequent_sound = y.frequent_sound AND x.frequent_sound <> 0 THEN 4  -- Christina is Christin
        WHEN x.first IN (y.first || 'a', y.first || 'e') OR y.first IN (x.first || 'a', x.first || 'e') THEN 5
        ELSE 2 END
    WHEN first_alike >= 0.92 THEN CASE
        WHEN x.first[:-2] <> y.first[:-2] THEN 4
        WHEN contains('aeiou', x.first[-1]) AND contains('aeiou', y.first[-1]) THEN 5 ELSE 4 END
    WHEN first_alike < 0.8 THEN 6
    WHEN CASE WHEN least(length(x.first), length(y.first)) > 3 AND abs(length(x.first) - length(y.first)) < 2
        THEN damerau_levenshtein(x.first, y.first) <= 1 ELSE false END THEN 4
    WHEN first_alike >= 0.82 THEN 5 ELSE 6 END"""
# A further family name behind a whole name of three words or more: Marlene Monteiro de Oliveira (Pereira).
_ADDED = """CASE WHEN {0}.middle = '' OR {1}.middle = '' THEN false
    ELSE starts_with(replace({0}.middle, ' ', ''), replace({1}.middle, ' ', '') || {1}.last) END"""
_LAST = f"""CASE WHEN x.last = '' OR y.last = '' THEN CASE WHEN x.first <> '' AND y.first <> '' AND ({_FAMILY_ALONE})
        THEN 1 ELSE 0 END
    WHEN x.last = y.last THEN 1
    WHEN length(x.last) = 1 OR length(y.last) = 1 THEN CASE WHEN x.last[1] = y.last[1] THEN 3 ELSE 5 END
    WHEN last_alike >= 0.93 OR x.second = y.last OR y.second = x.last THEN 2
    WHEN x.first = y.first AND ({_ADDED.format("x", "y")} OR {_ADDED.format("y", "x")}) THEN 2
    WHEN least(length(x.last), length(y.last)) > 3 THEN CASE  -- Ming is not Ling
        WHEN starts_with(x.last, y.last) OR starts_with(y.last, x.last)
            OR ends_with(x.last, y.last) OR ends_with(y.last, x.last) THEN 2
        WHEN last_alike < 0.8 THEN 5
        WHEN CASE WHEN abs(length(x.last) - length(y.last)) < 2 AND (length(x.last) > 4 OR x.last[1] = y.last[1])
            THEN damerau_levenshtein(x.last, y.last) <= 1 ELSE false END THEN 2
        WHEN last_alike >= 0.84 THEN 4 ELSE 5 END
    WHEN last_alike >= 0.84 THEN 4 ELSE 5 END"""
# One company name adds words to the other: KUKA Roboter is a company of its own, beside KUKA.
_ADDS_WORDS = """CASE WHEN firms <> 2 THEN false ELSE length(x.company) <> length(y.company)
    AND len(string_split(x.company, ' ')) <> len(string_split(y.company, ' '))
    AND (list_has_all(string_split(x.company, ' '), string_split(y.company, ' '))
        OR list_has_all(string_split(y.company, ' '), string_split(x.company, ' '))) END"""
# Ferrari Paolo and Ferrari Paola, or Paola Ferrari, have one family name, and given names of a man and of a woman.
_MAN_AND_WOMAN = """CASE WHEN {2} = 0 OR {3} = 0 OR {2} & {3} <> 0 THEN false
        WHEN {0} = {1} || 'a' OR {1} = {0} || 'a' THEN true
        ELSE {0}[:-2] = {1}[:-2] AND {0}[-1] || {1}[-1] IN ('oa', 'ao') END"""
_TURNED = f"""CASE WHEN x.first = '' OR y.first = '' THEN false
    WHEN x.first = y.first
        THEN x.formal_bits = 0 AND {_MAN_AND_WOMAN.format("x.last", "y.last", "x.last_bits", "y.last_bits")}
    WHEN x.first = y.last
        THEN x.formal_bits = 0 AND {_MAN_AND_WOMAN.format("x.last", "y.first", "x.last_bits", "y.formal_bits")}
    WHEN x.last = y.first
        THEN y.formal_bits = 0 AND {_MAN_AND_WOMAN.format("x.first", "y.last", "x.formal_bits", "y.last_bits")}
    ELSE false END"""
# Hùng and Hưng, where both names are written with marks.
_OTHER_TONES = """CASE WHEN x.tones = '' OR y.tones = '' OR x.tones = y.tones THEN false
    ELSE len(list_filter(string_split(x.tones, ' '), lambda t: NOT list_contains(string_split(y.tones, ' '), t)
        AND contains(' ' || y.tones, ' ' || split_part(t, '=', 1) || '='))) > 0 END"""
# Given names of East Asia are syllables of few sounds: those of two colleagues often differ in a letter (Min-jun and
# Min-jung, Takeshi and Takashi). What has no such syllables (Minjrun) is a typing error.
_SYLLABLES = "'^(?:(?:[cgknpstz]h|ng|t[rs]|[hk]w|[bcdfghjklmnpqrstvwxyz])?[aeiouy]{1,3}(?:[cn]h|ng|[hklmnpt])?)+$'"
# Wang Jun and Wang Jue: their family name is the first word, so that a marriage does not explain the other one.
_ARE_EASTERN_GIVEN = f"""CASE WHEN NOT x.eastern_first THEN false
    ELSE regexp_matches(x.last, {_SYLLABLES}) AND regexp_matches(y.last, {_SYLLABLES}) END"""
_NAME = """CASE WHEN turned THEN 11 WHEN f = 0 AND l = 0 THEN CASE WHEN firms = 3 OR adds_words THEN 14 ELSE 0 END
    WHEN (f = 1 AND l = 1) OR same_name THEN CASE WHEN other_tones THEN 11
        WHEN f > 1 THEN 4 WHEN adds_given AND own_names THEN 2 ELSE 1 END
    WHEN l = 1 THEN CASE f WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 5 WHEN 0 THEN 8 WHEN 5 THEN 11 ELSE 12 END
    WHEN f = 1 THEN CASE l WHEN 2 THEN CASE WHEN initial THEN 13 ELSE 6 END
        WHEN 0 THEN 9 WHEN 3 THEN 9 ELSE CASE WHEN eastern_given THEN 12 ELSE 10 END END
    WHEN swapped_alike THEN 7 WHEN one_swapped THEN 12
    WHEN f BETWEEN 2 AND 4 AND l BETWEEN 2 AND 3 THEN 7
    WHEN f = 2 AND l = 0 THEN 9
    WHEN f BETWEEN 2 AND 5 AND (l = 2 OR l = 4) THEN 13
    WHEN f = 0 AND l = 2 THEN 13 WHEN garbled THEN 13 ELSE 15 END"""
# Two scripts are only compared by their Latin forms, which many names have. -1 where both names are of one script.
_BETWEEN_SCRIPTS = """CASE WHEN x.script = y.script THEN -1
    WHEN (x.first = '' AND x.last = '') OR (y.first = '' AND y.last = '') THEN -1
    WHEN x.latin_hash = y.latin_hash AND x.latin_hash <> 0 THEN 7
    WHEN x.sounds_hash = y.sounds_hash AND x.sounds_hash <> 0 THEN 13 ELSE 15 END"""
_SWAPPED = """CASE WHEN f < 2 OR l < 2 THEN false
    WHEN x.first = y.last THEN CASE WHEN length(x.last) = 1 OR length(y.first) = 1 THEN x.last[1] = y.first[1]
        ELSE jaro_winkler_similarity(x.last, y.first, 0.9) >= 0.9 END
    WHEN x.last = y.first THEN CASE WHEN length(x.first) = 1 OR length(y.last) = 1 THEN x.first[1] = y.last[1]
        ELSE jaro_winkler_similarity(x.first, y.last, 0.9) >= 0.9 END
    ELSE false END"""
# Neither can be the other with a typing error, unless both are known names: Mark and Mary. Names in two scripts, and
# those of which one word has both roles, may be one, unless the other words differ wholly: Berger Peter and Angelika
# Berger.
_DIFFER_WHOLLY = """(least(length({0}), length({1})) > 2 AND NOT contains({0}, {1}) AND NOT contains({1}, {0})
        AND jaro_winkler_similarity({0}, {1}, 0.7) < 0.7)"""
_COMPARABLE = f"""CASE WHEN (strlen(x.first) + strlen(x.last) = length(x.first) + length(x.last))
        <> (strlen(y.first) + strlen(y.last) = length(y.first) + length(y.last)) THEN false
    WHEN CASE WHEN x.first = '' OR y.last = '' THEN false
        ELSE jaro_winkler_similarity(x.first, y.last, 0.9) >= 0.9 END
        THEN {_DIFFER_WHOLLY.format("x.last", "y.first")}
    WHEN x.last = '' OR y.first = '' THEN true
    WHEN jaro_winkler_similarity(x.last, y.first, 0.9) < 0.9 THEN true
    ELSE {_DIFFER_WHOLLY.format("x.first", "y.last")} END"""
# One word is a given and a family name: in one row, the columns are swapped.
_ONE_WORD = """CASE WHEN length({0}) < 3 THEN false WHEN {0} = {1} THEN true
        WHEN least(length({0}), length({1})) < 5 OR abs(length({0}) - length({1})) > 1 THEN false
        WHEN {0}[:2] <> {1}[:2] AND {0}[-2:] <> {1}[-2:] THEN false  -- one error leaves a beginning or an end
        ELSE damerau_levenshtein({0}, {1}) <= 1 END"""
_ONE_SWAPPED = f"""CASE WHEN f < 2 OR l < 2 THEN false
    WHEN {_ONE_WORD.format("x.first", "y.last")} THEN {_DIFFER_WHOLLY.format("x.last", "y.first")}
    WHEN {_ONE_WORD.format("x.last", "y.first")} THEN {_DIFFER_WHOLLY.format("x.first", "y.last")} ELSE false END"""
_CLEARLY_OTHER = """CASE WHEN x.{0} = '' OR y.{0} = '' OR x.{0} = y.{0} THEN false
    WHEN length(x.{0}) = 1 OR length(y.{0}) = 1
        THEN {2} OR x.{0}[1] <> y.{0}[1] OR least(strlen(x.{0}), strlen(y.{0})) > 2
    WHEN {1} THEN true
    WHEN contains(x.{0}, y.{0}) OR contains(y.{0}, x.{0}) THEN false
    WHEN jaro_winkler_similarity(x.{0}, y.{0}, 0.7) >= 0.7 THEN {3}
    WHEN CASE WHEN greatest(length(x.{0}), length(y.{0})) < 5 THEN damerau_levenshtein(x.{0}, y.{0}) < 2 ELSE false END
        THEN false
    ELSE true END"""
# Particles, as they are written before a family name, make no two names alike (de la Vega and de la Torre), nor do the
# few letters that Santos and Anjos share behind Silva, which is the first family name of both.
_PARTICLES = (
    "vander|vanden|van|vonder|von|delas|delos|della|delle|dello|dela|degli|del|dei|dalla|dal|dos|das|des|de|da|do|di|du"
    "|las|los|la|le|lo|zur|zum|ter|ten|el|al|abu|bin"
)
_PARTICLE = f"regexp_extract({{0}}.last, '^({_PARTICLES}).{{{{4}}}}', 1)"
_OTHER_BEHIND_PARTICLES = f"""CASE WHEN x.last[:2] <> y.last[:2] OR {_PARTICLE.format("x")} = '' THEN false
        WHEN {_PARTICLE.format("x")} <> {_PARTICLE.format("y")} THEN false
        ELSE jaro_winkler_similarity(x.last[length({_PARTICLE.format("x")}) + 1:],
            y.last[length({_PARTICLE.format("x")}) + 1:])
            < CASE WHEN x.second = y.second AND x.second <> '' THEN 0.84 ELSE 0.7 END END"""
_ONE_BEFORE = f"CASE WHEN x.second = y.second AND x.second <> '' AND l = 5 THEN true ELSE {_OTHER_BEHIND_PARTICLES} END"
_OTHER_FAMILY = _CLEARLY_OTHER.format("last", "false", "false", _ONE_BEFORE)
# What is between the given and the family name. A word that also occurs in the other name, in whatever role, is
# explained; words that are not explained on both sides are a conflict, on one side only they are not. An initial that
# both names have explains no other word ("H. E. Anna", "H. E. Eva"). Luiz and Luis are one name, and "de" says nothing.
_FITS_A_WORD = """t = u OR CASE WHEN length(t) = 1 OR length(u) = 1 THEN t[1] = u[1]
            AND NOT list_contains(string_split({0}.middle, ' '), u)
            AND NOT list_contains(string_split({1}.middle, ' '), t)
        ELSE starts_with(t, u) OR starts_with(u, t) OR jaro_winkler_similarity(t, u, 0.9) >= 0.9
            OR translate(t, 'zy', 'si') = translate(u, 'zy', 'si') END"""
_NO_NAMES = "'de', 'di', 'da', 'do', 'dos', 'das', 'del', 'du'"
_UNEXPLAINED = f"""len(list_filter(string_split({{0}}.middle, ' '), lambda t: NOT (
        t IN ({_NO_NAMES}) OR length(t) > 1 AND (contains({{1}}.last, t) OR contains({{1}}.first, t))
        OR len(list_filter(string_split({{1}}.middle, ' '), lambda u: {_FITS_A_WORD})) > 0))) > 0"""
_LONG_VOWELS = "replace(replace(replace({}, 'ou', 'o'), 'oo', 'o'), 'uu', 'u')"
"""A Japanese name without the signs of long vowels: Kouichi is Koichi."""
_EASTERN_LETTERS = 12
"""Most letters of such a name."""
_MIDDLE = f"""CASE WHEN x.middle = '' OR y.middle = '' THEN 0
    WHEN x.middle = y.middle
        THEN CASE WHEN x.middle IN ('vawn', 'thij') THEN 0 WHEN length(x.middle) = 1 THEN 2 ELSE 1 END
    WHEN x.given_hash = y.given_hash THEN 1
    WHEN CASE WHEN x.formal_bits <> 0 OR x.last <> y.last THEN false ELSE x.is_eastern
        AND least(length(x.middle), length(y.middle)) > 1 AND regexp_matches(x.middle, {_SYLLABLES})
        AND regexp_matches(y.middle, {_SYLLABLES}) END THEN 4
    WHEN {_UNEXPLAINED.format("x", "y")} AND {_UNEXPLAINED.format("y", "x")} THEN 4
    -- María José García López and María García López share a first family name, and no middle name.
    WHEN x.second <> '' AND x.second = y.second AND (x.middle = x.second OR y.middle = y.second) THEN 0
    WHEN list_has_any(list_filter(string_split(x.middle, ' '), lambda t: length(t) > 1), string_split(y.middle, ' '))
        THEN 1
    WHEN x.middle[1] = y.middle[1] THEN 2 ELSE 0 END"""
_NUMBERS = ", ".join(f"'{word}'" for word in GENERATIONS)
# Titles are of rows without a given name: Ann Smith's husband may be Mr. Smith, and Prof. Smith may be Dr. Smith.
_GENERATION = f"""CASE WHEN x.generation = y.generation THEN 0
    WHEN x.generation IN ('couple', 'wife', 'office') OR y.generation IN ('couple', 'wife', 'office') THEN 5
    WHEN x.generation IN ('mr', 'ms') AND y.generation IN ('mr', 'ms') THEN 5
    WHEN x.generation IN ('mr', 'ms') OR y.generation IN ('mr', 'ms')
        THEN CASE WHEN x.first || y.first <> '' THEN 6 ELSE 0 END
    WHEN x.generation NOT IN ('', {_NUMBERS}) THEN CASE WHEN y.generation NOT IN ('', {_NUMBERS}) THEN 6 ELSE 0 END
    WHEN y.generation NOT IN ('', {_NUMBERS}) THEN 0
    WHEN x.generation = '' OR y.generation = '' THEN 6
    WHEN x.generation IN ('jr', 'ii') AND y.generation IN ('jr', 'ii') THEN 0 ELSE 5 END"""
# Robert Smith V may have an initial or the name Vi behind his name, but not beside Robert Smith IV.
_FIFTH = "'v', 'vi', 'xi'"
_OTHER_NUMBER = f"""CASE WHEN {{0}}.middle = '' OR {{0}}.last NOT IN ({_FIFTH}) THEN false
    WHEN {{0}}.middle = {{1}}.last OR ends_with({{0}}.middle, ' ' || {{1}}.last) THEN {{1}}.generation IN ({_NUMBERS})
    ELSE {{0}}.middle = {{1}}.middle AND {{0}}.last <> {{1}}.last AND {{1}}.last IN ({_FIFTH}) END"""
_OTHER_NUMBERS = " OR ".join(_OTHER_NUMBER.format(*sides) for sides in ("xy", "yx"))
# In Portuguese, what stands behind the family name of an heir is a family name, too: Rui Tavares Filho, Ana Neto.
# Beside another such word, or beside the name without it, it is the generation.
_HEIRS = "'filho', 'neto', 'sobrinho', 'segundo', 'bisneto'"
_HEIR = f"""CASE WHEN {{0}}.middle = '' OR {{0}}.last NOT IN ({_HEIRS}) OR f <> 1 THEN 0
    WHEN {{0}}.middle = {{1}}.middle
        THEN CASE WHEN {{1}}.last IN ({_HEIRS}) AND {{0}}.last <> {{1}}.last THEN 5 ELSE 0 END
    WHEN {{1}}.last <> '' AND ends_with({{0}}.middle, {{1}}.last) THEN CASE WHEN {{1}}.generation = '' THEN 6 ELSE 5 END
    ELSE 0 END"""
# Whether a further given name of one is the given name of the other: 2 where this one has a further name, too, which
# the first one has not. José Luis may be Juan José Luis, but not Juan José, and María José is not José María.
_KIN = "', '".join(SON_OR_DAUGHTER)
_CALLED = f"""CASE WHEN {{0}}.middle = '' OR length({{1}}.first) < 3 THEN 0
    WHEN NOT contains({{0}}.middle, {{1}}.first) THEN 0
    WHEN NOT list_contains(string_split({{0}}.middle, ' '), {{1}}.first) THEN 0
    WHEN list_has_any(string_split({{0}}.middle, ' '), ['{_KIN}']) THEN 0
    WHEN {_UNEXPLAINED.format("{1}", "{0}")} THEN 2 ELSE 1 END"""
# Endings of one family name for men and for women, folded, in Slavic, Baltic and Greek naming.
_GENDERS = (
    ("", "ova"), ("a", "ova"), ("o", "ova"), ("e", "ova"), ("ek", "kova"), ("ec", "cova"), ("ov", "ova"), ("ev", "eva"),
    ("in", "ina"), ("yn", "yna"), ("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"), ("sky", "ska"), ("cky", "cka"),
    ("y", "a"), ("skiy", "skaya"), ("sky", "skaya"), ("skyi", "ska"), ("skyy", "ska"), ("skij", "skaja"),
    ("skii", "skaya"), ("skii", "ska"), ("yi", "aya"),
    ("as", "iene"), ("is", "iene"), ("ys", "iene"), ("us", "iene"), ("as", "aite"), ("is", "yte"), ("ys", "yte"),
    ("us", "ute"), ("ins", "ina"), ("ns", "na"), ("ols", "ola"), ("is", "e"), ("os", "ou"), ("is", "ou"), ("as", "a"),
    ("es", "i"),
)  # fmt: skip
_STEM = 3
"""Least letters that two forms of a family name share."""


def _are_genders_of(man: str, woman: str) -> str:
    """Return SQL for whether one family name is the other's form for women."""
    last_letters = ", ".join(sorted({f"'{hers[-1]}'" for _, hers in _GENDERS}))
    found = [f"WHEN right({woman}, 1) NOT IN ({last_letters}) THEN false"]
    for size in sorted({len(his) for his, _ in _GENDERS}):
        endings = ", ".join(f"'{his} {hers}'" for his, hers in _GENDERS if len(his) == size)
        found.append(
            f"WHEN length({man}) < {_STEM + size} THEN false"
            f" WHEN starts_with({woman}, {man}[:{-size - 1}])"
            f" AND {man}[length({man}) - {size - 1}:] || ' ' || {woman}[length({man}) - {size - 1}:] IN ({endings})"
            " THEN true"
        )
    return f"CASE {' '.join(found)} ELSE false END"


# Most pairs of family names do not even begin with the same letters, and need none of the many comparisons.
_GENDER_FORMS = f"""CASE WHEN x.last = y.last THEN false WHEN NOT starts_with(x.last, left(y.last, {_STEM})) THEN false
    ELSE {_are_genders_of("x.last", "y.last")} OR {_are_genders_of("y.last", "x.last")} END"""
# Jan Novák and Jana Nováková are two people; Jana Novák and Jana Nováková may be one.
_BALTIC = """CASE WHEN right({0}.first, 1) <> 's' OR right({1}.first, 1) NOT IN ('a', 'e') THEN false
    ELSE regexp_replace({0}.first, '[aiuy]?s$', '') = {1}.first[:-2] END"""
_HUSBAND_AND_WIFE = f"""CASE WHEN NOT gender_forms OR f < 2 OR f = 3 OR l NOT IN (2, 4, 5) THEN false
    WHEN {_BALTIC.format("x", "y")} OR {_BALTIC.format("y", "x")} THEN true  -- Andris Kalniņš and Andra Kalniņa
    WHEN f = 4 THEN false ELSE f <> 2 OR x.formal_bits & y.formal_bits = 0 END"""
# Phone numbers are one if their last eight digits agree: the rest may be left out. Numbers of one length leave out the
# same, and nine digits have an area code: 31 311 22 33 in Bern is not 21 311 22 33 in Lausanne. (An 8 may be a prefix,
# as in Lithuania.) Ten digits, with or without the 1 of North America before them, leave nothing out: two area codes
# are two numbers. None begins with 0 or 1 there, as does (11) 98234-5678, a number of São Paulo that had no 9 before.
# Of eleven digits or more, the rest is compared, too: +81 3 and +86 21 have no two digits in common, unlike 011 15 and
# +54 9 11, which are both of mobiles in Buenos Aires.
_REST = """(contains(left({0}.phone, -8), left({1}.phone, 2))
    OR contains(left({0}.phone, -8), left(right({1}.phone, 10), 2)))"""
SAME_LINE = f"""CASE WHEN x.line % 100000000 <> y.line % 100000000 OR x.line = -1 THEN false
    ELSE CASE WHEN length(x.phone) = length(y.phone) THEN x.line % 10000000000 = y.line % 10000000000
        WHEN least(length(x.phone), length(y.phone)) < 11 THEN true
        WHEN length(x.phone) > length(y.phone) THEN {_REST.format("x", "y")} ELSE {_REST.format("y", "x")} END
    AND (least(x.line, y.line) NOT BETWEEN 100000000 AND 799999999 OR x.line % 1000000000 = y.line % 1000000000)
    AND (x.line % 10000000000 = y.line % 10000000000
        OR least(x.line, y.line) < 1000000000 OR greatest(x.line, y.line) >= 20000000000
        OR greatest(x.line, y.line) BETWEEN 10000000000 AND 11999999999) END"""
# The extensions of colleagues follow one another; a wrong digit of a long one may be any digit.
_OTHER_EXTENSION = """CASE WHEN x.extension = y.extension OR x.extension = '' OR y.extension = '' THEN false
    WHEN least(length(x.extension), length(y.extension)) < 4 THEN true
    WHEN abs(x.extension::INT - y.extension::INT) <= 3 THEN true
    ELSE damerau_levenshtein(x.extension, y.extension) > 1 END"""
# What colleagues or a household share.
_SHARED = "(firms IN (1, 2) OR (x.site = y.site AND x.site <> '') OR same_line)"
# Short names that differ in a letter (Jin and Jing, Yuki and Yuko) are names of two colleagues as often as of one. Two
# letters that changed places are a typing error, and so is a name that is much rarer in the list than the other.
_SHORT_NAMES = f"""CASE WHEN greatest(x.{{0}}_rows, y.{{0}}_rows) > 4 * least(x.{{0}}_rows, y.{{0}}_rows) THEN false
    WHEN NOT {_SHARED} THEN false WHEN least(length({{1}}), length({{2}})) > {{3}} THEN false
    WHEN length({{1}}) <> length({{2}}) THEN true
    ELSE list_sort(string_split({{1}}, '')) <> list_sort(string_split({{2}}, '')) END"""
_SHORT_GIVEN = _SHORT_NAMES.format("first", "x.first", "y.first", "{}")


def _are_two_eastern(column: str, condition: str) -> str:
    """Return SQL for whether two names in a column are given names of East Asia, of two colleagues."""
    x, y = f"x.{column}", f"y.{column}"
    return (
        f"CASE WHEN NOT ({condition}) THEN false"
        f" WHEN regexp_matches({x}, {_SYLLABLES}) AND regexp_matches({y}, {_SYLLABLES})"
        f" AND {_LONG_VOWELS.format(x)} <> {_LONG_VOWELS.format(y)}"
        f" THEN {_SHORT_NAMES.format(column, x, y, _EASTERN_LETTERS)} ELSE false END"
    )


# Masashi and Masaki Mizuno: all their names are syllables of Japanese.
_JAPANESE = "'^(?:(?:[kgnhmrbp]y|[sc]h|ts|[kgsztdnhfbpmyrwj])?[aiueo]|n)+$'"
_ARE_EASTERN = "(x.is_eastern OR ({}))".format(
    " AND ".join(f"regexp_matches({name}, {_JAPANESE})" for name in ("x.last", "x.first", "y.first"))
)
# Karim and Karima, Justine and Justin, Pavel and Pavla, Laurent and Laurence: the name of a man, and that of a woman.
# Christin and Christina are both of women.
_BOTH_OF_WOMEN = ", ".join(f"'{name}'" for name in WOMENS_WITHOUT_A)
_WOMANS = f"""CASE WHEN length({{0}}.first) < 3 OR {{0}}.first IN ({_BOTH_OF_WOMEN}) THEN false
    WHEN starts_with({{1}}.first, {{0}}.first) THEN right({{1}}.first, length({{1}}.first) - length({{0}}.first))
        IN ('a', 'e', 'ia', 'ja', 'ka', 'la', 'le', 'ne', 'se', 'te', 'ina', 'ine', 'ita', 'iya', 'ani', 'tte', 'ette',
            'nette', 'ella', 'elle', 'ienne')
    WHEN {{1}}.first = {{0}}.first[:-2] || 'a' THEN {{0}}.first[-1] IN ('o', 'i') OR ends_with({{0}}.first, 'ele')
    WHEN {{1}}.first = {{0}}.first[:-3] || {{0}}.first[-1] || 'a' THEN contains('aeiou', {{0}}.first[-2])
    WHEN ends_with({{0}}.first, 'nt') THEN {{1}}.first = {{0}}.first[:-2] || 'ce'
    WHEN ends_with({{0}}.first, 'ian') THEN {{1}}.first = {{0}}.first[:-3] || 'ne'
    ELSE ends_with({{0}}.first, 'is') AND {{1}}.first = {{0}}.first[:-3] || 'a' END"""
# frost@ is the mailbox of a family, or of its firm; and so are family.frost@, the.frosts@, and tim.and.tina@.
_OF_THE_FAMILY = "regexp_replace({0}.letters, '^(the|die|les|los|fam)|fam(ily|ilie)?$', '')"
_FAMILY_FORM = f"""CASE WHEN length({{0}}.last) < 4 OR NOT contains({{0}}.letters, left({{0}}.last, -2)) THEN false
        ELSE starts_with({_OF_THE_FAMILY}, left({{0}}.last, -2))
            AND abs(length({_OF_THE_FAMILY}) - length({{0}}.last)) < 3 END"""
_FAMILY_MAILBOX = f"""CASE WHEN x.mailbox_hash <> y.mailbox_hash OR x.mailbox_hash = 0 THEN false
    WHEN x.pattern = 5 OR y.pattern = 5 THEN true WHEN x.pattern + y.pattern > 0 THEN false
    WHEN regexp_matches(x.letters, '^fami(ly|lie|lle|lia|glia)') THEN true
    WHEN regexp_matches(x.local, '[a-z][._-](and|und|et|en|og|och|oraz|ve)[._-][a-z]') THEN true
    ELSE {_FAMILY_FORM.format("x")} OR {_FAMILY_FORM.format("y")} END"""
# Whoever is at the shop or at purchasing@ writes from there. In a company, an address that has no beginning of a name
# of either row is of that kind in whatever language; jb@ may be of initials, and a number is one person's, as is
# bob@ of Robert.
_BEGINNINGS = " OR ".join(
    f"(length({side}.{name}) > 2 AND contains(x.letters, left({side}.{name}, 4)))"
    for side in "xy"
    for name in ("first", "last")
)
_OFFICE_MAILBOX = f"""CASE WHEN x.mailbox_hash <> y.mailbox_hash OR x.mailbox_hash = 0 THEN false
    WHEN x.role THEN true
    WHEN x.free OR x.company || y.company = '' OR length(x.letters) < 4 THEN false
    WHEN x.is_own_local OR y.is_own_local THEN false
    ELSE NOT (regexp_matches(x.local, '[0-9]') OR {_BEGINNINGS}) END"""
_MANS_AND_WOMANS = f"""CASE WHEN x.mailbox_hash = y.mailbox_hash AND x.mailbox_hash <> 0
        AND NOT office AND NOT family_mailbox THEN false
    WHEN {_WOMANS.format("x", "y")} OR {_WOMANS.format("y", "x")} THEN {_SHARED} ELSE false END"""
# Two given names, and not two spellings of one: both are known and share no formal name (Paul, Paula), both are made of
# two known names (Jean-Pierre, Jean-Paul), many rows have each of them (a typing error seldom recurs, but for the first
# two letters alone), one is a known one in the other gender (Daniel, Daniela; Mario, Maria), or they are of East Asia,
# also where the family name is written first.
_NO_NICKNAMES = """l = 1 AND x.is_eastern AND x.formal_bits | y.formal_bits = 0
    AND least(length(x.first), length(y.first)) > 3 AND (x.mailbox_hash <> y.mailbox_hash OR x.mailbox_hash = 0)"""
_BOTH_COMMON = "CASE WHEN x.common AND y.common THEN least(length(x.first), length(y.first)) > 2 ELSE false END"
# Clara and Carla, of one family name: both names are frequent, and sound different.
_TWO_FREQUENT = "l = 1 AND x.frequent_sound <> y.frequent_sound AND x.frequent_sound <> 0 AND y.frequent_sound <> 0"
_BOTH_FREQUENT = f"""CASE WHEN NOT ({_TWO_FREQUENT}) THEN false
    WHEN x.compound AND y.compound AND first_alike >= 0.93 THEN false ELSE {_SHARED} END"""  # Ann-Marie is Anne-Marie
_TWO_NAMES = f"CASE WHEN {_BOTH_COMMON} THEN true ELSE {_BOTH_FREQUENT} END"
_TWO_GIVEN = f"""CASE WHEN turned OR other_tones THEN true
    WHEN f = 1 AND l > 3 THEN CASE WHEN x.eastern_first THEN {_SHARED} ELSE false END
    WHEN f <> 5 THEN false
    WHEN x.formal_bits <> 0 AND y.formal_bits <> 0 THEN true
    WHEN {_MANS_AND_WOMANS} THEN true
    WHEN x.compound AND y.compound THEN first_alike < 0.93
    WHEN {_TWO_NAMES} THEN true
    WHEN {_are_two_eastern("first", _NO_NICKNAMES)} THEN true
    WHEN {_are_two_eastern("first", f"l = 1 AND family_mailbox AND {_ARE_EASTERN}")} THEN true
    WHEN x.first = y.first || 'a' AND y.formal_bits <> 0 THEN true
    WHEN y.first = x.first || 'a' AND x.formal_bits <> 0 THEN true
    WHEN x.first[:-2] = y.first[:-2] AND x.first[-1] || y.first[-1] IN ('oa', 'ao')
        THEN x.formal_bits <> 0 OR y.formal_bits <> 0
    ELSE false END"""
_OTHER_GIVEN = _CLEARLY_OTHER.format("first", _TWO_NAMES, "true", "false")
_C_OR_K = """CASE WHEN same_line OR (x.mailbox_hash = y.mailbox_hash AND x.mailbox_hash <> 0)
    THEN 'k' ELSE 'c' END"""
# Jónsdóttir and Jónasdóttir are daughters of two fathers; Thomson and Thompson, Larsen and Larsson, are spellings, and
# Karlsson and Carlsson behind one phone or address. Müller and Möller, Krüger and Kröger, are two names, however long.
_SON = "'(dottir|sson)$'"
_ARE_OF_FATHERS = " AND ".join(f"(ends_with({side}.last, 'sson') OR ends_with({side}.last, 'dottir'))" for side in "xy")
_FATHER = f"""CASE WHEN {_ARE_OF_FATHERS}
    THEN replace(regexp_replace({{0}}.last, 's?' || {_SON}, ''), 'c', {_C_OR_K}) ELSE {{0}}.last END"""
_SHORT_OR_UMLAUTS = "CASE WHEN replace(x.last, 'o', 'u') = replace(y.last, 'o', 'u') THEN 99 ELSE 4 END"
_SHORT_FAMILY = _SHORT_NAMES.format("last", _FATHER.format("x"), _FATHER.format("y"), _SHORT_OR_UMLAUTS)
# Given names in -a of men, and of both: there the ending does not say whose name it is. Folded.
_OF_BOTH = (
    "'sasha', 'sascha', 'sasa', 'sacha', 'shura', 'zhenya', 'zhenia', 'zhenja', 'valya', 'valia', 'valja', "
    "'slava', 'vanya', 'vania', 'vanja', 'wanja', 'misha', 'mischa', 'misa', 'grisha', 'kolya', 'kolja', 'petya', "
    "'vasya', 'lyosha', 'alyosha', 'kostya', 'tolya', 'borya', 'vova', 'vitya', 'gena', 'mitya', 'volodya', "
    "'seryozha', 'pasha', 'senya', 'yura', 'dima', 'tima', 'roma', 'nikita', 'ilya', 'ilia', 'ilja', 'elia', "
    "'danila', 'kuzma', 'savva', 'sava', 'aleksa', 'luca', 'luka', 'nikola', 'nicola', 'mattia', 'andrea', "
    "'andrija', 'mika', 'joshua', 'jona', 'noa', 'dana', 'toma', 'kuba', 'honza', 'jirka', 'pepa', 'krishna'"
)
# Chris is Christine or Christopher. Behind one phone or in one company, Alex beside Alexander may be his sister, and
# beside Alexandra her father, unless both have one job there and no address or extension each. Two owners have one job,
# so that behind one phone alone, it does not say that Alex is Alexandra.
_ONE_PHONE_ALONE = "same_line AND (x.mailbox_hash <> y.mailbox_hash OR x.mailbox_hash = 0)"
_OF_A_WOMAN = "'(a|[^o]ine|elle|ette|anne|ole|otte|ise)$'"
_MAY_BE_OF_BOTH = "({0}.of_both AND ({1}.is_formal OR NOT {0}.is_formal))"  # Honza is Jan, and no Janet
_OF_BOTH_AND_OTHER = f"""CASE WHEN l <> 1 THEN false
    WHEN NOT ({_MAY_BE_OF_BOTH.format("x", "y")} OR {_MAY_BE_OF_BOTH.format("y", "x")}) THEN false
    WHEN x.title <> y.title OR x.title = '' OR family_mailbox OR firms NOT IN (1, 2) OR {_OTHER_EXTENSION} THEN true
    WHEN {_ONE_PHONE_ALONE} AND x.of_both <> y.of_both
        AND regexp_matches(CASE WHEN x.of_both THEN y.first ELSE x.first END, {_OF_A_WOMAN}) THEN true
    ELSE x.mail_hash = y.mail_hash AND x.mail_hash <> 0 AND x.mailbox_hash <> y.mailbox_hash END"""
# The addresses of both rows at one domain are made of their names in the same way.
_AT_ONE_DOMAIN = "x.pattern > 0 AND x.pattern = y.pattern AND x.mail_hash = y.mail_hash"
# Mohamed and Muhammad Ali have an address each, as two colleagues do; and so do Hana and Hanna.
_OWN_SPELLINGS = (
    f"CASE WHEN x.first = y.first THEN false ELSE {_AT_ONE_DOMAIN} AND x.mailbox_hash <> y.mailbox_hash END"
)
# A family name that begins another one, or that has its stem, is not a typing error of it in one firm or household:
# Kowal and Kowalski, Mahuta and Mahutonga. A double name may be of a marriage, and the row of a short name may have the
# other one in its address.
_LONGER_FAMILY = f"""CASE WHEN l <> 2 OR gender_forms OR x.parts || y.parts <> '' OR NOT {_SHARED} THEN false
    WHEN x.second = y.last OR y.second = x.last THEN false
    WHEN abs(length(x.last) - length(y.last)) > 1 AND x.last[-1] <> y.last[-1]
        AND NOT (contains(x.letters, y.last) OR contains(y.letters, x.last)) THEN true  -- Kowalski and Kowalczyk
    WHEN length(y.last) > length(x.last) + 1 THEN starts_with(y.last, x.last[:-2]) AND NOT contains(x.letters, y.last)
    WHEN length(x.last) > length(y.last) + 1 THEN starts_with(x.last, y.last[:-2]) AND NOT contains(y.letters, x.last)
    ELSE false END"""
# One person with a misspelled name, or two people: Ann and Anna, Noa and Noam, Priya and Priyanka, Sasha Petrov and
# Sasha Petrova (Jana Novák and Jana Nováková are one: her name in two countries), Martin Simon and Simon Martin, or
# Martins, Li Wei and Wei Li (Wei is a family name, too), A. Berg where Anna and Andreas Berg are colleagues, and Hana
# and Hanna with an address each, or Hanna and Johanna with that of their office.
_TWO_SPELLINGS = f"""CASE WHEN f = 1 AND l = 1 THEN {_OWN_SPELLINGS}
    WHEN same_name THEN CASE WHEN f < 2 THEN false
        WHEN (x.formal_bits <> 0 AND y.formal_bits <> 0) OR (x.is_eastern AND x.eastern_first) THEN {_SHARED}
        WHEN x.formal_bits <> 0 OR y.formal_bits <> 0 OR x.pattern + y.pattern = 0 OR x.free THEN false
        ELSE x.mail_hash = y.mail_hash AND x.mailbox_hash <> y.mailbox_hash END
    WHEN swapped_alike AND x.formal_bits <> 0 AND y.formal_bits <> 0 THEN true
    WHEN {_LONGER_FAMILY} THEN true
    WHEN l = 2 AND gender_forms AND f IN (2, 4) THEN true  -- Sasha Belov and Alexandra Belova
    WHEN f = 2 THEN CASE WHEN (office OR family_mailbox) AND (x.compound OR y.compound)
            AND x.formal_bits & y.formal_bits = 0 AND least(length(x.first), length(y.first)) > 7
        THEN true  -- Anne-Laure and Anne-Laurette
        WHEN x.spelt <> '' AND x.spelt = y.spelt THEN l IN (1, 2)
        WHEN {_OF_BOTH_AND_OTHER} THEN true
        WHEN l = 1 AND greatest(x.fitting, y.fitting) > 1 THEN true
        WHEN x.is_formal AND y.is_formal AND x.mailbox_hash = y.mailbox_hash AND (x.role OR x.sharers > 2) THEN l = 1
        WHEN x.formal_bits & y.formal_bits <> 0 THEN false
        WHEN x.compound OR y.compound THEN {_ONE_PHONE_ALONE} AND l = 1 AND x.compound <> y.compound
        WHEN {_BOTH_FREQUENT} THEN true WHEN l <> 1 THEN false
        WHEN {_MANS_AND_WOMANS} THEN true ELSE {_SHORT_GIVEN.format(7)} END
    WHEN f = 3 THEN l = 1 AND greatest(x.fitting, y.fitting) > 1
    WHEN f = 4 THEN CASE WHEN l <> 1 THEN false WHEN {_MANS_AND_WOMANS} THEN true
        WHEN {_BOTH_FREQUENT} THEN true
        WHEN x.compound OR y.compound THEN damerau_levenshtein(x.first, y.first) > 1  -- Marie-Claire and Marie-Laure
        WHEN {_AT_ONE_DOMAIN} THEN x.mailbox_hash <> y.mailbox_hash
        WHEN x.common OR y.common THEN false
        WHEN {_are_two_eastern("first", _ARE_EASTERN)} THEN true ELSE {_SHORT_GIVEN.format(4)} END
    WHEN f <> 1 OR l <> 2 THEN false
    WHEN {_are_two_eastern("last", "x.eastern_first")} THEN true
    WHEN gender_forms THEN NOT ends_with(x.first, 'a') OR x.first IN ({_OF_BOTH})
    WHEN x.second = y.last OR y.second = x.last OR abs(length(x.last) - length(y.last)) > 1 THEN false
    ELSE {_SHORT_FAMILY} END"""
# Two whole names behind the mailbox or phone of a few, of which one is a garbled spelling of the other: Mejssw Jadyeljl
# is Melissa Caldwell. Of 60,000 pairs of people in a simulated census, 1 in 700 have names so alike. A name of another
# row is not garbled, nor one that is only unknown: a garbled one has letters that no known given name has in a row.
_PART_ALIKE = """CASE WHEN starts_with({0}, {1}) OR starts_with({1}, {0}) THEN true
        ELSE damerau_levenshtein({0}, {1}) * 5 <= greatest(length({0}), length({1})) * 3 END"""
_FEW_SHARE = """CASE WHEN x.mailbox_hash = y.mailbox_hash AND x.mailbox_hash <> 0 THEN NOT x.role AND x.sharers <= 4
        WHEN same_line THEN x.callers <= 4 ELSE false END"""


def _spells_the_other_wrongly() -> str:
    """Return SQL for whether one of two whole names is a garbled spelling of the other."""
    odd = " OR ".join(f"regexp_matches({side}.first || ' ' || {side}.last, '{_unusual_letters()}')" for side in "xy")
    whole = "x.first || x.last", "y.first || y.last"
    return f"""CASE WHEN f < 5 OR l < 4 OR (x.common AND y.common) OR x.is_eastern OR y.is_eastern THEN false
    WHEN least(x.first_rows, y.first_rows) > 1 THEN false WHEN NOT {_FEW_SHARE} THEN false
    WHEN NOT ({odd}) THEN false
    WHEN damerau_levenshtein({", ".join(whole)}) * 2 < greatest({", ".join(map("length({})".format, whole))}) THEN true
    ELSE {_PART_ALIKE.format("x.first", "y.first")} AND {_PART_ALIKE.format("x.last", "y.last")} END"""


# Whether two whole names that share an address, a phone or a profile are alike in a third of their letters: 1 in 50 of
# two strangers in simulated households, and half of those that are garbled beyond what any other rule finds.
_RESEMBLE = """CASE WHEN f < 2 OR l < 2 OR (x.common AND y.common) OR x.is_eastern OR y.is_eastern THEN false
    WHEN greatest(length(x.first) + length(x.last), length(y.first) + length(y.last)) < 8 THEN false
    WHEN (x.mailbox_hash = y.mailbox_hash AND x.mailbox_hash <> 0) OR same_line
        OR (x.profile_hash = y.profile_hash AND x.profile_hash <> 0)
    THEN damerau_levenshtein(x.first || x.last, y.first || y.last) * 3
        <= greatest(length(x.first || x.last), length(y.first || y.last)) * 2
    ELSE false END"""


@cache
def _unusual_letters() -> str:
    """Return a pattern for two letters of which one never follows the other in a known given name.

    >>> [bool(re.search(_unusual_letters(), name)) for name in ("jadyeljl", "caldwell", "zbigniew")]
    [True, False, False]
    """
    known = {pair for name in (*given_names(), "ae", "oe", "ue") for pair in pairwise(name)}
    following = {one: "".join(two for two in ascii_lowercase if (one, two) not in known) for one in ascii_lowercase}
    return "|".join(f"{one}[{others}]" for one, others in following.items() if others)


# Anna Colombo and Anna Maria Colombo are one person or two colleagues, if each has an address and a job of her own; or,
# with an address each at a domain of the name Colombo, two of one family.
_LIKENESS = """CASE WHEN name IN (13, 15) AND between_scripts >= 0 THEN 1
    WHEN name = 15 THEN CASE WHEN middle = 7 AND resemble THEN 1 ELSE 0 END
    WHEN name IN (2, 4, 6, 7) AND middle < 4 AND between_scripts < 0 AND own_forms THEN 1
    WHEN (name IN (6, 7) OR (name = 2 AND family_firm)) AND middle < 4 AND between_scripts < 0 AND email = 0
        AND phone IN (1, 8) AND title = 3 THEN 1
    WHEN name IN (2, 5, 11) THEN CASE WHEN middle = 7 AND two_frequent THEN 1 ELSE 0 END
    WHEN name = 1 AND two_jobs AND title = 3 AND email IN (5, 7, 8, 15) THEN 1
    WHEN name = 1 AND adds_given AND email = 8 AND (title = 3 OR family_firm) THEN 1 ELSE 0 END"""
_OTHER_NAMES = """CASE WHEN name IN (0, 14) OR between_scripts >= 0 THEN 0
    WHEN other_number OR (of_office AND name <> 15) THEN 5 WHEN heir > 0 THEN heir
    WHEN couple OR (name BETWEEN 10 AND 13 AND two_given) THEN 7
    WHEN name IN (10, 12, 15) THEN CASE WHEN name = 12 AND called = 1 THEN 3
        WHEN name = 12 AND called > 1 THEN 7
        WHEN comparable THEN CASE WHEN other_first OR other_last OR office THEN 7 ELSE 0 END ELSE 0 END
    WHEN generation > 0 THEN generation WHEN name = 3 AND called > 0 THEN CASE called WHEN 1 THEN 3 ELSE 7 END
    WHEN middle_names = 4 THEN 4
    WHEN (office OR family_mailbox) AND NOT garbled
        AND (name = 13 OR (name = 7 AND NOT swapped_alike)) THEN 7
    WHEN office AND (name = 11 OR (name = 3 AND title = 3)) THEN 7
    WHEN name = 2 AND own_forms AND family_firm THEN 7  -- Beppe Ferraris and his father Giuseppe
    WHEN name BETWEEN 1 AND 7 AND two_spellings THEN 7 ELSE middle_names END"""
# Whether the address of row {0} begins or ends with its own name ({1}), and does not spell the other's ({2}): Schmidt
# is not Schmid, and a name of two letters is a part of many words.
_SPELLS_ITS_OWN = """CASE WHEN NOT (starts_with({0}.letters, {1}) OR ends_with({0}.letters, {1})) THEN false
    WHEN length({2}) > length({1}) THEN NOT contains({0}.letters, {2})
    WHEN length({2}) < 3 THEN true ELSE NOT contains(replace({0}.letters, {1}, ''), {2}) END"""


def domain_spells(name: str) -> str:
    """Return SQL for whether the domain of one row spells the company name of the other, as the column ``name`` has it.

    A domain may leave out a number or add one, but Firma 376 is not firma181.example.
    """
    one = "({0}.{2} <> 0 AND {0}.{2} = {1}.label_spelled AND ({0}.numbers = {1}.site_numbers OR {3}))"
    either = "({0}.numbers = 0 OR {1}.site_numbers = 0)"
    return f"({' OR '.join(one.format(a, b, name, either.format(a, b)) for a, b in ('xy', 'yx'))})"


def _spell_their_own(one: str, other: str) -> str:
    """Return SQL for whether the addresses of both rows spell these two names, each its own."""
    first, second = _SPELLS_ITS_OWN.format("x", one, other), _SPELLS_ITS_OWN.format("y", other, one)
    none = f"{one} = {other} OR length({one}) < 2 OR length({other}) < 2"
    return f"CASE WHEN {none} THEN false WHEN {first} THEN {second} ELSE false END"


# The last of two family names, where the other row has both in the other order: da Silva Santos, Santos da Silva.
_FAMILY = "CASE WHEN {1}.second <> '' AND ends_with({0}.last, {1}.second) THEN {1}.second ELSE {0}.last END"
_GIVEN = "{0}.first || replace({0}.middle, ' ', '')"
# Two addresses of one domain that each spell the name as its own row has it: no typing error, but names of two people,
# such as Hans and Hans-Peter, or Mary and Mary Ann. A nickname and her name in two countries are spelled so, too.
_OWN_NAMES = f"""CASE WHEN x.mail_hash <> y.mail_hash OR x.mailbox_hash = y.mailbox_hash OR x.mail_hash = 0 THEN false
    WHEN x.role OR y.role OR x.addressed OR y.addressed THEN false
    WHEN x.first = '' OR y.first = '' OR x.last = '' OR y.last = '' THEN false
    WHEN x.first = y.last AND x.last = y.first
        THEN x.common AND y.common AND {_spell_their_own("x.first", "y.first")}  -- both are known as given names
    WHEN x.first = y.last THEN {_spell_their_own("x.last", "y.first")}
    WHEN x.last = y.first THEN {_spell_their_own("x.first", "y.last")}
    -- Cousins have each other's two family names, and each of them writes with the first one, or with the last.
    WHEN x.second <> '' AND x.second = y.last AND y.second = x.last
        THEN {_spell_their_own("x.second", "y.second")} OR {_spell_their_own("x.last", "y.last")}
    WHEN f IN (3, 6) OR l = 3 OR (f > 1 AND l > 4) THEN false
    WHEN f = 1 AND l = 1 AND x.second <> '' AND y.second <> ''
        THEN {_spell_their_own("x.second", "y.second")}  -- Laura García López and Laura Gracia López
    WHEN f = 1 AND l = 1 AND (x.middle = '') <> (y.middle = '')
        THEN {_spell_their_own(_GIVEN.format("x"), _GIVEN.format("y"))}
    WHEN f > 1 AND x.formal_bits & y.formal_bits = 0 AND {_spell_their_own("x.first", "y.first")} THEN true
    -- Julia Bergmann is Julia Bergmann-Richter, who has her number and her job.
    WHEN f = 1 AND same_line AND x.title = y.title AND x.title <> '' AND x.parts || y.parts <> ''
        AND (starts_with(x.last, y.last) OR starts_with(y.last, x.last)
            OR ends_with(x.last, y.last) OR ends_with(y.last, x.last)) THEN false
    WHEN l > 1 AND (x.second = '') = (y.second = '') AND NOT gender_forms
        THEN {_spell_their_own(_FAMILY.format("x", "y"), _FAMILY.format("y", "x"))}
    ELSE false END"""
# m.simon@, martin.simon@ or ms@ is of Martin Simon; those of Simon Martin are in the other order.
_IN_THIS_ORDER = """({0}.pattern BETWEEN 1 AND 2 OR ({0}.letters <> '' AND {0}.first[1] <> {0}.last[1]
        AND {0}.letters = {0}.first[1] || {0}.last[1]))"""
_SPELLS_THE_OTHER = """(contains({0}.letters, {1}.last)
        AND NOT (length({0}.last) > length({1}.last) AND contains({0}.letters, {0}.last)))"""
_ONE_FAMILY = "gender_forms OR x.parts || y.parts <> '' OR x.second = y.last OR y.second = x.last"
# Names that may be one person's, of rows with a mailbox each at one domain: Greta and Margareta, from greta@ and
# margareta@; Martin Simon and Simon Martin, from m.simon@ and s.martin@; Jan Hansen and Jan Hanssen, from jh@ and
# jan.hanssen@, and not from jan.hansen@ both. The same holds for Dan Levi and Daniel Levin, whose mailbox is not one.
_OWN_FORMS = f"""CASE WHEN x.mailbox_hash = y.mailbox_hash AND x.mailbox_hash <> 0 THEN false
    WHEN f = 2 AND l = 2 THEN NOT ({_ONE_FAMILY})
    WHEN x.mail_hash <> y.mail_hash OR x.mail_hash = 0 OR x.role OR y.role OR x.addressed OR y.addressed THEN false
    WHEN same_name THEN f > 1 AND {_IN_THIS_ORDER.format("x")} AND {_IN_THIS_ORDER.format("y")}
    WHEN f = 2 AND l = 1 THEN {_spell_their_own("x.first", "y.first")}
    WHEN f <> 1 OR l <> 2 OR x.free OR {_ONE_FAMILY} OR abs(length(x.last) - length(y.last)) > 1 THEN false
    WHEN NOT (contains(x.letters, x.last) OR contains(y.letters, y.last)) THEN false
    ELSE NOT ({_SPELLS_THE_OTHER.format("x", "y")} OR {_SPELLS_THE_OTHER.format("y", "x")}) END"""
# A name of two or three syllables of Chinese or Korean is one that colleagues share: Wang Wei (engineer, wangwei@) and
# Wang Wei (sales, wwei@).
_TWO_JOBS = """CASE WHEN same_line OR x.mail_hash <> y.mail_hash OR x.mailbox_hash IN (0, y.mailbox_hash) THEN false
    WHEN x.role OR y.role OR x.title = '' OR y.title = '' THEN false
    ELSE x.is_eastern OR regexp_full_match(x.first || x.last, '[一-鿿가-힣]+') END"""
_FIRMS = f"""CASE WHEN x.company = '' OR y.company = '' THEN 0
    WHEN {marks_differ_sql()} THEN 3
    WHEN x.firm_hash = y.firm_hash THEN 1
    WHEN x.firm_hash | 1 = y.acronym OR y.firm_hash | 1 = x.acronym THEN 2
    WHEN x.numbers <> y.numbers THEN 3
    WHEN bit_count(xor(x.firm_set, y.firm_set)) > 0.36 * greatest(strlen(x.company), strlen(y.company))
        AND x.firm_set & y.firm_set NOT IN (x.firm_set, y.firm_set) THEN 3
    WHEN jaro_winkler_similarity(x.company, y.company, 0.93) >= 0.93 THEN 2
    WHEN CASE WHEN starts_with(x.company, y.company)
        THEN length(y.company) > 3 AND starts_with(x.company, y.company || ' ')
        WHEN starts_with(y.company, x.company)
        THEN length(x.company) > 3 AND starts_with(y.company, x.company || ' ') ELSE false END THEN 2
    WHEN CASE WHEN contains(x.company, y.word) OR contains(y.company, x.word)
        THEN list_has_all(string_split(x.company, ' '), string_split(y.company, ' '))
            OR list_has_all(string_split(y.company, ' '), string_split(x.company, ' ')) ELSE false END THEN 2
    ELSE 3 END"""
_COMPANY = f"""CASE WHEN firms IN (0, 3) AND {domain_spells("firm_spelled")} THEN 2
    WHEN firms = 3 AND x.firm_set >> 26 <> y.firm_set >> 26 THEN 0 ELSE firms END"""
_DOMAIN = """CASE WHEN x.site = '' OR y.site = '' THEN 0
    WHEN x.site = y.site THEN 1
    WHEN CASE WHEN ends_with(x.site, y.site) THEN ends_with(x.site, '.' || y.site)
        WHEN ends_with(y.site, x.site) THEN ends_with(y.site, '.' || x.site) ELSE false END THEN 1
    WHEN x.label = y.label THEN 2
    WHEN x.site_numbers <> y.site_numbers THEN 3
    WHEN bit_count(xor(x.label_set, y.label_set)) > 0.26 * greatest(strlen(x.label), strlen(y.label)) THEN 3
    WHEN jaro_winkler_similarity(x.label, y.label, 0.95) >= 0.95 THEN 2
    ELSE 3 END"""
# A name that was taken from the address repeats what the local part says.
_REPEATED = "(x.addressed OR y.addressed)"
# Beside a whole name, they are of two given names: am.dubois@ and al.dubois@.
_INITIALS = "^[a-z]{1,2}[._-]|[._-][a-z]{1,2}$"
# One digit of five or more is a typing error where the names may be one: lily.b24109@ and lily.b24108@. Shorter numbers
# are those of two people, or years of birth; and customers who were numbered one after the other have two names.
_ONE_DIGIT = """CASE WHEN f > 5 OR l > 4 OR length(regexp_replace(x.local, '[^0-9]', '', 'g')) < 5 THEN false
    WHEN length(regexp_replace(x.local, '[^a-z]', '', 'g')) < 4 THEN false
    ELSE damerau_levenshtein(x.local, y.local) <= 1 END"""
# What the address of one row has of the other's name: 0 nothing, 1 a part, 2 both names; -1 where it is unknown.
# "Arn Walmores" who writes from annw@… and "Ann Walmores" are one person.
_FITS = """CASE WHEN {0}.local = '' OR {0}.role OR ({1}.first = '' AND {1}.last = '') THEN -1
    WHEN length({1}.last) > 1 AND contains({0}.letters, {1}.last) THEN CASE
        WHEN length({1}.first) > 1 AND contains({0}.letters, {1}.first) THEN 2 ELSE 1 END
    WHEN length({1}.first) > 2 AND contains({0}.letters, {1}.first) THEN 1 ELSE 0 END"""
_DIGITS = "regexp_replace({0}.mail_domain, '[^0-9]', '', 'g')"
# firma8.example is not firma28.example with a typing error, nor solare.example of Solar E that of Solar I.
_NUMBERED = f"""({_DIGITS.format("x")} <> {_DIGITS.format("y")}
    AND least({_DIGITS.format("x")}, {_DIGITS.format("y")}) <> '') OR {marks_differ_sql()}"""
# Two Annas of two family names at two companies each write from anna@.
_ONLY_GIVEN = "(x.pattern = 4 AND y.pattern = 4 AND l <> 1 AND firms = 3)"
# lead12@ and lead31@ at two domains are of any two people; anna.berg1@ and anna.berg2@ are of one name, and
# lily24109@ and lily24108@ of one person with a typing error.
_IS_OF_THE_NAME = f"""CASE WHEN x.pattern > 0 OR y.pattern > 0 THEN true
        WHEN greatest({_FITS.format("x", "x")}, {_FITS.format("y", "y")}) > 0 THEN true
        WHEN length(regexp_replace(x.local, '[^0-9]', '', 'g')) < 5 THEN false
        ELSE damerau_levenshtein(x.local, y.local) <= 1 END"""
# h.k@ and oa14@ say nothing at two domains; at one with a typing error, they are one address.
_SHORT = "(length(x.letters) < 3 AND length(x.local) < 6)"
_OTHER_EMAIL = "CASE WHEN x.free AND y.free THEN 13 WHEN x.free OR y.free THEN 11 ELSE 12 END"
_EMAIL = f"""CASE WHEN x.mailbox_hash = 0 OR y.mailbox_hash = 0 THEN 0
    WHEN x.mailbox_hash = y.mailbox_hash
        THEN CASE WHEN x.role OR x.sharers > 2 THEN 2 WHEN x.sharers > 1 THEN 16 ELSE 1 END
    WHEN x.role OR y.role THEN 9
    WHEN x.mail_hash = y.mail_hash THEN CASE
        WHEN x.skeleton_hash = y.skeleton_hash THEN 4
        WHEN x.letters_hash = y.letters_hash AND x.letters_hash <> 0
            THEN CASE WHEN {_ONE_DIGIT} THEN 6 WHEN x.free THEN 5 ELSE 15 END
        WHEN own_names THEN CASE WHEN x.free THEN 13 ELSE 8 END
        WHEN CASE WHEN x.pattern > 0 AND y.pattern > 0 THEN false  -- mark@ is Mark's and mary@ is Mary's
            WHEN abs(length(x.local) - length(y.local)) > 1 OR length(x.local) < 5 THEN false
            WHEN jaro_winkler_similarity(x.local, y.local, 0.9) < 0.9 THEN false
            WHEN regexp_extract(x.local, '{_INITIALS}') <> regexp_extract(y.local, '{_INITIALS}') THEN false
            ELSE damerau_levenshtein(x.local, y.local) <= 1 END THEN 6
        WHEN x.pattern <> y.pattern AND x.pattern > 0 AND y.pattern > 0 THEN 7
        ELSE CASE WHEN x.free THEN 13 ELSE 8 END END
    WHEN x.skeleton_hash = y.skeleton_hash AND NOT {_ONLY_GIVEN} THEN CASE
        WHEN CASE WHEN abs(length(x.mail_domain) - length(y.mail_domain)) > 2 THEN false
            WHEN jaro_winkler_similarity(x.mail_domain, y.mail_domain, 0.9) < 0.9 THEN false
            WHEN {_NUMBERED} THEN false
            ELSE damerau_levenshtein(x.mail_domain, y.mail_domain) <= 2 END THEN 10
        WHEN {_REPEATED} OR {_SHORT} THEN {_OTHER_EMAIL} ELSE 3 END
    WHEN CASE WHEN x.letters_hash <> y.letters_hash OR length(x.letters) < 3 OR {_REPEATED} OR {_ONLY_GIVEN} THEN false
        ELSE {_IS_OF_THE_NAME} END THEN 14
    ELSE {_OTHER_EMAIL} END"""
# What names leave in doubt is not settled by the mailbox of an office or of a family.
_EMAIL_OF_TWO = """CASE WHEN middle < 5 OR email NOT IN (1, 16) THEN email WHEN office THEN 2
    WHEN family_mailbox THEN 16 ELSE email END"""
# Numbers of one exchange are of one company, or of two in one town: there they say nothing.
_TWO_OFFICES = """CASE firms WHEN 3 THEN x.site <> y.site OR x.site = ''
        WHEN 0 THEN x.site <> y.site AND x.site <> '' AND y.site <> '' ELSE false END"""
# Phone numbers as integers: the exchange among the last nine digits, and so on.
_PHONE = f"""CASE WHEN x.line = -1 OR y.line = -1 THEN 0
    WHEN same_line
        THEN CASE WHEN x.callers > 4 OR {_OTHER_EXTENSION} THEN 3
            WHEN x.callers > 2 THEN 2 WHEN x.callers > 1 THEN 8 ELSE 1 END
    WHEN x.line % 100000000 = y.line % 100000000 THEN 6
    WHEN x.line // 1000 % 1000000 = y.line // 1000 % 1000000
        THEN CASE WHEN greatest(x.exchange_firms, y.exchange_firms) > 4 OR {_TWO_OFFICES} THEN 6 ELSE 5 END
    WHEN x.line // 10 IN (y.line // 100, y.line // 1000) OR y.line // 10 IN (x.line // 100, x.line // 1000) THEN 7
    WHEN starts_with(x.phone, y.phone) OR starts_with(y.phone, x.phone) THEN 7
    WHEN x.line // 100000 % 10000 <> y.line // 100000 % 10000 AND x.line % 10000 <> y.line % 10000 THEN 6
    WHEN jaro_winkler_similarity(right(x.phone, 9), right(y.phone, 9), 0.88) < 0.88 THEN 6
    WHEN damerau_levenshtein(right(x.phone, 9), right(y.phone, 9)) <= 1 THEN 4
    WHEN abs(length(x.phone) - length(y.phone)) <> 1 THEN 6
    WHEN damerau_levenshtein(x.phone, y.phone) <= 1 THEN 4
    ELSE 6 END"""
_TITLE = """CASE WHEN x.title = '' OR y.title = '' THEN 0 WHEN x.title = y.title THEN 1
    WHEN jaro_winkler_similarity(x.title, y.title, 0.88) >= 0.88 THEN 2 ELSE 3 END"""
_PROFILE = """CASE WHEN x.profile_hash = 0 OR y.profile_hash = 0 THEN 0 WHEN x.profile_hash = y.profile_hash
    THEN CASE WHEN x.owners > 1 THEN 3 ELSE 1 END ELSE 2 END"""
_OTHER_COUNTRY = "x.country_hash <> 0 AND y.country_hash <> 0 AND x.country_hash <> y.country_hash"
_COUNTRIES = f"CASE WHEN {_OTHER_COUNTRY} THEN 3 ELSE 0 END"
_PLACE = f"""CASE WHEN {_OTHER_COUNTRY} THEN 3
    WHEN x.city_hash = 0 OR y.city_hash = 0 THEN 0 WHEN x.city_hash = y.city_hash THEN 1
    WHEN x.city_script <> y.city_script THEN 0 ELSE 2 END"""
# A row with nothing but a name may be any of those who have it.
_IDENTITY = "CASE WHEN x.bare OR y.bare THEN 2 ELSE 0 END"
# How many other rows have this name (at this company) by chance, on a logarithmic scale. At one company levels 0 to 13,
# each the square root of 10 times the one before; else levels 14 to 31, each 2.2 times the one before.
_EXPECTED = "greatest(xn, yn)"
_CHANCE = f"""CASE WHEN company % 4 IN (1, 2) OR company // 4 IN (1, 2)
    THEN greatest(0, least(13, floor(14 + 2 * log10(1e-9 + {_EXPECTED} * greatest(xc, yc) / total))))
    ELSE 14 + greatest(0, least(17, floor(11.5 + ln(1e-9 + {_EXPECTED}) / ln(2.2)))) END"""
_ADDRESS = """CASE WHEN between_scripts < 0 AND own_names THEN 10
    WHEN greatest(xfits, yfits) < 0 THEN 0 WHEN least(xfits, yfits) < 0 THEN 1 + greatest(xfits, yfits)
    WHEN greatest(xfits, yfits) = 0 THEN 4 WHEN greatest(xfits, yfits) = 1 THEN 5 + least(xfits, yfits)
    ELSE 7 + least(xfits, yfits) END"""


def compare(
    db: duckdb.DuckDBPyConnection, features: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[FurtherColumn] = ()
) -> pl.DataFrame:
    """Return the pairs in their order, with the ``pattern`` of each, and ``further`` if there are further columns.

    Args:
        db: Database to compute in.
        features: Table of :func:`~pb2b_notebook.cleanup.linkage.pairs.features.build_features`.
        pairs: ``a`` and ``b``, numbers of rows of ``features``.
        columns: Further columns.
    """
    scripts = bool((features["script"] != LATIN).any())
    query = comparison_query(tuple(columns), scripts=scripts, total=len(features))
    compared = compare_pairs(db, query, features.drop(columns_not_compared(scripts=scripts)), pairs)
    compared = with_kinds_of_phones(compared, features["phone"])
    return with_identity_levels(compared, columns) if columns else compared


def columns_not_compared(*, scripts: bool) -> tuple[str, ...]:
    """Return the columns of the features that the SQL does not read.

    Args:
        scripts: Whether the list has names in several scripts.
    """
    return _NOT_COMPARED if scripts else (*_NOT_COMPARED, *_OF_SCRIPTS)


def with_identity_levels(compared: pl.DataFrame, columns: Sequence[FurtherColumn]) -> pl.DataFrame:
    """Return compared pairs with what their further columns say of two different names, in the pattern."""
    import numpy as np
    import polars as pl

    known, identity = compared["pattern"].to_numpy(), identity_levels(compared["further"].to_numpy(), columns)
    two_names = differ_wholly(known) & compared["attested"].to_numpy()
    identity = np.where(two_names, 2, identity)  # one of them gave the other's number: a child the parent's
    (before,) = levels_of(known, "identity")
    identity = np.maximum(before, identity)  # it is 2 already where a row is bare
    return compared.drop("attested").with_columns(
        pattern=pl.Series(known + (identity - before) * _IDENTITY_UNIT, dtype=pl.Int64)
    )


@lru_cache(maxsize=8)
def comparison_query(columns: tuple[FurtherColumn, ...], *, scripts: bool, total: int) -> str:
    """Return the SQL of :func:`compare`.

    Args:
        columns: Further columns.
        scripts: Whether the list has names in several scripts.
        total: Number of rows of which the list is a sample.
    """
    total = max(FEW, total)
    further = f", {packed_sql(columns)} AS further, x.attested AND y.attested AS attested" if columns else ""
    # A city that is compared as a further column is not compared twice.
    place = (
        f"CASE WHEN {IS_THIN} THEN {_COUNTRIES} ELSE {_PLACE} END"
        if any(one.role == CITY for one in columns)
        else _PLACE
    )
    # An alias of the same SELECT is computed again wherever it is used: so there are stages.
    return f"""WITH alike AS (
            SELECT *, {_ALIKE},
                (x.name_hash = y.name_hash AND x.name_hash <> 0) OR (x.words_hash = y.words_hash AND x.words_hash <> 0
                    AND (x.last <> y.last OR x.first = y.first)) AS same_name,
                {_GENDER_FORMS} AS gender_forms, {_TURNED} AS turned, {_OTHER_TONES} AS other_tones,
                {SAME_LINE} AS same_line
            FROM "both"
        ), names AS (
            SELECT *, {_FIRST} AS f, {_LAST} AS l, {_FIRMS} AS firms FROM alike
        ), addresses AS (
            SELECT *, {_SWAPPED} AS swapped_alike, {_OWN_NAMES} AS own_names,
                {_FAMILY_MAILBOX} AS family_mailbox, {_OFFICE_MAILBOX} AS office
            FROM names
        ), levels AS (
            SELECT f, l, firms, same_name, turned, other_tones, length(x.first) = 1 AS initial,
                {_GENERATION} AS generation, (x.generation = 'office') <> (y.generation = 'office') AS of_office,
                {_OTHER_NUMBERS} AS other_number,
                greatest({_HEIR.format("x", "y")}, {_HEIR.format("y", "x")}) AS heir,
                {_MIDDLE} AS middle_names,
                {_CALLED.format("x", "y")} + {_CALLED.format("y", "x")} AS called,
                swapped_alike, own_names, {_OWN_FORMS} AS own_forms, {_TWO_JOBS} AS two_jobs,
                {_ONE_SWAPPED} AS one_swapped,
                CASE WHEN f > 4 THEN {_OTHER_GIVEN} ELSE false END AS other_first,
                CASE WHEN l > 2 THEN {_OTHER_FAMILY} ELSE false END AS other_last,
                CASE WHEN f > 4 OR l > 2 THEN {_COMPARABLE} ELSE false END AS comparable,
                {_BETWEEN_SCRIPTS if scripts else -1} AS between_scripts,
                {_TWO_GIVEN} AS two_given, {_ARE_EASTERN_GIVEN} AS eastern_given,
                {_HUSBAND_AND_WIFE} AS couple, {_ADDS_WORDS} AS adds_words,
                (x.middle = '') <> (y.middle = '') AS adds_given,
                length(x.last) > 3 AND (contains(x.site, x.last) OR contains(x.company, x.last)) AS family_firm,
                office, family_mailbox,
                {_TWO_SPELLINGS} AS two_spellings, {_spells_the_other_wrongly()} AS garbled,
                {_TWO_FREQUENT} AS two_frequent,
                {_COMPANY} * 4 + {_DOMAIN} AS company, {_EMAIL} AS email, {_PHONE} AS phone, {_TITLE} AS title,
                {_PROFILE} AS profile, {place} AS place, {_IDENTITY} AS identity,
                {_RESEMBLE} AS resemble, {_FITS.format("x", "y")} AS xfits, {_FITS.format("y", "x")} AS yfits,
                x.namesakes AS xn, y.namesakes AS yn, x.colleagues AS xc, y.colleagues AS yc{further}
            FROM addresses
        ), scored AS (
            SELECT *, CASE WHEN between_scripts < 0 THEN {_NAME} ELSE between_scripts END AS name,
                {_CHANCE} AS chance, {_ADDRESS} AS address
            FROM levels, (SELECT {total} AS total)
        ), joint AS (
            SELECT *, {_OTHER_NAMES} AS middle FROM scored
        ), unlike AS (
            SELECT * REPLACE ({_EMAIL_OF_TWO} AS email), {_LIKENESS} AS likeness FROM joint
        )
        SELECT {packed_levels(COMPARISONS)} AS pattern{", further, attested" if columns else ""} FROM unlike"""


def compare_pairs(
    db: duckdb.DuckDBPyConnection,
    query: str,
    features: pl.DataFrame,
    pairs: pl.DataFrame,
) -> pl.DataFrame:
    """Return the pairs in their order, with the levels that a query computes from the table "both".

    Args:
        db: Database to compute in.
        query: SQL that reads x.first and y.first, and so on. They are columns of "both", because DuckDB copies a whole
            struct where a branch of CASE or a lambda reads a part of it.
        features: The features that the query reads.
        pairs: ``a`` and ``b``, numbers of rows of ``features``.
    """
    import numpy as np
    import polars as pl

    if len(pairs) <= FEW_ROWS:
        levels = run_planned_query(by_columns(query), "both", _both_rows(features, pairs))
    else:
        query, order = by_columns(query), _by_agreement(features, pairs)
        parts = [
            run_query(db, query, both=rows_of_pairs(features, pairs[order[start : start + _PAIRS_OF_QUERY]]))
            for start in range(0, len(pairs), _PAIRS_OF_QUERY)
        ]
        levels = {name: _in_place(np.concatenate([part[name] for part in parts]), order) for name in parts[0]}
    return pairs.with_columns(pl.Series(name, values) for name, values in levels.items())


def _by_agreement(features: pl.DataFrame, pairs: pl.DataFrame) -> np.ndarray:
    """Return the order of pairs in which those that agree in the same columns follow one another.

    DuckDB computes on two thousand pairs at once: a branch of CASE that none of these reaches costs nothing.
    """
    import numpy as np

    agreement = np.zeros(len(pairs), dtype=np.uint8)
    for name in _AGREEMENT:
        if name in features.columns:
            a, b = (features[name].gather(pairs[side]) for side in ("a", "b"))
            agreement = 2 * agreement + (a == b).to_numpy()
    return np.argsort(agreement, kind="stable")


def _in_place(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    import numpy as np

    placed = np.empty_like(values)
    placed[order] = values
    return placed


def packed_levels(comparisons: Sequence[Comparison]) -> str:
    """Return SQL for a pattern, from columns that are named by the comparisons."""
    shift, packed = 0, []
    for comparison in comparisons:
        packed.append(f"({comparison.name}::BIGINT << {shift})")
        shift += comparison.bits
    return " | ".join(packed)


@lru_cache(maxsize=8)
def by_columns(query: str) -> str:
    """Return SQL that reads ``x_first`` instead of ``x.first``."""
    return re.sub(r"\b([xy])\.(\w+)", r"\1_\2", query)


def random_levels(
    db: duckdb.DuckDBPyConnection,
    features: pl.DataFrame,
    columns: Sequence[FurtherColumn],
    pairs: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Return the packed levels of random pairs of rows in the further columns, but for rows of one name.

    In a short list, or one in which each person is many times, these are not few, and most are one person.

    Args:
        db: Database to compute in.
        features: Features of the rows.
        columns: Further columns.
        pairs: First and second row of each pair, as positions.
    """
    import polars as pl

    a, b = map(pl.Series, pairs)
    names, others = (features["name_hash"].gather(rows) for rows in (a, b))
    distinct = (a != b) & ((names != others) | (names == 0))
    some = features.select(columns_of_random_pairs(columns))
    sides = [
        some[rows.filter(distinct)].select(pl.all().name.prefix(f"{side}_")) for side, rows in (("x", a), ("y", b))
    ]
    query = by_columns(f"SELECT {packed_sql(columns, everywhere=True)} AS further FROM random_pairs")
    return run_query(db, query, random_pairs=pl.concat(sides, how="horizontal"))["further"]


def compare_strangers(
    db: duckdb.DuckDBPyConnection,
    features: pl.DataFrame,
    columns: Sequence[FurtherColumn],
    pairs: tuple[np.ndarray, np.ndarray],
) -> pl.DataFrame:
    """Return random pairs of rows, but for rows of one name, with their ``pattern`` and their ``further`` levels.

    Args:
        db: Database to compute in.
        features: Features of the rows.
        columns: Further columns.
        pairs: First and second row of each pair, as positions.
    """
    import polars as pl

    a, b = (pl.Series(rows, dtype=pl.UInt32) for rows in pairs)
    names, others = (features["name_hash"].gather(rows) for rows in (a, b))
    distinct = (a != b) & ((names != others) | (names == 0))
    some = pl.DataFrame({"a": a, "b": b}).filter(distinct)
    # In a list of some hundred rows, most pairs of one given or family name are drawn many times.
    compared = compare(db, features, some.unique(maintain_order=True), columns)
    return some.join(compared, on=["a", "b"], how="left", maintain_order="left")


def columns_of_random_pairs(columns: Sequence[FurtherColumn]) -> list[str]:
    """Return the columns of the features that :func:`random_levels` compares."""
    return [name for one in columns for name in (one.feature, f"{one.feature}_rarity", f"{one.feature}_number")]


def random_pairs(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of random pairs of rows, the same for the same number of rows."""
    import numpy as np

    rng, count, size = np.random.default_rng(0), min(RANDOM_PAIRS, size * size), max(1, size)
    return rng.integers(0, size, count), rng.integers(0, size, count)


def random_namesakes(rows: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return random pairs among all pairs of rows of one given name: a name of twice as many has four times as many.

    Returns:
        First and second row of each pair: their places among all rows in the order of their given names.
    """
    import numpy as np

    if not len(rows):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rng, count = np.random.default_rng(0), min(RANDOM_PAIRS, size * size)
    sizes, starts = np.repeat(rows, rows), np.repeat(np.cumsum(rows) - rows, rows)
    first = rng.choice(len(sizes), count, p=sizes / sizes.sum())
    return first, starts[first] + (rng.random(count) * sizes[first]).astype(np.int64)


def rows_of_pairs(features: pl.DataFrame, pairs: pl.DataFrame) -> pa.RecordBatchReader:
    """Return the two rows of each pair (``x_first``, ``y_first``, …), made in portions as DuckDB asks for them.

    Taking rows by number is much less work than a join, and does not copy their texts.
    """
    import polars as pl
    import pyarrow as pa

    features = features.rechunk()

    def portion(start: int) -> pa.Table:
        both = _both_rows(features, pairs.slice(start, _PORTION))
        return both.to_arrow(compat_level=pl.CompatLevel.newest())

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(pairs), _PORTION):
            yield from portion(start).to_batches()

    return pa.RecordBatchReader.from_batches(portion(len(pairs)).schema, batches())


def _both_rows(features: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    a, b = pairs
    sides = [features[rows].select(pl.all().name.prefix(f"{side}_")) for side, rows in (("x", a), ("y", b))]
    return pl.concat(sides, how="horizontal")
