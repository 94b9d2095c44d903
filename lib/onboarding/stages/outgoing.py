"""What the other side has of a request by mail, may have, or would have if somebody took it out of the outbox.

It is known from the attempts at it, which are written down before anything leaves, and from what was stated at
adoption. Only what could have been got is ever changed or withdrawn; what never left is taken back and written anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from onboarding.domain.action import Action, Operation, Verdict
from onboarding.domain.event import ADOPTED_ORDER
from onboarding.domain.history import Evidence
from onboarding.domain.sending import BY_MAIL, IN_OUTBOX, TAKING_BACK, Sending
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners.mail import REQUEST


@dataclass(frozen=True, slots=True)
class Out:
    """What they have: its reference, the version of the answers it was made of, and since when.

    Of what was stated at adoption nobody knows the words.
    """

    reference: str
    version: int
    at: datetime
    body_digest: str = ""

    @property
    def is_adopted(self) -> bool:
        return not self.body_digest


@dataclass(frozen=True, slots=True)
class Standing:
    """``uncertain`` are attempts since ``out`` of which nobody knows whether they arrived; ``waits`` is one that lies
    in the outbox. It ``is_leaving`` where somebody began to take it back.
    """

    out: Out | None = None
    uncertain: tuple[Sending, ...] = ()
    waits: Sending | None = None
    is_leaving: bool = False

    @property
    def could_be_out(self) -> bool:
        """Whether the other side could have got anything."""
        return bool(self.out or self.uncertain)

    @property
    def references(self) -> list[str]:
        """Of all they have or may have, oldest first."""
        sure = [self.out.reference] if self.out else []
        return [name for name in (*sure, *(one.reference for one in self.uncertain)) if name]

    @property
    def requested(self) -> list[str]:
        """Of the requests among it, without what withdrew one."""
        withdrawn = {one.reference for one in self.uncertain if one.withdraws}
        return [name for name in self.references if name not in withdrawn]

    @property
    def version(self) -> int:
        """The version of the answers that the newest request they have, or may have, was made of."""
        asked = [one.version for one in self.uncertain if not one.withdraws]
        return asked[-1] if asked else self.out.version if self.out else 0

    @property
    def at(self) -> datetime | None:
        """Since when the newest of it is out."""
        if self.uncertain:
            return self.uncertain[-1].intended_at
        return self.out.at if self.out else None

    def asks_uncertainly(self, action: Action) -> bool:
        """Whether the newest of unknown end is this very request: nobody sends it again before that is known."""
        last = self.uncertain[-1] if self.uncertain else None
        return last is not None and last.action_id == action.id and last.body_digest == action.body_digest

    def after(self, one: Sending) -> Standing:
        """As it stands after another attempt."""
        if one.takes_back:
            return self._after_taking_back(one)
        if one.verdict is Verdict.DONE:
            return self._after_arrival(one)
        if one.verdict is Verdict.PENDING:
            return replace(self, waits=one, is_leaving=False)
        return replace(self, uncertain=(*self.uncertain, one)) if one.is_open else self

    def _after_taking_back(self, one: Sending) -> Standing:
        if one.verdict is Verdict.DONE:
            return replace(self, waits=None, is_leaving=False)
        return replace(self, is_leaving=self.waits is not None) if one.is_open else self

    def _after_arrival(self, one: Sending) -> Standing:
        if not one.withdraws:
            return Standing(Out(one.reference, one.version, one.intended_at, one.body_digest))
        is_stated_since = self.out is not None and self.out.is_adopted and self.out.version > one.version
        return Standing(self.out) if is_stated_since else Standing()


NOTHING_OUT = Standing()


def standings(name: str, context: Context) -> dict[str, Standing]:
    """How each request of a task, or mail about a gate, stands in what counts of the phases, by the action's id."""
    found = {line.subject: Standing(_adopted(line)) for line in _stated(name, context)}
    since = context.record.counts_since
    for one in sendings_of(name, context):
        if one.phase >= since:
            found[one.request] = found.get(one.request, NOTHING_OUT).after(one)
    return found


