"""What a change of the answers undoes is asked about before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onboarding.notebook.fields import Field
from onboarding.notebook.undo_question import Undoing

Make = Callable[..., Any]


def _field(form: Any, place: str) -> Field:
    section, _, name = place.partition(".")
    form.groups[section].open()
    return form.groups[section].fields[name]


def test_a_change_that_undoes_something_is_kept_only_when_the_person_says_so(form_store: Make) -> None:
    """What it undoes is listed first; meanwhile nothing is saved, and other changes wait with it."""
    store = form_store({"company": {"name": "Bright", "zip": "02139"}})
    form = store.form(
        undoes=lambda document: Undoing(["To be done anew: Sign it."] if "Other" in str(document) else [])
    )
    _field(form, "company.name").control.value = "Other"
    assert "To be done anew: Sign it." in form.question.warning.value
    assert (store.saves, form.saved.value) == ([], "")
    _field(form, "telephony.kind").control.value = "port"
    assert store.saves == []
    form.question.keep.click()
    assert store.saves == ["company", "telephony"]
    assert store.kept["company"]["name"] == "Other"
    assert form.question.keep.layout.display != "none"
    assert form.question.box.layout.display == "none"
    _field(form, "company.zip").control.value = "02140"
    assert store.kept["company"]["zip"] == "02139"


def test_what_a_change_undoes_stands_at_the_foot_of_the_form(form_store: Make) -> None:
    """What is always in sight holds the list with its buttons, and how the save went with its."""
    form = form_store().form(undoes=lambda document: Undoing(["To be done anew: Sign it."]), reload=dict)
    question, line = form.box.children[-1].children
    assert [*question.children[-1].children] == [form.question.keep, form.question.take_back]
    assert {form.saved, form.retry, form.load} < {*line.children}


def test_a_change_that_undoes_something_can_be_taken_back(form_store: Make) -> None:
    """The field shows again what is kept, and nothing was saved."""
    store = form_store({"company": {"name": "Bright"}})
    undoes = lambda document: Undoing(["It undoes."] if "Other" in str(document) else [])  # noqa: E731
    form = store.form(undoes=undoes, reload=lambda: store.kept)
    _field(form, "company.name").control.value = "Other"
    form.question.take_back.click()
    assert _field(form, "company.name").control.value == "Bright"
    assert (store.saves, form.question.box.layout.display) == ([], "none")
    _field(form, "company.name").control.value = "Brighter"
    assert store.kept["company"]["name"] == "Brighter"


def test_what_is_wrong_with_a_change_is_said_where_it_is_asked_about(form_store: Make) -> None:
    """Only what the change brought; it goes with the change."""
    store = form_store({"company": {"name": "Bright", "size": "many"}})
    form = store.form(
        undoes=lambda document: Undoing(["It undoes."] if "12" in str(document) else []), reload=lambda: store.kept
    )
    _field(form, "company.zip").control.value = "12"
    assert "What was typed is not right. Company: ZIP code: “12”" in form.question.wrong.value
    assert "more" not in form.question.wrong.value
    form.question.take_back.click()
    assert (form.question.wrong.value, form.question.is_asked) == ("", False)


def test_much_that_is_undone_is_folded(form_store: Make) -> None:
    """The first sentences stand open, the others under how many they are."""
    form = form_store().form(undoes=lambda document: Undoing([f"It undoes {place}." for place in range(8)]))
    _field(form, "company.name").control.value = "Other"
    shown, _, folded = form.question.warning.value.partition("<details>")
    assert "It undoes 2." in shown
    assert "<summary>and 5 more</summary>" in folded
    assert "It undoes 7." in folded


def test_after_the_hand_over_it_is_what_a_change_order_opens(form_store: Make) -> None:
    """Nothing is undone then: the list says so, in the reader's language too."""
    form = form_store().form(undoes=lambda document: Undoing(["Work for a change order: Sign it."], is_ordered=True))
    _field(form, "company.name").control.value = "Other"
    assert "What a change order would open with this change:" in form.question.warning.value
    assert "undoes" not in form.question.warning.value
