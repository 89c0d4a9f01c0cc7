"""Keys of objects: every one is fit for every store, and no two things share one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from syndata_contracts import keys
from syndata_contracts.digests import digest
from syndata_contracts.errors import Defect
from syndata_contracts.schema import DEFINITION_FILES
from syndata_contracts.workspaces import DEFAULT_WORKSPACE, WorkspaceName
from syndata_objects.port import checked_key, checked_prefix
from tests.properties.profiles import examples

MOVES: Final = {"aside_key", "kept_key"}
"""They say where what has one key lies under another."""
MAKERS: Final[dict[str, Callable[..., str]]] = {
    name: maker
    for name, maker in vars(keys).items()
    if inspect.isfunction(maker)
    and maker.__module__ == keys.__name__
    and not name.startswith("_")
    and name not in MOVES
}
PREFIXES: Final = {name for name in MAKERS if name.endswith("_prefix")}
OF_WORKSPACES: Final = {
    "document_key": keys.documents_prefix,
    "plan_key": keys.plans_prefix,
    "source_key": keys.sources_prefix,
    "profile_key": keys.sources_prefix,
    "preview_key": keys.previews_prefix,
}
"""What is swept by its age, and the prefix that it is looked for under."""
WORKSPACES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
IDS = st.uuids().map(str) | st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
ARGUMENTS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "workspace": WORKSPACES,
    "job": IDS,
    "source": IDS,
    "digest": st.text().map(lambda text: digest(text.encode(), "sha256")),
    "task": st.integers(0, 10**9),
    "table": st.integers(0, 10**5),
    "part": st.integers(0, 10**9),
    "epoch": st.integers(0, 10**6),
    "name": st.sampled_from(sorted({name for names in DEFINITION_FILES.values() for name in names})),
    "archive": st.sampled_from(["zip", "tar.gz"]),
}


@st.composite
def calls(draw: st.DrawFn, *, but: set[str] = PREFIXES) -> tuple[str, tuple[Any, ...]]:
    """A maker of keys, and what it is given."""
    name = draw(st.sampled_from(sorted(MAKERS.keys() - but)))
    return name, tuple(draw(ARGUMENTS[argument]) for argument in inspect.signature(MAKERS[name]).parameters)


def key(call: tuple[str, tuple[Any, ...]]) -> str:
    """The key itself."""
    name, arguments = call
    return MAKERS[name](*arguments)


@examples(300)
@given(calls())
def test_every_key_is_fit_for_every_store(call: tuple[str, tuple[Any, ...]]) -> None:
    """And begins with its workspace, so that nobody's lie among another's."""
    made = key(call)

    assert checked_key(made) == made
    assert made.startswith(f"workspaces/{call[1][0]}/")


@examples(100)
@given(WORKSPACES, IDS)
def test_the_prefix_of_a_job_is_whole_segments(workspace: str, job: str) -> None:
    prefix = keys.job_prefix(workspace, job)

    assert checked_prefix(prefix) == prefix


@examples(300)
@given(calls(), calls())
def test_two_things_never_share_a_key(one: tuple[str, tuple[Any, ...]], other: tuple[str, tuple[Any, ...]]) -> None:
    """Not even where a file system takes upper case for lower."""
    assert (key(one).lower() == key(other).lower()) == (one == other)


@examples(200)
@given(WORKSPACES, IDS, st.data())
def test_no_key_is_a_folder_of_another(workspace: str, identity: str, data: st.DataObject) -> None:
    """Stores that keep files cannot bear it. Jobs, sources and digests of one name, and all that is theirs."""
    given_values = {"workspace": workspace, "job": identity, "source": identity, "digest": identity}
    made = set()
    for name in sorted(MAKERS.keys() - PREFIXES):
        for _ in range(2):
            arguments = inspect.signature(MAKERS[name]).parameters
            made.add(MAKERS[name](*(given_values.get(one) or data.draw(ARGUMENTS[one]) for one in arguments)))

    assert not [(one, other) for one in made for other in made if other.startswith(f"{one}/")]


@examples(200)
@given(calls())
def test_everything_of_a_job_and_nothing_else_lies_under_its_prefix(call: tuple[str, tuple[Any, ...]]) -> None:
    name, arguments = call
    is_of_a_job = "job" in inspect.signature(MAKERS[name]).parameters
    workspace, identity = arguments[:2]

    assert key(call).startswith(keys.job_prefix(workspace, identity)) == is_of_a_job
    assert not key(call).startswith(keys.job_prefix(workspace, f"{identity}0"))


@examples(200)
@given(calls())
def test_what_is_swept_by_its_age_lies_under_its_prefix_alone(call: tuple[str, tuple[Any, ...]]) -> None:
    """Whoever removes old previews must not come upon anything else."""
    name, arguments = call
    for prefix in {*OF_WORKSPACES.values(), keys.aside_prefix}:
        assert checked_prefix(prefix(arguments[0])) == prefix(arguments[0])
        assert key(call).startswith(prefix(arguments[0])) == (OF_WORKSPACES.get(name) is prefix)


@examples(200)
@given(calls(), calls())
def test_what_is_set_aside_lies_where_nothing_else_does(
    one: tuple[str, tuple[Any, ...]], other: tuple[str, tuple[Any, ...]]
) -> None:
    """In its own workspace, and it is known where it belongs."""
    aside = keys.aside_key(key(one))

    assert checked_key(aside) == aside
    assert aside.startswith(keys.aside_prefix(one[1][0]))
    assert keys.kept_key(aside) == key(one)
    assert aside != key(other)


def test_parts_and_tasks_are_listed_in_their_order() -> None:
    numbers = [0, 1, 9, 10, 11, 99, 100, 12_345_678, 99_999_999]
    for made in (
        [keys.task_key("a", "j", number) for number in numbers],
        [keys.part_key("a", "j", 0, number) for number in numbers],
        [keys.part_key("a", "j", number, 0) for number in (0, 1, 9, 10, 9_999)],
    ):
        assert all(one < other for one, other in pairwise(made))


def test_every_key_is_drawn_of_something_known() -> None:
    """A new maker of keys is tried here too."""
    assert {argument for maker in MAKERS.values() for argument in inspect.signature(maker).parameters} == set(ARGUMENTS)


@pytest.mark.parametrize("hostile", ["..", ".", "", "a/../b", "a\0", "a b", "ä", ".hidden", "a" * 201, "a\\b", "a\n"])
def test_a_name_that_would_lead_elsewhere_makes_no_key(hostile: str) -> None:
    """Ids are made by our code; should one of a stranger slip through, no store takes it."""
    for made in (keys.source_key("a", hostile), keys.manifest_key("a", hostile), keys.document_key("a", hostile)):
        with pytest.raises(Defect, match="not an object key"):
            checked_key(made)


def test_the_longest_workspace_is_fit_for_a_key() -> None:
    longest = TypeAdapter(WorkspaceName).validate_python("a" * 63)

    assert checked_key(keys.part_key(longest, "0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a", 9_999, 99_999_999))
    assert TypeAdapter(WorkspaceName).validate_python(DEFAULT_WORKSPACE) == DEFAULT_WORKSPACE
