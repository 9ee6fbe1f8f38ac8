"""Split a row's name columns into given name, family name and generation, folded for comparison."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.names.folding import (
    Stages,
    blank_if_placeholder,
    fold,
    repair_mojibake,
    replace_matching,
    replace_where,
    without_words,
)
from pb2b_notebook.cleanup.linkage.names.plain_names import GENERATIONS as _WORDS
from pb2b_notebook.cleanup.linkage.names.plain_names import is_special, other_family_name_first, plain_name
from pb2b_notebook.cleanup.values.given_names import full_given_names, given_names, nicknames
from pb2b_notebook.cleanup.values.honorifics import title_words
from pb2b_notebook.cleanup.values.name_order import EASTERN
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    import polars as pl

_PARTICLES = (
    "von|van|der|den|de|del|della|di|da|do|dos|das|du|la|le|las|los|zu|zur|zum|ter|ten|bin|ibn|al|el|abu|mac|mc|st|o"
)
_BEGINNING = (
    "(?:(?:von|van|vom|vander|vanden|der|den|de|del|della|dello|degli|dei|delle|di|da|dal|dalla|do|dos|das|du|la|le|lo"
    "|las|los|les|zu|zur|zum|ter|ten|al|el|abu|mac|mc|st|o|san|santa) )+[^ ]+"
)
"""A family name with particles at the beginning of a whole name, folded: De Luca Maria, Van der Berg Jan."""
_MAYBE_GIVEN = "^(?:al|van|abu|el|mac|o|st|san|santa) ([^ ]+) [^ ]+$"
"""The word behind what is a given name as often as a particle."""
_BEGINNING_OF_GIVEN = (
    "^(?:de|da|la|le|du) (?:andre|angelo|ante|anthony|juan|marcus|metrius|quan|ron|roy|sean|shaun|shawn|tasha|tisha"
    "|tonya|toya|keisha|von|vonte|wayne|wight) | (?:vawn|thij) "
)
"""Given names in two words, in North America; and Vietnamese names, which are in order."""
SON_OR_DAUGHTER = ("bin", "ibn", "bint", "binti", "binte", "ben", "bat")
"""Words between a given name and that of the father, folded."""
_SAINTS = {
    r"([ -])(?i:sainte?|ste?|sankt|sint)(?:\.[ -]?|[ -])(\p{Lu}\p{L})": "${1}St $2",
    r"([ -])(?i:(san)(to|ta)|s(to|ta))(?:\.[ -]?|-)(\p{Lu}\p{L})": "${1}San$3$4 $5",
}
"""Saints in family names, as one word: St. Pierre and Saint-Pierre, Sta. Maria and Santa-Maria."""
_SAINTS_FIRST = {
    r"^(?i:sainte?|ste?|sankt|sint)(?:\.[ -]?|[ -])(\p{Lu}\p{L})": "St $1",
    r"^(?i:(san)(to|ta)|s(to|ta))(?:\.[ -]?|-)(\p{Lu}\p{L})": "San$2$3 $4",
}
"""The same at the beginning of a family name. That of a whole name may be a given name: St. John Smith, Ste Walker."""
_MISTER = "mr|mister|herr|herrn|hr|monsieur|m|sr|senor|señor|sig|signor|dhr|heer|pan|bay|г-н|господин"
_MISS = (
    "mrs|ms|miss|frau|fr|fru|frk|frl|madame|mme|mlle|mademoiselle|sra|srta|senora|señora|sig\\.ra|signora|mevr|mevrouw|mw"
    "|pani|bayan|г-жа|госпожа"
)
"""Titles of men and of women, in lower case."""
_FORM_OF_ADDRESS = lazy_pattern(f"(?:{_MISTER}|{_MISS})\\.?")
_WIFE = (
    "(?:^| )(?:laszlo|janos|istvan|jozsef|sandor|ferenc|zoltan|imre|attila|gabor|tibor|andras|bela|peter|miklos|gyula"
    "|lajos|karoly|gyorgy|mihaly|tamas|dezso|erno|geza|jeno|kalman|antal|pal|arpad|zsolt|csaba|balazs|denes|elek|endre|gergely"
    "|gyozo|henrik|ivan|kornel|levente|lorinc|marton|mate|matyas|nandor|odon|rezso|robert|rudolf|szabolcs|vilmos|viktor"
    "|vince|zsigmond|daniel|david|bertalan|barnabas|aladar|jakab|norbert|akos|adam|bence|krisztian|roland|richard)"
    "ne(?: |$)"
)
"""A wife by the given name of her husband, in Hungarian, folded: Nagy Lászlóné is Mrs. László Nagy."""
_GENERATIONS = f"{_WORDS}|sr$"
"""Words for a generation, folded; before a name, Sr. is Señor."""
_JUNIORS = ("jr", "junior", "jnr")
_WRITTEN_OUT = {"junior": "jr", "jnr": "jr", "senior": "sr", "snr": "sr"}
GENERATIONS = ("sr", *(word for word in _WORDS.split("|") if word not in _WRITTEN_OUT))
"""Generations of a name as :func:`name_parts` returns them; any other text is a title in place of a given name."""
_TITLES = {
    "cpt": "capt", "docteur": "dr", "doctor": "dr", "doktor": "dr", "lieut": "lt", "professeur": "prof",
    "professor": "prof",
}  # fmt: skip
"""Other writings of a title."""
_ADDED_UP = frozenset({
    "dott", "dottore", "dottoressa", "dottssa", "dra", "drs", "mag", "magister", "mgr", "ing", "dipl", "dipling",
    "diplom", "ir", "avv", "arch", "rag", "geom", "pd", "privatdozent", "hon", "phd", "mudr", "judr", "rndr", "bc",
    "lic", "licenciado", "lek", "inz", "engr", "eng", "arq", "abog", "sir", "dame", "lord", "lady", "graf", "baron",
    "freiherr", "don",
})  # fmt: skip
"""Titles of which a person has several, or which only some lists write: Dipl.-Ing. Huber is Ing. Huber."""
COUPLE = "couple"
"""Generation of a row about Mr. and Mrs. Smith."""
WIFE = "wife"
"""Generation of Nagy Lászlóné, who is not Nagy László."""
OFFICE = "office"
"""Generation of a row about the office or an assistant of Karl Berg, who is not Karl Berg."""
_OFFICES = (
    r"\p{L}*(?:sekretariat(?:et|e|s|u)?|sekretariát|secr[eé]tariat(?:ul)?|secretariaat|assistenz|vorzimmer|b(?:ü|ue)ro)"
    "|offices?|bureau|secretar[ií]a|secretariado|segreteria|ufficio|gabinete|despacho|oficina|kontor(?:et)?|kansli(?:et)?"
    "|sihteeristö|toimisto|titkárság(?:a)?|irod(?:a|ája)|kancelář|biuro|birou(?:l)?|ofisi?|sekreterliği?|özel kalem"
    "|секретариат|при[её]мная|канцелярия|γραφείο|γραμματεία|秘書室|비서실|办公室"
)
_ASSISTANTS = (
    r"\p{L}*(?:assist[ae]nt(?:e|en|in)?|sekret(?:ä|ae)r(?:in)?|sekretær|sekreterare)|secretar(?:y|is|esse|io)"
    "|secretári[ao]|secrétaire|segretari[ao]|a[sz]istent[aek]*|asystent(?:ka)?|sekretar(?:z|ka)|sekret[aá][rř]ka|sihteeri"
    "|titkár(?:nő)?(?:je)?|asszisztens(?:e)?|sekreteri?|asistanı?|секретарь|помощни(?:к|ца)|ассистент(?:ка)?|помічник"
    "|асистент|γραμματέας|βοηθός|[pe]\\.?a\\.? (?:to|of|for)"
)
_OF_AN_OFFICE = (
    rf"(?i)^(?:the )?(?:(?:executive|personal|private|management) )?(?:{_OFFICES}|{_ASSISTANTS})[:,]?(?: |$)"
    rf"|[ (\-–/](?:{_OFFICES})\)?$"
)
_OF_A_JOB = r"(?i)^[^ ]+ (?:manager|general|prof\.?|professor|director|vice|coach|buyer)\b"
"""Words before a name, or behind it, of whoever works for the person; and job titles that begin with one."""
_PATRONYMIC_LAST = (
    r"^([\p{L}-]+(?:ov|ev|in|yn|sk[iy][iy]?|ska|ova|eva|ina|yna|aya|enko|uk|ko)) ([\p{L}]+) "
    r"([\p{L}]+(?:[oe]vich|[oe]vych|ich|[oei]vna|ovna|ychna|ichna))$"
)
"""Family name, given name and father's name, as East Slavic lists have them, folded."""
_COMPOUND_FAMILY_NAMES = "欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|皇甫|令狐|慕容|夏侯|尉迟|남궁|황보|제갈|사공|독고|선우"
"""Family names of two letters, in Chinese and Korean."""
_VIETNAMESE_FAMILIES = (
    "nguyen|tran|le|pham|huynh|hoang|phan|vu|vo|dang|bui|do|ho|ngo|duong|dao|truong|dinh|trinh|luong|ly|lam|mai|ta|cao|doan"
    "|chu|luu|ha|quach|thai|phung|vuong|ton|kieu"
)
_EASTERN_FAMILIES = (
    # Korean
    "kim|lee|yi|rhee|park|pak|choi|cho|jung|jeong|chung|kang|jo|yoon|yun|jang|chang|lim|rim|han|oh|seo|suh|shin|kwon|hwang"
    "|ahn|song|ryu|yoo|jeon|hong|ko|moon|yang|ba|bak|heo|nam|shim|noh|kwak|sung|joo|woo|koo|cha"
    # Chinese, as China, Hong Kong, Taiwan and Singapore write them
    "|wang|li|zhang|liu|chen|huang|zhao|wu|zhou|xu|sun|ma|zhu|hu|guo|lin|gao|luo|zheng|liang|xie|tang|feng|deng|cao|peng"
    "|zeng|xiao|tian|dong|pan|yuan|cai|jiang|yu|ye|cheng|wei|su|lu|ding|yao|zhong|cui|liao|jia|xia|fang|zou|xiong|bai|meng"
    "|qin|qiu|yan|duan|shi|tao|shao|qian|chan|wong|cheung|leung|lau|ng|lam|tsang|kwok|tam|yip|tse|yeung|chow|fung|mak|siu"
    "|tsui|yuen|kwan|tan|ong|goh|koh|teo|tay|ang|chua|yeo|toh|quek|chia|hsu|hsieh|tsai|chiu|chiang|kuo"
    # Japanese
    "|sato|suzuki|takahashi|tanaka|watanabe|ito|yamamoto|nakamura|kobayashi|kato|yoshida|yamada|sasaki|yamaguchi|matsumoto"
    "|inou|kimura|shimizu|hayashi|saito|yamazaki|mori|ikeda|hashimoto|yamashita|ishikawa|nakajima|mada|ogawa|fujita|okada"
    "|goto|hasegawa|murakami|kondo|ishii|sakamoto|endo|aoki|fujii|nishimura|fukuda|ota|miura|fujiwara|matsuda|okamoto"
    "|nakagawa|nakano|harada|ono|tamura|takeuchi|kaneko|wada|nakayama|ishida|uda|morita"
)
EASTERN_FAMILIES = frozenset(f"{_EASTERN_FAMILIES}|{_VIETNAMESE_FAMILIES}".split("|")) - {"do", "le", "mai", "ton"}
"""Common family names of East Asia in Latin letters, folded, but for those that are other words more often."""
_VIETNAMESE_GIVEN = "([^ ]+(?: [^ ]+)?)"
_VIETNAMESE_ORDERS = {
    order: usual.replace("middle", written)
    for order_of, usual in (
        ("^({F}) {M} {G}$", "${2} middle ${1}"), ("^{G} {M} ({F})$", "${1} middle ${2}"),
        ("^{M} {G} ({F})$", "${1} middle ${2}"), ("^{G} ({F}) {M}$", "${1} middle ${2}"),
    )
    for word, written in (("van", "vawn"), ("thi", "thij"))
    for order in [order_of.format(F=_VIETNAMESE_FAMILIES, M=word, G=_VIETNAMESE_GIVEN)]
}  # fmt: skip
"""Orders of given name, Văn or Thị, and family name, folded → the order of others; the first one that fits is right.

Văn is not the Dutch particle, and no one is called by Văn or Thị alone, as Vân and Thi are; so both are written as they
are typed in Telex (vawn, thij), and a word beside the family name is a middle name.
"""
_PARTICLE_LAST = r"^([\p{L}'’-]+), *((?i:van|von)(?: (?i:de|den|der|dem|het))?|de|de la|den|der|ter|ten|zu|zur|zum)$"
"""A family name as Dutch lists sort it: "Berg, van den". A credential or state is in capitals: "Smith, DO"."""
_PARTICLE_IN_BRACKETS = (
    r"^((?:(?i:la|le|les) )?[\p{L}'’-]+) *"
    r"\((d['’]|de|de l['’]|des|du|van|von|zu|den|der|ter|ten|di|da|del|(?:van|von|de) (?:den|der|dem|het|la|los))\)$"
    r"|^((?:LA|LE|LES) [\p{L}'’-]+) *\((DE)\)$"
)
"""The same as French lists have it, "Villepin (de)", in a column of family names: (DE) is more often a country."""
_HYPHENS = r"[-\u2010\u2011]"
_HYPHEN = rf"(\p{{L}}{{2,}}){_HYPHENS}(\p{{L}}{{2,}})"
"""A hyphen between the parts of one name: Anne-Marie, Min-ji, García-López, but not J-P."""


