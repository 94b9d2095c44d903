"""One engagement of a customer opened at one instant: its edition, and the answers as they were given.

The lowest of three: `case.case_context` reads the answers, `case.case` says where everything stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime
from functools import cached_property
from typing import Self

from onboarding.answers.orphans import orphaned
from onboarding.answers.shared import Shared
from onboarding.case.editions import language_of, offer_of, own_files_of
from onboarding.case.sharing import Sharing
from onboarding.connectors.base import Connector
from onboarding.domain.calendar import Calendar
from onboarding.domain.history import Customer, Engagement, History, PartyConfirmation
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import Language
from onboarding.domain.question import Questionnaire
from onboarding.domain.reseller import Reseller
from onboarding.errors import InputError
from onboarding.profile.catalogues import translated_questionnaire
from onboarding.profile.folders import OwnFiles
from onboarding.profile.model import Profile
from onboarding.store.moment_repository import Moment
from onboarding.store.reseller_repository import listed
from onboarding.store.scope import named_among
from onboarding.store.store import Store
from onboarding.store.values import AnswersVersion


class CaseEdition:
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
        self._others: list[Self] | None = None
        self._sharing = Sharing(self.store, engagement, beside)
        self._offer = self._sharing.settled(offer_of(self.store, engagement.profile, engagement.edition))
        self._shared = self._sharing.of(self._offer.questionnaire)
        self._adapted: tuple[dict[str, str], Profile] | None = None
        self._moment: Moment | None = None
        for name in ("calendar", "language", "_together"):
            vars(self).pop(name, None)

    @classmethod
    def open(cls, store: Store, customer_id: str, at: datetime, by: str, service: str = "") -> Self:
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
    def others(self) -> list[Self]:
        """The customer's other engagements that go on, at the same instant in the same hands."""
        if self._others is None:
            going_on = [one.service for one in self.beside if one.ended is None]
            self._others = [type(self)(self.store, self.customer, self.at, self.by, service) for service in going_on]
        for one in self._others:
            one.at, one.by, one.login = self.at, self.by, self.login
        return self._others

    def acting(self, by: str, login: str = "") -> Self:
        """The same case in the hands of somebody else, who need not read everything again."""
        other = copy(self)
        other.by, other.login = by, login
        return other

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

    @property
    def here(self) -> datetime:
        """The case's instant in the provider's zone."""
        return self.at.astimezone(self.calendar.zone)

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

    @property
    def record(self) -> History:
        return self._kept().record

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
