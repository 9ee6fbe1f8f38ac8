"""Email addresses, URLs and host names in their canonical form."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from pb2b_notebook.cleanup.import_rules import builtin_limits, limits_of_type
from pb2b_notebook.cleanup.values.email_checks import LONGEST_ADDRESS, PLAIN_FORM, syntax_problem
from pb2b_notebook.cleanup.values.text import Rewritten, is_valid_text, tidy_text
from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    import polars as pl

HOST: Final = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$"
"""Host names in lower case, for any engine."""

_LONGEST: Final = 2000
_SHOWN: Final = lazy_pattern(r"^[^<>@]*<([^<>]*)>$|^[^()<>@]+\(([^()<>@\s]+@[^()<>@\s]+)\)$")
_LINKED: Final = lazy_pattern(
    r"\[?([^\s()<>\[\]]+@[^\s()<>\[\]]+?)(?:\]\(| ?<)mailto:([^\s()<>?]+)(?:\?[^\s()<>]*)?[)>]", re.IGNORECASE
)
"""A link with the address as its text: in Markdown, and as mail programs copy it."""
_BRACKETED: Final = lazy_pattern(r'^[<(\["\'](.*)[>)\]"\']$')
_PLAIN_FORM: Final = lazy_pattern(PLAIN_FORM)
_QUOTED_LOCAL: Final = lazy_pattern(r'"[^"]* [^"]*"@')
_TRAILING: Final = lazy_pattern(r"[.,;:]+$")
_SPACED_AT: Final = lazy_pattern(r"[^\s@]+ ?@ [^\s@]+\.[^\s@]+")
_AT: Final = lazy_pattern(r"\s*[\[({]\s*at\s*[\])}]\s*", re.IGNORECASE)
_POINT: Final = lazy_pattern(r"\s*[\[({]\s*(?:dot|punkt|point|punto)\s*[\])}]\s*", re.IGNORECASE)
_AGAIN: Final = lazy_pattern(r"[;,]\s*|\s+")
_SCHEME: Final = lazy_pattern(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_WEB: Final = lazy_pattern(r"^https?://", re.IGNORECASE)
_MISTYPED_WEB: Final = lazy_pattern(
    r"(?:h{1,2}t{1,3}p{1,2}(?:s{1,2}|)(?:[:;]{1,2}/{0,3}|/{1,3})|(?:t{1,3}p{1,2}|hp{1,2})(?:s{1,2}|)[:;]//|:?//)"
    r"(?=[^\W_])",
    re.IGNORECASE,
)
"""A scheme with a letter or sign too few or too many: htp://, http//, ttps://."""
_LOOSE_DOMAIN: Final = lazy_pattern(
    r"([^\s@]+)(?: ?@ |@)[.]?([^\s@.,;]+(?: ?[.,;] ?[^\s@.,;]+)* ?[.,;] ?[A-Za-z]{2,24})"
)
"""An address with a comma for a point in its domain, spaces around a point, or a point behind its at sign."""
_LOOSE_POINT: Final = lazy_pattern(" ?[,;] ?| [.] ?|[.] ")
_URL: Final = lazy_pattern(
    r"(https?://)([^\s/?#\\]*@)?(\[[0-9a-f:.]+\](?::\d+)?|[^\s/?#@\\\[\]]+)([/?#][^\s\\]*)?", re.IGNORECASE
)
_BARE_HOST: Final = lazy_pattern(r"https?://[^/?#]+/")
_LABEL: Final = lazy_pattern(r"^(?:e(?:-?mail(?:[ -]?(?:address|adresse))?)?|mail) ?: *", re.IGNORECASE)
_RESERVED: Final = (".example", ".test")
"""Top-level domains for examples, which no list of suffixes has. Source: RFC 2606."""
_TRACKING: Final = lazy_pattern(r"utm_.*|utm|gclid|fbclid|mc_[ce]id|msclkid", re.IGNORECASE)
_SIGNS: Final = r"\s/@:?#.,;<>()\[\]{}|\\\"'“”„‘’«»"
"""Signs that no host name has."""
_HOST_LIKE: Final = lazy_pattern(rf"(?:[^{_SIGNS}]+\.)+[^{_SIGNS}\d]{{2,63}}")
_WRAPPED: Final = lazy_pattern(
    r"""<(?P<angle>[^\s<>]+)>|"(?P<quoted>[^\s"]+)"|[“„«](?P<curly>[^\s“”„«»]+)[”“»]|\[[^\[\]]*\]\((?P<linked>https?://[^\s()]+)\)""",
    re.IGNORECASE,
)
"""A URL in brackets or quotation marks, or behind its text, as Markdown writes a link."""
_PAGE: Final = lazy_pattern(r"[/?#].*\w")
_SHARED_SITES: Final = frozenset({
    "linkedin.com", "lnkd.in", "xing.com", "facebook.com", "fb.com", "fb.me", "instagram.com", "twitter.com", "x.com",
    "youtube.com", "youtu.be", "tiktok.com", "pinterest.com", "threads.net", "vk.com", "t.me", "telegram.me", "wa.me",
    "whatsapp.com", "linktr.ee", "bit.ly", "goo.gl", "tinyurl.com", "github.com", "gitlab.com", "medium.com",
    "wikipedia.org", "crunchbase.com", "google.com", "g.page", "yelp.com", "archive.org", "calendly.com", "notion.site",
})  # fmt: skip
"""Sites where others have their pages: the host of such a page is not their own."""