def is_form_of_address(text: str) -> bool:
    """Return whether a text only says that a person is a man or a woman.

    >>> is_form_of_address("Mrs"), is_form_of_address("Sig."), is_form_of_address("Professor")
    (True, True, False)
    """
    return _FORM_OF_ADDRESS.fullmatch(text.strip().lower()) is not None


def name_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of the names of rows, folded; "" for a part that a row does not have.

    Args:
        rows: ``first_name``, ``last_name`` and ``full_name``, as text.

    Returns:
        ``first`` and ``last`` without spaces; ``middle``: all names between them, separated by spaces, an initial as
        one letter; ``second``: a word before ``last`` that may be a first family name, which is also in ``middle``;
        ``generation``: "jr", "sr", "ii", "iii", "iv", or a title that stands for the given name. They are the same for
        columns and for a whole name, and names with a hyphen are one word.
    """
    import polars as pl

    in_brackets = pl.col("text").str.replace(_PARTICLE_IN_BRACKETS, "$2$4 $1$3")
    family = other_family_name_first(replace_matching(rows["last_name"], r"\)$", in_brackets))
    both = _clean_names(pl.concat([rows["first_name"], family]), whole=False)
    first, last = both.head(len(rows)), both.tail(len(rows))
    clean = first.select(
        first="name",
        middle=pl.lit(""),
        last=last["name"],
        generation=pl.when(last["generation"] != "").then(last["generation"]).otherwise("generation"),
        second=pl.lit(""),
    )
    # Most rows have a given and a family name of one word; only the others are split.
    names = pl.col("first", "last")
    unsure = clean.select(pl.any_horizontal(names == "", names.str.contains(" ", literal=True)).arg_true()).to_series()
    if len(unsure):
        parts = _split_names(clean[unsure], rows["full_name"].gather(unsure))
        clean = clean.with_columns(clean[name].scatter(unsure, parts[name]) for name in clean.columns)
    return clean.with_columns(pl.col("first", "last").str.replace_all(" ", ""))


def _with_one_saint(name: pl.Expr, *, whole: bool = True) -> pl.Expr:
    """Return names with one word for a saint, and without the hyphen behind it.

    Args:
        name: The names.
        whole: Whether they are whole, and may begin with such a given name.

    >>> import polars as pl
    >>> names = pl.DataFrame({"name": ["Ana St. Pierre", "Ana Saint-Pierre", "Eva Sta. Maria", "Jan Bláha st."]})
    >>> names.select(_with_one_saint(pl.col("name")))["name"].to_list()
    ['Ana St Pierre', 'Ana St Pierre', 'Eva Santa Maria', 'Jan Bláha st.']
    """
    import polars as pl

    text = pl.col("text")
    for saint, word in {**_SAINTS, **_SAINTS_FIRST}.items():
        begins = whole and saint in _SAINTS_FIRST
        new = text.str.replace_all(saint, word)
        text = pl.when(text.str.contains(",", literal=True)).then(new).otherwise(text) if begins else new
    return replace_where(name, r"(?i)(?:^|[ -])(?:saint|st|sankt|sint|san|ste|sainte|santo|santa|sta|sto)[ .-]", text)


def _clean_names(values: pl.Series, *, whole: bool) -> pl.DataFrame:
    """Return ``name`` without titles, credentials and generation, given name first, and the ``generation``.

    ``family`` is true where a whole name was one word beside a title or credential: Mr. Smith. The generation is then
    the title, such as a rank, or "couple": Mr. and Mrs. Smith are two people. It is also that of a given name that is
    only a title.
    """
    if not (values != "").any():  # most lists have either whole names or their parts
        import polars as pl

        return pl.DataFrame({"name": values, "generation": values, "family": pl.repeat(False, len(values), eager=True)})
    return _cleaning_stages(whole=whole).map(values)


@cache
def _cleaning_stages(*, whole: bool) -> Stages:
    """Return the stages of :func:`_clean_names`. To build them takes longer than to clean a few names."""
    import polars as pl

    value, folded = pl.col("value"), pl.col("folded")
    generation = folded.str.extract(rf" ({_GENERATIONS})\b" if whole else rf"(?:^| )({_GENERATIONS})\b", 1).fill_null(
        ""
    )
    alone = pl.col("text").str.contains("[^ ] +[^ ]") & ~value.str.contains(" ", literal=True)
    alone = alone if whole else (pl.col("name") == "") & (pl.col("text") != "")
    generation = pl.when(folded.str.contains(_WIFE)).then(pl.lit(WIFE)).otherwise(generation.replace(_WRITTEN_OUT))
    of_office = value.str.contains(_OF_AN_OFFICE) & ~value.str.contains(_OF_A_JOB)
    of_office &= value.str.contains("[^ ] +[^ ]") | pl.lit(not whole)
    titles = pl.col("text").str.to_lowercase()  # of the names that are nothing but a title
    mister, miss, prof, dr = (
        titles.str.contains(rf"^(?:.*[ &/])?(?:{words})\.?(?:[ &/]|$)") for words in (_MISTER, _MISS, "prof", "dr")
    )
    title = pl.when(mister & miss).then(pl.lit(COUPLE)).when(mister).then(pl.lit("mr")).when(miss).then(pl.lit("ms"))
    title = title.when(prof).then(pl.lit("prof")).when(dr).then(pl.lit("dr"))
    other = titles.str.extract(r"^ *(\p{L}+)", 1)
    title = title.when(other.is_in(sorted(title_words() - _ADDED_UP))).then(other.replace(_TITLES))
    title = title.when(other.is_in(_JUNIORS)).then(pl.lit("jr"))
    titles_alone = replace_where(pl.when(alone).then("text").otherwise(pl.lit("")), ".", title.otherwise(pl.lit("")))
    # Twice, because the parts of Jean-Luc-Marie share letters.
    joined = pl.col("text").str.replace_all(_HYPHEN, "$1$2")
    # In Brazil, Junior is also a given name.
    is_junior = pl.col("named").str.contains(rf"^(?:{'|'.join(_JUNIORS)}) ") & pl.lit(whole)
    junior = pl.concat_str(pl.col("named").str.extract("^([^ ]+ )"), without_words(pl.col("named"), _GENERATIONS))
    patronymic = pl.col("text").str.replace(_PATRONYMIC_LAST, "$2 $3 $1")
    return Stages(
        {"value": replace_where(repair_mojibake(value), ",", pl.col("text").str.replace(_PARTICLE_LAST, "$2 $1"))},
        {"value": _with_one_saint(value, whole=whole), "office": of_office},
        {"value": value.map_batches(lambda texts: _plain_names(texts, whole=whole), return_dtype=pl.String)},
        {"folded": fold(replace_where(value, _HYPHENS, joined.str.replace_all(_HYPHEN, "$1$2")))},
        {"named": blank_if_placeholder(folded, value, "name")},
        {"name": pl.when(is_junior).then(junior).otherwise(without_words(pl.col("named"), _GENERATIONS))},
        {
            "name": replace_where(pl.col("name"), " .* ", patronymic) if whole else pl.col("name"),
            "generation": (
                pl.when("office").then(pl.lit(OFFICE)).when(titles_alone != "").then(titles_alone).otherwise(generation)
            ),
            "family": alone & pl.lit(whole),
        },
    )


def _plain_names(values: pl.Series, *, whole: bool) -> pl.Series:
    """Return names, with those that are not plain words rewritten, one by one."""
    import polars as pl

    places = values.to_frame("value").select(_special()).to_series().fill_null(value=False).arg_true()
    given_names = nicknames().keys()
    names = [plain_name(text, given_names, whole=whole) for text in values.gather(places)]
    return values.clone().scatter(places, pl.Series(names, dtype=pl.String))


@cache
def _special() -> pl.Expr:
    import polars as pl

    return is_special(pl.col("value"))


def _split_names(clean: pl.DataFrame, full_names: pl.Series) -> pl.DataFrame:
    """Return the parts of rows whose names are several words in one column: the full name's, or both names together."""
    full = _clean_names(full_names, whole=True)
    table = clean.with_columns(full["name"].alias("full"), full["generation"].alias("full_generation"), full["family"])
    whole, parts, second = _splitting_stages()
    return table.with_columns(whole=whole).select(**parts).with_columns(second=second)


