"""The provider's portal, called by our own contract (`data/contracts/portal.json`).

Natural keys: a company's domain, a user's e-mail address, one service of one user, one site of one company.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from onboarding import settings
from onboarding.connectors.rest import Item, Resource, RestConnector
from onboarding.domain.action import Action
from onboarding.domain.language import _


class PortalConnector(RestConnector):
    """Companies, users, services and sites of a portal that answers over HTTP."""

    name = "portal"
    contract = "portal.json"
    title = _("portal")
    access = (settings.PORTAL_URL, settings.PORTAL_TOKEN, settings.PORTAL_SETTLE)
    resources: ClassVar[Mapping[str, Resource]] = {
        "company": Resource("/companies", ("domain",), fixed=("administrator",)),
        "user": Resource("/users", ("email",), fixed=("company",), owner="company"),
        "service": Resource("/services", ("user", "service"), fixed=("company",), owner="company"),
        "site": Resource("/sites", ("company", "service"), owner="company"),
    }

    def _may_complete(self, action: Action, item: Item) -> bool:
        # The portal makes the administrator a user with no more than a name: what is missing is filled in, what is
        # there is never overwritten.
        return bool(item.get("is_administrator"))
