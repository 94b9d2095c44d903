"""What people report of tasks, one or many at once: all of it is taken or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from onboarding.domain.action import Attachment
from onboarding.errors import InputError, OnboardingError


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says of one task: that it is done, with what belongs to it.

    ``by`` is who says so, without it whoever is at work; ``on`` the day it was done where that is not today; ``day``
    the one that it brings, such as a confirmed port date, and ``row`` the key of the row whose day it is, in a table
    that the task is not for each row of. ``place`` is where it stands among several (``line 3``).
    """

    task: str
    note: str = ""
    reference: str = ""
    document: Attachment | None = None
    by: str = ""
    on: date | None = None
    day: date | None = None
    row: str = ""
    place: str = ""


def every(reports: Sequence[Report], act: Callable[[Report], None]) -> None:
    """Does it for each. Raises the error of a single one, of several InputError REPORTS that names all that fail."""
    wrong: list[tuple[Report, OnboardingError]] = []
    for one in reports:
        try:
            act(one)
        except OnboardingError as error:
            wrong.append((one, error))
    if len(reports) == 1 and wrong:
        raise wrong[0][1]
    if wrong:
        raise not_taken([f"{one.place or one.task}: {error.message}" for one, error in wrong], len(reports))


def not_taken(wrong: Sequence[str], count: int) -> InputError:
    """What is said of several reports of which some are wrong."""
    words = "\n".join(f"  {one}" for one in wrong)
    remedy = "Put these right, or leave them out, and give the others again."
    return InputError("REPORTS", f"Nothing was kept: {len(wrong)} of {count} cannot be taken.\n{words}\n", remedy)
