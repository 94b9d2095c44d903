"""Days that become known by a task are entered with it, bind what happens on them, and are recorded when they move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.dates import enter_day, missing_day
from onboarding.case.preview import consequences_of
from onboarding.case.reports import Report
from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer, TaskState
from onboarding.errors import GateClosed, InputError
from onboarding.frames import CaseFrames
from tests.world import PAPER, World, acting

AGREE, PORT = "telephony.agree-port-date", "telephony.complete-port"


@pytest.fixture
def ordered(mixed: World) -> World:
    """The port is ordered; the carriers have not agreed on a day yet."""
    return order(mixed)


def order(world: World) -> World:
    world.apply("provision")
    world.apply("telephony")
    world.done("telephony.sign-loa", "telephony.deliver-new-numbers", "telephony.confirm-e911")
    world.apply("telephony")
    world.done("telephony.forward-port-orders")
    return world


def agree(world: World, day: date, row: str = "") -> str:
    return enter_day(acting(world.case, AGREE), AGREE, day, row)


def foc(world: World) -> list[Any]:
    return [row.get("foc_on") for row in world.case.document["port_orders"]]


def lines(world: World, task: str) -> list[str]:
    return [str(line.what) for line in world.evidence(task) if line.what.kind == "date.moved"]


def test_an_agreed_date_is_a_date(ordered: World) -> None:
    """That the carriers have agreed cannot be reported without saying on which day."""
    with pytest.raises(InputError, match="the day it brings is not known") as refused:
        work.done(acting(ordered.case, AGREE), AGREE)
    assert refused.value.code == "DAY-MISSING"
    assert agree(ordered, date(2026, 5, 11)) == "Confirmed port date (FOC)"
    ordered.done(AGREE)
    assert set(foc(ordered)) == {"2026-05-11"}


def test_the_port_waits_for_its_day(ordered: World) -> None:
    """U-30 as a kind: before the day nobody can report the port as complete, on it they can."""
    day = ordered.case.today + timedelta(days=30)
    agree(ordered, day)
    ordered.done(AGREE)
    ordered.apply("telephony")
    view = ordered.case.progress().task(PORT)
    assert (view.state, view.due_on) == (TaskState.WAITING, day)
    with pytest.raises(GateClosed, match=f"cannot be done before {day}") as refused:
        ordered.done(PORT)
    assert refused.value.code == "TASK-DATED"
    ordered.at += timedelta(days=30)
    ordered.done(PORT)
    assert ordered.state(PORT) is TaskState.DONE


def test_what_was_promised_stays_when_it_is_done(ordered: World) -> None:
    """The day as it stood at last, beside those that were planned and on which it was done."""
    first, second = (ordered.case.today + timedelta(days=days) for days in (30, 37))
    agree(ordered, first)
    ordered.done(AGREE)
    ordered.apply("telephony")
    agree(ordered, second)
    ordered.apply("telephony")
    ordered.at += timedelta(days=38)
    ordered.done(PORT)
    view, days = ordered.case.progress().task(PORT), ordered.case.schedule().tasks[PORT]
    assert (view.state, view.due_on) == (TaskState.DONE, second)
    assert (days.promised_on, days.done_on) == (second, second + timedelta(days=1))
    frame = CaseFrames(ordered.case).tasks("telephony")
    [row] = frame[frame.task == PORT].rows()
    assert (row["due_on"], row["done_on"], row["planned_on"]) == (second, days.done_on, days.planned_on)


def test_a_moved_date_is_recorded_with_who_and_when(ordered: World) -> None:
    """It re-opens a port that was reported for the earlier day, and moves what was promised for it."""
    first, second = ordered.case.today, ordered.case.today + timedelta(days=7)
    agree(ordered, first)
    ordered.done(AGREE, PORT)
    assert lines(ordered, PORT) == []
    ordered.at += timedelta(hours=1)
    agree(ordered, second)
    assert ordered.state(PORT) is not TaskState.DONE
    [line] = [one for one in ordered.evidence(PORT) if one.what.kind == "date.moved"]
    assert (line.what.subject, line.at) == ("port_orders.foc_on", ordered.case.at)
    assert line.what.values["old"] == [first]
    assert line.what.values["new"] == [second]
    assert lines(ordered, AGREE) == lines(ordered, PORT)
    version = ordered.case.answers()
    assert version is not None
    assert (version.by, version.source) == (line.by, "The carriers agree on the port date")


def test_a_date_of_one_row(ordered: World) -> None:
    """With its key one row gets the day; with days that differ it must be said which, and an unknown key is refused."""
    orders = [dict(row) for row in ordered.case.document["port_orders"]]
    other = {name: value for name, value in orders[0].items() if name != "_row_id"} | {"btn": "+16175550190"}
    ordered.case.save_section("port_orders", [*orders, other])
    agree(ordered, date(2026, 5, 11), "(617) 555-0190")
    assert missing_day(ordered.case, ordered.case.task(AGREE))
    agree(ordered, date(2026, 5, 4))
    assert not missing_day(ordered.case, ordered.case.task(AGREE))
    assert foc(ordered) == ["2026-05-04", "2026-05-11"]
    for row, words in (("", "Say with --row"), ("+1 617 555 0111", "has no row")):
        with pytest.raises(InputError) as refused:
            agree(ordered, date(2026, 6, 1), row)
        assert words in f"{refused.value.message} {refused.value.command}"


def test_only_some_tasks_bring_a_day(ordered: World) -> None:
    """The others say which do."""
    with pytest.raises(InputError, match="brings no day") as refused:
        enter_day(ordered.case, "telephony.sign-loa", date(2026, 5, 11))
    assert refused.value.remedy == f"These do: {AGREE}."


def test_whose_it_is_to_say(ordered: World) -> None:
    """Where it is known who does the task, nobody else enters its day."""
    ordered.case.store.layout.people.write_text(
        '[[person]]\nname = "Carla"\nemail = "carla@carrier.example"\nroles = ["carrier"]\n', encoding="utf-8"
    )
    with pytest.raises(InputError) as refused:
        enter_day(ordered.case.acting("Somebody"), AGREE, date(2026, 5, 11))
    assert refused.value.code == "TASK-PERSON"
    enter_day(ordered.case.acting("Carla"), AGREE, date(2026, 5, 11))


def test_a_changed_request_is_promised_from_when_it_was_changed(mixed: World) -> None:
    """Whoever answers it has the time the profile gives from the newest request on, not from the first."""
    mixed.apply("provision")
    mixed.apply("telephony")
    mixed.done("telephony.sign-loa")
    mixed.apply("telephony")
    answer = "telephony.forward-port-orders"
    first = mixed.case.progress().task(answer)
    assert first.state is TaskState.WAITING
    mixed.at += timedelta(days=7)
    orders = [dict(row, wanted_on="2026-06-15") for row in mixed.case.document["port_orders"]]
    mixed.case.save_section("port_orders", orders)
    assert mixed.case.progress().task(answer).since == first.since
    mixed.apply("telephony")
    again = mixed.case.progress().task(answer)
    assert again.since == mixed.at
    assert (first.due_on, again.due_on) == (date(2026, 3, 4), date(2026, 3, 11))


def test_a_day_that_is_lost_undoes_the_task_that_brought_it(ordered: World) -> None:
    """A file of the customer's without it: named before it is kept, and afterwards the task is to be done anew."""
    agree(ordered, ordered.case.today + timedelta(days=30))
    ordered.done(AGREE)
    orders = [{**row} for row in ordered.case.document["port_orders"]]
    without = {
        **ordered.case.document,
        "port_orders": [{k: v for k, v in row.items() if k != "foc_on"} for row in orders],
    }
    assert AGREE in [one.task.id for one in consequences_of(ordered.case, without).tasks]
    ordered.case.save_section("port_orders", without["port_orders"])
    view = ordered.case.progress().task(AGREE)
    assert not view.state.is_closed
    assert any("is not known any more" in str(reason) for reason in view.reasons)
    ordered.case.save_section("port_orders", orders)
    assert ordered.state(AGREE) is TaskState.DONE


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_that_nobody_means_is_refused(ordered: World, day: date) -> None:
    """By the question's own rule; nothing is kept."""
    before = foc(ordered)
    with pytest.raises(InputError) as refused:
        agree(ordered, day)
    assert refused.value.code == "DAY-REFUSED"
    assert foc(ordered) == before


