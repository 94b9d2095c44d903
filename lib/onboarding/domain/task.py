"""Who does what: parties, stages, tasks, gates, lead times, services. All of it comes from a profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from onboarding.domain.condition import ALL_ROWS, Condition, Where
from onboarding.domain.difference import What
from onboarding.domain.json import Answers
from onboarding.domain.language import LazyText, _
from onboarding.domain.params import NO_PARAMS, Params
from onboarding.domain.question import Question, Titled

STAGES = ("gather", "telephony", "provision", "enable_services", "migrate", "cutover")
"""Ids of the stages that have a runbook of their own, `runbooks/NN_<stage>.ipynb`, in the order of these.

A profile lists its stages itself: these or others, in its own order.
"""


class Unit(StrEnum):
    """Kind of time a lead time counts in."""

    MINUTES = "minutes"
    HOURS = "hours"
    BUSINESS_DAYS = "business-days"
    DAYS = "days"  # calendar days
    WEEKS = "weeks"  # calendar weeks


_LENGTHS = {
    Unit.MINUTES: (_("1 minute"), _("{count} minutes")),
    Unit.HOURS: (_("1 hour"), _("{count} hours")),
    Unit.BUSINESS_DAYS: (_("1 business day"), _("{count} business days")),
    Unit.DAYS: (_("1 day"), _("{count} days")),
    Unit.WEEKS: (_("1 week"), _("{count} weeks")),
}


class Channel(StrEnum):
    """How a task is carried out (C-02 asks for self-service, engineer-only or either on every task)."""

    PORTAL = "portal"
    ENGINEER = "engineer"
    EITHER = "either"
    EMAIL = "e-mail"
    CALL = "call"
    VISIT = "site-visit"
    AUTOMATION = "automation"
    PAPER = "paper"


START, GO_LIVE = "start", "go-live"
"""What a lead time may count from besides dates that were answered and tasks."""


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long something takes, or how far ahead it must happen.

    ``anchor`` is ``start`` (counted from when the task could begin or was handed over), ``go-live``, a question id
    that holds a date (of a table the earliest to count backwards from, else the latest), or a task id (the instant it
    was done); a ``before`` lead time counts backwards from it.

    ``by`` is the local hour of the last day until which it is in time, ``received_by`` the one until which what arrives
    counts as received that day. ``cases`` are other lead times where some answers are given, the first that holds
    counts.
    """

    amount: int
    unit: Unit
    anchor: str = START
    is_before: bool = False
    source: str = ""
    by: time | None = None
    received_by: time | None = None
    cases: tuple[LeadCase, ...] = ()

    def __str__(self) -> str:
        return f"{self.sentence} before {self.anchor}" if self.is_before else str(self.sentence)

    @property
    def sentence(self) -> LazyText:
        """How long, such as ``5 business days``."""
        one, several = _LENGTHS[self.unit]
        length = _(one) if self.amount == 1 else _(several, count=self.amount)
        return _("{length}, by {hour}", length=length, hour=f"{self.by:%H:%M}") if self.by else length

    def of(self, answers: Answers, row: Mapping[str, Any] | None = None, section: str = "") -> LeadTime:
        """The lead time that holds with these answers, in that ``row`` of the table ``section`` where one is meant."""
        return next((case.lead for case in self.cases if case.when.holds(answers, row, section)), self)


@dataclass(frozen=True, slots=True)
class LeadCase:
    """A lead time where some answers are given."""

    when: Condition
    lead: LeadTime


SIDES = ("customer", "reseller", "provider", "third")
"""On whose behalf somebody acts."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who acts: ``side`` is customer, reseller, provider or third.

    ``contact_roles`` are the roles of the customer's contacts table whose people may decide for this party.
    """

    id: str
    title: str
    side: str
    contact: str = ""
    is_inferred: bool = False
    contact_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service(Titled):
    """What a user can be given. ``includes`` are the services a composite one consists of."""

    plans: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    needs_number: bool = False
    is_billed: bool = True


