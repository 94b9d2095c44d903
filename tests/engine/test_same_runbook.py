"""Every runbook of every provider comes out of a fork as it comes out of a kernel of its own."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.cli.demo import BEGIN, INVENTED
from onboarding.domain.history import Customer
from onboarding.domain.task import STAGES
from onboarding.engine import kernels
from onboarding.engine.stage_run import RunParameters, run_stage
from onboarding.forkserver import server as forkserver
from onboarding.resources import shipped
from onboarding.settings import KERNELS
from onboarding.store.store import Store

AT = BEGIN + timedelta(days=3)


def _executed(folder: Path, customer: str) -> dict[str, Any]:
    """Stage -> the archived notebook of a run that makes its changes, one stage after the other."""
    with Store.open(folder, "") as store:
        results = [run_stage(store, stage, RunParameters(customer, True, AT.isoformat())) for stage in STAGES]
        return {one.stage: nbformat.read(store.layout.archive / one.archived, 4) for one in results}


@pytest.mark.slow
@pytest.mark.skipif(bool(forkserver.impossible()), reason=forkserver.impossible())
@pytest.mark.parametrize(("customer", "profile", "answers"), INVENTED, ids=[profile for _, profile, _ in INVENTED])
def test_a_runbook_has_the_same_outputs(
    customer: Customer, profile: str, answers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cell by cell, in all six stages, with what is done and what is asked for on the way."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # a kernel that finds it leaves the file descriptors alone
    first, second = tmp_path / "first", tmp_path / "second"
    with Store.open(first, "") as store:
        store.create_customer(customer, profile)
        case = Case(store, customer, BEGIN, "ana")
        case.save_answers(dict(read_answers(case.questionnaire, shipped("data", "examples", answers)).document), "test")
    shutil.copytree(first, second)
    forked = _executed(first, customer.id)
    monkeypatch.setenv(KERNELS.name, kernels.SPAWN)
    own = _executed(second, customer.id)
    for stage in STAGES:
        assert _cells(forked[stage]) == _cells(own[stage]), stage
        assert forked[stage].metadata.language_info == own[stage].metadata.language_info


_CHANCE = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{12,64}\b|first|second")


def _cells(notebook: Any) -> list[Any]:
    """Sources, counts and outputs, without what differs between any two runs."""
    parts = ((cell.source, cell.get("execution_count"), str(cell.get("outputs"))) for cell in notebook.cells)
    return [(source, count, _CHANCE.sub("*", outputs)) for source, count, outputs in parts]
