"""Northwind Clinic from the order to the hand-over, through all six stages, without a notebook kernel."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from onboarding.case.case import Case
from onboarding.cli.simulation import play
from onboarding.domain.history import TaskState
from onboarding.domain.task import STAGES, declared_id
from onboarding.engine.apply import apply_stage
from onboarding.store.store import Store
from tests.emetrotel.clinic import CLINIC, answers


class Nobody:
    """Nothing here is done in a portal."""

    def enable(self, *args: object, **more: object) -> None:
        raise AssertionError("there is no portal")

    create_site = import_users = enable  # type: ignore[assignment]


def test_the_clinic_comes_to_completion(tmp_path: Path) -> None:
    """People do what they promised, both sides agree, and nothing is left open or waited for twice."""
    with Store.open(tmp_path) as store:
        store.create_customer(CLINIC, "emetrotel")
        case = Case.open(store, CLINIC.id, CLINIC.created_at, "demo")
        case.save_answers(answers(), "northwind-clinic.toml")
        said: list[str] = []

        def run(at: datetime) -> None:
            for stage in STAGES:
                apply_stage(case, stage, wait=lambda seconds: None)

        end = play(case, Nobody(), run, lambda at, what: said.append(what))
        assert end.is_complete, [(view.task.id, view.state, view.reasons) for view in end.waiting]
        states = {view.task.id: view.state for view in end.tasks}
        assert states["provision.prepare-cloud"] is TaskState.NOT_NEEDED
        visits = {view.task.row.label: view.state for view in end.of_rows("provision.visit-premises") if view.task.row}
        assert visits == dict.fromkeys([site["name"] for site in answers()["sites"]], TaskState.DONE)
        decided = {(kept.gate, kept.role): kept.by for kept in case.record.decisions}
        assert decided["ready-for-configuration", "primary-contact"].startswith("Lucía Herrera")
        assert ("ready-for-configuration", "project-manager") in decided
        order = [declared_id(line.task) for line in case.record.evidence]
        for earlier, later in (
            ("gather.send-questionnaire", "gather.first-review"),
            ("gather.first-review", "gather.present-plan"),
            ("gather.present-plan", "gather.second-review"),
            ("gather.second-review", "provision.configure-extensions"),
            ("provision.configure-extensions", "enable_services.configure-call-flows"),
            ("migrate.record-greetings", "cutover.test-call-flows"),
        ):
            assert order.index(earlier) < order.index(later)
        [plan] = [line for line in case.record.evidence if line.document_name.endswith("planned-configuration.html")]
        page = store.document(CLINIC.id, plan.document).data.decode()
        assert "Menú en español" in page
        assert not store.verify(CLINIC.id)
