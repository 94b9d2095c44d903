"""The provider's portal, spoken to in our own contract (`data/contracts/portal.json`).

Every write carries its reference; what counts for *exactly once* are the natural keys: a company's domain, a
user's e-mail address, one service of one user, one site of one company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onboarding import settings
from onboarding.connectors.base import own_words
from onboarding.connectors.http import Answer, Http, Lost
from onboarding.domain.action import Action, Document, Operation, Outcome, Verdict
from onboarding.domain.json import JSON
from onboarding.errors import InputError, Rejected

PAGE = 500
"""Items asked for at a time; the most the contract allows."""
TOGETHER = 25
"""Keys asked for in one request; of a company with more than that, the whole list is read."""


@dataclass(frozen=True, slots=True)
class _Resource:
    """Where a resource lives, which fields are its natural key, which cannot be changed later."""

    path: str
    keys: tuple[str, ...]
    fixed: tuple[str, ...] = ()


_RESOURCES = {
    "company": _Resource("/companies", ("domain",), fixed=("administrator",)),
    "user": _Resource("/users", ("email",), fixed=("company",)),
    "service": _Resource("/services", ("user", "service"), fixed=("company",)),
    "site": _Resource("/sites", ("company", "service")),
}
_Key = tuple[str, ...]
_Query = dict[str, str | list[str]]


class PortalConnector:
    """Companies, users, services and sites of a portal that answers over HTTP.

    Address, token and settle time come from the settings; `Http` says what ``timeout`` and ``patience`` bound.
    """

    name = "portal"
    is_manual = False

    def __init__(self, *, timeout: float = 30.0, patience: float = 60.0) -> None:
        self._http = Http("portal", settings.PORTAL_URL, settings.PORTAL_TOKEN, timeout=timeout, patience=patience)
        self.settle = _settle()

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """What the portal holds under each action's key; 2,000 users of a company take 4 requests."""
        groups: dict[tuple[str, str], list[Action]] = defaultdict(list)
        for action in wanted:
            groups[action.resource, str(_fields(action).get("company", ""))].append(action)
        seen: dict[str, Mapping[str, JSON] | None] = {}
        for (name, company), actions in groups.items():
            resource = _resource(name)
            held = self._held(resource, company, actions)
            for action in actions:
                item = held.get(_key(resource, _fields(action)))
                seen[action.id] = None if item is None else _in_terms_of(_fields(action), item)
        return seen

    def send(self, action: Action, ref: str, documents: Sequence[Document] = ()) -> Outcome:
        """One attempt. A key that is taken is done when the same is there, else rejected."""
        attempt = {
            Operation.CREATE: self._create,
            Operation.CHANGE: self._change,
            Operation.REMOVE: self._remove,
        }.get(action.operation)
        if attempt is None:
            raise InputError("PORTAL-OPERATION", f"The portal cannot {action.operation.value} {action.key}.")
        _fields(action)
        try:
            return attempt(action, ref)
        except Lost as lost:
            return Outcome(Verdict.UNKNOWN, message=f"The portal may or may not have carried this out: {lost}")

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """Asks by natural key, then by reference."""
        item = self._find(action)
        if action.operation is Operation.REMOVE:
            return Outcome(Verdict.DONE, message="It is no longer there.") if item is None else None
        if item is None:
            item = next(self._pages(_resource(action.resource).path, {"reference": ref}), None)
        if item is None or not (item.get("reference") == ref or not _differing(action, item)):
            return None
        return _done(action, item, "Found by looking it up.")

    def _create(self, action: Action, ref: str) -> Outcome:
        resource = _resource(action.resource)
        body = {name: value for name, value in action.body.items() if not _is_empty(value)}
        answer = self._http.write("POST", resource.path, {"reference": ref, **body})
        if answer.status == 409:
            return self._taken(action, ref, answer)
        return _outcome(action, answer)

    def _taken(self, action: Action, ref: str, answer: Answer) -> Outcome:
        item = self._find(action)
        if item is None:
            return _refused(answer)
        differing = _differing(action, item)
        if not differing:
            return _done(action, item, "It was there already.")
        # The portal makes the administrator a user with no more than a name: what is missing is filled in, what is
        # there is never overwritten.
        if item.get("is_administrator") and all(_is_empty(item.get(name)) for name in differing):
            return self._patch(action, ref, item, differing)
        fields = ", ".join(differing)
        return Outcome(Verdict.REJECTED, _text(item, "id"), f"{answer.words} What is there differs in: {fields}.")

    def _change(self, action: Action, ref: str) -> Outcome:
        item = self._find(action)
        if item is None:
            return Outcome(Verdict.REJECTED, message=f"There is no {action.resource} {action.key} to change.")
        differing = _differing(action, item)
        if not differing:
            return _done(action, item, "It was so already.")
        fixed = [name for name in differing if name in _resource(action.resource).fixed]
        if fixed:
            return Outcome(
                Verdict.REJECTED, _text(item, "id"), f"The portal cannot change {', '.join(fixed)} of {action.key}."
            )
        return self._patch(action, ref, item, differing)

    def _patch(self, action: Action, ref: str, item: Mapping[str, JSON], names: Sequence[str]) -> Outcome:
        body = {name: None if _is_empty(action.body[name]) else action.body[name] for name in names}
        answer = self._http.write("PATCH", self._one(action, item), {"reference": ref, **body})
        return _outcome(action, answer)

    def _remove(self, action: Action, ref: str) -> Outcome:
        item = self._find(action)
        if item is None:
            return Outcome(Verdict.DONE, message="It was not there.")
        answer = self._http.write("DELETE", self._one(action, item), params={"reference": ref})
        if answer.status == 404:
            return Outcome(Verdict.DONE, message="It was not there.")
        return _refused(answer) if answer.status >= 400 else Outcome(Verdict.DONE, _text(item, "id"))

    def _one(self, action: Action, item: Mapping[str, JSON]) -> str:
        identity = _text(item, "id")
        if not identity.replace("-", "").isalnum():  # it becomes part of an address
            raise _not_by_contract(f"gave {action.key} an unusable id")
        return f"{_resource(action.resource).path}/{identity}"

    def _held(self, resource: _Resource, company: str, actions: Sequence[Action]) -> dict[_Key, Mapping[str, JSON]]:
        """Natural key -> item, of at least those the actions speak of."""
        held: dict[_Key, Mapping[str, JSON]] = {}
        for query in _queries(resource, company, actions):
            for item in self._pages(resource.path, query):
                held.setdefault(_key(resource, item), item)
        return held

    def _find(self, action: Action) -> Mapping[str, JSON] | None:
        resource = _resource(action.resource)
        return self._held(resource, "", [action]).get(_key(resource, _fields(action)))

    def _pages(self, path: str, query: _Query) -> Iterator[Mapping[str, JSON]]:
        """All items of a list, page by page. Raises Rejected when the answer is not by the contract."""
        cursors: set[str] = set()
        cursor = ""
        while True:
            page = self._http.read(path, query | {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {}))
            items, following = page.get("items"), page.get("next")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise _not_by_contract("answered without items")
            yield from items
            if following is None:
                return
            if not isinstance(following, str) or following in cursors:
                raise _not_by_contract("repeats its pages")
            cursors.add(following)
            cursor = following


