"""Which edition of a profile an engagement has had since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EditionTaken:
    """An edition that an engagement began with or was moved to; ``digest`` names it (`profile.edition`).

    It holds since ``version`` of the customer's answers, 0 from the first day. ``own_files`` are those of one's own
    that were used instead of shipped ones, ``shipped`` the digest of the edition that the shipped ones gave; both are
    empty where none was.
    """

    profile: str
    digest: str
    version: int
    at: datetime
    by: str
    why: str = ""
    shipped: str = ""
    own_files: tuple[str, ...] = ()


def edition_at_version(taken: Sequence[EditionTaken], version: int) -> EditionTaken | None:
    """The one that held for a version of the answers; None where none is kept."""
    return next((one for one in reversed(taken) if one.version <= version), None)
