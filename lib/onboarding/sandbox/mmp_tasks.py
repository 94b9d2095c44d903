"""What the management portal's simulator does in the background, and how its records are found and shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from onboarding.sandbox.mmp_setup import Setup
from onboarding.sandbox.state import Item

_UNSEEN = ("fails_with", "role")


class Tasks(Setup):
    """Creating, deleting and converting a customer takes its time; meanwhile other work goes on."""

    def shown(self, item: Item) -> dict[str, Any]:
        """An item as the contract shows it."""
        shown = {name: value for name, value in super().shown(item).items() if name not in _UNSEEN}
        if item.kind == "mmp-customers" and item.body["state"] == "active" and item.key in self._get("deleted"):
            words = "Logging in fails: a customer of this web id was deleted before. Reboot the portal, then try again."
            shown["login_error"] = words
        return shown

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """A transaction that begins with what background tasks have done by now."""
        with self._state.transaction():
            self._end_due()
            yield

    def _end_due(self) -> None:
        """Do what tasks whose time has come bring about."""
        now = self._state.now()
        for task in self._select("tasks", mark="running"):
            begun, ends = (datetime.fromisoformat(task.body[name]) for name in ("begun_at", "ends_at"))
            if not begun <= now < ends:
                self._end(task)

    def _begin(self, doing: str, item: Item, reference: str, role: str) -> dict[str, Any]:
        now, seconds, failure = self._state.now(), self._get("task_seconds"), self._get("fail_next")
        self._set("fail_next", "")
        body = {
            "doing": doing, "customer": item.body["webid"], "subject": self._identity(item), "state": "running",
            "begun_at": now.isoformat(), "ends_at": (now + timedelta(seconds=seconds)).isoformat(),
            "fails_with": failure, "role": role,
        }  # fmt: skip
        if doing != "creating":
            self._state.update(item, item.body | {"state": doing}, reference=reference)
        task = self._state.add(
            "mmp-tasks", [item.key, doing, now.isoformat()], body, company=item.key, reference=reference, mark="running"
        )
        if seconds == 0:
            self._end(task)
        return self.shown(self._one("tasks", self._identity(task)))

    def _end(self, task: Item) -> None:
        item, failure = self._one("customers", task.body["subject"]), task.body["fails_with"]
        doing, customer = task.body["doing"], item.body["webid"]
        if doing == "creating" and failure:
            self._state.delete(item)
        elif doing == "deleting" and not failure:
            # Of a demonstration nothing on the platforms is known any more.
            self._wipe_all(customer, {"platform-users"} if item.body["mode"] == "demo" else set())
            self._set("deleted", sorted({*self._get("deleted"), item.key}))
            self._state.note_effect(task.body["role"], "remove", item, task.reference)
        else:
            mode = "demo" if doing == "converting" and not failure else item.body["mode"]
            self._state.update(item, item.body | {"state": "active", "mode": mode}, reference=task.reference)
            if mode == "demo":  # only the portal's own records go; what lies on the platforms stays
                self._wipe_all(customer, {"platform-users", "customers"})
                self._state.note_effect(task.body["role"], "demo", item, task.reference)
        ended = {"state": "failed", "message": failure} if failure else {"state": "done"}
        self._state.update(task, task.body | ended, reference=task.reference)

    def _wipe_all(self, customer: str, but: set[str]) -> None:
        for kind in self.kinds.keys() - but - {"tasks"}:
            self._wipe(kind, customer)

    def _wipe(self, kind: str, customer: str, user: str = "") -> None:
        for item in self._select(kind, company=customer, mark=user):
            self._state.delete(item)

    def _running(self, customer: str) -> Item | None:
        return next(iter(self._select("tasks", company=customer, mark="running")), None)
