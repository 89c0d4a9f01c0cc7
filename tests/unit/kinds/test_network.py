"""Addresses, hosts, requests, files and versions."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import stdnum.mac

from tests.unit.kinds.making import by, column_of, refusal_of, table_of

ROWS = 1_500


@pytest.mark.parametrize(
    "network", ["192.0.2.0/24", "203.0.113.64/27", "0.0.0.0/0", "10.1.0.0/16", "192.0.2.4/31", "192.0.2.7/32"]
)
def test_addresses_are_hosts_of_their_network(network: str) -> None:
    inside = ipaddress.ip_network(network)
    values = [ipaddress.ip_address(value) for value in column_of(by("ipv4", network=network), ROWS)]

    assert all(value in inside for value in values)
    if inside.prefixlen < 31:
        assert not {inside.network_address, inside.broadcast_address} & set(values)


def test_every_host_of_a_network_comes_once() -> None:
    values = column_of({"unique": True, **by("ipv4", network="192.0.2.0/24")}, 254)

    assert {*map(str, ipaddress.ip_network("192.0.2.0/24").hosts())} == set(values)
    assert "254 rows" in refusal_of({"x": {"unique": True, **by("ipv4", network="192.0.2.0/24")}}, 255).what


def test_unique_addresses_need_no_network() -> None:
    values = column_of({"unique": True, "rule": "ipv4"}, 5_000)

    assert len(set(values)) == 5_000
    assert all(ipaddress.ip_address(value) in ipaddress.ip_network("10.0.0.0/8") for value in values)


@pytest.mark.parametrize(
    "network", ["2001:db8::/32", "2001:db8::/64", "fd00:1:2::/48", "::/112", "fe80::/16", "2001:db8:0:1::/64", "::/16"]
)
def test_addresses_of_version_6_are_written_as_everybody_writes_them(network: str) -> None:
    inside = ipaddress.ip_network(network)
    for unique in (False, True):
        for value in column_of({"unique": unique, **by("ipv6", network=network)}, ROWS):
            assert ipaddress.ip_address(value) in inside
            assert ipaddress.ip_address(value).compressed == value


@pytest.mark.parametrize(
    ("options", "expression"),
    [
        ({}, "02(:[0-9a-f]{2}){5}"),
        ({"prefix": "00:1B:44", "separator": "-"}, "00-1b-44(-[0-9a-f]{2}){3}"),
        ({"prefix": "02-00-5e-10-00", "separator": ""}, "02005e1000[0-9a-f]{2}"),
    ],
)
def test_hardware_addresses(options: dict[str, Any], expression: str) -> None:
    values = column_of(by("mac", **options), ROWS)

    assert all(re.fullmatch(expression, value) for value in values)
    if options.get("separator", ":"):
        assert all(stdnum.mac.is_valid(value) for value in values)
    assert len(set(column_of({"unique": True, **by("mac", **options)}, 256))) == 256


def test_ports_lie_between_their_bounds() -> None:
    assert {1024 <= port <= 65_535 for port in column_of("port", ROWS)} == {True}
    assert set(column_of({"unique": True, **by("port", min=80, max=82)}, 3)) == {80, 81, 82}


def test_requests_mostly_read_and_succeed() -> None:
    methods, statuses = (Counter(column_of(kind, 20_000)) for kind in ("http_method", "http_status"))

    assert methods.most_common(1)[0][0] == "GET"
    assert set(methods) == {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}
    assert statuses.most_common(1)[0][0] == 200
    assert {status // 100 for status in statuses} == {2, 3, 4, 5}


def test_a_status_can_decide_other_columns() -> None:
    slow = {
        "rule": by("constant", value="slow")["rule"],
        "conditional_rules": [{"when": "http_status >= 500", "rule": by("constant", value="broken")["rule"]}],
    }
    rows = table_of({"http_status": "http_status", "x": slow}, 2_000).batch(0, 2_000).to_pylist()

    assert all((row["x"] == "broken") == (row["http_status"] >= 500) for row in rows)


def test_browsers_say_what_they_are_in_the_usual_form() -> None:
    values = column_of("user_agent", ROWS)
    for value in values:
        assert value.startswith("Mozilla/5.0 (")
        assert value.count("(") == value.count(")")
        engine = re.search(r"rv:(\d+)\.0\) Gecko/20100101 Firefox/(\d+)\.0$", value)
        assert engine is None or engine[1] == engine[2]
        assert engine or "AppleWebKit/" in value
    assert {name for name in ("Firefox", "Edg/", "Chrome", "Safari", "iPhone", "Android", "Windows", "Macintosh", "Linux")
            if any(name in value for value in values)} >= {"Firefox", "Edg/", "iPhone", "Android", "Macintosh"}  # fmt: skip
    assert len(set(values)) > 80


def test_hosts_stand_under_reserved_names() -> None:
    for value in column_of("host", ROWS):
        assert re.fullmatch(r"[a-z]+-?\d\d(\.[a-z-]+)*\.example\.(com|net|org)", value)


def test_pages_have_a_path_and_on_demand_a_query() -> None:
    for value in column_of("page_url", ROWS):
        parts = urlsplit(value)
        assert parts.hostname
        assert re.fullmatch(r"[a-z]+\.example\.(com|net|org)", parts.hostname)
        assert re.fullmatch(r"(/[a-z0-9.-]*)+", parts.path)
        assert not parts.query
    for value in column_of(by("page_url", base="https://shop.test/", query=True), ROWS):
        parts = urlsplit(value)
        assert parts.netloc == "shop.test"
        assert parse_qs(parts.query, strict_parsing=True)


def test_files_have_names_folders_and_extensions() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.[a-z0-9]+", value) for value in column_of("file_name", ROWS))
    assert all(value.endswith(".log") for value in column_of(by("file_name", extension="log"), 50))
    for value in column_of(by("file_path", depth=3), ROWS):
        assert re.fullmatch(r"(/[A-Za-z0-9_-]+){2,6}\.[a-z0-9]+", value)
    for value in column_of(by("file_path", system="windows"), ROWS):
        path = PureWindowsPath(value)
        assert path.drive in {"C:", "D:"}
        assert path.is_absolute()
        assert path.suffix


def test_versions_follow_the_grammar_of_semantic_versioning() -> None:
    plain = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    assert all(re.fullmatch(plain, value) for value in column_of("semantic_version", ROWS))
    released = column_of(by("semantic_version", prerelease=True), ROWS)
    assert all(re.fullmatch(plain + r"(-(alpha|beta|rc)\.[1-9])?", value) for value in released)
    assert 0.1 < sum("-" in value for value in released) / ROWS < 0.5
    assert len(set(column_of({"unique": True, **by("semantic_version", major=0)}, 600))) == 600


@pytest.mark.parametrize(
    ("column", "option"),
    [
        (by("ipv4", network="192.0.2.1/24"), "network"),
        (by("ipv4", network="2001:db8::/32"), "network"),
        (by("ipv4", network="everything"), "network"),
        (by("ipv6", network="2001:db8::/33"), "network"),
        (by("ipv6", network="2001:db8::/128"), "network"),
        (by("ipv6", network="10.0.0.0/8"), "network"),
        (by("mac", prefix="0"), "prefix"),
        (by("mac", prefix="00:11:22:33:44:55"), "prefix"),
        (by("mac", separator="."), "separator"),
        (by("port", min=10, max=9), "min"),
        (by("port", max=65_536), "max"),
        (by("page_url", base="no spaces"), "base"),
        (by("file_name", extension="a/b"), "extension"),
        (by("file_path", system="dos"), "system"),
        (by("file_path", depth=9), "depth"),
        (by("semantic_version", major=-1), "major"),
    ],
)
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], option: str) -> None:
    assert refusal_of({"x": column}).path == f"tables.t.columns.x.rule.{option}"