@cache
def _splitting_stages() -> tuple[pl.Expr, dict[str, pl.Expr], pl.Expr]:
    """Return the whole name, its parts, and the word that may be a first family name."""
    import polars as pl

    # One column may hold the whole name: the other one is empty, or the source has only one name column.
    particle = rf"^(?:{_PARTICLES}) "
    whole = (
        pl.when((pl.col("first") != "") & (pl.col("last") != "")).then(pl.col("first") + " " + pl.col("last"))
        .when(pl.col("full").str.contains(" ") | (pl.col("first") + pl.col("last") == "")).then(pl.col("full"))
        .when(pl.col("first").str.contains(" ")).then(pl.col("first"))
        .when(pl.col("last").str.contains(" ") & ~pl.col("last").str.contains(particle)).then(pl.col("last"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    orders = _VIETNAMESE_ORDERS.items()
    text = pl.col("text")
    usual = [pl.when(text.str.contains(order)).then(text.str.replace(order, usual)) for order, usual in orders]
    whole = replace_where(whole, "van|thi", pl.coalesce(*usual, text))
    whole = replace_where(whole, f"^{_BEGINNING} ", _given_name_first(text))
    given, family = _given_and_family(pl.col("whole"))
    between = pl.col("middle").str.extract(r"(?:^| )([^ ]{3,})$", 1)
    # In "William Henry James", Henry is a given name, not a first family name.
    between = pl.when(~between.is_in(sorted(full_given_names()))).then(between)
    has_whole = pl.col("whole") != ""
    middle = pl.col("whole").str.head(-family.str.len_chars().cast(pl.Int64)).str.extract(r"^[^ ]+ (.+?) ?$", 1)
    only_family = pl.col("family") & (pl.col("whole") == pl.col("full"))
    parts = {
        "first": pl.when(only_family).then(pl.lit("")).when(has_whole).then(given).otherwise("first"),
        "middle": pl.when(has_whole).then(middle.fill_null("")).otherwise(pl.lit("")),
        "last": pl.when(only_family).then("full").when(has_whole).then(family).otherwise("last"),
        "generation": pl.when(pl.col("generation") == "").then("full_generation").otherwise("generation"),
    }
    return whole, parts, between.fill_null("")


def _given_and_family(whole: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the given and the family name of a whole name.

    In Han, Hangul and Hiragana the family name is first: the first word, or the first letter but for compound names.
    """
    import polars as pl

    family = whole.str.extract(rf"((?:(?:^| )(?:{_PARTICLES}))* [^ ]+)$", 1).fill_null("")
    unspaced = whole.str.extract_groups(rf"^({_COMPOUND_FAMILY_NAMES}|{EASTERN})({EASTERN}{{1,3}})$").struct
    spaced = whole.str.extract_groups(rf"^({EASTERN}+) ({EASTERN}+)$").struct
    given = pl.coalesce(unspaced[1], spaced[1], whole.str.extract(r"^([^ ]+)", 1))
    return given.fill_null(""), pl.coalesce(unspaced[0], spaced[0], family)


def _given_name_first(text: pl.Expr) -> pl.Expr:
    """Return whole names that begin with particles, with the given name first.

    De Luca Maria Grazia is Maria Grazia De Luca, and Le Goff Yann is Yann Le Goff. Al Bernard Gore stays as he is: the
    word behind the particle is a given name, and the last one is not; and so do names such as De Andre Johnson.
    """
    import polars as pl

    known = sorted(given_names())
    one, two, behind = rf"^({_BEGINNING})", rf"^({_BEGINNING} [^ ]+)", r" (([^ ]+).*)$"
    is_known = text.str.extract(one + behind, 3).is_in(known)
    surely = text.str.contains(rf"^{_BEGINNING} [^ ]+$") & ~text.str.extract(_MAYBE_GIVEN, 1).is_in(known)
    several = text.str.extract(two + behind, 3).is_in(known) & ~is_known  # two family names
    return (
        pl.when(text.str.contains(_BEGINNING_OF_GIVEN)).then(text)
        .when(several).then(text.str.replace(two + behind, "$2 $1"))
        .when(is_known | surely.fill_null(value=True)).then(text.str.replace(one + behind, "$2 $1"))
        .otherwise(text)
    )  # fmt: skip
