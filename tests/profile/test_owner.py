"""Who knows an answer and on what paper it stands: for a question, for a whole section, and in the lint."""

from __future__ import annotations

from pathlib import Path

from onboarding.profile.load import lint, load_profile
from tests.profile.sound import line_of, write

TITLE = 'title = "People"\n'
DATE = 'label = "Wanted on"\n'


def test_a_section_speaks_for_its_questions(tmp_path: Path) -> None:
    """A question's own owner and document come before those of its section; nobody named means the customer."""
    path = write(
        tmp_path,
        (TITLE, TITLE + 'owner = "desk"\ndocument = "latest bill"\n'),
        (DATE, DATE + 'owner = "engineer"\ndocument = "order form"\n'),
    )
    asked = load_profile(path).questionnaire
    known = {q.id: (asked.owner_of(q), q.document) for q in asked.questions()}
    assert known["people.email"] == ("desk", "latest bill")
    assert known["people.wanted_on"] == ("engineer", "order form")
    assert known["telephony.kind"] == ("customer", "")
    assert asked.parties == {"engineer": "Engineer", "customer": "Customer", "desk": "Service desk"}
    assert asked.asks == "customer"


def test_a_template_s_questions_take_them_over_too(tmp_path: Path) -> None:
    """What a profile says of an included section holds for the template's questions."""
    path = write(tmp_path, ("[section.people]\n", '[section.telephony]\nowner = "desk"\n\n[section.people]\n'))
    asked = load_profile(path).questionnaire
    assert {asked.owner_of(q) for q in asked.questions() if q.section == "telephony"} == {"desk"}


def test_the_lint_knows_owners_and_documents(tmp_path: Path) -> None:
    """An unknown owner of a section is named, and a document that would end its sentence twice."""
    path = write(tmp_path, (TITLE, TITLE + 'owner = "nobody"\n'), (DATE, DATE + 'document = "order form."\n'))
    found = {(finding.line, finding.message) for finding in lint(path)}
    assert (line_of(path, "document"), "the name of a document stands without a full stop") in found
    assert {message for _, message in found} >= {"there is no party 'nobody'"}
