"""The answers of an opened case, read, checked and held against the inventory, and all that is decided from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date, datetime

from onboarding import settings
from onboarding.answers.check import Checked, check
from onboarding.case.case_edition import CaseEdition
from onboarding.case.editions import offer_at
from onboarding.domain.history import Edit, Engagement, TaskState
from onboarding.domain.json import Answers
from onboarding.domain.reservation import InventoryItem, Key, Reservation
from onboarding.domain.row import rows_in, without_ids
from onboarding.profile.model import Profile
from onboarding.stages.basis import has_moved
from onboarding.stages.commercial_terms import ordered
from onboarding.stages.context import Context
from onboarding.stages.gate import outdated
from onboarding.stages.reservations import keys_outside, reserved, wanted, with_deleted, with_problems
from onboarding.store.moment_repository import Moment
from onboarding.store.values import AnswersVersion


class CaseContext(CaseEdition):
    """Answers and record as one value, the `Context`: the same object until somebody has written."""

    def _begin(self, engagement: Engagement, beside: tuple[Engagement, ...]) -> None:
        super()._begin(engagement, beside)
        self._normalised: tuple[tuple[int, date], Checked] | None = None
        self._checked: tuple[tuple[Moment, date], Checked] | None = None
        self._context: tuple[tuple[Moment, datetime], Context] | None = None
        self._edits: tuple[tuple[int, int, int], tuple[Edit, ...]] | None = None
        self._past_answers: dict[int, Checked] = {}
        self._earlier_editions: dict[int, tuple[Profile, Checked]] = {}

    def checked(self) -> Checked:
        """The newest answers, normalised, with everything that is wrong with them."""
        return self._check(self._kept())

    def _check(self, kept: Moment) -> Checked:
        """Once for each moment and day."""
        key = kept, self.today
        if self._checked is None or self._checked[0] != key:
            found = self._normalise(kept.answers)
            if used := self._used(kept, found):
                document = self.seen(kept.answers.document if kept.answers else {})
                found = check(self._offer.questionnaire, document, self.today, used)
            self._checked = key, self.with_inventory(found)
        return self._checked[1]

    def _used(self, kept: Moment, found: Checked) -> dict[str, date]:
        """When documents were used that are too old by now, by the task that used them, as long as that stands."""
        codes = {problem.code for problem in found.problems}
        named = {getattr(rule.params, "used_by", "") for rule in self._offer.questionnaire.rules if rule.check in codes}
        records = [one for name in sorted(named) if (one := kept.record.tasks.get(name))]
        done = [one for one in records if one.state is TaskState.DONE]
        context = self._context_with(kept, found) if done else None
        return {
            one.task: self.day(one.at)
            for one in done
            if context and (task := self._offer.task(one.task)) and not has_moved(task, one, context)
        }

    def _normalise(self, answers: AnswersVersion | None) -> Checked:
        """Once for each version and day: what others have is looked at beside it."""
        key = answers.version if answers else 0, self.today
        if self._normalised is None or self._normalised[0] != key:
            document = answers.document if answers else {}
            self._normalised = key, check(self._offer.questionnaire, self.seen(document), self.today)
        return self._normalised[1]

    def check(self, document: Answers) -> Checked:
        """A document as `checked`, but as the customer reads it; the answers that are kept are not checked again."""
        is_kept = self.questionnaire is self._offer.questionnaire and document == self.document
        if is_kept:
            return self.checked()
        used = self._used(self._kept(), self._normalise(self.answers()))
        seen = self.seen(document)
        whole = self._shared.naming(self._whole, seen)
        found = check(self.questionnaire, whole, self.today, used)
        if whole != seen:  # what is wrong with rows of the others is nothing that stands here
            there = {name: len(rows_in(content)) for name, content in seen.items()}
            own = (one for one in found.problems if one.row is None or one.row < there.get(one.section, 0))
            found = replace(found, problems=tuple(own))
        return self.with_inventory(found)

    def with_inventory(self, checked: Checked) -> Checked:
        """Checked answers with a problem wherever the inventory is against them; see `stages.reservations`."""
        asked = self._reserved(checked)
        own, taken = self.store.standing(self.customer.id, wanted(asked), self.at)
        beside = self._only_beside(asked)
        own = {key: item for key, item in own.items() if key not in beside}
        found = with_problems(checked, self._offer, asked, own, taken, self._ageing(taken))
        if not (named := keys_outside(self._offer, asked)):
            return found
        deleted = self.store.deleted_before(self.customer.id, [one.key for one in named])
        return with_deleted(found, named, {key: self.day(at) for key, at in deleted.items()})

    def _ageing(self, taken: Mapping[Key, str]) -> dict[Key, date]:
        """Which of what another customer has, or had, is ageing, and until which day."""
        found = self.store.ageing(self.customer.id, taken) if taken else {}
        return {key: self.day(until) for key, until in found.items()}

    def _reserved(self, checked: Checked) -> list[Reservation]:
        return reserved(self._offer, checked, self.customer.id)

    def wanted(self) -> dict[Key, str]:
        """What the newest answers reserve, by whichever service."""
        return self.named_beside() | wanted(self._reserved(self._normalise(self.answers())))

    def inventory(self) -> list[InventoryItem]:
        """What the customer has in the inventory, without what only its other services name."""
        beside = self._only_beside(self._reserved(self._normalise(self.answers())))
        return [item for item in self.store.inventory(self.customer.id) if item.key not in beside]

    def _only_beside(self, asked: list[Reservation]) -> Set[Key]:
        return self.named_beside().keys() - wanted(asked)

    def named_beside(self) -> dict[Key, str]:
        """What the customer's other services that go on name."""
        found: dict[Key, str] = {}
        for one in self.others:
            found |= wanted(one._reserved(one._normalise(one.answers())))
        return found

    # -- what is decided from -------------------------------------------------------------------------------

    def context(self) -> Context:
        """Everything a decision is made from: the same object at one instant until somebody has written."""
        return self._context_of(self._kept())

    def _context_of(self, kept: Moment) -> Context:
        key = kept, self.at
        if self._context is None or self._context[0] != key:
            self._context = key, self._made_of(kept)
        return self._context[1]

    def _made_of(self, kept: Moment) -> Context:
        checked = self._check(kept)
        now = replace(self._context_with(kept, checked), ordered_beside=self._ordered_beside(checked))
        return replace(now, edits=self._past(now, kept))

    def _ordered_beside(self, checked: Checked) -> Mapping[str, int]:
        """How much of what can be contracted here the customer's other services order in rows of their own."""
        ours = {entry.item for entry in self._offer.data.delivery}
        known = {name for ids in checked.ids.values() for name in ids}
        found = Counter[str]()
        for one in self.others if ours else ():
            entries = [entry for entry in one._offer.data.delivery if entry.item in ours]
            found.update(ordered(entries, one._normalise(one.answers()), known))
        return found

    def _context_with(self, kept: Moment, checked: Checked) -> Context:
        profile, version = self._adapt(kept.record.parties), kept.answers.version if kept.answers else 0
        return Context(
            self.customer, profile, checked.values, checked.problems, kept.record, self.at, self.calendar,
            language=self.language, version=version, ids=checked.ids,
            past=self.version, earlier=self.by_earlier_edition, reseller=self.reseller,
            delivers=settings.SMTP_HOST.reaches(self.customer.is_training),
        )  # fmt: skip

    def version(self, version: int) -> Checked:
        """The answers of a version that is kept, read as they would be today; each is read once."""
        if version not in self._past_answers:
            self._past_answers[version] = self._read(version, self._offer)
        return self._past_answers[version]

    def by_earlier_edition(self, version: int) -> tuple[Profile, Checked] | None:
        """The profile of the edition that held for a version, with the answers as it reads them; None for today's."""
        if version not in self._earlier_editions:
            offer = offer_at(self.store, self.engagement, version)
            if offer.digest == self._offer.digest:
                return None
            self._earlier_editions[version] = offer, self._read(version, offer)
        return self._earlier_editions[version]

    def _read(self, version: int, offer: Profile) -> Checked:
        kept = self.store.answers(self.customer.id, version) if version else None
        asked = kept.document if kept else {}
        return check(offer.questionnaire, self.seen_by(offer.questionnaire, asked), self.today)

    def _past(self, now: Context, kept: Moment) -> tuple[Edit, ...]:
        """What became of decisions that do not hold any more; read anew only when answers or decisions have come."""
        number = kept.answers.version if kept.answers else 0
        key = number, now.record.phase.number, len(now.record.decisions)
        if self._edits is None or self._edits[0] != key:
            self._edits = (key, self.edits_since(*outdated(now)))
        return self._edits[1]

    def edits_since(self, sections: frozenset[str], version: int) -> tuple[Edit, ...]:
        """The saves after ``version`` that touched any of the sections, newest first, with those sections only."""
        history = self.store.answers_history(self.customer.id) if sections else []
        return tuple(
            Edit(one.version, one.by, one.at, self._part(sections, one.version - 1), self._part(sections, one.version))
            for one in reversed(history)
            if one.version > version and sections & set(one.sections)
        )

    def _part(self, sections: frozenset[str], version: int) -> Answers:
        kept = self.store.answers(self.customer.id, version) if version else None
        seen = self.seen(kept.document) if kept else {}
        return without_ids({name: value for name, value in seen.items() if name in sections})
