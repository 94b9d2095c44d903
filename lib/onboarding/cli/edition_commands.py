"""Editions of profiles: which customer has which, and moving customers to another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import AsJson, AsOf, MaybeCustomer, open_case, open_store, who
from onboarding.cli.overview import zones
from onboarding.cli.profiles import PANEL, RENAME
from onboarding.cli.shell import argument, command, flag, option
from onboarding.errors import InputError, OnboardingError, Parked

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.profile.edition import Edition
    from onboarding.stages.edition_change import EditionChange
    from onboarding.store.store import Store
    from onboarding.store.values import CustomerStatus

book = typer.Typer()
AnyProfile = Annotated[str, argument("PROFILE", "Its id; all profiles without one.")]
_TO = (
    "To which: a profile's id, its file, or digits of a kept edition. Without it: the profile's files as they are now."
)


@command(book, "editions", PANEL, "onboard profile editions", "onboard profile editions chinook --json")
def editions(profile: AnyProfile = "", as_json: AsJson = False) -> None:
    """Show which edition of its profile each customer has, since when, and whether the files are another by now."""
    from onboarding.profile.edition import short

    store = open_store()
    found = [one for one in store.status(is_short=True) if profile in ("", one.engagement.profile)]
    newest = {name: _digest_now(name) for name in {one.engagement.profile for one in found}}
    if as_json:
        show.as_json([_json(one, newest[one.engagement.profile]) for one in found])
        return
    places = zones(store)
    rows = [
        [
            one.customer.id, one.engagement.profile, short(one.engagement.edition),
            show.day(_since(one), places.get(one.customer.id, UTC)),
            _standing(one, newest[one.engagement.profile]),
        ]
        for one in found
    ]  # fmt: skip
    show.table(["Customer", "Profile", "Edition", "Since", ""], rows)
    if not rows:
        show.line("No customer has an edition of it.")


def _digest_now(profile: str) -> str:
    """Digest of the edition that a profile's files give now; empty when there are none."""
    from onboarding.profile.load import edition_of

    try:
        return edition_of(profile).digest
    except InputError:
        return ""


def _since(status: CustomerStatus) -> Any:
    taken = status.engagement.editions
    return taken[-1].at if taken else status.engagement.created_at


def _standing(status: CustomerStatus, newest: str) -> str:
    """Whether the profile's files are another edition by now, and whether that concerns the customer."""
    from onboarding.profile.edition import short

    if not newest:
        return "the profile's file is gone; this edition is kept"
    if status.engagement.edition in ("", newest):
        return "as the files are now"
    if status.engagement.ended or status.is_complete:
        return f"finished: stays; the files are {short(newest)}"
    return f"the files are {short(newest)}: `onboard profile move {status.customer.id}`"


def _json(status: CustomerStatus, newest: str) -> dict[str, Any]:
    return {
        "customer": status.customer.id, "profile": status.engagement.profile, "edition": status.engagement.edition,
        "since": _since(status), "files_now": newest, "ended": status.engagement.ended,
        "is_complete": status.is_complete,
    }  # fmt: skip


