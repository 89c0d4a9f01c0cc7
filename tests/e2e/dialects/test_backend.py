"""The dialect `backend`, by its documents: records by number, kept templates, one file."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, Final
from uuid import UUID

import pytest

import syndata
from tests.e2e.dialects.asked import DOCUMENTED, Place, with_key

USER: Final = (
    "id, first_name, last_name, full_name, email, phone, date_of_birth, age, gender, street_address, city, state, postal_code, country, username, "
    "job_title, company, salary, created_at, is_active"
)
ECOMMERCE: Final = (
    "order_id, transaction_id, customer_id, customer_email, product_id, product_name, product_category, quantity, unit_price, discount_percent, subtotal, "
    "tax_amount, shipping_cost, total_amount, currency, payment_method, order_status, shipping_method, shipping_address, order_date, shipped_date, delivered_date"
)
COMPANY: Final = (
    "id, company_name, trading_name, industry, sub_industry, company_type, founded_year, employee_count, size_category, annual_revenue, revenue_growth_percent, "
    "market_cap, stock_symbol, stock_exchange, headquarters_address, headquarters_city, headquarters_country, website, email, phone, ceo_name, description, "
    "is_active, created_at"
)
FIELDS: Final = {
    name: text.split(", ") for name, text in (("user", USER), ("ecommerce", ECOMMERCE), ("company", COMPANY))
}
CONTACTS: Final = {
    "name": "Contacts of ours",
    "description": "People who wrote to us",
    "schema_fields": [
        {"name": "id", "field_type": "uuid", "nullable": False},
        {"name": "full_name", "field_type": "name", "nullable": False},
        {"name": "email", "field_type": "email", "nullable": True},
        {"name": "age", "field_type": "integer"},
    ],
}


def made(place: Place, **wanted: Any) -> str:
    """A job that is completed."""
    created = place.post("/api/generate", {"data_type": "user", "record_count": 100, **wanted}).good()
    ended = place.until(f"/api/jobs/{created['job_id']}", lambda job: job["status"] in {"completed", "failed"})
    assert ended["status"] == "completed", ended
    return str(created["job_id"])


def test_story_of_a_thousand_companies(place: Place) -> None:
    """Asked for, watched, found in the list, downloaded: and they are the rows that everyone gets."""
    created = place.post(
        "/api/generate", {"data_type": "company", "record_count": 1000, "output_format": "json"}
    ).good()
    assert created == {
        "job_id": str(UUID(created["job_id"])),
        "message": "Job created successfully. Generating 1000 company records.",
        "status": "pending",
    }
    path = f"/api/jobs/{created['job_id']}"

    seen = place.until(path, lambda job: job["status"] == "completed")

    assert list(seen) == ["id", "status", "progress", "error_message", "created_at", "started_at", "completed_at"]
    assert seen["id"] == created["job_id"]
    assert seen["progress"] == 100.0
    assert b'"progress": 100.0' in place.get(path).body, "a float, whatever it is"
    assert seen["error_message"] is None
    assert seen["created_at"] <= seen["started_at"] <= seen["completed_at"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", seen[name]) for name in seen if name.endswith("_at"))

    listed = place.get("/api/jobs?status=completed&page=1&page_size=5").good()
    assert listed["jobs"][0] == seen
    assert (listed["page"], listed["page_size"]) == (1, 5)

    file = place.get(f"{path}/download")
    rows = file.document
    assert file.headers["content-disposition"].startswith('attachment; filename="companies.json"')
    assert len(rows) == 1000
    assert list(rows[0]) == FIELDS["company"]
    here = syndata.generate("company", rows=1000)["companies"].column("company_name").to_pylist()
    assert [row["company_name"] for row in rows] == here


def test_story_of_a_template(place: Place) -> None:
    """Kept, listed, seen as a schema by everyone, and asked for like any data type."""
    kept = place.post("/api/templates", CONTACTS).good(201)
    assert {name: kept[name] for name in CONTACTS} == CONTACTS
    assert kept["id"] == "contacts-of-ours"
    again = place.post("/api/templates", {**CONTACTS, "description": "All of them"}).good(201)
    assert again["version"] == kept["version"] + 1

    listed = place.get("/api/templates").good()
    assert [one for one in listed["templates"] if one["id"] == kept["id"]] == [again]
    assert listed["total"] == len(listed["templates"])
    assert place.get(f"/api/templates/{kept['id']}").good() == again
    schema = place.get(f"/api/v1/schemas/{kept['id']}").good()["data"]
    assert json.loads(schema["config"])["schema_fields"] == CONTACTS["schema_fields"]
    assert "template" not in schema

    job = made(place, data_type=kept["id"], record_count=250, output_format="csv")
    file = place.get(f"/api/jobs/{job}/download")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(file.body.decode())))
    assert len(rows) == 250
    assert len({UUID(row["id"]) for row in rows}) == 250
    assert all("@" in row["email"] and int(row["age"]) >= 0 for row in rows)


def test_a_template_is_asked_for_by_its_name_too(up: Place) -> None:
    up.post("/api/templates", CONTACTS).good(201)

    created = up.post("/api/generate", {"data_type": CONTACTS["name"], "record_count": 100}).good()

    assert created["message"] == "Job created successfully. Generating 100 Contacts of ours records."


def test_every_data_type_has_the_documented_fields_and_files_have_them_in_their_order(up: Place) -> None:
    told = {one["name"]: one for one in up.get("/api/data-types").good()["data_types"]}

    assert {name: one["fields"] for name, one in told.items()} == FIELDS
    assert [len(one) for one in FIELDS.values()] == [20, 22, 24]
    for name, one in told.items():
        assert (one["min_records"], one["max_records"]) == (100, 1_000_000)
        file = up.get(f"/api/jobs/{made(up, data_type=name)}/download").body.decode()
        assert file.splitlines()[0].split(",") == FIELDS[name]


def test_a_jobs_id_is_taken_in_any_form(up: Place) -> None:
    job = made(up)

    for form in (job.upper(), job.replace("-", ""), f"job_{job}"):
        assert up.get(f"/api/jobs/{form}").good()["id"] == job


def test_a_download_goes_on_where_it_broke(up: Place) -> None:
    path = f"/api/jobs/{made(up)}/download"
    whole = up.get(path)
    rest = up.get(path, Range="bytes=1000-")
    head = up.ask("HEAD", path)

    assert whole.status == 200
    assert (
        whole.headers["content-disposition"] == "attachment; filename=\"customers.csv\"; filename*=UTF-8''customers.csv"
    )
    assert (rest.status, rest.body) == (206, whole.body[1000:])
    assert head.headers["content-length"] == str(len(whole.body))
    assert up.get(path, If_None_Match=whole.headers["etag"]).status == 304
    refused = up.get(path, Range=f"bytes={len(whole.body)}-")
    assert refused.headers["content-range"] == f"bytes */{len(whole.body)}"
    refused.refusal(416)


def test_another_seed_has_other_records_and_the_same_one_the_same(up: Place) -> None:
    bodies = [up.get(f"/api/jobs/{made(up, seed=seed)}/download").body for seed in (0, 7, 0)]

    assert bodies[0] == bodies[2] != bodies[1]


def test_what_others_made_is_seen_and_fetched_by_table(up: Place) -> None:
    """A job of several tables has no single file."""
    job = up.post("/api/v1/jobs", {"preset": "iot", "rows": 20}).good(202)["data"]["id"]
    up.until(f"/api/jobs/{job}", lambda seen: seen["status"] == "completed")

    assert "devices" in up.get(f"/api/jobs/{job}/download").refusal(400)["detail"]
    assert up.get(f"/api/jobs/{job}/download?table=devices").body.startswith(b"device_id,")
    up.get(f"/api/jobs/{job}/download?table=nothing").refusal(404)


def test_a_job_that_rests_or_was_cancelled_elsewhere_is_told_in_words_that_its_clients_know(up: Place) -> None:
    job = up.post("/api/generate", {"data_type": "user", "record_count": 1_000_000}).good()["job_id"]
    up.post(f"/api/v1/jobs/{job}/pause", None)
    resting = up.get(f"/api/jobs/{job}").good()
    up.get(f"/api/jobs/{job}/download").refusal(409)
    up.post(f"/api/v1/jobs/{job}/cancel", None)
    ended = up.get(f"/api/jobs/{job}").good()

    assert (resting["status"], resting["completed_at"]) == ("processing", None)
    assert resting["progress"] < 100
    assert (ended["status"], ended["error_message"]) == ("failed", "the job was cancelled")
    assert ended["completed_at"]
    up.get(f"/api/jobs/{job}/download").refusal(409)


def test_pages_follow_each_other_and_count_all(up: Place) -> None:
    for _ in range(3):
        made(up)
    total = up.get("/api/jobs?page_size=1").good()["total"]
    pages = [up.get(f"/api/jobs?page={number}&page_size=2").good()["jobs"] for number in range(1, total // 2 + 2)]
    listed = [job["id"] for page in pages for job in page]

    assert len(listed) == len(set(listed)) == total
    assert listed == sorted(listed, reverse=True)
    assert up.get(f"/api/jobs?page={total + 1}&page_size=200").good()["jobs"] == []
    assert all(job["status"] == "failed" for job in up.get("/api/jobs?status=failed").good()["jobs"])
    assert up.get("/api/jobs?status=pending").good()["jobs"] == []


WRONG_JOBS: Final[list[tuple[Any, str, str]]] = [
    ({}, "data_type", "required"),
    ({"data_type": "user"}, "record_count", "required"),
    ({"data_type": "user", "record_count": 99}, "record_count", "too few"),
    ({"data_type": "user", "record_count": 0}, "record_count", "too few"),
    ({"data_type": "user", "record_count": -5}, "record_count", "too few"),
    ({"data_type": "user", "record_count": 1_000_001}, "record_count", "too many"),
    ({"data_type": "user", "record_count": 10**30}, "record_count", "too many"),
    ({"data_type": "user", "record_count": "100"}, "record_count", "integer"),
    ({"data_type": "user", "record_count": 100.5}, "record_count", "integer"),
    ({"data_type": "user", "record_count": True}, "record_count", "integer"),
    ({"data_type": "user", "record_count": None}, "record_count", "integer"),
    ({"data_type": "users", "record_count": 100}, "data_type", "no data type"),
    ({"data_type": "iot", "record_count": 100}, "data_type", "no data type"),
    ({"data_type": "", "record_count": 100}, "data_type", "at least 1"),
    ({"data_type": "../../etc", "record_count": 100}, "data_type", "no data type"),
    ({"data_type": "x" * 200, "record_count": 100}, "data_type", "at most"),
    ({"data_type": 7, "record_count": 100}, "data_type", "string"),
    ({"data_type": "user", "record_count": 100, "output_format": "parquet"}, "output_format", "csv"),
    ({"data_type": "user", "record_count": 100, "output_format": "sql"}, "output_format", "csv"),
    ({"data_type": "user", "record_count": 100, "output_format": "CSV"}, "output_format", "csv"),
    ({"data_type": "user", "record_count": 100, "seed": -1}, "seed", "greater"),
    ({"data_type": "user", "record_count": 100, "format": "csv"}, "format", "not permitted"),
    ([], "", "dictionary"),
    (b"", "", "required"),
    (b"{", "", "not JSON"),
    (b'{"data_type": "user", "data_type": "company", "record_count": 100}', "", "twice"),
]


@pytest.mark.parametrize(("body", "path", "word"), WRONG_JOBS)
def test_a_wish_that_cannot_be_met_is_400_with_its_place(up: Place, body: Any, path: str, word: str) -> None:
    told = up.post("/api/generate", body).refusal(400)

    assert told["errors"][0]["path"] == path
    assert word in json.dumps(told["errors"][0])
    assert word in told["detail"] or len(told["errors"]) > 1, "clients that show nothing else show what is wrong"


WRONG_TEMPLATES: Final[list[tuple[dict[str, Any], str]]] = [
    ({"name": ""}, "at least 1"),
    ({"name": "a/b"}, "table name"),
    ({"name": 5}, "string"),
    ({"name": "User"}, "already"),
    ({"name": "x" * 129}, "at most"),
    ({"schema_fields": []}, "at least 1"),
    ({"schema_fields": {}}, "list"),
    ({"schema_fields": [{"name": "id"}]}, "required"),
    ({"schema_fields": [{"field_type": "uuid"}]}, "required"),
    ({"schema_fields": [{"name": "e", "field_type": "emial"}]}, "email"),
    ({"schema_fields": [{"name": "e", "field_type": "email"}, {"name": "e", "field_type": "uuid"}]}, "twice"),
    ({"schema_fields": [{"name": "e", "field_type": "email", "nullable": "no"}]}, "boolean"),
    ({"schema_fields": [{"name": "e", "field_type": "integer", "min_value": 9, "max_value": 1}]}, "9"),
    ({"schema_fields": [{"name": "e", "field_type": "email", "colour": "red"}]}, "colour"),
    ({"fields": []}, "not permitted"),
]


@pytest.mark.parametrize(("change", "word"), WRONG_TEMPLATES)
def test_a_template_that_could_make_nothing_is_400(up: Place, change: dict[str, Any], word: str) -> None:
    told = up.post("/api/templates", {**CONTACTS, **change}).refusal(400)

    assert word in json.dumps(told["errors"])


def test_names_that_differ_in_signs_only_do_not_take_each_others_place(up: Place) -> None:
    """Nor that of a schema which is no template."""
    up.post("/api/templates", CONTACTS).good(201)
    up.ask("PUT", "/api/v1/schemas/kept-by-others", {"preset": "user"})

    assert (
        "contacts-of-ours" in up.post("/api/templates", {**CONTACTS, "name": "contacts of OURS"}).refusal(409)["detail"]
    )
    up.post("/api/templates", {**CONTACTS, "name": "Kept by others"}).refusal(409)
    up.get("/api/templates/kept-by-others").refusal(404)
    up.post("/api/generate", {"data_type": "kept-by-others", "record_count": 100}).refusal(400)


def test_a_name_without_a_latin_letter_has_an_id_all_the_same(up: Place) -> None:
    kept = up.post("/api/templates", {**CONTACTS, "name": "連絡先"}).good(201)

    assert re.fullmatch(r"template-[0-9a-f]{32}", kept["id"])
    assert up.get(f"/api/templates/{kept['id']}").good()["name"] == "連絡先"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/jobs/12345", 404),
        ("GET", "/api/jobs/job_12345", 404),
        ("GET", f"/api/jobs/{'9' * 3000}", 404),
        ("GET", "/api/jobs/..%2f..%2fetc", 404),
        ("GET", "/api/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a", 404),
        ("GET", "/api/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a/download", 404),
        ("GET", "/api/templates/never-kept", 404),
        ("GET", "/api/templates/%2e%2e", 404),
        ("GET", "/api/jobs?status=running", 400),
        ("GET", "/api/jobs?page=0", 400),
        ("GET", "/api/jobs?page=one", 400),
        ("GET", "/api/jobs?page_size=201", 400),
        ("GET", "/api/jobs?page=51&page_size=200", 400),
        ("GET", "/api/jobs?page=1&page=2", 400),
        ("GET", "/api/jobs?stauts=failed", 400),
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a", 405),
        ("GET", "/api/generate", 405),
    ],
)
def test_what_is_not_there_or_means_nothing_is_told_in_its_own_shape(
    up: Place, method: str, path: str, status: int
) -> None:
    up.ask(method, path).refusal(status)


def test_a_path_knows_all_its_methods(up: Place) -> None:
    assert up.ask("DELETE", "/api/templates").headers["allow"] == "GET, POST"
    assert up.ask("PUT", "/api/generate").headers["allow"] == "POST"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_is_not_sent_as_json_is_415(up: Place, kind: str) -> None:
    body = b'{"data_type": "user", "record_count": 100}'

    assert "application/json" in up.post("/api/generate", body, Content_Type=kind).refusal(415)["detail"]


def test_a_body_that_is_too_large_is_413(up: Place) -> None:
    up.post("/api/generate", b" " * (33 << 20)).refusal(413)


def test_errors_of_our_own_api_keep_their_own_shape(up: Place) -> None:
    for path in ("/api/v1/jobs?limit=0", "/api/v1/nothing", "/api/v1"):
        assert up.get(path).headers["content-type"] == "application/problem+json"
    assert with_key(up, DOCUMENTED).get("/api/v1/jobs").status == 401
