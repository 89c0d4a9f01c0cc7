"""Addresses of servers: what is wrong with one, and what of it may be shown; their credentials never are."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from syndata_contracts.errors import Fault

_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\s:\[\]]+)(?::(\d{1,5}))?")
_LAST_PORT: Final = 65535
_ENCODE: Final = (
    "write special characters of user and password as percent codes: / is %2F, @ %40, : %3A, # %23, ? %3F, % %25"
)


def address_fault(variable: str, url: str) -> Fault | None:
    """What is wrong with the address of a server in an environment variable; None for a good one, or for a file.

    The fault quotes nothing of the address: who mistypes a password has it in the wrong place.
    """
    parts = _split(url)
    if parts is None:
        return Fault(variable, "this is no URL", _ENCODE)
    if parts.scheme == "file" or not parts.netloc:
        return None  # whoever opens it says which schemes there are
    credentials, _, hosts = parts.netloc.rpartition("@")
    if "@" in credentials or "@" in parts.path + parts.query + parts.fragment or parts.fragment:
        return Fault(variable, "a character of its user or password ends them too early", _ENCODE)
    if _BAD_ESCAPE.search(credentials):
        return Fault(variable, "a % of its user or password begins no percent code", _ENCODE)
    for host in hosts.split(","):  # MongoDB takes several
        found = _HOST.fullmatch(host)
        if found is None or int(found[1] or 1) not in range(1, _LAST_PORT + 1):
            return Fault(
                variable, "its host or port cannot be read", f"write scheme://user:password@host:port; {_ENCODE}"
            )
    return None


def place_of(url: SecretStr | str) -> str:
    """Scheme, hosts and path of a URL, without its credentials: fit for a log line."""
    text = url.get_secret_value() if isinstance(url, SecretStr) else url
    parts = _split(text)
    if parts is None or address_fault("", text) is not None:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
