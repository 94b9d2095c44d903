"""A check over licences."""

from __future__ import annotations

from pydantic import Field

from onboarding.domain.answer_text import full_name
from onboarding.domain.language import say
from onboarding.domain.params import Count, Params
from onboarding.stages.checks import check, shorten
from onboarding.stages.context import Closed, Context
from onboarding.stages.licences import licence_advice, say_add_ons


class LicencesInPlace(Params):
    least: Count | None = Field(None, description="users who have what is needed; without it: all")


@check("licences-in-place", LicencesInPlace)
def licences_in_place(context: Context, p: LicencesInPlace, closed: Closed) -> list[str]:
    """Everybody whom the rule `licence-covers` is about has what is needed and nothing that must go.

    With ``least`` it is enough that so many of them have it.
    """
    advices = list(licence_advice(context))
    if p.least is not None:
        ready = sum(advice.is_ready for _, advice in advices)
        text = say("{count} users have a licence that fits, {least} at least are needed.", count=ready, least=p.least)
        return [] if ready >= p.least else [text]
    found: list[str] = []
    for user, advice in advices:
        for text, names in ((say("{who} still has {licence}."), advice.remove),
                            (say("{who} has no {licence} yet."), advice.add)):  # fmt: skip
            found += [say(text, who=full_name(user), licence=say_add_ons(context, [one])) for one in names]
    return shorten(found)
