"""A change of the answers after something was done: what it undoes is known before it is kept, and is what happens."""

from __future__ import annotations

import copy
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from onboarding import settings
from onboarding.case import planning, work
from onboarding.case.case import Case
from onboarding.case.preview import consequences_of
from onboarding.domain.action import Operation
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.errors import GateClosed, InputError
from onboarding.store.store import Store
from tests.univoip.played import AT, OFFICE, example
from tests.world import PAPER, World, acting

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE
LETTER, ORDER = "telephony.sign-loa", "telephony.submit-port-orders"
CHAIN = (LETTER, ORDER, "telephony.forward-port-orders", "telephony.agree-port-date", "telephony.complete-port")


@pytest.fixture
def ported(mixed: World) -> World:
    """The numbers are ported: the letter is signed and filed, the order went out, everything is confirmed."""
    mixed.apply("provision")
    mixed.finish_telephony()
    assert {mixed.state(task) for task in CHAIN} == {DONE}
    return mixed


def changed(world: World, section: str, place: int | None = None, **values: Any) -> dict[str, Any]:
    """The answers with other values in a record, or in a row of a table; a row more without a place that is there."""
    answers = copy.deepcopy(world.case.document)
    rows = answers[section]
    if place is None:
        rows.update(values)
    elif place < len(rows):
        rows[place].update(values)
    else:
        rows.append({name: value for name, value in rows[0].items() if name != "_row_id"} | values)
    return dict(answers)


@pytest.mark.keeps("C-23")
@pytest.mark.keeps("U-25")
def test_a_number_added_after_the_letter_undoes_letter_and_order(ported: World) -> None:
    """What is listed before the change is kept is what happens after it: tasks, the gate, the letter on file."""
    answers = changed(ported, "port_numbers", 99, number="+16175550177")
    found = consequences_of(ported.case, answers)
    before, gates = ported.states(), ported.case.progress().gates
    ported.case.save_answers(answers, "test")
    after = ported.states()
    reopened = {task for task, state in after.items() if not state.is_closed and before[task].is_closed}
    assert {undone.task.id for undone in found.tasks} == reopened == set(CHAIN)
    closed = {name for name, gate in ported.case.progress().gates.items() if not gate.is_open and gates[name].is_open}
    assert {gate.id for gate in found.gates} == closed
    assert "signed-loa" in " ".join(closed) or "loa" in " ".join(closed)
    [letter] = [undone for undone in found.tasks if undone.task.id == LETTER]
    assert list(map(str, letter.changes)) == ["Numbers to keep row 4 ((617) 555-0177): added."]
    assert letter.documents == ("letter.txt",)


@pytest.mark.parametrize(
    ("section", "place", "values"),
    [
        ("users", 0, {"last_name": ""}),  # the sheet is not complete any more
        ("users", 1, {"number": ""}),
        ("port_orders", 0, {"signer": "Nobody Listed"}),
        ("port_numbers", 99, {"number": "+16175550177"}),
        ("company", None, {"name": "Bright & Smile"}),
    ],
)
def test_what_is_listed_is_what_opens_again(
    ported: World, section: str, place: int | None, values: dict[str, Any]
) -> None:
    """Also what closes by itself: whatever was closed before and is not after it is named, and nothing else."""
    answers = changed(ported, section, place, **values)
    found = consequences_of(ported.case, answers)
    before = ported.states()
    ported.case.save_answers(answers, "test")
    after = ported.states()
    opened = {task for task, state in after.items() if not state.is_closed and before[task] is DONE}
    assert {undone.task.id for undone in found.tasks if before[undone.task.id] is DONE} == opened
    checks = [undone for undone in found.tasks if undone.task.is_check]
    assert all(undone.sentence.startswith("Open again: ") for undone in checks)
    assert checks or section != "users"


def test_the_record_says_what_was_undone_by_whom(ported: World) -> None:
    """One line for each task, with field, old and new, in the name of whoever saved; said once, however often asked."""
    ported.case.save_answers(changed(ported, "port_orders", 0, signer="Eve Low"), "test")
    for _ in range(2):
        ported.case.note_progress()
        [line] = [line for line in ported.evidence(LETTER) if line.what.kind == "task.undone"]
        assert (line.by, line.is_proof) == ("R. Diaz", False)
        place = "Numbers to keep: accounts row 1 ((617) 555-0100), Authorised signer"
        assert str(line.what) == f"to be done anew, the answers have changed: {place}: Ben O'Neil → Eve Low."


