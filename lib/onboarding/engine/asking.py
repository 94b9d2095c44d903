"""Asking people for a decision: once for what is to be decided, again only when that is something else, and telling
them when it is not needed any more.

Whoever may decide and has an e-mail address is asked by mail, through the outbox as requests are; everybody else sees
it in the runbook and in the status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from onboarding.case.case import Case
from onboarding.case.people import people_of
from onboarding.domain.action import Action, Verdict
from onboarding.domain.people import Directory, Person, identity
from onboarding.domain.sending import Sending
from onboarding.engine.attempt import TOOK_EFFECT, Attempts
from onboarding.errors import InputError, Unavailable
from onboarding.stages.context import Context
from onboarding.stages.decision_mail import Asked, mailed, request_to, to_stop, unanswered
from onboarding.stages.gate import MAILED, GateStatus, asking
from onboarding.stages.outgoing import NOTHING_OUT
from onboarding.stages.project_status import ProjectStatus


def ask_people(case: Case, stage: str, attempts: Attempts) -> list[str]:
    """Asks the people whose decision alone holds tasks of the stage, and puts into the record that they are asked;
    tells those of any decision who need not decide any more.

    Returns why somebody could not be asked by mail, and of whom it is not known; who was not asked is asked again the
    next time.
    """
    context, progress = case.look()
    if not progress.to_decide and not progress.stopped and not context.record.sendings:
        return []
    try:
        people = people_of(case, context)
    except InputError as problem:
        return [str(problem)] if progress.to_decide else []
    post = _Post(case, replace(attempts, version=context.version), context, progress, people)
    post.stop()
    for name in progress.to_decide:
        held = {task.stage for task_id in progress.held_by[name] if (task := context.task(task_id))}
        if stage in held:
            post.ask(progress.gates[name])
    return post.troubles


@dataclass
class _Post:
    """The mails of one run about decisions; ``troubles`` says what became of those that surely went out to nobody, or
    may not have."""

    case: Case
    attempts: Attempts
    context: Context
    progress: ProjectStatus
    people: Directory
    troubles: list[str] = field(default_factory=list)

    def ask(self, status: GateStatus) -> None:
        """Once everybody was tried they count as asked; who was asked for something else before is told so."""
        name, is_asked = status.gate.id, status.gate.id in self.progress.asked
        people = list(self.people.may(status.owed_by))
        tried = [self._ask(person, status) for person in people if not is_asked or self._has_mail(person, status)]
        if all(tried) and not is_asked:
            self.case.store.add_evidence(self.case.customer.id, asking(status, self.context, self.case.by))
        self._note_asked(people, self.progress.gates[name])

    def stop(self) -> None:
        """Withdraws what need not be decided any more, whichever stage waited for it."""
        for name in self.context.record.sendings:
            status = self.progress.gates.get(name)
            if self.context.task(name) is None:
                may = {identity(str(one)) for one in self.people.may(status.owed_by)} if status else ()
                asked = Asked(may, name in self.progress.to_decide)
                for action in to_stop(name, asked, status, self.context):
                    self._send(action)

    def _has_mail(self, person: Person, status: GateStatus) -> bool:
        return unanswered(_request(person, status), status.gate, self.context) != NOTHING_OUT

    def _ask(self, person: Person, status: GateStatus) -> bool:
        action = request_to(person, status, self.context)
        return action is None or self._send(action)

    def _send(self, action: Action) -> bool:
        """Whether it was tried: that it has surely gone to nobody means that it is tried again."""
        try:
            outcome = self.attempts.carry_out(action)
        except Unavailable as problem:
            self.troubles.append(str(problem))
            return False
        if outcome.verdict not in TOOK_EFFECT:
            self.troubles.append(f"{action.summary}: {outcome.message}")
        return outcome.verdict in (*TOOK_EFFECT, Verdict.UNKNOWN)

    def _note_asked(self, people: list[Person], status: GateStatus) -> None:
        """A line for the record of each mail that went out, also with a run that was cut short before it wrote one."""
        context, name = self.case.context(), status.gate.id
        known = {line.reference for line in context.lines(name, of_all_phases=True) if line.what.kind == MAILED}
        for person in people:
            for one in _gone_out(_request(person, status), name, context):
                if one.reference not in known:
                    line = mailed(one, person, status.gate, context, self.case.by)
                    self.case.store.add_evidence(self.case.customer.id, line)


def _gone_out(request: str, gate: str, context: Context) -> Iterator[Sending]:
    for one in context.record.sendings.get(gate, ()):
        if one.action_id == request and one.verdict in TOOK_EFFECT:
            yield one


def _request(person: Person, status: GateStatus) -> str:
    return f"{status.gate.id}/{identity(str(person))}"
