"""A customer of an invented provider with every kind of decision, in a workspace of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer
from onboarding.stages.gate import GateStatus
from onboarding.store.store import Store

PROFILE = Path(__file__).parent / "two_sides.toml"
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""A Monday, ten in the morning in New York."""

ANA, BEN = "Ana Ortiz <ana@brightsmile.example>", "Ben O'Neil <ben@brightsmile.example>"
PAPER = Attachment("offer.pdf", "application/pdf", b"signed")
WINDOW = {"window": "evening"}


def answers() -> dict[str, Any]:
    """Complete answers of a customer with two contacts who may decide and one who may not."""
    return {
        "company": {"name": "Bright Smile", "notes": "Ring twice."},
        "contacts": [
            {"name": "Ana Ortiz", "role": "primary", "email": "ana@brightsmile.example"},
            {"name": "Ben O'Neil", "role": "signer", "email": "ben@brightsmile.example"},
            {"name": "Jonas Berg", "role": "technical", "email": "jonas@brightsmile.example"},
        ],
        "users": [
            {"email": "kim@brightsmile.example", "extension": "100", "department": "Desk"},
            {"email": "lee@brightsmile.example", "extension": "0102", "department": "Desk"},
            {"email": "mia@brightsmile.example", "extension": "101", "department": "Lab"},
        ],
    }


@dataclass
class World:
    """One customer and the day it is."""

    store: Store
    home: Path
    at: datetime = AT
    answers: dict[str, Any] = field(default_factory=answers)

    def case(self, by: str = "R. Diaz", customer: str = "bright-smile") -> Case:
        return Case.open(self.store, customer, self.at, by)

    def gate(self, gate: str) -> GateStatus:
        return self.case().progress().gates[gate]

    def later(self, **span: int) -> None:
        self.at += timedelta(**span)

    def change(self, by: str, section: str, row: int | None = None, **values: Any) -> None:
        """Somebody changes one row or record and saves."""
        kept = self.answers[section]
        (kept if row is None else kept[row]).update(values)
        self.case(by).save_answers(self.answers, "test")

    def sign(self) -> None:
        """Both sides sign the gate ``ready``."""
        decide(self.case(ANA), Vote("ready", True, "customer", answers=WINDOW))
        decide(self.case("Kay Lund"), Vote("ready", True, "engineer", answers=WINDOW))

    def list_people(self, text: str) -> None:
        self.store.layout.people.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the provider and a workspace, to be copied: tables are made once."""
    folder = tmp_path_factory.mktemp("two-sides")
    (folder / "profiles").mkdir()
    shutil.copy(PROFILE, folder / "profiles" / "two-sides.toml")
    with Store.open(folder / "workspace", "") as store:
        store.create_customer(Customer("bright-smile", "Bright Smile", AT), "two-sides")
    return folder


@pytest.fixture
def home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that knows the invented provider as ``two-sides``, and bright-smile without answers."""
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    monkeypatch.setenv("ONBOARDING_HOME", str(home / "workspace"))
    monkeypatch.setenv("ONBOARDING_PROFILES", str(home / "profiles"))
    monkeypatch.setenv("ONBOARDING_ENGINEER", "R. Diaz")
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    """The customer with its answers, which R. Diaz has entered, and nothing decided."""
    with Store.open() as store:
        world = World(store, home)
        world.case("R. Diaz").save_answers(world.answers, "import")
        yield world
