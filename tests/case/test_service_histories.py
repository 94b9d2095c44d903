"""Two services of one customer through whatever happens: answers, proofs, decisions, editions, ends, the database."""

from __future__ import annotations

import itertools
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onboarding import settings
from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.ending import cancel, resume
from onboarding.case.engaging import engage
from onboarding.case.moving import move
from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer, TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.errors import GateClosed, InputError
from onboarding.profile.load import edition_of
from onboarding.stages.basis import covering
from onboarding.store.store import Store
from tests.case.bakery import SHOP, STAGES, head

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
NAME = "bun"
SERVICES = ("talk", "desk")
PROFILE = (
    head("{service}")
    + STAGES
    + SHOP
    + """\

[section.users]
title = "Users"
table = true
key = "name"

[section.users.question.name]
kind = "text"
label = "Name"

[section.users.question.number]
kind = "number"
label = "Number"

[section.{service}]
title = "{service}"

[section.{service}.question.kind]
kind = "text"
label = "Kind"

[gate.agreed]
title = "Agreed"
kind = "decision"
question = "Shall we?"
owed_by = "engineer"
roles = ["engineer"]
on = ["{service}.kind"]

[gate.papers]
title = "Papers"
kind = "check"
check = "documents-held"
params = {{ tasks = ["gather.sign"] }}
owed_by = "engineer"

[task.gather.greet]
title = "Greet"
party = "engineer"
channel = "call"
evidence = "A note"
params = {{ fields = ["shop.name", "{service}.kind"] }}

[task.gather.sign]
title = "Sign"
party = "engineer"
channel = "paper"
evidence = "The letter"
rests_on = ["shop.name", {{ on = "users.number", change = "new" }}]

[task.gather.order]
title = "Order"
party = "engineer"
channel = "portal"
evidence = "A number"
after = ["gather.sign"]
rests_on = ["users.number"]
rests_on_tasks = ["gather.sign"]

[task.cutover.switch]
title = "Switch"
party = "engineer"
channel = "portal"
evidence = "A call"
gates = ["agreed", "papers"]
rests_on = []

[task.cutover.never]
title = "Never"
party = "engineer"
channel = "call"
evidence = "A note"
rests_on = []
"""
)
EXTRA = """
[task.gather.extra]
title = "Extra"
party = "engineer"
channel = "call"
evidence = "A note"
rests_on = []
"""
EDITIONS = (PROFILE, PROFILE.replace('"The letter"', '"The letter, by hand"') + EXTRA)
TASKS = ("gather.greet", "gather.sign", "gather.order", "cutover.switch", "gather.extra")
FILES = tuple(Attachment(f"letter-{one}.pdf", "application/pdf", one * 40) for one in (b"a", b"b", b"c"))
NUMBERS = [f"+1617555010{place}" for place in range(4)]
WORDS = st.sampled_from(["one", "two"])
SERVICE = st.integers(0, 1)
SELDOM = st.sampled_from([False, False, False, True])


class Account:
    """What one service has done, by our own account."""

    def __init__(self) -> None:
        self.edition = 0
        self.is_ended = False
        self.done: dict[str, dict[str, Any]] = {}  # task -> the answers it was last done for
        self.letter: bytes | None = None  # that of the newest signature
        self.signatures = 0
        self.agreed_for: str | None = None
        self.proofs: dict[bytes, set[str]] = {}  # content of a file -> what it proves


