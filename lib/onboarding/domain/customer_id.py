"""Customer ids: they name folders, files and locks, so they are checked before anything else is done with them."""

from __future__ import annotations

import re

from onboarding.errors import InputError

_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# Names Windows keeps for devices in every folder: a workspace may be copied there.
_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)})


def check_customer_id(text: str) -> str:
    """The id itself when it is sound: 1 to 63 of a-z, 0-9 and hyphen, not starting with a hyphen.

    Raises InputError CUSTOMER-ID, also for the device names of Windows.
    """
    if not _SHAPE.fullmatch(text):
        raise InputError(
            "CUSTOMER-ID",
            f"{text[:80]!r} is not a customer id.",
            "Use 1 to 63 small letters, digits and hyphens, beginning with a letter or digit, such as bright-smile.",
        )
    if text in _DEVICES:
        raise InputError("CUSTOMER-ID", f"{text!r} is the name of a device on Windows.", "Choose another customer id.")
    return text
