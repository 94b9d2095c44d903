"""The portal's simulator on the web: our contract in front, the provider's rules behind."""

from __future__ import annotations

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from onboarding.sandbox.app import Call, Simulator, answered, asked, number, paged, record_rules
from onboarding.sandbox.rules import ROLES, Portal

API = "/api/v1"

_KINDS = f"{API}/<any(companies,users,services,sites):kind>"
# The filter that may be repeated, and the others.
_FILTERS = {
    "companies": ("domain", ("reference",)), "users": ("email", ("company", "reference")),
    "services": ("user", ("company", "service", "reference")), "sites": ("company", ("service", "reference")),
    "billing": ("", ("company",)), "plans": ("", ("service",)),
}  # fmt: skip


class PortalSimulator(Simulator):
    """What the reseller's portal answers."""

    base = API
    label = ""
    roles = ROLES
    routes = Map(
        [
            *record_rules(_KINDS),
            Rule(f"{API}/billing-lines", methods=["GET"], endpoint="billing"),
            Rule(f"{API}/plans", methods=["GET"], endpoint="plans"),
        ]
    )

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def work(self, call: Call) -> Response:
        if call.operation == "create":
            return answered(self._portal.create(call.kind, call.body, call.role), 201)
        if call.operation == "change":
            return answered(self._portal.change(call.kind, call.identity, call.body, call.role), 200)
        self._portal.remove(call.kind, call.identity, call.reference, call.role)
        return Response(status=204)

    def show(self, call: Call, request: Request) -> Response:
        page = asked(request, *_FILTERS[call.kind])
        if call.kind == "plans":
            plans = self._portal.plans(**page.others)
            items = [{"id": f"pln-{at}", **plan} for at, plan in enumerate(plans, start=1) if at > page.after]
            following = str(number(items[page.limit - 1])) if len(items) > page.limit else None
            shown = [{name: plan[name] for name in ("service", "plan")} for plan in items[: page.limit]]
            return answered({"items": shown, "next": following}, 200)
        if call.kind == "billing":
            return paged(self._portal.billing_lines(page.others["company"], page.after, page.limit + 1), page.limit)
        found = self._portal.listed(
            call.kind, holders=page.values, after=page.after, limit=page.limit + 1, **page.others
        )
        return paged(found, page.limit)