def _queries(resource: _Resource, company: str, actions: Sequence[Action]) -> Iterator[_Query]:
    if company and len(actions) > TOGETHER:
        yield {"company": company}
        return
    first, *others = resource.keys
    groups: dict[_Key, list[str]] = defaultdict(list)
    for action in actions:
        fields = _fields(action)
        groups[tuple(str(fields[name]) for name in others)].append(str(fields[first]))
    for rest, values in groups.items():
        for start in range(0, len(values), TOGETHER):
            yield {first: values[start : start + TOGETHER], **dict(zip(others, rest, strict=True))}


def _settle() -> float:
    text = settings.PORTAL_SETTLE.get()
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise InputError(
            "PORTAL-SETTLE", f"{settings.PORTAL_SETTLE.name} is {own_words(text)}.", "Give seconds, from 0 to 3600."
        )
    return seconds


def _resource(name: str) -> _Resource:
    found = _RESOURCES.get(name)
    if found is None:
        raise InputError("PORTAL-RESOURCE", f"The portal has no {own_words(name)}.", "It has: " + ", ".join(_RESOURCES))
    return found


def _fields(action: Action) -> Mapping[str, JSON]:
    """What the action says about its resource; its key fields may stand in ``before`` only."""
    keys = _resource(action.resource).keys
    before = action.before or {}
    fields = {**{name: before[name] for name in keys if name in before}, **action.body}
    missing = [name for name in keys if not isinstance(fields.get(name), str) or not fields[name]]
    if missing:
        raise InputError("PORTAL-KEY", f"{action.id} does not say its {', '.join(missing)}.")
    return fields


def _key(resource: _Resource, fields: Mapping[str, JSON]) -> _Key:
    """The natural key; upper and lower case are one, as in addresses and domains."""
    return tuple(str(fields.get(name, "")).casefold() for name in resource.keys)


def _is_empty(value: JSON) -> bool:
    return value is None or value == ""


def _is_same(wanted: JSON, held: JSON) -> bool:
    if isinstance(wanted, Mapping) and isinstance(held, Mapping):
        return all(_is_same(value, held.get(name)) for name, value in wanted.items())
    return wanted == held or (_is_empty(wanted) and _is_empty(held))


def _differing(action: Action, item: Mapping[str, JSON]) -> list[str]:
    """Fields in which the portal holds something else than the action wants."""
    keys = _resource(action.resource).keys
    return [name for name, value in action.body.items() if name not in keys and not _is_same(value, item.get(name))]


def _in_terms_of(fields: Mapping[str, JSON], item: Mapping[str, JSON]) -> dict[str, JSON]:
    """The item with the fields the action speaks of; equal values in the action's own spelling."""
    return {name: value if _is_same(value, item.get(name)) else item.get(name) for name, value in fields.items()}


def _outcome(action: Action, answer: Answer) -> Outcome:
    return _refused(answer) if answer.status >= 400 else _done(action, answer.data, "")


def _done(action: Action, item: Mapping[str, JSON], message: str) -> Outcome:
    return Outcome(Verdict.DONE, _text(item, "id"), message, _in_terms_of(_fields(action), item))


def _refused(answer: Answer) -> Outcome:
    return Outcome(Verdict.REJECTED, message=answer.words or f"The portal answered {answer.status} without words.")


def _text(item: Mapping[str, JSON], name: str) -> str:
    value = item.get(name)
    return own_words(value) if isinstance(value, str) else ""


def _not_by_contract(what: str) -> Rejected:
    return Rejected("PORTAL-CONTRACT", f"The portal {what}.", "Its contract is data/contracts/portal.json.")
