"""Downloads, with a server that does what servers should not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from syndata.client.errors import Damaged
from syndata.client.steps import Answer
from syndata.client.verbs import Verbs
from syndata_contracts.digests import digest, digest_of_digests
from syndata_contracts.errors import Defect, Refused, Unavailable
from syndata_contracts.manifest import Manifest, PartRecord, TableRecord
from tests.unit.client.performing import BROKEN, ID, JOB, URL, Played, problem, stream, success

PARTS = [b"a,b\n1,2\n", b"3,4\n", b"5,6\n7,8\n"]
BODY = b"".join(PARTS)
PLAN = b'{"a": "plan"}\n'


def made(name: str = "t.csv") -> Manifest:
    """The manifest of one table."""
    records = tuple(PartRecord(rows=1, bytes=len(part), digest=digest(part, "blake3")) for part in PARTS)
    closing = PartRecord(rows=0, bytes=0, digest=digest(b"", "blake3"))
    whole = digest_of_digests([one.digest for one in (*records, closing)], "blake3")
    table = TableRecord(name="t", file=name, rows=3, bytes=len(BODY), parts=records, closing=closing, digest=whole)
    return Manifest(plan=digest(PLAN, "blake3"), output_format="csv", engine="1", tables=(table,))


def opening(manifest: Manifest) -> list[Answer]:
    """The job, the list of its files, the manifest."""
    files = [
        {"name": manifest.tables[0].file, "bytes": len(BODY)},
        {"name": "plan.json", "bytes": len(PLAN)},
        {"name": "manifest.json", "bytes": len(manifest.to_bytes())},
    ]
    job = success({**JOB, "state": "completed", "plan": manifest.plan})
    return [job, success({"files": files}), Answer(200, {}, manifest.to_bytes())]


def download(directory: Path, *answers: Any, patience: float = 30.0) -> Played:
    return Played(Verbs(URL, patience).download(ID, directory), *opening(made()), *answers)


def rest_of(start: int) -> Answer:
    return stream("text/csv", 206, **{"content-range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"})


def asked_from(played: Played) -> list[str | None]:
    """Where each request of the table's file began."""
    return [one.headers.get("Range") for one in played.asked if one.path.endswith("/t.csv")]


def assert_whole(directory: Path) -> None:
    assert {path.name for path in directory.iterdir()} == {"t.csv", "plan.json", "manifest.json"}
    assert (directory / "t.csv").read_bytes() == BODY
    assert (directory / "plan.json").read_bytes() == PLAN
    assert (directory / "manifest.json").read_bytes() == made().to_bytes()


def test_a_broken_file_goes_on_at_the_byte_where_it_broke(tmp_path: Path) -> None:
    played = download(
        tmp_path, stream(), BODY[:5], BROKEN, BROKEN, rest_of(5), BODY[5:9], b"", problem(503), rest_of(9), BODY[9:],
        b"", stream(), PLAN, b"",
    )  # fmt: skip

    assert asked_from(played) == [None, "bytes=5-", "bytes=5-", "bytes=9-", "bytes=9-"]
    assert_whole(tmp_path)


def test_a_server_that_knows_no_ranges_sends_all_again(tmp_path: Path) -> None:
    download(tmp_path, stream(), BODY[:9], BROKEN, stream(), BODY, b"", stream(), PLAN, b"")

    assert_whole(tmp_path)


def test_a_part_that_was_hurt_on_the_way_is_fetched_again(tmp_path: Path) -> None:
    hurt = bytearray(BODY)
    hurt[len(PARTS[0]) + 1] ^= 1
    start = len(PARTS[0])

    played = download(tmp_path, stream(), bytes(hurt), b"", rest_of(start), BODY[start:], b"", stream(), PLAN, b"")

    assert asked_from(played) == [None, f"bytes={start}-"]
    assert_whole(tmp_path)


def test_a_part_that_is_wrong_twice_is_damage_and_older_files_stay(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("older")
    wrong = BODY[:-2] + b"9\n"
    start = len(PARTS[0] + PARTS[1])

    with pytest.raises(Damaged, match=f"t.csv, part 2, bytes {start} to {len(BODY) - 1}: not what the manifest says"):
        download(tmp_path, stream(), wrong, b"", rest_of(start), wrong[start:], b"")

    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text() == "older"


def test_a_changed_plan_is_damage(tmp_path: Path) -> None:
    other = PLAN.replace(b"plan", b"plum")

    with pytest.raises(Damaged, match=r"plan\.json"):
        download(tmp_path, stream(), BODY, b"", stream(), other, b"", rest_of(0), other, b"")


def test_an_archive_is_held_against_the_digest_that_the_server_lists(tmp_path: Path) -> None:
    """The manifest lies inside and cannot tell it; one of an older server, without a digest, is taken as it is."""
    archive = b"packed"

    def fetched(told: dict[str, Any], *bodies: bytes) -> None:
        job, listed, manifest = opening(made())
        files = [*json.loads(listed.body)["data"]["files"], {"name": "archive.zip", "bytes": len(archive), **told}]
        answers: list[Any] = [stream(), BODY, b"", stream(), PLAN, b""]
        for body in bodies:
            answers += [stream(), body, b""]
        Played(Verbs(URL, 30.0).download(ID, tmp_path), job, success({"files": files}), manifest, *answers)

    with pytest.raises(Damaged, match=r"archive\.zip, bytes 0 to 5"):
        fetched({"digest": digest(archive, "blake3")}, b"spoilt", b"spoilt")
    fetched({"digest": digest(archive, "blake3")}, archive)
    assert (tmp_path / "archive.zip").read_bytes() == archive
    fetched({}, b"spoilt")


def test_more_bytes_than_there_should_be_are_damage(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="more bytes than the manifest names"):
        download(tmp_path, stream(), BODY + b"9", b"")


def test_a_changed_manifest_is_damage(tmp_path: Path) -> None:
    job, files, manifest = opening(made())
    changed = Answer(200, {}, manifest.body.replace(b"t.csv", b"u.csv"))

    with pytest.raises(Damaged, match="the manifest was changed"):
        Played(Verbs(URL, 30.0).download(ID, tmp_path), job, files, changed)


def test_a_manifest_of_another_plan_is_damage(tmp_path: Path) -> None:
    _, files, manifest = opening(made())

    with pytest.raises(Damaged, match="of another plan"):
        Played(Verbs(URL, 30.0).download(ID, tmp_path), success({**JOB, "plan": "other"}), files, manifest)


def test_a_line_that_stays_broken_ends_the_download_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="broken"):
        download(tmp_path / "new", stream(), BODY[:5], BROKEN, patience=0.0)

    assert not (tmp_path / "new").exists()


def test_a_server_in_need_of_rest_is_left_alone_as_long_as_it_says(tmp_path: Path) -> None:
    busy = problem(503, headers={"retry-after": "7"})

    played = download(tmp_path, busy, stream(), BODY, b"", stream(), PLAN, b"")

    assert played.rests == [7.0]


def test_a_server_that_fails_ends_the_download(tmp_path: Path) -> None:
    with pytest.raises(Defect):
        download(tmp_path, problem(500))


@pytest.mark.parametrize("name", ["../t.csv", "/etc/passwd", ".hidden", "a\\b", "", "a\0b"])
def test_a_server_cannot_write_outside_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="do not trust this server"):
        Played(Verbs(URL, 30.0).download(ID, tmp_path / "out"), *opening(made(name)))

    assert not (tmp_path / "out").exists()
