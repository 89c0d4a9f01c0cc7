"""Addresses of servers are checked before anything starts, and told without what they hide."""

from __future__ import annotations

import pytest

from syndata_contracts.errors import Refused
from syndata_objects.s3 import connect
from syndata_runtime.addresses import address_fault, place_of
from syndata_runtime.settings import read_settings

GOOD = {
    "amqp://guest:guest@127.0.0.1:5672/": "amqp://127.0.0.1:5672/",
    "amqps://us:p%2Fw%40@bus.example/vhost": "amqps://bus.example/vhost",
    "mongodb://us:pw@a:27017,b:27018,c/db?replicaSet=rs0": "mongodb://a:27017,b:27018,c/db",
    "mongodb+srv://us:pw@cluster.example/db": "mongodb+srv://cluster.example/db",
    "s3+http://us:pw@[::1]:9000/bucket?region=eu": "s3+http://[::1]:9000/bucket",
    "file:///data/bus%20one.sqlite": "file:///data/bus%20one.sqlite",
}
MISTYPED = [
    "amqp://us:canary/more@bus:5672/",
    "amqp://us:canary#more@bus:5672/",
    "amqp://us:canary?more@bus:5672/",
    "amqp://us:can@ary@bus:5672/",
    "amqp://us:canary%@bus:5672/",
    "amqp://us:canary%zz@bus:5672/",
    "amqp://us:canary@bus:canary/",
    "amqp://us:canary@bus:99999/",
    "amqp://us:canary@:5672/",
    "amqp://us:canary@a,,b/",
    "amqp://us:canary[x@bus:5672/",
]


@pytest.mark.parametrize("url", GOOD)
def test_a_good_address_is_told_without_its_credentials(url: str) -> None:
    assert address_fault("SYNDATA_BUS_URL", url) is None
    assert place_of(url) == GOOD[url]


@pytest.mark.parametrize("url", MISTYPED)
@pytest.mark.parametrize("setting", ["bus_url", "store_url", "objects_url"])
def test_a_mistyped_address_is_refused_by_its_variable_and_not_repeated(setting: str, url: str) -> None:
    """Whoever has a password with a slash in it learns what to write."""
    with pytest.raises(Refused, match=f"SYNDATA_{setting.upper()}") as refusal:
        read_settings(**{setting: url})

    assert "canary" not in str(refusal.value)
    assert "percent code" in str(refusal.value)
    assert "canary" not in place_of(url)


def test_all_mistyped_addresses_are_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        read_settings(bus_url=MISTYPED[0], store_url=MISTYPED[1], objects_url=MISTYPED[2], traces_url="nowhere")

    told = [fault.path for fault in refusal.value.faults]
    assert told == ["SYNDATA_BUS_URL", "SYNDATA_STORE_URL", "SYNDATA_OBJECTS_URL", "SYNDATA_TRACES_URL"]


@pytest.mark.parametrize("url", ["us:canary@collector", "grpc://collector:4317", "http://us:canary/x@collector:4318"])
def test_a_collector_that_cannot_be_asked_is_refused_instead_of_forgotten(url: str) -> None:
    with pytest.raises(Refused, match="SYNDATA_TRACES_URL") as refusal:
        read_settings(traces_url=url)

    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize("bucket", ["", "ab", "Upper", "with_underscore", "-begins", "ends.", "a/b", "x" * 64])
async def test_what_no_store_takes_as_a_bucket_is_refused_before_it_is_asked(bucket: str) -> None:
    with pytest.raises(Refused, match="is not a bucket's name"):
        await connect(f"s3+http://us:canary@127.0.0.1:1/{bucket}")