def test_a_day_of_a_task_that_is_still_held_is_refused_and_not_kept(mixed: World) -> None:
    """What cannot be done yet brings no day either: the refusal and the answers agree."""
    before = mixed.case.answers()
    with pytest.raises(GateClosed) as refused:
        work.all_done(acting(mixed.case, AGREE), [Report(AGREE, day=date(2026, 5, 11))])
    assert refused.value.code == "TASK-BLOCKED"
    assert mixed.case.answers() == before


def test_a_day_and_the_word_that_it_is_done_are_one_report(ordered: World) -> None:
    """The task counts for the answers with its day in them; a refused proof keeps neither."""
    case = acting(ordered.case, AGREE)
    same = Report(AGREE, document=Attachment("loa.txt", "text/plain", PAPER.data), day=date(2026, 5, 11))
    with pytest.raises(InputError) as refused:
        work.all_done(case, [same])
    assert (refused.value.code, foc(ordered)) == ("DOCUMENT-TWICE", [None] * len(foc(ordered)))
    work.all_done(case, [replace(same, document=None, note="by telephone")])
    record, answers = ordered.case.record.tasks[AGREE], ordered.case.answers()
    assert answers is not None
    assert (record.state, record.version, set(foc(ordered))) == (TaskState.DONE, answers.version, {"2026-05-11"})
    assert ordered.state(AGREE) is TaskState.DONE


