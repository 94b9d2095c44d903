"""Requests that went out, and every word of what changes or withdraws one: to a desk, as an order, to a customer."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from onboarding.case import leaving_out, lifecycle, planning, work
from onboarding.case.case import Case
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.sandbox.server import Sandbox
from onboarding.settings import HOME, PROFILES, SMTP_HOST
from onboarding.stages.task_status import OUTDATED
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
    """A customer of the small profile, whose mails a server takes over where one is set; a copy is in the outbox."""

    def __init__(self, store: Store) -> None:
        self.store, self.at, self.read = store, AT, set[Path]()
        self.save(telephony={"kind": "port"}, people=[ANA, BEN], boss=BOSS)

    @property
    def case(self) -> Case:
        return Case.open(self.store, "acme", self.at, "R. Diaz")

    def save(self, **sections: Any) -> None:
        self.at += timedelta(hours=1)
        self.case.save_answers({**self.case.document, **sections}, "test")

    def lying(self) -> list[tuple[str, str]]:
        """Subject and text of what lies in the outbox and was not sent."""
        every = [path for path in self.store.layout.outbox.glob("*.eml") if not path.with_suffix(".sent").exists()]
        return [mail_text(message_from_bytes(path.read_bytes(), policy=SMTP))[:2] for path in every]

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
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    write(tmp_path, ("[reference.guide]\n", MORE), *getattr(request, "param", ()))
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


@pytest.fixture
def alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same without a mail server."""
    monkeypatch.delenv(SMTP_HOST.name)
    return desk


@pytest.fixture
def served(desk: Desk) -> Callable[[], None]:
    """Sets the mail server again."""
    host = os.environ[SMTP_HOST.name]
    return lambda: os.environ.update({SMTP_HOST.name: host})


def test_what_never_left_the_outbox_is_written_anew_and_sent_once_as_it_is_now(
    served: Callable[[], None], alone: Desk, sandbox: Sandbox
) -> None:
    """Nobody is told of a change of something they never had; once there is a server it goes out whole."""
    alone.run()
    assert alone.case.progress().task(REQUEST).state is TaskState.WAITING
    alone.save(people=[ANA])
    assert alone.case.progress().task(REQUEST).state is TaskState.READY
    alone.run()
    fewer = REQUESTED.removesuffix("\n+16175550101")
    assert ("Numbers: Acme", fewer) in alone.lying()
    assert len(alone.lying()) == 2
    alone.save(people=[BEN])
    served()
    assert alone.case.progress().task(REQUEST).state is TaskState.READY
    alone.run()
    sent = [mail_text(message_from_bytes(path.read_bytes(), policy=SMTP)) for path in sandbox.mails()]
    assert ("Numbers: Acme", fewer.replace("+16175550100", "+16175550101")) in [one[:2] for one in sent]
    assert sorted(subject for subject, *_ in sent) == ["Numbers: Acme", "Números: Acme"]
    assert alone.lying() == []
    assert alone.case.progress().task(REQUEST).state is TaskState.DONE
    alone.save(people=[ANA])
    assert [subject for subject, _, _ in alone.run()] == ["Change: Numbers: Acme"]
    assert alone.store.verify() == []


def test_what_waits_is_sent_by_the_next_run_once_there_is_a_server(
    served: Callable[[], None], alone: Desk, sandbox: Sandbox
) -> None:
    """As it is, once; a run is due for it."""
    alone.run()
    alone.case.note_progress()
    assert alone.run() == []
    served()
    assert "telephony" in stages_to_run(alone.case, alone.case.progress())
    alone.run()
    assert len(sandbox.mails()) == 2
    assert alone.lying() == []
    alone.run()
    assert len(sandbox.mails()) == 2


def test_what_never_left_and_is_not_wanted_is_taken_out_of_the_outbox(alone: Desk) -> None:
    """Nothing is withdrawn that nobody asked for; wanted again it is written again."""
    alone.run()
    alone.save(telephony={"kind": "none"})
    view = alone.case.progress().task(REQUEST)
    assert (view.state, view.reasons) == (
        TaskState.READY, ("It is not needed any more: the request is to be taken out of the outbox.",),
    )  # fmt: skip
    alone.run()
    assert alone.lying() == []
    assert alone.case.progress().task(REQUEST).state is TaskState.NOT_NEEDED
    assert alone.run() == []
    alone.save(telephony={"kind": "port"})
    alone.run()
    assert sorted(subject for subject, _ in alone.lying()) == ["Numbers: Acme", "Números: Acme"]


GATED = ('title = "Telephony"\n', 'title = "Telephony"\ngates = ["complete"]\n')
HALF = {**ZOE, "email": "no address"}


@pytest.mark.parametrize("desk", [[GATED]], indirect=True)
def test_what_waits_and_is_outdated_is_named_and_taken_back_also_while_its_task_is_held(alone: Desk) -> None:
    """Nobody sends by hand what is not wanted: it is said with the task, due for a run, and written anew later."""
    alone.run()
    assert len(alone.lying()) == 2
    alone.save(people=[HALF])
    view = alone.case.progress().task(REQUEST)
    assert (view.state, OUTDATED in view.reasons) == (TaskState.BLOCKED, True)
    assert "telephony" in stages_to_run(alone.case, alone.case.progress())
    alone.run()
    assert alone.lying() == []
    view = alone.case.progress().task(REQUEST)
    assert (view.state, OUTDATED in view.reasons) == (TaskState.BLOCKED, False)
    assert "telephony" not in stages_to_run(alone.case, alone.case.progress())
    assert alone.run() == []
    alone.save(people=[BEN])
    alone.run()
    assert sorted(subject for subject, _ in alone.lying()) == ["Numbers: Acme", "Números: Acme"]
    assert alone.store.verify() == []


