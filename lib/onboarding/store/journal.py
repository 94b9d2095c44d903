"""The journal: an intent before every effect, its outcome after it. The base of *exactly once*."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from onboarding.domain.action import Action, Outcome, Verdict
from onboarding.domain.event import NOTHING
from onboarding.domain.sending import BY_MAIL, Sending
from onboarding.errors import EvidenceError
from onboarding.store import tables
from onboarding.store.database_errors import VERIFY, VERIFY_COMMAND
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, made
from onboarding.store.values import JournalEntry

_TRY_AGAIN = (Verdict.REJECTED, Verdict.NOT_SENT)  # it is known that nothing happened


class Journal(Repository):
    """Intents, outcomes and the revisions of plans that intents belong to."""

    def revision(self, customer: str, stage: str, wanted_digest: str, at: datetime) -> int:
        """Number of the stage's plan: that of the newest one while ``wanted_digest`` stays the same, else the next."""
        with self._writing(customer) as scope:
            newest = _newest_plan(scope, stage)
            if newest and newest.digest == wanted_digest:
                return int(newest.revision)
            number = int(newest.revision) + 1 if newest else 1
            values = {"stage": stage, "revision": number, "digest": wanted_digest, "at": at}
            scope.add(tables.plans, values, "", "plan.revision", at)
            return number

    def intend(
        self, customer: str, stage: str, action: Action, ref: str, at: datetime, by: str = "", version: int = 0
    ) -> JournalEntry:
        """Writes down that the action is about to be attempted; on disk before it returns.

        The same ``ref`` again gives the entry as it stands, so that a caller sees an attempt whose end is not known;
        only after a rejection, or when nothing was sent, does it begin a new attempt. Raises EvidenceError
        JOURNAL-BODY when the ref was used for another action or body.
        """
        with self._writing(customer) as scope:
            row = scope.row(tables.journal, ref=ref)
            if row is None:
                newest = _newest_plan(scope, stage)
                values = {
                    "ref": ref, "seq": scope.last(tables.journal) + 1, "action_id": action.id,
                    "task": action.task, "stage": stage, "revision": newest.revision if newest else 0,
                    "version": version, "connector": action.connector, "body_digest": action.body_digest,
                    "summary": action.summary, "attempts": 1, "intended_at": at, "reference": "",
                }  # fmt: skip
                scope.add(tables.journal, values, by, "journal.intend", at)
            else:
                _refuse_other(row, action)
                if row.verdict not in _TRY_AGAIN:
                    return _entry(row)
                values = {
                    "ref": ref, "attempts": row.attempts + 1, "intended_at": at, "version": version,
                    "verdict": None, "reference": "", "message": NOTHING, "observed": None, "concluded_at": None,
                }  # fmt: skip
                scope.change(tables.journal, values, by, "journal.intend", at)
            return _entry(scope.row(tables.journal, ref=ref), is_new=True)

    def conclude(self, customer: str, ref: str, outcome: Outcome, at: datetime, by: str = "") -> None:
        """Writes down how the attempt ended.

        ``done`` is final; saying it again changes nothing. Raises EvidenceError JOURNAL-INTENT when nothing was
        intended under ``ref``, JOURNAL-DONE when it was done and now shall be something else.
        """
        with self._writing(customer) as scope:
            row = scope.row(tables.journal, ref=ref)
            if row is None:
                words = f"{ref} has an outcome but was never intended."
                raise EvidenceError("JOURNAL-INTENT", words, VERIFY, VERIFY_COMMAND)
            if row.verdict is Verdict.DONE:
                if outcome.verdict is Verdict.DONE:
                    return
                words = f"{ref} is done and cannot become {outcome.verdict}."
                raise EvidenceError("JOURNAL-DONE", words, VERIFY, VERIFY_COMMAND)
            values = {
                "ref": ref, "verdict": outcome.verdict, "reference": outcome.reference,
                "message": outcome.message, "observed": outcome.observed, "concluded_at": at,
            }  # fmt: skip
            scope.change(tables.journal, values, by, f"journal.{outcome.verdict}", at)

    def journal(self, customer: str, action_id: str | None = None) -> list[JournalEntry]:
        """All entries, or those of one action, in the order they were first intended."""
        only = {} if action_id is None else {"action_id": action_id}
        with self._reading(customer) as scope:
            return [_entry(row) for row in scope.rows(tables.journal, "seq", **only)]

    def first_asked(self, customer: str) -> dict[str, datetime]:
        """Task id -> when something was intended for it for the first time."""
        with self._reading(customer) as scope:
            return asked_of(scope)


def asked_of(scope: Scope) -> dict[str, datetime]:
    """`Journal.first_asked` within a transaction."""
    table = tables.journal
    query = select(table.c.task, func.min(table.c.intended_at).label("first")).group_by(table.c.task)
    return {row.task: row.first for row in scope.connection.execute(query.filter_by(engagement=scope.engagement))}


def sendings_of(scope: Scope) -> dict[str, list[Sending]]:
    """The attempts to send mails, by task or gate, in the order they were first intended."""
    found: dict[str, list[Sending]] = {}
    for row in scope.rows(tables.journal, "seq", connector=BY_MAIL):
        found.setdefault(row.task, []).append(made(Sending, row, is_inherited=False))
    return found


def _newest_plan(scope: Scope, stage: str) -> Any:
    return scope.newest(tables.plans, "revision", stage=stage)


def _refuse_other(row: Any, action: Action) -> None:
    if (row.body_digest, row.action_id, row.connector) != (action.body_digest, action.id, action.connector):
        words = f"{row.ref} was intended for other content ({row.action_id}: {row.summary})."
        raise EvidenceError("JOURNAL-BODY", words, "Nothing was sent. Make a new plan and look at what changed.")


def _entry(row: Any, is_new: bool = False) -> JournalEntry:
    outcome = Outcome(row.verdict, row.reference, row.message, row.observed) if row.verdict else None
    return made(JournalEntry, row, outcome=outcome, is_new=is_new)
