"""Which name stands for which connector, by the settings of the moment."""

from __future__ import annotations

from pathlib import Path

from onboarding import settings
from onboarding.connectors.base import Connector
from onboarding.connectors.manual import ManualConnector
from onboarding.errors import ProfileError

NAMES = ("portal", "mmp", "support", "manual")
"""What a task's ``connector`` may be."""


def connect(name: str, store_outbox: Path) -> Connector:
    """The connector of that name; nothing is contacted yet. ``store_outbox`` is the folder for outgoing mail.

    Without ONBOARDING_PORTAL_URL a person works the portal, without ONBOARDING_MMP_URL the management portal. Raises
    ProfileError for an unknown name, InputError when a setting cannot be used.
    """
    # Each connector is loaded when it is first wanted: an HTTP client costs every kernel a quarter of a second.
    if name == "portal" and settings.PORTAL_URL.is_set:
        from onboarding.connectors.portal import PortalConnector

        return PortalConnector()
    if name == "mmp" and settings.MMP_URL.is_set:
        from onboarding.connectors.mmp import MmpConnector

        return MmpConnector()
    if name == "support":
        from onboarding.connectors.support import SupportConnector

        return SupportConnector(store_outbox)
    if name in NAMES:
        return ManualConnector(name)
    raise ProfileError("CONNECTOR-UNKNOWN", f"There is no connector {name!r}.", "There are: " + ", ".join(NAMES) + ".")
