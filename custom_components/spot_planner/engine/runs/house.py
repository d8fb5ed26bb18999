"""The house: the appliances of one entry, their runs, and what has to be done now.

A moment comes in (what time it is, what the switches show), the house of that moment
comes out, with the appliances to be started, the events to be told, and the duties that
have to be held. Nothing here waits, writes or asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Self, final

from ..errors import InputError
from ..planning.effective import PlanPrices
from ..planning.model import Rule, Segment
from . import execution
from .agenda import Agenda
from .appliance import Appliance
from .clock import STEADY, Passed
from .due import requested_run
from .duty import Duty
from .event import RunEvent, event_between
from .execution import Switching
from .run import Run, RunStatus
from .turned_on import ahead_of, time_left, turned_on
from .watching import Seen, SwitchState

# Due runs are known so far ahead even without prices, and never farther than this: a
# clock that is behind by a month must not make runs for a month.
OUTLOOK = timedelta(hours=24)
FARTHEST = timedelta(hours=48)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """An appliance, what is switched for it, and what may be done to that."""

    appliance: Appliance
    switching: Switching
    entity: str | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the house has to know of a moment."""

    passed: Passed
    shown: Mapping[str, tuple[SwitchState | None, SwitchState | None]]
    """What switch and proof of each appliance show; None where there is none."""
    known_until: datetime | None
    """Until when prices are known."""
    prices: PlanPrices | None
    zone: tzinfo
    """The time zone of the home."""
    stopping: frozenset[str] = frozenset()
    """The ids of entities that were told to turn off and have not shown that yet."""
    needed: frozenset[str] = frozenset()
    """The ids of entities that another home needs on."""
    spent: frozenset[str] = frozenset()
    """The ids of runs that have been on for as long as they were to be."""

    @property
    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self.passed.now


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The house after something has happened, and what that brings with it."""

    house: "House"
    starts: tuple[Run, ...] = ()
    """The runs whose appliance is to be told to start now."""
    events: tuple[RunEvent, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The appliances of an entry, by their ids, and their runs."""

    managed: Mapping[str, Managed] = field(default_factory=dict)
    agenda: Agenda = field(default_factory=Agenda)
    answered: Mapping[str, datetime] = field(default_factory=dict)
    """When the switch of each appliance last said what it does."""
    looked_at: datetime | None = None
    """When anybody last looked, for the switches that have not answered since."""

    @property
    def appliances(self) -> dict[str, Appliance]:
        """Return the appliances without what switches them."""
        return {key: it.appliance for key, it in self.managed.items()}

    def at(self, moment: Moment) -> Outcome:
        """Return the house at a moment: what is due, what begins, what has ended."""
        if moment.passed.set_back:
            moved = self.set_back(moment.passed.set_back)
            return moved.at(replace(moment, passed=Passed(moment.now)))
        now, zone = moment.now, moment.zone
        until = min(max(moment.known_until or now, now + OUTLOOK), now + FARTHEST)
        agenda = self.agenda.with_due(self.appliances, now, until, zone)
        starts: list[Run] = []
        events: list[RunEvent] = []
        for run in tuple(agenda.open()):
            switching = self.managed[run.appliance].switching
            done = execution.step(run, switching, self._seen(run, moment), now)
            if run.id in moment.spent and done.run.status is RunStatus.RUNNING:
                done = execution.Step(execution.used_up(done.run, now))
            agenda = agenda.with_run(done.run)
            if done.starts:
                starts.append(done.run)
            events += _events(run, done.run, switching)
        if moment.prices is not None:
            agenda = agenda.settled(self.appliances, moment.prices, zone)
        telling = (SwitchState.ON, SwitchState.OFF, None)
        answered = {
            key: now
            if moment.shown[key][0] in telling
            else self.answered.get(key, self.looked_at or now)
            for key in self.managed
        }
        return Outcome(
            house=replace(
                self, agenda=agenda.without_old(now), answered=answered, looked_at=now
            ),
            starts=tuple(starts),
            events=tuple(events),
        )

    def set_back(self, by: timedelta) -> Self:
        """Return the house after the clock was set back, with runs that go on."""
        runs = tuple(execution.set_back(run, by) for run in self.agenda.runs)
        return replace(
            self,
            agenda=replace(self.agenda, runs=runs),
            answered={key: moment - by for key, moment in self.answered.items()},
            looked_at=self.looked_at and self.looked_at - by,
        )

    def duties(self, entry: str, now: datetime) -> tuple[Duty, ...]:
        """Return what the runs have turned on, and until when they need it on.

        What is needed no longer, and was not seen off yet, is released: its duty may
        have been lost.
        """
        found = []
        for run in self.agenda.open():
            managed = self.managed[run.appliance]
            on = turned_on(run, managed.switching, now)
            if on is None or managed.entity is None:
                continue
            found.append(
                Duty(
                    entry=entry,
                    appliance=run.appliance,
                    name=managed.appliance.name,
                    run=run.id,
                    entity=managed.entity,
                    since=on.start,
                    until=on.end,
                    left=time_left(run, on, now) + STEADY,
                    is_asked=run.rule is Rule.BY_HAND,
                    is_released=on.end <= now,
                )
            )
        return tuple(found)

    def needs(self, entity: str, now: datetime) -> bool:
        """Tell whether a run wants an entity on, or is about to turn it on."""
        return any(
            execution.wants_start(run, self.managed[run.appliance].switching, now)
            for run in self.agenda.open()
            if self.managed[run.appliance].entity == entity
        )

    def wants(self, run: str, now: datetime) -> bool:
        """Tell whether a run that was to start its appliance still wants that."""
        found = self.agenda.get(run)
        return found is not None and execution.wants_start(
            found, self.managed[found.appliance].switching, now
        )

    def resumed(self, duties: Iterable[Duty], now: datetime) -> Self:
        """Return the house after a restart, as it was stored, with the duties it has.

        When the file of the runs is lost in the middle of a run, the run goes on to its
        end, and does not take place a second time. When the clock is behind the last
        look, what was seen until then counts, so that it is not made up again. When it
        was set back while the runs were not loaded, the duties know by how much. A run
        that has begun days ahead of the clock ends.
        """
        agenda = self.agenda
        if self.looked_at and self.looked_at > now:
            for run in tuple(agenda.open()):
                agenda = agenda.with_run(execution.seen_until(run, self.looked_at))
        for run in tuple(agenda.open()):
            agenda = agenda.with_run(execution.ended_far_ahead(run, now))
        for duty in duties:
            appliance, _, key = duty.run.partition("/")
            if duty.is_released or appliance not in self.managed:
                continue
            known = agenda.get(duty.run)
            if known is None:
                run = execution.under_way(appliance, key, duty.since, duty.until)
            else:
                on = Segment(duty.since, duty.until)
                run = execution.set_back(known, ahead_of(known, on))
            agenda = agenda.with_run(run)
        return replace(self, agenda=agenda)

    def changed(
        self,
        managed: Mapping[str, Managed],
        now: datetime,
        zone: tzinfo,
        *,
        is_moved: bool = False,
    ) -> Outcome:
        """Return the house after its appliances have changed.

        What has another switch goes on with that one, and what is taken back ends.

        Args:
            managed: The appliances as they are now.
            now: The time.
            zone: The time zone of the home.
            is_moved: Whether that zone is another one than before.
        """
        plain = {key: it.appliance for key, it in managed.items()}
        before = {} if is_moved else self.appliances
        agenda = self.agenda.renewed(before, plain, now, zone)
        for run in tuple(agenda.open()):
            old, new = self.managed.get(run.appliance), managed[run.appliance]
            if old is None:
                continue
            if old.entity != new.entity:
                run = execution.moved(run, now)
            if old.switching.automatic and not new.switching.automatic:
                run = execution.taken_back(run, now)
            agenda = agenda.with_run(run)
        return Outcome(house=replace(self, managed=managed, agenda=agenda))

    def untold(self, run_id: str) -> Self:
        """Return the house with a run that could not be told to start after all."""
        run = self.agenda.get(run_id)
        if run is None:
            return self
        return replace(self, agenda=self.agenda.with_run(execution.untold(run)))

    def undone(self, run_id: str, before: Run | None) -> Self:
        """Return the house with a run as it was before, or without it."""
        if before is None:
            return replace(self, agenda=self.agenda.without_run(run_id))
        return replace(self, agenda=self.agenda.with_run(before))

    def in_currency(self, currency: str) -> Self:
        """Return the house without money if that is in another currency."""
        if self.agenda.currency == currency:
            return self
        return replace(self, agenda=self.agenda.in_currency(currency))

    def renamed(self, managed: Mapping[str, Managed]) -> Self:
        """Return the house whose entities have got other ids, and are still the same."""
        return replace(self, managed=managed)

    def switched(self, appliance: str, now: datetime, *, is_on: bool) -> Outcome:
        """Return the house after somebody has switched an appliance."""
        run = self.agenda.current(appliance, now)
        if run is None:
            return Outcome(house=self)
        duration = self.managed[appliance].appliance.duration
        return self.with_run(
            execution.hand(run, run.duration or duration, now, is_on=is_on)
        )

    def requested(
        self,
        appliance: str,
        now: datetime,
        zone: tzinfo,
        duration: timedelta | None = None,
        ready_by: datetime | None = None,
    ) -> Run:
        """Return a run that the user wants; it takes the place of the one that is due.

        Raises:
            InputError: The appliance runs already, or what is asked for cannot be.
        """
        wanted = self._appliance(appliance)
        due = self.agenda.current(appliance, now)
        if due and due.is_committed:
            raise InputError("appliance", "already_running", wanted.name)
        run = requested_run(wanted, now, zone, duration, ready_by)
        return replace(run, key=due.key) if due else run

    def started(self, appliance: str, now: datetime, zone: tzinfo) -> Run:
        """Return the run that is due, or another one, as it begins at once.

        Raises:
            InputError: The appliance runs already.
        """
        wanted = self._appliance(appliance)
        run = self.agenda.current(appliance, now)
        switching = self.managed[appliance].switching
        if run and execution.is_on_its_way(run, switching):
            raise InputError("appliance", "already_running", wanted.name)
        if run is None:
            run = requested_run(wanted, now, zone)
        return execution.start_now(run, run.duration or wanted.duration, now)

    def with_run(self, run: Run) -> Outcome:
        """Return the house with a run in the place of its earlier self."""
        old = self.agenda.get(run.id)
        if run == old:
            return Outcome(house=self)
        return Outcome(
            house=replace(self, agenda=self.agenda.with_run(run)),
            events=_events(old, run, self.managed[run.appliance].switching),
        )

    def _is_shared(self, run: Run, moment: Moment) -> bool:
        """Tell whether another run has the switch of a run on."""
        entity = self.managed[run.appliance].entity
        return entity in moment.needed or any(
            execution.wants_start(it, self.managed[it.appliance].switching, moment.now)
            for it in self.agenda.open()
            if it.id != run.id and self.managed[it.appliance].entity == entity
        )

    def _appliance(self, appliance: str) -> Appliance:
        if appliance not in self.managed:
            raise InputError("appliance", "unknown_appliance", appliance)
        return self.managed[appliance].appliance

    def _seen(self, run: Run, moment: Moment) -> Seen:
        """Return what a run sees of its appliance, and when it was last seen before.

        What is about to turn off is not on for a run that wants to turn it on, and what
        another run has on is off for one that does not want it on.
        """
        switch, proof = moment.shown[run.appliance]
        is_stopping = self.managed[run.appliance].entity in moment.stopping
        if switch is SwitchState.ON and is_stopping and run.wants_on(moment.now):
            switch = SwitchState.UNKNOWN
        elif run.told is not None and run.hand is None and not run.wants_on(moment.now):
            if switch is not SwitchState.OFF and self._is_shared(run, moment):
                switch = SwitchState.OFF
        before = self.answered.get(run.appliance, self.looked_at or moment.now)
        return Seen(switch=switch, proof=proof, looked_at=min(before, moment.now))


def _events(old: Run | None, new: Run, switching: Switching) -> tuple[RunEvent, ...]:
    """Return what is told of a run that has become another, if anything."""
    if new == old:
        return ()
    kind = event_between(
        old or execution.to_be_planned(new),
        new,
        is_advice=not execution.acts(new, switching),
    )
    return () if kind is None else (RunEvent(kind, new),)
