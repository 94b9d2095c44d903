"""The simulators on the web: our contracts in front, the rules of the portals behind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from onboarding.sandbox.mmp_rules import RECORDS, SP_ADMIN, Mmp
from onboarding.sandbox.records import Records, Refused
from onboarding.sandbox.rules import ROLES, Portal

API = "/api/v1"
MMP_API = "/mmp/v1"
PAGE, MOST = 100, 500
TOGETHER = 25


@dataclass(frozen=True, slots=True)
class Call:
    """One operation with all it needs, so that it can be kept and done later. ``base`` says which simulator's it is."""

    base: str
    operation: str
    kind: str
    identity: str
    role: str
    body: Any
    reference: str = ""


class Simulator:
    """One outside system: the paths it answers under ``base``, and who may come in.

    ``label`` stands before its paths where requests are counted. Endpoints of ``routes`` are operations; those
    reached by GET are given to `show`, the others to `work`. Both raise Refused.
    """

    base: ClassVar[str]
    label: ClassVar[str]
    roles: ClassVar[Sequence[str]]
    routes: ClassVar[Map]

    def __init__(self, portal: Records) -> None:
        self._portal = portal

    def work(self, call: Call) -> Response:
        """Creates, changes or removes a record; 202 when a background task goes on with it."""
        if call.operation == "remove":
            task = self._portal.remove(call.kind, call.identity, call.reference, call.role)
            return answered(task, 202) if task else Response(status=204)
        if call.operation == "change":
            return answered(self._portal.change(call.kind, call.identity, call.body, call.role), 200)
        item = self._portal.create(call.kind, call.body, call.role)
        return answered(item, 202 if "doing" in item else 201)

    def show(self, call: Call, request: Request) -> Response:
        """One page of a list."""
        kind = self._portal.kinds[call.kind]
        page = asked(request, kind.keys[0], kind.filters)
        others = {"company" if name == self._portal.owner else name: value for name, value in page.others.items()}
        found = self._portal.listed(call.kind, holders=page.values, after=page.after, limit=page.limit + 1, **others)
        return paged(((_number(item), item) for item in found), page)


def _routes(base: str, kinds: Iterable[str], more: Mapping[str, tuple[str, str]]) -> Map:
    """To list, create, change and remove records of these kinds; ``more`` is operation -> method and path."""
    place = f"{base}/<any({', '.join(map(json.dumps, kinds))}):kind>"  # a hyphen must stand in quotes
    records = {
        "list": ("GET", place), "create": ("POST", place),
        "change": ("PATCH", f"{place}/<identity>"), "remove": ("DELETE", f"{place}/<identity>"),
    }  # fmt: skip
    others = {operation: (method, f"{base}/{path}") for operation, (method, path) in more.items()}
    return Map([Rule(path, methods=[method], endpoint=name) for name, (method, path) in (records | others).items()])


class PortalSimulator(Simulator):
    """What the reseller's portal answers."""

    _portal: Portal

    base = API
    label = ""
    roles = ROLES
    routes = _routes(API, Portal.kinds, {"billing": ("GET", "billing-lines"), "plans": ("GET", "plans")})

    def show(self, call: Call, request: Request) -> Response:
        if call.operation == "plans":
            page = asked(request, "", ("service",))
            return paged(enumerate(self._portal.plans(**page.others), start=1), page)
        if call.operation == "billing":
            page = asked(request, "", ("company",))
            lines = self._portal.billing_lines(page.others["company"], page.after)
            return paged(((_number(line), line) for line in lines), page)
        return super().show(call, request)


class MmpSimulator(Simulator):
    """What the management portal answers."""

    _portal: Mmp

    base = MMP_API
    label = "/mmp"
    roles = (SP_ADMIN,)
    routes = _routes(
        MMP_API, RECORDS,
        {
            "one": ("GET", "<any(customers,tasks):kind>/<identity>"), "tasks": ("GET", "tasks"),
            "demo-mode": ("POST", "customers/<identity>/demo-mode"),
            "platform-groups": ("GET", "platform-groups"), "bundle-types": ("GET", "bundle-types"),
        },
    )  # fmt: skip

    def work(self, call: Call) -> Response:
        if call.operation == "demo-mode":
            return answered(self._portal.demo_mode(call.identity, call.body, call.role), 202)
        return super().work(call)

    def show(self, call: Call, request: Request) -> Response:
        if call.operation == "one":
            return answered(self._portal.one(call.kind, call.identity), 200)
        if call.operation == "platform-groups":
            return self._catalogue(self._portal.platforms(), request)
        if call.operation == "bundle-types":
            return self._catalogue(self._portal.bundle_types().values(), request)
        return super().show(call, request)

    def _catalogue(self, groups: Iterable[Mapping[str, Any]], request: Request) -> Response:
        page = asked(request, "name", ())
        items = [(at, {"id": f"cat-{at}", **group}) for at, group in enumerate(groups, start=1)]
        return paged([one for one in items if not page.values or one[1]["name"] in page.values], page)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What a list was asked for: filters (one of them ``several`` times), how much, and behind which number."""

    values: Sequence[str]
    others: Mapping[str, str]
    limit: int
    after: int


def asked(request: Request, several: str, others: Sequence[str]) -> AnswerPage:
    """Raises Refused for a filter that is not known, too many values, or bounds that cannot be used."""
    unknown = set(request.args) - {several, *others, "limit", "cursor"}
    if unknown:
        raise Refused(400, "invalid", f"There is no filter {min(unknown)}.", min(unknown))
    values = request.args.getlist(several) if several else []
    if len(values) > TOGETHER:
        raise Refused(400, "invalid", f"At most {TOGETHER} at a time.", several)
    limit, after = _bounded(request, "limit", PAGE, MOST), _bounded(request, "cursor", 0, 2**62)
    return AnswerPage(values, {name: request.args.get(name, "") for name in others}, limit, after)


def paged(numbered: Iterable[tuple[int, Mapping[str, Any]]], page: AnswerPage) -> Response:
    """One page of items with their numbers."""
    behind = [(number, item) for number, item in numbered if number > page.after]
    following = str(behind[page.limit - 1][0]) if len(behind) > page.limit else None
    return answered({"items": [item for _, item in behind[: page.limit]], "next": following}, 200)


def _bounded(request: Request, name: str, default: int, most: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and (default == 0 or int(text) > 0) and int(text) <= most):
        raise Refused(400, "invalid", f"{name} cannot be used.", name)
    return int(text)


def _number(item: Mapping[str, Any]) -> int:
    return int(str(item["id"]).partition("-")[2])


def answered(value: object, status: int) -> Response:
    """The answer with that body, as JSON."""
    return Response(json.dumps(value), status=status, mimetype="application/json")