class Services(RuleBasedStateMachine):
    """A customer whose second service begins at some time; either moves to another edition, ends, and goes on."""

    folder: Path
    places = itertools.count()

    @initialize(are_both=st.booleans())
    def begin(self, are_both: bool) -> None:
        self.root = self.folder / f"w{next(self.places)}"
        for service in SERVICES:
            self.write(service, 0)
        self.store = Store.open(self.root, "")
        customer = Customer(NAME, "Bun & Son", AT, is_training=True)
        self.store.create_customer(customer, "talk", "t", edition_of("talk"))
        self.accounts = {"talk": Account()}
        self.shop, self.kinds, self.numbers = "one", dict.fromkeys(SERVICES, ""), list[str]()
        self.case("talk").save_answers({"shop": {"name": "one"}}, "file")
        if are_both:
            self.take_another()

    def teardown(self) -> None:
        """Each proof is kept with the content it had, and the record is as it was written."""
        if hasattr(self, "store"):
            for data in {data for account in self.accounts.values() for data in account.proofs}:
                assert self.store.document(NAME, sha256(data).hexdigest()).data == data
            assert self.store.verify() == []
            self.store.close()
            shutil.rmtree(self.root)

    def write(self, service: str, edition: int) -> None:
        path = self.folder / f"{service}.toml"
        path.write_text(EDITIONS[edition].format(service=service), encoding="utf-8")

    def case(self, service: str) -> Case:
        return Case.open(self.store, NAME, AT, "anna", service if len(self.accounts) > 1 else "")

    def going_on(self, place: int) -> str:
        """A service that goes on, or none; of one that has ended whoever asks sees that nothing is done for it."""
        service = list(self.accounts)[place % len(self.accounts)]
        if not self.accounts[service].is_ended:
            return service
        with pytest.raises(InputError, match="CUSTOMER-ENDED"):
            work.done(self.case(service), "cutover.never", note="done")
        return ""

    def seen(self, service: str) -> dict[str, Any]:
        return {"name": self.shop, "kind": self.kinds[service], "numbers": set(self.numbers)}

    # -- answers -------------------------------------------------------------------------------------------

    @rule(place=SERVICE, word=WORDS)
    def rename(self, place: int, word: str) -> None:
        if service := self.going_on(place):
            self.shop = word
            self.case(service).save_section("shop", {"name": word})

    @rule(place=SERVICE, word=WORDS)
    def change_kind(self, place: int, word: str) -> None:
        if service := self.going_on(place):
            self.kinds[service] = word
            self.case(service).save_section(service, {"kind": word})

    @rule(place=SERVICE, numbers=st.lists(st.sampled_from(NUMBERS), unique=True))
    def number(self, place: int, numbers: list[str]) -> None:
        if service := self.going_on(place):
            self.numbers = numbers
            rows = [{"name": f"user {number[-1]}", "number": number} for number in numbers]
            self.case(service).save_section("users", rows)

    # -- people --------------------------------------------------------------------------------------------

    def holds(self, service: str, task: str) -> bool:
        """Whether what the task was done for is what is answered now."""
        account, now = self.accounts[service], self.seen(service)
        if task not in account.done:
            return False
        then = account.done[task]
        is_signed = lambda: self.holds(service, "gather.sign") and then["signatures"] == account.signatures  # noqa: E731
        return {
            "gather.greet": lambda: (then["name"], then["kind"]) == (now["name"], now["kind"]),
            "gather.sign": lambda: then["name"] == now["name"] and now["numbers"] <= then["numbers"],
            "gather.order": lambda: then["numbers"] == now["numbers"] and is_signed(),
        }.get(task, lambda: True)()

    def is_agreed(self, service: str) -> bool:
        return self.accounts[service].agreed_for == self.kinds[service]

    def may_begin(self, service: str, task: str) -> bool:
        is_signed = self.holds(service, "gather.sign")
        if task == "gather.order":
            return is_signed
        return is_signed and self.is_agreed(service) if task == "cutover.switch" else True

    @rule(place=SERVICE, tasks=st.lists(st.sampled_from(TASKS), min_size=1, unique=True), file=st.sampled_from(FILES))
    def do_some(self, place: int, tasks: list[str], file: Attachment) -> None:
        """Some of what a service has to do is done, in any order."""
        if service := self.going_on(place):
            for task in tasks:
                self.do(service, task, file)

    def do(self, service: str, task: str, file: Attachment) -> None:
        """One service's task is done, with its proof; nothing of the other's record moves."""
        if task == "gather.extra" and self.accounts[service].edition == 0:
            return
        account, case = self.accounts[service], self.case(service)
        others = [(one, self.case(one).record) for one in self.accounts if one != service]
        document = file if task == "gather.sign" else None
        if self.holds(service, task):
            return
        if not self.may_begin(service, task):
            with pytest.raises(GateClosed):
                work.done(case, task, note="done", is_current=True)
            return
        used = account.proofs.get(file.data, set()) if document else set()
        if used:
            with pytest.raises(InputError, match="DOCUMENT-TWICE"):
                work.done(case, task, note="done", document=document, is_current=True)
        if document:
            with pytest.raises(InputError, match="PROOF-MISSING"):
                work.done(case, task, note="done", is_current=True)
            account.letter = file.data
            account.signatures += 1
            account.proofs.setdefault(file.data, set()).add(task)
        work.done(case, task, note="done", document=document, is_same_file=bool(used), is_current=True)
        account.done[task] = {**self.seen(service), "signatures": account.signatures}
        assert all(self.case(one).record == record for one, record in others)

    @rule(place=SERVICE, is_approved=st.sampled_from([True, True, False]))
    def agree(self, place: int, is_approved: bool) -> None:
        if service := self.going_on(place):
            decide(self.case(service), Vote("agreed", is_approved, "engineer", "said so"))
            self.accounts[service].agreed_for = self.kinds[service] if is_approved else None

    # -- services ------------------------------------------------------------------------------------------

    @precondition(lambda self: "desk" not in self.accounts)
    @rule()
    def take_another(self) -> None:
        if self.accounts["talk"].is_ended:
            with pytest.raises(InputError, match="ENGAGE-ENDED"):
                engage(self.store, NAME, edition_of("desk"), "", AT, "t")
        else:
            engage(self.store, NAME, edition_of("desk"), "", AT, "t")
            self.accounts["desk"] = Account()

    @rule(place=SERVICE, is_meant=SELDOM)
    def move_edition(self, place: int, is_meant: bool) -> None:
        if is_meant and (service := self.going_on(place)):
            account = self.accounts[service]
            account.edition = 1 - account.edition
            self.write(service, account.edition)
            move(self.case(service), edition_of(service), "a better one")

    @rule(place=SERVICE, is_meant=SELDOM)
    def end(self, place: int, is_meant: bool) -> None:
        if is_meant and (service := self.going_on(place)):
            cancel(self.case(service), "no more")
            self.accounts[service].is_ended = True

    @precondition(lambda self: any(one.is_ended for one in self.accounts.values()))
    @rule()
    def go_on(self) -> None:
        service = next(name for name, account in self.accounts.items() if account.is_ended)
        resume(self.case(service), "a mistake")
        self.accounts[service].is_ended = False

    # -- what holds ----------------------------------------------------------------------------------------

    @invariant()
    def each_service_stands_where_what_was_done_for_it_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        for service, account in self.accounts.items():
            case = self.case(service)
            if account.is_ended:
                continue
            context, progress = case.look()
            for task in case.profile.tasks:
                is_done = progress.task(task.id).state is TaskState.DONE
                assert is_done is self.holds(service, task.id), (service, task.id)
            covers = {one.document for one in covering("gather.sign", context)}
            letter = account.letter and sha256(account.letter).hexdigest()
            assert (letter in covers) is self.holds(service, "gather.sign")
            assert progress.gates["papers"].is_open is self.holds(service, "gather.sign")
            assert progress.gates["agreed"].is_open is self.is_agreed(service)

    @invariant()
    def numbers_are_the_customers_as_long_as_a_service_goes_on(self) -> None:
        if not hasattr(self, "store"):
            return
        kept = [one.value for one in self.store.inventory(NAME) if one.state is not InventoryState.RELEASED]
        goes_on = any(not one.is_ended for one in self.accounts.values())
        assert sorted(kept) == (sorted(self.numbers) if goes_on else [])


