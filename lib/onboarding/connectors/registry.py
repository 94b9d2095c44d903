"""Which name stands for which connector, by the settings of the moment."""

from __future__ import annotations

from pathlib import Path

from onboarding import settings
from onboarding.connectors.base import Connector
from onboarding.connectors.manual import ManualConnector
from onboarding.connectors.mmp import MmpConnector
from onboarding.connectors.portal import PortalConnector
from onboarding.connectors.support import SupportConnector
from onboarding.errors import ProfileError

NAMES = ("portal", "mmp", "support", "manual")
"""What a task's ``connector`` may be."""


def connect(name: str, store_outbox: Path) -> Connector:
    """The connector of that name; nothing is contacted yet. ``store_outbox`` is the folder for outgoing mail.

    Without ONBOARDING_PORTAL_URL a person works the portal, without ONBOARDING_MMP_URL the management portal. Raises
    ProfileError for an unknown name, InputError when a setting cannot be used.
    """
    if name == "portal":
        return PortalConnector() if settings.PORTAL_URL.is_set else ManualConnector("portal")
    if name == "mmp":
        return MmpConnector() if settings.MMP_URL.is_set else ManualConnector("mmp")
    if name == "support":
        return SupportConnector(store_outbox)
    if name == "manual":
        return ManualConnector()
    raise ProfileError("CONNECTOR-UNKNOWN", f"There is no connector {name!r}.", "There are: " + ", ".join(NAMES) + ".")