def test_a_day_that_moves_takes_its_new_proof_along(ordered: World) -> None:
    """A file given with the moved day of what is done is kept beside the first; a day alone needs no word."""
    case = acting(ordered.case, AGREE)
    work.all_done(case, [Report(AGREE, day=date(2026, 5, 11))])
    assert work.all_done(case, [Report(AGREE, day=date(2026, 5, 12))]) == []
    letter = Attachment("foc.txt", "text/plain", b"Moved to 18 May.\n")
    [line] = work.all_done(case, [Report(AGREE, document=letter, day=date(2026, 5, 18))])
    assert (line.document_name, set(foc(ordered))) == ("foc.txt", {"2026-05-18"})
    assert ordered.state(AGREE) is TaskState.DONE


def test_what_would_be_kept_nowhere_is_refused(mixed: World) -> None:
    """One of two days does not make the task done: a file given with it would be lost."""
    orders, numbers = mixed.answers["port_orders"], mixed.answers["port_numbers"]
    other = "+16175550190"
    mixed.save(
        port_orders=[*orders, {**orders[0], "btn": other}], port_numbers=[*numbers, {"number": other, "btn": other}]
    )
    ordered = order(mixed)
    report = Report(AGREE, document=PAPER, day=date(2026, 5, 11), row="+16175550190")
    with pytest.raises(InputError) as refused:
        work.all_done(acting(ordered.case, AGREE), [report], is_same_file=True)
    assert refused.value.code == "DAY-ALONE"
    assert set(foc(ordered)) == {None}


def test_a_day_is_no_matter_of_what_others_have(ordered: World) -> None:
    """A number in the answers that another customer has is said when it is saved, not again with every day."""
    ordered.store.create_customer(Customer("acme", "Acme", ordered.at), "chinook")
    other = Case.open(ordered.store, "acme", ordered.at, "R. Diaz")
    other.save_section("telephony", {"kind": "port"})
    taken = {"number": "+16175550188", "btn": "+16175550188"}
    other.save_section("port_numbers", [taken])
    agree(ordered, date(2026, 5, 11))
    ordered.done(AGREE)
    with pytest.raises(InputError) as refused:
        ordered.save(port_numbers=[*ordered.case.document["port_numbers"], taken])
    assert refused.value.code == "CLAIM-TAKEN"
    agree(ordered, date(2026, 5, 18))
    assert set(foc(ordered)) == {"2026-05-18"}