def test_whatever_happens_to_one_service_leaves_the_other_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that both ask reach both; tasks, proofs, decisions, editions and ends are each service's own."""
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    machine = type("Machine", (Services,), {"folder": tmp_path})
    slow = [HealthCheck.too_slow]  # every step opens cases and commits to a real database
    few = settings_of(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=slow)
    run_state_machine_as_test(machine, settings=few)


def test_a_letter_is_superseded_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older letter that names more numbers opens nothing again once another was signed in its place."""
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    (tmp_path / "talk.toml").write_text(PROFILE.format(service="talk"), encoding="utf-8")
    with Store.open(tmp_path / "workspace", "") as store:
        store.create_customer(Customer(NAME, "Bun & Son", AT, is_training=True), "talk", "t", edition_of("talk"))
        case = Case.open(store, NAME, AT, "anna")
        for numbers, letter in ((NUMBERS[:2], FILES[0]), (NUMBERS[1:3], FILES[1])):
            case.save_section("users", [{"name": number, "number": number} for number in numbers])
            work.done(case, "gather.sign", document=letter, is_current=True)
        case.save_section("users", [{"name": NUMBERS[0], "number": NUMBERS[0]}])
        context, progress = case.look()
        assert progress.task("gather.sign").state is TaskState.READY
        assert not progress.gates["papers"].is_open
        assert covering("gather.sign", context) == []
        case.save_section("users", [{"name": NUMBERS[1], "number": NUMBERS[1]}])
        assert [one.document_name for one in covering("gather.sign", case.context())] == [FILES[1].name]
