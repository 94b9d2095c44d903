"""Requests that went out, and every word of what changes or withdraws one: to a desk, as an order, to a customer."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from onboarding.case import lifecycle, planning
from onboarding.case.case import Case
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.engine.apply import apply_stage
from onboarding.settings import HOME, PROFILES
from onboarding.store.store import Store
from tests.profile.sound import write
from tests.world import World

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
REQUEST, NOTICE, LETTER, ORDER = (
    "telephony.request-numbers", "telephony.tell-boss", "telephony.sign-loa", "telephony.submit-port-orders",
)  # fmt: skip
MORE = """
[section.boss]
title = "Boss"

[section.boss.question.name]
kind = "text"
label = "Name"

[section.boss.question.email]
kind = "email"
label = "E-mail"

[task.telephony.tell-boss]
title = "Tell the boss"
party = "engineer"
channel = "e-mail"
action = "request"
params = { to = "answer:boss.email", subject = "Numbers", intro = "Please.", fields = ["boss.name", "people.number"] }
evidence = "The mail"
when = { question = "telephony.kind", is = ["port", "new"] }

[reference.guide]
"""
ANA, BEN, ZOE = (
    {"email": f"{name}@x.example", "number": f"+1617555010{place}"} for place, name in enumerate(("ana", "ben", "zoe"))
)
BOSS = {"name": "Ida Roe", "email": "ida@x.example"}

REQUESTED = """\
Please.

Customer:  Acme

People

Number
------------
+16175550100
+16175550101"""
CHANGED = """\
Please change our earlier request as follows. All else in it stands.

Customer:  Acme

People: new

Number
------------
+16175550102

People: no longer

Number
------------
+16175550100

Earlier request: {first}"""
FEWER = """\
Please change our earlier request as follows. All else in it stands.

Customer:  Acme

People: no longer

Number
------------
+16175550101

Earlier request: {second}"""
WITHDRAWN = """\
Please do not carry out our earlier request any more. It is withdrawn.

Customer:  Acme

People: withdrawn

Number
------------
+16175550100
+16175550101

Earlier request: {first}"""
SPANISH_CHANGE = """\
Por favor, cambien nuestra solicitud anterior como sigue. Todo lo demás queda como estaba.

Cliente:  Acme
Nombre:   Ida Roe → Ida Roe-Vale

Solicitud anterior: {first}"""
SPANISH_WITHDRAWAL = """\
Por favor, no realicen ya nuestra solicitud anterior. Queda retirada.

Cliente:  Acme
Nombre:   Ida Roe-Vale

People: retirado

Número
--------------
(617) 555-0100
(617) 555-0101

Solicitud anterior: {second}"""
ORDERED = """\
This is a change order. What our earlier request asked for has been delivered and stays but for this:

Customer:  Acme

People: new

Number
------------
+16175550102

Earlier request: {first}"""
TAKEN_BACK = """\
This is a change order. What our earlier request asked for has been delivered; please take it back.

Customer:  Acme

People: to be taken back

Number
------------
+16175550100
+16175550101