def test_a_change_taken_back_lets_it_stand_again(ported: World) -> None:
    """Nothing is done twice for a slip that was corrected; the record says both."""
    before = copy.deepcopy(dict(ported.case.document))
    ported.case.save_answers(changed(ported, "port_orders", 0, signer="Eve Low"), "test")
    found = consequences_of(ported.case, before)
    assert not found
    assert [task.id for task in found.again][:1] == [LETTER]
    ported.case.save_answers(before, "test")
    assert {ported.state(task) for task in CHAIN} == {DONE}
    assert [line.what.kind for line in ported.evidence(LETTER)][-2:] == ["task.undone", "task.stands"]


@pytest.mark.refuses("C-23")
@pytest.mark.refuses("U-25")
@pytest.mark.parametrize(
    ("section", "place", "values"),
    [
        ("port_orders", 0, {"bill_on": "2026-02-27"}),
        ("users", 0, {"department": "Roof"}),
        ("contacts", 0, {"phone": "+16175550188"}),
    ],
)
def test_what_is_not_material_undoes_nothing(ported: World, section: str, place: int, values: dict[str, Any]) -> None:
    """Neither letter nor order rests on it: nothing is listed, nothing re-opens, nothing is recorded."""
    answers = changed(ported, section, place, **values)
    lines = len(ported.case.record.evidence)
    before = {task: ported.state(task) for task in CHAIN}
    assert not {undone.task.id for undone in consequences_of(ported.case, answers).tasks} & set(CHAIN)
    ported.case.save_answers(answers, "test")
    assert {task: ported.state(task) for task in CHAIN} == before
    assert not [line for line in ported.case.record.evidence[lines:] if line.task in CHAIN]


def test_a_site_with_another_name_undoes_nothing(ported: World) -> None:
    """The letter is for the address, which is the same; another site is another address."""
    answers = copy.deepcopy(dict(ported.case.document))
    site = ported.case.document["port_orders"][0]["site"]
    for section, name in (("sites", "name"), ("port_orders", "site"), ("users", "site"), ("new_numbers", "e911_site")):
        for row in answers[section]:
            row |= {name: "Head office"} if row.get(name) == site else {}
    assert LETTER not in {undone.task.id for undone in consequences_of(ported.case, answers).tasks}
    ported.case.save_answers(answers, "test")
    assert ported.state(LETTER) is DONE
    other = next(row["name"] for row in answers["sites"] if row["name"] != "Head office")
    assert LETTER in {
        one.task.id for one in consequences_of(ported.case, changed(ported, "port_orders", 0, site=other)).tasks
    }


def test_a_letter_that_is_out_says_that_it_was_asked_for_otherwise(mixed: World) -> None:
    """While the signer has it, a new number does not pass unseen; brought back, the old letter does not count."""
    mixed.apply("telephony")
    assert mixed.state(LETTER) is WAITING
    answers = changed(mixed, "port_numbers", 99, number="+16175550177")
    [letter] = [undone for undone in consequences_of(mixed.case, answers).tasks if undone.task.id == LETTER]
    assert letter.is_out
    mixed.case.save_answers(answers, "test")
    view = mixed.task(LETTER)
    assert (view.state, view.reasons[-1]) == (WAITING, "Numbers to keep row 4 ((617) 555-0177): added.")
    with pytest.raises(InputError, match=r"TASK-MOVED: .* before the answers changed. Numbers to keep row 4"):
        mixed.done(LETTER)
    assert mixed.state(LETTER) is WAITING
    signer = acting(mixed.case, LETTER)
    work.done(signer, LETTER, document=PAPER, is_same_file=True, is_current=True)
    assert mixed.state(LETTER) is DONE


