"""An upgrade, and the way back: processes of two versions beside each other, and nobody who asked for a job notices."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.cluster import KEY, Cluster, call, eventually, pieces
from tests.chaos.datasets import made_by_one_worker
from tests.e2e.operated.stack import LONG, Client, counted, fresh, log_of, replaced, said, same_tables, started
from tests.e2e.operated.versions import NEWER, Version, two_versions
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow

ONLY_NEWER = """\
syndata: 1
tables:
  - table_name: shops
    rows: 1000
    columns: [{ name: site, type: str, rule: website }]
"""
"""A rule whose values the newer version makes in another way."""


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Version, Version]:
    """The older and the newer one."""
    return two_versions(tmp_path_factory.mktemp("newer"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one worker makes of the long job."""
    return made_by_one_worker(LONG, tmp_path_factory.mktemp("expected"))


def test_services_are_replaced_one_by_one_while_a_job_runs(
    private_servers: PrivateServers,
    versions: tuple[Version, Version],
    expected: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Forward, a step back, forward again: no answer is missed, no message dies, every byte is what it always is."""
    older, newer = versions
    cluster = fresh(private_servers, tmp_path / "logs")
    try:
        names = ("gateway", "gateway", "schema", "profiler", "generator", "generator", "export")
        running = started(cluster, *names, PYTHONPATH=older.path)
        gateways = running[:2]
        job = call(gateways[0].port, "POST", "/jobs", {"config": LONG})
        client = Client(KEY, gateways)
        with client.asking():
            eventually(lambda: call(gateways[1].port, "GET", f"/jobs/{job['id']}")["tasks_done"] > 0, 60, "a task")
            reached = []
            # Whoever makes and exports goes first, the door last; in between one generator goes back.
            for place, version in ((4, newer), (5, newer), (4, older), (6, newer), (4, newer), (2, newer), (3, newer),
                                   (0, newer), (1, newer)):  # fmt: skip
                running[place] = replaced(cluster, running[place], PYTHONPATH=version.path)
                gateways[:] = running[:2]
                reached.append(call(gateways[1].port, "GET", f"/jobs/{job['id']}")["progress"])
            eventually(
                lambda: call(gateways[0].port, "GET", f"/jobs/{job['id']}")["state"] == "completed", 90, "the end"
            )

        assert reached[0] < 1, "it was to be at work when the first was replaced, or this proves nothing"
        assert client.refused == []
        assert len(client.outcomes) > len(reached), "more jobs than replacements, so that all of them met with work"
        assert len(set(client.outcomes)) == 1, "every job is completed, with the same bytes"
        assert client.outcomes[0][0] == "completed"
        done = call(gateways[0].port, "GET", f"/jobs/{job['id']}")
        assert done["rows_done"] == done["rows"] == 1_000_000
        assert same_tables(gateways[0].port, job, expected)
        assert counted(running, "syndata_dead_letters_total") == 0
        made = {line["event"] for one in cluster.running if one.name == "generator" for line in log_of(one)}
        assert "task done" in made
        assert "work failed" not in made
        with capsys.disabled():
            print(f"\n{older.name} to {newer.name}: {len(client.outcomes)} jobs meanwhile, {client.longest:.1f} s at most; "
                  f"the long one when each was replaced: {', '.join(f'{one:.0%}' for one in reached)}")  # fmt: skip
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()


def test_what_only_newer_generators_can_make_waits_for_them(
    private_servers: PrivateServers, versions: tuple[Version, Version], tmp_path: Path
) -> None:
    """Asked for half way through an upgrade: it is neither failed nor made wrongly, but made when they are there."""
    if os.environ.get("SYNDATA_OLDER_TREE"):
        pytest.skip("which rules another checkout makes differently is not known")
    older, newer = versions
    cluster = fresh(private_servers, tmp_path / "logs")
    try:
        door, _, _ = started(cluster, "gateway", "schema", "export", PYTHONPATH=newer.path)
        (late,) = started(cluster, "generator", PYTHONPATH=older.path)
        job = call(door.port, "POST", "/jobs", {"config": ONLY_NEWER})
        eventually(said(late, "work is tried again"), 30, "the older generator leaves the task to others")
        why = [line["why"] for line in log_of(late) if line["event"] == "work is tried again"]
        assert f"syndata {older.name} cannot use this plan" in why[0]
        assert call(door.port, "GET", f"/jobs/{job['id']}")["state"] == "generating"

        replaced(cluster, late, PYTHONPATH=newer.path)
        eventually(lambda: call(door.port, "GET", f"/jobs/{job['id']}")["state"] == "completed", 60, "it is made")
        manifest = b"".join(pieces(door.port, f"/jobs/{job['id']}/files/manifest.json")).decode()
        assert f'"engine": "{NEWER}"' in manifest
        assert counted([door], "syndata_dead_letters_total") == 0
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()


def test_a_data_directory_of_the_version_before_is_taken_over_and_given_back(
    versions: tuple[Version, Version], expected: Path, tmp_path: Path
) -> None:
    """`syndata up`, ended while a job runs, goes on with the next version, and again with the one before."""
    older, newer = versions
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs", {"SYNDATA_STALL_SECONDS": "6", "SYNDATA_WINDOW": "1"})
    try:
        up = cluster.up(tmp_path / "data", PYTHONPATH=older.path)
        job = call(up.port, "POST", "/jobs", {"config": LONG})
        for version in (newer, older):
            eventually(lambda port=up.port: call(port, "GET", f"/jobs/{job['id']}")["tasks_done"] > 0, 60, "a task")  # type: ignore[misc]
            assert call(up.port, "GET", f"/jobs/{job['id']}")["state"] == "generating"
            assert up.terminate() == 0
            up = cluster.up(tmp_path / "data", PYTHONPATH=version.path)
        eventually(lambda: call(up.port, "GET", f"/jobs/{job['id']}")["state"] == "completed", 90, "completion")
        assert same_tables(up.port, job, expected)
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()