def rewrite_email(text: str, *, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return an email address in lower case, without text copied along; an invalid one is only tidied.

    >>> rewrite_email("Ada Lovelace <MAILTO:Ada@Example.COM>").value, rewrite_email("ada(at)example.com.").value
    ('ada@example.com', 'ada@example.com')
    >>> rewrite_email("ada@").value, rewrite_email("a@b.com; c@d.com").value
    ('ada@', 'a@b.com; c@d.com')
    >>> rewrite_email("Ada (ada@example.com)").value, rewrite_email("ada@example.com (old)").value
    ('ada@example.com', 'ada@example.com (old)')
    """
    bare = text.strip(" ")
    if len(text) <= LONGEST_ADDRESS and _PLAIN_FORM.fullmatch(bare) and (bare == text or "whitespace" not in without):
        return _in_lower_case(Rewritten(bare, () if bare == text else ("whitespace",)), without)
    if _QUOTED_LOCAL.search(text):  # "John  Q"@example.com is another mailbox than "John Q"@example.com
        tidy = tidy_text(text.strip(), kind="email", without=without | {"whitespace"})
        tidy = tidy if text == text.strip() else Rewritten(tidy.value, (*tidy.rules, "whitespace"))
    else:
        tidy = tidy_text(text, kind="email", without=without)
    if tidy.value is None or not is_valid_text(text, _LONGEST):
        return tidy
    rules = list(tidy.rules)
    value = tidy.value
    for rule, step in _EMAIL_STEPS:
        changed = value if rule in without else step(value)
        if changed != value:
            rules.append(rule)
            value = changed
    # A user corrects an invalid address; half a repair would hide what it should be.
    return Rewritten(value, tuple(rules)) if _is_valid_email(value) else tidy


def _in_lower_case(tidy: Rewritten, without: frozenset[str]) -> Rewritten:
    """Return an address of letters, digits and few signs in lower case: there is nothing else to rewrite in it."""
    text = tidy.value or ""
    lower = text if "case" in without else _lower(text)
    return tidy if lower == text or not _is_valid_email(lower) else Rewritten(lower, (*tidy.rules, "case"))


def _is_valid_email(text: str) -> bool:
    form = limits_of_type("email")
    return bool(form is not None and form.pattern is not None and form.pattern.match(text)) and not syntax_problem(text)


def rewrite_url(text: str, *, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return a URL with its scheme, its host in lower case, and without tracking parameters.

    >>> rewrite_url("HTTPS://WWW.Example.COM/?utm=mail"), rewrite_url("example.com/Über")
    (Rewritten(value='https://www.example.com', rules=('host case', 'tracking', 'trailing slash')),
     Rewritten(value='https://example.com/Über', rules=('scheme',)))
    """
    tidy = tidy_text(text, kind="url", without=without)
    if tidy.value is None or not is_valid_text(text, _LONGEST):
        return tidy
    rules, value = list(tidy.rules), tidy.value
    if (
        "brackets" not in without
        and (wrapped := _WRAPPED.fullmatch(value))
        and _is_url(found := wrapped[wrapped.lastgroup or 0])
    ):
        value, rules = found, [*rules, "brackets"]
    if "trailing sign" not in without and _ends_in_copied_sign(value):
        value, rules = value[:-1], [*rules, "trailing sign"]
    if "scheme" not in without and (whole := _with_scheme(value)) != value:
        value, rules = whole, [*rules, "scheme"]
    parts = _URL.fullmatch(value)
    if parts is None:
        return tidy
    scheme, user, host, rest = parts.groups(default="")
    lowered = value if "host case" in without else f"{scheme.lower()}{user}{host.lower()}{rest}"
    if lowered != value:
        rules.append("host case")
    bare = lowered if "tracking" in without else _without_tracking(lowered)
    if bare != lowered:
        rules.append("tracking")
    cut = "trailing slash" not in without and _BARE_HOST.fullmatch(bare)
    short = bare.removesuffix("/") if cut else bare
    return Rewritten(short, tuple(rules) if short == bare else (*rules, "trailing slash"))


def rewrite_host(text: str, *, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return the host name of a host name, a URL or an email address, without www and in ASCII (IDNA).

    >>> rewrite_host("https://www.Example.com/about").value, rewrite_host("münchen.de").value
    ('example.com', 'xn--mnchen-3ya.de')
    """
    tidy = tidy_text(text, kind="url", without=without)
    if tidy.value is None or not is_valid_text(text, _LONGEST):
        return tidy
    host = host_of(tidy.value if "scheme" in without else _with_scheme(tidy.value))
    limits = builtin_limits()["company_domain"]
    if host is None or "host" in without or limits.pattern is None or not limits.pattern.match(host):
        return tidy
    return Rewritten(host, tidy.rules if host == tidy.value else (*tidy.rules, "host"))


def _with_scheme(text: str) -> str:
    """Return a URL with its scheme, if it has none or a mistyped one; https where nothing says http."""
    mistyped = None if _WEB.match(text) else _MISTYPED_WEB.match(text)
    rest = text[mistyped.end() :] if mistyped else text
    if not _is_host(rest) or (mistyped is None and _SCHEME.match(text)):
        return text
    is_plain = mistyped is not None and "p" in mistyped[0].lower() and "s" not in mistyped[0].lower()
    return f"{'http' if is_plain else 'https'}://{rest}"


def _is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None or _is_host(text)


def _ends_in_copied_sign(text: str) -> bool:
    """Whether a text ends in a sign of the sentence that it was copied from; a page may have a name of such signs."""
    host = _WEB.sub("", text[:-1])
    is_bare = _PAGE.search(host) is None
    return text[-1] in ",;." and _is_host(host) and (is_bare or (text[-1] != "." and host == text[:-1]))


def _is_host(text: str) -> bool:
    """Whether a text begins with a host: "St.Gallen", "logo.png" and "www,example.com" do not."""
    found = _HOST_LIKE.match(text)
    if found is None or text[found.end() : found.end() + 1] not in {"", "/", "?", "#"}:
        return False
    host = found.group().lower()
    return host.startswith("www.") or host.endswith(_RESERVED) or bool(_suffixes()(host).suffix)


def host_of(text: str) -> str | None:
    """Return the host name in a text, in lower case and ASCII, without www; ``None`` if there is none.

    A page on a social network, or on another site where many have pages, has no host of its own.

    >>> host_of("HTTP://www.Example.com:8080/x"), host_of("ada@example.com"), host_of("Example Ltd")
    ('example.com', 'example.com', None)
    >>> host_of("https://www.linkedin.com/company/example"), host_of("linkedin.com")
    (None, 'linkedin.com')
    """
    host = site_of(text)
    if (
        host is not None
        and ".".join(host.split(".")[-2:]) in _SHARED_SITES
        and _PAGE.search(_WEB.sub("", text.strip()))
    ):
        return None
    return host


@lru_cache(maxsize=1 << 17)
def site_of(text: str) -> str | None:
    """Return the host name in a text as :func:`host_of` does, also that of a page on a site of many.

    >>> site_of("https://www.linkedin.com/company/example")
    'linkedin.com'
    """
    rest = _WEB.sub("", text.strip())
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].rstrip(".,;").lower()
    if not _HOST_LIKE.fullmatch(host):
        return None
    if not host.isascii():
        host = _in_ascii(host)
    return host.removeprefix("www.") if host.count(".") > 1 else host


@lru_cache(maxsize=1 << 17)
def registrable_domain(host: str) -> str | None:
    """Return the registrable domain of a host name, by the public suffix list in tldextract, without the network.

    Source: https://publicsuffix.org/list/. An ending that is not in the list is a suffix (the rule ``*``).

    >>> registrable_domain("mail.sales.example.co.uk"), registrable_domain("co.uk"), registrable_domain("x.y.example")
    ('example.co.uk', None, 'y.example')
    >>> registrable_domain("www.example.uk.com"), registrable_domain("example.github.io"), registrable_domain("uk.com")
    ('example.uk.com', 'example.github.io', 'uk.com')
    """
    found = _suffixes()(host, include_psl_private_domains=True)
    if not found.domain:  # weebly.com is the domain of a company, too
        found = _suffixes()(host)
    if not found.suffix:
        return ".".join(host.split(".")[-2:]) if "." in host else None
    return f"{found.domain}.{found.suffix}" if found.domain else None


def is_registrable(hosts: pl.Series) -> pl.Series:
    """Return which texts are surely the registrable domain of themselves: two plain labels, and not a suffix.

    >>> import polars as pl
    >>> is_registrable(pl.Series(["acme.de", "co.uk", "mail.acme.de", "Acme.de", "www.ck", None])).to_list()
    [True, False, False, False, False, False]
    """
    suffixes = _suffixes().tlds
    wild = [suffix[1:] for suffix in suffixes if suffix.startswith("*.") and suffix.count(".") == 1]
    plain = hosts.str.contains("^[a-z0-9]+(?:-[a-z0-9]+)*[.][a-z]{2,63}$") & ~hosts.is_in(suffixes)
    return (plain & ~hosts.str.contains(f"(?:{'|'.join(map(re.escape, wild))})$")).fill_null(value=False)


@cache
def _suffixes() -> Any:
    try:
        import tldextract
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "finding the registrable domain") from None
    # Only the list inside the package is used: nothing is downloaded or written.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _in_ascii(host: str) -> str:
    """Return a host name in ASCII (IDNA 2008, with the mapping of UTS 46)."""
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host


def _without_tracking(url: str) -> str:
    """Cut parameters out and leave the others as they are written: services differ in how they read them."""
    front, mark, fragment = url.partition("#")
    base, _, query = front.partition("?")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair.partition("=")[0])]
    if len(kept) < len(pairs):
        front = f"{base}?{'&'.join(kept)}" if kept else base
    return f"{front}{mark}{fragment}"


def _without_name(text: str) -> str:
    linked = _LINKED.fullmatch(text)
    if linked:
        return linked[1] if linked[1].casefold() == unquote(linked[2]).casefold() else text
    found = _SHOWN.match(text) or _BRACKETED.match(text)
    return found[found.lastindex or 1].strip() if found else text


def _without_scheme(text: str) -> str:
    if text[:7].lower() != "mailto:":
        return text
    return unquote(text[7:].partition("?")[0]).strip()


def _with_one_at(text: str) -> str:
    text = text.replace("\uff20", "@")
    if _SPACED_AT.fullmatch(text):  # "Ada @example.com" may be a name and a domain
        return text.replace(" ", "")
    if "@" not in text:
        return _POINT.sub(".", _AT.sub("@", text)) if _AT.search(text) else text
    return re.sub("@{2,}", "@", text)


def _without_repetition(text: str) -> str:
    """Return one address if the text has the same one twice."""
    parts = {part.casefold() for part in _AGAIN.split(text) if part}
    return _AGAIN.split(text)[0] if len(parts) == 1 and text.count("@") > 1 else text


def _with_single_points(text: str) -> str:
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{re.sub('[.]{2,}', '.', domain)}"


def _with_narrow_letters(text: str) -> str:
    return text if text.isascii() else "".join(map(_narrow, text))


def _narrow(letter: str) -> str:
    """Return a sign or letter of double width as the plain one."""
    return unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter


def _with_plain_points(text: str) -> str:
    """Return an address with points in its domain, where they are mistyped and its ending exists: ada@lumo,de."""
    found = _LOOSE_DOMAIN.fullmatch(text)
    if found is None:
        return text
    loose = _LOOSE_POINT.search(found[2])
    before = _suffixes()(found[2][: loose.start()]) if loose else None
    # Behind a whole domain there may be something else: ada@lumo.de, Berlin.
    if before is not None and before.domain and before.suffix:
        return text
    domain = _LOOSE_POINT.sub(".", found[2])
    return f"{found[1]}@{domain}" if _suffixes()(domain).suffix else text


def _without_end(text: str) -> str:
    return _TRAILING.sub("", text)


def _without_label(text: str) -> str:
    return _LABEL.sub("", text)


def _lower(text: str) -> str:
    # A Turkish keyboard writes İNFO@ for info@; Python lowers İ to an i and a dot above.
    return text.replace("İ", "i").lower()


_EMAIL_STEPS: Final = (
    ("label", _without_label),
    ("display name", _without_name),
    ("mailto", _without_scheme),
    ("brackets", _without_name),
    ("written twice", _without_repetition),
    ("at sign", _with_one_at),
    ("full width", _with_narrow_letters),
    ("trailing sign", _without_end),
    ("double point", _with_single_points),
    ("point", _with_plain_points),
    ("case", _lower),
)