Earlier request: {first}"""


class Desk:
    """A customer of the small profile, whose mails lie in the outbox until somebody sends them."""

    def __init__(self, store: Store) -> None:
        self.store, self.at, self.read = store, AT, set[Path]()
        self.save(telephony={"kind": "port"}, people=[ANA, BEN], boss=BOSS)

    @property
    def case(self) -> Case:
        return Case.open(self.store, "acme", self.at, "R. Diaz")

    def save(self, **sections: Any) -> None:
        self.at += timedelta(hours=1)
        self.case.save_answers({**self.case.document, **sections}, "test")

    def run(self, to: str = "desk@smallvoice.example") -> list[tuple[str, str, str]]:
        """Subject, text without its last line, and reference of what went to somebody since the last run."""
        plan = planning.plan(self.case, "telephony")
        apply_stage(self.case, "telephony", approved=plan.digest)
        found = {path: message_from_bytes(path.read_bytes(), policy=SMTP) for path in self.new()}
        return [mail_text(one) for one in found.values() if str(one["To"]).strip() == to]

    def new(self) -> list[Path]:
        every = sorted(self.store.layout.outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        found = [path for path in every if path not in self.read]
        self.read.update(found)
        return found


def mail_text(mail: Any) -> tuple[str, str, str]:
    text, _, _reference = mail.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip().rpartition("\n\n")
    return str(mail["Subject"]).strip(), text, str(mail["Message-ID"]).strip()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    write(tmp_path, ("[reference.guide]\n", MORE))
    monkeypatch.setenv(PROFILES.name, str(tmp_path))
    monkeypatch.setenv(HOME.name, str(tmp_path))
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("acme", "Acme", AT, language="es"), "small-voice")
        yield Desk(store)


def test_a_request_that_changes_says_old_and_new_and_what_it_changes(desk: Desk) -> None:
    """Once for each change, and the second answers the first; nothing else of it is told again."""
    [(subject, text, first)] = desk.run()
    assert (subject, text) == ("Numbers: Acme", REQUESTED)
    desk.save(people=[{**ANA, "number": ZOE["number"]}, BEN])
    [(subject, text, second)] = desk.run()
    assert subject == "Change: Numbers: Acme"
    assert text == CHANGED.format(first=first)
    desk.save(people=[{**ANA, "number": ZOE["number"]}])
    [(subject, text, _third)] = desk.run()
    assert text == FEWER.format(second=second)
    assert desk.run() == []


def test_a_request_that_is_withdrawn_says_what_is(desk: Desk) -> None:
    """All that was asked for, and nothing is asked any more; wanted again it is a new request as a whole."""
    [(_, _, first)] = desk.run()
    desk.save(telephony={"kind": "none"})
    [(subject, text, _)] = desk.run()
    assert (subject, text) == ("Withdrawn: Numbers: Acme", WITHDRAWN.format(first=first))
    assert desk.run() == []
    desk.save(telephony={"kind": "port"})
    assert [(subject, text) for subject, text, _ in desk.run()] == [("Numbers: Acme", REQUESTED)]


def test_the_customer_reads_it_in_their_language(desk: Desk) -> None:
    """What changes, old and new, and what is withdrawn."""
    [(_, _, first)] = desk.run(BOSS["email"])
    desk.save(boss={**BOSS, "name": "Ida Roe-Vale"})
    [(subject, text, second)] = desk.run(BOSS["email"])
    assert (subject, text) == ("Cambio: Números: Acme", SPANISH_CHANGE.format(first=first))
    desk.save(telephony={"kind": "none"})
    [(subject, text, _)] = desk.run(BOSS["email"])
    assert (subject, text) == ("Retirada: Números: Acme", SPANISH_WITHDRAWAL.format(second=second))


def test_whoever_is_not_asked_any_more_is_told_so_and_the_other_is_asked_as_a_whole(desk: Desk) -> None:
    """Two people with one request would both carry it out."""
    desk.run()
    other = "eve@x.example"
    desk.save(boss={**BOSS, "email": other})
    plan = planning.plan(desk.case, "telephony")
    apply_stage(desk.case, "telephony", approved=plan.digest)
    mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in desk.new()]
    assert [(str(mail["To"]).strip(), mail_text(mail)[0]) for mail in mails] == [
        (BOSS["email"], "Retirada: Números: Acme"), (other, "Números: Acme"),
    ]  # fmt: skip
    assert desk.run(other) == desk.run(BOSS["email"]) == []
    desk.save(boss={"name": "Eve Low", "email": other})
    assert [subject for subject, _, _ in desk.run(other)] == ["Cambio: Números: Acme"]


def finish(case: Case) -> None:
    """Everything that is open is left out, so that the project is handed over."""
    for task in case.context().tasks:
        if not case.progress().task(task.id).state.is_closed:
            case.store.set_task(case.customer.id, TaskRecord(task.id, TaskState.SKIPPED, case.at))
    case.note_progress()
    assert case.record.handed_over is not None


def test_after_the_hand_over_it_is_a_change_order(desk: Desk) -> None:
    """Nothing goes out before it is ordered; then it is said what was delivered stays, or is to be taken back."""
    [(_, _, first)] = desk.run()
    desk.store.set_task("acme", TaskRecord(REQUEST, TaskState.DONE, desk.at, version=1))
    desk.store.set_task("acme", TaskRecord(NOTICE, TaskState.DONE, desk.at, version=1))
    finish(desk.case)
    desk.save(people=[ANA, BEN, ZOE])
    assert desk.run() == []
    lifecycle.begin_phase(desk.case, "Zoe joins", is_change=True)
    desk.at += timedelta(hours=1)
    [(subject, text, second)] = desk.run()
    assert (subject, text) == ("Change order: Numbers: Acme", ORDERED.format(first=first))
    desk.save(people=[ANA, ZOE])
    [(subject, text, _)] = desk.run()
    assert subject == "Change: Numbers: Acme", "what the change order asked for is not carried out yet"
    assert second in text


def test_what_was_delivered_is_to_be_taken_back_by_a_change_order(desk: Desk) -> None:
    """Not withdrawn before that was ordered, and not called undone."""
    [(_, _, first)] = desk.run()
    for name in (REQUEST, NOTICE):
        desk.store.set_task("acme", TaskRecord(name, TaskState.DONE, desk.at, version=1))
    finish(desk.case)
    desk.save(telephony={"kind": "none"})
    assert desk.run() == []
    lifecycle.begin_phase(desk.case, "No numbers", is_change=True)
    desk.at += timedelta(hours=1)
    [(subject, text, _)] = desk.run()
    assert (subject, text) == ("Change order: Numbers: Acme", TAKEN_BACK.format(first=first))


def test_an_order_that_is_out_is_withdrawn_with_its_numbers_before_another_goes_out(mixed: World) -> None:
    """Numbers of two orders at once are refused by the carrier; the new one is whole, with the letter."""
    mixed.apply("telephony")
    mixed.done(LETTER)
    mixed.apply("telephony")
    before, answers = len(mixed.sandbox.mails()), copy.deepcopy(dict(mixed.case.document))
    for section in ("port_orders", "port_numbers"):
        answers[section] = [{**row, "btn": "+16175550101"} for row in answers[section]]
    mixed.answers |= answers
    mixed.case.save_answers(answers, "test")
    mixed.done(LETTER)
    mixed.apply("telephony")
    mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in mixed.sandbox.mails()[before:]]
    (gone, text, _), (new, whole, _) = [found for found in map(mail_text, mails) if "Number port" in found[0]]
    assert gone.startswith("Withdrawn: Number port: Bright Smile Dental Group")
    assert new.startswith("Number port: Bright Smile Dental Group")
    for words in (
        "Please do not carry out our earlier request any more. It is withdrawn.",
        "Numbers to port: withdrawn", "Billing telephone number:  +16175550100", "+16175550101", "Earlier request: <",
    ):  # fmt: skip
        assert words in text
    assert "Please answer" not in text
    assert "Billing telephone number:  +16175550101" in whole
