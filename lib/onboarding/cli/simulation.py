"""The people's side, played: what customer, reseller and provider would do on the days they promised.

Used by the demo (and to train with the sandbox). Everything goes the way it goes for real people: answers are
saved as new versions, proofs are filed, engineers work in the portal's simulator, decisions are given by role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.dates import enter_day, missing_day
from onboarding.case.decisions import Vote, decide
from onboarding.cli.simulated_answers import a_day, enter, fictitious
from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.number import country_code_of
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import Gate
from onboarding.profile.model import Profile
from onboarding.stages.desired import desired, is_seen
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.removal import removals
from onboarding.stages.responsibility import directory
from onboarding.stages.task_status import TaskStatus

if TYPE_CHECKING:
    from onboarding.sandbox.support_engineers import PeopleClient

PATIENCE = 400
"""Simulated days after which a simulation gives up."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays whom: the customer's contact by name, everybody else by title."""

    case: Case
    engineers: PeopleClient

    def act(self, show: Callable[[str], None]) -> int:
        """Everything people would do by now; returns how many things were done."""
        done = 0
        for gate, role in self._decisions(self.case.progress()):
            self._decide(gate, role)
            show(f"{self.case.profile.party_title(role)} approves: {gate.title}")
            done += 1
        for view in self._due(self.case.progress()):
            if self._do(view):
                show(f"{self.case.profile.party_title(view.waits_for or view.task.party)}: {view.task.title}")
                done += 1
        return done

    def next_day(self) -> date | None:
        """The next day on which somebody promised something; None when nobody owes anything."""
        tomorrow = self.case.calendar.add_business_days(self.case.today, 1)
        days = [self._acts_on(view) for view in self.case.progress().waiting if view.state is TaskState.WAITING]
        return max(min(days), tomorrow) if days else None

    def _acts_on(self, view: TaskStatus) -> date:
        """The promised day, or the next business day where none was promised; never before the day it happens on."""
        begun = (view.since or self.case.at).astimezone(self.case.calendar.zone).date()
        day = self.case.context().day_of(view.task)
        return max(filter(None, (view.due_on or self.case.calendar.add_business_days(begun, 1), day)))

    def _due(self, progress: ProjectStatus) -> Iterator[TaskStatus]:
        for view in progress.waiting:
            if view.state is TaskState.WAITING and self._acts_on(view) <= self.case.today:
                yield view

    def _decisions(self, progress: ProjectStatus) -> Iterator[tuple[Gate, str]]:
        """Gates people still have to decide before an open stage, with every role that has to."""
        for view in progress.gates.values():
            gate = view.gate
            if gate.kind != "decision" or view.is_open or progress.open_before(gate):
                continue
            if self._holds_something(gate, progress):
                asked = gate.roles if gate.each_role else gate.roles[: gate.quorum]
                yield from ((gate, role) for role in asked)

    def _holds_something(self, gate: Gate, progress: ProjectStatus) -> bool:
        """Whether the gate is all that holds some task."""
        for view in progress.tasks:
            stage = self.case.profile.stage(view.task.stage)
            named = (*stage.gates, *view.task.gates)
            if view.state is TaskState.BLOCKED and gate.id in named:
                others = [name for name in named if name != gate.id and progress.gates[name].gate.kind == "check"]
                if all(progress.gates[name].is_open for name in others):
                    return True
        return False

    def _decide(self, gate: Gate, role: str) -> None:
        proof = _paper(gate.title, self.case) if gate.needs_evidence else None
        person = self._as(role)
        answers = {question.name: _answer(question, self.case.today) for question in gate.asks if question.required}
        decide(person, Vote(gate.id, True, role, "agreed on the telephone", proof, answers))

    def _do(self, view: TaskStatus) -> bool:
        task, case = view.task, self._as(view.task.party)
        if missing_day(case, task):
            enter_day(case, task.id, a_day(case.context()))
        if task.is_check:
            return enter(self._as(task.party), task) or self._mend_numbers()
        if task.stage == "telephony" and _side(self.case.profile, task.party) in ("provider", "third"):
            self._mend_numbers()
        if is_seen(task):
            self._work_in_portal(view)
            return True
        work.done(self._as(task.party), task.id, "done as described", document=_paper(task.title, self.case))
        enter(self._as(task.party), task)
        return True

    def _work_in_portal(self, view: TaskStatus) -> None:
        context = self.case.context()
        for action in removals(view.task, context):
            if action.resource == "service":
                self.engineers.disable(action.body["company"], action.body["user"], action.body["service"])
        users = {user["email"]: user for user in context.rows("users")}
        for action in desired(view.task, context):
            body = action.body
            if action.resource == "user":
                self.engineers.import_users(body["company"], [users[body["email"]]])
            elif action.resource == "site":
                self.engineers.create_site(body["company"], body["service"], str(body.get("title") or body["company"]))
            else:
                service = self.case.profile.services.get(body["service"])
                user = users[body["user"]]
                plan = str(user.get(f"{body['service']}_plan") or "")
                number = str(user.get("number") or "") if service and service.needs_number else ""
                self.engineers.enable(body["company"], body["user"], body["service"], plan=plan, number=number)

    def _mend_numbers(self) -> bool:
        """The delivered numbers are entered beside the users they are for."""
        rows = [dict(row) for row in self.case.document.get("users", [])]
        missing = [row for row in rows if row.get("number_source") == "new" and not row.get("number")]
        taken = {str(row.get("number")) for row in rows}
        country = self.case.profile.country
        for row in missing:
            area = f"+{country_code_of(country)}{row['area_code']}"
            row["number"] = next(number for number in fictitious(area, country) if number not in taken)
            taken.add(row["number"])
        if missing:
            self.case.save_section("users", rows, source="delivered numbers")
        return bool(missing)

    def _as(self, role: str) -> Case:
        """Somebody in that role: who is listed for it, else its title."""
        listed = directory(self.case.context(), None).may(role)
        person = str(listed[0]) if listed else self.case.profile.party_title(role)
        return self.case.acting(person, login=person)


