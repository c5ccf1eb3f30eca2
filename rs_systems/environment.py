"""Typed reading of environment variables: nonsense is refused with what to do about it."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from dotenv import dotenv_values

BASE_DIR = Path(__file__).resolve().parent.parent

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

TRUE = frozenset({"true", "1", "yes", "on"})
FALSE = frozenset({"false", "0", "no", "off"})
ENVIRONMENTS = ("development", "production")
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
SHORTEST_SECRET = 20
DATABASE_SCHEMES = ("postgres", "postgresql", "sqlite")


class Environment:
    """The variables of one process, read by type.

    Every reader takes the variable's name and what holds when it is unset or empty, and raises
    `ImproperlyConfigured` with a sentence that names the variable, its value and the way out.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """Returns the value without surrounding blanks."""
        return self._values.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """Returns what only some may know, long enough not to be guessed; it may be missing."""
        value = self.text(name)
        if value and (len(value) < SHORTEST_SECRET or not value.isascii()):
            way_out = f"Write at least {SHORTEST_SECRET} letters, digits and signs."
            raise refusal(name, "***", "is too easy to guess", way_out)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Returns a yes or no."""
        value = self.text(name).lower()
        if not value:
            return default
        if value in TRUE | FALSE:
            return value in TRUE
        raise refusal(name, value, "is neither yes nor no", "Write True or False.")

    def number(self, name: str, *, default: int, lowest: int, highest: int) -> int:
        """Returns a whole number between `lowest` and `highest`, both included."""
        value = self.text(name)
        if not value:
            return default
        bounds = f"Write a whole number from {lowest} to {highest}."
        if not value.isascii() or not value.isdigit():
            raise refusal(name, value, "is not a whole number", bounds)
        if not lowest <= int(value) <= highest:
            raise refusal(name, value, "is out of range", bounds)
        return int(value)

    def choice(self, name: str, *, default: str, options: tuple[str, ...]) -> str:
        """Returns one of `options`."""
        value = self.text(name, default).lower()
        if value not in options:
            raise refusal(name, value, "is unknown", f"Write one of: {', '.join(options)}.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        """Returns the parts of a list separated by commas, empty ones left out."""
        return [word for part in self.text(name, default).split(",") if (word := part.strip())]

    def hosts(self, name: str, default: str = "") -> list[str]:
        """Returns host names, as Django's `ALLOWED_HOSTS` wants them: no scheme, no path."""
        found = self.words(name, default)
        for host in found:
            if "/" in host or " " in host:
                raise refusal(
                    name, host, "is not a host name", "Write names only: shop.example.com"
                )
        return found

    def origins(self, name: str) -> list[str]:
        """Returns web origins: scheme and host, perhaps a port, nothing behind it."""
        found = self.words(name)
        for origin in found:
            if urlsplit(origin)._replace(path="").geturl() != origin or not is_web(origin):
                raise refusal(name, origin, "is not an origin", "Write https://app.example.com")
        return found

    def email(self, name: str) -> str:
        """Returns one e-mail address; it may be missing."""
        value = self.text(name)
        try:
            if value:
                validate_email(value)
        except ValidationError as error:
            raise refusal(
                name, value, "is no e-mail address", "Write one only: audit@example.com"
            ) from error
        return value

    def networks(self, name: str) -> list[Network]:
        """Returns addresses and networks of machines."""
        return [as_network(name, word) for word in self.words(name)]

    def url(self, name: str, *, schemes: tuple[str, ...], default: str = "") -> str:
        """Returns an address of one of `schemes` with a host in it."""
        value = self.text(name, default)
        if not value:
            return ""
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.netloc:
            example = f"Write it like {schemes[0]}://host:port/path"
            raise refusal(name, masked(value), "is not an address we can use", example)
        return value

    def bucket(self, name: str) -> str:
        """Returns the name of a bucket: what S3 allows, so that no address is taken for one."""
        value = self.text(name)
        if value and not BUCKET_NAME.fullmatch(value):
            raise refusal(
                name, value, "is no name of a bucket", "Write its name only: our-shop-photos"
            )
        return value

    def database(self, name: str, default: str = "") -> dict[str, Any]:
        """Returns Django's connection settings of a database URL, empty when there is none.

        A relative SQLite path is read from the folder of manage.py, wherever we were started.
        """
        value = self.text(name, default)
        if not value:
            return {}
        way_out = (
            "Write postgresql://user:password@host:5432/database, or sqlite:///db.sqlite3 "
            "for a file beside manage.py."
        )
        if urlsplit(value).scheme not in DATABASE_SCHEMES:
            raise refusal(name, masked(value), "names no database we know", way_out)
        try:
            parsed: dict[str, Any] = dict(dj_database_url.parse(value))
        except ValueError as error:
            raise refusal(name, masked(value), "cannot be read", way_out) from error
        if not parsed["NAME"]:
            raise refusal(name, masked(value), "names no database", way_out)
        if parsed["ENGINE"].endswith("sqlite3") and parsed["NAME"] != ":memory:":
            parsed["NAME"] = str(BASE_DIR / parsed["NAME"])
        return parsed


def refusal(name: str, value: str, fault: str, way_out: str) -> ImproperlyConfigured:
    """Returns the error to raise for one variable."""
    return ImproperlyConfigured(f"{name}={value!r} {fault}. {way_out}")


def masked(url: str) -> str:
    """Returns `url` without its password: refusals end up in logs."""
    before, at, after = url.rpartition("@")
    scheme, slashes, login = before.partition("://")
    user, colon, _ = login.partition(":")
    return f"{scheme}{slashes}{user}:***{at}{after}" if at and colon else url


def is_web(url: str) -> bool:
    """Tells whether `url` is an http or https address with a host."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def as_network(name: str, word: str) -> Network:
    """Returns the network that `word` stands for; a single address is a network of one."""
    try:
        return ipaddress.ip_network(word)
    except ValueError as error:
        way_out = "Write addresses or networks: 10.0.0.5, 10.1.0.0/16"
        raise refusal(name, word, "is not an address", way_out) from error


def read_environment() -> Environment:
    """Returns the process's variables over those of `.env` (or of the file `ENV_FILE` names)."""
    file = os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))
    written = dotenv_values(file) if file else {}
    return Environment({**{name: value or "" for name, value in written.items()}, **os.environ})


def settings_module() -> str:
    """Returns the settings that `ENVIRONMENT` asks for."""
    chosen = read_environment().choice("ENVIRONMENT", default="development", options=ENVIRONMENTS)
    return "rs_systems.settings_aws" if chosen == "production" else "rs_systems.settings"
