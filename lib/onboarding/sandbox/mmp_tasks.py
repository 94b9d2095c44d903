"""What the management portal's simulator does in the background, and how its records are found and shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from onboarding.sandbox.mmp_setup import Setup
from onboarding.sandbox.rules import identified
from onboarding.sandbox.state import Item

KEYS = {
    "customers": ("webid",), "bundles": ("customer", "bundle"), "cpns": ("customer", "number"),
    "did-ranges": ("customer", "start", "end"), "emergency-locations": ("customer", "site_name"),
    "key-templates": ("customer", "name"), "hotdesk-devices": ("customer", "device"), "users": ("user_name",),
}  # fmt: skip
PREFIX = {
    "customers": "cus", "bundles": "bun", "cpns": "cpn", "did-ranges": "did", "emergency-locations": "erl",
    "key-templates": "ktp", "hotdesk-devices": "hot", "users": "mus", "tasks": "mtk", "platform-users": "plu",
}  # fmt: skip
KINDS = tuple(PREFIX)
"""Everything the simulator keeps; the users of the platforms are seen in the truth only."""
_UNSEEN = ("fails_with", "role")


class Tasks(Setup):
    """Creating, deleting and converting a customer takes its time; meanwhile other work goes on."""

    def shown(self, item: Item) -> dict[str, Any]:
        """An item as the contract shows it."""
        kind = item.kind.removeprefix("mmp-")
        head = {"id": f"{PREFIX[kind]}-{item.id}", "reference": item.reference, "created_at": item.created_at}
        if kind == "customers" and self.was_deleted(item.body["webid"]) and item.body["state"] == "active":
            words = "Logging in fails: a customer of this web id was deleted before. Reboot the portal, then try again."
            head["login_error"] = words
        return head | {name: value for name, value in item.body.items() if name not in _UNSEEN}

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """A transaction that begins with what background tasks have done by now."""
        with self._state.transaction():
            self._end_due()
            yield

    def _end_due(self) -> None:
        """Do what tasks whose time has come bring about."""
        now = self._state.now()
        for task in self._state.select("mmp-tasks", mark="running"):
            begun, ends = (datetime.fromisoformat(task.body[name]) for name in ("begun_at", "ends_at"))
            if not begun <= now < ends:
                self._end(task)

    def _begin(self, doing: str, item: Item, reference: str, role: str) -> dict[str, Any]:
        now = self._state.now()
        body = {
            "doing": doing, "customer": item.body["webid"], "subject": f"{PREFIX['customers']}-{item.id}",
            "state": "running", "begun_at": now.isoformat(),
            "ends_at": (now + timedelta(seconds=self.task_seconds)).isoformat(), "fails_with": self.take_failure(),
            "role": role,
        }  # fmt: skip
        if doing != "creating":
            self._state.update(item, item.body | {"state": doing}, reference=reference)
        task = self._state.add(
            "mmp-tasks", [item.key, doing, now.isoformat()], body, company=item.key, reference=reference, mark="running"
        )
        if self.task_seconds == 0:
            self._end(task)
        return self.shown(self._one("tasks", f"{PREFIX['tasks']}-{task.id}"))

    def _end(self, task: Item) -> None:
        item = self._one("customers", task.body["subject"])
        failure = task.body["fails_with"]
        doing, customer = task.body["doing"], item.body["webid"]
        if doing == "creating" and failure:
            self._state.delete(item)
        elif doing == "deleting" and not failure:
            for kind in KEYS:
                self._wipe(kind, customer)
            if item.body["mode"] != "demo":  # of a demonstration nothing on the platforms is known any more
                self._wipe("platform-users", customer)
            self.note_deleted(customer)
            self._state.note_effect(task.body["role"], "remove", item, task.reference)
        else:
            mode = "demo" if doing == "converting" and not failure else item.body["mode"]
            self._state.update(item, item.body | {"state": "active", "mode": mode}, reference=task.reference)
            if mode == "demo":  # only the portal's own records go; what lies on the platforms stays
                for kind in set(KEYS) - {"customers"}:
                    self._wipe(kind, customer)
                self._state.note_effect(task.body["role"], "demo", item, task.reference)
        ended = {"state": "failed", "message": failure} if failure else {"state": "done"}
        self._state.update(task, task.body | ended, reference=task.reference)

    def _wipe(self, kind: str, customer: str, user: str = "") -> None:
        for item in self._state.select(f"mmp-{kind}", company=customer, mark=user):
            self._state.delete(item)

    def _running(self, customer: str) -> Item | None:
        return next(iter(self._state.select("mmp-tasks", company=customer, mark="running")), None)

    def _one(self, kind: str, identity: str) -> Item:
        return identified(self._state, f"mmp-{kind}", PREFIX[kind], identity)
