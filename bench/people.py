"""Invented customers in any number: one is made by the library, the others are copies of its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
PROFILE = "chinook"
PATTERN = "pattern-customer"
MOVING = ("gather", "telephony", "migrate")
"""Stages that can move for a customer of `without_numbers`: what a person has to do is handed over, no portal asked."""


def example() -> dict[str, Any]:
    """The answers of the dental group."""
    from onboarding.answers.answer_files import read_answers
    from onboarding.profile.load import load_profile
    from onboarding.resources import shipped

    source = shipped("data", "examples", "bright-smile.toml")
    return dict(read_answers(load_profile(PROFILE).questionnaire, source).document)


def without_numbers() -> dict[str, Any]:
    """The same without what only one customer may have."""
    return {name: value for name, value in example().items() if name not in ("port_numbers", "users")}


def with_users(count: int) -> dict[str, Any]:
    """The same with so many users who take mail alone."""
    kept = ("first_name", "last_name", "site")
    answers = {
        name: value for name, value in example().items() if name not in ("port_orders", "port_numbers", "new_numbers")
    }
    pattern = {name: answers["users"][1][name] for name in kept}
    people = [
        pattern
        | {"email": f"user{n}@brightsmile.example", "extension": str(10_000 + n)}
        | {"services": ["exchange"], "exchange_plan": "Basic"}
        for n in range(count)
    ]
    alone = {"telephony": {"kind": "none"}, "sharepoint": {"existing": False}}
    return answers | {"users": people, **alone, "migration": {"by": "reseller", "lync_contacts": False}}


def customers(store: Store, count: int, waiting: bool = False) -> list[str]:
    """Ids of so many customers, by `without_numbers`; ``waiting``: all that can be done for them was done."""
    from onboarding.case.case import Case
    from onboarding.domain.history import Customer
    from onboarding.engine.apply import apply_stage

    store.create_customer(Customer(PATTERN, "Dental Group", AT), PROFILE)
    case = Case.open(store, PATTERN, AT, "bench")
    case.save_answers(without_numbers(), "bench")
    for stage in MOVING if waiting else ():
        apply_stage(Case.open(store, PATTERN, AT, "bench"), stage)
    Case.open(store, PATTERN, AT, "bench").note_progress()
    return [PATTERN, *copies(store.layout.database, count - 1)]


def copies(database: Path, count: int) -> list[str]:
    """Copies of every row of the pattern under ids of their own; the chains of their audit are not sealed anew."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        [(engagement,)] = connection.execute("SELECT id FROM engagements WHERE customer = ?", (PATTERN,))
        [(chain,)] = connection.execute("SELECT chain FROM customers WHERE id = ?", (PATTERN,))
        rows = dict(_rows(connection, (PATTERN, engagement, chain)))
        names = [f"customer-{number:05d}" for number in range(count)]
        for number, name in enumerate(names):
            other = {PATTERN: name, engagement: f"{number:08x}{engagement[8:]}", chain: f"{number:08x}{chain[8:]}"}
            for statement, found in rows.items():
                connection.executemany(statement, [[_renamed(value, other) for value in row] for row in found])
    return names


def _rows(connection: sqlite3.Connection, ids: tuple[str, ...]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Statement that inserts into a table -> its rows that name one of these ids."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        found = [row for row in connection.execute(f"SELECT * FROM {table}") if any(_names(v, ids) for v in row)]
        if found:
            yield f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found


def _names(value: Any, ids: tuple[str, ...]) -> bool:
    return isinstance(value, str) and any(one in value for one in ids)


def _renamed(value: Any, other: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in other.items():
            value = value.replace(old, new)
    return value