@dataclass(frozen=True, slots=True)
class Gate(Titled):
    """A decision or a check that opens the way.

    ``kind`` is ``check`` (``check`` names one of `onboarding.stages.checks`, ``params`` are its parameters) or
    ``decision`` (``roles`` may decide, ``quorum`` of them must approve; bound to the digest of the questions
    and sections in ``on``, ``*`` for all). ``owed_by`` is the party that is asked while it is closed.

    With ``each_role`` every role approves once, each by another person. ``asks`` is what a decision records besides
    yes or no; an approval holds until it ``expires``.

    A decision may only be taken once the tasks ``after`` are closed. A no re-opens the tasks ``reopens``, which are
    done anew before the gate is decided again; what was approved before that no does not count any more.

    Where it ``is_listed`` nobody is taken on trust: only somebody who is listed for the role decides.
    """

    kind: str
    owed_by: str
    question: str = ""
    check: str = ""
    params: Params = NO_PARAMS
    roles: tuple[str, ...] = ()
    quorum: int = 1
    on: tuple[str, ...] = ()
    when: Condition | None = None
    needs_evidence: bool = False
    after: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()
    asks: tuple[Question, ...] = ()
    each_role: bool = False
    expires: LeadTime | None = None
    four_eyes: bool | None = None
    is_listed: bool = False

    @property
    def needs_four_eyes(self) -> bool:
        """Whether nobody may approve their own answers: where several approve answers, unless the profile allows it."""
        several = bool(self.on) and (self.each_role or self.quorum > 1)
        return several if self.four_eyes is None else self.four_eyes

    def ask(self, name: str) -> Question | None:
        return next((question for question in self.asks if question.name == name), None)


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who may do without a task that a gate rests on: the parties ``by``, with a file where one is needed."""

    by: tuple[str, ...]
    needs_file: bool = False


MATERIAL: Mapping[str, frozenset[What]] = {
    "any": frozenset({What.CHANGED, What.ADDED, What.REMOVED}),
    "new": frozenset({What.CHANGED, What.ADDED}),
    "changed": frozenset({What.CHANGED}),
}
"""Which differences of an answer undo what rests on it; that rows stand in another order never does."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Answers that a task rests on: those to the question or section ``on``, in a table of the rows of ``where``.

    ``change`` is the word of `MATERIAL` for what undoes the task.
    """

    on: str
    change: str = "any"
    where: Where = ALL_ROWS


OF_ROW = ":"
"""Between the id of a task for every row and what it is about; no id in a profile has it."""


@dataclass(frozen=True, slots=True)
class Each:
    """That there is a task for every row of the table ``rows``, or one for each of the ways in which the columns ``by``
    are filled; of the rows of ``where``.
    """

    rows: str
    where: Where = ALL_ROWS
    by: tuple[str, ...] = ()

    def question(self, name: str) -> str:
        """Id of the question that ``{name}`` in a text means: of the row's own table the column is enough."""
        return name if "." in name else f"{self.rows}.{name}"


SPOKEN_OF_ROW = ("guide", "undo", "evidence")
"""Texts of a task for every row that are filled in with what the row says."""


@dataclass(frozen=True, slots=True)
class Named:
    """A party that the rows name: the answer to the question ``column``, or what ``parties`` makes of it.

    An answer that is no party of the profile is a name on the customer's side.
    """

    column: str
    parties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfRow:
    """What one task of a task for every row is about: ``key`` is the id of the row, or what its group has in common.

    ``task`` is the id of the task as the profile has it, ``label`` what people call the row. One that is gone
    (``is_gone``) is not among the answers any more.
    """

    task: str
    key: str
    label: str
    is_gone: bool = False


def declared_id(task_id: str) -> str:
    """The id in the profile of a task that may be for one row."""
    return task_id.partition(OF_ROW)[0]


def row_of(task_id: str) -> str:
    """What the task of a row is about (`OfRow.key`); empty for any other."""
    return task_id.partition(OF_ROW)[2]


