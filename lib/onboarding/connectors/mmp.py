"""A management portal for multi-tenant voice platforms, called by our own contract (`data/contracts/mmp.json`).

Some of its work runs on as a background task: its end is waited for within a bound, and so is a task that holds a
record a write refers to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from onboarding import settings
from onboarding.connectors.base import AdminOperation, Reachability, RemoteRecord, own_words
from onboarding.connectors.http import Answer, Lost
from onboarding.connectors.probe import SECONDS, probe
from onboarding.connectors.rest import Item, Resource, RestConnector
from onboarding.domain.action import Action, Operation, Outcome
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.errors import InputError, Rejected, Unavailable

WAIT = 60.0
"""Seconds one background task is waited for."""
FIRST_POLL, LONGEST_POLL = 0.05, 2.0
"""Seconds before the first look at a task, and the most between two; each wait is half as long again."""

CUSTOMER = "mmp-customer"
DEMO_MODE = "mmp-demo-mode"
DID_RANGE = "mmp-did-range"


def _owned(path: str, *keys: str, title: str) -> Resource:
    return Resource(path, ("customer", *keys), owner="customer", title=title)


class MmpConnector(RestConnector):
    """Customers, their bundles, numbers, users and what else belongs to them.

    ``wait`` is the seconds a background task is waited for, ``pause`` what waits.
    """

    name = "mmp"
    title = _("management portal")
    contract = "mmp.json"
    access = (settings.MMP_URL, settings.MMP_TOKEN, settings.MMP_SETTLE)
    doing: ClassVar[Mapping[str, str]] = {
        "creating": _("created"), "deleting": _("deleted"), "converting": _("made a demonstration"),
    }  # fmt: skip
    resources: ClassVar[Mapping[str, Resource]] = {
        CUSTOMER: Resource("/customers", ("webid",), title="customer", says=("portal_url",)),
        DEMO_MODE: Resource("/customers", ("webid",)),
        "mmp-user": Resource("/users", ("user_name",), ("customer",), "customer", "users"),
        DID_RANGE: _owned("/did-ranges", "start", "end", title="numbers (DID ranges)"),
        "mmp-cpn": _owned("/cpns", "number", title="caller ids (CPN)"),
        "mmp-bundle": _owned("/bundles", "bundle", title="bundles"),
        "mmp-erl": _owned("/emergency-locations", "site_name", title="emergency response locations"),
        "mmp-key-template": _owned("/key-templates", "name", title="key templates"),
        "mmp-hotdesk": _owned("/hotdesk-devices", "device", title="hotdesk devices"),
    }

    def __init__(self, *, wait: float = WAIT, pause: Callable[[float], None] = time.sleep, **bounds: float) -> None:
        super().__init__(**bounds)
        self._wait = wait
        self._pause = pause

    # -- besides single records ----------------------------------------------------------------------------

    def inventory(self, key: str) -> list[RemoteRecord]:
        """Everything there of the customer with that web id; empty when there is no such customer."""
        customers = list(self._pages("/customers", {"webid": [key]}))
        if not customers:
            return []
        try:
            found = [_remote_record(CUSTOMER, self.resources[CUSTOMER], item) for item in customers]
            for name, resource in self.resources.items():
                if resource.owner:
                    items = self._pages(resource.path, {resource.owner: [key]})
                    found += [_remote_record(name, resource, item) for item in items]
        except (TypeError, ValueError):
            raise self._not_by_contract("lists something that cannot be counted") from None
        return found

    def admin_operation(self, kind: str, key: str, target: str = "") -> AdminOperation:
        """Deletion, conversion to a demonstration, or removal of the DID range ``target`` (``start-end``)."""
        if kind == "delete":
            return AdminOperation(Operation.REMOVE, CUSTOMER, key, {"webid": key})
        if kind == "demo":
            return AdminOperation(Operation.CHANGE, DEMO_MODE, key, {"webid": key, "mode": "demo"})
        start, _, end = target.partition("-")
        if kind != "remove-range" or not (start and end):
            raise InputError("MMP-DEED", f"The management portal knows no {own_words(f'{kind} {target}')}.")
        body = {"customer": key, "start": start, "end": end}
        return AdminOperation(Operation.REMOVE, DID_RANGE, f"{key}/{target}", body)

    def links(self, key: str) -> dict[str, bool]:
        """Whether the portal is connected to each system of the customer's platform group.

        Raises Rejected when there is no such customer or no platform was assigned.
        """
        customer = next(self._pages("/customers", {"webid": [key]}), {})
        name = str(customer.get("platform") or "")
        group = next(self._pages("/platform-groups", {"name": [name]}), None) if name else None
        if group is None:
            raise Rejected("MMP-PLATFORM", f"The management portal shows no platform group of {own_words(key)}.")
        links = group.get("links")
        if not isinstance(links, Mapping):
            raise self._not_by_contract("shows no links of a platform group")
        return {f"{system} of {name}": bool(is_up) for system, is_up in links.items()}

    def reachability(self) -> Reachability:
        """Whether the portal's host takes connections and answers."""
        return probe(settings.MMP_URL, min(self._timeout, SECONDS))

    # -- background tasks ----------------------------------------------------------------------------------

    def _write(self, method: str, path: str, body: JSON = None, params: Mapping[str, str] | None = None) -> Answer:
        answer = self._http.write(method, path, body, params)
        until = time.monotonic() + self._wait
        while answer.status == 423:  # refused: surely nothing was done
            self._await_other(answer, until)
            answer = self._http.write(method, path, body, params)
        return self._finished(method, answer) if answer.status == 202 else answer

    def _await_other(self, answer: Answer, until: float) -> None:
        """Waits for the task that holds a record."""
        task = self._ended(_id(answer.data, "task"), until)
        if task is None or time.monotonic() >= until:
            words = f"The management portal is still at work on what this needs: {answer.words}"
            raise Unavailable("MMP-BUSY", words, "Run again later.")

    def _finished(self, method: str, answer: Answer) -> Answer:
        """The answer as it stands when the task that carries the write out has ended."""
        name = _id(answer.data, "id")
        try:
            task = self._ended(name, time.monotonic() + self._wait)
            if task is None:
                raise Lost(f"it is still at work ({name}).")
            if task.get("state") == "failed":
                return Answer(422, task, own_words(str(task.get("message") or "Its task failed.")))
            if method == "DELETE":
                return Answer(204, None, "")
            return Answer(200, self._http.read(f"/customers/{_id(task, 'subject')}", {}), "")
        except (Unavailable, Rejected) as problem:
            raise Lost(f"its task {name} could not be followed: {problem.message}") from None

    def _ended(self, name: str, until: float) -> Item | None:
        """The task when it has ended; None when it still runs at ``until``."""
        after = FIRST_POLL
        while True:
            task = self._http.read(f"/tasks/{name}", {})
            if task.get("state") != "running":
                return task
            left = until - time.monotonic()
            if left <= 0:
                return None
            self._pause(min(after, left))
            after = min(after * 1.5, LONGEST_POLL)

    # -- ways of its own -----------------------------------------------------------------------------------

    def _may_complete(self, action: Action, item: Item) -> bool:
        # Several tasks fill in one customer, tab by tab.
        return action.resource == CUSTOMER

    def _patch(self, action: Action, ref: str, item: Item, names: Sequence[str]) -> Outcome:
        if action.resource != DEMO_MODE:
            return super()._patch(action, ref, item, names)
        return self._outcome(action, self._write("POST", f"{self._one(action, item)}/demo-mode", {"reference": ref}))

    def _remarks(self, action: Action, item: Item) -> dict[str, JSON]:
        if action.resource != CUSTOMER:
            return {}
        names = {"portal": "portal_url", "words": "login_error"}
        return {name: own_words(str(item.get(key) or "")) for name, key in names.items()}


def _remote_record(name: str, resource: Resource, item: Item) -> RemoteRecord:
    numbers: tuple[str, ...] = ()
    amount = 1
    if name == DID_RANGE:
        numbers = (str(item.get("start")), str(item.get("end")))
        amount = int(numbers[1]) - int(numbers[0]) + 1
    elif name == "mmp-bundle":
        amount = int(item.get("quantity") or 0)
    elif item.get("did"):
        numbers = (str(item["did"]),)
    key = "-".join(str(item.get(field, "")) for field in resource.keys if field != resource.owner)
    return RemoteRecord(name, resource.title, key, item, amount, numbers)


def _id(data: JSON, name: str) -> str:
    """An id within an answer, fit to become part of an address."""
    value = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(value, str) or not value.replace("-", "").isalnum() or not value.isascii():
        raise Rejected("MMP-CONTRACT", f"The management portal gave no usable {name}.", "See data/contracts/mmp.json.")
    return value
