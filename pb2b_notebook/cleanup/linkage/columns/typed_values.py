"""Write the values of further columns in one form for each role, so that equal values are equal texts.

These texts are only compared and never shown. A value that does not have the form of its role is "": it says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.columns.roles import PAGE
from pb2b_notebook.cleanup.linkage.names.folding import blank_if_placeholder, fold, map_distinct, repair_mojibake
from pb2b_notebook.cleanup.linkage.names.towns import english_town
from pb2b_notebook.cleanup.values.dates import month_numbers

if TYPE_CHECKING:
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.roles import Role

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_THIS_CENTURY: Final = 30
"""A year of two digits up to this one is in this century; Excel reads it so, too."""
_TWELVE: Final = 12
_DAYS: Final = 31
_DIGITS: Final = 8
_MOST_WRONG_SIGNS: Final = 2
_LIKE_DIGITS: Final = {"o": "0", "i": "1", "l": "1", "z": "2", "s": "5", "g": "6", "b": "8"}
"""Letters that a scan takes digits for."""
_FIRST_OF_1900, _LAST_SERIAL = 1, 60_000
_NO_DATES: Final = ("00010101", "18991230", "18991231", "19000101", "19700101", "99991231")
"""First and last dates of programs, which stand for none."""
# Words of streets, and how they are abbreviated; English, German, French, Spanish and Italian.
_STREET_WORDS = {
    "street": "st", "strasse": "str", "road": "rd", "avenue": "ave", "av": "ave", "avenida": "ave", "boulevard": "blvd",
    "drive": "dr", "lane": "ln", "place": "pl", "court": "ct", "square": "sq", "highway": "hwy", "parkway": "pkwy",
    "circle": "cir", "crescent": "cres", "terrace": "ter", "trail": "trl", "way": "wy", "close": "cl", "grove": "gr",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "saint": "st", "mount": "mt", "fort": "ft", "apartment": "apt", "suite": "ste", "floor": "fl",
    "building": "bldg", "room": "rm", "platz": "pl", "rue": "r", "calle": "c", "plaza": "pl", "piazza": "pza",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_STREET_WORDS |= {word.replace("ue", "u"): short for word, short in _STREET_WORDS.items()}  # as text is folded
_MADE_UP: Final = "|".join(
    [*(f"{digit}{{6,}}" for digit in range(10)), "0+", "1234567890?", "9876543210?", r"x{3,}\d*"]
)
"""Numbers that are typed where a form wants one, and masked ones, without signs."""
_SEXES: Final = {
    "male": "m", "man": "m", "mann": "m", "mannlich": "m", "masculin": "m", "masculino": "m", "maschile": "m",
    "homme": "m", "hombre": "m", "uomo": "m", "female": "f", "woman": "f", "frau": "f", "weiblich": "f", "feminin": "f",
    "femenino": "f", "feminino": "f", "femminile": "f", "femme": "f", "mujer": "f", "donna": "f",
    "u": "", "unknown": "", "unbekannt": "", "inconnu": "", "desconocido": "",
}  # fmt: skip
"""Words for a sex in one letter, folded; "" for those that do not say which."""
_NUMBER_WORDS: Final = ("no", "nr", "number", "num", "numero", "hausnummer")


def typed_values(values: pl.Series, role: Role) -> pl.Series:
    """Return the texts of a column in the form of its role.

    Args:
        values: Texts; "" for no value.
        role: Role of the column.

    >>> import polars as pl
    >>> from pb2b_notebook.cleanup.linkage.columns.roles import ROLES
    >>> typed_values(pl.Series(["1985-03-07", "7.3.1985", "soon"]), ROLES["date"]).to_list()
    ['19850307', '19850307', '']
    >>> typed_values(pl.Series(["12, Main Street", "12 main st."]), ROLES["street"]).to_list()
    ['12 main st', '12 main st']
    >>> typed_values(pl.Series(["F", "female", "U"]), ROLES["category"]).to_list()
    ['f', 'f', '']
    """
    import polars as pl

    write = {
        "date": _dates, "street": _streets, "postcode": codes, "city": lambda text: english_town(fold(text)),
        "category": lambda text: fold(text).replace(_SEXES), PAGE: _pages,
    }  # fmt: skip
    form = _numbers if role.name.endswith("identifier") else write.get(role.name, fold)
    value = pl.col("value")
    return map_distinct(
        values,
        {"value": repair_mojibake(value)},
        {"folded": fold(value)},
        {"known": blank_if_placeholder(pl.col("folded"), value, "id" if form in {codes, _numbers} else "text") != ""},
        {"typed": pl.when("known").then(form(value)).otherwise(pl.lit(""))},
    )["typed"]


def codes(text: pl.Expr) -> pl.Expr:
    """Return the letters and digits of a code, without the decimals that a spreadsheet added to a number."""
    whole = text.str.strip_chars().str.replace(r"^([0-9]+)\.0+$", "$1")
    return fold(whole).str.replace_all(" ", "", literal=True)


def _numbers(text: pl.Expr) -> pl.Expr:
    """Return the code of an identifier; "" for one that is made up or masked: it says nothing of a person."""
    import polars as pl

    code = codes(text)
    says_nothing = code.str.contains(f"^(?:{_MADE_UP})$") | text.str.contains("*", literal=True)
    return pl.when(says_nothing).then(pl.lit("")).otherwise(code)


def _pages(text: pl.Expr) -> pl.Expr:
    """Return the address of a page without what two of one page differ in: http, www, the last slash, an index."""
    plain = text.str.strip_chars().str.to_lowercase().str.replace(r"^(?:https?://)?(?:www\d?\.)?", "")
    return plain.str.replace(r"#.*$", "").str.replace(r"/(?:index|default)\.[a-z]+$", "").str.strip_chars_end("/")


def _streets(text: pl.Expr) -> pl.Expr:
    """Return the words of a street address, abbreviated: "12 Main Street" equals "12, main st."."""
    import polars as pl

    # Hauptstr. and Hauptstraße end alike; the word stays in one piece.
    words = fold(text).str.replace_all(r"(\p{L}{3,})strasse\b", "${1}str").str.split(" ")
    short = words.list.eval(pl.element().replace(list(_STREET_WORDS), list(_STREET_WORDS.values())))
    return short.list.eval(pl.element().filter(~pl.element().is_in(_NUMBER_WORDS))).list.join(" ")


def with_house_number(street: pl.Series, number: pl.Series) -> pl.Series:
    """Return streets with the number that stands in a column of its own, where they do not have it already.

    >>> import polars as pl
    >>> with_house_number(pl.Series(["Main St", "Elm Walk 4", None]), pl.Series(["12.0", "4", "7"])).to_list()
    ['12 Main St', 'Elm Walk 4', None]
    """
    import polars as pl

    both = pl.DataFrame({"street": street, "number": number.str.strip_chars().str.replace(r"\.0+$", "")})
    has_it = pl.format(" {} ", pl.col("street")).str.contains(pl.format(" {} ", pl.col("number")), literal=True)
    joined = pl.when(has_it | (pl.col("number") == "")).then("street").otherwise(pl.format("{} {}", "number", "street"))
    return both.select(pl.when(pl.col("number").is_null()).then("street").otherwise(joined)).to_series()


def with_middle_name(first: pl.Series, middle: pl.Series) -> pl.Series:
    """Return first names with the middle name that stands in a column of its own, where they do not have it already.

    A middle name without a first name is one of the given names; an initial is not.

    >>> import polars as pl
    >>> with_middle_name(pl.Series(["John", "Carl Anders", None]), pl.Series(["A.", "Anders", "Eva"])).to_list()
    ['John A.', 'Carl Anders', 'Eva']
    """
    import polars as pl

    both = pl.DataFrame({"first": first, "middle": middle.str.strip_chars()})
    has_it = pl.format(" {} ", pl.col("first").str.strip_chars()).str.contains(
        pl.format(" {} ", "middle"), literal=True
    )
    joined = pl.format("{} {}", pl.col("first").str.strip_chars(), "middle")
    no_first = pl.col("first").fill_null("").str.strip_chars() == ""
    is_name = pl.col("middle").str.contains(r"\p{L}{3}")
    alone = (has_it | (pl.col("middle") == "")).fill_null(value=True)
    return both.select(
        pl.when(no_first & is_name).then("middle").when(no_first | alone).then("first").otherwise(joined)
    ).to_series()


def with_month_and_day(year: pl.Series, month: pl.Series, day: pl.Series) -> pl.Series:
    """Return dates from columns of their parts, year first; a part that is missing is "00".

    There is no date without a year, or where a part is not understood: two unknown months are not one.

    >>> import polars as pl
    >>> years, months = pl.Series(["1985.0", "85", None, "1985"]), pl.Series(["3", "März", "3", "Kevät"])
    >>> with_month_and_day(years, months, pl.Series(["7.", None, "7", "7"])).to_list()
    ['1985-03-07', '1985-03-00', None, None]
    """
    import polars as pl

    parts = pl.DataFrame({"year": year, "month": month, "day": day})
    plain = parts.select(pl.all().str.strip_chars().str.to_lowercase().str.replace(r"\.0*$", ""))
    numbers = {name: f"{number:02d}" for name, number in month_numbers().items()}
    name = pl.col("month").replace_strict(numbers, default=None, return_dtype=pl.String)
    month_digits, day_digits = (
        pl.coalesce(pl.col(part).str.extract(r"^(\d{1,2})$", 1).str.zfill(2), *named, _zeros_where_missing(part))
        for part, named in (("month", [name]), ("day", []))
    )
    year_digits = pl.col("year").str.extract(r"^(\d{4}|\d{2})$", 1)
    return plain.select(pl.format("{}-{}-{}", _four_digits(year_digits), month_digits, day_digits)).to_series()


def _zeros_where_missing(part: str) -> pl.Expr:
    import polars as pl

    return pl.when(pl.col(part).fill_null("") == "").then(pl.lit("00"))


def _month_numbers() -> dict[str, str]:
    return {name: f"{number:02d}" for number, name in enumerate(_MONTHS, start=1)}


def _four_digits(year: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(year.str.len_bytes() == 4).then(year).otherwise(_century(year) + year)  # noqa: PLR2004 - digits


def _dates(text: pl.Expr) -> pl.Expr:
    """Return dates as eight digits, year first; "" for other texts.

    Whether a column writes the day or the month first follows from all its values: a first number above 12 is a day.
    """
    return text.map_batches(_written_dates, return_dtype=_string())


def _string() -> Any:
    import polars as pl

    return pl.String


def _written_dates(texts: pl.Series) -> pl.Series:
    import polars as pl

    text = pl.col("text").str.strip_chars().str.to_lowercase()
    text = text.str.replace(r"[t ]\d{1,2}:\d{2}.*$", "").str.replace(r"\.0+$", "")
    table = texts.alias("text").to_frame().select(text=_with_digits(text))
    numbers = pl.col("text").str.extract_groups(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$").struct
    first, second = (numbers[n].cast(pl.Int32, strict=False) for n in (0, 1))
    iso = pl.col("text").str.extract_groups(r"^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$").struct
    counts = ((first > _TWELVE).sum(), (second > _TWELVE).sum(), iso[0].count(), numbers[0].count())
    found = table.select(pl.struct(*(count.alias(str(n)) for n, count in enumerate(counts))).struct.unnest()).row(0)
    day, month = (numbers[1], numbers[0]) if found[1] > found[0] else (numbers[0], numbers[1])
    named = pl.col("text").str.extract_groups(
        r"^(\d{1,2})(?:st|nd|rd|th|\.)?[- ]*(\p{L}{3})\p{L}*\.?,?[- ]*(\d{4}|\d{2})$"
    )
    english = pl.col("text").str.extract_groups(r"^(\p{L}{3})\p{L}*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")

    def eight_digits(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
        return _four_digits(year) + month.str.zfill(2) + day.str.zfill(2)

    def named_month(name: pl.Expr) -> pl.Expr:
        return name.replace_strict(_month_numbers(), default=None, return_dtype=pl.String)

    digits = pl.col("text").str.extract(r"^(\d{8})$", 1)
    year_last = digits.str.slice(4, 4) + digits.str.slice(2, 2) + digits.str.slice(0, 2)
    is_year_first = digits.str.contains("^(?:1[6-9]|20)")
    serial = pl.col("text").str.extract(r"^(\d{5})$", 1).cast(pl.Int64, strict=False)
    as_date = pl.when(serial.is_between(_FIRST_OF_1900, _LAST_SERIAL)).then(
        (pl.lit("1899-12-30").str.to_date() + pl.duration(days=serial)).dt.to_string("%Y%m%d")
    )
    # A month or a day of 00 is one that is not known: two of such dates may be any two days of the year.
    unknown = pl.col("text").str.contains(
        r"(?:^|[-/. ])00[-/. ]|^\d{4}[-/. ]\d{1,2}[-/. ]00$|^(?:19|20)\d{2}(?:00\d\d|\d\d00)$"
    )
    dates = table.select(
        pl.when(~unknown)
        .then(
            pl.coalesce(
                eight_digits(iso[0], iso[1], iso[2]),
                eight_digits(numbers[2], month, day),
                pl.when(is_year_first).then(digits).otherwise(year_last),
                eight_digits(named.struct[2], named_month(named.struct[1]), named.struct[0]),
                eight_digits(english.struct[2], named_month(english.struct[0]), english.struct[1]),
                pl.col("text").str.extract(r"^((?:1[89]|20)\d\d)$", 1) + "0000",
                as_date,
                _mistyped_dates(year_first=found[2] > found[3], day_first=found[1] <= found[0]),
            )
        )
        .fill_null("")
    )
    written = dates.to_series()
    return _with_month_before_day(written.set(written.is_in(_NO_DATES), ""))


def _with_month_before_day(dates: pl.Series) -> pl.Series:
    """Return dates of eight digits, with month and day in order where the month can only be a day.

    In a list with more of other impossible dates, such a month is a typing error, and stays as it is.

    >>> import polars as pl
    >>> _with_month_before_day(pl.Series(["19851703", "19850307", "19850399"])).to_list()
    ['19851703', '19850307', '19850399']
    >>> _with_month_before_day(pl.Series(["19851703", "19850307", ""])).to_list()
    ['19850317', '19850307', '']
    """
    import polars as pl

    date = pl.col("date")
    month, day = (date.str.slice(at, 2).cast(pl.Int32, strict=False) for at in (4, 6))
    is_day = (date.str.len_bytes() == _DIGITS) & month.is_between(_TWELVE + 1, _DAYS) & day.is_between(1, _TWELVE)
    other = (date.str.len_bytes() == _DIGITS) & ((month > _TWELVE) | (day > _DAYS)) & ~is_day
    turned = pl.concat_str(date.str.slice(0, 4), date.str.slice(6, 2), date.str.slice(4, 2))
    many = is_day.sum() > other.sum()
    return dates.alias("date").to_frame().select(pl.when(is_day & many).then(turned).otherwise(date)).to_series()


def _mistyped_dates(*, year_first: bool, day_first: bool) -> pl.Expr:
    """Return dates with one digit too many or too few, or another sign in place of one or two; null for other texts.

    They are compared as they are: 198750201, of "1987502-01", differs from 19870201 by one digit, and so does 19870q01.

    Args:
        year_first: Whether most dates of the column begin with the year.
        day_first: Whether the day stands before the month in the others.
    """
    import polars as pl

    text = pl.col("text")
    signs = text.str.replace_all(r"[-/. ]", "")
    # "?", "XX" and "**" stand for what is not known, and two letters are a word.
    is_date = (signs.str.count_matches(r"\D") <= _MOST_WRONG_SIGNS) & ~signs.str.contains(r"\D\D|[?xX*_#~%]")
    if year_first:
        return pl.when(is_date & signs.str.contains("^.{7,9}$")).then(signs)
    sign = r"[^-/. ]"
    parts = text.str.extract_groups(rf"^({sign}{{1,3}})[-/. ]+({sign}{{1,3}})[-/. ]+({sign}{{3,5}})$").struct
    day, month = (parts[0], parts[1]) if day_first else (parts[1], parts[0])
    return pl.when(is_date).then(parts[2] + month.str.zfill(2) + day.str.zfill(2))


def _with_digits(text: pl.Expr) -> pl.Expr:
    """Return dates with the digits that a scan took for letters: 19S0O409 is 19500409."""
    import polars as pl

    digits = text.str.replace_many(list(_LIKE_DIGITS), list(_LIKE_DIGITS.values()))
    scanned = text.str.contains(r"\d{2}.*\d") & digits.str.contains(r"^\d[-/. \d]{5,}$")
    return pl.when(scanned).then(digits).otherwise(text)


def _century(year: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(year.cast(pl.Int32, strict=False) <= _THIS_CENTURY).then(pl.lit("20")).otherwise(pl.lit("19"))