@dataclass(frozen=True, slots=True)
class Task(Titled):
    """One thing somebody must do.

    ``action`` names the planner that turns the task into actions (`onboarding.stages.planners`), ``params`` are its
    parameters; ``manual`` is the planner of everything a person does. ``connector`` is the outside system.
    ``after`` are task ids, ``gates`` gate ids. ``evidence`` says what proves it. A task with ``every`` comes back that
    long after each time it was done, and closes by itself with the last task that does not.

    ``rests_on`` are the answers it holds for; None: what it brings about or shows. ``rests_on_tasks`` are tasks whose
    result it uses: when they are done anew, so is it. Once one of ``settled_by`` is done, what was asked for is
    confirmed: a change of it goes out only with a person's approval. ``uses`` are the questions and sections that its
    parameters and its planner look at.

    ``waive`` says who may do without it although something rests on it. What ``is_binding`` is required by law or by
    a carrier: it is neither left out nor waived. What the guide calls optional (``is_optional``) may be left out where
    gates only wait for its whole stage. An edition that raises the ``revision`` has it done anew where it was done by
    an earlier one; ``was`` is the id of the task of such a one in whose place it is done. What ``outlasts`` may stay
    open, with its reminder, when everything else is complete.

    ``on`` is the question with the day it happens: it is not done before; ``wanted`` the one with the day that somebody
    wishes for it. ``brings`` is the question whose day becomes
    known by it. The customer ``is_live`` with it: the wanted go-live is held against it. While nothing that follows it
    is done, its proof ``expires`` that long after it was given.
    A task for ``each`` row stands for those that are made for the customer's rows (`stages.row_tasks`): each has an id
    of its own and says in ``row`` what it is about; ``named`` is where rows say whose it is. What a person has set up
    is to be undone by hand, as ``undo`` says, when it is not wanted any more.
    """

    stage: str
    party: str
    action: str = "manual"
    connector: str = "manual"
    params: Params = NO_PARAMS
    helpers: tuple[str, ...] = ()
    channel: Channel = Channel.EITHER
    when: Condition | None = None
    skip_reason: str = ""
    after: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    lead: LeadTime | None = None
    effort_minutes: int = 0
    evidence: str = ""
    guide: str = ""
    every: LeadTime | None = None
    is_once: bool = False
    outlasts: bool = False
    is_irreversible: bool = False
    is_inferred: bool = False
    rests_on: tuple[Ground, ...] | None = None
    rests_on_tasks: tuple[str, ...] = ()
    settled_by: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    waive: Waiver | None = None
    is_binding: bool = False
    is_optional: bool = False
    on: str = ""
    brings: str = ""
    wanted: str = ""
    is_live: bool = False
    expires: LeadTime | None = None
    revision: int = 0
    was: str = ""
    each: Each | None = None
    named: Named | None = None
    row: OfRow | None = None
    undo: str = ""

    @property
    def declared(self) -> str:
        """Its id in the profile."""
        return self.row.task if self.row else self.id

    @property
    def is_manual(self) -> bool:
        return self.connector == "manual"

    @property
    def is_check(self) -> bool:
        """Whether it closes by itself, as soon as its check holds."""
        return self.action == "check"

    @property
    def stands_for_rows(self) -> bool:
        """Whether it is the one of a profile that there is for every row, and not one of a row."""
        return self.each is not None and self.row is None

    @property
    def is_reported(self) -> bool:
        """Whether somebody says that it is done: of a check it is seen, of all rows it follows from each."""
        return not self.is_check and not self.stands_for_rows

    @property
    def is_confirm(self) -> bool:
        """Whether it waits for what somebody else brings about."""
        return self.action == "confirm"


@dataclass(frozen=True, slots=True)
class Stage(Titled):
    """One stage of a provider's way: its title, entry gates and purpose."""

    purpose: str = ""
    gates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference(Titled):
    """A row of a guide that is neither task nor rule: a link, a definition, provenance.

    The runbooks of ``stages`` show it, the customer's pages and the completion report name it too unless it
    ``is_internal``; one that ``is_help`` says where help is found.
    """

    text: str = ""
    url: str = ""
    stages: tuple[str, ...] = ()
    is_help: bool = False
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Procedure(Titled):
    """Something done with a customer outside the course of onboarding: a repair, a removal, the end.

    ``kind`` is one of `PROCEDURE_KINDS`. ``connector`` is the outside system it works on; ``confirm`` the question
    whose answer is the customer's key there, to be typed in full before anything is destroyed. ``needs`` are sentences
    a person makes sure of before. ``follow_ups`` are what is left to people afterwards, each closed by its proof.
    """

    party: str
    kind: str
    guide: str = ""
    connector: str = "manual"
    needs: tuple[str, ...] = ()
    confirm: str = ""
    is_irreversible: bool = False
    follow_ups: tuple[str, ...] = ()


PROCEDURE_KINDS: Mapping[str, str] = {
    "delete": "the customer and everything of theirs is wiped",
    "demo": "the customer becomes a demonstration for good; what lies on the platforms is left to people",
    "remove-range": "one range of numbers is given up",
    "remove": "what the answers do not name any more goes, with what people have in it",
    "recover": "after a change that failed: network, reachability, another customer to compare with, then once more",
}
"""What a procedure may be, for `engine.procedure` to carry out."""


@runtime_checkable
class Waits(Protocol):
    """Parameters of what waits for tasks to be closed."""

    def waited_for(self, tasks: Iterable[Task]) -> Iterator[str]:
        """Ids of the tasks that are waited for, out of all ``tasks`` of the profile."""
        ...


@runtime_checkable
class WantsDocuments(Protocol):
    """Parameters of what is content with documents only."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Ids of the tasks whose documents are wanted."""
        ...


def named_tasks(params: Params) -> tuple[str, ...]:
    """Ids of the tasks that a check with these parameters names: to be closed, or to bring their document.

    A stage that is waited for as a whole names none of its tasks.
    """
    waited_for = params.waited_for(()) if isinstance(params, Waits) else ()
    return (*waited_for, *(params.documents if isinstance(params, WantsDocuments) else ()))
