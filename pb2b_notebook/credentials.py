"""Find the API key and base URL, and keep the key out of every output."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pb2b_notebook.errors import ConfigurationError, InvalidKeyError, MissingExtraError, MissingKeyError, brief, nearest
from pb2b_notebook.in_process import SCHEME, is_in_process
from pb2b_notebook.lazy import lazy_pattern, load_module

LIVE_URL = "https://login.prospectb2b.com/api/public/v1"
# Fields of answers that hold a secret, shown once and never stored.
_SECRET_NAME = lazy_pattern(
    r"(?i)(secret|token|password|passphrase|credentials?|((api|signing|private|access|shared|hmac|webhook|auth)[_-]?key))"
    r"([_-]?(value|text))?"
)
_SECRET_VALUE = lazy_pattern(r"whsec_[!-~]{12,}|pb2b_(live|test)_[A-Za-z0-9]{1,64}_[A-Za-z0-9_\-]{8,256}")
KEYRING_SERVICE = "pb2b_notebook"
_KEY = lazy_pattern(r"pb2b_(live|test)_([A-Za-z0-9]{1,64})_([A-Za-z0-9_\-]{8,256})")
# Scheme, an ASCII host (or an IPv6 address), a port, a path: no user, query or fragment, nothing to be encoded.
_HOST = r"\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
_URL = lazy_pattern(rf"(https?|{SCHEME})://({_HOST})(:[0-9]{{1,5}})?(/[!$-;=@-~]*)?")
_CLIPBOARDS = (
    ("pbcopy",),
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "-ib"),
    ("clip.exe",),
    ("clip",),
)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Secret:
    """An API key or a signing secret that cannot be printed, formatted, pickled or compared by accident.

    >>> secret = Secret("pb2b_test_abc123_s3cr3ts3cr3t", shown="pb2b_test_abc123")
    >>> secret
    Secret('pb2b_test_abc123_…')
    >>> f"{secret}"
    'pb2b_test_abc123_…'
    >>> secret.reveal() == "pb2b_test_abc123_s3cr3ts3cr3t"
    True
    """

    __slots__ = ("_hidden", "_shown")

    def __init__(self, value: str, *, shown: str = "") -> None:
        # A closure and not an attribute: IPython's Verbose tracebacks, vars() and debuggers print attributes.
        self._hidden: Callable[[], str] = lambda: value
        self._shown = shown

    def reveal(self) -> str:
        """Return the secret. Do not leave it as the last line of a cell."""
        return self._hidden()

    def copy(self) -> None:
        """Copy the secret to this machine's clipboard, so that it can be pasted without being shown.

        It goes to the clipboard program through a pipe, never through a command line that other users can list.

        Raises:
            ConfigurationError: This machine has no clipboard, as a kernel on a server; nothing was copied.
        """
        for command in _CLIPBOARDS:
            program = shutil.which(command[0])
            if program is not None and _pipe([program, *command[1:]], self._hidden):
                return
        raise ConfigurationError(
            "the kernel's machine has no clipboard",
            repair="use reveal() where only you can see it, then clear the cell",
        )

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def __str__(self) -> str:
        return f"{self._shown}_…" if self._shown else "…"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied: it would end up in a file")


def _pipe(command: list[str], secret: Callable[[], str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - one of _CLIPBOARDS
            command,
            input=secret().encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def api_key(text: str) -> Secret:
    """Return a key as a :class:`Secret`, after a check of its syntax.

    Surrounding white space is dropped: a newline from a copied line would otherwise leak through an HTTP error.

    Raises:
        InvalidKeyError: The text does not have the form ``pb2b_live_<prefix>_<secret>``. The message never repeats it.

    Source: the service's public documentation of API keys; ``pb2b_test_`` keys are this project's sandbox.
    """
    found = _KEY.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise InvalidKeyError(
            "this is not a ProspectB2B API key (the text is not repeated here)",
            repair="copy it again: it reads pb2b_live_<prefix>_<secret>, in ASCII, without spaces or line breaks",
        )
    return Secret(found[0], shown=f"pb2b_{found[1]}_{found[2]}")


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine, or an application of this process.

    >>> is_loopback("http://127.0.0.1:8000/api"), is_loopback("https://127.0.0.1.example.com")
    (True, False)
    """
    return is_in_process(url) or urlsplit(url).hostname in _LOOPBACK


