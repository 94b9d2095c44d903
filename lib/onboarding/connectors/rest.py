"""What portals with lists, natural keys and references have in common; each portal says what its resources are.

Every write carries its reference; what counts for *exactly once* are the natural keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from onboarding.connectors.base import own_words
from onboarding.connectors.http import Answer, Http, Lost, code_of
from onboarding.domain.action import Action, Attachment, Operation, Outcome, Verdict
from onboarding.domain.event import Event
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.errors import InputError, Rejected
from onboarding.settings import Setting

PAGE = 500
"""Items asked for at a time; the most the contracts allow."""
TOGETHER = 25
"""Keys asked for in one request; of a customer with more than that, the whole list is read."""

Item = Mapping[str, JSON]
Key = tuple[str, ...]
_Query = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Resource:
    """Where a resource lives, which fields are its natural key, which cannot be changed later.

    ``owner`` is the field that says whose it is; a list can be asked for by it. ``title`` names such things.
    ``says`` are the fields that the portal fills in by itself.
    """

    path: str
    keys: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    owner: str = ""
    title: str = ""
    says: tuple[str, ...] = ()


class RestConnector:
    """Resources that are listed, created, changed and removed over HTTP under natural keys.

    A portal's own connector gives ``name``, ``title`` for sentences, ``contract`` (its file), ``resources``, and
    ``access``: address, token, settle time. ``doing`` are the states of an item that has not come to rest, and what
    is done to it in each. `Http` says what ``timeout`` and ``patience`` (seconds) bound.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    contract: ClassVar[str]
    access: ClassVar[tuple[Setting, Setting, Setting]]
    resources: ClassVar[Mapping[str, Resource]]
    doing: ClassVar[Mapping[str, str]] = {}
    is_manual = False

    def __init__(self, *, timeout: float = 30.0, patience: float = 60.0) -> None:
        address, token, settle = self.access
        self._timeout = timeout
        self._code = self.name.upper()
        self._http = Http(self.title, self._code, address, token, timeout=timeout, patience=patience)
        self.settle = _settle(settle)

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """What is there under each action's key; 2,000 users of a customer take 4 requests."""
        groups: dict[tuple[str, str], list[Action]] = defaultdict(list)
        for action in wanted:
            resource = self._resource(action.resource)
            groups[action.resource, str(self._fields(action).get(resource.owner, ""))].append(action)
        seen: dict[str, Mapping[str, JSON] | None] = {}
        for (name, owner), actions in groups.items():
            resource = self._resource(name)
            current = self._current(resource, owner, actions)
            for action in actions:
                item = current.get(_key(resource, self._fields(action)))
                is_there = item is not None and item.get("state") != "creating"
                seen[action.id] = self._seen(action, item) if item is not None and is_there else None
        return seen

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        """One attempt. A key that is taken is done when the same is there, else rejected."""
        attempts = {Operation.CREATE: self._create, Operation.CHANGE: self._change, Operation.REMOVE: self._remove}
        attempt = attempts.get(action.operation)
        if attempt is None:
            words = f"The {self.title} cannot {action.operation.value} {action.key}."
            raise InputError(f"{self._code}-OPERATION", words)
        self._fields(action)
        try:
            return attempt(action, ref)
        except Lost as lost:
            return self._end(Verdict.UNKNOWN, action, None, "attempt.lost", why=str(lost))

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """Asks by natural key, then by reference."""
        item = self._find(action)
        if item is not None and (doing := self.doing.get(str(item.get("state")))):
            return self._end(Verdict.UNKNOWN, action, item, "attempt.under-way", doing=doing)
        if action.operation is Operation.REMOVE:
            return self._end(Verdict.DONE, action, None, "attempt.gone") if item is None else None
        if item is None:
            item = next(self._pages(self._resource(action.resource).path, {"reference": ref}), None)
        if item is None or not (item.get("reference") == ref or not self._differing(action, item)):
            return None
        return self._done(action, item, "attempt.found")

    # -- what a portal may do in its own way ---------------------------------------------------------------

    def _remarks(self, action: Action, item: Item) -> dict[str, JSON]:
        """What else is known of an item: ``portal``, the customer's own address, and ``words`` of the portal."""
        return {}

    def _may_complete(self, action: Action, item: Item) -> bool:
        """Whether fields that are empty in ``item`` may be filled in by an action that creates it."""
        return False

    def _write(self, method: str, path: str, body: JSON = None, params: Mapping[str, str] | None = None) -> Answer:
        return self._http.write(method, path, body, params)

    # -- attempts ------------------------------------------------------------------------------------------

    def _create(self, action: Action, ref: str) -> Outcome:
        resource = self._resource(action.resource)
        body = {name: value for name, value in action.body.items() if not _is_empty(value)}
        answer = self._write("POST", resource.path, {"reference": ref, **body})
        if answer.status == 409:
            return self._taken(action, ref, answer)
        return self._outcome(action, answer)

    def _taken(self, action: Action, ref: str, answer: Answer) -> Outcome:
        item = self._find(action)
        if item is None:
            return self._refused(action, answer)
        differing = self._differing(action, item)
        if not differing:
            return self._done(action, item, "attempt.there-already")
        if self._may_complete(action, item) and all(_is_empty(item.get(name)) for name in differing):
            return self._patch(action, ref, item, differing)
        return self._end(Verdict.REJECTED, action, item, "attempt.differs", words=answer.words, fields=differing)

    def _change(self, action: Action, ref: str) -> Outcome:
        item = self._find(action)
        if item is None:
            nothing = {"resource": action.resource, "key": action.key}
            return self._end(Verdict.REJECTED, action, None, "attempt.nothing-there", **nothing)
        differing = self._differing(action, item)
        if not differing:
            return self._done(action, item, "attempt.so-already")
        fixed = [name for name in differing if name in self._resource(action.resource).fixed]
        if fixed:
            return self._end(Verdict.REJECTED, action, item, "attempt.fixed", fields=fixed, key=action.key)
        return self._patch(action, ref, item, differing)

    def _patch(self, action: Action, ref: str, item: Item, names: Sequence[str]) -> Outcome:
        body = {name: None if _is_empty(action.body[name]) else action.body[name] for name in names}
        answer = self._write("PATCH", self._one(action, item), {"reference": ref, **body})
        return self._outcome(action, answer)

    def _remove(self, action: Action, ref: str) -> Outcome:
        was_gone = self._end(Verdict.DONE, action, None, "attempt.was-gone")
        item = self._find(action)
        if item is None:
            return was_gone
        answer = self._write("DELETE", self._one(action, item), params={"reference": ref})
        if answer.status == 404:
            return was_gone
        return self._refused(action, answer) if answer.status >= 400 else Outcome(Verdict.DONE, _text(item, "id"))

    # -- reading -------------------------------------------------------------------------------------------

    def _one(self, action: Action, item: Item) -> str:
        identity = _text(item, "id")
        if not identity.replace("-", "").isalnum():  # it becomes part of an address
            raise self._not_by_contract(f"gave {action.key} an unusable id")
        return f"{self._resource(action.resource).path}/{identity}"

    def _current(self, resource: Resource, owner: str, actions: Sequence[Action]) -> dict[Key, Item]:
        """Natural key -> item, of at least those the actions name."""
        current: dict[Key, Item] = {}
        for query in self._queries(resource, owner, actions):
            for item in self._pages(resource.path, query):
                current.setdefault(_key(resource, item), item)
        return current

    def _find(self, action: Action) -> Item | None:
        resource = self._resource(action.resource)
        return self._current(resource, "", [action]).get(_key(resource, self._fields(action)))

    def _queries(self, resource: Resource, owner: str, actions: Sequence[Action]) -> Iterator[_Query]:
        if owner and len(actions) > TOGETHER:
            yield {resource.owner: owner}
            return
        first, *others = resource.keys
        if first == resource.owner:
            others = []  # what one owner has is few
        groups: dict[Key, list[str]] = defaultdict(list)
        for fields in map(self._fields, actions):
            groups[tuple(str(fields[name]) for name in others)].append(str(fields[first]))
        for rest, repeated in groups.items():
            values = list(dict.fromkeys(repeated))
            for start in range(0, len(values), TOGETHER):
                yield {first: values[start : start + TOGETHER], **dict(zip(others, rest, strict=True))}

    def _pages(self, path: str, query: Mapping[str, str | list[str]]) -> Iterator[Item]:
        """All items of a list, page by page. Raises Rejected when the answer is not by the contract."""
        cursors: set[str] = set()
        cursor = ""
        while True:
            page = self._http.read(path, {**query, "limit": str(PAGE)} | ({"cursor": cursor} if cursor else {}))
            items, following = page.get("items"), page.get("next")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise self._not_by_contract("answered without items")
            yield from items
            if following is None:
                return
            if not isinstance(following, str) or following in cursors:
                raise self._not_by_contract("repeats its pages")
            cursors.add(following)
            cursor = following

    # -- words ---------------------------------------------------------------------------------------------

    def _resource(self, name: str) -> Resource:
        found = self.resources.get(name)
        if found is None:
            words = f"The {self.title} has no {own_words(name)}."
            raise InputError(f"{self._code}-RESOURCE", words, f"It has: {', '.join(self.resources)}")
        return found

    def _fields(self, action: Action) -> Item:
        """What the action says about its resource; its key fields may stand in ``before`` only."""
        keys = self._resource(action.resource).keys
        before = action.before or {}
        fields = {**{name: before[name] for name in keys if name in before}, **action.body}
        missing = [name for name in keys if not isinstance(fields.get(name), str) or not fields[name]]
        if missing:
            raise InputError(f"{self._code}-KEY", f"{action.id} does not say its {', '.join(missing)}.")
        return fields

    def _differing(self, action: Action, item: Item) -> list[str]:
        """Fields in which the portal holds something else than the action wants."""
        keys = self._resource(action.resource).keys
        return [name for name, value in action.body.items() if name not in keys and not _is_same(value, item.get(name))]

    def _seen(self, action: Action, item: Item) -> dict[str, JSON]:
        """The item in the terms of the action, with what the portal says by itself."""
        says = self._resource(action.resource).says
        return _in_terms_of(self._fields(action), item) | {name: item[name] for name in says if item.get(name)}

    def _outcome(self, action: Action, answer: Answer) -> Outcome:
        return self._refused(action, answer) if answer.status >= 400 else self._done(action, answer.data)

    def _done(self, action: Action, item: Item, kind: str = "attempt.done") -> Outcome:
        done = self._end(Verdict.DONE, action, item, kind, **self._remarks(action, item))
        return replace(done, observed=self._seen(action, item))

    def _refused(self, action: Action, answer: Answer) -> Outcome:
        words = {"words": answer.words, "status": answer.status}
        return self._end(Verdict.REJECTED, action, None, "attempt.refused", **words)

    def _end(self, verdict: Verdict, action: Action, item: Item | None, kind: str, **values: JSON) -> Outcome:
        """How an attempt ended, with the id of the item where there is one."""
        return Outcome(verdict, _text(item or {}, "id"), Event(kind, action.key, {"system": _(self.title), **values}))

    def _not_by_contract(self, what: str) -> Rejected:
        remedy = f"Its contract is data/contracts/{self.contract}."
        return Rejected(f"{self._code}-CONTRACT", f"The {self.title} {what}.", remedy)


def _settle(setting: Setting) -> float:
    text = setting.get()
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise InputError(code_of(setting), f"{setting.name} is {own_words(text)}.", "Give seconds, from 0 to 3600.")
    return seconds


def _key(resource: Resource, fields: Item) -> Key:
    """The natural key; upper and lower case are one, as in addresses and domains."""
    return tuple(str(fields.get(name, "")).casefold() for name in resource.keys)


def _is_empty(value: JSON) -> bool:
    return value is None or value == ""


def _is_same(wanted: JSON, current: JSON) -> bool:
    if isinstance(wanted, Mapping) and isinstance(current, Mapping):
        return all(_is_same(value, current.get(name)) for name, value in wanted.items())
    return wanted == current or (_is_empty(wanted) and _is_empty(current))


def _in_terms_of(fields: Item, item: Item) -> dict[str, JSON]:
    """The item with the fields the action names; equal values in the action's own spelling."""
    return {name: value if _is_same(value, item.get(name)) else item.get(name) for name, value in fields.items()}


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return own_words(value) if isinstance(value, str) else ""
