"""The answers a stage needs are in the form of its runbook, whichever provider it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.case.case import Case
from onboarding.domain.history import Customer
from onboarding.notebook.run import Runbook
from onboarding.profile.load import load_profile, profile_ids
from onboarding.settings import RUN_ID
from onboarding.stages.stage_answers import needed_sections, questions_of
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
RUNBOOKS = Path(__file__).resolve().parents[2] / "runbooks"


def _form(profile: str, stage: str, *others: str) -> set[str]:
    """Ids of the sections in the form of the stage's runbook, for a customer of whom nothing is known."""
    with Store.in_memory() as store:
        store.create_customer(Customer("first", "First", AT), profile)
        run = Runbook(Case.open(store, "first", AT, "Kim"), stage, False, follows_clock=False)
        found = run.asked(*others)
        return set(found.groups) if found else set()


@pytest.mark.parametrize("profile", profile_ids())
def test_what_a_stage_rests_on_is_in_its_form(profile: str) -> None:
    """Every question that a task or gate of it uses, that a condition looks at, that a task brings, and its own."""
    offer = load_profile(profile)
    known = {section.id for section in offer.questionnaire.sections}
    for stage in (one.id for one in offer.stages if one.id != "gather"):
        own = {section.id for section in offer.questionnaire.sections if section.stage == stage}
        used = {name.partition(".")[0] for name in questions_of(stage, offer)} & known
        assert _form(profile, stage) == own | used == set(needed_sections(stage, offer))
        for task in offer.tasks_of(stage):
            assert {
                name.partition(".")[0] for name in (*task.uses, *filter(None, [task.brings, task.on]))
            } <= own | used


def test_accounts_and_numbers_of_teams_are_asked_where_they_are_needed() -> None:
    """The accounts to be ported, their numbers and the temporary ones stand in the form of telephony."""
    found = _form("univoip-teams", "telephony", "users", "dids", "resource_accounts")
    assert {"telephony", "port_orders", "port_numbers", "new_numbers", "temporary_numbers"} <= found
    assert {"users", "resource_accounts"} <= found


def test_every_runbook_has_the_form() -> None:
    """That of gather asks everything, each other one what its stage needs."""
    for path in sorted(RUNBOOKS.glob("*.ipynb")):
        sources = {"".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
        wanted = "run.form()" if path.stem == "10_gather" else "run.asked("
        assert any(source.startswith(wanted) for source in sources), path.name


def test_headless_only_what_is_asked_or_wrong_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unattended run keeps the answers of its stage in the record, and of the others what has a problem."""
    monkeypatch.setenv(RUN_ID.name, "r1")
    with Store.in_memory() as store:
        store.create_customer(Customer("first", "First", AT), "chinook")
        case = Case.open(store, "first", AT, "Kim")
        case.save_answers({"company": {"name": "First"}}, "test")
        run = Runbook(case, "migrate", False, follows_clock=False)
        wrong = {problem.section for problem in case.context().problems if problem.severity == "error"}
        shown = {section.id for section in run.asked().questionnaire.sections}
    own = {"crm", "mail", "migration", "sharepoint"}
    assert shown == own | (wrong & {"company", "dns", "users"})
