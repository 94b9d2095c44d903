"""Files of one's own that are used instead of shipped ones, over many customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from onboarding.cli import show
from onboarding.errors import InputError

if TYPE_CHECKING:
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
