"""What the management portal's simulator allows, and what follows from it, as a real portal keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from onboarding.sandbox.mmp_setup import SYSTEMS
from onboarding.sandbox.mmp_tasks import Tasks
from onboarding.sandbox.records import Email, Extension, Number, RecordKind, Refused, Shape, Text, checked, kind
from onboarding.sandbox.state import Item

SP_ADMIN = "sp-admin"
PORTAL_URL = "https://mmp.example/customer/"
TOO_LONG, TWO_PHONES = 7, 2
"""Extensions of this length and bundles of so many phones do not go together: no such user can be created."""

REFERRING = frozenset({"users", "bundles", "did-ranges"})
"""What refers to records a background task may be at work on; everything else goes on meanwhile."""
FIXED = ("platform", "extension_length")

Shown = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,15}$")]
_OWNER = {"customer": Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$")]}


class Free(Shape):
    """A key template is described freely: what else is given is kept as it is."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


RECORDS: dict[str, RecordKind] = {
    "customers": kind(
        "cus", {"webid": _OWNER["customer"]}, {"name": Text},
        dict.fromkeys(("platform", "dialling_privileges", "branding", "key_template", "time_zone", "managed_by"), Text)
        | dict.fromkeys(("billing_confirmation", "billing_notification", "next_gen_client"), bool)
        | dict.fromkeys(("npm_awv", "did_as_cesid"), bool)
        | {
            "extension_length": Annotated[int, Field(ge=2, le=7)], "welcome_mail": bool | Text, "default_cesid": Shown,
            "contact": dict[str, str | bool | None],
        },
    ),
    "bundles": kind(
        "bun", {**_OWNER, "bundle": Text}, {"quantity": Annotated[int, Field(ge=0, le=100_000)]}, {}
    ),
    "cpns": kind("cpn", {**_OWNER, "number": Shown}, {}, {"name": Text}),
    "did-ranges": kind("did", {**_OWNER, "start": Number, "end": Number}, {}, None),
    "emergency-locations": kind(
        "erl", {**_OWNER, "site_name": Text}, {"number": Shown, "location": Text}, {"zone": Text}
    ),
    "key-templates": kind("ktp", {**_OWNER, "name": Text}, {}, {}, shape=Free),
    "hotdesk-devices": kind("hot", {**_OWNER, "device": Text}, {}, None),
    "users": kind(
        "mus", {**_OWNER, "user_name": Annotated[str, StringConstraints(pattern=r"^[^\s/]{4,64}$")]},
        {"first_name": Text, "last_name": Text},
        {
            "email": Email, "extension": Extension, "bundle": Text, "did": Number, "site": Text, "sip_user": Text,
            "mbg": Text,
        },
        keys=("user_name",), filters=("customer", "reference"),
    ),
}  # fmt: skip