def test_an_answer_to_a_changed_request_counts_at_once(mixed: World) -> None:
    """Whoever answers after the request was changed answers the changed one: said once, it is done."""
    mixed.apply("provision")
    mixed.apply("telephony")
    mixed.done("telephony.sign-loa")
    mixed.apply("telephony")
    orders = [dict(row, wanted_on="2026-06-15") for row in mixed.case.document["port_orders"]]
    mixed.case.save_section("port_orders", orders)
    mixed.apply("telephony")
    mixed.done("telephony.forward-port-orders")
    assert mixed.state("telephony.forward-port-orders") is TaskState.DONE
    assert mixed.case.record.tasks["telephony.forward-port-orders"].version == mixed.case.context().version


def test_what_rests_on_something_open_is_not_called_done(ordered: World) -> None:
    """Called done it would stay open: said of the order while the letter is to be signed anew, it is refused."""
    agree(ordered, date(2026, 5, 11))
    ordered.done(AGREE)
    orders = [dict(row, signer="Carla Weiss") for row in ordered.case.document["port_orders"]]
    ordered.case.save_section("port_orders", orders)
    for task in ("telephony.forward-port-orders", AGREE):
        before = ordered.evidence(task)
        with pytest.raises(GateClosed):
            work.done(acting(ordered.case, task), task, "said too early", is_current=True)
        assert ordered.evidence(task) == before


def test_a_carrier_moves_its_day_while_the_order_has_to_be_done_anew(ordered: World) -> None:
    """What the outside says of the order that is out is a fact, wherever it is entered; nothing is done with it."""
    agree(ordered, date(2026, 5, 11))
    ordered.done(AGREE)
    orders = [dict(row, wanted_on="2026-06-15") for row in ordered.case.document["port_orders"]]
    ordered.case.save_section("port_orders", orders)
    assert ordered.state(AGREE) is TaskState.BLOCKED
    carrier = acting(ordered.case, AGREE)
    with pytest.raises(InputError, match="DAY-ALONE"):
        work.all_done(carrier, [Report(AGREE, day=date(2026, 5, 18), note="by mail")], is_confirmed=True)
    assert work.all_done(carrier, [Report(AGREE, day=date(2026, 5, 18))], is_confirmed=True) == []
    assert set(foc(ordered)) == {"2026-05-18"}
    assert lines(ordered, PORT) == ["Confirmed port date (FOC): 18 May 2026, before that 11 May 2026"]
    assert ordered.state(AGREE) is TaskState.BLOCKED


def test_a_day_that_nobody_was_asked_for_names_the_answer_that_holds_it(mixed: World) -> None:
    """There is no order that it could be about: it is an answer like any other, and the command is said."""
    assert mixed.state(AGREE) is TaskState.BLOCKED
    with pytest.raises(GateClosed, match="TASK-BLOCKED") as refused:
        work.all_done(acting(mixed.case, AGREE), [Report(AGREE, day=date(2026, 5, 18))])
    assert "Confirmed port date (FOC)" in refused.value.remedy
    assert f"onboard answers {mixed.name} FILE" in refused.value.command
    assert "port_orders.foc_on" in refused.value.command


def test_what_was_done_earlier_has_its_own_day(mixed: World) -> None:
    """The day that is said is the actual one; not one ahead, nor one before the work for the customer began."""
    mixed.apply("telephony")
    mixed.at += timedelta(days=4)
    task, began = "telephony.sign-loa", date(2026, 3, 2)
    for day, words in ((began - timedelta(days=1), "lies before 2026-03-02"), (date(2026, 3, 7), "has not come yet")):
        with pytest.raises(InputError, match=words) as refused:
            work.all_done(acting(mixed.case, task), [Report(task, document=PAPER, on=day)])
        assert refused.value.code == "REPORT-DAY"
    work.all_done(acting(mixed.case, task), [Report(task, document=PAPER, on=date(2026, 3, 4))])
    case = mixed.case
    assert (mixed.state(task), case.schedule().tasks[task].done_on) == (TaskState.DONE, date(2026, 3, 4))
    assert "done on 4 Mar 2026" in [str(line.what) for line in mixed.evidence(task)]


