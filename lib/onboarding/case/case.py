"""One customer opened at one instant: answers, record, and where everything stands.

A `Case` reads store and profile and lets the pure functions of `stages` decide. What people report is kept
by `case.work`, what would be changed is asked in `case.planning`; only `engine.apply` changes an outside system.
"""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property, partial

from onboarding import settings
from onboarding.answers.check import Checked, check
from onboarding.answers.orphans import orphaned
from onboarding.answers.reading import likeness
from onboarding.answers.shared import Shared
from onboarding.case.editions import language_of, offer_at, offer_of, own_files_of
from onboarding.case.sharing import Sharing
from onboarding.case.status_rows import progress_rows
from onboarding.connectors.base import Connector
from onboarding.domain.calendar import Calendar
from onboarding.domain.history import (
    Customer,
    Edit,
    Ending,
    Engagement,
    Evidence,
    HandOver,
    History,
    PartyConfirmation,
    TaskRecord,
    TaskState,
)
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import Language
from onboarding.domain.question import Questionnaire
from onboarding.domain.reseller import Reseller
from onboarding.domain.reservation import InventoryItem, Key, Reservation
from onboarding.domain.row import RowIds, identified, row_id, rows_in, without_ids
from onboarding.domain.schedule import Schedule
from onboarding.domain.task import Task, declared_id
from onboarding.domain.validity import Validity
from onboarding.errors import InputError
from onboarding.profile.catalogues import translated_questionnaire
from onboarding.profile.deciding import decided_by
from onboarding.profile.folders import OwnFiles
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.basis import has_moved
from onboarding.stages.commercial_terms import ordered
from onboarding.stages.consequences import to_record
from onboarding.stages.context import Context
from onboarding.stages.dated import moved
from onboarding.stages.due import due
from onboarding.stages.early_days import refuse_early
from onboarding.stages.gate import outdated
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.reservations import (
    ageing_of,
    brought,
    keys_outside,
    limited,
    move_of,
    of_rows,
    refuse_taken,
    reserved,
    sparing,
    wanted,
    with_deleted,
    with_problems,
)
from onboarding.stages.schedule import noted_days, schedule_of
from onboarding.stages.time_tracking import starts
from onboarding.store.moment_repository import Moment
from onboarding.store.reseller_repository import listed
from onboarding.store.scope import named_among
from onboarding.store.store import Store
from onboarding.store.values import AnswersVersion

_REMEDIES = {
    Ending.DELETED: "That is for good: another customer has to be made.",
    Ending.DEMO: "That is for good: all that is left is the procedure that deletes it.",
    Ending.CANCELLED: "If it was cancelled by mistake, it is taken back on the command line.",
}
_COMMAND = {
    Ending.DELETED: "That is for good: make another customer with `onboard new`.",
    Ending.CANCELLED: "If it was cancelled by mistake: `onboard end {customer} --undo --by WHO --reason WHY`.",
}


