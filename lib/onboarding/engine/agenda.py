"""Whose turn it is: what can be moved for each customer, found by one query, and the queue of those who are due.

What was noted of a customer (`case.case.Case.note_progress`) stands as long as nobody has written since, profile and
code are the same, and the instant lies where it holds (`domain.validity`). Of whom nothing stands is due to be looked
at. That is so at the next midnight of the provider's place where a rule, check or planner has read the clock itself,
and always where the answers name what other customers may take or give back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Condition

from onboarding.case import planning
from onboarding.case.case import Case, engineer
from onboarding.case.clock import Instants
from onboarding.case.editions import offer_of
from onboarding.connectors.shipped import connect
from onboarding.domain.due import Due, Move
from onboarding.errors import OnboardingError
from onboarding.profile.deciding import decided_by
from onboarding.stages.due import moves
from onboarding.stages.project_status import ProjectStatus
from onboarding.store.store import Store
from onboarding.store.values import AgendaLine

IsManual = Callable[[str], bool]
"""Whether a person works the outside system of that name."""


def stages_to_run(case: Case, progress: ProjectStatus, only: str = "", polls: bool = True) -> list[str]:
    """Stages with something this program can do now, in runbook order.

    ``polls`` counts what others may have brought about meanwhile and a portal can show.
    """
    found = moves(progress, {}, case.at)
    return _in_order(found, only, lambda name: not polls or planning.connector(case, name).is_manual)


def _in_order(found: Sequence[Move], only: str, is_manual: IsManual) -> list[str]:
    moving = {move.stage for move in found if not move.connector or not is_manual(move.connector)}
    return [stage for stage in dict.fromkeys(move.stage for move in found) if stage in moving and only in ("", stage)]


class Agenda:
    """What can be moved ``at`` an instant, or for each customer as of the ``as_of`` that a person has given (see
    `case.clock.Instants`); of one stage only when that is named.
    """

    def __init__(self, store: Store, at: datetime, stage: str, work: str, as_of: str = "") -> None:
        self.store, self.stage, self.work = store, stage, work
        self._instants = Instants(store, as_of, at)
        self._deciding: dict[tuple[str, str], str | OnboardingError] = {}
        self._manual: dict[tuple[str, bool], bool] = {}
        self._training: set[str] = set()

    def lines(self, customers: Sequence[str] = ()) -> list[AgendaLine]:
        """A line for every engagement of every customer, or of these; one query."""
        found = self.store.agenda(self.work, customers)
        self._training |= {line.customer for line in found if line.is_training}
        return found

    def _line(self, customer: str, service: str) -> AgendaLine:
        return next(line for line in self.lines([customer]) if service in ("", line.service))

    def due(self, customer: str, service: str = "") -> Due:
        """What can be moved for a customer, of several services for that one: as it was noted, else looked at and noted
        now.

        Raises OnboardingError for a profile that cannot be used, or a customer that may not be worked as of then.
        """
        line = self._line(customer, service)
        at = self._instants.checked(customer, line.profile, line.edition)
        if not self.stands(line):
            Case.open(self.store, customer, at, engineer(), service).note_progress()
            line = self._line(customer, service)
        assert line.due
        return line.due

    def stands(self, line: AgendaLine) -> bool:
        """Whether what was noted holds then. Raises OnboardingError for a profile that cannot be used."""
        by, at = self._decided_by(line), self._at(line)
        return line.due is not None and line.due.stands(line.head, by, at)

    def _at(self, line: AgendaLine) -> datetime:
        return self._instants.of(line.customer, line.profile, line.edition)

    def stages(self, found: Due, customer: str) -> list[str]:
        """The stages a run could bring forward, in runbook order."""
        is_training = customer in self._training
        return _in_order(found.moves, self.stage, lambda name: self._is_manual(name, is_training))

    def order(self, customer: str, service: str = "") -> list[str]:
        """The stages of a customer's profile. Raises OnboardingError for one that cannot be used."""
        line = self._line(customer, service)
        return [stage.id for stage in offer_of(self.store, line.profile, line.edition).stages]

    def since(self, line: AgendaLine) -> datetime | None:
        """Since when a customer is due: something could be moved, or it has to be looked at. None when it is not."""
        if self.stands(line) and line.due:
            stages = self.stages(line.due, line.customer)
            return min((move.since for move in line.due.moves if move.stage in stages), default=None)
        until = line.due.validity.until if line.due else None
        if until and until <= self._at(line) and self._is_of(line, self._decided_by(line)):
            return until
        return line.due.at if line.due else line.created_at

    def left(self, found: Due) -> str:
        """Why nothing can be moved: complete, or with whom the work lies."""
        whom = found.waits_for.get(self.stage) or found.waits_for.get("")
        return f"waiting on {whom}" if whom else "complete"

    def _is_of(self, line: AgendaLine, by: str) -> bool:
        return line.due is not None and (line.due.head, line.due.decided_by) == (line.head, by)

    def _decided_by(self, line: AgendaLine) -> str:
        """Digest of edition and code by which it is decided; worked out once for each edition."""
        key = line.profile, line.edition
        if key not in self._deciding:
            try:
                self._deciding[key] = decided_by(offer_of(self.store, *key))
            except OnboardingError as problem:
                self._deciding[key] = problem
        found = self._deciding[key]
        if isinstance(found, OnboardingError):
            raise found.with_traceback(None)  # it is raised for every customer of the edition
        return found

    def _is_manual(self, connector: str, is_training: bool) -> bool:
        key = connector, is_training
        if key not in self._manual:
            self._manual[key] = connect(connector, self.store.layout.outbox, is_training).is_manual
        return self._manual[key]


@dataclass(slots=True)
class Waiting:
    """A customer that waits for its turn, with the number of the turn that was its newest when it was found due.

    Where it has several services, each of them waits by itself: ``service`` is its name.
    ``busy`` is who had it in hand when it was tried last, after ``tried`` turns of others had ended.
    """

    customer: str
    turn: int
    busy: str = ""
    tried: int = -1
    service: str = ""

    @property
    def whose(self) -> str:
        """The customer, with its service where it has several."""
        return " ".join(filter(None, (self.customer, self.service)))


class Queue:
    """The customers that wait, for several threads. One that somebody else has in hand goes to the end and is tried
    again after every turn that ends, until nobody has it or nothing else is left.
    """

    def __init__(self, waiting: Iterable[Waiting]) -> None:
        self._waiting = deque(waiting)
        self._changed = Condition()
        self._in_hand = self._ended = 0
        self._is_stopped = False

    def take(self) -> Waiting | None:
        """The next whose turn it is; None when there is none any more. Whoever takes one gives it back or ends it."""
        with self._changed:
            while not self._is_stopped and self._waiting and self._waiting[0].tried == self._ended and self._in_hand:
                self._changed.wait()
            if self._is_stopped or not self._waiting or self._waiting[0].tried == self._ended:
                return None
            self._in_hand += 1
            return self._waiting.popleft()

    def give_back(self, one: Waiting, busy: str) -> None:
        """Somebody else has it in hand."""
        with self._changed:
            one.busy, one.tried = busy, self._ended
            self._waiting.append(one)
            self._in_hand -= 1
            self._changed.notify_all()

    def end(self) -> None:
        """A turn has ended."""
        with self._changed:
            self._in_hand -= 1
            self._ended += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Nobody else has a turn."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def rest(self) -> list[Waiting]:
        """Who had no turn."""
        return list(self._waiting)
