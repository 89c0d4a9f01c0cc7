"""The world around a job, in one thread: a store, a bus, conductors, generators, exporters, people and a watch.

Whoever acts does one thing at a time, and anything may happen in between: that is what a test decides. The bus delivers
at least once and in any order, days late if need be; whoever acts may die between any two things he does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from syndata_contracts.events import (
    Blocked,
    CancelAsked,
    Cleared,
    Event,
    Expired,
    ExportDone,
    ExportProgressed,
    Nudged,
    PauseAsked,
    ResumeAsked,
    Started,
    TaskDone,
    WorkFailed,
)
from syndata_contracts.jobs import Command, Job, JobState
from syndata_contracts.lifecycle import BLOCKED, RUNAHEAD, advance, outstanding
from syndata_contracts.tasks import TableWork
from tests.properties.lifecycle.laws import bytes_of, check_step, check_version, check_wish, rows_of

Wish = PauseAsked | ResumeAsked | CancelAsked | Expired | Cleared
Ending = Literal["done", "done, not acknowledged", "skipped", "failed", "blocked", "died"]
"""How work on a command ends; generators may skip what an epoch asked for that is over, and know of."""

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """A command as it travels: it knows the epoch of the version that asked."""

    command: Command
    epoch: int


@dataclass(eq=False)
class Conductor:
    """Folds one batch after another, in steps; all but the store and the bus is forgotten when it dies."""

    held: list[Event] = field(default_factory=list)
    """Delivered and not acknowledged."""
    seen: Job | None = None
    unsent: list[Asked] = field(default_factory=list)
    folded: bool = False
    """Whether the batch is in the store, or changed nothing."""
    sent: int = -1
    """The version whose commands this conductor has sent."""


@dataclass(eq=False)
class Asker:
    """Someone who read the job and now writes down what he wants of it."""

    wish: Wish
    seen: Job


class World:
    """Everything there is. Versions, and messages under way, are all that outlives anybody."""

    def __init__(self, tables: tuple[TableWork, ...], window: int) -> None:
        first = Job(
            id="job", workspace="default", created_at=_MOMENT, updated_at=_MOMENT, plan="plan", seed=0, as_of=_MOMENT,
            tables=tables, window=window,
        )  # fmt: skip
        self.versions = [first]
        self.causes: list[tuple[Event, ...]] = [()]
        """What led to each version."""
        self.wishes: dict[int, Wish] = {}
        """The versions that people wrote."""
        self.events: list[Event] = []
        self.commands: list[Asked] = []
        self.all_events: list[Event] = []
        self.all_commands: list[Asked] = []
        self.conductors = [Conductor() for _ in range(3)]
        self.askers: list[Asker] = []
        self.at_work: list[Asked] = []
        self.made: set[int] = set()
        """Tasks whose parts lie among the objects."""
        self.exports = 0

    @property
    def newest(self) -> Job:
        """The job as it stands."""
        return self.versions[-1]

    def tell(self, event: Event) -> None:
        """Send an event."""
        self.events.append(event)
        self.all_events.append(event)

    def ask(self, asked: Asked) -> None:
        """Send a command."""
        self.commands.append(asked)
        self.all_commands.append(asked)

    def insert(self, before: Job, after: Job, cause: Sequence[Event], wish: Wish | None = None) -> bool:
        """Keep a version, unless there is one of its number."""
        assert after.version <= len(self.versions), "no version is left out"
        if after.version < len(self.versions):
            return False
        check_step(before, after, cause)
        self._check_pause(before, after, cause, wish)
        # What lies in the store is text: nothing of a version may live beside it.
        kept = Job.model_validate_json(after.model_dump_json())
        assert kept == after
        self.versions.append(kept)
        self.causes.append(tuple(cause))
        if wish is not None:
            self.wishes[after.version] = wish
        return True

    @staticmethod
    def _check_pause(before: Job, after: Job, cause: Sequence[Event], wish: Wish | None) -> None:
        """Nobody but people ends a pause that people asked for, unless the job turns out to be finished."""
        if before.state is not JobState.PAUSED or before.reason != "asked" or after.state is JobState.PAUSED:
            return
        finished = after.state is JobState.COMPLETED and any(isinstance(event, ExportDone) for event in cause)
        assert finished or isinstance(wish, ResumeAsked | CancelAsked)

    def check(self) -> None:
        """The laws of the newest version, and of what was really made."""
        job = self.newest
        check_version(job)
        assert all(task < job.low + RUNAHEAD * job.window for task in job.done), "memory of done tasks is bounded"
        assert {*range(job.low), *job.done} <= self.made, "nothing is done that nobody made"
        if job.state is JobState.COMPLETED:
            assert self.made == set(range(job.tasks))
            assert self.exports
        late = [event for event in self.all_events if isinstance(event, WorkFailed | Blocked)]
        late = [event for event in late if event.epoch != job.epoch]
        assert advance(job, late, self.now)[0] is job, "failures of older epochs change nothing"

    @property
    def now(self) -> datetime:
        """Time passes with versions."""
        return _MOMENT + timedelta(seconds=len(self.versions))

    def step(self, conductor: Conductor, picks: Sequence[int] = ()) -> None:
        """Let a conductor do the next thing; `picks` says which events it is given when it takes a batch."""
        if conductor.unsent:
            self.ask(conductor.unsent.pop(0))
            return
        if conductor.seen is None:
            self._take(conductor, picks)
            return
        conductor.sent = conductor.seen.version
        if conductor.folded:
            conductor.held, conductor.seen, conductor.folded = [], None, False  # acknowledged
            return
        before = conductor.seen
        after, commands = advance(before, conductor.held, self.now)
        if after is before:
            conductor.folded = True
        elif self.insert(before, after, conductor.held):
            conductor.seen, conductor.folded = after, True
            conductor.unsent = [Asked(command, after.epoch) for command in commands]
        else:
            self._read(conductor)

    def _take(self, conductor: Conductor, picks: Sequence[int]) -> None:
        for pick in picks:
            if self.events:
                conductor.held.append(self.events.pop(pick % len(self.events)))
        if conductor.held:
            self._read(conductor)

    def _read(self, conductor: Conductor) -> None:
        """Read the newest version. Whoever wrote it may have died before he sent its commands."""
        conductor.seen = self.newest
        if conductor.sent != self.newest.version:
            conductor.unsent = [Asked(command, self.newest.epoch) for command in self.newest.outbox]

    def crash(self, conductor: Conductor) -> None:
        """A conductor dies; its events come again."""
        self.events += conductor.held
        self.conductors[self.conductors.index(conductor)] = Conductor()

    def write_wish(self, asker: Asker, *, dies: bool = False) -> None:
        """Someone writes down a wish, or reads again because another was quicker; and tells, unless he dies."""
        after, _ = advance(asker.seen, [asker.wish], self.now)
        check_wish(after, asker.wish)
        if after is not asker.seen and not self.insert(asker.seen, after, [asker.wish], asker.wish):
            asker.seen = self.newest
            return
        self.askers.remove(asker)
        if after is not asker.seen and not dies:
            self.tell(Nudged())

    def take_work(self, pick: int) -> None:
        """A generator or exporter takes a command; it is at it until `end_work`, however long that is."""
        self.at_work.append(self.commands.pop(pick % len(self.commands)))

    def end_work(self, pick: int, ending: Ending) -> None:
        """Someone who is at work ends it; what was not acknowledged comes again."""
        asked = self.at_work.pop(pick % len(self.at_work))
        over = asked.command.kind == "generate" and asked.epoch < self.newest.epoch
        if ending in {"done", "done, not acknowledged"} or (ending == "skipped" and not over):
            self._do(asked)
        elif ending == "failed":
            self.tell(WorkFailed(epoch=asked.epoch, what="it cannot be done"))
        elif ending == "blocked":
            self.tell(Blocked(epoch=asked.epoch, what="storage is full"))
        if ending in {"done, not acknowledged", "died"}:
            self.commands.append(asked)

    def _do(self, asked: Asked) -> None:
        epoch, task = asked.epoch, asked.command.task
        match asked.command.kind:
            case "generate":
                assert task is not None
                assert 0 <= task < self.newest.tasks
                self.made.add(task)
                self.tell(TaskDone(epoch=epoch, task=task, rows=rows_of(task), bytes=bytes_of(task), seconds=0.5))
            case "export":
                assert self.made == set(range(self.newest.tasks)), "an export finds every part"
                self.exports += 1
                self.tell(ExportProgressed(epoch=epoch, bytes=5))
                self.tell(ExportDone(epoch=epoch, bytes=10))
            case "sweep":
                assert self.newest.given_up, "no job loses its objects unless they were given up"

    def watch(self) -> None:
        """See to it that a silent job goes on."""
        job = self.newest
        if job.state is JobState.PENDING:
            self.tell(Started())
        elif job.state is JobState.PAUSED and (job.reason or "").startswith(BLOCKED):
            self.tell(ResumeAsked(epoch=job.epoch))
        else:
            self.tell(Nudged())

    def reconcile(self) -> None:
        """Ask for everything again that should be under way."""
        for command in outstanding(self.newest):
            self.ask(Asked(command, self.newest.epoch))

    def round(self, asleep: int = 0) -> None:
        """Let everybody do what is there to be done, without faults, except so many who are asleep at work."""
        for asker in list(self.askers):
            while asker in self.askers:
                self.write_wish(asker)
        for conductor in self.conductors:
            while conductor.seen is not None or self.events:
                self.step(conductor, [0] * 8)
        while self.commands:
            self.take_work(0)
        while len(self.at_work) > asleep:
            self.end_work(asleep, "done")

    @property
    def quiet(self) -> bool:
        """Whether nothing happens any more by itself."""
        under_way = (self.events, self.commands, self.at_work, self.askers)
        return not any(under_way) and all(conductor.seen is None for conductor in self.conductors)

    @property
    def settled(self) -> bool:
        """Whether nothing ought to happen any more."""
        job = self.newest
        return job.ended or (job.state is JobState.PAUSED and job.reason == "asked")

    def settle(self) -> None:
        """Run fairly until the job has ended or rests as someone wished, or fail."""
        patience = 20 + 2 * self.newest.tasks
        while not (self.quiet and self.settled):
            patience -= 1
            assert patience, f"the job stands still as {self.newest.state}"
            if self.quiet:
                self.watch()
                self.reconcile()
            self.round()
            self.check()