def play(
    case: Case, engineers: PeopleClient, run: Callable[[datetime], None], show: Callable[[datetime, str], None]
) -> ProjectStatus:
    """Alternate runs and people, day by promised day, until the customer is complete or nothing moves.

    ``run(at)`` runs what can move; ``show(at, what)`` is given what people did.
    """
    start, cast = case.at, Cast(case, engineers)
    run(case.at)
    while not case.progress().is_closed:
        if cast.act(lambda what: show(case.at, what)):
            run(case.at)
            continue
        day = cast.next_day()
        if day is None or case.at - start > timedelta(days=PATIENCE):
            break
        case.at = datetime.combine(day, time(10), case.calendar.zone).astimezone(UTC)
    return case.progress()


def _side(profile: Profile, party: str) -> str:
    """On whose behalf a party acts; somebody whom a row names acts for the customer."""
    return profile.parties[party].side if party in profile.parties else "customer"


def _answer(question: Question, today: date) -> JSON:
    """What somebody might say to a question a gate asks."""
    if question.options:
        value = question.options[0].value
        return [value] if question.kind is Kind.CHOICES else value
    typical: dict[Kind, JSON] = {Kind.YES_NO: True, Kind.DATE: today.isoformat(), Kind.TIME: "18:00"}
    return typical.get(question.kind) or question.example or str(question.at_least or 1)


def _paper(title: str, case: Case) -> Attachment:
    """A proof as it might be filed: a small text, marked as rehearsed."""
    text = f"{title}\n{case.customer.name}\n{case.at:%d %B %Y}\n\nRehearsed in the sandbox; not a real document.\n"
    name = "".join(mark if mark.isalnum() else "-" for mark in title.lower())[:60].strip("-")
    return Attachment(f"{name}.txt", "text/plain", text.encode())
