"""Which questionnaires share the answers of a customer: those of its services, in all their editions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onboarding.answers.joined import agreed, disagreements, joined
from onboarding.answers.shared import Shared
from onboarding.case.editions import earlier_offers, offer_of
from onboarding.domain.history import Engagement
from onboarding.domain.question import Questionnaire
from onboarding.profile.model import Profile
from onboarding.store.store import Store


class Sharing:
    """What one engagement has to know of the answers of the others ``beside`` it."""

    own_earlier: list[Questionnaire]
    """Those of other editions that the engagement itself has had."""

    def __init__(self, store: Store, engagement: Engagement, beside: Sequence[Engagement]) -> None:
        found = [(one, offer_of(store, one.profile, one.edition).questionnaire) for one in beside]
        self._beside = [questionnaire for _, questionnaire in found]
        self._going_on = [questionnaire for one, questionnaire in found if one.ended is None]
        self._ended = [questionnaire for one, questionnaire in found if one.ended is not None]
        self.own_earlier = [one.questionnaire for one in earlier_offers(store, engagement)]
        others = [one.questionnaire for each in beside for one in earlier_offers(store, each)]
        self._earlier = [*self.own_earlier, *others]

    def settled(self, offer: Profile) -> Profile:
        """A profile of the engagement as it holds beside the others, see `answers.joined.agreed`."""
        asked = agreed(offer.questionnaire, self._beside)
        return offer if asked is offer.questionnaire else replace(offer, questionnaire=asked)

    def disagreements(self, asked: Questionnaire) -> list[str]:
        """Where that cannot be asked as one with what the other services that go on ask."""
        return [sentence for one in self._going_on for sentence in disagreements(one, asked)]

    def of(self, asked: Questionnaire, *more: Questionnaire) -> Shared:
        """How a questionnaire of the engagement sees the answers; ``more`` are others that it has."""
        return Shared(asked, self._beside, [one for one in (*more, *self._earlier) if one is not asked])

    def together(self, asked: Questionnaire) -> Shared:
        """How all that go on see the answers together."""
        return Shared(joined([asked, *self._going_on]), earlier=[*self._ended, *self._earlier])
