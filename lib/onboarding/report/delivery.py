"""What was ordered, and how much of it is proved to be there.

Ordered is what the answers say. Delivered is what was read back from an outside system as wanted or, where a person did
the work and nothing can be read, what that person reported; the two are never mixed up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import add, attrgetter
from typing import Any

from onboarding.domain.answer_text import full_name
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.domain.report import USERS
from onboarding.domain.task import Service, Task
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners.instruction import Confirm
from onboarding.stages.planners.shown import Shown
from onboarding.stages.project_status import ProjectStatus


class Proof(StrEnum):
    """How it is known that a thing is there, the best first."""

    READ_BACK = "read back"
    REPORTED = "reported"
    DIFFERS = "differs"  # it is there, but not as ordered
    OPEN = "open"
    LEFT_OUT = "left out"

    @property
    def is_delivered(self) -> bool:
        return self in (Proof.READ_BACK, Proof.REPORTED)


ORDER = list(Proof)


@dataclass(frozen=True, slots=True)
class Count:
    """How many things there are of each proof; ``ordered`` is ``delivered + missing``."""

    read_back: int = 0
    reported: int = 0
    differs: int = 0
    open: int = 0
    left_out: int = 0

    @classmethod
    def of(cls, proofs: Iterable[Proof]) -> Count:
        found = Counter(proofs)
        return cls(*(found[proof] for proof in ORDER))

    def __add__(self, other: Count) -> Count:
        return Count(*map(add, _each(self), _each(other)))

    def __mul__(self, amount: int) -> Count:
        return Count(*(one * amount for one in _each(self)))

    @property
    def delivered(self) -> int:
        return self.read_back + self.reported

    @property
    def missing(self) -> int:
        return self.differs + self.open + self.left_out

    @property
    def ordered(self) -> int:
        return self.delivered + self.missing


_each = attrgetter("read_back", "reported", "differs", "open", "left_out")
NOTHING = Count()


@dataclass(frozen=True, slots=True)
class DeliveredService:
    """One service of one user; ``is_part`` when it came with a composite one and was not ordered by itself."""

    id: str
    title: str
    plan: str
    proof: Proof
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class UserFigure:
    """One user as ordered; ``number`` is E.164 or empty."""

    email: str
    name: str
    site: str
    department: str
    extension: str
    number: str
    proof: Proof
    services: tuple[DeliveredService, ...]

    @property
    def is_delivered(self) -> bool:
        return self.proof.is_delivered and all(service.proof.is_delivered for service in self.services)


@dataclass(frozen=True, slots=True)
class ServiceFigure:
    """One service over all users; ``parts`` are the titles of what a composite one consists of.

    ``is_counted`` is False for a composite one that is nothing but its parts, which are counted already.
    """

    id: str
    title: str
    count: Count
    plans: tuple[tuple[str, int], ...] = ()
    parts: tuple[str, ...] = ()
    is_billed: bool = True
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class ThingFigure:
    """The company or one of its sites."""

    resource: str
    title: str
    proof: Proof


class Delivery:
    """Answers, progress and evidence of one customer checked against each other."""

    def __init__(self, context: Context, progress: ProjectStatus) -> None:
        self.context = context
        self.states = {view.task.id: view.state for view in (*progress.tasks, *progress.whole.values())}
        self.is_complete = progress.is_complete
        self.seen = {line.subject: line.observed for line in context.record.evidence if line.observed is not None}
        self.proofs: dict[tuple[str, str], Proof] = {}
        self.things: dict[tuple[str, str], str] = {}
        for task in context.profile.tasks:
            self._look_at(task)
        self.names = _names(context.profile.tasks)
        self.bringing = {service: self._bringing(service) for service in context.profile.services}

    def is_needed(self, task: str) -> bool:
        return self.states.get(task, TaskState.NOT_NEEDED) is not TaskState.NOT_NEEDED

    def _look_at(self, task: Task) -> None:
        """Hold what the task wants to be there against what was read back."""
        if not self.is_needed(task.id) or task.action not in ("company", "users", "service", "site", "confirm"):
            return
        for action in desired(task, self.context):
            if action.resource == "instruction":
                continue
            key = (action.resource, action.key)
            found = proof_of(action.body, self.seen.get(action.key), self.states[task.id])
            self.proofs[key] = min(found, self.proofs.get(key, found), key=ORDER.index)
            self.things[key] = action.summary

    def users(self) -> Iterator[UserFigure]:
        """Every user of the answers, in their order."""
        for user in self.context.rows("users"):
            asked = ("email", "site", "department", "extension", "number")
            email, site, department, extension, number = (str(user.get(name) or "") for name in asked)
            proof = self.proofs.get(("user", email)) or self._by_tally()
            services = tuple(self._services(user, email))
            yield UserFigure(email, full_name(user) or email, site, department, extension, number, proof, services)

    def _services(self, user: Mapping[str, Any], email: str) -> Iterator[DeliveredService]:
        ordered = set(user.get("services") or ())
        for service in self._known(self.context.services_of(user)):
            plan = str(user.get(f"{service.id.replace('-', '_')}_plan") or "")
            proof = self.service_proof(email, service)
            yield DeliveredService(service.id, _(service.title), plan, proof, service.id not in ordered)

    def _known(self, ids: Iterable[str]) -> list[Service]:
        """Services in the profile's order; one the profile does not know keeps its id as title."""
        wanted, known = set(ids), self.context.profile.services
        return [known[i] for i in known if i in wanted] + [Service(i, i) for i in sorted(wanted - known.keys())]

    def service_proof(self, email: str, service: Service) -> Proof:
        """Read back, else by the tasks that bring the service; never better than the parts it consists of."""
        names = (service.id, *self.names.get(service.id, ()))
        own = [proof for name in names if (proof := self.proofs.get(("service", f"{email}/{name}")))]
        states = [self.states[task] for task in self.bringing.get(service.id, ())]
        known = self.context.profile.services
        found = [self.service_proof(email, known[part]) for part in service.includes if part in known]
        if own:
            found.append(min(own, key=ORDER.index))
        elif states:
            found.append(by_states(states))
        return max(found, key=ORDER.index, default=self.otherwise())

    def _bringing(self, service_id: str) -> list[str]:
        """Tasks by which a person brings the service about, where no outside system can be read: those of the stage for
        it, of a provider without that stage all.
        """
        stages = {stage.id for stage in self.context.profile.stages}
        return [
            task.id
            for task in self.context.profile.tasks
            if task.stage in ({"enable_services"} & stages or stages)
            and task.action in ("manual", "confirm")
            and self.is_needed(task.id)
            and isinstance(p := task.params, Shown)
            and service_id in p.users_with
        ]

    def _by_tally(self) -> Proof:
        """Where no portal shows a user, the tasks that the profile's report names prove them."""
        tally = self.context.profile.report.tally(USERS)
        needed = [self.states[name] for name in tally.tasks if self.is_needed(name)] if tally else []
        return by_states(needed) if needed else self.otherwise()

    def otherwise(self) -> Proof:
        """Where no task brings a thing about, only the end of the whole says that it is there."""
        return Proof.REPORTED if self.is_complete else Proof.OPEN

    def services(self, users: Iterable[UserFigure]) -> list[ServiceFigure]:
        """Every service that was ordered, in the profile's order, composite ones beside their parts."""
        by_user: dict[str, list[DeliveredService]] = {}
        for user in users:
            for line in user.services:
                by_user.setdefault(line.id, []).append(line)
        known = self.context.profile.services
        return [
            ServiceFigure(
                service.id,
                _(service.title),
                Count.of(line.proof for line in by_user[service.id]),
                tuple(sorted(Counter(line.plan for line in by_user[service.id] if line.plan).items())),
                tuple(_(known[part].title) for part in service.includes if part in known),
                service.is_billed,
                not service.includes or bool(self.names.get(service.id, set()) - set(service.includes)),
            )
            for service in self._known(by_user)
        ]

    def company_and_sites(self) -> list[ThingFigure]:
        return [
            ThingFigure(resource, self.things[resource, key], proof)
            for (resource, key), proof in self.proofs.items()
            if resource in ("company", "site")
        ]


def _names(tasks: Iterable[Task]) -> dict[str, set[str]]:
    """Service id -> the names an outside system has for what makes it up (``observe`` of a confirming task)."""
    found: dict[str, set[str]] = {}
    for task in tasks:
        p = task.params
        if isinstance(p, Confirm) and p.observe and p.observe.resource == "service":
            found.setdefault(p.observe.users_with or p.observe.service, set()).add(p.observe.service)
    return found


def proof_of(body: Mapping[str, JSON], observed: Mapping[str, JSON] | None, state: TaskState) -> Proof:
    if observed is not None:
        return Proof.READ_BACK if all(observed.get(name) == value for name, value in body.items()) else Proof.DIFFERS
    return by_states([state])


def by_states(states: Sequence[TaskState]) -> Proof:
    if all(state.is_left_out for state in states):
        return Proof.LEFT_OUT
    return Proof.REPORTED if all(state.is_closed for state in states) else Proof.OPEN
