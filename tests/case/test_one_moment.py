"""What an opened case reads and works out once, and when it looks anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onboarding.case import case_context as module
from onboarding.case import leaving_out, lifecycle
from onboarding.domain.history import TaskState
from tests.world import AT, World, statements


def test_an_opened_case_reads_once(world: World) -> None:
    """Asked again for the same instant, a case asks the store only whether anything was written since."""
    case = world.case
    first = case.checked(), case.record, case.context(), case.progress()
    with statements(world.store) as sent:
        again = case.checked(), case.record, case.context(), case.progress()
    assert [now is then for now, then in zip(again, first, strict=True)] == [True] * len(first)
    assert len(sent) == len(first)


def test_what_others_write_is_seen_by_the_next_question(world: World) -> None:
    """Answers, tasks, decisions, parties and phases of another process are there when the case is asked next."""
    case, theirs = world.case, world.case
    assert not case.progress().task("telephony.agree-port-date").state.is_closed
    users = case.document["users"]
    theirs.save_section("users", users[1:], "test")
    assert case.document["users"] == users[1:]
    assert len(case.checked().values["users"]) == len(users) - 1
    leaving_out.waive(theirs, "telephony.agree-port-date", "reseller", "nothing is ported")
    assert case.progress().task("telephony.agree-port-date").state is TaskState.WAIVED
    lifecycle.confirm_party(theirs, "telephony.agree-port-date", "customer")
    assert case.context().profile.task("telephony.agree-port-date").party == "customer"


def test_what_the_case_writes_itself_is_seen(world: World) -> None:
    """A task that was just closed is closed, without the case being opened anew."""
    case = world.case
    before = case.progress()
    leaving_out.waive(case, "telephony.agree-port-date", "reseller", "nothing is ported")
    assert not before.task("telephony.agree-port-date").state.is_closed
    assert case.progress().task("telephony.agree-port-date").state is TaskState.WAIVED


def test_the_answers_are_checked_once_for_each_version_and_day(lenient: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a task nor a later hour is a reason to check the answers again; another version and another day are."""
    asked, check = [], module.check
    monkeypatch.setattr(module, "check", lambda *given: asked.append(given[2]) or check(*given))
    case = lenient.case
    case.progress()
    leaving_out.skip(case, "cutover.verify-services", "tried before")
    case.at += timedelta(hours=2)
    case.progress()
    assert asked == [AT.date()]
    case.save_section("users", case.document["users"][1:], "test")
    case.at += timedelta(days=1)
    case.progress()
    assert asked == [AT.date(), AT.date(), AT.date() + timedelta(days=1)]


def test_where_it_stands_is_noted_once(world: World) -> None:
    """Noting the same once more writes nothing, also later; noting it after something was done does."""
    case = world.case
    case.note_progress()
    case.at += timedelta(minutes=1)
    with statements(world.store) as sent:
        case.note_progress()
    assert [one for one in sent if not one.startswith("SELECT")] == []
    leaving_out.waive(case, "telephony.agree-port-date", "reseller", "nothing is ported")
    with statements(world.store) as sent:
        lifecycle.confirm_party(case, "telephony.sign-loa", "customer")
    assert [one.split()[2] for one in sent if one.startswith(("DELETE", "INSERT"))][-2:] == ["progress", "progress"]
    with statements(world.store) as sent:
        world.case.note_progress()
    assert [one for one in sent if not one.startswith("SELECT")] == []