@pytest.mark.parametrize("desk", [[GATED]], indirect=True)
def test_what_waits_as_it_is_wanted_stays_while_its_task_is_held(alone: Desk) -> None:
    """A mistake elsewhere takes nothing out of the outbox."""
    alone.run()
    alone.save(people=[ANA, {**BEN, "wanted_on": "some day"}])
    assert OUTDATED not in alone.case.progress().task(REQUEST).reasons
    alone.run()
    assert len(alone.lying()) == 2


def test_what_waits_for_a_task_that_is_left_out_is_taken_back(alone: Desk) -> None:
    """Who does without it does not want its mail sent; the task stays left out."""
    alone.run()
    leaving_out.skip(alone.case, REQUEST, "asked by telephone")
    assert OUTDATED in alone.case.progress().task(REQUEST).reasons
    alone.run()
    assert [subject for subject, _ in alone.lying()] == ["Números: Acme"]
    view = alone.case.progress().task(REQUEST)
    assert (view.state, OUTDATED in view.reasons) == (TaskState.SKIPPED, False)


def test_a_change_that_waits_is_taken_back_when_it_is_no_change_any_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have the request as it is now; a second change is about what they have, not about the first one."""
    [(_, _, first)] = desk.run()
    monkeypatch.delenv(SMTP_HOST.name)
    desk.save(people=[ANA, BEN, ZOE])
    desk.run()
    assert sorted(subject for subject, _ in desk.lying()) == ["Cambio: Números: Acme", "Change: Numbers: Acme"]
    desk.save(people=[ANA, BEN])
    desk.run()
    assert desk.lying() == []
    desk.save(people=[{**ANA, "number": ZOE["number"]}, BEN])
    desk.run()
    assert ("Change: Numbers: Acme", CHANGED.format(first=first)) in desk.lying()


def test_what_somebody_sent_by_hand_is_out(alone: Desk) -> None:
    """Reported as done it was sent: what changes then is a change of it."""
    [(_, _, first)] = alone.run()
    work.done(alone.case, REQUEST, "sent from my own mailbox")
    alone.save(people=[ANA, BEN, ZOE])
    [(subject, text, _)] = alone.run()
    assert subject == "Change: Numbers: Acme"
    assert f"Earlier request: {first}" in text


def test_a_withdrawal_waits_for_somebody_to_send_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server the task lies with somebody; taken back when it is wanted again, since they have it still."""
    [(_, _, first)] = desk.run()
    monkeypatch.delenv(SMTP_HOST.name)
    desk.save(telephony={"kind": "none"})
    [(subject, text, _)] = desk.run()
    assert (subject, text) == ("Withdrawn: Numbers: Acme", WITHDRAWN.format(first=first))
    assert desk.case.progress().task(REQUEST).state is TaskState.WAITING
    assert desk.run() == []
    desk.save(telephony={"kind": "port"})
    desk.run()
    assert desk.lying() == []
    assert desk.case.progress().task(REQUEST).state is TaskState.DONE


@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
def test_what_may_have_arrived_is_told_of_in_words_that_are_right_either_way(
    desk: Desk, sandbox: Sandbox, fault: str
) -> None:
    """Changed it takes the place of what they may have; not wanted it is withdrawn if they have it."""
    sandbox.mail_fault(fault)
    desk.run()
    sandbox.clear_faults()
    [entry] = desk.store.journal("acme", REQUEST)
    assert entry.outcome
    desk.save(people=[ANA])
    [(subject, text, second)] = desk.run()
    assert subject == "Change: Numbers: Acme"
    assert text.startswith(
        f"If you have got our earlier request ({entry.outcome.reference}), this takes its place. "
        "Please do not carry out both.\n\nPlease."
    )
    assert "+16175550100" in text
    desk.save(people=[BEN])
    [(_, text, _)] = desk.run()
    assert text.endswith(f"Earlier request: {second}"), "that one has arrived, and took the place of the first"


def test_what_may_have_arrived_is_withdrawn_if_they_have_it(desk: Desk, sandbox: Sandbox) -> None:
    """Nobody carries out what is not wanted; wanted again it is asked for in place of all they may have."""
    sandbox.mail_fault("drop-after")
    desk.run()
    sandbox.clear_faults()
    desk.save(telephony={"kind": "none"})
    [(subject, text, _)] = desk.run()
    assert subject == "Withdrawn: Numbers: Acme"
    assert text.startswith("If you have got our earlier request, please do not carry it out. It is withdrawn.")
    assert desk.run() == []
    desk.save(telephony={"kind": "port"})
    assert [(subject, text) for subject, text, _ in desk.run()] == [("Numbers: Acme", REQUESTED)]


def test_a_change_of_unknown_end_is_called_a_change_in_every_run(desk: Desk, sandbox: Sandbox) -> None:
    """Whoever is asked whether it has arrived looks for the right mail."""
    desk.run()
    desk.save(people=[ANA])
    sandbox.mail_fault("drop-after")
    desk.run()
    sandbox.clear_faults()
    for _again in range(2):
        said = " ".join(map(str, desk.case.progress().task(REQUEST).reasons))
        assert "It is not known whether this happened: Change: Request: Numbers: Acme." in said
        desk.at += timedelta(hours=1)
        desk.run()


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
    desk.store.set_task("acme", TaskRecord("cutover.switch", TaskState.WAITING, desk.at))  # it goes on after this mail
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
