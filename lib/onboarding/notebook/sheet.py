"""The answers of a case as a form: what it checks, keeps, reads from a workbook and gives out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onboarding.answers.assigned_questions import judged
from onboarding.answers.workbook import read_workbook
from onboarding.case.attachments import sheet
from onboarding.case.case import Case
from onboarding.case.preview import everywhere
from onboarding.domain.json import JSON, Answers
from onboarding.notebook.form import AnswersForm
from onboarding.notebook.undo_question import Undoing
from onboarding.stages.stage_overview import only_sections


class Sheet:
    """The sheet of one case; ``now()`` is the case at the moment of the question."""

    def __init__(self, now: Callable[[], Case]) -> None:
        self._now = now
        self._version = 0  # of the answers the form was opened with
        self._own: dict[str, int] = {}  # section -> the version in which this form kept it

    def form(self, *sections: str) -> AnswersForm | None:
        """The questionnaire, or only the named sections; None when nothing of it is asked."""
        case = self._now()
        document = self._reload()
        asked = only_sections(case.questionnaire, sections)
        if not asked.sections:
            return None
        return AnswersForm(
            asked, document, self._check, self._save, self._read_upload if not sections else None,
            export=lambda: sheet(self._now()).data, reload=self._reload,
            undoes=self._undoes,
            file_name=f"{case.customer.id}-onboarding-sheet.xlsx", mark_up=self._mark_up,
        )  # fmt: skip

    def _check(self, document: Answers) -> Any:
        case = self._now()
        return case.check({**case.document, **document})

    def _undoes(self, document: Answers) -> Undoing:
        case = self._now()
        found = [(one, undone) for one, undone in everywhere(case, {**case.document, **document}) if undone]
        sentences = [
            f"{one.profile.title}: {sentence}" if one.beside else sentence
            for one, undone in found
            for sentence in undone.sentences()
        ]
        return Undoing(sentences, is_ordered=all(one.record.handed_over for one, _undone in found))

    def _save(self, section: str, value: JSON) -> JSON:
        case, based_on = self._now(), self._own.get(section, self._version)
        version = self._own[section] = case.save_section(section, value, "form", based_on, is_shown=True)
        kept = case.store.answers(case.customer.id, version)
        return case.seen(kept.document).get(section) if kept else None

    def _read_upload(self, name: str, data: bytes) -> Any:
        case = self._now()
        return judged(case.questionnaire, case.document, read_workbook(case.questionnaire, data), case.today)

    def _mark_up(self, data: bytes) -> bytes:
        from onboarding.answers.markup import mark_up  # takes the writer of spreadsheets along

        return mark_up(self._now().questionnaire, data, self._read_upload("", data).problems)

    def _reload(self) -> Answers:
        case = self._now()
        version = case.answers()
        self._version = version.version if version else 0
        self._own.clear()
        return case.document
