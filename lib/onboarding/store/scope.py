"""One customer within one transaction: its rows, and how they are written with their record in the audit chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, and_, bindparam, delete, func, insert, select, update

from onboarding.domain.history import Engagement
from onboarding.errors import EvidenceError, InputError
from onboarding.store import audit, tables
from onboarding.store.columns import raw

Values = Mapping[str, Any]
T = TypeVar("T")

_LAST = (
    select(tables.audit.c.seq, tables.audit.c.hash)
    .where(tables.audit.c.chain == bindparam("chain"))
    .order_by(tables.audit.c.seq.desc())
    .limit(1)
)
"""The end of a chain."""


def names_of(kind: Any) -> tuple[str, ...]:
    """Names of the fields of a dataclass, which keeps them as what a pattern matches."""
    names: tuple[str, ...] = kind.__match_args__
    return names


def values_of(value: Any) -> dict[str, Any]:
    """Field -> value of a dataclass, as columns of these names take it."""
    return {name: getattr(value, name) for name in names_of(type(value))}


def made(kind: type[T], row: Any, **other: Any) -> T:
    """A dataclass from the columns named like its fields; ``other`` are fields that are not a column's value."""
    return kind(**{name: getattr(row, name) for name in names_of(kind) if name not in other}, **other)


class Scope:
    """The rows of one customer; of tables that belong to an engagement those of the one whose id is
    ``within``, or of the only one.

    ``chain`` names its audit chain, ``key`` is that of the digests in it; None when it is gone. It ``is_training``
    where nobody is served by what is done for the customer.
    """

    def __init__(
        self,
        connection: Connection,
        customer: str,
        chain: str,
        key: str | None,
        engagements: Sequence[Engagement],
        within: str = "",
        *,
        is_training: bool,
    ) -> None:
        self.connection = connection
        self.customer = customer
        self.is_training = is_training
        self.engagements = tuple(engagements)
        self._within = within
        self._chain = chain
        self._chain_key = key
        self._last: tuple[int, str] | None = None

    @property
    def begun(self) -> Engagement:
        """The engagement that is meant. Raises InputError ENGAGEMENT-WHICH unless it is named or the only one."""
        named = [one for one in self.engagements if one.id == self._within]
        return named[0] if named else named_among(self.customer, self.engagements)

    @property
    def beside(self) -> tuple[Engagement, ...]:
        """The customer's other engagements, oldest first."""
        return tuple(one for one in self.engagements if one is not self.begun)

    @property
    def engagement(self) -> str:
        """Id of the engagement that is meant; see `begun`."""
        return self.begun.id

    def turn_to(self, service: str) -> None:
        """From here on the engagement that is meant is the one for that service."""
        self._within = named_among(self.customer, self.engagements, service).id

    def begin(self, engagement: Engagement, by: str) -> Engagement:
        """Adds another engagement of the customer, after those that are there."""
        made = replace(engagement, number=len(self.engagements) + 1)
        self.add(tables.engagements, values_of(made), by, "engagement.begin", made.created_at)
        self.engagements = (*self.engagements, made)
        return made

    # -- reading -------------------------------------------------------------------------------------------

    def select(self, table: Table, **where: Any) -> Select[Any]:
        """The rows with these values, to be narrowed down further."""
        return select(table).where(*self._with(table, where))

    def rows(self, table: Table, *order: str, **where: Any) -> Sequence[Any]:
        """The rows with these values, by their primary key unless ``order`` says otherwise."""
        query = self.select(table, **where).order_by(*(order or table.primary_key))
        return self.connection.execute(query).all()

    def row(self, table: Table, **where: Any) -> Any:
        """A row with these values; None when there is none."""
        return self.connection.execute(self.select(table, **where)).first()

    def newest(self, table: Table, column: str, **where: Any) -> Any:
        """The row with the greatest value in a column; None when there is none."""
        query = self.select(table, **where).order_by(table.c[column].desc()).limit(1)
        return self.connection.execute(query).first()

    def last(self, table: Table, column: str = "seq") -> int:
        """The greatest number in a column; 0 when there is no row."""
        query = select(func.max(table.c[column])).where(*self._with(table, {}))
        return int(self.connection.scalar(query) or 0)

    @property
    def end(self) -> int:
        """Number of the last record of the audit chain."""
        return self._end()[0]

    # -- writing -------------------------------------------------------------------------------------------

    def add(self, table: Table, values: Values, by: str, action: str, at: datetime) -> None:
        """Writes a new row and its record."""
        values = self._owned(table, values)
        row = {column.name: raw(column, values.get(column.name)) for column in table.c}
        self.connection.execute(insert(table), values)
        self._record(table, {}, row, by, action, at)

    def change(self, table: Table, values: Values, by: str, action: str, at: datetime) -> None:
        """Changes the row with the primary key in ``values`` and writes the record of it."""
        self._change(table, self._existing(table, values), values, by, action, at)

    def put(self, table: Table, values: Values, by: str, action: str, at: datetime) -> None:
        """Writes the row, new or in place of the one with the same primary key. Nothing changed: nothing is written."""
        before = self._current(table, values)
        if before is None:
            self.add(table, values, by, action, at)
        else:
            self._change(table, before, values, by, action, at)

    def remove(self, table: Table, values: Values, by: str, action: str, at: datetime) -> None:
        """Takes out the row with the primary key in ``values`` and writes the record of it."""
        before = self._existing(table, values)
        self.connection.execute(delete(table).where(self._this(table, values)))
        self._record(table, before, {}, by, action, at)

    def record_rows(
        self, table: Table, gone: Iterable[Values], new: Iterable[Values], by: str, action: str, at: datetime
    ) -> None:
        """Adds a record of rows taken out and written, of a table all whose rows are one subject of its name."""
        schema = audit.newest(table)
        records = select(tables.audit).filter_by(chain=self._chain, subject=table.name)
        last = self.connection.execute(records.order_by(tables.audit.c.seq.desc()).limit(1)).first()
        came, went = ([{c.name: raw(c, row[c.name]) for c in table.c} for row in rows] for rows in (new, gone))
        if last is None or last.schema == schema:
            before = last.after if last else ""
            after = audit.rows_digest(self._key, table, came, schema, before, went)
        else:
            query = audit.select_raw(table).where(*self._with(table, {}))
            rows = [dict(row) for row in self.connection.execute(query).mappings()]
            after = audit.rows_digest(self._key, table, rows, schema)
            before = audit.rows_digest(self._key, table, went, schema, after, came)
        self._write(table, before=before, after=after, subject=table.name, action=action, actor=by, as_of=at)

    def _write(self, table: Table, **columns: Any) -> None:
        """Adds a record about ``table`` to the chain; ``columns`` are what it says: of whom, of what, the digests."""
        seq, prev = self._end()
        values: dict[str, Any] = {
            "chain": self._chain, "seq": seq + 1, "format": audit.newest(tables.audit), "engagement": "",
            "schema": audit.newest(table), "recorded_at": datetime.now(UTC), "prev": prev, "signature": "",
            "customer": self.customer, **columns,
        }  # fmt: skip
        row = {name: raw(tables.audit.c[name], value) for name, value in values.items()}
        row["sealed"] = audit.seal(self._key, row)
        self._last = seq + 1, audit.record_hash(row)
        self.connection.execute(insert(tables.audit), values | {"sealed": row["sealed"], "hash": self._last[1]})

    def _change(self, table: Table, before: audit.Row, values: Values, by: str, action: str, at: datetime) -> None:
        after = {**before, **{name: raw(table.c[name], value) for name, value in values.items()}}
        if after != before:
            self.connection.execute(update(table).where(self._this(table, values)).values(**values))
            self._record(table, before, after, by, action, at)

    def _record(self, table: Table, before: audit.Row, after: audit.Row, by: str, action: str, at: datetime) -> None:
        was, now = (
            audit.row_digest(self._key, table, row, audit.newest(table)) if row else "" for row in (before, after)
        )
        if was != now:
            row = after or before
            whose = {"subject": audit.subject_of(table, row), "engagement": audit.engagement_of(table, row)}
            self._write(table, before=was, after=now, action=action, actor=by, as_of=at, **whose)

    def _end(self) -> tuple[int, str]:
        """Number and hash of the last record; this transaction has the chain for itself."""
        if self._last is None:
            row = self.connection.execute(_LAST, {"chain": self._chain}).first()
            self._last = (row.seq, row.hash) if row else (0, "")
        return self._last

    @property
    def _key(self) -> str:
        if self._chain_key is None:
            words = f"The key of {self.customer}'s audit chain is gone."
            raise EvidenceError("AUDIT-KEY", words, "Restore it from a backup.")
        return self._chain_key

    def _owned(self, table: Table, values: Values) -> dict[str, Any]:
        """The values with whose row it is, unless they say so."""
        if "engagement" in table.c and "engagement" not in values:
            return {"engagement": self.engagement, **values}
        return {"customer": self.customer, **values} if "customer" in table.c else {**values}

    def _with(self, table: Table, values: Values) -> list[Any]:
        return [table.c[name] == value for name, value in self._owned(table, values).items()]

    def _current(self, table: Table, values: Values) -> dict[str, Any] | None:
        row = self.connection.execute(audit.select_raw(table).where(self._this(table, values))).mappings().first()
        return dict(row) if row else None

    def _existing(self, table: Table, values: Values) -> dict[str, Any]:
        row = self._current(table, values)
        if row is None:
            raise LookupError(f"no row in {table.name}")
        return row

    def _this(self, table: Table, values: Values) -> Any:
        row = self._owned(table, values)
        return and_(*(column == row[column.name] for column in table.primary_key))


def named_among(customer: str, engagements: Sequence[Engagement], service: str = "") -> Engagement:
    """The engagement for a service, or the only one. Raises InputError ENGAGEMENT-WHICH or ENGAGEMENT-UNKNOWN."""
    found = [one for one in engagements if service in ("", one.service)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.service for one in engagements) or "none"
    if service:
        words = f"{customer} has no service {service[:60]!r}."
        raise InputError("ENGAGEMENT-UNKNOWN", words, f"It has: {known}.")
    words = f"{customer} has {len(engagements)} services: {known}."
    command = "Say which is meant with --service, in a runbook with `service`."
    raise InputError(
        "ENGAGEMENT-WHICH", words, "Say which is meant in `service`, in the cell of the parameters.", command
    )
