"""Rows are shown by what people call them: their ids stay in data for programs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.domain.row import ROW_ID
from onboarding.engine.apply import apply_stage
from onboarding.frames import CaseFrames
from onboarding.frames import tasks as all_tasks
from onboarding.notebook.run import Runbook
from onboarding.notebook.standing import status_html
from onboarding.report.completion import CompletionReport, figures_of
from onboarding.resources import shipped
from onboarding.store.store import Store
from tests.cli.conftest import Onboard

DAY = ("--as-of", "2026-03-05")


def shown_here(case: Case) -> list[str]:
    """What a runbook, frames and the report show of every stage."""
    found = [str(all_tasks(store=case.store)._repr_html_())]
    for stage in (one.id for one in case.profile.stages):
        book = Runbook(case, stage, apply=False, follows_clock=False)
        found.append(str(status_html(case, stage, case.progress())))
        frames = (book.tasks, book.evidence, book.plan(), book.tasks[["task", "row", "state"]], book.problems)
        found += [str(frame._repr_html_()) for frame in frames]
        found.append(str(CaseFrames(case).plan(planning.plan(case, stage))._repr_html_()))
        found += [str(card.head.value) for card in book.task_cards().cards]
    report = CompletionReport(figures_of(case))
    parts = (report.heading, report.waiting, report.exceptions, report.tasks, report.timeline, report.guide)
    return found + [str(part().html) for part in parts]


def test_no_list_shows_the_id_of_a_row(onboard: Onboard, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a customer with tasks for sites, orders and kinds of telephones: by command, in runbooks, frames, report."""
    monkeypatch.delenv("ONBOARDING_PROFILES")
    answers = shipped("data", "examples", "marlow-law.toml")
    made = onboard("new", "marlow", "--profile", "univoip-officeconnect", "--training", "--answers", str(answers), *DAY)
    assert made.code == 0, made.err
    with Store.open() as store:
        case = Case.open(store, "marlow", datetime(2026, 3, 5, 15, tzinfo=UTC), "R. Diaz")
        for stage in ("gather", "telephony", "provision"):
            apply_stage(case, stage)
        stages = [stage.id for stage in case.profile.stages]
        tables = [rows for rows in case.document.values() if isinstance(rows, list)]
        ids = {str(row[ROW_ID]) for rows in tables for row in rows}
        shown = shown_here(case)
        outbox = [one.read_text(encoding="utf-8") for one in home.rglob("*.eml")]
    commands = [("status",), *((name, "marlow") for name in ("status", "gates", "numbers")),
                ("tasks", "marlow", "--all"), ("tasks", "marlow", "--all", "--rows"),
                *(("plan", "marlow", stage) for stage in stages)]  # fmt: skip
    shown += [onboard(*words, *DAY).out for words in commands]
    refused = onboard("done", "marlow", "provision.survey-site", "--by", "R. Diaz", *DAY)
    assert refused.code == 2
    named = re.compile("|".join(ids))
    assert len(ids) > 10
    texts = [*shown, *outbox, refused.err]
    hits = [text[max(found.start() - 100, 0) : found.end()] for text in texts if (found := named.search(text))]
    assert hits == []
    assert sum("Ninth floor" in text for text in shown) > 10
