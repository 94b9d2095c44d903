"""Every face of every provider's questionnaire, in every language: what goes in comes out again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.answers.answer_files import read_answers, write_csv_folder, write_json, write_toml
from onboarding.answers.reading import taken
from onboarding.answers.value_kinds import is_blank
from onboarding.answers.workbook import write_workbook
from onboarding.domain.question import Kind, Questionnaire, Section
from onboarding.notebook.form import AnswersForm
from onboarding.profile.catalogues import language_codes, load_language, translated_questionnaire
from onboarding.profile.load import load_profile, profile_ids
from tests import strategies

FACES: dict[str, Callable[[Questionnaire, Any, Path], None]] = {
    "answers.xlsx": write_workbook,
    "answers.toml": write_toml,
    "answers.json": write_json,
    "folder": write_csv_folder,
    "folder to fill in": functools.partial(write_csv_folder, is_blank_kept=True),
}
QUICK = settings(
    max_examples=4, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large,
                           HealthCheck.large_base_example],
)  # fmt: skip
everywhere = pytest.mark.parametrize(
    ("profile", "code"), [(profile, code) for profile in profile_ids() for code in language_codes()]
)


def questionnaire_of(profile: str, code: str) -> Questionnaire:
    return translated_questionnaire(load_profile(profile).questionnaire, load_language(code))


@st.composite
def answered(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, Any]:
    """Some sections of a questionnaire filled in: all of them at once are more than an example needs."""
    chosen = draw(st.lists(st.sampled_from(questionnaire.sections), min_size=1, max_size=5, unique_by=lambda s: s.id))
    document = {}
    for section in (section for section in questionnaire.sections if section in chosen):
        row = strategies.rows(section, questionnaire).filter(bool)
        document[section.id] = draw(st.lists(row, min_size=1, max_size=2) if section.is_table else row)
    return document


@everywhere
@given(data=st.data())
@QUICK
def test_every_file_gives_back_what_was_written(tmp_path: Path, profile: str, code: str, data: st.DataObject) -> None:
    """Workbook, TOML, JSON, folder of CSV files, as they are and as they are handed out to be filled in."""
    asked = questionnaire_of(profile, code)
    document = data.draw(answered(asked))
    for name, write in FACES.items():
        for old in (tmp_path / name).glob("*.csv"):
            old.unlink()
        write(asked, document, tmp_path / name)
        reading = read_answers(asked, tmp_path / name)
        assert reading.document == document, name
        assert reading.problems == (), name


@everywhere
@given(data=st.data())
@QUICK
def test_the_form_saves_what_was_typed(profile: str, code: str, data: st.DataObject) -> None:
    """Each answer through its control or its cell; the sections that were saved are the document."""
    asked = questionnaire_of(profile, code)
    document = data.draw(answered(asked))
    kept: dict[str, Any] = {}
    form = AnswersForm(
        asked, {}, check=lambda current: SimpleNamespace(values=current, problems=()), save=kept.__setitem__
    )  # fmt: skip
    for section in (section for section in form.questionnaire.sections if section.id in document):
        group: Any = form.groups[section.id]
        group.open()
        if section.is_table:
            rows = [[number, f"new{number}", row] for number, row in enumerate(document[section.id])]
            group.grid._receive(None, {"do": "change", "view": "v", "ops": [{"op": "insert", "rows": rows}]}, [])
        else:
            for name, value in document[section.id].items():
                _type(group.fields[name], section, name, value)
    assert {section: _normal(asked, section, current) for section, current in kept.items()} == document


def _type(field: Any, section: Section, name: str, value: Any) -> None:
    """What a person does with the control of a question."""
    question = section.question(name)
    assert question
    if question.kind is Kind.CHOICES:
        labels = [option.label for option in question.options if option.value in value]
        for box in field.control.children[1].children:
            box.value = box.description in labels
    elif question.kind is Kind.DATE:
        field.control.value = date.fromisoformat(value)
    else:
        if question.kind is Kind.REFERENCE:
            field.set_references([(value, value)])
        field.control.value = str(value) if question.kind is Kind.INTEGER else value


def _normal(asked: Questionnaire, section_id: str, current: Any) -> Any:
    """What was saved as it is read."""
    section = asked.section(section_id)
    assert section

    def row(given_: dict[str, Any]) -> dict[str, Any]:
        return {q.name: taken(asked, q, given_[q.name]) for q in section.questions if not is_blank(given_.get(q.name))}

    return [row(line) for line in current] if section.is_table else row(current)
