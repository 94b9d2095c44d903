"""The management portal's simulator on the web: our contract in front, the rules of a multi-tenant portal behind."""

from __future__ import annotations

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from onboarding.sandbox.app import Call, Simulator, answered, asked, paged, record_rules
from onboarding.sandbox.mmp_rules import SP_ADMIN, Mmp

MMP_API = "/mmp/v1"

_RECORDS = (
    "customers", "bundles", "cpns", "did-ranges", "emergency-locations", "key-templates", "hotdesk-devices", "users",
)  # fmt: skip
_QUOTED = ", ".join(f'"{kind}"' for kind in _RECORDS)  # a hyphen must stand in quotes
_KINDS = f"{MMP_API}/<any({_QUOTED}):kind>"
# The filter that may be repeated, and the others.
_FILTERS: dict[str, tuple[str, tuple[str, ...]]] = dict.fromkeys(_RECORDS, ("customer", ("reference",))) | {
    "customers": ("webid", ("reference",)),
    "users": ("user_name", ("customer", "reference")),
    "tasks": ("customer", ("reference",)),
}


class MmpSimulator(Simulator):
    """What the management portal answers."""

    base = MMP_API
    label = "/mmp"
    roles = (SP_ADMIN,)
    routes = Map(
        [
            *record_rules(_KINDS),
            Rule(f"{MMP_API}/<any(customers,tasks):kind>/<identity>", methods=["GET"], endpoint="one"),
            Rule(f"{MMP_API}/customers/<identity>/demo-mode", methods=["POST"], endpoint="demo-mode"),
            Rule(f"{MMP_API}/<any(tasks):kind>", methods=["GET"], endpoint="list"),
            Rule(f"{MMP_API}/platform-groups", methods=["GET"], endpoint="platform-groups"),
            Rule(f"{MMP_API}/bundle-types", methods=["GET"], endpoint="bundle-types"),
        ]
    )

    def __init__(self, mmp: Mmp) -> None:
        self._mmp = mmp

    def work(self, call: Call) -> Response:
        if call.operation == "create":
            item = self._mmp.create(call.kind, call.body, call.role)
            return answered(item, 202 if call.kind == "customers" else 201)
        if call.operation == "change":
            return answered(self._mmp.change(call.kind, call.identity, call.body, call.role), 200)
        if call.operation == "demo-mode":
            return answered(self._mmp.demo_mode(call.identity, call.body, call.role), 202)
        task = self._mmp.remove(call.kind, call.identity, call.reference, call.role)
        return Response(status=204) if task is None else answered(task, 202)

    def show(self, call: Call, request: Request) -> Response:
        if call.operation == "one":
            return answered(self._mmp.one(call.kind, call.identity), 200)
        if call.operation in ("platform-groups", "bundle-types"):
            return self._catalogue(call.operation, request)
        page = asked(request, *_FILTERS[call.kind])
        owner = page.others.get("customer", "")
        found = self._mmp.listed(
            call.kind, holders=page.values, company=owner, reference=page.others["reference"],
            after=page.after, limit=page.limit + 1,
        )  # fmt: skip
        return paged(found, page.limit)

    def _catalogue(self, operation: str, request: Request) -> Response:
        page = asked(request, "name", ())
        groups = self._mmp.platforms() if operation == "platform-groups" else list(self._mmp.bundle_types().values())
        items = [{"id": f"cat-{at}", **group} for at, group in enumerate(groups, start=1)]
        wanted = [item for item in items if not page.values or item["name"] in page.values]
        return paged([item for item in wanted if int(item["id"][4:]) > page.after][: page.limit + 1], page.limit)
