"""The form without a browser: what is saved, what is shown, what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import ipywidgets as widgets
import pytest

from onboarding.domain.question import Kind, Option, Problem, Question
from onboarding.errors import AnswerError, StoreError
from onboarding.notebook.fields import Field
from onboarding.notebook.form import MOVED
from onboarding.settings import RUN_ID

Make = Callable[..., Any]
AT = datetime(2026, 3, 2, tzinfo=UTC)


def _field(form: Any, place: str) -> Field:
    section, _, name = place.partition(".")
    form.groups[section].open()
    return form.groups[section].fields[name]


@pytest.mark.parametrize(
    ("kind", "raw", "typed", "kept"),
    [
        (Kind.TEXT, None, "Bright", "Bright"),
        (Kind.LONG_TEXT, "one", "one\ntwo", "one\ntwo"),
        (Kind.INTEGER, 5, "6", "6"),
        (Kind.YES_NO, None, False, False),
        (Kind.CHOICE, "a", "b", "b"),
        (Kind.CHOICES, ["a"], None, ["a", "b"]),
        (Kind.DATE, None, date(2026, 3, 2), "2026-03-02"),
        (Kind.DATE, "soon", "2026-03-02", "2026-03-02"),
        (Kind.TIME, "8:30", "09:00", "09:00"),
        (Kind.NUMBER, "+16175550101", "617 555 0102", "617 555 0102"),
        (Kind.AREA_CODE, "617", "508", "508"),
        (Kind.EXTENSION, "0100", "0101", "0101"),
        (Kind.EMAIL, "a@x.example", "b@x.example", "b@x.example"),
        (Kind.DOMAIN, "x.example", "y.example", "y.example"),
        (Kind.SUBDIVISION, "MA", "NH", "NH"),
        (Kind.POSTCODE, "02139", "02140", "02140"),
        (Kind.REFERENCE, None, "Boston", "Boston"),
    ],
)
def test_every_kind_of_question_takes_an_answer(kind: Kind, raw: Any, typed: Any, kept: Any) -> None:
    """What a person gives arrives raw, as JSON; taking it away arrives as None."""
    given: list[Any] = []
    options = (Option("a", "A"), Option("b", "B"))
    question = Question("s.q", kind, "Q", help="why", options=options, country="US")
    field = Field(question, raw, given.append, [("Boston", "Boston")])
    if kind is Kind.CHOICES:
        field.control.children[1].children[1].value = True
        assert given == [kept]
        return
    assert field.control.description == "Q"
    field.control.value = typed
    assert given == [kept]
    field.control.value = "" if isinstance(field.control, widgets.Text | widgets.Textarea) else None
    assert given[-1] is None


def test_every_kind_is_walked() -> None:
    """The test above names each kind there is."""
    marks = test_every_kind_of_question_takes_an_answer.pytestmark[0]  # type: ignore[attr-defined]
    assert {case[0] for case in marks.args[1]} == set(Kind)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("raw", [None, "", "?", 7, True, ["x"], {"a": 1}, 1.5])
def test_a_field_shows_whatever_was_typed_elsewhere(kind: Kind, raw: Any) -> None:
    """No raw answer of any JSON type breaks a field of any kind, and none is changed by being shown."""
    given: list[Any] = []
    field = Field(Question("s.q", kind, "Q", options=(Option("a", "A"),), country="US"), raw, given.append)
    field.set_references([("Boston", "Boston")])
    assert given == []


def test_a_year_that_is_being_typed_is_not_saved() -> None:
    """The browser reports 0002 and 0202 on the way to 2026."""
    given: list[Any] = []
    field = Field(Question("s.q", Kind.DATE, "Q"), None, given.append)
    for year in (2, 20, 202, 2026):
        field.control.value = date(year, 3, 2)
    assert given == ["2026-03-02"]


def test_each_change_is_saved_with_its_whole_section(form_store: Make) -> None:
    """Other answers of the section stay, an emptied one goes."""
    store = form_store({"company": {"zip": "02139", "size": 5}})
    form = store.form()
    _field(form, "company.name").control.value = "Bright"
    assert store.kept["company"] == {"zip": "02139", "size": 5, "name": "Bright"}
    _field(form, "company.zip").control.value = ""
    assert store.kept["company"] == {"size": 5, "name": "Bright"}
    assert store.saves == ["company", "company"]
    assert "✓ Saved" in form.saved.value


def test_a_form_opens_where_something_is_to_be_answered(form_store: Make) -> None:
    """Nothing stands open where all is answered."""
    store = form_store()
    assert [name for name, group in store.form().groups.items() if group.is_open] == ["company"]
    whole = {
        "company": {"name": "Bright", "domain": "brightsmile.example"},
        "telephony": {"kind": "none"},
    }
    assert [name for name, group in form_store(whole).form().groups.items() if group.is_open] == []


def test_running_the_cell_again_shows_what_was_kept(form_store: Make) -> None:
    """A new form over the same store starts with the answers."""
    store = form_store()
    _field(store.form(), "company.name").control.value = "Bright"
    assert _field(store.form(), "company.name").control.value == "Bright"


def test_questions_appear_when_their_condition_holds(form_store: Make) -> None:
    """Hidden until asked, at once when asked, and the answer given before is still there."""
    form = form_store({"telephony": {"btn": "617-555-0101"}}).form()
    assert not _field(form, "telephony.btn").is_asked
    _field(form, "telephony.kind").control.value = "port"
    assert _field(form, "telephony.btn").is_asked
    assert not _field(form, "telephony.area").is_asked
    assert _field(form, "telephony.btn").control.value == "617-555-0101"


def test_a_wrong_answer_is_said_beside_its_field_and_counted(form_store: Make) -> None:
    """Red for wrong, calm for missing; the section and the bottom line count them."""
    form = form_store().form()
    field = _field(form, "company.zip")
    field.control.value = "<12>"
    assert "&lt;12&gt;" in field.message.value
    assert "onb-bad" in field.box._dom_classes
    assert "onb-missing" in _field(form, "company.name").box._dom_classes
    assert "1 problem" in form.groups["company"]._progress.value
    assert "1 problem" in form.summary.value
    field.control.value = "02139"
    assert "onb-bad" not in field.box._dom_classes
    assert "problem" not in form.summary.value


def test_a_failed_save_is_red_and_retried_with_the_next_change(form_store: Make) -> None:
    """What could not be kept is not forgotten, in whatever section the next change is."""
    store = form_store()
    form = store.form()
    store.refusal = StoreError("BUSY", "The database is locked.", "Try again.")
    _field(form, "company.name").control.value = "Bright"
    assert "Not saved: Company. The database is locked. Try again." in form.saved.value
    assert form.retry.layout.display is None
    assert form.load.layout.display == "none"  # nothing was given to load from
    store.refusal = None
    _field(form, "telephony.kind").control.value = "none"
    assert store.kept == {"company": {"name": "Bright"}, "telephony": {"kind": "none"}}
    assert form.retry.layout.display == "none"


def test_a_conflict_offers_what_is_kept_now(form_store: Make) -> None:
    """The button replaces what was typed by what somebody else has saved, and says what it was."""
    store = form_store({"company": {"name": "Ours"}})
    form = store.form(reload=lambda: {"company": {"name": "Theirs"}})
    store.refusal = StoreError(MOVED, "Somebody else has changed it.")
    _field(form, "company.name").control.value = "Mine"
    assert form.retry.layout.display == "none"  # it would be refused again
    form.load.click()
    assert "What you had typed is not kept:" in form.saved.value
    assert "Company name: Theirs → Mine" in form.saved.value
    assert _field(form, "company.name").control.value == "Theirs"
    assert form.document == {"company": {"name": "Theirs"}}
    assert not form.unsaved


def test_a_reference_follows_the_table_it_points_at(form_store: Make) -> None:
    """A site added in the table can be chosen at once; a chosen one that went stays visible."""
    form = form_store({"sites": [{"name": "Boston"}], "telephony": {"main_site": "Salem"}}).form()
    field = _field(form, "telephony.main_site")
    assert [value for _, value in field.control.options] == [None, "Boston", "Salem"]
    form.groups["sites"].open()
    form.groups["sites"].grid._receive(
        None, {"do": "change", "ops": [{"op": "insert", "rows": [[1, "a", {"name": "Salem"}]]}]}, []
    )
    assert [value for _, value in field.control.options] == [None, "Boston", "Salem"]
    assert field.control.options[2][0] == "Salem"
    assert field.control.value == "Salem"
    assert form.document["telephony"] == {"main_site": "Salem"}


def test_an_upload_waits_for_a_yes(form_store: Make, sample: ModuleType) -> None:
    """Problems by sheet and cell, changes in words, nothing replaced until confirmed."""
    store = form_store({"company": {"name": "Bright"}, "telephony": {"kind": "none"}})
    problem = Problem("email-invalid", "users.email", "No <e-mail>.", 0, where="Users!A2")
    returned = sample.Reading({"company": {"name": "Bright Smile"}, "users": [{"email": "a"}]}, (problem,))
    form = store.form(read_upload=lambda name, data: returned)
    upload = {"name": "b.xlsx", "type": "", "size": 1, "content": memoryview(b"x"), "last_modified": AT}
    form.workbook.upload.value = (upload,)
    assert "<strong>Users!A2</strong> No &lt;e-mail&gt;." in form.workbook.result.value
    assert "Company name: Bright → Bright Smile" in form.workbook.result.value
    assert store.saves == []
    form.workbook.confirm.click()
    assert sorted(store.saves) == ["company", "users"]
    assert store.kept["telephony"] == {"kind": "none"}
    assert _field(form, "company.name").control.value == "Bright Smile"


def test_a_file_that_is_no_workbook_is_refused_in_words(form_store: Make) -> None:
    """The error's sentence and remedy; the answers stay."""

    def read(name: str, data: bytes) -> Any:
        raise AnswerError("WORKBOOK-READ", f"{name} is not a workbook.", "Send the other file.")

    form = form_store().form(read_upload=read)
    upload = {"name": "<b>.txt", "type": "", "size": 1, "content": memoryview(b"x"), "last_modified": AT}
    form.workbook.upload.value = (upload,)
    assert "&lt;b&gt;.txt is not a workbook. Send the other file." in form.workbook.result.value
    assert form.workbook.confirm.layout.display is None
    assert form.workbook._choice.layout.display == "none"


def test_headless_it_is_a_table_and_no_widget(
    form_store: Make, sample: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One `text/html` of the answers, escaped, with inline style only."""
    monkeypatch.setenv(RUN_ID.name, "r1")
    document = {**sample.many_users(2), "company": {"name": "<script>alert(1)</script>"}}
    before = len(widgets.Widget.get_manager_state()["state"])
    bundle = form_store(document).form()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    html = bundle["text/html"]
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<style" not in html
    assert "user1@brightsmile.example" in html
    assert "Users: 2 rows" in html
    assert "Billing telephone number" not in html  # not asked
    assert len(widgets.Widget.get_manager_state()["state"]) == before


def test_garbage_in_the_store_does_not_break_the_form(form_store: Make) -> None:
    """A section of the wrong shape is shown empty; nothing is saved by looking."""
    store = form_store({"company": ["x"], "users": {"a": 1}, "sites": [1, {"name": 3}], "telephony": None})
    form = store.form()
    for group in form.groups.values():
        group.open()
    form.focus_first()
    assert store.saves == []
