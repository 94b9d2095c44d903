"""What the simulators have in common: records of several kinds under natural keys, and how a portal says no."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, create_model

from onboarding.sandbox.state import Item, State

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]


class Strict(BaseModel):
    """Known fields only, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shape(Strict):
    """A request body."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record: what its ids begin with, its natural key, the bodies that create and change one.

    ``change`` is None where nothing can be changed. ``filters`` are those of its list besides the first part of the
    key.
    """

    prefix: str
    keys: tuple[str, ...] = ()
    new: type[Shape] = Shape
    change: type[Shape] | None = None
    filters: tuple[str, ...] = ("reference",)


def kind(
    prefix: str,
    fixed: Mapping[str, Any],
    needed: Mapping[str, Any],
    free: Mapping[str, Any] | None,
    *,
    keys: tuple[str, ...] = (),
    filters: tuple[str, ...] = ("reference",),
    shape: type[Shape] = Shape,
) -> RecordKind:
    """A kind with its fields by their types: ``fixed`` ones are given once, ``needed`` ones always there.

    ``free`` ones may be missing, and null empties them in a change; None when nothing of it can be changed. Without
    ``keys`` its fixed fields are the natural key.
    """
    given: dict[str, Any] = {name: (type_, ...) for name, type_ in {**fixed, **needed}.items()}
    given |= {name: (type_, None) for name, type_ in (free or {}).items()}
    changed: dict[str, Any] = {name: (type_, None) for name, type_ in needed.items()}
    changed |= {name: (type_ | None, None) for name, type_ in (free or {}).items()}
    change = None if free is None else create_model("Change", __base__=shape, **changed)
    return RecordKind(prefix, keys or tuple(fixed), create_model("New", __base__=shape, **given), change, filters)


@dataclass
class Refused(Exception):
    """A portal says no: HTTP status, stable code, words, the field they are about, the task that is in the way."""

    status: int
    code: str
    message: str
    field: str = ""
    task: str = ""

    def problem(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value and name != "status"}


def checked(shape: type[Shape], fields: object) -> tuple[dict[str, Any], str]:
    """The given fields and the reference, when they have that shape.

    Raises Refused with the first that is wrong; never its value.
    """
    try:
        body = shape.model_validate(fields).model_dump(exclude_unset=True)
        return body, str(body.pop("reference"))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, found["loc"]))
        raise Refused(422, "invalid", f"{field or 'body'}: {found['msg']}", field) from None


class Records:
    """The records of one simulator over its state.

    ``space`` begins the names of its kinds in the state, ``owner`` is the field that says which customer's a record is.
    """

    kinds: ClassVar[Mapping[str, RecordKind]]
    space: ClassVar[str] = ""
    owner: ClassVar[str]

    def __init__(self, state: State) -> None:
        self._state = state

    def create(self, kind: str, fields: object, role: str) -> dict[str, Any]:
        """The new item as the contract shows it, or the background task that creates it. Raises Refused."""
        raise NotImplementedError

    def remove(self, kind: str, identity: str, reference: str, role: str) -> dict[str, Any] | None:
        """None, or the background task that does it. Raises Refused while something depends on the item."""
        raise NotImplementedError

    def change(self, kind: str, identity: str, fields: object, role: str) -> dict[str, Any]:
        """The item with the given fields set; null empties one. Raises Refused."""
        keys, shape = self.kinds[kind].keys, self.kinds[kind].change
        if shape is None:
            raise Refused(405, "fixed", "This cannot be changed; remove it and add another.")
        given, reference = checked(shape, fields)
        with self._settled():
            item = self._one(kind, identity)
            body = {name: value for name, value in {**item.body, **given}.items() if value is not None}
            if any(body.get(name) != item.body.get(name) for name in keys):
                raise Refused(422, "invalid", "A key cannot be changed.", keys[0])
            self._check_change(kind, item, body, role)
            item = self._state.update(item, body, reference=reference, mark=self._mark(kind, body))
            self._state.note_effect(role, "change", item, reference)
        return self.shown(item)

    def listed(self, kind: str, **filters: Any) -> list[dict[str, Any]]:
        """Items of a kind, oldest first; ``filters`` are those of `State.select`."""
        with self._settled():
            return [self.shown(item) for item in self._select(kind, **filters)]

    def shown(self, item: Item) -> dict[str, Any]:
        """An item as the contract shows it."""
        identity = self._identity(item)
        return {"id": identity, "reference": item.reference, "created_at": item.created_at} | item.body

    @property
    def is_lenient(self) -> bool:
        """Whether natural keys may be taken twice, which a careful client never makes use of."""
        return bool(self._state.setting("lenient_keys", False))

    # -- what each simulator has of its own ----------------------------------------------------------------

    def _check_change(self, kind: str, item: Item, body: Mapping[str, Any], role: str) -> None:
        """Raises Refused when the item may not become ``body``."""
        raise NotImplementedError

    def _mark(self, kind: str, body: Mapping[str, Any]) -> str:
        """What an item is found by besides its key."""
        raise NotImplementedError

    def _settled(self) -> AbstractContextManager[None]:
        """A transaction in which everything has been done that is due."""
        return self._state.transaction()

    # -- records -------------------------------------------------------------------------------------------

    def _identity(self, item: Item) -> str:
        return f"{self.kinds[item.kind.removeprefix(self.space)].prefix}-{item.id}"

    def _one(self, kind: str, identity: str) -> Item:
        """The item whose id, such as ``usr-7``, is ``identity``. Raises Refused."""
        begin, _, number = identity.partition("-")
        is_known = begin == self.kinds[kind].prefix and number.isdecimal()
        found = self._select(kind, id=number) if is_known else []
        if not found:
            raise Refused(404, "unknown", f"There is no {identity}.")
        return found[0]

    def _select(self, kind: str, **filters: Any) -> list[Item]:
        return self._state.select(self.space + kind, **filters)

    def _by_key(self, kind: str, *key: str) -> Item | None:
        """The first item under a natural key."""
        return next(iter(self._select(kind, key="/".join(key).lower(), limit=1)), None)

    def _check_key(self, kind: str, body: Mapping[str, Any]) -> None:
        keys = self.kinds[kind].keys
        key = [body[name] for name in keys]
        if not self.is_lenient and self._by_key(kind, *key):
            raise Refused(409, "exists", f"{'/'.join(key)} exists already.", keys[0])

    def _add(self, kind: str, body: dict[str, Any], reference: str, role: str) -> Item:
        keys = [body[name] for name in self.kinds[kind].keys]
        owner, mark = str(body.get(self.owner) or keys[0]).lower(), self._mark(kind, body)
        item = self._state.add(self.space + kind, keys, body, company=owner, reference=reference, mark=mark)
        self._state.note_effect(role, "create", item, reference)
        return item