def test_what_happens_on_a_day_was_not_done_before_it(ordered: World) -> None:
    """Said afterwards, the day it was done is held against the day it happens on."""
    agree(ordered, ordered.case.today + timedelta(days=2))
    ordered.done(AGREE)
    ordered.at += timedelta(days=3)
    with pytest.raises(GateClosed) as refused:
        work.all_done(acting(ordered.case, PORT), [Report(PORT, on=date(2026, 3, 3))])
    assert refused.value.code == "TASK-DATED"
    work.all_done(acting(ordered.case, PORT), [Report(PORT, on=date(2026, 3, 4))])
    assert ordered.state(PORT) is TaskState.DONE


def test_a_day_before_its_request_is_refused_wherever_it_comes_from(ordered: World) -> None:
    """Reported with the task, in the form, by a file: a port was not confirmed for a day before it was ordered."""
    early, before = ordered.case.today - timedelta(days=3), foc(ordered)
    section = [{**row, "foc_on": early.isoformat()} for row in ordered.case.document["port_orders"]]
    request = ordered.case.task("telephony.forward-port-orders").title
    said = f"27 Feb 2026 lies before the request that it answers, {request}, which was made on 2 Mar 2026."
    asked = acting(ordered.case, AGREE)
    attempts: list[Callable[[], object]] = [
        lambda: agree(ordered, early),
        lambda: work.all_done(asked, [Report(AGREE, day=early)]),
        lambda: ordered.case.save_section("port_orders", section),
        lambda: ordered.case.save_answers({**ordered.case.document, "port_orders": section}, "sheet.csv"),
        lambda: ordered.case.save_answers(
            {**ordered.case.document, "port_orders": [{**row, "foc_on": f"{early:%m/%d/%Y}"} for row in section]}, "x"
        ),
    ]
    for attempt in attempts:
        with pytest.raises(InputError, match="DAY-EARLY") as refused:
            attempt()
        assert said in refused.value.message
    assert foc(ordered) == before
    ordered.save(port_orders=[{**row, "foc_on": ordered.case.today.isoformat()} for row in section])


def test_what_a_reported_day_undoes_is_listed_and_confirmed(ordered: World) -> None:
    """A day that moves after the port was reported: what is done anew is said before, and happens when confirmed."""
    today = ordered.case.today
    agree(ordered, today)
    ordered.done(AGREE, PORT)
    later = Report(AGREE, day=today + timedelta(days=9))
    with pytest.raises(InputError, match="DAY-UNDOES") as refused:
        work.all_done(acting(ordered.case, AGREE), [later])
    title = ordered.case.task(PORT).title
    assert f"To be done anew: {title}." in refused.value.message
    assert "What hangs on it: " in refused.value.message
    assert foc(ordered)[0] == today.isoformat()
    assert ordered.state(PORT) is TaskState.DONE
    work.all_done(acting(ordered.case, AGREE), [later], is_confirmed=True)
    assert not ordered.state(PORT).is_closed


def test_a_day_that_a_file_moves_or_clears_is_named(ordered: World) -> None:
    """Field, row, old and new, and what hangs on it; the first day that becomes known takes nothing from anybody."""
    today = ordered.case.today
    first = [{**row, "foc_on": today.isoformat()} for row in ordered.case.document["port_orders"]]
    assert consequences_of(ordered.case, {**ordered.case.document, "port_orders": first}).days == ()
    ordered.save(port_orders=first)
    for new, shown in (((today + timedelta(days=7)).isoformat(), "2 Mar 2026 → 9 Mar 2026."), ("", "2 Mar 2026 → —.")):
        rows = [{**row, "foc_on": new} for row in ordered.case.document["port_orders"]]
        found = consequences_of(ordered.case, {**ordered.case.document, "port_orders": rows})
        [day] = found.days
        assert found
        assert day.sentence in found.sentences()
        assert f"((617) 555-0100), Confirmed port date (FOC): {shown} What hangs on it: " in day.sentence
        assert ordered.case.task(PORT).title in day.sentence
    gone = consequences_of(ordered.case, {**ordered.case.document, "port_orders": []})
    assert "2 Mar 2026 → —." in gone.days[0].sentence
