"""Who may act for whom at one customer."""

from __future__ import annotations

from onboarding.case.case import Case
from onboarding.domain.language import join_or
from onboarding.domain.people import Directory, joined
from onboarding.domain.task import Task
from onboarding.errors import InputError
from onboarding.stages.context import Context
from onboarding.stages.responsibility import directory
from onboarding.store.people_repository import read_people


def people_of(case: Case, context: Context) -> Directory:
    """Who may decide in which role. Raises InputError PEOPLE-FILE when the list of the workspace is broken."""
    return directory(context, read_people(case.store.layout.people))


def not_listed(code: str, by: str, roles: tuple[str, ...], people: Directory, context: Context) -> InputError | None:
    """The objection to somebody who has none of the roles, where it is known who has them; None without objection."""
    person, may = people.person(by), [one for role in roles for one in people.may(role)]
    if person is not None and person.is_meant(by) and str(person) in map(str, may):
        return None
    titles = join_or([context.profile.party_title(role) for role in roles])
    named = f"Those who may: {joined(may)}." if may else "Nobody is: add people to people.toml or to the contacts."
    return InputError(code, f"{by} is not listed as {titles}.", named)


def wrong_side(code: str, by: str, role: str, people: Directory, context: Context) -> InputError | None:
    """The objection to somebody who is known, and acts for another side, in a role of the provider that nobody is
    listed for: what the provider approves is not for the customer to say.
    """
    person, parties = people.person(by), context.profile.parties
    if person is None or role not in parties or parties[role].side != "provider":
        return None
    sides = {person.side} if person.side else {parties[one].side for one in person.roles if one in parties}
    if not sides or "provider" in sides:
        return None
    words = f"{person} is not of the provider's side: {context.profile.party_title(role)} is."
    return InputError(code, words, "Somebody of the provider's says it, or is listed in people.toml.")


def lent(case: Case, people: Directory) -> InputError | None:
    """The objection in four eyes to somebody's word that another login enters, where they have one of their own."""
    person = people.person(case.by)
    if person is None or not person.login or person.signs_in_as(case.entered_by):
        return None
    words = f"{person} signs in as {person.login}: four eyes are two logins, so {case.entered_by} cannot enter it."
    return InputError("LOGIN-LENT", words, f"{person.name or person} signs in and says it themselves.")


def refuse_stranger(case: Case, task: Task) -> None:
    """What somebody reports as done is theirs to report: InputError TASK-PERSON where others are known to do it."""
    context = case.context()
    people = people_of(case, context)
    if people.knows(task.party):
        roles = (task.party, *task.helpers)
        if refusal := not_listed("TASK-PERSON", case.by, roles, people, context):
            raise refusal
