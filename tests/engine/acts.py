"""What somebody does once for a customer, in a process that may die at any commit of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from onboarding.answers.fact_file import read_facts
from onboarding.case import adopting, ending, lifecycle, moving
from onboarding.case.case import Case
from onboarding.case.engaging import make
from onboarding.domain.history import Customer
from onboarding.engine import procedure
from onboarding.profile.load import edition_of
from onboarding.store.store import Store

AT = datetime(2026, 3, 3, 14, tzinfo=UTC)
NAME = "acme"
WEBID = "harborfreight"


def opened(store: Store, who: str = "R. Diaz", service: str = "") -> Case:
    return Case.open(store, NAME, AT, who, service)


def new(store: Store) -> None:
    """A customer with two services."""
    editions = [edition_of(name) for name in ("univoip-teams", "univoip-officeconnect")]
    make(store, Customer(NAME, "Acme", AT), editions, "", "R. Diaz")
    for one in store.engagements_of(NAME):
        opened(store, service=one.service).note_progress()


def move(store: Store) -> None:
    """To the edition that the profile's file has by now."""
    case = opened(store)
    moving.move(case, edition_of(case.engagement.profile), "a better one")


def cancel(store: Store) -> None:
    ending.cancel(opened(store), "went to another provider")


def resume(store: Store) -> None:
    ending.resume(opened(store), "the wrong customer")


def order(store: Store) -> None:
    """A change order."""
    lifecycle.begin_phase(opened(store), "Other numbers", is_change=True)


def adopt(store: Store) -> None:
    """A customer is taken over from the file in the folder above the workspace."""
    folder = store.layout.folder.parent
    for taken in adopting.judged_facts(store, read_facts(folder / "facts.csv"), folder, "R. Diaz", AT):
        assert taken.said.complaints == []
        if taken.adoption:  # the same file again states nothing that is not kept
            adopting.adopt(store, taken, "R. Diaz", AT)


def delete(store: Store) -> None:
    """The customer is wiped, as two people have decided."""
    procedure.run(opened(store), "delete", WEBID, wait=lambda seconds: None)


def demo(store: Store) -> None:
    """The customer becomes a demonstration, as two people have decided."""
    procedure.run(opened(store), "demo", WEBID, wait=lambda seconds: None)


def remove(store: Store) -> None:
    """What the answers do not name goes, as two people have decided."""
    procedure.run(opened(store), "remove", WEBID, wait=lambda seconds: None)


ACTS: Mapping[str, Callable[[Store], None]] = {
    one.__name__: one for one in (new, move, cancel, resume, order, adopt, delete, demo, remove)
}
