"""Files of one's own that are used instead of shipped ones, over many customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from onboarding.cli import show
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.domain.history import Engagement
    from onboarding.profile.folders import OwnFiles
    from onboarding.store.values import CustomerStatus

Used: TypeAlias = tuple[str, str, str]
"""Profile, edition and language."""


def own_files(statuses: Iterable[CustomerStatus]) -> dict[Used, OwnFiles]:
    """What is in use -> files of one's own instead of shipped ones; nothing of a profile that is gone."""
    from onboarding.case.editions import own_files_of

    found: dict[Used, OwnFiles] = {}
    for status in statuses:
        if used(status) not in found:
            with suppress(InputError):
                found[used(status)] = own_files_of(status.engagement, status.customer.language)
    return found


def used(status: CustomerStatus) -> Used:
    """Under what its files are kept."""
    return status.engagement.profile, status.engagement.edition, status.customer.language


def show_own_files(own: Mapping[Used, OwnFiles]) -> None:
    """A line for each profile with files of one's own."""
    for (profile, *_), files in sorted(own.items()):
        if files:
            show.line(f"{profile}: {files.sentence}")


def show_left_aside(engagements: Iterable[Engagement]) -> None:
    """Once for a profile: which of one's own files shadow the shipped ones that these customers go on with."""
    from onboarding.profile.folders import left_aside
    from onboarding.profile.load import own_files_beside

    told: set[str] = set()
    for one in engagements:
        taken = one.editions[-1] if one.editions else None
        if taken is None or taken.own_files or one.profile in told:
            continue
        if own := own_files_beside(one.profile, taken.digest):
            told.add(one.profile)
            words = f"`onboard profile move {one.customer}` shows what they would change."
            show.line(f"{one.profile}: {left_aside(own, taken.digest)} {words}")
