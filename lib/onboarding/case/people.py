"""Who may act for whom at one customer."""

from __future__ import annotations

import getpass

from onboarding.case.case import Case
from onboarding.domain.language import join_or
from onboarding.domain.people import Directory, joined
from onboarding.domain.task import SIDES, Task
from onboarding.errors import InputError
from onboarding.stages.context import Context
from onboarding.stages.responsibility import directory
from onboarding.store.people_repository import read_people


def people_of(case: Case, context: Context) -> Directory:
    """Who may decide in which role. Raises InputError PEOPLE-FILE when the list of the workspace is broken."""
    return directory(context, read_people(case.store.layout.people))


def not_listed(code: str, by: str, roles: tuple[str, ...], people: Directory, context: Context) -> InputError | None:
    """The objection to somebody who has none of the roles, where it is known who has them; None without objection."""
    if people.has(by, roles):
        return None
    may = tuple({str(one): one for role in roles for one in people.may(role)}.values())
    title = context.profile.party_title
    named = f"Those who may: {joined(may)}." if may else "Nobody is: add people to people.toml or to the contacts."
    if may and (left := [title(role) for role in roles if not people.may(role)]):
        named += f" Nobody is listed as {join_or(left)} so far: people.toml lists them."
    return InputError(code, f"{by} is not listed as {join_or([*map(title, roles)])}.", named)


def wrong_side(code: str, by: str, roles: tuple[str, ...], people: Directory, context: Context) -> InputError | None:
    """The objection to somebody who is known, and acts for another side, in roles of the provider or the reseller that
    nobody is listed for: what they do or approve is not for the customer to say.
    """
    parties = context.profile.parties
    wanted = {parties[role].side for role in roles if role in parties}
    if people.has(by, roles) or not wanted or not wanted <= GUARDED:
        return None
    entries = people.entries(by)
    sides = {one.side for one in entries if one.side}
    sides |= {parties[role].side for one in entries if not one.side for role in one.roles if role in parties}
    if not sides or sides & wanted:
        return None
    whose = join_or([f"the {side}'s" for side in SIDES if side in wanted])
    titles = join_or([context.profile.party_title(role) for role in roles])
    words = f"{people.named(by)} is not of {whose} side: {titles} is."
    return InputError(code, words, f"Somebody of {whose} says it, or is listed in people.toml.")


GUARDED = frozenset({"provider", "reseller"})
"""Sides whose word nobody gives who is known to act for another; a third party's is entered by whoever hears it."""


def stranger(code: str, by: str, roles: tuple[str, ...], people: Directory, context: Context) -> InputError | None:
    """The objection to somebody's word in any of these roles: for each it is known who has it and they have none, or
    they act for another side.
    """
    if all(map(people.knows, roles)):
        return not_listed(code, by, roles, people, context)
    return wrong_side(code, by, roles, people, context)


def lent(by: str, login: str, people: Directory) -> InputError | None:
    """The objection in four eyes to somebody's word that another login enters, where they have one of their own.

    Who is known here by their name (in JupyterLab it is asked) enters it themselves when they are signed in as that.
    """
    person = next((one for one in people.entries(by) if one.login), None)  # the contacts know of no login
    if person is None or person.signs_in_as(login):
        return None
    if person.is_meant(login) and person.signs_in_as(getpass.getuser()):
        return None
    words = f"{person} signs in as {person.login}: four eyes are two logins, so {login} cannot enter it."
    return InputError("LOGIN-LENT", words, f"{person.name or person} signs in and says it themselves.")


def is_theirs(by: str, one: str, people: Directory) -> bool:
    """Whether what was entered ``by`` somebody, a person or a login, is the person's own."""
    return people.identity(by) == people.identity(one) or any(person.signs_in_as(by) for person in people.entries(one))


def roles_of(task: Task) -> tuple[str, ...]:
    """Who reports on the task."""
    return (task.party, *task.helpers)


def roles_leaving_out(task: Task, context: Context) -> tuple[str, ...]:
    """Who leaves the task out: those whose it is, and those whose plan it is; not who only helps."""
    return tuple(dict.fromkeys((task.party, *context.profile.runs)))


def refuse_stranger(by: str, task: Task, people: Directory, context: Context) -> None:
    """What somebody reports as done is theirs to report. Raises the objection of `no_reporter`."""
    if refusal := no_reporter(by, task, people, context):
        raise refusal


def no_reporter(by: str, task: Task, people: Directory, context: Context) -> InputError | None:
    """TASK-PERSON where others are known to do the task, or they act for another side; None without objection."""
    return _objection(by, task, roles_of(task), people, context)


def refuse_leaving_out(by: str, task: Task, people: Directory, context: Context) -> None:
    """The same of what somebody leaves out: it is one of those who do it, where they are known, or whose plan it is."""
    if refusal := _objection(by, task, roles_leaving_out(task, context), people, context):
        raise refusal


def _objection(by: str, task: Task, roles: tuple[str, ...], people: Directory, context: Context) -> InputError | None:
    check = not_listed if people.knows(task.party) else wrong_side
    return check("TASK-PERSON", by, roles, people, context)