@pytest.mark.refuses("C-23")
def test_the_letter_that_covers_no_more_is_not_taken_again(ported: World) -> None:
    """The file that was filed before the change is pointed out; it counts only when somebody says that it is meant."""
    ported.case.save_answers(changed(ported, "port_numbers", 99, number="+16175550177"), "test")
    signer = acting(ported.case, LETTER)
    with pytest.raises(InputError, match=r"DOCUMENT-TWICE: letter.txt was filed .* it does not cover them"):
        work.done(signer, LETTER, document=PAPER)
    assert ported.state(LETTER) is READY


def test_what_follows_from_an_open_letter_cannot_be_reported(mixed: World) -> None:
    """An order that lies with the provider rests on the letter: while that is open nobody's word counts for it."""
    mixed.apply("telephony")
    mixed.done(LETTER)
    mixed.apply("telephony")
    forward = "telephony.forward-port-orders"
    assert mixed.state(forward) is WAITING
    mixed.case.save_answers(changed(mixed, "port_orders", 0, signer="Eve Low"), "test")
    with pytest.raises(GateClosed, match="rests on what is to be done anew"):
        mixed.done(forward)


def arrived(world: World, before: int) -> list[tuple[str, str, str]]:
    """Subject, text and the mail it answers, of every mail since there were so many."""
    mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in world.sandbox.mails()[before:]]
    found = []
    for mail in mails:
        text = mail.get_body(("plain",))
        assert text is not None
        found.append((str(mail["Subject"]).strip(), text.get_content(), str(mail["In-Reply-To"] or "").strip()))
    return found


@pytest.mark.keeps("C-23")
def test_an_order_that_is_out_is_changed_by_a_message_that_says_so(ported: World) -> None:
    """Letter signed anew, the change goes out with it and names the first mail; numbers ordered before are not ordered
    again, and the old letter is not sent once more."""
    [first] = [str(line.reference) for line in ported.evidence(ORDER) if line.what.kind == "action.done"]
    ported.case.save_answers(changed(ported, "port_numbers", 99, number="+16175550177"), "test")
    ported.done(LETTER)
    before = len(ported.sandbox.mails())
    plan = planning.plan(ported.case, "telephony")
    assert [action.operation for action in plan.changes if action.task == ORDER] == [Operation.CHANGE]
    ported.apply("telephony", approved=plan.digest)
    [(subject, text, answers)] = arrived(ported, before)
    assert subject.startswith("Change: Number port: Bright Smile Dental Group, 4 numbers")
    assert answers == first
    assert "Numbers to port: new" in text
    assert "(617) 555-0177" in text or "+16175550177" in text
    said = text.partition("Earlier request")[0].partition("Numbers to port: new")[2]
    assert not any(str(row["number"]) in said for row in ported.answers["port_numbers"])
    assert ported.sandbox.mails()[before].read_bytes().count(b'filename="letter.txt"') == 1
    assert ported.state(ORDER) is DONE
    ported.apply("telephony")
    assert len(ported.sandbox.mails()) == before + 1


def test_once_a_date_is_confirmed_a_change_waits_for_a_word(ported: World) -> None:
    """Nothing is sent by itself, however often it is run; what is approved goes out."""
    ported.case.save_answers(changed(ported, "port_orders", 0, wanted_on="2026-04-30"), "test")
    before = len(ported.sandbox.mails())
    assert ported.state(ORDER) is READY
    assert "goes out only when somebody approves it" in ported.task(ORDER).reasons[-1]
    ported.apply("telephony")
    ported.apply("telephony", approved=planning.plan(ported.case, "telephony").digest, by_person=False)
    assert (len(ported.sandbox.mails()), ported.state(ORDER)) == (before, READY)
    ported.apply("telephony", approved=planning.plan(ported.case, "telephony").digest)
    [(subject, text, _answers)] = arrived(ported, before)
    assert subject.startswith("Change: Number port: ")
    assert "Wanted date:" in text
    assert "→ 2026-04-30" in text