@command(
    book, "move", PANEL, "onboard profile move bright-smile",
    "onboard profile move bright-smile --to chinook.toml --yes",
    "onboard profile move --all-of chinook --reason 'new lead times'",
)  # fmt: skip
def move(
    customer: MaybeCustomer = "",
    to: Annotated[str, option("--to", "EDITION", _TO)] = "",
    all_of: Annotated[str, option("--all-of", "PROFILE", "All customers of a profile who are under way.")] = "",
    reason: Annotated[str, option("--reason", "TEXT", "Why; it is kept.")] = "",
    by: Annotated[str, option("--by", "WHO", "Whose word it is; without it you.")] = "",
    yes: Annotated[bool, flag("--yes", "Move without asking.")] = False,
    as_of: AsOf = "",
) -> None:
    """Move customers to another edition of their profile, once what that re-opens, leaves behind or adds is shown.

    Nothing is lost: tasks, decisions and answers that the other edition does not know are kept, and moving back is the
    same command. Who was handed over or has ended keeps the edition for good.
    """
    if bool(customer) == bool(all_of):
        raise InputError("MOVE-WHOM", "It is not said who is moved.", "Give a customer, or --all-of with a profile.")
    if to.endswith(".toml") and not Path(to).is_file():
        raise InputError("EDITION-FILE", f"{to} is no file.", "Name a profile's file, its id, or a kept edition.")
    store, person = open_store(customer), who(by) if by else ""
    services = _under(all_of, store) if all_of else {customer: ""}

    def opened(name: str) -> Case:
        return open_case(name, as_of, person, store, services[name])

    shown = _shown(services, opened, to, bool(customer))
    if not shown:
        show.line("Nobody is moved.")
        return
    if not (yes or _agrees(len(shown))):
        raise InputError("MOVE-UNCONFIRMED", "Nobody was moved.", "Give --yes to move them after all.")
    _move(shown, opened, reason)


def _under(profile: str, store: Store) -> dict[str, str]:
    """Id of each customer of a profile -> its service. Raises InputError for a profile that nobody has."""
    found = {one.customer: one.service for one in store.engagements() if one.profile == profile}
    if not found:
        remedy = "`onboard profile editions` shows who has which."
        raise InputError("MOVE-NOBODY", f"No customer has the profile {profile!r}.", remedy)
    return found


def _shown(names: Iterable[str], opened: Callable[[str], Case], to: str, is_one: bool) -> list[tuple[str, Edition]]:
    """The customers that can be moved, once it is shown what that comes to and why others cannot be.

    For one customer alone the error itself is raised.
    """
    from onboarding.case.moving import change_to, edition_named

    found = []
    for name in names:
        try:
            case = opened(name)
            edition = _named(edition_named(case.store, to or case.engagement.profile))
            _show_change(case, edition, change_to(case, edition))
        except (InputError, Parked) as problem:
            if is_one:
                raise
            show.line(f"Left alone: {problem.message}")
            continue
        found.append((name, edition))
    return found


def _show_change(case: Case, edition: Edition, change: EditionChange) -> None:
    from onboarding.profile.edition import short

    old, new = f"{case.engagement.profile} {short(case.edition)}", f"{edition.profile} {short(edition.digest)}"
    show.line(f"{case.customer.name} ({case.customer.id}): {old} -> {new}")
    for sentence in change.sentences() or ["Nothing differs for this customer."]:
        show.line(f"  {sentence}")
    show.own_files(edition.own_files)


def _named(edition: Edition) -> Edition:
    """The edition, unless no customer can have a profile of that name."""
    from onboarding.profile.folders import is_misnamed

    if is_misnamed(Path(f"{edition.profile}.toml")):
        raise InputError("PROFILE-NAME", f"{edition.profile}.toml is a profile nobody can have.", RENAME)
    return edition


def _agrees(count: int) -> bool:
    """Whether a person at a terminal says so; without one nobody does."""
    whom = show.count(count, "customer")
    return sys.stdin.isatty() and typer.confirm(f"Move {whom}?")


def _move(shown: Iterable[tuple[str, Edition]], opened: Callable[[str], Case], reason: str) -> None:
    """Moves one after the other; what hinders one hinders no other. Raises the first such error at the end."""
    from onboarding.case.moving import move as move_one
    from onboarding.profile.edition import short

    problems: list[OnboardingError] = []
    for name, edition in shown:
        try:
            move_one(opened(name), edition, reason)
            show.line(f"{name} has the edition {short(edition.digest)} of {edition.profile} now.")
        except OnboardingError as problem:
            problems.append(problem)
            show.line(f"{name} was not moved. {problem.message}")
    if problems:
        raise problems[0]