def sendings_of(name: str, context: Context) -> list[Sending]:
    """The attempts at mails of a task or gate, oldest first: with those of tasks in whose place it is done."""
    task = context.task(name)
    inherited = [
        replace(one, action_id=name + one.action_id.removeprefix(was), task=name, is_inherited=True)
        for was in reversed(predecessors(task, context) if task else ())
        for one in context.record.sendings.get(was, ())
    ]
    return [*inherited, *context.record.sendings.get(name, ())]


def predecessors(task: Task, context: Context) -> list[str]:
    """Ids of the tasks of earlier editions in whose place it is done, the nearest first."""
    found = [task.was] if task.was else []
    earlier = context.record.editions[1:-1] if found else ()  # the first had none before it
    for taken in reversed(earlier):
        then = context.under_edition_of(taken.version)
        before = then.profile.task(found[-1]) if then else None
        if before is not None and before.was:
            found.append(before.was)
    return found


def successor(name: str, context: Context) -> Task | None:
    """The task that is done in place of one of an earlier edition."""
    return next((task for task in context.profile.tasks if task.was and name in predecessors(task, context)), None)


def standing_of(action: Action, context: Context) -> Standing:
    """How a request stands."""
    return standings(action.task, context).get(action.id, NOTHING_OUT)


def _stated(name: str, context: Context) -> list[Evidence]:
    task = context.task(name)
    found = [
        replace(line, subject=name + line.subject.removeprefix(was))
        for was in reversed(predecessors(task, context) if task else ())
        for line in context.lines(was)
        if line.what.kind == ADOPTED_ORDER and line.subject
    ]
    return [*found, *(line for line in context.lines(name) if line.what.kind == ADOPTED_ORDER and line.subject)]


def _adopted(line: Evidence) -> Out:
    return Out(line.reference, line.version, line.at)


def is_waiting(action: Action, context: Context) -> bool:
    """Whether the very mail lies in the outbox, and there is nobody who could take it over from there."""
    now = standing_of(action, context)
    return now.waits is not None and _stays(now, action, context)


def taking_back(name: str, wanted: Mapping[str, Action], context: Context) -> list[Action]:
    """What is to be taken out of the outbox: mails that say what is not wanted any more, and those that can be sent.

    ``wanted`` are the requests of the task or gate, by id.
    """
    return [take for take, now, one in _waiting(name, wanted, context) if not _stays(now, one, context)]


def outdated(name: str, wanted: Mapping[str, Action], context: Context) -> list[Action]:
    """What takes those mails out of the outbox that say what is not wanted, whoever sends them from there."""
    return [take for take, now, one in _waiting(name, wanted, context) if not _says_what_is_wanted(now, one)]


def _waiting(
    name: str, wanted: Mapping[str, Action], context: Context
) -> Iterator[tuple[Action, Standing, Action | None]]:
    """What would take each mail out of the outbox that lies there, how it stands, and what is wanted instead."""
    for request, now in standings(name, context).items():
        if now.waits is not None:
            yield take_back(request, now.waits), now, wanted.get(request)


def _stays(now: Standing, wanted: Action | None, context: Context) -> bool:
    """Whether what waits says what is wanted, and somebody else has to send it."""
    assert now.waits
    return not (context.delivers or now.waits.is_inherited) and _says_what_is_wanted(now, wanted)


def _says_what_is_wanted(now: Standing, wanted: Action | None) -> bool:
    """Whether what waits says what is wanted, and nobody has begun to take it out."""
    waits = now.waits
    assert waits
    if now.is_leaving:
        return False
    if waits.withdraws:
        return wanted is None
    return wanted is not None and waits.body_digest == wanted.body_digest


def take_back(request: str, waits: Sending) -> Action:
    """The action that takes a mail out of the outbox again."""
    name, summary = request + TAKING_BACK, f"Take back from the outbox: {waits.summary}"
    return Action(name, waits.task, BY_MAIL, Operation.REMOVE, REQUEST, name, summary, {IN_OUTBOX: waits.ref})
