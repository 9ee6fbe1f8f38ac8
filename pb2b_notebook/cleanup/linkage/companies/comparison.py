"""Compare pairs of companies: SQL over the features of both rows gives the levels of agreement, packed into a pattern.

What each level means is in :mod:`.levels`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.columns.further_columns import packed_sql
from pb2b_notebook.cleanup.linkage.companies.blocking import number_digits
from pb2b_notebook.cleanup.linkage.companies.features import (
    attendant_words,
    body_words,
    discipline_pattern,
    family_endings,
    filler_words,
    foundation_words,
    general_words,
    group_words,
    groups_in_characters,
    house_words,
    number_words,
    part_words,
    parts_in_characters,
    translations_of_group,
    venue_words,
    words_before_a_host,
)
from pb2b_notebook.cleanup.linkage.companies.levels import COMPARISONS
from pb2b_notebook.cleanup.linkage.companies.standardization import ALSO, forms_in_one_word
from pb2b_notebook.cleanup.linkage.names.company_names import NUMERALS, marks_differ_sql
from pb2b_notebook.cleanup.linkage.pairs.comparison import SAME_LINE, compare_pairs, domain_spells, packed_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

NOT_COMPARED: Final = ("i", "copies", "is_new", "content", "words_hash", "second")
"""Columns of the features that the SQL does not read."""
# What only one of the names has: xrest and yrest, as words and as one text.
_RESTS: Final = """list_filter(x.words, lambda w: NOT list_contains(y.words, w)) AS xr,
    list_filter(y.words, lambda w: NOT list_contains(x.words, w)) AS yr"""
_GROUP: Final = ", ".join(f"'{word}'" for word in sorted(group_words()))
# Rautenberg Gruppe is Rautenberg Group; Global Partners, Global Ventures and Global Group are three.
_TRANSLATIONS: Final = ", ".join(f"'{word}'" for word in sorted(translations_of_group()))
_PARTS: Final = ", ".join(f"'{word}'" for word in sorted(part_words()))
_FOUNDATIONS: Final = ", ".join(f"'{word}'" for word in sorted(foundation_words()))
_IS_FOUNDATION: Final = f"""CASE WHEN x.form || y.form = '' THEN false
    ELSE list_has_any(list_concat(xr, yr), [{_FOUNDATIONS}]) END"""
_FILLERS: Final = ", ".join(f"'{word}'" for word in sorted(group_words() & filler_words()))
# Where each name has words of its own, these say that they are of two: Rautner Holding, Rautner Foods.
_OTHER_HOUSES: Final = ", ".join(
    f"'{word}'" for word in sorted(part_words() | house_words() | (group_words() - filler_words()))
)
# Café Lang im Hotel Adler is in the hotel, and Nova chez Lang is not Lang: what stands behind is another company.
_IN: Final = ", ".join(f"'{word}'" for word in sorted(words_before_a_host()))
_IN_ANOTHER: Final = f"""CASE WHEN NOT list_has_any(list_concat(xr, yr), [{_IN}]) THEN false
    ELSE ends_with(x.company, ' ' || y.company) OR ends_with(y.company, ' ' || x.company) END"""
_ALL_IN: Final = "len(list_filter({0}, lambda w: NOT list_contains({1}, w))) = 0"
_VENUES: Final = ", ".join(f"'{word}'" for word in sorted(venue_words()))
_IS_PLACE: Final = _ALL_IN.format("{0}", "places")
# Words are abbreviated one by one, beside a word that both names have: Masch. Hölzer is Maschinenfabrik Hölzer, and
# Moser is not Moserbräu. Only an ending may be all that differs. Universitätsklinikum is not Universität.
_IS_HOUSE: Final = f"regexp_matches({{0}}, '.({'|'.join(sorted(house_words()))})$')"
_ONE_IS_HOUSE: Final = " <> ".join(
    f"(len(list_filter({{}}, lambda w: {_IS_HOUSE.format('w')})) > 0)".format(r) for r in ("xr", "yr")
)
_ENDINGS: Final = "'', 's', 'e', 'n', 'a', 'es', 'en', 'er', 'ne', 'ns'"
# The word between two names of one company is of neither.
_OWN_COUNT: Final = f"len(list_filter(x.words, lambda w: w <> '{ALSO}'))"
_CUT: Final = f"""CASE WHEN length({{0}}) < 3 OR NOT starts_with({{1}}, {{0}}) THEN false
        WHEN {{1}}[length({{0}}) + 1:] IN ({_ENDINGS}) THEN true
        ELSE len(xr) < {_OWN_COUNT} AND NOT {_IS_HOUSE.format("{1}")} END"""
_EITHER_CUT: Final = f"{_CUT.format('p[1]', 'p[2]')} OR {_CUT.format('p[2]', 'p[1]')}"
# Three Rivers is 3 Rivers, and Studio Twenty-One is Studio 21.
_NUMBERS: Final = ", ".join(f"'{word}={number}'" for word, number in sorted(number_words().items()))
_AS_DIGITS: Final = f"""CASE WHEN (x.digits = '') = (y.digits = '') THEN false
        ELSE greatest(xrest, yrest) || '=' || least(xrest, yrest) IN ({_NUMBERS}) END"""
_ABBREVIATES: Final = f"""CASE WHEN {_AS_DIGITS} THEN true
    WHEN len(xr) = len(yr)
        THEN len(list_filter(list_zip(xr, yr), lambda p: NOT ({_EITHER_CUT}))) = 0
    WHEN length(least(xrest, yrest)) < 3 THEN false
    WHEN starts_with(xrest, yrest) THEN xrest[length(yrest) + 1:] IN ({_ENDINGS})
    ELSE starts_with(yrest, xrest) AND yrest[length(xrest) + 1:] IN ({_ENDINGS}) END"""
# A whole name that begins another one, but for a last letter that was typed twice: Moser and Mosert, which is a typing
# error only at one website.
_ADDED: Final = "{1}[length({0}) + 1:] <> right({0}, 1)"
_BEGINS_ANOTHER: Final = f"""CASE WHEN len(x.words) > 1 OR len(y.words) > 1 THEN false
    WHEN starts_with(xrest, yrest) THEN {_ADDED.format("yrest", "xrest")}
    ELSE starts_with(yrest, xrest) AND {_ADDED.format("xrest", "yrest")} END"""
_ONE_LETTER: Final = "abs(length(xrest) - length(yrest)) = 1"
_SAME_LETTERS: Final = "bit_count(xor(x.letter_set, y.letter_set)) < 5"
_TYPO: Final = """CASE WHEN least(length({0}), length({1})) < 5 OR abs(length({0}) - length({1})) > 2 THEN false
    WHEN NOT {2} THEN false
    WHEN jaro_winkler_similarity({0}, {1}, 0.85) < 0.85 THEN false
    ELSE damerau_levenshtein({0}, {1}) <= CASE WHEN least(length({0}), length({1})) > 9 AND left({0}, 1) = left({1}, 1)
        THEN 2 ELSE 1 END END"""
# A word that is a place or a kind is not a typo of another one: Kardiologie and Radiologie, Dental and Rental. A plural
# is one, and so is the word in another language: Logistik and Logistics.
_NEAR: Final = """CASE WHEN starts_with({0}, {1}) OR starts_with({1}, {0}) THEN true
    WHEN least(length({0}), length({1})) < 5 THEN false
    WHEN list_contains(x.kinds, {0}) AND list_contains(y.kinds, {1}) THEN false
    ELSE damerau_levenshtein({0}, {1}) <= 2 END"""
_NOT_NEAR: Final = "list_filter({0}, lambda w: len(list_filter({1}, lambda v: {2})) = 0)"
_STEM: Final = r"""regexp_replace(replace(replace(array_to_string({0}, ''), 'k', 'c'), 'ph', 'f'),
    '(ies|ie|y|ia|ija|io|i|ics|ic|ica|ico|iqu|s|es|e|en|a|o)$', '')"""
_TWO_KINDS: Final = f"""CASE WHEN len(xo) = 0 OR len(yo) = 0 THEN false
    WHEN NOT ({_ALL_IN.format("xo", "list_concat(x.kinds, places)")}) THEN false
    WHEN NOT ({_ALL_IN.format("yo", "list_concat(y.kinds, places)")}) THEN false
    ELSE {_STEM.format("xo")} <> {_STEM.format("yo")} END"""
_WORDS_ALIKE: Final = """(len(xo) = 0 OR len(yo) = 0
    OR damerau_levenshtein(xrest, yrest) * 3 <= least(length(xrest), length(yrest)))"""
_A_DISCIPLINE: Final = f"len(list_filter({{0}}, lambda w: regexp_matches(w, '{discipline_pattern()}'))) > 0"
# Several typos in a long name. A word that many rows have is not a typo.
_TYPOS: Final = """CASE WHEN least(length(x.company), length(y.company)) < 8 THEN false
    WHEN least(x.rare_rows, y.rare_rows) > 2 THEN false
    WHEN abs(length(x.company) - length(y.company)) > 3 OR bit_count(xor(x.letter_set, y.letter_set)) > 7 THEN false
    WHEN jaro_winkler_similarity(x.company, y.company, 0.75) < 0.75 THEN false
    ELSE damerau_levenshtein(x.company, y.company) * 5 <= greatest(length(x.company), length(y.company)) END"""
# At one domain, names whose different words are alike in two thirds of their letters, as written: company has words
# abbreviated, and "nterprises" is unlike "ent". Of two clinics of a chain, the words for their towns are not alike.
_OWN_WORDS: Final = "array_to_string(list_filter({0}.spelled, lambda w: NOT list_contains({1}.spelled, w)), '')"
_ALIKE_WORDS: Final = """least(length({0}), length({1})) > 5
    AND damerau_levenshtein({0}, {1}) * 3 <= least(length({0}), length({1}))"""
_GARBLED: Final = f"""CASE WHEN x.site = '' OR x.site <> y.site THEN false
    ELSE {_ALIKE_WORDS.format(_OWN_WORDS.format("x", "y"), _OWN_WORDS.format("y", "x"))} END"""
# Grundschule St. Elwin and Realschule St. Elwin are two, however much they share: each has its own kind of one thing.
_KIND_OF_SCHOOL: Final = "regexp_extract({0}, '.(schule|school|skole|skola|skolan|koulu|gymnasium|iskola)$', 1)"
_TWO_SCHOOLS: Final = f"""CASE WHEN len(xr) <> 1 OR len(yr) <> 1 THEN false
    WHEN xr[1] = yr[1] OR {_KIND_OF_SCHOOL.format("xr[1]")} = '' THEN false
    ELSE {_KIND_OF_SCHOOL.format("xr[1]")} = {_KIND_OF_SCHOOL.format("yr[1]")} END"""
# Each name has a kind that the other one lacks: Lycée Saint-Aubin and Collège Saint-Aubin, and not École Saint-Aubin.
# Where much else differs, one may name its host: Odell University Early Learning Center is that in Odell Church.
_TWO_INSTITUTIONS: Final = """(x.houses & ~y.houses) <> 0 AND (y.houses & ~x.houses) <> 0
        AND greatest(len(xr), len(yr)) < 3"""
_TWO_HOUSES: Final = f"""CASE WHEN {_STEM.format("xo")} = {_STEM.format("yo")} AND len(xo) > 0 THEN false
    WHEN {_GARBLED} THEN false ELSE list_has_any(list_concat(xo, yo), [{_OTHER_HOUSES}]) OR {_ONE_IS_HOUSE} END"""
# Indian Bank is not the Bank of India, nor is Washington University the University of Washington: where thousands of
# companies have each word, the order makes the name, unless both have one phone or domain.
_IS_GENERAL: Final = """len(list_filter(list_concat(x.kinds, y.kinds, places),
    lambda k: k = w OR (length(k) > 4 AND starts_with(w, k)))) > 0"""
_TURNED: Final = f"""CASE WHEN len(x.words) < 2 OR starts_with(x.words[1], y.words[1])
        OR starts_with(y.words[1], x.words[1]) THEN false
    WHEN (x.line = y.line AND x.line <> -1) OR (x.site = y.site AND x.site <> '') THEN false
    ELSE len(list_filter(list_concat(x.words, y.words), lambda w: NOT ({_IS_GENERAL}))) = 0 END"""
# At one website or phone, initials may stand for the first words: GE Lighting, Granton Electric Lighting. Behind a name
# they are a trade: Lang IT is not Lang Immobilien Treuhand, nor is a word for one made of initials.
_AT_ONE_PLACE: Final = "(x.site = y.site AND x.site <> '') OR (x.line = y.line AND x.line <> -1)"
_LETTERS_OF: Final = "array_to_string(list_transform({0}, lambda w: left(w, 1)), '')"
_REST: Final = f"array_to_string(list_filter({{0}}, lambda w: w NOT IN ({_GROUP})), '')"
_INITIALS: Final = f"""CASE WHEN len(xr) = 0 OR len(yr) = 0 OR NOT ({_AT_ONE_PLACE}) THEN false
    WHEN xr[1] <> x.words[1] OR yr[1] <> y.words[1] THEN false
    WHEN (len(xr) = 1 AND list_contains(x.kinds, xr[1])) OR (len(yr) = 1 AND list_contains(y.kinds, yr[1])) THEN false
    WHEN len(yr) > 1 AND {_REST.format("xr")} = {_LETTERS_OF.format("yr")} THEN true
    ELSE len(xr) > 1 AND {_REST.format("yr")} = {_LETTERS_OF.format("xr")} END"""
# At one website, words may leave out letters in the middle: Maschfabrik Hölzer, Maschinenfabrik Hölzer. Mann is not
# Maurermann, nor Motor Modellmotor: three letters at each end are the same.
_LEAVES_OUT: Final = r"""length({0}) > 5 AND length({0}) < length({1}) AND left({0}, 3) = left({1}, 3)
        AND right({0}, 3) = right({1}, 3)
        AND regexp_matches({1}, '^' || regexp_replace({0}, '(.)', '\1.*', 'g'))
        AND NOT (list_contains(x.kinds || y.kinds, {0}) AND list_contains(x.kinds || y.kinds, {1}))"""
_CONTRACTS: Final = f"""CASE WHEN x.site = '' OR x.site <> y.site OR len(xr) <> len(yr) OR len(x.words) < 2 THEN false
    ELSE len(list_filter(list_zip(xr, yr), lambda p: NOT ({_LEAVES_OUT.format("p[1]", "p[2]")}
        OR {_LEAVES_OUT.format("p[2]", "p[1]")}))) = 0 END"""
# Stadt Lindau is not Stadtwerke Lindau, nor is Praxis Klein another spelling of Praxis Kleinert, but where the website
# or the phone is one.
_BODIES: Final = ", ".join(f"'{word}'" for word in sorted(body_words()))
_FAMILY_ENDS: Final = "|".join(sorted(family_endings()))
_IS_LONGER: Final = f"""CASE WHEN NOT starts_with({{1}}, {{0}}) OR {{1}}[length({{0}}) + 1:] IN ({_ENDINGS}) THEN false
    WHEN {{0}} IN ({_BODIES}) THEN true WHEN length({{0}}) < 4 OR {_AT_ONE_PLACE} THEN false
    ELSE regexp_full_match({{1}}[length({{0}}) + 1:], '{_FAMILY_ENDS}') END"""
_TWO_WORDS: Final = f"""CASE WHEN len(xr) <> 1 OR len(yr) <> 1 THEN false
    ELSE {_IS_LONGER.format("xr[1]", "yr[1]")} OR {_IS_LONGER.format("yr[1]", "xr[1]")} END"""
_ALIASES: Final = f"string_split({{}}.company, ' {ALSO} ')"
_HAS_ALIAS: Final = " OR ".join(f"list_contains({_ALIASES.format(a)}, {b}.company)" for a, b in ("xy", "yx"))
# Who has a former name of a company, and a website or town of its own, may be another company of that name.
_IN_TWO_PLACES: Final = """(x.site <> '' AND y.site <> '' AND x.site <> y.site AND x.label <> y.label)
            OR (x.city <> '' AND y.city <> '' AND x.city <> y.city AND (x.postcode = '' OR x.postcode <> y.postcode))"""
# At one website, and one phone or street, a person takes these for one name: Rakennus Oy Lehtola, Lehtola & Sons and
# Lehtola Rakennus; Az. Agr. Monteferro and Azienda Agricola Monteferro. Two forms that contradict each other remain.
_THERE: Final = """CASE WHEN x.site = '' OR x.site <> y.site OR x.owners > 3 THEN false
    WHEN x.line = y.line AND x.line <> -1 THEN true
    ELSE x.house <> '' AND x.house = y.house AND roads_alike AND (x.city = y.city OR x.postcode = y.postcode) END"""
_FORM_WORDS: Final = ", ".join(f"'{word}'" for word in sorted(forms_in_one_word()))
_FORMS_OF_WORDS: Final = ", ".join(f"'{word}={form}'" for word, form in sorted(forms_in_one_word().items()))
_ATTENDANTS: Final = ", ".join(f"'{word}'" for word in sorted(attendant_words()))
_MERE: Final = f"(w IN ({_ATTENDANTS}) OR w IN ({_FORM_WORDS}))"
_OTHER_FORMS: Final = f"""len(list_filter({{0}}, lambda w: w IN ({_FORM_WORDS}) AND w NOT IN ({_ATTENDANTS})
        AND {{1}}.form <> '' AND w || '=' || {{1}}.form NOT IN ({_FORMS_OF_WORDS}))) > 0"""
_BARE_REST: Final = f"list_filter({{0}}, lambda w: NOT {_MERE})"
# Letters left out but for consonants, as in Kbh. and Ingb.; or a beginning of two letters, where a third word agrees.
_SHORTENED: Final = r"""CASE WHEN length({0}) < 2 OR length({1}) < length({0}) + 2 OR left({0}, 1) <> left({1}, 1)
        THEN false
    WHEN list_contains(x.kinds || y.kinds, {0}) THEN false
    WHEN starts_with({1}, {0}) THEN true
    ELSE length({0}) BETWEEN 3 AND 5 AND regexp_matches({0}, '^.[^aeiou0-9]+$')
        AND regexp_matches({1}, '^' || regexp_replace({0}, '(.)', '\1.*', 'g')) END"""
_EITHER_SHORT: Final = f"{_EITHER_CUT} OR {_SHORTENED.format('p[1]', 'p[2]')} OR {_SHORTENED.format('p[2]', 'p[1]')}"
_BOTH_BARE: Final = f"""list_zip({_BARE_REST.format("xr")}, {_BARE_REST.format("yr")})"""
_JOINED_UP: Final = f"({_LEAVES_OUT.format('xrest', 'yrest')}) OR ({_LEAVES_OUT.format('yrest', 'xrest')})"
_AS_ONE_FIRM: Final = f"""CASE WHEN NOT ({_THERE}) THEN false
    WHEN {_OTHER_FORMS.format("xr", "y")} OR {_OTHER_FORMS.format("yr", "x")} THEN false
    WHEN len({_BARE_REST.format("xr")}) = 0 AND len({_BARE_REST.format("yr")}) = 0 THEN len(xr) = 0 OR len(yr) = 0
    WHEN len(xr) >= {_OWN_COUNT} THEN false
    WHEN len({_BARE_REST.format("xr")}) = len({_BARE_REST.format("yr")})
        THEN len(list_filter({_BOTH_BARE}, lambda p: NOT ({_EITHER_SHORT}))) = 0
    ELSE {_JOINED_UP} END"""
# A name with its own acronym is the name, and is the acronym: Zentrum Ostsee Technik ZOT, and ZOT.
_IS_ACRONYM: Final = f"{{0}} = {_LETTERS_OF.format('{1}')}"
_WITH_ITS_ACRONYM: Final = f"""CASE WHEN (len(xr) > 0) = (len(yr) > 0) OR NOT ({_AT_ONE_PLACE}) THEN false
    WHEN len(xr) + len(yr) = 1
        THEN length(xrest || yrest) > 2 AND {_IS_ACRONYM.format("xrest || yrest", "list_intersect(x.words, y.words)")}
    WHEN len(x.words) = 1 THEN length(x.company) > 2 AND {_IS_ACRONYM.format("x.company", "yr")}
    WHEN len(y.words) = 1 THEN length(y.company) > 2 AND {_IS_ACRONYM.format("y.company", "xr")}
    ELSE false END"""
# 北京蓝河科技 is 蓝河科技(北京), and 深圳市海纳 is 海纳 of 深圳市: one of two names without its town.
_WITHOUT_TOWN: Final = "regexp_replace(replace({0}.company, ' ', ''), '^.{{2,3}}[省市县縣区區]', '')"
_LETTERS: Final = "list_sort(string_split(replace({0}.company, ' ', ''), ''))"
_SAME_CHARACTERS: Final = f"""CASE WHEN x.site = '' OR x.site <> y.site THEN false
    WHEN {_LETTERS.format("x")} = {_LETTERS.format("y")} THEN true
    WHEN {_WITHOUT_TOWN.format("x")} = replace(y.company, ' ', '') THEN true
    ELSE {_WITHOUT_TOWN.format("y")} = replace(x.company, ' ', '') END"""
# A branch or a group that one of two scripts names, where words cannot be found in one another: 大阪支店, Osaka Branch.
_HAS_BRANCH: Final = f"""list_has_any(list_concat(xr, yr), [{_PARTS}])
            OR regexp_matches(x.company || ' ' || y.company, '{"|".join(parts_in_characters())}')"""
_HAS_GROUP: Final = f"""list_has_any(list_concat(xr, yr), [{_GROUP}])
            OR regexp_matches(x.company || ' ' || y.company, '{"|".join(groups_in_characters())}')"""
# A character is a syllable or a word: names that differ in one are no more alike than those that differ in a word.
_IN_CHARACTERS: Final = "regexp_matches(xrest || yrest, '[一-鿿]')"
_NAME: Final = f"""CASE WHEN x.company = '' OR y.company = '' THEN 0
    WHEN {marks_differ_sql()} THEN 12
    WHEN x.name_hash = y.name_hash THEN 1
    WHEN x.script <> y.script THEN CASE WHEN x.sounds_hash = y.sounds_hash AND x.sounds_hash <> 0 THEN 10
        WHEN {_HAS_BRANCH} THEN 8
        WHEN {_HAS_GROUP} THEN 5
        ELSE 14 END
    WHEN len(xr) = 0 AND len(yr) = 0 THEN CASE WHEN {_TURNED} THEN 11 ELSE 2 END
    WHEN x.digits <> y.digits AND x.digits <> '' AND y.digits <> '' THEN 12
    WHEN x.initials = y.initials AND x.initials <> '' AND x.has_initials <> y.has_initials THEN 4
    WHEN {_INITIALS} THEN 4
    WHEN {_WITH_ITS_ACRONYM} THEN 4
    WHEN {_TWO_INSTITUTIONS} THEN 13
    WHEN {_TWO_WORDS} THEN 13
    WHEN {_AS_ONE_FIRM} THEN 2
    WHEN len(xr) = 0 OR len(yr) = 0 THEN CASE
        WHEN {_HAS_ALIAS} THEN CASE WHEN {_IN_TWO_PLACES} THEN 7 ELSE 2 END
        WHEN {_ALL_IN.format("list_concat(xr, yr)", f"[{_FILLERS}]")} THEN 2
        WHEN {_ALL_IN.format("list_concat(xr, yr)", f"[{_GROUP}]")} THEN 5
        WHEN {_ALL_IN.format("list_concat(xr, yr)", f"list_concat(places, [{_VENUES}])")} THEN 6
        WHEN list_has_any(list_concat(xr, yr), [{_PARTS}]) THEN 8
        WHEN {_IS_FOUNDATION} THEN 8
        WHEN {_IN_ANOTHER} THEN 8
        WHEN {_A_DISCIPLINE.format("list_concat(xr, yr)")} THEN 8 ELSE 7 END
    WHEN {_ABBREVIATES} THEN CASE WHEN {_TURNED} THEN 11 ELSE 2 END
    WHEN {_ALL_IN.format("list_concat(xr, yr)", f"[{_TRANSLATIONS}]")} THEN 2
    WHEN {_TWO_KINDS} THEN 13
    WHEN {_CONTRACTS} THEN 2
    WHEN {_BEGINS_ANOTHER}
        THEN CASE WHEN x.site = y.site AND x.site <> '' AND {_ONE_LETTER} THEN 11 ELSE 15 END
    WHEN {_IN_CHARACTERS} THEN CASE WHEN {_SAME_CHARACTERS} THEN 2
        WHEN list_contains(y.words, x.rare) OR list_contains(x.words, y.rare) THEN 9
        ELSE 15 END
    WHEN {_TYPO.format("xrest", "yrest", _SAME_LETTERS)} THEN 3
    WHEN {_TWO_SCHOOLS} THEN 13
    WHEN {_TWO_HOUSES} THEN 13
    WHEN {_IS_PLACE.format("xr")} AND {_IS_PLACE.format("yr")} THEN 13
    WHEN list_contains(y.words, x.rare) OR list_contains(x.words, y.rare) THEN 9
    WHEN CASE WHEN {_SAME_LETTERS} AND {_WORDS_ALIKE} THEN jaro_winkler_similarity(x.company, y.company, 0.9) >= 0.9
        ELSE false END THEN 11
    WHEN {_TYPOS} OR {_GARBLED} THEN 11 ELSE 15 END"""
_FORM: Final = """CASE WHEN x.form = '' AND y.form = '' THEN 0 WHEN x.form = y.form THEN 1
    WHEN x.form = '' OR y.form = '' THEN 2 WHEN x.form_bits & y.form_bits <> 0 THEN 3 ELSE 4 END"""
# Where the domain is that of the longer name, the shorter one is a part of it: Zalora at zalora-net.example. A name in
# another script is no longer than the one that the domain spells, if that is how it is read: about three Latin letters
# for a character of Chinese or Korean. What is longer may be a subsidiary, such as 桜木製薬 beside Sakuragi.
_READ: Final = "length(regexp_replace(replace({0}.company, ' ', ''), '[一-鿿가-힣]', 'xxx', 'g'))"
_IN_OTHER_LETTERS: Final = f"{{0}}.label_spelled = {{0}}.name_spelled AND {_READ.format('{1}')} <= {_READ}"
_COMMON_WORDS: Final = ", ".join(f"'{word}'" for word in sorted(general_words() - filler_words() | group_words()))
# Behind one phone, a word of the name in Latin letters is enough: Ningbo Haixing Trading at nbhaixing.example.
_HAS_A_WORD: Final = f"""CASE WHEN x.script = y.script OR x.line = -1 OR y.line = -1 OR NOT ({SAME_LINE}) THEN false
        ELSE len(list_filter(list_concat(xr, yr), lambda w: length(w) > 3 AND strlen(w) = length(w)
            AND contains(x.label, w) AND w NOT IN ({_COMMON_WORDS}))) > 0 END"""
_SPELLS_THE_LONGER: Final = f"""CASE WHEN x.label_spelled = 0 THEN false
        WHEN {_HAS_A_WORD} THEN true
        WHEN x.script <> y.script
            THEN ({_IN_OTHER_LETTERS.format("x", "y")}) OR ({_IN_OTHER_LETTERS.format("y", "x")})
        WHEN length(x.company) > length(y.company) THEN x.label_spelled = x.name_spelled
        ELSE length(x.company) < length(y.company) AND x.label_spelled = y.name_spelled END"""
_DOMAIN: Final = f"""CASE WHEN x.mailbox_hash <> 0 AND x.mailbox_hash = y.mailbox_hash AND x.writers <= 3 THEN 6
    WHEN x.site = '' OR y.site = '' THEN CASE WHEN {domain_spells("name_spelled")} THEN 5 ELSE 0 END
    WHEN x.site = y.site THEN CASE WHEN x.owners > 3 THEN 2 WHEN {_SPELLS_THE_LONGER} THEN 7 ELSE 1 END
    WHEN ends_with(x.site, '.' || y.site) OR ends_with(y.site, '.' || x.site) THEN
        CASE WHEN greatest(x.owners, y.owners) > 3 THEN 2 ELSE 1 END
    WHEN x.label = y.label THEN 3 ELSE 4 END"""
_PHONE: Final = f"""CASE WHEN x.line = -1 OR y.line = -1 THEN 0
    WHEN {SAME_LINE} THEN CASE WHEN x.callers > 2 THEN 2 ELSE 1 END
    WHEN CASE WHEN least(length(x.phone), length(y.phone)) < 10 THEN false
        ELSE starts_with(x.phone, y.phone) OR starts_with(y.phone, x.phone) END THEN 6
    WHEN x.line // 1000 % 1000000 = y.line // 1000 % 1000000 THEN 3
    WHEN CASE WHEN x.line // 100000 % 10000 <> y.line // 100000 % 10000 AND x.line % 10000 <> y.line % 10000 THEN false
        ELSE damerau_levenshtein(right(x.phone, 9), right(y.phone, 9)) <= 1 END THEN 4
    ELSE 5 END"""
_SAME_TOWN: Final = """((x.postcode <> '' AND x.postcode = y.postcode) OR (x.city <> '' AND x.city = y.city)
    OR ((x.postcode = '' OR y.postcode = '') AND (x.city = '' OR y.city = '')))"""
# A city that several rows have is not a misspelled one: Hamburg and Homburg.
_CITIES_ALIKE: Final = """CASE WHEN least(length(x.{0}), length(y.{0})) < 5 THEN false
    WHEN least(x.city_rows, y.city_rows) > 2 THEN false
    WHEN jaro_winkler_similarity(x.{0}, y.{0}, 0.75) < 0.75 THEN false
    ELSE damerau_levenshtein(x.{0}, y.{0}) <= CASE WHEN least(length(x.{0}), length(y.{0})) > 7 THEN 2 ELSE 1 END END"""
_ROADS_ALIKE: Final = """CASE WHEN x.road = y.road THEN true WHEN x.road = '' OR y.road = '' THEN false
    WHEN starts_with(x.road, y.road) OR starts_with(y.road, x.road) THEN true
    ELSE jaro_winkler_similarity(x.road, y.road, 0.88) >= 0.88 END"""
# A building has many tenants: KUKA Roboter in the house of KUKA is a company of its own as often as KUKA.
_NUMERALS: Final = ", ".join(f"'{numeral}'" for numeral in NUMERALS)
_IN_ONE_HOUSE: Final = f"""CASE WHEN name NOT IN (7, 9) THEN false
    WHEN list_has_any(list_concat(xr, yr), [{_NUMERALS}]) THEN true
    ELSE len(list_filter(x.words, lambda w: list_contains(y.words, w) AND w NOT IN ({_COMMON_WORDS}))) < 2 END"""
# Many towns have a Via Verdi 1: where town and postcode are others, the street says nothing.
_FAR: Final = """CASE WHEN x.postcode = '' OR y.postcode = '' OR x.city = '' OR y.city = '' THEN false
    WHEN left(x.postcode, 2) = left(y.postcode, 2) THEN false
    WHEN (strlen(x.city) = length(x.city)) <> (strlen(y.city) = length(y.city)) THEN false
    ELSE jaro_winkler_similarity(x.city, y.city) < 0.8 END"""
# A street in characters is not found in Latin letters, and says nothing against it.
_ONE_SCRIPT: Final = "(strlen(x.road) = length(x.road)) = (strlen(y.road) = length(y.road))"
# Berlin and Berlin Mitte are one town, San Juan and San Juan Capistrano are two. Two postcodes are of two towns.
_ADDRESS: Final = f"""CASE WHEN x.country <> '' AND y.country <> '' AND x.country <> y.country THEN 7
    WHEN x.street <> '' AND y.street <> '' AND {_SAME_TOWN} AND {_ONE_SCRIPT} THEN CASE
        WHEN roads_alike AND (x.house = y.house OR x.house = '' OR y.house = '') THEN CASE
            WHEN {_IN_ONE_HOUSE} THEN 13 WHEN x.house <> y.house THEN 10 WHEN x.tenants > 2 THEN 2 ELSE 1 END
        WHEN roads_alike THEN 9
        WHEN x.postcode <> '' AND x.postcode = y.postcode THEN 8 ELSE 5 END
    WHEN x.postcode <> '' AND x.postcode = y.postcode THEN 3
    WHEN x.city <> '' AND x.city = y.city THEN 4
    WHEN x.street <> '' AND y.street <> '' AND roads_alike AND x.house = y.house AND x.house <> '' THEN
        CASE WHEN {_FAR} THEN 6 ELSE 10 END
    WHEN x.city <> '' AND y.city <> '' THEN CASE
        WHEN (strlen(x.city) = length(x.city)) <> (strlen(y.city) = length(y.city)) THEN 0
        WHEN x.postcode <> '' AND y.postcode <> '' THEN 6
        WHEN {_CITIES_ALIKE.format("city")} OR {_CITIES_ALIKE.format("own_city")} THEN 11
        WHEN starts_with(x.city, y.city || ' ') OR starts_with(y.city, x.city || ' ') THEN 12 ELSE 6 END
    WHEN x.postcode <> '' AND y.postcode <> '' THEN 6 ELSE 0 END"""
# A German register is of a court, which counts its own companies. Other registers are national, LEI and D-U-N-S global.
_LOCAL: Final = "regexp_full_match({0}.registration, '(hra|hrb|gnr|pr|vr)?[0-9]{{1,6}}[a-z]?')"
_OTHER_TOWN: Final = """CASE WHEN x.postcode <> '' AND y.postcode <> '' THEN left(x.postcode, 2) <> left(y.postcode, 2)
    WHEN x.city = '' OR y.city = '' OR x.city = y.city THEN false
    ELSE jaro_winkler_similarity(x.city, y.city) < 0.8 END"""
_TWO_REGISTERS: Final = f"""CASE WHEN NOT ({_OTHER_TOWN}) OR x.country NOT IN ('', 'de') OR y.country NOT IN ('', 'de')
    THEN false ELSE {_LOCAL.format("x")} AND {_LOCAL.format("y")} END"""
_STEP: Final = "CASE WHEN {0} <= 2 THEN 0 WHEN {0} <= 5 THEN 1 WHEN {0} <= 20 THEN 2 ELSE 3 END"
_TOWNS: Final = "greatest(x.towns, y.towns, least(x.rare_rows, y.rare_rows) // 50)"
_CHANCE: Final = f"""CASE WHEN name = 0 THEN 7 WHEN name BETWEEN 1 AND 4 THEN {_STEP.format(_TOWNS)}
    WHEN list_contains(y.words, x.rare) THEN 4 + {_STEP.format("x.rare_rows")}
    WHEN list_contains(x.words, y.rare) THEN 4 + {_STEP.format("y.rare_rows")} ELSE 7 END"""


def compare(
    db: duckdb.DuckDBPyConnection, features: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[FurtherColumn] = ()
) -> pl.DataFrame:
    """Return the pairs in their order, with the ``pattern`` of each, and ``further`` if there are further columns.

    Args:
        db: Database to compute in.
        features: Table of :func:`~.features.build_features`.
        pairs: ``a`` and ``b``, numbers of rows of ``features``.
        columns: Further columns.
    """
    return compare_pairs(db, comparison_query(tuple(columns)), features.drop(NOT_COMPARED), pairs)


@lru_cache(maxsize=8)
def comparison_query(columns: tuple[FurtherColumn, ...]) -> str:
    """Return the SQL of :func:`compare`."""
    further = f", {packed_sql(columns)} AS further" if columns else ""
    return f"""WITH rests AS (
            SELECT *, {_RESTS}, list_concat(x.places, y.places) AS places, {_ROADS_ALIKE} AS roads_alike FROM "both"
        ), texts AS (
            SELECT *, array_to_string(xr, '') AS xrest, array_to_string(yr, '') AS yrest,
                {_NOT_NEAR.format("xr", "yr", _NEAR.format("w", "v"))} AS xo,
                {_NOT_NEAR.format("yr", "xr", _NEAR.format("v", "w"))} AS yo
            FROM rests
        ), names AS (
            SELECT *, {_NAME} AS name FROM texts
        ), levels AS (
            SELECT name, {_FORM} AS form, {_DOMAIN} AS domain, {_PHONE} AS phone, {_ADDRESS} AS address,
                {_number_level("registration", _TWO_REGISTERS)} AS registration, {_number_level("vat")} AS vat,
                {_CHANCE} AS chance{further}
            FROM names
        )
        SELECT {packed_levels(COMPARISONS)} AS pattern{", further" if columns else ""} FROM levels"""


def _number_level(column: str, elsewhere: str = "false") -> str:
    """Return SQL for the level of a number: a register or country may be left out, and two different ones differ.

    A number that companies of three names or more have was copied or made up, and says nothing of two names.
    """
    x, y = f"x.{column}", f"y.{column}"
    x_letters, y_letters = (f"regexp_extract({number}, '^[a-z]*')" for number in (x, y))
    return f"""CASE WHEN {x} = '' OR {y} = '' THEN 0
        WHEN {x} = {y} AND {x}_holders > 2 AND name NOT BETWEEN 1 AND 5 THEN 0
        WHEN {number_digits(x)} = {number_digits(y)} THEN CASE
            WHEN {elsewhere} THEN 4
            WHEN ends_with({x_letters}, {y_letters}) OR ends_with({y_letters}, {x_letters}) THEN 1 ELSE 3 END
        WHEN abs(length({x}) - length({y})) < 2 AND damerau_levenshtein({x}, {y}) <= 1 THEN 2 ELSE 3 END"""
