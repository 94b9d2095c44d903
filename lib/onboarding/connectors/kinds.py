"""The outside systems a task's ``connector`` may name. Each is loaded when it is first wanted."""

from __future__ import annotations

from pathlib import Path

from onboarding import settings
from onboarding.connectors.base import Connector
from onboarding.connectors.manual import ManualConnector
from onboarding.connectors.registry import connector


@connector("portal", setting=settings.PORTAL_URL, resources=("user", "service"))
def portal(outbox: Path) -> Connector:
    """The provider's self-service portal."""
    from onboarding.connectors.portal import PortalConnector

    return PortalConnector()


@connector("mmp", setting=settings.MMP_URL)
def mmp(outbox: Path) -> Connector:
    """A management portal for multi-tenant voice platforms."""
    from onboarding.connectors.mmp import MmpConnector

    return MmpConnector()


@connector("support")
def support(outbox: Path) -> Connector:
    """Requests to the provider's support engineers by mail."""
    from onboarding.connectors.support import SupportConnector

    return SupportConnector(outbox)


@connector("manual")
def manual(outbox: Path) -> Connector:
    """A person, who brings the proof."""
    return ManualConnector()