def test_an_order_that_is_not_wanted_any_more_is_withdrawn(mixed: World) -> None:
    """One message says so, once; wanted again it is a new order."""
    mixed.apply("telephony")
    mixed.done(LETTER)
    mixed.apply("telephony")
    [first] = [str(line.reference) for line in mixed.evidence(ORDER) if line.what.kind == "action.done"]
    before, answers = len(mixed.sandbox.mails()), copy.deepcopy(dict(mixed.case.document))
    mixed.case.save_answers({**answers, "telephony": {"kind": "new"}}, "test")
    view = mixed.task(ORDER)
    assert (view.state, str(view.reasons[0])) == (
        READY, "It is not needed any more: the request that went out is to be withdrawn.",
    )  # fmt: skip
    for _ in range(2):
        mixed.apply("telephony")
        [(subject, text, replied)] = arrived(mixed, before)
        assert subject.startswith("Withdrawn: Number port: Bright Smile Dental Group")
        assert replied == first
        assert "Numbers to port: withdrawn" in text
        assert mixed.state(ORDER) is TaskState.NOT_NEEDED
    mixed.case.save_answers(answers, "test")
    mixed.apply("telephony")
    assert arrived(mixed, before)[1][0].startswith("Number port: Bright Smile Dental Group")
    assert mixed.state(ORDER) is DONE


def test_what_is_not_needed_any_more_is_named_before_and_recorded_after(ported: World) -> None:
    """Whole tasks as those of rows: with the answer that says so, old and new; needed again they stand as done."""
    before = copy.deepcopy(dict(ported.case.document))
    answers = changed(ported, "telephony", kind="new")
    found = consequences_of(ported.case, answers)
    was = ported.states()
    ported.case.save_answers(answers, "test")
    dropped = {task for task, state in ported.states().items() if state is TaskState.NOT_NEEDED and was[task] is DONE}
    assert LETTER in dropped
    assert {task.id for task in found.gone} == {task for task in dropped if not ported.case.task(task).is_check}
    assert "Not needed any more: Sign the letter of authorization." in found.sentences()
    [order] = [one for one in found.requests if one.task.id == ORDER]
    assert found.sentences()[0] == order.sentence
    assert order.sentence == (
        f"A request is out, with {order.to} since 2 Mar 2026, and has to be withdrawn: {order.task.title}."
    )
    assert [str(line.what) for line in ported.evidence(LETTER)][-1] == (
        "not needed any more: Telephony, Telephone numbers: Some numbers are ported, some are new → New numbers only."
    )
    ported.case.save_answers(before, "test")
    assert [line.what.kind for line in ported.evidence(LETTER)][-2:] == ["task.not-needed", "task.stands"]
    assert ported.state(LETTER) is DONE


def test_whoever_may_not_report_it_any_more_is_told_so_first(mixed: World) -> None:
    """The signer of then brings the letter, and another one signs by now: they are not asked to say that it holds."""
    mixed.apply("telephony")
    place = next(place for place, row in enumerate(mixed.case.document["contacts"]) if row["role"] == "signer")
    mixed.case.save_answers(changed(mixed, "contacts", place, name="Eve Low", email="eve@brightsmile.example"), "test")
    mixed.case.save_answers(changed(mixed, "port_orders", 0, signer="Eve Low"), "test")
    with pytest.raises(InputError, match=r"TASK-PERSON: Ben O'Neil is not listed .* Eve Low"):
        work.done(mixed.case.acting("Ben O'Neil"), LETTER, document=PAPER)
    with pytest.raises(InputError, match=r"TASK-MOVED: .*Authorised signer: Ben O'Neil → Eve Low"):
        work.done(mixed.case.acting("Eve Low"), LETTER, document=PAPER)


def test_a_row_has_one_number_in_every_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the whole table, also for what is done at one site and so rests on the rows of that site alone."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path))
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("acme", "Acme", AT, is_training=True), OFFICE)
        case = Case.open(store, "acme", AT, "Ana")
        case.save_answers(example(OFFICE), "test")
        version = case.context().version
        for task in case.context().tasks:
            if task.is_reported:
                case.set_task(TaskRecord(task.id, TaskState.DONE, AT, task.party, by="Ana", version=version))
        *others, last = case.document["users"]
        found = consequences_of(case, {**case.document, "users": others})
    said = [str(change) for undone in found.tasks for change in undone.changes if last["email"] in str(change)]
    assert any(undone.task.row for undone in found.tasks)
    assert {one.partition(" (")[0] for one in said} == {f"Users: configuration worksheet row {len(others) + 1}"}
