"""Bodies that nobody sends by accident: each is taken or refused in words, none is a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.e2e.dialects.asked import Place
from tests.e2e.hostile.test_bodies import JSON_VALUES

pytestmark = pytest.mark.slow

WORDS = st.sampled_from(
    ["data_type", "record_count", "output_format", "seed", "schema", "fields", "total_rows", "chunk_size", "name", "schema_fields",
     "field_type", "type", "constraints", "nullable", "description", "action", "job_id", "user_input"]
)  # fmt: skip
KNOWN = st.sampled_from(["user", "csv", 100, 1000, "uuid", "email", "pause", True]) | JSON_VALUES
INSIDE = st.dictionaries(WORDS, KNOWN, max_size=5)
BODIES = st.dictionaries(
    WORDS, KNOWN | st.lists(INSIDE, max_size=3) | st.fixed_dictionaries({"fields": st.lists(INSIDE)}), max_size=6
)
PATHS = (
    "/api/generate",
    "/api/templates",
    "/jobs/create",
    "/schema/extract",
    "/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a/control",
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES | JSON_VALUES | st.binary(max_size=100))
@pytest.mark.parametrize("path", PATHS)
def test_any_body_is_taken_or_refused_in_the_shape_of_dialects(up: Place, path: str, body: Any) -> None:
    answer = up.post(path, body if isinstance(body, bytes) else json.dumps(body).encode())

    if answer.status >= 300:
        assert answer.status in {400, 404, 409}
        answer.refusal(answer.status)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(st.fixed_dictionaries(
    {"name": st.text(max_size=10), "type": st.sampled_from(["uuid", "string", "email", "integer", "float", "date", "enum", "x"])},
    optional={"constraints": st.dictionaries(st.sampled_from(["min_value", "max_value", "enum", "pattern", "min_length"]), KNOWN, max_size=2)},
), max_size=4))  # fmt: skip
def test_any_list_of_fields_is_made_or_refused(up: Place, fields: list[dict[str, Any]]) -> None:
    answer = up.post("/jobs/create", {"schema": {"fields": fields}, "total_rows": 2})

    if answer.status == 200:
        job = answer.document["job_id"]
        up.until(f"/jobs/{job}/status", lambda seen: seen["status"] in {"completed", "failed"})
        assert up.get(f"/jobs/{job}/status").good()["status"] == "completed"
        assert len(up.get(f"/jobs/{job}/preview").good()["data"]) == 2
    else:
        assert answer.refusal(400)["errors"]
