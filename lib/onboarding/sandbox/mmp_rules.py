"""What the management portal's simulator allows, and what follows from it, as a real portal keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.sandbox.mmp_setup import SYSTEMS
from onboarding.sandbox.mmp_shapes import CHANGE, NEW, DemoMode
from onboarding.sandbox.mmp_tasks import KEYS, PREFIX, Tasks
from onboarding.sandbox.rules import Refused, checked
from onboarding.sandbox.state import Item

SP_ADMIN = "sp-admin"
PORTAL_URL = "https://mmp.example/customer/"
TOO_LONG, TWO_PHONES = 7, 2
"""Extensions of this length and bundles of so many phones do not go together: no such user can be created."""

REFERRING = frozenset({"users", "bundles", "did-ranges"})
"""What refers to records a background task may be at work on; everything else goes on meanwhile."""
FIXED = ("platform", "extension_length")


class Mmp(Tasks):
    """The simulator's operations over its state."""

    def create(self, kind: str, fields: object, role: str) -> dict[str, Any]:
        """The new item; of a customer the background task that creates it. Raises Refused."""
        body = checked(NEW[kind], fields)
        reference = str(body.pop("reference"))
        with self._settled():
            owner = None if kind == "customers" else self._owner(body["customer"], kind)
            self._check_key(kind, body)
            if owner is None:
                return self._create_customer(body, reference, role)
            self._check(kind, body, owner)
            item = self._add(kind, body, reference, role)
        return self.shown(item)

    def change(self, kind: str, identity: str, fields: object, role: str) -> dict[str, Any]:
        """The item with the given fields set; null empties one. Raises Refused."""
        if kind not in CHANGE:
            raise Refused(405, "fixed", "This cannot be changed; remove it and add another.")
        given = checked(CHANGE[kind], fields)
        reference = str(given.pop("reference"))
        with self._settled():
            item = self._one(kind, identity)
            body = {name: value for name, value in {**item.body, **given}.items() if value is not None}
            if any(body.get(name) != item.body.get(name) for name in KEYS[kind]):
                raise Refused(422, "invalid", "A key cannot be changed.", KEYS[kind][0])
            if kind == "customers":
                self._check_customer(item, body)
            else:
                self._check(kind, body, self._owner(body["customer"], kind), item)
            item = self._state.update(item, body, reference=reference, mark=_mark(kind, body))
            self._state.note_effect(role, "change", item, reference)
        return self.shown(item)

    def remove(self, kind: str, identity: str, reference: str, role: str) -> dict[str, Any] | None:
        """None; of a customer the background task that deletes it. Raises Refused while something depends on it."""
        with self._settled():
            item = self._one(kind, identity)
            if kind == "customers":
                self._refuse_busy(item)
                return self._begin("deleting", item, reference, role)
            self._owner(item.body["customer"], kind)
            if kind == "did-ranges" and (held := self._assigned(item)):
                raise Refused(409, "in-use", f"{', '.join(held[:5])} in this range is assigned to a user.")
            if kind == "bundles" and self._users(item.body["customer"], bundle=item.body["bundle"]):
                raise Refused(409, "in-use", f"Users have the bundle {item.body['bundle']}.")
            self._state.delete(item)
            if kind == "users":
                self._wipe("platform-users", item.body["customer"], user=item.key)
            self._state.note_effect(role, "remove", item, reference)
        return None

    def demo_mode(self, identity: str, fields: object, role: str) -> dict[str, Any]:
        """The background task that makes a customer a demonstration, for good. Raises Refused."""
        reference = str(checked(DemoMode, fields)["reference"])
        with self._settled():
            item = self._one("customers", identity)
            self._refuse_demo(item)
            self._refuse_busy(item)
            return self._begin("converting", item, reference, role)

    def listed(self, kind: str, **filters: Any) -> list[dict[str, Any]]:
        """Items of a kind, oldest first; ``filters`` are those of `State.select`."""
        with self._settled():
            return [self.shown(item) for item in self._state.select(f"mmp-{kind}", **filters)]

    def one(self, kind: str, identity: str) -> dict[str, Any]:
        """Raises Refused when it is not there."""
        with self._settled():
            return self.shown(self._one(kind, identity))

    # -- checks --------------------------------------------------------------------------------------------

    def _create_customer(self, body: dict[str, Any], reference: str, role: str) -> dict[str, Any]:
        if "platform" in body:
            self.need_platform(body["platform"])
        webid = body["webid"]
        more = {"state": "creating", "mode": "normal", "portal_url": f"{PORTAL_URL}{webid}"}
        return self._begin("creating", self._add("customers", body | more, reference, role), reference, role)

    def _owner(self, webid: str, kind: str) -> Item:
        """The customer something belongs to, free to be worked on."""
        customer = self._state.by_key("mmp-customers", webid)
        if customer is None:
            raise Refused(422, "customer-unknown", f"There is no customer {webid}.", "customer")
        self._refuse_demo(customer)
        if kind in REFERRING or customer.body["state"] == "deleting":
            self._refuse_busy(customer)
        return customer

    def _refuse_busy(self, customer: Item) -> None:
        if task := self._running(customer.key):
            words = f"{customer.key} is still being worked on ({task.body['doing']}). Wait until that has ended."
            raise Refused(423, "busy", words, task=f"{PREFIX['tasks']}-{task.id}")

    def _refuse_demo(self, customer: Item) -> None:
        if customer.body["mode"] == "demo":
            raise Refused(409, "demo", f"{customer.key} is in demo mode and can only be deleted.")

    def _check_customer(self, item: Item, body: Mapping[str, Any]) -> None:
        self._refuse_demo(item)
        self._refuse_busy(item)
        for name in FIXED:
            if item.body.get(name) is not None and body.get(name) != item.body[name]:
                raise Refused(409, "fixed", f"{name} of {item.key} cannot be changed any more.", name)
        if "platform" in body:
            self.need_platform(body["platform"])

    def _check(self, kind: str, body: Mapping[str, Any], owner: Item, own: Item | None = None) -> None:
        if kind == "bundles":
            self.need_bundle(body["bundle"], str(owner.body.get("platform", "")))
        elif kind == "did-ranges":
            self._check_range(body)
        elif kind == "users":
            self._check_user(body, owner, own.id if own else 0)

    def _check_range(self, body: Mapping[str, Any]) -> None:
        start, end = _span(body)
        if start > end or len(body["start"]) != len(body["end"]):
            raise Refused(422, "range-order", "A range begins with its lowest number.", "start")
        for other in self._state.select("mmp-did-ranges"):
            first, last = _span(other.body)
            if start <= last and first <= end:
                words = f"It overlaps {other.body['start']} to {other.body['end']} of {other.body['customer']}."
                raise Refused(409, "overlap", words, "start")

    def _check_user(self, body: Mapping[str, Any], owner: Item, own: int) -> None:
        platform = str(owner.body.get("platform", ""))
        self.need_platform(platform)
        others = [user for user in self._state.select("mmp-users", company=owner.key) if user.id != own]
        length, extension = owner.body.get("extension_length"), body.get("extension")
        if extension and length and len(extension) != length:
            raise Refused(422, "extension-length", f"Extensions of {owner.key} have {length} digits.", "extension")
        if extension and any(user.body.get("extension") == extension for user in others):
            raise Refused(409, "extension-taken", f"Extension {extension} is in use.", "extension")
        if body.get("bundle"):
            self._check_users_bundle(body["bundle"], owner, length, others)
        if body.get("did"):
            self._check_did(body["did"], owner, others)
        if (mark := _mark("users", body)) and any(u.id != own for u in self._state.select("mmp-users", mark=mark)):
            words = f"The SIP user name {body['sip_user']} is in use on the border gateway {body['mbg']}."
            raise Refused(409, "sip-taken", words, "sip_user")

    def _check_users_bundle(self, name: str, owner: Item, length: int | None, others: list[Item]) -> None:
        bundle = self.need_bundle(name, str(owner.body.get("platform", "")))
        held = self._state.by_key("mmp-bundles", f"{owner.key}/{name}")
        if held is None or sum(user.body.get("bundle") == name for user in others) >= held.body["quantity"]:
            raise Refused(422, "bundle-used-up", f"{owner.key} has no bundle {name} left.", "bundle")
        if length == TOO_LONG and bundle["phones"] >= TWO_PHONES:
            words = (
                f"With extensions of {TOO_LONG} digits no user can have {name}, a bundle of {bundle['phones']} phones."
            )
            raise Refused(422, "extension-length", words, "bundle")

    def _check_did(self, did: str, owner: Item, others: list[Item]) -> None:
        ranges = self._state.select("mmp-did-ranges", company=owner.key)
        if not any(first <= int(did) <= last for first, last in map(_span_of, ranges)):
            raise Refused(422, "did-unknown", f"{did} is in no range of {owner.key}.", "did")
        if any(user.body.get("did") == did for user in others):
            raise Refused(409, "did-taken", f"{did} is assigned already.", "did")

    def _check_key(self, kind: str, body: Mapping[str, Any]) -> None:
        key = "/".join(body[name] for name in KEYS[kind])
        if not self._state.setting("lenient_keys", False) and self._state.by_key(f"mmp-{kind}", key):
            raise Refused(409, "exists", f"{key} exists already.", KEYS[kind][0])

    # -- records -------------------------------------------------------------------------------------------

    def _add(self, kind: str, body: dict[str, Any], reference: str, role: str) -> Item:
        owner = str(body["webid"] if kind == "customers" else body["customer"]).lower()
        keys = [body[name] for name in KEYS[kind]]
        mark = _mark(kind, body)
        item = self._state.add(f"mmp-{kind}", keys, body, company=owner, reference=reference, mark=mark)
        self._state.note_effect(role, "create", item, reference)
        if kind == "users":
            for system in SYSTEMS:
                there = {"customer": body["customer"], "user_name": body["user_name"], "system": system}
                keys, name = [system, body["user_name"]], str(body["user_name"]).lower()
                self._state.add("mmp-platform-users", keys, there, company=owner, reference=reference, mark=name)
        return item

    def _users(self, customer: str, bundle: str) -> list[Item]:
        return [u for u in self._state.select("mmp-users", company=customer) if u.body.get("bundle") == bundle]

    def _assigned(self, item: Item) -> list[str]:
        """Numbers of a range that users have."""
        first, last = _span(item.body)
        dids = [user.body.get("did") for user in self._state.select("mmp-users", company=item.body["customer"])]
        return [did for did in dids if did and first <= int(did) <= last]


def _span(body: Mapping[str, Any]) -> tuple[int, int]:
    return int(body["start"]), int(body["end"])


def _span_of(item: Item) -> tuple[int, int]:
    return _span(item.body)


def _mark(kind: str, body: Mapping[str, Any]) -> str:
    """What a user is found by besides the key: the SIP user name on its border gateway."""
    if kind == "users" and body.get("sip_user") and body.get("mbg"):
        return f"{body['mbg']}/{body['sip_user']}".lower()
    return ""