def base_url(text: str) -> str:
    """Return a base URL after a check: HTTPS, HTTP on loopback or in process; no user, query or fragment.

    Raises:
        ConfigurationError: The URL is anything else; no key was sent.
    """
    try:
        text = text.strip() if isinstance(text, str) else ""
        parts = urlsplit(text if _URL.fullmatch(text) else "")
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname:
        raise ConfigurationError(
            "the base URL is not an http(s) URL of scheme, host and path", repair=f"use a URL such as {LIVE_URL}"
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            f"the base URL would send the key unencrypted to {parts.hostname}",
            repair="use https:// (http:// is for the sandbox on this machine only)",
        )
    return text.rstrip("/")


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything needed to connect: the key, the base URL and the options that a profile may set."""

    key: Secret
    base_url: str
    read_only: bool = False
    frame: str | None = None
    source: str = ""


def config_path() -> Path:
    """Return the path of the configuration file: ``config.toml`` in the user's folder for ``pb2b_notebook``.

    ``PB2B_CONFIG`` names another file.
    """
    named = os.environ.get("PB2B_CONFIG")
    if named:
        return Path(named)
    platformdirs = load_module("platformdirs")
    return Path(platformdirs.user_config_dir("pb2b_notebook", appauthor=False)) / "config.toml"


def find(key: str | Secret | None = None, url: str | None = None, profile: str | None = None) -> Connection:
    """Return key, base URL and options, from the first source that has a key.

    The order: ``key=``; ``profile=``; ``PB2B_API_KEY``; the profile ``default`` of :func:`config_path`; the
    system's keyring (service ``pb2b_notebook``, user ``default``), if the package keyring is installed; a hidden
    prompt, if a user can answer it. The environment, ``PB2B_BASE_URL`` included, never overrides a profile that is
    named: the key would reach the wrong workspace, or the wrong service.

    Args:
        key: API key.
        url: Base URL; by default that of the profile, of ``PB2B_BASE_URL``, or the live service.
        profile: Name of a profile of the configuration file.

    Raises:
        MissingKeyError: No source has a key.
        InvalidKeyError: The key has the wrong form.
        ConfigurationError: The configuration file or the base URL cannot be used.
    """
    for name, given in (("profile", profile), ("base_url", url)):
        if not isinstance(given, str | None):
            raise ConfigurationError(f"{name}= must be a text, not {brief(given)}", repair=f'{name}="…"')
    if profile is not None:
        settings, where = _profile(profile), f"profile {profile}"
    elif key is None and not os.environ.get("PB2B_API_KEY"):
        settings, where = _default_profile(), "profile default"
    else:
        settings, where = {}, ""
    address = base_url(url) if url else _address(settings, profile)
    secret, source = _key(key, settings, where, profile)
    return Connection(secret, address, bool(settings.get("read_only", False)), settings.get("frame"), source)


def address_of(profile: str | None = None) -> str:
    """Return the base URL that :func:`find` returns with the key that the keyring has for a profile.

    Raises:
        ConfigurationError: There is no such profile, or its base URL cannot be used.
    """
    return _address(_default_profile() if profile is None else _profile(profile), profile)


def _address(settings: Mapping[str, Any], profile: str | None) -> str:
    environment = os.environ.get("PB2B_BASE_URL") if profile is None else None
    return base_url(settings.get("base_url") or environment or LIVE_URL)


def _key(
    given: str | Secret | None, settings: Mapping[str, Any], where: str, profile: str | None
) -> tuple[Secret, str]:
    if isinstance(given, Secret):  # a user may have built it, without the check
        return api_key(given.reveal()), "argument"
    if given is not None:
        return api_key(given), "argument"
    if "api_key" in settings:
        return api_key(str(settings["api_key"])), where
    if profile is None and os.environ.get("PB2B_API_KEY"):
        return api_key(os.environ["PB2B_API_KEY"]), "PB2B_API_KEY"
    stored = _from_keyring(profile or "default")
    if stored is not None:
        return api_key(stored), "keyring"
    if profile is not None:
        raise MissingKeyError(
            f"profile {profile!r} has no key",
            repair=f"add api_key to it, or store one: pb2b login --profile {profile}",
        )
    return ask(), "prompt"


def _from_keyring(user: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, user)
    except (keyring.errors.KeyringError, RuntimeError):
        return None  # without a keyring service there is no stored key


def store(key: Secret, profile: str | None = None) -> None:
    """Store a key in the system's keyring, where :func:`find` looks for it last.

    Raises:
        MissingExtraError: The package keyring is not installed.
        ConfigurationError: This machine has no keyring, or it refused the key.
    """
    with _system_keyring() as keyring:
        keyring.set_password(KEYRING_SERVICE, profile or "default", key.reveal())
        if keyring.get_password(KEYRING_SERVICE, profile or "default") != key.reveal():
            raise keyring.errors.KeyringError  # the backend "null" accepts everything and keeps nothing


def remove(profile: str | None = None) -> bool:
    """Remove a key from the system's keyring, and return whether there was one.

    Raises:
        MissingExtraError, ConfigurationError: As for :func:`store`.
    """
    with _system_keyring() as keyring:
        found = keyring.get_password(KEYRING_SERVICE, profile or "default") is not None
        if found:
            keyring.delete_password(KEYRING_SERVICE, profile or "default")
        return found


@contextmanager
def _system_keyring() -> Iterator[Any]:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise MissingExtraError("all", "the system's keyring") from None
    try:
        yield keyring
    except (keyring.errors.KeyringError, RuntimeError) as problem:
        raise ConfigurationError(
            f"the system's keyring cannot be used ({type(problem).__name__})",
            repair=f"unlock it, or put the key into {config_path()} (mode 600) or PB2B_API_KEY",
        ) from None


def earlier_source(profile: str | None = None) -> str:
    """Return which source has a key that :func:`find` takes before that of the keyring; empty if none has."""
    if profile is None and os.environ.get("PB2B_API_KEY"):
        return "PB2B_API_KEY"
    name = profile or "default"
    return f"profile {name} of {config_path()}" if "api_key" in _profiles().get(name, {}) else ""


def ask() -> Secret:
    """Ask for a key in a prompt that does not show it.

    Raises:
        MissingKeyError: No user can answer, or the answer was empty.
        InvalidKeyError: The key has the wrong form.
    """
    missing = MissingKeyError(
        "no API key was found",
        repair="set PB2B_API_KEY, pass key=, or try the sandbox, which needs no key: pb.open_sandbox()",
    )
    if not (_in_kernel() or sys.stdin.isatty()):
        raise missing
    from getpass import getpass

    try:
        typed = getpass("ProspectB2B API key: ")
    except Exception:  # noqa: BLE001 - front ends without a prompt raise their own errors
        raise missing from None
    if not typed.strip():
        raise missing
    return api_key(typed)


def _in_kernel() -> bool:
    return "ipykernel" in sys.modules and getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)() is not None


def profile_names() -> list[str]:
    """Return the names of the profiles in the configuration file; none where there is no such file.

    Raises:
        ConfigurationError: The file cannot be read, or other users may read the keys in it.
    """
    return sorted(_profiles())


def _profiles() -> dict[str, Any]:
    path = config_path()
    try:
        text = path.read_bytes().decode("utf-8")
        profiles = tomllib.loads(text).get("profiles", {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        # The parser's own message is left out: it may quote the line with the key.
        raise ConfigurationError(
            f"{path} cannot be read ({type(problem).__name__})", repair="correct the file: it must be TOML in UTF-8"
        ) from None
    if not isinstance(profiles, dict) or not all(isinstance(p, dict) for p in profiles.values()):
        raise ConfigurationError(
            f"{path}: 'profiles' is not a table", repair='write [profiles.acme], and api_key = "…" below it'
        )
    open_to_others = os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if open_to_others and any("api_key" in p for p in profiles.values()):
        raise ConfigurationError(f"{path} contains keys, and other users may read it", repair=f"chmod 600 {path}")
    return profiles


def _default_profile() -> Mapping[str, Any]:
    return _profile("default") if config_path().exists() and "default" in _profiles() else {}


def _profile(name: str) -> Mapping[str, Any]:
    profiles = _profiles()
    if name not in profiles:
        raise ConfigurationError(
            f"{config_path()} has no profile {name!r}",
            repair=nearest(name, profiles) if profiles else f'write [profiles.{name}], and api_key = "…" below it',
        )
    settings: Mapping[str, Any] = profiles[name]
    unknown = set(settings) - {"api_key", "base_url", "read_only", "frame"}
    if unknown:
        wrong = min(unknown)
        raise ConfigurationError(
            f"profile {name!r} has an unknown setting {wrong!r}",
            repair=nearest(wrong, ["api_key", "base_url", "read_only", "frame"]),
        )
    return settings


def is_secret(name: str, value: Any) -> bool:
    """Whether the text of a field is a secret: by the end of its name, since a service may use any, or by its form.

    >>> [is_secret(name, "x") for name in ("signing_secret", "signingKey", "secret_value", "secret_prefix", "key")]
    [True, True, True, False, False]
    """
    if not isinstance(value, str):
        return False
    named = any(found.end() == len(name) for found in _SECRET_NAME.finditer(name))
    return named or _SECRET_VALUE.fullmatch(value) is not None


def without_secrets(body: bytes) -> bytes:
    """Return a response with null for every secret, as the service itself replays it.

    >>> without_secrets(b'{"data":{"id":"wh_1","signing_secret":"whsec_x"}}')
    b'{"data":{"id":"wh_1","signing_secret":null}}'
    """
    try:
        value = json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return b""
    blank = _without_secret_values("", value)
    return body if blank == value else json.dumps(blank, separators=(",", ":")).encode()


def _without_secret_values(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        # What is below the name of a secret is one, whatever its own name is.
        secret = is_secret(name, "x")
        return {key: _without_secret_values(name if secret else key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secret_values(name, inner) for inner in value]
    return None if is_secret(name, value) else value