class Mmp(Tasks):
    """The simulator's operations over its state."""

    kinds = RECORDS | {
        "tasks": RecordKind("mtk", ("customer",)),
        "platform-users": RecordKind("plu", ("system", "user_name")),
    }

    def create(self, kind: str, fields: object, role: str) -> dict[str, Any]:
        body, reference = checked(self.kinds[kind].new, fields)
        with self._settled():
            owner = None if kind == "customers" else self._owner(body["customer"], kind)
            self._check_key(kind, body)
            if owner is None:
                return self._create_customer(body, reference, role)
            self._check(kind, body, owner)
            return self.shown(self._add(kind, body, reference, role))

    def remove(self, kind: str, identity: str, reference: str, role: str) -> dict[str, Any] | None:
        with self._settled():
            item = self._one(kind, identity)
            if kind == "customers":
                self._refuse_busy(item)
                return self._begin("deleting", item, reference, role)
            self._check_removal(kind, item, self._owner(item.body["customer"], kind))
            self._state.delete(item)
            if kind == "users":
                self._wipe("platform-users", item.body["customer"], user=item.key)
            self._state.note_effect(role, "remove", item, reference)
        return None

    def demo_mode(self, identity: str, fields: object, role: str) -> dict[str, Any]:
        """The background task that makes a customer a demonstration, for good. Raises Refused."""
        _, reference = checked(Shape, fields)
        with self._settled():
            item = self._one("customers", identity)
            self._refuse_demo(item)
            self._refuse_busy(item)
            return self._begin("converting", item, reference, role)

    def one(self, kind: str, identity: str) -> dict[str, Any]:
        """Raises Refused when it is not there."""
        with self._settled():
            return self.shown(self._one(kind, identity))

    # -- checks --------------------------------------------------------------------------------------------

    def _create_customer(self, body: dict[str, Any], reference: str, role: str) -> dict[str, Any]:
        if "platform" in body:
            self.need_platform(body["platform"])
        more = {"state": "creating", "mode": "normal", "portal_url": f"{PORTAL_URL}{body['webid']}"}
        return self._begin("creating", self._add("customers", body | more, reference, role), reference, role)

    def _owner(self, webid: str, kind: str) -> Item:
        """The customer something belongs to, free to be worked on."""
        customer = self._by_key("customers", webid)
        if customer is None:
            raise Refused(422, "customer-unknown", f"There is no customer {webid}.", "customer")
        self._refuse_demo(customer)
        if kind in REFERRING or customer.body["state"] == "deleting":
            self._refuse_busy(customer)
        return customer

    def _refuse_busy(self, customer: Item) -> None:
        if task := self._running(customer.key):
            words = f"{customer.key} is still being worked on ({task.body['doing']}). Wait until that has ended."
            raise Refused(423, "busy", words, task=self._identity(task))

    def _refuse_demo(self, customer: Item) -> None:
        if customer.body["mode"] == "demo":
            raise Refused(409, "demo", f"{customer.key} is in demo mode and can only be deleted.")

    def _check_change(self, kind: str, item: Item, body: Mapping[str, Any], role: str) -> None:
        if kind != "customers":
            self._check(kind, body, self._owner(body["customer"], kind), item.id)
            return
        self._refuse_demo(item)
        self._refuse_busy(item)
        for name in FIXED:
            if item.body.get(name) is not None and body.get(name) != item.body[name]:
                raise Refused(409, "fixed", f"{name} of {item.key} cannot be changed any more.", name)
        if "platform" in body:
            self.need_platform(body["platform"])

    def _check(self, kind: str, body: Mapping[str, Any], owner: Item, own: int = 0) -> None:
        if kind == "bundles":
            self.need_bundle(body["bundle"], str(owner.body.get("platform", "")))
        elif kind == "did-ranges":
            self._check_range(body)
        elif kind == "users":
            self._check_user(body, owner, own)

    def _check_removal(self, kind: str, item: Item, owner: Item) -> None:
        users = [user.body for user in self._select("users", company=owner.key)]
        if kind == "did-ranges":
            first, last = _span(item.body)
            assigned = [user["did"] for user in users if user.get("did") and first <= int(user["did"]) <= last]
            if assigned:
                raise Refused(409, "in-use", f"{', '.join(assigned[:5])} in this range is assigned to a user.")
        if kind == "bundles" and any(user.get("bundle") == item.body["bundle"] for user in users):
            raise Refused(409, "in-use", f"Users have the bundle {item.body['bundle']}.")

    def _check_range(self, body: Mapping[str, Any]) -> None:
        start, end = _span(body)
        if start > end or len(body["start"]) != len(body["end"]):
            raise Refused(422, "range-order", "A range begins with its lowest number.", "start")
        for other in self._select("did-ranges"):
            first, last = _span(other.body)
            if start <= last and first <= end:
                words = f"It overlaps {other.body['start']} to {other.body['end']} of {other.body['customer']}."
                raise Refused(409, "overlap", words, "start")

    def _check_user(self, body: Mapping[str, Any], owner: Item, own: int) -> None:
        platform = str(owner.body.get("platform", ""))
        self.need_platform(platform)
        others = [user for user in self._select("users", company=owner.key) if user.id != own]
        length, extension = owner.body.get("extension_length"), body.get("extension")
        if extension and length and len(extension) != length:
            raise Refused(422, "extension-length", f"Extensions of {owner.key} have {length} digits.", "extension")
        if extension and any(user.body.get("extension") == extension for user in others):
            raise Refused(409, "extension-taken", f"Extension {extension} is in use.", "extension")
        if body.get("bundle"):
            self._check_users_bundle(body["bundle"], owner, length, others)
        if body.get("did"):
            self._check_did(body["did"], owner, others)
        if (mark := self._mark("users", body)) and any(user.id != own for user in self._select("users", mark=mark)):
            words = f"The SIP user name {body['sip_user']} is in use on the border gateway {body['mbg']}."
            raise Refused(409, "sip-taken", words, "sip_user")

    def _check_users_bundle(self, name: str, owner: Item, length: int | None, others: list[Item]) -> None:
        bundle = self.need_bundle(name, str(owner.body.get("platform", "")))
        bought = self._by_key("bundles", owner.key, name)
        if bought is None or sum(user.body.get("bundle") == name for user in others) >= bought.body["quantity"]:
            raise Refused(422, "bundle-used-up", f"{owner.key} has no bundle {name} left.", "bundle")
        if length == TOO_LONG and bundle["phones"] >= TWO_PHONES:
            users = f"With extensions of {TOO_LONG} digits no user"
            words = f"{users} can have {name}, a bundle of {bundle['phones']} phones."
            raise Refused(422, "extension-length", words, "bundle")

    def _check_did(self, did: str, owner: Item, others: list[Item]) -> None:
        spans = [_span(item.body) for item in self._select("did-ranges", company=owner.key)]
        if not any(first <= int(did) <= last for first, last in spans):
            raise Refused(422, "did-unknown", f"{did} is in no range of {owner.key}.", "did")
        if any(user.body.get("did") == did for user in others):
            raise Refused(409, "did-taken", f"{did} is assigned already.", "did")

    # -- records -------------------------------------------------------------------------------------------

    def _add(self, kind: str, body: dict[str, Any], reference: str, role: str) -> Item:
        item = super()._add(kind, body, reference, role)
        for system in SYSTEMS if kind == "users" else ():
            customer, name = body["customer"], body["user_name"]
            there = {"customer": customer, "user_name": name, "system": system}
            more = {"company": customer.lower(), "reference": reference, "mark": name.lower()}
            self._state.add("mmp-platform-users", [system, name], there, **more)
        return item

    def _mark(self, kind: str, body: Mapping[str, Any]) -> str:
        """What a user is found by besides the key: the SIP user name on its border gateway."""
        if kind == "users" and body.get("sip_user") and body.get("mbg"):
            return f"{body['mbg']}/{body['sip_user']}".lower()
        return ""


def _span(body: Mapping[str, Any]) -> tuple[int, int]:
    return int(body["start"]), int(body["end"])
