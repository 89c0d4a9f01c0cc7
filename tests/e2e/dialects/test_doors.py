"""Who may enter a dialect: by the key of ours, by the one of its documents, or by none; and where no key is ever seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.chaos.cluster import KEY, Cluster, Running, request
from tests.e2e.dialects.asked import DOCUMENTED, Place, with_key
from tests.e2e.watched.collector import Collector

pytestmark = pytest.mark.slow

BACKEND: Final = ("/api/jobs", "/api/data-types", "/api/templates", "/api/jobs/x", "/api/jobs/x/download")
STUDIO: Final = ("/jobs/", "/jobs", "/jobs?limit=5", "/jobs/x/status", "/jobs/x/preview", "/jobs/x/download")
WANTED: Final = {"data_type": "user", "record_count": 100}
OWN: Final = "a-key-of-ones-own-0123456789"

Start = Callable[..., Running]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Start]:
    """Start a gateway over files; whoever starts here needs no other service."""
    cluster = Cluster(
        tmp_path, {f"SYNDATA_{name}_URL": f"file://{tmp_path}/{name}" for name in ("BUS", "STORE", "OBJECTS")}
    )
    yield lambda **variables: cluster.start("gateway", **variables)
    cluster.end()


def opened(place: Place, paths: tuple[str, ...]) -> set[bool]:
    """Whether paths let in: what is behind may be nothing."""
    return {place.get(path).status != 401 for path in paths}


@pytest.mark.parametrize("key", [KEY, DOCUMENTED])
def test_in_development_the_documented_key_opens_backend_in_every_way_a_key_is_sent(up: Place, key: str) -> None:
    nobody = with_key(up, None)

    assert opened(with_key(up, key), BACKEND) == {True}
    assert nobody.get("/api/jobs", Authorization=f"Bearer {key}").status == 200
    assert nobody.get(f"/api/jobs?api_key={key}").status == 200
    assert nobody.get(f"/api/jobs?page=1&api_key={key}&page_size=2").good()["page_size"] == 2
    assert nobody.post(f"/api/generate?api_key={key}", WANTED).good()["status"] == "pending"


@pytest.mark.parametrize(
    "query", ["", "api_key=", "api_key=wrong", "api_key=%ff%00", "API_KEY=" + DOCUMENTED, "apikey=" + DOCUMENTED]
)
def test_backend_opens_to_no_other_key_and_not_before_the_key_is_right(up: Place, query: str) -> None:
    """Nothing of a body or a path is told to whoever has none."""
    nobody = with_key(up, None)
    for path in BACKEND:
        told = nobody.get(f"{path}?{query}").refusal(401)
        assert DOCUMENTED not in str(told)
    nobody.post(f"/api/generate?{query}", b"{").refusal(401)
    nobody.post(f"/api/templates?{query}", {}).refusal(401)


def test_a_key_that_is_given_twice_is_refused(up: Place) -> None:
    with_key(up, None).get(f"/api/jobs?api_key={DOCUMENTED}&api_key={DOCUMENTED}").refusal(400)


def test_the_documented_key_opens_nothing_else(up: Place) -> None:
    for path in ("/api/v1/jobs", "/api/v1/schemas", f"/api/v1/jobs?api_key={DOCUMENTED}"):
        assert with_key(up, DOCUMENTED).get(path).status == 401
    assert up.get(f"/api/v1/jobs?api_key={KEY}").status == 422, "our own API takes no key in an address"


def test_health_and_pages_are_open_to_all(up: Place) -> None:
    nobody = with_key(up, None)

    assert nobody.get("/health").good()["status"] == "healthy"
    for page in ("/docs", "/redoc"):
        shown = nobody.get(page)
        assert (shown.status, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert b"<code>/api/generate</code>" in shown.body


@pytest.mark.parametrize("variables", [{"ENVIRONMENT": "production"}, {"SYNDATA_ENVIRONMENT": "production"}])
def test_in_production_every_dialect_asks_for_a_key_of_ours(gateway: Start, variables: dict[str, str]) -> None:
    place = Place(gateway(**variables).port, KEY)

    assert opened(place, (*BACKEND, *STUDIO)) == {True}
    assert place.get(f"/api/jobs?api_key={KEY}").status == 200
    for key in (None, DOCUMENTED, "wrong"):
        assert opened(with_key(place, key), (*BACKEND, *STUDIO)) == {False}
    assert with_key(place, None).get(f"/api/jobs?api_key={DOCUMENTED}").status == 401
    with_key(place, None).post("/jobs/create", {}).refusal(401)
    described = place.get("/api/v1/openapi.json").document["paths"]
    assert all(operation.get("security") for path in described.values() for operation in path.values()
               if operation["tags"] != ["health"])  # fmt: skip


def test_up_asks_for_keys_in_production_too(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, {"ENVIRONMENT": "production"})
    try:
        place = Place(cluster.up(tmp_path / "data").port, KEY)
        assert opened(place, (*BACKEND, *STUDIO)) == {True}
        assert opened(with_key(place, DOCUMENTED), (*BACKEND, *STUDIO)) == {False}

        refused = cluster.up(tmp_path / "other", wait=False, SYNDATA_API_KEY=DOCUMENTED)
        assert refused.process.wait(60) == 3
        assert "everyone knows this key" in refused.log.read_text()
    finally:
        cluster.end()


def test_whoever_wants_keys_in_development_has_them(gateway: Start) -> None:
    place = Place(gateway(SYNDATA_OPEN_DIALECTS="false").port, None)

    assert opened(place, (*BACKEND, *STUDIO)) == {False}
    assert opened(with_key(place, DOCUMENTED), (*BACKEND, *STUDIO)) == {False}
    assert opened(with_key(place, KEY), (*BACKEND, *STUDIO)) == {True}


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"SYNDATA_HOST": "0.0.0.0"}, True),  # noqa: S104 -- that is what is warned of
        ({"SYNDATA_HOST": "0.0.0.0", "SYNDATA_OPEN_DIALECTS": "false"}, False),  # noqa: S104
        ({"SYNDATA_HOST": "0.0.0.0", "SYNDATA_ENVIRONMENT": "production"}, False),  # noqa: S104
        ({}, False),
    ],
)
def test_who_opens_dialects_to_a_network_is_told(gateway: Start, variables: dict[str, str], told: bool) -> None:
    assert ("whoever reaches this address" in gateway(**variables).log.read_text()) == told


@pytest.mark.parametrize(
    "variables",
    [
        {"SYNDATA_API_KEY": DOCUMENTED, "ENVIRONMENT": "production"},
        {"SYNDATA_API_KEY": f"{OWN},{DOCUMENTED}", "SYNDATA_ENVIRONMENT": "production"},
    ],
)
def test_a_gateway_refuses_to_start_in_production_with_the_key_that_everyone_knows(
    gateway: Start, variables: dict[str, str]
) -> None:
    one = gateway(wait=False, **variables)

    assert one.process.wait(60) == 3
    assert "everyone knows this key" in one.log.read_text()
    assert OWN not in one.log.read_text()


def test_limits_are_set_by_the_documented_variables_and_must_make_sense(gateway: Start) -> None:
    first = gateway(MIN_RECORDS="5", MAX_RECORDS="50")
    place = Place(first.port, KEY)
    told = place.get("/api/data-types").good()["data_types"][0]
    assert (told["min_records"], told["max_records"]) == (5, 50)
    assert "5 to 50" in place.post("/api/generate", {**WANTED, "record_count": 51}).refusal(400)["detail"]

    first.terminate()
    one = gateway(wait=False, MIN_RECORDS="51", MAX_RECORDS="50")
    assert one.process.wait(60) == 3
    assert "SYNDATA_MIN_RECORDS" in one.log.read_text()


def test_what_changes_nothing_is_told_once_at_the_start_by_name_and_never_by_value(gateway: Start) -> None:
    ignored = {"REDIS_URL": "redis://:canary-51@h", "SECRET_KEY": "canary-52", "STORAGE_PATH": "./canary"}
    one = gateway(**ignored, JOB_CLEANUP_DAYS="7")
    log = one.log.read_text()

    assert [log.count(f'"variable": "{name}"') for name in ignored] == [1, 1, 1]
    assert "JOB_CLEANUP_DAYS" not in log
    assert "canary" not in log


def test_a_key_in_an_address_reaches_no_log_line_no_metric_and_no_span(tmp_path: Path) -> None:
    """Right ones and wrong ones, where they are taken and where not; the log is at its most talkative."""
    collector = Collector()
    cluster = Cluster(
        tmp_path, {"SYNDATA_LOG_LEVEL": "debug", "SYNDATA_TRACES_URL": f"http://127.0.0.1:{collector.port}"}
    )
    try:
        one = cluster.up(tmp_path / "data", SYNDATA_API_KEY=OWN)
        place = Place(one.port)
        told: list[Any] = []
        for key in (OWN, DOCUMENTED, "canary-key-of-nobody"):
            paths = ("/api/jobs", "/api/jobs/x", "/api/nothing", "/api/v1/jobs", "/jobs", "/health", "/nothing")
            told += [place.get(f"{path}?api_key={key}") for path in paths]
            told.append(place.post(f"/api/generate?api_key={key}", WANTED))
            told.append(place.post(f"/api/generate?api_key={key}", b"{"))
        counted = request(one.port, "GET", "/metrics")[1]
        assert one.terminate() == 0
        log, spans = one.log.read_bytes(), collector.bodies()

        assert b"/api/generate" in log
        assert b"/api/generate" in spans
        for text in (log, spans, counted, *(answer.body for answer in told)):
            assert not [key for key in (OWN, DOCUMENTED, "canary") if key.encode() in text]
    finally:
        cluster.end()
        collector.end()
