"""Pages made from code say what the code says, and all of it."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel, SecretStr

from syndata_runtime.metrics import REGISTRY
from syndata_runtime.settings import Settings
from syndata_runtime.topology import QUEUES
from tests.unit.docs import messages, metrics, settings
from tests.unit.docs.sources import RUNTIME, SERVICES, attributes_of, calls, trees

PAGES = (messages, metrics, settings)


@pytest.mark.parametrize("made", PAGES, ids=lambda made: str(made.PAGE.name))
def test_the_page_is_not_stale(made: ModuleType) -> None:
    assert made.PAGE.read_text() == made.page(), f"run: python -m {made.__name__}"


@pytest.mark.parametrize(
    "model", [*messages.MESSAGES, *messages.EVENTS, *messages.SHAPES], ids=lambda one: one.__name__
)
def test_every_field_of_every_message_has_a_meaning(model: type[BaseModel]) -> None:
    text = messages.page()
    for field in model.model_fields:
        if field != "type":
            assert f"| `{field}` |" in text
            assert len(messages.meaning(model, field)) > 5


def test_no_meaning_is_kept_of_a_field_that_is_gone() -> None:
    models = (*messages.MESSAGES, *messages.EVENTS, *messages.SHAPES)
    fields = {f"{model.__name__}.{field}" for model in models for field in model.model_fields}
    names = {field.partition(".")[2] for field in fields}

    assert [name for name in messages.MEANINGS if name not in fields | names] == []
    assert set(messages.SENDERS) == {messages.name_of(model) for model in messages.MESSAGES}
    assert set(messages.TELLERS) == {messages.name_of(model) for model in messages.EVENTS}


def test_every_queue_has_one_service_that_takes_from_it() -> None:
    assert sorted(one.queue.name for one in messages.taken()) == sorted(queue.name for queue in QUEUES)


@pytest.mark.parametrize("model", messages.MESSAGES, ids=lambda one: one.__name__)
def test_who_makes_a_message_is_named_as_its_sender(model: type[BaseModel]) -> None:
    makers = [service for service in SERVICES if calls(f"services/syndata_{service}", model.__name__)]
    stated = messages.SENDERS[messages.name_of(model)]

    assert [service for service in makers if service not in stated] == []
    assert makers or calls(RUNTIME, model.__name__), "nobody makes it"


@pytest.mark.parametrize("model", messages.EVENTS, ids=lambda one: one.__name__)
def test_who_makes_an_event_is_named_as_its_teller(model: type[BaseModel]) -> None:
    makers = [service for service in SERVICES if calls(f"services/syndata_{service}", model.__name__)]

    assert [service for service in makers if service not in messages.TELLERS[messages.name_of(model)]] == []


def test_every_metric_is_counted_somewhere_and_every_label_is_explained() -> None:
    used = {name for folder in (RUNTIME, "services") for name in attributes_of(folder, "metrics")} | {"READY"}
    labels = {label for one in metrics.collectors().values() for label in one._labelnames}

    assert [name for name in metrics.collectors() if metrics.COUNTED_THROUGH.get(name, name) not in used] == []
    assert labels == set(metrics.LABELS)


def test_whatever_a_service_shows_of_ours_is_on_the_page() -> None:
    """Read as Prometheus reads it, so that nothing is missed that is counted in some other way."""
    shown = {family.name for family in text_string_to_metric_families(generate_latest(REGISTRY).decode())}
    ours = {name for name in shown if name.startswith("syndata_") and not name.endswith("_created")}
    text = metrics.PAGE.read_text()

    assert {"syndata_memory_used_bytes", "syndata_memory_limit_bytes"} <= ours
    assert [name for name in sorted(ours) if not re.search(rf"^\| `{name}(_total)?` \|", text, re.MULTILINE)] == []


def test_every_variable_that_the_code_reads_is_on_the_page() -> None:
    """Whatever in our code looks like one of our variables is a setting or explained beside them."""
    text = settings.PAGE.read_text()
    named = set()
    for folder in ("libs/syndata_runtime", "services"):
        for path, _ in trees(folder):
            named |= set(re.findall(r"SYNDATA_[A-Z][A-Z_]*[A-Z]", path.read_text()))

    assert [name for name in sorted(named) if f"| `{name}` |" not in text] == []


def test_every_setting_is_read_by_someone_and_has_a_meaning() -> None:
    asked = attributes_of(RUNTIME, "settings") | attributes_of("services", "settings") | set(settings._OF_NEEDS)

    assert [name for name in Settings.model_fields if name not in asked] == []
    assert all(field.description for field in Settings.model_fields.values())


def test_no_default_of_a_secret_is_on_the_page() -> None:
    text = settings.PAGE.read_text()
    secrets = [field.default for field in Settings.model_fields.values() if isinstance(field.default, SecretStr)]
    credentials = [secret.get_secret_value().rpartition("@")[0].rpartition("/")[2] for secret in secrets]

    assert len(secrets) == 3
    known = [one for pair in credentials if pair for one in (pair, pair.partition(":")[2])]
    assert known
    assert [one for one in known if one in text] == []
