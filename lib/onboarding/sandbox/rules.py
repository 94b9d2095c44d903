"""What the portal's simulator allows whom, and what follows from it: the provider's rules, as in a real portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from onboarding.sandbox.records import (
    Email,
    Extension,
    Number,
    RecordKind,
    Records,
    Refused,
    Strict,
    Text,
    checked,
    kind,
)
from onboarding.sandbox.state import Item, State

RESELLER = "reseller-admin"
ENGINEER = "support-engineer"
ROLES = (RESELLER, ENGINEER)

ENGINEERS_ONLY = frozenset({"lync", "crm", "unified-messaging"})
NEEDS_PLAN = frozenset({"exchange", "lync", "sharepoint"})
PLANS: dict[str, tuple[str, ...]] = {
    "exchange": ("Basic", "Standard", "Premium"),
    "lync": ("Basic", "Standard", "Enterprise"),
    "sharepoint": ("Standard", "Premium"),
}
Domain = Annotated[str, StringConstraints(min_length=3, max_length=253, pattern=r"^[a-z0-9.-]+$")]

UserService = Literal["exchange", "lync", "sharepoint", "crm", "unified-messaging"]


class Administrator(Strict):
    email: Email
    first_name: Text
    last_name: Text
    is_dedicated: bool


KINDS: dict[str, RecordKind] = {
    "companies": kind(
        "cmp", {"domain": Domain, "administrator": Administrator}, {"name": Text}, {}, keys=("domain",),
    ),
    "users": kind(
        "usr", {"company": Domain, "email": Email}, {"first_name": Text, "last_name": Text},
        {"site": Text, "extension": Extension, "department": Text},
        keys=("email",), filters=("company", "reference"),
    ),
    "services": kind(
        "svc", {"company": Domain, "user": Email, "service": UserService}, {}, {"plan": Text, "number": Number},
        keys=("user", "service"), filters=("company", "service", "reference"),
    ),
    "sites": kind(
        "sit", {"company": Domain, "service": Literal["sharepoint", "crm"]}, {"title": Text}, {"plan": Text},
        filters=("service", "reference"),
    ),
}  # fmt: skip


class Portal(Records):
    """The simulator's operations over its state. ``plans`` (service -> names) are enforced when given."""

    kinds = KINDS
    owner = "company"

    def __init__(self, state: State, plans: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(state)
        self._is_strict = plans is not None
        self._plans = {service: tuple(names) for service, names in (PLANS if plans is None else plans).items()}

    def create(self, kind: str, fields: object, role: str) -> dict[str, Any]:
        body, reference = checked(self.kinds[kind].new, fields)
        with self._settled():
            self._check_role(body, role)
            self._check_key(kind, body)
            self._check_body(kind, body)
            item = self._add(kind, body | ({"is_administrator": False} if kind == "users" else {}), reference, role)
            if kind == "companies" and not body["administrator"]["is_dedicated"]:
                self._add_administrator(body, reference, role)
        return self.shown(item)

    def change(self, kind: str, identity: str, fields: object, role: str) -> dict[str, Any]:
        if isinstance(fields, dict) and fields.keys() == {"reference"}:
            raise Refused(422, "invalid", "Nothing to change was given.")
        return super().change(kind, identity, fields, role)

    def remove(self, kind: str, identity: str, reference: str, role: str) -> None:
        with self._settled():
            item = self._one(kind, identity)
            self._check_role(item.body, role)
            if self._dependents(item):
                raise Refused(409, "in-use", f"{item.key} cannot be removed while something depends on it.")
            self._state.delete(item)
            self._state.note_effect(role, "remove", item, reference)

    def billing_lines(self, company: str = "", after: int = 0) -> list[dict[str, Any]]:
        """One line for each service of a user and each site; nothing for a dedicated administrator."""
        items = self._select("services", company=company, after=after)
        items += self._select("sites", company=company, after=after)
        return [
            {"id": f"bil-{item.id}", "company": item.body["company"],
             "subject": item.body.get("user") or item.key, "service": item.body["service"]}
            | ({"plan": item.body["plan"]} if "plan" in item.body else {})
            for item in sorted(items, key=lambda item: item.id)
        ]  # fmt: skip

    def plans(self, service: str = "") -> list[dict[str, str]]:
        """What can be ordered."""
        offered = {service: self._plans.get(service, ())} if service else self._plans
        return [{"service": name, "plan": plan} for name, plans in offered.items() for plan in plans]

    def _add_administrator(self, company: Mapping[str, Any], reference: str, role: str) -> None:
        named = company["administrator"]
        user = {"company": company["domain"], **{name: named[name] for name in ("email", "first_name", "last_name")}}
        self._check_key("users", user)
        self._add("users", {**user, "is_administrator": True}, reference, role)

    def _mark(self, kind: str, body: Mapping[str, Any]) -> str:
        """What an item is found by besides its key: extension, number, a company's dedicated administrator."""
        if kind == "companies":
            named = body["administrator"]
            return str(named["email"]).lower() if named["is_dedicated"] else ""
        return str(body.get({"users": "extension", "services": "number"}.get(kind, ""), ""))

    def _check_change(self, kind: str, item: Item, body: Mapping[str, Any], role: str) -> None:
        if kind == "users":
            self._check_extension(body, item.id)
        self._check_role(body, role)
        if kind == "services":
            self._check_plan(body)
            self._check_number(body, item.id)

    def _check_body(self, kind: str, body: Mapping[str, Any]) -> None:
        if kind == "companies":
            email = body["administrator"]["email"]
            if self._by_key("users", email) and not self._by_key("companies", body["domain"]):
                raise Refused(422, "administrator-taken", f"{email} is a user of another company.", "administrator")
            return
        if self._by_key("companies", body["company"]) is None:
            raise Refused(422, "company-unknown", f"There is no company {body['company']}.", "company")
        if kind == "users":
            self._check_not_dedicated(body["email"], "email")
            self._check_extension(body)
        elif kind == "services":
            self._check_service(body)

    def _check_service(self, body: Mapping[str, Any]) -> None:
        self._check_not_dedicated(body["user"], "user")
        user = self._by_key("users", body["user"])
        if user is None or user.body["company"] != body["company"]:
            raise Refused(422, "user-unknown", f"{body['company']} has no user {body['user']}.", "user")
        self._check_plan(body)
        self._check_number(body)
        if body["service"] == "unified-messaging":
            missing = [name for name in ("exchange", "lync") if not self._has_service(body["user"], name)]
            if missing:
                words = f"Unified Messaging needs {' and '.join(missing)} for {body['user']} first."
                raise Refused(422, "service-missing", words, "service")

    def _check_role(self, body: Mapping[str, Any], role: str) -> None:
        service = body.get("service")
        if service in ENGINEERS_ONLY and role != ENGINEER:
            raise Refused(403, "role", f"Only a support engineer can enable {service}. Write to support.", "service")

    def _check_not_dedicated(self, email: str, field: str) -> None:
        if self._select("companies", mark=email.lower()):
            raise Refused(422, "administrator-dedicated", f"{email} is a dedicated administrator.", field)

    def _check_extension(self, body: Mapping[str, Any], own: int = 0) -> None:
        extension = body.get("extension")
        same = self._select("users", company=body["company"], mark=extension) if extension else []
        if not self.is_lenient and any(user.id != own for user in same):
            raise Refused(422, "extension-taken", f"Extension {extension} is {same[0].key}'s.", "extension")

    def _check_plan(self, body: Mapping[str, Any]) -> None:
        service, plan = body["service"], body.get("plan")
        if service in NEEDS_PLAN and not plan:
            raise Refused(422, "plan-missing", f"Choose a plan for {service}.", "plan")
        if plan and self._is_strict and plan not in self._plans.get(service, ()):
            raise Refused(422, "plan-unknown", f"There is no plan {plan} for {service}.", "plan")

    def _check_number(self, body: Mapping[str, Any], own: int = 0) -> None:
        number, is_lync = body.get("number"), body["service"] == "lync"
        if number and not is_lync:
            raise Refused(422, "number-unwanted", f"{body['service']} takes no number.", "number")
        if is_lync and not number:
            raise Refused(422, "number-missing", "Lync needs a telephone number.", "number")
        if (
            number
            and not self.is_lenient
            and any(service.id != own for service in self._select("services", mark=number))
        ):
            raise Refused(422, "number-taken", f"{number} is in use.", "number")

    def _has_service(self, user: str, service: str) -> bool:
        return self._by_key("services", user, service) is not None

    def _dependents(self, item: Item) -> bool:
        if item.kind == "companies":
            domain = item.body["domain"]
            return bool(self._select("users", company=domain) or self._select("sites", company=domain))
        if item.kind == "users":
            return bool(self._select("services", holders=[item.key]))
        is_base = item.kind == "services" and item.body["service"] in ("exchange", "lync")
        return is_base and self._has_service(item.body["user"], "unified-messaging")
