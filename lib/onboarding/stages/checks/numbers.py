"""Checks over what users need: licences and telephone numbers, who has them and who has each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from onboarding.domain.answer_text import full_name
from onboarding.domain.language import _
from onboarding.domain.licence import Advice
from onboarding.domain.number import national
from onboarding.domain.params import Count, FieldId, Params, QuestionId
from onboarding.stages.checks import WaitsFor, WaitsForStages, check, shorten
from onboarding.stages.checks.tasks import open_tasks
from onboarding.stages.commercial_terms import add_on_names, licence_advice
from onboarding.stages.context import Closed, Context


class LicencesInPlace(Params):
    least: Count | None = Field(None, description="users who have what is needed; without it: all")
    of: QuestionId = Field("", description="question that names the users it is about, such as the one who tests")
    step: Literal["add", "remove"] | None = Field(None, description="only what is to be added, or to be removed")


@check("licences-in-place", LicencesInPlace)
def licences_in_place(context: Context, p: LicencesInPlace, closed: Closed) -> list[str]:
    """Everybody whom the rule `licence-covers` is about has what is needed and nothing that must go.

    With ``least`` it is enough that so many of them have it; with ``of`` it is about those alone whom that question
    names; with ``step`` about one of the two.
    """
    advices = [(user, advice.of(p.step)) for user, advice in licence_advice(context)]
    if p.of:
        return shorten(_unlicensed(context, p, advices))
    if p.least is not None:
        ready = sum(advice.is_ready for _other, advice in advices)
        text = _("{count} users have a licence that fits, {least} at least are needed.", count=ready, least=p.least)
        return [] if ready >= p.least else [text]
    found: list[str] = []
    for user, advice in advices:
        for text, names in ((_("{who} still has {licence}."), advice.remove),
                            (_("{who} has no {licence} yet."), advice.add)):  # fmt: skip
            found += [_(text, who=full_name(user), licence=add_on_names(context, [one])) for one in names]
    return shorten(found)


def _unlicensed(context: Context, p: LicencesInPlace, advices: Sequence[tuple[Mapping[str, Any], Advice]]) -> list[str]:
    """Who is named and has not all that is needed, or is nobody a licence is asked of."""
    asked = context.profile.questionnaire.question(p.of)
    key = asked.to.partition(".")[2] if asked else ""
    ready = {user.get(key): advice.is_ready for user, advice in advices}
    return [_("{who} has no licence that fits.", who=who) for who in context.column(p.of) if not ready.get(who)]


@check("numbers-complete", WaitsForStages, reads=("users.number", "users.services"))
def numbers_complete(context: Context, p: WaitsForStages, closed: Closed) -> list[str]:
    """Every user whose service needs a number has one, and the tasks that bring numbers are closed."""
    needing = {service.id for service in context.profile.services.values() if service.needs_number}
    without: list[str] = [
        _("{who} has no telephone number yet.", who=full_name(user))
        for user in context.rows("users")
        if context.services_of(user) & needing and not user.get("number")
    ]
    return shorten(without + shorten(open_tasks(p.waited_for(context.profile.tasks), context, closed)))


class NumbersAssigned(WaitsFor):
    question: QuestionId
    to: tuple[FieldId, ...] = Field(min_length=1, description="questions that may hold the number")
    before: QuestionId = Field("", description="date question")


@check("numbers-assigned", NumbersAssigned)
def numbers_assigned(context: Context, p: NumbersAssigned, closed: Closed) -> list[str]:
    """Every number of ``question`` stands in a column of ``to``, and ``tasks`` are closed; by the date ``before``."""
    taken = {value for column in p.to for value in context.column(column)}
    left = [number for number in context.column(p.question) if number not in taken]
    country = context.profile.country
    found: list[str] = [_("{number} is assigned to nobody.", number=national(number, country)) for number in left]
    found += open_tasks(p.tasks, context, closed)
    days = context.dates(p.before)
    if found and days:
        return [*shorten(found), _("This has to be done before {day}.", day=str(min(days)))]
    return shorten(found)
