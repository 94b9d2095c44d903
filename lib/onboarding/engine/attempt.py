"""One action on its way out: intent, connector, outcome, and a look-up before any re-send.

Every effect has a journal entry written before it and an outcome after it. An attempt whose outcome is not known is
looked up once the outside system has settled, and only sent again when it surely did not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from onboarding.case import planning
from onboarding.case.attachments import attachments
from onboarding.case.case import Case
from onboarding.connectors.base import Connector
from onboarding.domain.action import Action, Attachment, Operation, Outcome, Verdict
from onboarding.domain.event import Event, error_event
from onboarding.domain.sending import BY_MAIL, WITHDRAWAL
from onboarding.errors import Unavailable
from onboarding.stages.plan import compare
from onboarding.store.journal import Journal
from onboarding.store.values import JournalEntry

ATTEMPTS = 3
"""How often one action is sent in one run, each time only after it is known that the last attempt had no effect."""

TOOK_EFFECT = (Verdict.DONE, Verdict.PENDING)

Wait: TypeAlias = Callable[[float], None]
Trouble: TypeAlias = Callable[[str, Unavailable], None]


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts at the actions of one stage, under plan ``revision`` and the customer's lock, by the answers of
    ``version``.

    ``connector`` gives the outside system of a name, ``documents`` the files that go with an action. ``wait`` lets an
    outside system settle, for seconds; ``trouble`` is called with the name of one that cannot be asked.
    """

    journal: Journal
    customer: str
    stage: str
    revision: int
    phase: int
    at: datetime
    by: str
    connector: Callable[[str], Connector]
    documents: Callable[[Action], Sequence[Attachment]]
    wait: Wait
    trouble: Trouble
    known_as: str
    version: int

    @classmethod
    def of(
        cls, case: Case, stage: str, wanted: str, wait: Wait, trouble: Trouble, version: int | None = None
    ) -> Attempts:
        """Those of a case; ``wanted`` is the digest of what shall be there, by the answers of ``version`` (now)."""
        return cls(
            case.store, case.customer.id, stage, case.store.revision(case.customer.id, stage, wanted, case.at),
            case.record.phase.number, case.at, case.by, partial(planning.connector, case), partial(attachments, case),
            wait, trouble, case.known_as, case.context().version if version is None else version,
        )  # fmt: skip

    def carry_out(self, action: Action) -> Outcome:
        """Send the action so that it takes effect once, whatever happened to earlier attempts.

        Raises Unavailable when it surely had no effect, and another attempt now would have none either.
        """
        connector = self.connector(action.connector)
        earlier = self._resolve(connector, action)
        if earlier is not None:
            return earlier
        documents = self.documents(action)
        for _ in range(ATTEMPTS):
            outcome = self._send(connector, action, documents)
            if outcome.verdict is not Verdict.NOT_SENT:
                return outcome
        words = f"The {connector.name} took {ATTEMPTS} attempts without carrying them out: {action.summary}."
        raise Unavailable("ATTEMPTS-SPENT", words, "Run again later.")

    def conclude(self, action: Action, entry: JournalEntry | None) -> Outcome:
        """How an action ended that is found as wanted; an attempt that was cut short gets its outcome now."""
        if entry is not None and is_open(entry):
            ended = self._resolve(self.connector(action.connector), action)
        else:
            ended = entry.outcome if entry else None
        if ended is None or ended.verdict not in TOOK_EFFECT:
            return Outcome(Verdict.DONE, observed=action.before)
        return ended if ended.observed is None else replace(ended, observed=action.before)

    def _send(self, connector: Connector, action: Action, documents: Sequence[Attachment]) -> Outcome:
        ref = self._next_ref(action)
        entry = self.journal.intend(self.customer, self.stage, action, ref, self.at, self.by, self.version)
        if not entry.is_new:
            return Outcome(Verdict.UNKNOWN, message=Event("attempt.open", ref))
        try:
            outcome = connector.send(action, ref, documents)
        except Unavailable as problem:
            self._conclude(ref, Outcome(Verdict.NOT_SENT, message=error_event(problem)))
            raise
        self._conclude(ref, outcome)
        if outcome.verdict is Verdict.UNKNOWN:
            self.wait(connector.settle)
            outcome = self._look_up(connector, action, ref)
        return outcome

    def _resolve(self, connector: Connector, action: Action) -> Outcome | None:
        """The outcome of an earlier attempt that was cut short; None when none has done what is wanted now.

        A message that is about it, and right whether it arrived or not, does not wait for its end.
        """
        open_entries = [entry for entry in self.journal.journal(self.customer, action.id) if is_open(entry)]
        if open_entries and action.connector == BY_MAIL:
            open_entries = self._still_open(action) if action.message is None else []
        if not open_entries:
            return None
        self.wait(connector.settle)
        found: Outcome | None = None
        for entry in open_entries:
            outcome = self._look_up(connector, action, entry.ref)
            if outcome.verdict is Verdict.UNKNOWN or _did(action, entry, outcome):
                found = outcome
        return found

    def _still_open(self, action: Action) -> list[JournalEntry]:
        """Of mails those that are open and that no later one has changed or withdrawn."""
        about = (action.id, action.id + WITHDRAWAL)
        entries = [entry for entry in self.journal.journal(self.customer) if entry.action_id in about]
        arrived = [place for place, entry in enumerate(entries) if _has_arrived(entry)]
        return [
            entry
            for entry in entries[arrived[-1] + 1 if arrived else 0 :]
            if entry.action_id == action.id and is_open(entry)
        ]

    def _look_up(self, connector: Connector, action: Action, ref: str) -> Outcome:
        try:
            seen = connector.look_up(action, ref)
        except Unavailable as problem:
            self.trouble(connector.name, problem)
            return Outcome(Verdict.UNKNOWN, message=error_event(problem))
        outcome = seen or Outcome(Verdict.NOT_SENT, message=Event("attempt.without-effect", ref))
        self._conclude(ref, outcome)
        return outcome

    def _conclude(self, ref: str, outcome: Outcome) -> None:
        self.journal.conclude(self.customer, ref, outcome, self.at)

    def _next_ref(self, action: Action) -> str:
        """Customer, plan revision and action; numbered on when that has taken effect before and is wanted again.

        From the second phase on it carries the phase, so that what is asked anew has a reference of its own.
        """
        phase = f"p{self.phase}." if self.phase > 1 else ""
        base = f"{self.known_as}.{phase}{self.revision}.{action.id}"
        entries = self.journal.journal(self.customer, action.id)
        mails = action.message is not None  # one that is about a mail of unknown end is another mail
        counted = [entry for entry in entries if took_effect(entry) or (mails and is_open(entry))]
        before = sum(entry.ref.split("~")[0] == base for entry in counted)
        return f"{base}~{before + 1}" if before else base


def is_open(entry: JournalEntry) -> bool:
    """Whether the end of the attempt is not known."""
    return entry.outcome is None or entry.outcome.verdict is Verdict.UNKNOWN


def _has_arrived(entry: JournalEntry) -> bool:
    return entry.outcome is not None and entry.outcome.verdict is Verdict.DONE


def took_effect(entry: JournalEntry) -> bool:
    """Whether the attempt is known to have been carried out, or to be under way."""
    return entry.outcome is not None and entry.outcome.verdict in TOOK_EFFECT


def _did(action: Action, entry: JournalEntry, outcome: Outcome) -> bool:
    """Whether an earlier attempt took effect, and the effect is what the action wants now."""
    if outcome.verdict not in TOOK_EFFECT:
        return False
    if outcome.observed is None:
        return entry.body_digest == action.body_digest
    return compare(action, outcome.observed).operation is Operation.NO_OP