class Case:
    """One engagement of a customer at one instant ``at`` (UTC-aware); ``by`` is the person or program at work.

    Where the customer has several, ``service`` names it; they share answers, people and numbers. What people say is
    entered by ``login``: the engineer who works here, unless they enter it themselves.
    """

    def __init__(self, store: Store, customer: Customer, at: datetime, by: str, service: str = "") -> None:
        begun = store.engagements_of(customer.id)
        engagement = named_among(customer.id, begun, service) if service else store.engagement(customer.id)
        self.store = store.within(engagement)
        self.customer = customer
        self.at = at
        self.by = by
        self.login = ""
        self.connectors: dict[str, Connector] = {}
        self._begin(engagement, tuple(one for one in begun if one.id != engagement.id))

    def _begin(self, engagement: Engagement, beside: tuple[Engagement, ...]) -> None:
        """Takes up the edition of the engagement; nothing that was read or worked out before counts."""
        self.engagement, self.beside = engagement, beside
        self._others: list[Case] | None = None
        self._sharing = Sharing(self.store, engagement, beside)
        self._offer = self._sharing.settled(offer_of(self.store, engagement.profile, engagement.edition))
        self._shared = self._sharing.of(self._offer.questionnaire)
        self._adapted: tuple[dict[str, str], Profile] | None = None
        self._moment: Moment | None = None
        self._normalised: tuple[tuple[int, date], Checked] | None = None
        self._checked: tuple[tuple[Moment, date], Checked] | None = None
        self._context: tuple[tuple[Moment, datetime], Context] | None = None
        self._progress: tuple[Context, ProjectStatus] | None = None
        self._schedule: tuple[Context, ProjectStatus, Schedule] | None = None
        self._noted: tuple[Context, ProjectStatus] | None = None
        self._edits: tuple[tuple[int, int, int], tuple[Edit, ...]] | None = None
        self._past_answers: dict[int, Checked] = {}
        self._earlier_editions: dict[int, tuple[Profile, Checked]] = {}
        for name in ("calendar", "language", "_together"):
            vars(self).pop(name, None)

    @classmethod
    def open(cls, store: Store, customer_id: str, at: datetime, by: str, service: str = "") -> Case:
        """Raises InputError for an unknown customer or service, or where it has several, ProfileError for a broken
        profile."""
        return cls(store, store.customer(customer_id), at, by, service)

    @property
    def service(self) -> str:
        """The name of the engagement where the customer has several; empty where it has one."""
        return self.engagement.service if self.beside else ""

    @property
    def known_as(self) -> str:
        """The customer, for references to what is done for it; with the service from its second engagement on."""
        more = f"_{self.engagement.service}" if self.engagement.number > 1 else ""
        return f"{self.customer.id}{more}"

    @property
    def others(self) -> list[Case]:
        """The customer's other engagements that go on, at the same instant in the same hands."""
        if self._others is None:
            going_on = [one.service for one in self.beside if one.ended is None]
            self._others = [Case(self.store, self.customer, self.at, self.by, service) for service in going_on]
        for one in self._others:
            one.at, one.by, one.login = self.at, self.by, self.login
        return self._others

    def acting(self, by: str, login: str = "") -> Case:
        """The same case in the hands of somebody else, who need not read everything again."""
        other = copy(self)
        other.by, other.login = by, login
        return other

    @property
    def entered_by(self) -> str:
        """The login that enters what ``by`` says."""
        return self.login or engineer()

    @property
    def profile(self) -> Profile:
        """The provider's profile as it holds for this customer: with the parties somebody has confirmed."""
        return self._adapted[1] if self._adapted else self._adapt(self.record.parties)

    @property
    def edition(self) -> str:
        """Digest of the edition of the profile that the customer has."""
        return self._offer.digest

    @property
    def own_files(self) -> OwnFiles:
        """Files of one's own that edition and language are made of instead of shipped ones."""
        return own_files_of(self.engagement, self.customer.language)

    def _adapt(self, confirmations: Mapping[str, PartyConfirmation]) -> Profile:
        confirmed = {task: confirmation.party for task, confirmation in confirmations.items()}
        if self._adapted is None or self._adapted[0] != confirmed:
            self._adapted = (confirmed, self._offer.with_parties(confirmed))
        return self._adapted[1]

    @cached_property
    def reseller(self) -> Reseller | None:
        """Whose customer it is; one that is listed no more has its id alone. Raises InputError RESELLER-FILE."""
        name = self.customer.reseller
        return listed(self.store.layout.resellers, name) if name else None

    @property
    def titled(self) -> str:
        """The customer's name with that of its reseller, as it heads what is sent: ``Bright Smile · Acme Networks``."""
        return f"{self.customer.name} · {self.reseller.name}" if self.reseller else self.customer.name

    @cached_property
    def language(self) -> Language:
        """The language the customer reads."""
        return language_of(self.store, self.engagement, self.customer.language)

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire as the customer reads it."""
        return translated_questionnaire(self._offer.questionnaire, self.language)

    @cached_property
    def calendar(self) -> Calendar:
        return self._offer.data.calendar.build()

    @property
    def today(self) -> date:
        """The day it is, at the provider's place."""
        return self.day(self.at)

    def day(self, at: datetime) -> date:
        """The day of an instant at the provider's place."""
        return at.astimezone(self.calendar.zone).date()

    def _kept(self) -> Moment:
        """Answers and record as they are now: the same object until somebody has written."""
        self._moment = moment = self.store.moment(self.customer.id, self._moment)
        if (moment.engagement.editions, moment.beside) != (self.engagement.editions, self.beside):
            self._begin(moment.engagement, moment.beside)
        self._moment = moment
        return moment

    # -- answers -------------------------------------------------------------------------------------------

    def answers(self) -> AnswersVersion | None:
        """The newest version of the answers; None before the first. It is not to be changed."""
        return self._kept().answers

    @property
    def document(self) -> Mapping[str, JSON]:
        """The newest answers as they were given, those that are asked here; empty before the first."""
        return self.seen(self._whole)

    @property
    def earlier_questionnaires(self) -> list[Questionnaire]:
        """Those of the other editions that the engagement has had."""
        return self._sharing.own_earlier

    @property
    def orphans(self) -> Answers:
        """Answers that are kept although the edition of now does not ask for them; an earlier one did."""
        return orphaned(self._offer.questionnaire, self.earlier_questionnaires, self._whole)

    @property
    def _whole(self) -> Mapping[str, JSON]:
        version = self.answers()
        return version.document if version else {}

    def seen(self, document: Answers) -> Answers:
        """Of a document of the customer what is asked here, without what only other services or editions ask."""
        return self._shared.seen(document)

    def places(self, document: Answers) -> Mapping[str, list[int]]:
        """See `answers.shared.Shared.places`."""
        return self._shared.places(document)

    def seen_by(self, asked: Questionnaire, document: Answers) -> Answers:
        """The same for another edition of the profile."""
        return self._sharing.of(asked, self._offer.questionnaire).seen(document)

    def refuse_disagreeing(self, asked: Questionnaire) -> None:
        """Raises InputError EDITION-DISAGREES where another service of the customer asks the same otherwise."""
        if found := self._sharing.disagreements(asked):
            words = f"It cannot share the answers with the customer's other services: {' '.join(found)}"
            raise InputError("EDITION-DISAGREES", words, "Move to an edition that asks the same.")

    def settled(self, offer: Profile) -> Profile:
        """Another edition of the profile as it would hold beside the customer's other services."""
        return self._sharing.settled(offer)

    @cached_property
    def _together(self) -> Shared:
        return self._sharing.together(self._offer.questionnaire)

    @property
    def joint_questionnaire(self) -> Questionnaire:
        """What all services of the customer that go on ask together, as the customer reads it."""
        return translated_questionnaire(self._together.asked, self.language)

    @property
    def joint_document(self) -> Answers:
        """The newest answers to the `joint_questionnaire`."""
        return self.joint_of(self._whole)

    def joint_of(self, document: Answers) -> Answers:
        """Of a document of the customer what its services that go on ask."""
        return self._together.seen(document)

    def whole(self, document: Answers, is_joint: bool = False, kept: Answers | None = None) -> dict[str, JSON]:
        """The customer's whole document when what is asked here, or of all its services, becomes ``document``.

        All else stays as it is ``kept``, without it as the newest version has it.
        """
        return (self._together if is_joint else self._shared).whole(self._whole if kept is None else kept, document)

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

    def save_answers(
        self, document: Mapping[str, JSON], source: str, based_on: int | None = None, is_joint: bool = False
    ) -> int:
        """Keep a whole document as a new version, what it names reserved; returns the version's number.

        One that ``is_joint`` has the answers to all that the customer's services ask. Raises InputError CUSTOMER-ENDED,
        as everything does that is done for a customer, DAY-EARLY for a day before the request that it answers.
        """
        self.refuse_ended()
        alike, before = likeness(self._together.asked), self._documents()
        document = self.whole(document, is_joint)
        self._refuse_early(document)
        version = self.store.save_answers(self.customer.id, document, self.by, self.at, source, based_on, alike)
        self._after_answers(before)
        return version

    def save_section(
        self, section: str, value: JSON, source: str = "form", based_on: int | None = None, is_shown: bool = False
    ) -> int:
        """Keep one section as a whole, at once; returns the version's number.

        Where what `with_inventory` finds ``is_shown`` beside the answers anyway, nothing is raised about it.
        """
        self.refuse_ended()
        name, alike, before = self.customer.id, likeness(self._together.asked), self._documents()
        value = self.whole({**self.document, section: value})[section]
        self._refuse_early({**self._whole, section: value})
        version = self.store.save_section(name, section, value, self.by, self.at, source, based_on, alike=alike)
        self._after_answers(before, is_quiet=is_shown)
        return version

    def _refuse_early(self, document: Answers) -> None:
        """Raises InputError DAY-EARLY; see `stages.early_days`."""
        kept, alike = self._whole, likeness(self._together.asked)
        for case in (self, *self.others):
            named = {name.partition(".")[0] for name in case.profile.brought if case.record.tasks}
            moved_in = [name for name in named & document.keys() if document[name] != kept.get(name)]
            ids = RowIds("not kept", lambda: [row_id(row) for content in kept.values() for row in rows_in(content)])
            found = {name: identified(kept.get(name), document[name], alike(name), ids) for name in moved_in}
            if found:
                refuse_early(case.context(), case.seen(kept), case.seen({**kept, **found}))

    def _documents(self) -> list[tuple[Case, Answers]]:
        """Each service of the customer that goes on, with the answers it sees."""
        return [(one, one.document) for one in (self, *self.others)]

    def _after_answers(self, before: list[tuple[Case, Answers]], is_quiet: bool = False) -> None:
        """Raises InputError CLAIM-TAKEN with what other customers have; everything else is reserved by then."""
        for case, was in before:
            for line in moved(case.context(), was, case.document, case.by, case.at):
                case.store.add_evidence(case.customer.id, replace(line, entered_by=case.entered_by))
        taken = self.store.reserve(self.customer.id, self.wanted(), self.at, self.by)
        for case, _ in before:
            case.note_progress()
        if not is_quiet:
            refuse_taken(taken, self._ageing(taken))

    # -- where it stands -----------------------------------------------------------------------------------

    @property
    def record(self) -> History:
        return self._kept().record

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
            delivers=settings.SMTP_HOST.is_set,
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

    def progress(self) -> ProjectStatus:
        """Where the project stands; worked out anew when somebody has written, or when the time has changed it."""
        return self.look()[1]

    def look(self) -> tuple[Context, ProjectStatus]:
        """`context` and `progress` of one moment."""
        kept = self._kept()
        return self._context_of(kept), self._assessed(kept)[1]

    def _assessed(self, kept: Moment) -> tuple[Context, ProjectStatus]:
        """Where the project stands, with what that was worked out from."""
        context = self._context_of(kept)
        if self._progress is None or not self._stays(self._progress[0], context):
            watched = replace(context, validity=self._validity(self._check(kept)))
            progress = assess(watched)
            begun = partial(starts, context, progress, kept.asked)
            self._progress = watched, replace(progress, starts=begun)
        return self._progress

    def _stays(self, before: Context, now: Context) -> bool:
        is_same = before.record is now.record and before.values is now.values and before.problems is now.problems
        return is_same and before.validity.holds(self.at)

    def schedule(self) -> Schedule:
        """When everything is planned, promised, expected and done; worked out once for one look at the customer."""
        look = self.look()
        if self._schedule is None or self._schedule[0] is not look[0] or self._schedule[1] is not look[1]:
            self._schedule = (*look, schedule_of(*look))
        return self._schedule[2]

    def set_task(self, record: TaskRecord, before: Mapping[str, TaskRecord | None] | None = None) -> None:
        """Keep where a task stands; what it brings moves in the inventory with it. Raises as `report`."""
        self.report((), [record], before)

    def report(
        self,
        evidence: Sequence[Evidence],
        records: Sequence[TaskRecord],
        before: Mapping[str, TaskRecord | None] | None = None,
    ) -> None:
        """Keep lines of proof, and where tasks of one in the profile stand with them: all of it or nothing.

        What they bring moves in the inventory with it, of a task of a row what belongs to that row. ``before`` is what
        was kept of tasks when it was decided: raises Busy TASK-MOVED-ON where that is something else by now.
        """
        moved, record = None, records[-1] if records else None
        # Whatever its state: it only moves on, never back.
        if record and (states := brought(self._offer, declared_id(record.task))):
            kept = self._kept()
            reserved = self._reserved(self._check(kept))
            moved = move_of(states, record, (*kept.record.evidence, *evidence), reserved)
            if (keys := of_rows(records, reserved, self._context_of(kept))) is not None:
                moved = limited(moved, keys)
            moved = sparing(moved, self.named_beside(), [one.key for one in reserved])
        self.store.report(self.customer.id, evidence, records, moved, before, ageing_of(self._offer))

    def note_progress(self) -> ProjectStatus:
        """Write down who is waited for and what can be moved, so that nobody has to look at every customer anew.

        What was noted of the same record, profile and code stays as long as the time changes nothing of it.
        """
        kept = self._with_consequences(self._kept())
        kept = self._with_hand_over(kept)
        context = self._context_of(kept)
        watched, progress = assessed = self._assessed(kept)
        by = decided_by(self._offer)
        if self._noted is not assessed and not (kept.noted and kept.noted.stands(kept.head, by, self.at)):
            found = replace(due(watched, progress, progress.begun), decided_by=by, head=kept.head)
            rows = progress_rows(progress, noted_days(context, progress))
            self.store.note_progress(self.customer.id, rows, found, progress.is_complete)
        self._noted = assessed
        return progress

    def _with_consequences(self, kept: Moment) -> Moment:
        """The moment once the record says what the newest answers have undone."""
        if kept.answers is None:
            return kept
        lines = to_record(self._context_of(kept), kept.answers.by, kept.answers.at)
        for line in lines:
            self.store.add_evidence(self.customer.id, line)
        return self._kept() if lines else kept

    def _with_hand_over(self, kept: Moment) -> Moment:
        """The moment once the record says that the phase is complete: from then on it is the customer's."""
        record, progress = kept.record, self._assessed(kept)[1]
        is_over = progress.is_complete and any(one.state is TaskState.DONE for one in record.tasks.values())
        if not is_over or record.handed_over is not None:
            return kept
        version = kept.answers.version if kept.answers else 0
        self.store.hand_over(self.customer.id, HandOver(record.phase.number, self.at, self.by, version))
        return self._kept()

    def _validity(self, checked: Checked) -> Validity[datetime]:
        """How long the answers have the same problems."""
        days, begins = checked.validity, self.calendar.begins_at
        since, until = (day if day is None else begins(day) for day in (days.since, days.until))
        return Validity(since, until)

    @property
    def ended(self) -> str:
        """How the project ended, in a sentence; empty while it goes on."""
        end = self.record.end
        return end.sentence(self.day(end.at)) if end else ""

    def refuse_ended(self, *but: Ending) -> None:
        """Raises InputError CUSTOMER-ENDED once the project has ended, unless in one of these ways."""
        if (end := self.record.end) and end.kind not in but:
            message = f"{self.customer.name} has ended, nothing is done for it any more. {self.ended}"
            command = _COMMAND.get(end.kind, "").format(customer=self.customer.id)
            raise InputError("CUSTOMER-ENDED", message, _REMEDIES[end.kind], command)

    def task(self, task_id: str) -> Task:
        """Raises InputError for an unknown task."""
        task = self.context().task(task_id)
        if task is None:
            name = self.customer.id
            words, command = f"{name} has no task {task_id!r}.", f"`onboard tasks {name}` lists them."
            raise InputError("TASK-UNKNOWN", words, "Run the cell again: it shows those there are.", command)
        return task


def engineer() -> str:
    """Who is at work: ONBOARDING_ENGINEER or the login name."""
    return settings.ENGINEER.get() or getpass.getuser()
