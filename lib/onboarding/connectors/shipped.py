"""The outside systems a task's ``connector`` may name. Each is loaded when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, cast

from onboarding import settings
from onboarding.connectors.base import Connector, Rehearsing
from onboarding.connectors.manual import ManualConnector
from onboarding.domain.registry import ConnectorType, installed
from onboarding.settings import Setting

Factory: TypeAlias = Callable[[Path], Connector]
"""Makes a connector; it is given the folder for outgoing mail."""


def connector(
    name: str, *, setting: Setting | None = None, resources: Sequence[str] = ()
) -> Callable[[Factory], ConnectorType[Factory]]:
    """Makes a function the connector of that name; the rest as `ConnectorType` says.

    The function imports what it needs itself: an HTTP client costs every kernel a quarter of a second.
    """
    return lambda function: ConnectorType("connector", name, function, resources=tuple(resources), setting=setting)


def connect(name: str, outbox: Path, is_training: bool = False) -> Connector:
    """The connector of that name; nothing is contacted yet. ``outbox`` is the folder for outgoing mail.

    Without the setting that switches it on a person works the system; a customer for training (``is_training``) reaches
    none outside this machine. Raises ProfileError for an unknown name,
    InputError when a setting cannot be used, OnboardingError when it breaks.
    """
    found = cast("ConnectorType[Factory]", installed().get("connector", name))
    if not found.is_on(is_training):
        return ManualConnector(name)
    made: Connector = found.one_of(outbox)
    if is_training and isinstance(made, Rehearsing):
        made.rehearse()
    return made


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
