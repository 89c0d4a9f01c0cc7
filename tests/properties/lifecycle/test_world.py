"""A job's life in a world where everything goes wrong that can: whatever happens, in whichever order, the laws hold."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from syndata_contracts.events import CancelAsked, Cleared, Expired, PauseAsked, ResumeAsked, WorkFailed
from syndata_contracts.jobs import JobState
from syndata_contracts.lifecycle import advance
from syndata_contracts.tasks import TableWork
from tests.properties.lifecycle.world import Asker, Conductor, Ending, Wish, World
from tests.properties.profiles import THOROUGH

PICK = st.integers(0, 40)
ENDINGS = st.sampled_from(["done", "skipped", "done, not acknowledged", "died", "blocked", "failed"])
PICKS = st.lists(PICK, min_size=1, max_size=4)
ENDS = st.lists(st.tuples(PICK, ENDINGS), min_size=1, max_size=4)
STARTS = st.sampled_from([(2, 0), (0, 0), (1, 0), (4, 0), (2, 1), (6, 1), (10, 1), (8, 2)])
"""Rounds in which all goes well, and generators that sleep all the while."""
WISHES = st.sampled_from(
    [PauseAsked(), ResumeAsked(), PauseAsked(), ResumeAsked(), CancelAsked(), Expired(), Cleared()]
)


@st.composite
def works(draw: st.DrawFn) -> tuple[TableWork, ...]:
    """Tables of one to sixteen tasks in all; small jobs are over too soon to go wrong, so few are."""
    sizes = draw(st.sampled_from([(16,), (9, 7), (12,), (1, 9), (5,), (2, 1), (1,)]))
    return tuple(TableWork(name=f"t{n}", rows=100, parts=parts, parts_per_task=1) for n, parts in enumerate(sizes))


class JobInTheWorld(RuleBasedStateMachine):
    """Hypothesis decides who acts next, and who dies."""

    @initialize(tables=works(), window=st.integers(1, 3), start=STARTS)
    def begin(self, tables: tuple[TableWork, ...], window: int, start: tuple[int, int]) -> None:
        """A job is accepted, and at first all goes well, but for generators that fall asleep."""
        self.world = World(tables, window)
        self.checked = -1
        self.world.watch()
        rounds, asleep = start
        for _ in range(rounds):
            self.world.round(asleep)

    def _conductor(self, pick: int) -> Conductor:
        return self.world.conductors[pick % len(self.world.conductors)]

    @rule(who=PICK, picks=PICKS, steps=st.integers(1, 8))
    def conductor_steps(self, who: int, picks: list[int], steps: int) -> None:
        """A conductor does one thing or several, and may be left amid them for long."""
        for _ in range(steps):
            self.world.step(self._conductor(who), picks)

    @rule(picks=PICKS)
    def conductor_folds(self, picks: list[int]) -> None:
        """One conductor folds a whole batch, undisturbed."""
        one = self._conductor(picks[0])
        self.world.step(one, picks)
        while one.seen is not None:
            self.world.step(one)

    @precondition(lambda self: self.world.commands)
    @rule(ends=ENDS)
    def work_is_done(self, ends: list[tuple[int, Ending]]) -> None:
        """At once, and in any order."""
        for pick, ending in ends:
            if self.world.commands:
                self.world.take_work(pick)
                self.world.end_work(-1, ending)

    @rule(who=PICK)
    def conductor_dies(self, who: int) -> None:
        """Wherever it was."""
        self.world.crash(self._conductor(who))

    @precondition(lambda self: self.world.commands)
    @rule(picks=PICKS)
    def work_begins(self, picks: list[int]) -> None:
        """And may go on for long: its epoch may be over when it ends."""
        for pick in picks[: len(self.world.commands)]:
            self.world.take_work(pick)

    @precondition(lambda self: self.world.at_work)
    @rule(ends=ENDS)
    def work_ends(self, ends: list[tuple[int, Ending]]) -> None:
        """Well or badly."""
        for pick, ending in ends[: len(self.world.at_work)]:
            self.world.end_work(pick, ending)

    @precondition(lambda self: self.world.all_events)
    @rule(pick=PICK)
    def event_comes_again(self, pick: int) -> None:
        """Any that was ever sent."""
        self.world.events.append(self.world.all_events[-1 - pick % len(self.world.all_events)])

    @precondition(lambda self: self.world.all_commands)
    @rule(pick=PICK)
    def command_comes_again(self, pick: int) -> None:
        """Any that was ever sent."""
        self.world.commands.append(self.world.all_commands[-1 - pick % len(self.world.all_commands)])

    @rule(wish=WISHES)
    def someone_wishes(self, wish: Wish) -> None:
        """He looks at the job first, and writes later."""
        self.world.askers.append(Asker(wish, self.world.newest))

    @precondition(lambda self: self.world.askers)
    @rule(pick=PICK, dies=st.booleans())
    def wish_is_written(self, pick: int, *, dies: bool) -> None:
        """Whoever took it down may die before he tells the conductors."""
        self.world.write_wish(self.world.askers[pick % len(self.world.askers)], dies=dies)

    @rule()
    def watch_looks(self) -> None:
        """At any time, and several may."""
        self.world.watch()

    @rule()
    def reconciler_asks_again(self) -> None:
        """Rightly or not: that something is under way can never be known for sure."""
        self.world.reconcile()

    @invariant()
    def laws_hold(self) -> None:
        """After every step."""
        if self.checked != self.world.newest.version:
            self.world.check()
            self.checked = self.world.newest.version

    def teardown(self) -> None:
        """Once nothing goes wrong any more, the job ends, or rests because someone wants it to."""
        if not hasattr(self, "world"):
            return
        world = self.world
        world.settle()
        job = world.newest
        if job.state is JobState.PAUSED:
            last = max(version for version in world.wishes if world.versions[version].epoch == job.epoch)
            assert isinstance(world.wishes[last], PauseAsked)
        elif job.state is JobState.FAILED:
            assert any(isinstance(event, WorkFailed) and event.epoch == job.epoch for event in world.all_events)
        elif job.state is JobState.CANCELLED:
            assert any(isinstance(wish, CancelAsked) for wish in world.wishes.values())
        else:
            assert job.state is JobState.COMPLETED
        if job.ended:
            again = [*world.all_events, *reversed(world.all_events)]
            assert advance(job, again, world.now)[0] is job, "what happened can happen again, and nothing changes"


TestJobInTheWorld = JobInTheWorld.TestCase
TestJobInTheWorld.settings = (
    settings(max_examples=4_000, stateful_step_count=100, deadline=None, suppress_health_check=list(HealthCheck))
    if THOROUGH
    else settings(
        max_examples=400,
        stateful_step_count=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
)
