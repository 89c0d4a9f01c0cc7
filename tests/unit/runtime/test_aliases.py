"""Variables of other systems' documents: heeded where ours are not set, with the same rules, and told of when they change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from syndata_contracts.errors import Refused
from syndata_runtime.aliases import ALIASES, tell_ignored
from syndata_runtime.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for alias in ALIASES:
        monkeypatch.delenv(alias.name, raising=False)
        monkeypatch.delenv(f"SYNDATA_{alias.setting or 'x'}".upper(), raising=False)


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("MIN_RECORDS", "10", "min_records", 10),
        ("MAX_RECORDS", "5000000", "max_records", 5_000_000),
        ("MAX_FILE_AGE_DAYS", "7", "keep_files_days", 7.0),
        ("JOB_CLEANUP_DAYS", "7", "keep_jobs_days", 7.0),
        ("LOG_LEVEL", "INFO", "log_level", "info"),
        ("LOG_LEVEL", "WARN", "log_level", "warning"),
        ("LOG_LEVEL", "CRITICAL", "log_level", "error"),
        ("ENVIRONMENT", "Production", "environment", "production"),
        ("ENVIRONMENT", "dev", "environment", "development"),
        ("TEMP_PATH", "/var/tmp", "scratch", "/var/tmp"),  # noqa: S108 -- no file is made
    ],
)
def test_a_variable_sets_what_it_means_here(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, setting: str, expected: object
) -> None:
    monkeypatch.setenv(variable, value)

    assert getattr(Settings(), setting) == expected


def test_a_key_is_a_key_by_its_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "by-another-name")
    key = read_settings().api_key

    assert key is not None
    assert key.get_secret_value() == "by-another-name"
    assert "by-another-name" not in repr(read_settings())


def test_ours_wins_wherever_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIN_RECORDS", "1")
    monkeypatch.setenv("MAX_RECORDS", "2")
    monkeypatch.setenv("SYNDATA_MAX_RECORDS", "3")
    (tmp_path / "syndata_min_records").write_text("4")
    monkeypatch.setenv("SYNDATA_SECRETS_DIR", str(tmp_path))

    settings = read_settings()

    assert (settings.min_records, settings.max_records) == (4, 3)
    assert read_settings(min_records=9).min_records == 9


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MIN_RECORDS", "many"),
        ("MAX_RECORDS", "-1"),
        ("MAX_FILE_AGE_DAYS", "-1"),
        ("JOB_CLEANUP_DAYS", "1e9"),
        ("LOG_LEVEL", "loud"),
        ("ENVIRONMENT", "staging"),
    ],
)
def test_a_wrong_value_is_refused_by_the_variables_own_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(Refused) as refused:
        read_settings()

    assert [fault.path for fault in refused.value.faults] == [variable]
    assert value not in str(refused.value)


@pytest.mark.parametrize("alias", ALIASES, ids=lambda alias: alias.name)
def test_an_empty_one_says_nothing(monkeypatch: pytest.MonkeyPatch, alias: object) -> None:
    before = Settings()
    monkeypatch.setenv(alias.name, " ")  # type: ignore[attr-defined] # pytest hands it over as an object

    assert Settings() == before


def test_what_changes_nothing_is_warned_of_and_what_does_is_not() -> None:
    with structlog.testing.capture_logs() as lines:
        tell_ignored(
            {"REDIS_URL": "redis://:secret@h", "MIN_RECORDS": "5", "LOG_LEVEL": "info", "SYNDATA_LOG_LEVEL": "debug"}
        )

    assert {(line["variable"], line["log_level"]) for line in lines} == {
        ("REDIS_URL", "warning"),
        ("LOG_LEVEL", "warning"),
    }
    assert "secret" not in str(lines)
    assert "SYNDATA_LOG_LEVEL is set" in str(lines)


def test_every_one_is_told_once_and_sets_something_or_says_why_not() -> None:
    assert len({alias.name for alias in ALIASES}) == len(ALIASES)
    assert all(bool(alias.setting) != bool(alias.why) for alias in ALIASES)
    assert all(alias.setting in Settings.model_fields for alias in ALIASES if alias.setting)
