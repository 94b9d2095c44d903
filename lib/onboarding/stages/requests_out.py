"""What other answers, or another edition, come to for requests by mail that are out or lie in the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from onboarding.domain.action import Action
from onboarding.domain.json import JSON
from onboarding.domain.language import LazyText, _
from onboarding.domain.sending import TAKING_BACK, WITHDRAWAL
from onboarding.domain.task import Task
from onboarding.stages.amendment import as_sent, is_by_mail, retractions
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.outgoing import NOTHING_OUT, Standing, standings
from onboarding.stages.planners.mail import substance


@dataclass(frozen=True, slots=True)
class ChangedRequest:
    """A request that somebody has, or may have, ``to`` whom it went and ``since`` when. It is to be changed, or
    withdrawn where it is not ``is_wanted``. One that only waits in the outbox has no ``to``.
    """

    task: Task
    id: str
    to: str = ""
    since: date | None = None
    is_wanted: bool = True

    @property
    def sentence(self) -> LazyText:
        """What becomes of it."""
        if not self.to:
            text = _("A request that waits in the outbox is written anew: {title}.")
            text = text if self.is_wanted else _("A request that waits in the outbox is taken out of it: {title}.")
        else:
            text = _("A request is out, with {to} since {day}, and has to be changed: {title}.")
            withdrawn = _("A request is out, with {to} since {day}, and has to be withdrawn: {title}.")
            text = text if self.is_wanted else withdrawn
        return _(text, to=self.to, day=self.since, title=_(self.task.title))


def changed_requests(before: Context, after: Context) -> Iterator[ChangedRequest]:
    """Those of which something has to be said ``after`` a change that had not to be ``before``."""
    known = {(action.id, action.body_digest) for _task, action, _body in _changes(before)}
    for task, action, body in _changes(after):
        if (action.id, action.body_digest) not in known:
            yield _changed(task, action, body, after)


def _changed(task: Task, action: Action, body: Mapping[str, JSON], context: Context) -> ChangedRequest:
    name = action.id.removesuffix(TAKING_BACK)
    if name != action.id:
        wanted = desired(task, context) if context.is_needed(task) else ()
        return ChangedRequest(task, name, is_wanted=any(one.id == name for one in wanted))
    name = action.id.removesuffix(WITHDRAWAL)
    at = standings(task.id, context)[name].at
    since = context.day(at, task.party) if at else None
    return ChangedRequest(task, name, str(body.get("to") or ""), since, name == action.id)


def _changes(context: Context) -> Iterator[tuple[Task, Action, Mapping[str, JSON]]]:
    """What is now to be said of requests that are out or lie in the outbox, with what was said before."""
    for task in context.profile.tasks:
        if not is_by_mail(task) or not (known := standings(task.id, context)):
            continue
        for action in desired(task, context) if context.is_needed(task) else ():
            now = known.get(action.id, NOTHING_OUT)
            then = as_sent(action.id, now, task, context) if now.could_be_out else None
            if then is not None and _is_another(action, then, now):
                yield task, action, then.body
        for action in retractions(task, context):
            yield task, action, action.body


def _is_another(action: Action, then: Action, now: Standing) -> bool:
    """Whether a request says something else than what is out, or may be."""
    if now.uncertain:
        return not now.asks_uncertainly(action)
    return substance(then.body) != substance(action.body)
