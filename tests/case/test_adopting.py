"""Customers who were under way elsewhere: stated in a file, dated as stated, not verified; nothing is sent for it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from xlsxwriter import Workbook

from onboarding import settings
from onboarding.answers.answer_files import write_toml
from onboarding.answers.fact_file import COLUMNS, KINDS, read_facts
from onboarding.case.adopting import TakenOver, adopt, judged_facts
from onboarding.case.case import Case
from onboarding.case.facts import MEANT
from onboarding.case.planning import plan
from onboarding.domain.history import TaskState
from onboarding.engine.apply import apply_stage
from onboarding.errors import AnswerError, Busy
from onboarding.report.completion import figures_of
from onboarding.report.exceptions import Trouble
from onboarding.resources import shipped
from onboarding.stages.removal import removals
from onboarding.stages.task_status import NOT_THERE
from onboarding.store import adoption_repository
from onboarding.store.store import Store
from tests.case.test_moving import BAKERY

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
NAME = "bright"
PORT = "telephony.submit-port-orders"
LETTER = "telephony.sign-loa"
BEGUN: tuple[Mapping[str, str], ...] = (
    {"profile": "chinook", "name": "Bright Smile", "kind": "answers", "document": "answers.toml"},
    {"kind": "task", "id": LETTER, "date": "2026-11-03", "by": "Ben O'Neil", "document": "loa.pdf"},
    {"kind": "order", "id": PORT, "date": "2026-11-04", "by": "Rosa Diaz", "reference": "PON-4711"},
    {"kind": "date", "id": "port_orders.foc_on", "date": "2026-12-15", "by": "the carrier"},
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file and its documents lie."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    answers = shipped("data", "examples", "bright-smile.toml").read_bytes()
    (tmp_path / "answers.toml").write_bytes(answers)
    (tmp_path / "loa.pdf").write_bytes(b"%PDF signed")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder / "workspace", "") as opened:
        yield opened


def judged(store: Store, folder: Path, *rows: Mapping[str, str], at: datetime = NOW) -> list[TakenOver]:
    """What a file with these rows comes to."""
    path = folder / "facts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows({"customer": NAME, **row} for row in rows)
    return judged_facts(store, read_facts(path), folder, "R. Diaz", at)


def taken(store: Store, folder: Path, *rows: Mapping[str, str], at: datetime = NOW) -> Case:
    """The customer once such a file was taken."""
    (found,) = judged(store, folder, *rows, at=at)
    assert found.said.complaints == []
    assert found.adoption
    adopt(store, found, "R. Diaz", at)
    return Case.open(store, NAME, at, "R. Diaz")


def state(case: Case, task: str) -> TaskState:
    return case.progress().task(task).state


def test_what_is_stated_is_kept_dated_as_stated(store: Store, folder: Path) -> None:
    """With the person whose word it is, the login that entered it, and the machine's clock beside it."""
    case = taken(store, folder, *BEGUN)
    record = case.record.tasks[LETTER]
    assert (record.state, record.at.date(), record.by, record.entered_by) == (
        TaskState.DONE, date(2026, 11, 3), "Ben O'Neil", "R. Diaz",
    )  # fmt: skip
    assert str(record.note) == "stated at adoption, not verified"
    assert case.record.tasks[PORT].reference == "PON-4711"
    assert case.context().column("port_orders.foc_on") == ["2026-12-15"] * 2
    assert case.customer.created_at.date() == date(2026, 11, 3)
    assert state(case, "gather.collect-company") is TaskState.DONE
    assert [line.document_name for line in case.context().documents(LETTER)] == ["loa.pdf"]
    today = datetime.now(UTC).date()
    dated = [one for one in store.records(NAME) if one.subject == f"task {LETTER}"]
    assert [(one.as_of.date(), one.recorded_at.date()) for one in dated] == [(date(2026, 11, 3), today)]
    assert store.verify() == []


def test_a_day_before_the_order_it_answers_is_refused_by_its_cell(store: Store, folder: Path) -> None:
    """The port was ordered on the 4th: the carrier cannot have confirmed it for the 2nd; both days are named."""
    early = {**BEGUN[-1], "date": "2026-11-02"}
    (found,) = judged(store, folder, *BEGUN[:-1], early)
    [complaint] = found.said.complaints
    assert found.adoption is None
    assert "2 Nov 2026 lies before the request that it answers" in str(complaint)
    assert "which was made on 4 Nov 2026" in str(complaint)
    case = taken(store, folder, *BEGUN[:-1])
    (later,) = judged(store, folder, early)
    assert "which was made on 4 Nov 2026" in str(later.said.complaints[0])
    assert case.context().column("port_orders.foc_on") == []


def test_nothing_is_sent_for_it(store: Store, folder: Path) -> None:
    """What was ordered elsewhere is out; a change of it is a change under its number, not another order."""
    case = taken(store, folder, *BEGUN)
    assert [action.task for action in plan(case, "telephony").changes if action.task == PORT] == []
    apply_stage(case, "telephony")
    mails = [path.read_text() for path in store.layout.outbox.glob("*.eml")]
    assert not any("Port" in mail.partition("Subject: ")[2].partition("\n")[0] for mail in mails)
    orders = [dict(row) for row in case.document["port_orders"]]
    orders[0]["wanted_on"] = "2026-12-18"
    case.save_section("port_orders", orders)
    found = [action for action in plan(case, "telephony").changes if action.task == PORT]
    assert [action.message["about"][1] for action in found if action.message] == ["PON-4711"]


def test_the_same_file_again_adds_nothing(store: Store, folder: Path) -> None:
    """Nor does a part of it; a new row alone is taken."""
    taken(store, folder, *BEGUN)
    head = store.moment(NAME).head
    (found,) = judged(store, folder, *[{**row, "profile": ""} for row in BEGUN])
    assert (found.adoption, found.known, found.lines) == (None, 4, [])
    assert store.moment(NAME).head == head
    more = {"kind": "task", "id": "telephony.forward-port-orders", "date": "2026-11-05", "by": "the desk"}
    (found,) = judged(store, folder, *[{**row, "profile": ""} for row in BEGUN], more)
    title = "Chinook forwards the port order to the telephony provider"
    assert found.lines == [f"Done on 2026-11-05: {title} (the desk; role taken on trust)."]


def test_an_old_day_given_again_takes_nothing_back_and_says_so(store: Store, folder: Path) -> None:
    """Whoever gives the first file again after a second one reads which day holds now."""
    taken(store, folder, *BEGUN)
    moved = {"kind": "date", "id": "port_orders.foc_on", "date": "2026-12-18", "by": "the carrier"}
    later = NOW + timedelta(hours=1)
    taken(store, folder, moved, at=later)
    [found] = judged(store, folder, *BEGUN, at=later)
    [remark] = found.said.remarks
    assert remark.what.endswith("“Confirmed port date (FOC)” has been moved to 2026-12-18 since.")
    assert (found.adoption, found.known) == (None, len(BEGUN))


def test_what_is_required_stays_open_without_its_document(store: Store, folder: Path) -> None:
    """The statement is kept and said to be no proof; with the document it closes."""
    bare = {**BEGUN[1], "document": ""}
    (found,) = judged(store, folder, BEGUN[0], bare)
    assert [one.what for one in found.said.remarks] == [
        "Sign the letter of authorization stays open: law or a carrier require it, and its document is not there."
    ]
    assert found.adoption
    adopt(store, found, "R. Diaz", NOW)
    case = Case.open(store, NAME, NOW, "R. Diaz")
    assert state(case, LETTER) is TaskState.READY
    assert not case.progress().gates["loa-signed"].is_open
    case = taken(store, folder, BEGUN[1])
    assert state(case, LETTER) is TaskState.DONE
    assert case.progress().gates["loa-signed"].is_open


def test_what_comes_before_and_is_not_stated_is_shown(store: Store, folder: Path) -> None:
    """It does not hinder."""
    late = {"kind": "task", "id": "telephony.forward-port-orders", "date": "2026-11-05", "by": "the desk"}
    (found,) = judged(store, folder, BEGUN[0], late)
    (remark,) = found.said.remarks
    assert remark.what.startswith("Chinook forwards the port order to the telephony provider is stated as done, ")
    assert remark.what.endswith("Return the letter and ask Chinook to port the numbers before it is not.")
    assert found.adoption


def test_a_whole_stage_is_stated_by_one_row(store: Store, folder: Path) -> None:
    """Every task of it that applies, but those with rows of their own, that close by themselves, or are required."""
    stage = {"kind": "stage", "id": "telephony", "date": "2026-11-10", "by": "R. Diaz"}
    case = taken(store, folder, *BEGUN[:3], stage)
    left = [view.task for view in case.progress().of_stage("telephony") if not view.state.is_closed]
    assert [task.id for task in left if not (task.is_check or task.is_binding)] == []
    assert [task.id for task in left if task.is_binding] == ["telephony.confirm-e911", "telephony.acknowledge-911"]
    assert case.record.tasks[LETTER].at.date() == date(2026, 11, 3)
    assert case.record.tasks["telephony.forward-port-orders"].at.date() == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"kind": "tusk", "id": LETTER}, "kind", "There is no kind 'tusk'; did you mean 'task'?"),
        ({"kind": "task", "date": "2026-11-03", "by": "A"}, "id", "which task is meant"),
        ({"kind": "task", "id": "telephony.sign", "date": "2026-11-03", "by": "A"}, "id", "no task 'telephony.sign'"),
        ({"kind": "task", "id": LETTER, "by": "A"}, "date", "not said when"),
        ({"kind": "task", "id": LETTER, "date": "3/11", "by": "A"}, "date", "'3/11' is not a day"),
        ({"kind": "task", "id": LETTER, "date": "2027-01-01", "by": "A"}, "date", "lies ahead"),
        ({"kind": "task", "id": LETTER, "date": "0206-11-03", "by": "A"}, "date", "too far away to be meant"),
        ({"kind": "date", "id": LETTER, "date": "9999-12-31"}, "date", "too far away to be meant"),
        ({"kind": "task", "id": LETTER, "date": "2026-11-03"}, "by", "whose word"),
        ({"kind": "task", "id": "gather.collect-users", "date": "2026-11-03", "by": "A"}, "id", "closes by itself"),
        ({"kind": "document", "id": LETTER, "date": "2026-11-03", "document": "no.pdf"}, "document", "no file"),
        ({"kind": "stage", "id": "telefony", "date": "2026-11-03", "by": "A"}, "id", "no stage 'telefony'"),
        ({"kind": "date", "id": "company.name", "date": "2026-11-03"}, "id", "is no day"),
        ({"kind": "date", "id": "nowhere.on", "date": "2026-11-03"}, "id", "no question or task"),
        ({"kind": "date", "id": "port_orders.foc_on", "row": "+1", "date": "2026-11-03"}, "row", "has no row '+1'"),
        (
            {"kind": "decision", "id": "nothing", "date": "2026-11-03", "by": "A", "decided": "y"},
            "id",
            "no decision 'n",
        ),
        ({"kind": "answers", "document": "none.toml"}, "document", "no file"),
        ({"profile": "nobody", "kind": "answers", "document": "answers.toml"}, "profile", "differs"),
        ({"go-live": "soon", "kind": "answers", "document": "answers.toml"}, "go-live", "'soon' is not a day"),
        ({"go-live": "0206-03-30", "kind": "answers", "document": "answers.toml"}, "go-live", "too far away"),
    ],
)
def test_a_bad_row_is_named_and_nothing_of_its_customer_is_kept(
    store: Store, folder: Path, row: Mapping[str, str], column: str, words: str
) -> None:
    """By its cell, with what is wrong and what to do; other customers of the file are not held up."""
    good = {"customer": "other", "profile": "chinook", "kind": "answers", "document": "answers.toml"}
    found, other = judged(store, folder, BEGUN[0], row, good)
    assert found.adoption is None
    (complaint,) = found.said.complaints
    assert words in complaint.what
    place = list(COLUMNS).index(column) + 1
    assert complaint.where == f"facts.csv line 3, column {place}"
    assert other.adoption is not None


def test_the_report_has_what_was_stated_apart(store: Store, folder: Path) -> None:
    """It is no trouble, and no proof: named once each, with whose word it is."""
    case = taken(store, folder, *BEGUN)
    found = [one for one in figures_of(case).exceptions if one.kind is Trouble.ADOPTED]
    assert [str(one.what) for one in found] == [
        "Sign the letter of authorization", "Return the letter and ask Chinook to port the numbers",
    ]  # fmt: skip
    assert "Ben O'Neil" in found[0].why
    assert not [one for one in figures_of(case).exceptions if one.kind is Trouble.NOT_READ_BACK]


def test_who_was_written_about_meanwhile_is_left_alone(store: Store, folder: Path) -> None:
    """Two who give the same file at once: the second is told, and nothing is there twice."""
    (first,), (second,) = judged(store, folder, *BEGUN), judged(store, folder, *BEGUN)
    adopt(store, first, "R. Diaz", NOW)
    with pytest.raises(Busy, match="Somebody else has just taken over bright"):
        adopt(store, second, "R. Diaz", NOW)
    more = {"kind": "task", "id": "telephony.forward-port-orders", "date": "2026-11-05", "by": "the desk"}
    (first,), (second,) = judged(store, folder, more), judged(store, folder, more)
    adopt(store, first, "R. Diaz", NOW + timedelta(minutes=1))
    with pytest.raises(Busy, match="ADOPT-MOVED"):
        adopt(store, second, "R. Diaz", NOW + timedelta(minutes=1))
    assert store.verify() == []


def test_numbers_of_another_customer_are_named_before_anything_is_kept(store: Store, folder: Path) -> None:
    """Of a customer that is there, and of one before it in the same file; not those that are its own."""
    rows = [{"customer": name, **BEGUN[0]} for name in ("first", "second")]
    one, two = judged(store, folder, *rows)
    assert one.others == {}
    assert set(two.others.values()) == {"first"}
    assert one.adoption
    assert ("number", "", "+16175550100") in {key for key in two.others if key[2] == "+16175550100"}
    adopt(store, one, "R. Diaz", NOW)
    [again] = judged(store, folder, rows[1])
    assert again.others == two.others
    more = {"customer": "first", "kind": "answers", "document": "answers.toml", "note": "as they are"}
    [same] = judged(store, folder, more)
    assert same.others == {}


def test_a_second_number_of_an_order_names_the_first(store: Store, folder: Path) -> None:
    """What was asked for once and has another number since is said to be instead of it."""
    order = {"kind": "order", "id": "telephony.complete-port", "date": "2026-11-06", "by": "Rosa Diaz"}
    taken(store, folder, *BEGUN, {**order, "reference": "PON-1"})
    [found] = judged(store, folder, {**order, "reference": "PON-2"})
    [line] = found.lines
    assert line.startswith("Out since 2026-11-06, instead of PON-1: ")


def test_what_was_done_before_it_was_asked_for_is_remarked(store: Store, folder: Path) -> None:
    """Nor can it be done before what comes before it was."""
    early = {"kind": "task", "id": "telephony.forward-port-orders", "date": "2026-11-02", "by": "the desk"}
    [found] = judged(store, folder, *BEGUN, early)
    said = [one.what for one in found.said.remarks]
    assert any("is stated as done on 2026-11-02, but " in one and "on 2026-11-04." in one for one in said), said
    order = {"kind": "order", "id": "telephony.forward-port-orders", "date": "2026-11-05", "by": "the desk"}
    taken(store, folder, *BEGUN, order)
    [found] = judged(store, folder, {**early, "date": "2026-11-04"})
    said = [one.what for one in found.said.remarks]
    assert any(one.endswith("is stated as done on 2026-11-04, but it was asked for on 2026-11-05.") for one in said), (
        said
    )


@pytest.mark.parametrize("day", ["2026-12-15 00:00:00", "20261215", "2026-12-15T00:00"])
@pytest.mark.parametrize("row", ["(617) 555-0100", "+1 617-555-0100", "617 555 0100"])
def test_a_day_and_a_number_are_one_fact_however_they_are_written(
    store: Store, folder: Path, day: str, row: str
) -> None:
    """As a spreadsheet writes them, or a person."""
    first = {**BEGUN[3], "row": "+16175550100"}
    case = taken(store, folder, *BEGUN[:3], {**first, "date": day, "row": row})
    assert case.context().column("port_orders.foc_on") == ["2026-12-15"]
    [found] = judged(store, folder, {**first, "row": row})
    assert (found.known, found.lines) == (1, [])


def test_a_workbook_is_read_from_its_first_sheet_with_cells(tmp_path: Path) -> None:
    """A sheet with a chart alone before it holds no rows; with nothing but charts the file is said to be so."""
    path = tmp_path / "facts.xlsx"
    for has_cells in (True, False):
        with Workbook(path) as book:
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "={1,2,3}"})
            book.add_chartsheet("Chart").set_chart(chart)
            if has_cells:
                sheet = book.add_worksheet("Facts")
                sheet.write_row(0, 0, ["customer", "kind"])
                sheet.write_row(1, 0, ["one", "stage"])
        if has_cells:
            assert [row["customer"] for row in read_facts(path).rows] == ["one"]
    with pytest.raises(AnswerError, match="has no sheet with cells, only charts"):
        read_facts(path)


def test_a_remedy_names_questions_there_are(store: Store, folder: Path) -> None:
    """Not the one it has just refused."""
    [found] = judged(store, folder, *BEGUN, {"kind": "date", "id": "port_orders.foc_no", "date": "2026-12-15"})
    [one] = found.said.complaints
    assert one.what.endswith("; did you mean 'port_orders.foc_on'?")
    assert one.remedy.startswith("Questions about a day: ")
    assert "port_orders.foc_no" not in one.remedy


def test_half_a_customer_is_never_there(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks in the middle leaves no customer at all."""

    def broken(*_given: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(adoption_repository, "add_line", broken)
    (found,) = judged(store, folder, *BEGUN)
    with pytest.raises(MemoryError):
        adopt(store, found, "R. Diaz", NOW)
    assert store.customers() == []


def test_a_decision_is_stated_too(store: Store, folder: Path) -> None:
    """Bound to the answers as they are, in a role that may, and marked wherever it is shown."""
    row = {"kind": "decision", "id": "go-no-go", "date": "2026-11-09", "role": "customer", "decided": "yes"}
    (found,) = judged(store, folder, *BEGUN, {**row, "by": "Ana Ruiz"})
    assert found.said.complaints[0].what == "Ana Ruiz is not listed as Customer."
    case = taken(store, folder, *BEGUN, {**row, "by": "Ana Ortiz"})
    (decision,) = case.record.decisions
    assert (decision.is_stated, decision.is_verified, decision.is_approved) == (True, True, True)
    assert str(decision.doubt) == "stated at adoption, not verified"
    assert decision.at.date() == date(2026, 11, 9)


def test_a_stated_no_has_what_led_up_to_it_done_anew(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done by then is open, unless it is stated to have been done again; an older day does not close it."""
    monkeypatch.setenv(settings.PROFILES.name, str(folder))
    reopening = BAKERY.replace('on = ["shop.name"]', 'on = ["shop.name"]\nreopens = ["gather.greet", "gather.count"]')
    (folder / "bakery-voice.toml").write_text(reopening)
    (folder / "shop.toml").write_text('[shop]\nname = "Bun & Son"\novens = 3\n')
    answers = {"profile": "bakery-voice", "kind": "answers", "document": "shop.toml"}
    greet = {"kind": "task", "id": "gather.greet", "by": "Cy", "date": "2026-11-10"}
    no = {"kind": "decision", "id": "go", "decided": "no", "by": "Ben Bun", "date": "2026-11-11"}
    count = {"kind": "task", "id": "gather.count", "by": "Cy", "date": "2026-11-12"}
    (found,) = judged(store, folder, answers, greet, no, count)
    assert "Greet the shop is to be done anew after this no." in [one.what for one in found.said.remarks]
    case = taken(store, folder, answers, greet, no, count)
    assert (state(case, "gather.greet"), state(case, "gather.count")) == (TaskState.READY, TaskState.DONE)
    assert case.progress().gates["go"].missing == ("Ben Bun said no.",)
    (found,) = judged(store, folder, {**greet, "note": "by telephone"})
    assert "was to be done anew on 2026-11-11, after that" in found.said.complaints[0].what
    case = taken(store, folder, {**greet, "date": "2026-11-13"}, {**no, "decided": "yes", "date": "2026-11-13"})
    assert (state(case, "gather.greet"), case.progress().gates["go"].is_open) == (TaskState.DONE, True)


def test_who_was_complete_is_handed_over_as_of_then(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it re-opens, and nothing more is stated of it."""
    monkeypatch.setenv(settings.PROFILES.name, str(folder))
    (folder / "bakery-voice.toml").write_text(BAKERY)
    (folder / "shop.toml").write_text('[shop]\nname = "Bun & Son"\novens = 3\n')
    told = {"date": "2026-11-10", "by": "Ben Bun"}
    rows = (
        {"profile": "bakery-voice", "kind": "answers", "document": "shop.toml"},
        {"kind": "stage", "id": "gather", **told},
        {"kind": "decision", "id": "go", "decided": "yes", **told},
        {"kind": "stage", "id": "cutover", **told},
    )
    case = taken(store, folder, *rows)
    assert case.progress().is_complete
    done = case.record.handed_over
    assert done is not None
    assert done.at.date() == date(2026, 11, 10)
    (found,) = judged(store, folder, {"kind": "task", "id": "gather.greet", **told})
    assert "was handed over" in found.said.complaints[0].what


def test_stated_work_whose_row_leaves_the_answers_is_to_be_taken_back(store: Store, folder: Path) -> None:
    """As work that was done here: planned, or owed by hand, and said to be stated only."""
    (folder / "answers.toml").write_bytes(shipped("data", "examples", "harbor-freight-lines.toml").read_bytes())
    told = {"kind": "task", "date": "2026-11-03", "by": "tobias.renner@harborfreight.example"}
    case = taken(
        store, folder, {"profile": "mitel-micloud", "kind": "answers", "document": "answers.toml"},
        {**told, "id": "migrate.create-general-mailboxes"}, {**told, "id": "provision.add-cpns", "by": "the desk"},
    )  # fmt: skip
    for section in ("mailboxes", "cpns"):
        case.save_section(section, case.document[section][:-1])
    owed = [view for view in case.progress().tasks if view.reasons == (NOT_THERE,)]
    assert [view.task.declared for view in owed] == ["migrate.create-general-mailboxes"]
    found = [action for task in case.context().tasks for action in removals(task, case.context())]
    assert [action.task.partition(":")[0] for action in found] == [
        "provision.add-cpns", "migrate.create-general-mailboxes",
    ]  # fmt: skip
    assert all("only stated at adoption" in str(action.summary) for action in found)


TOLD = {"date": "2026-11-10", "by": "Ana Ruiz"}
FILLED = {
    "id": LETTER, "row": "Boston", "date": "2026-11-03", "by": "A", "role": "partner", "decided": "yes",
    "asked": "window=day", "reference": "PON-1",
    "document": "loa.pdf", "note": "n",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_that_means_nothing_is_refused(store: Store, folder: Path, kind: str) -> None:
    """In a row of every kind: each column either has an effect or is named with its cell and what to do."""
    for column in FILLED.keys() - MEANT[kind]:
        least = {name: value for name, value in FILLED.items() if name in ("id", "date", "by", "document")}
        row = {name: value for name, value in least.items() if name in MEANT[kind]} | {column: FILLED[column]}
        (found,) = judged(store, folder, BEGUN[0], {"kind": kind, **row})
        complaint = next(one for one in found.said.complaints if "means nothing" in one.what)
        assert complaint.where == f"facts.csv line 3, column {list(COLUMNS).index(column) + 1}"
        assert complaint.remedy


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"kind": "stage", "id": "gather", **TOLD}, "id", "every task of it closes by itself"),
        ({"kind": "date", "id": "port_orders.foc_on", "date": "2026-12-15T10:00"}, "date", "more than a day"),
        ({"kind": "date", "id": "company.go_live_on", "row": "x", "date": "2026-12-15"}, "row", "asked once"),
        ({"kind": "date", "id": LETTER, "row": "x", "date": "2026-12-15"}, "row", "done once, not by row"),
        ({"kind": "task", "id": LETTER, "row": "x", **TOLD}, "row", "done once, not by row"),
        ({"kind": "order", "id": PORT, "row": "+16175559999", **TOLD}, "row", "no row '+16175559999'"),
        ({"kind": "document", "id": "gather.collect-users", "document": "loa.pdf", **TOLD}, "id", "closes by itself"),
        ({"kind": "document", "id": "nothing", "document": "loa.pdf", **TOLD}, "id", "There is no task"),
        ({"kind": "answers", "document": "answers.toml"}, "document", "take the place of the answers in answers.toml"),
    ],
)  # fmt: skip
def test_a_row_without_effect_is_refused(
    store: Store, folder: Path, row: Mapping[str, str], column: str, words: str
) -> None:
    """With its cell, why, and what to do."""
    (found,) = judged(store, folder, BEGUN[0], {**row, "note": "another"})
    assert found.adoption is None
    complaint = found.said.complaints[0]
    assert words in complaint.what
    assert complaint.where == f"facts.csv line 3, column {list(COLUMNS).index(column) + 1}"
    assert complaint.remedy


def test_a_stage_that_is_stated_anew_is_refused(store: Store, folder: Path) -> None:
    """In the same file with another day, or in a later one: everything in it is closed already."""
    stage = {"kind": "stage", "id": "enable_services", **TOLD}
    (found,) = judged(store, folder, BEGUN[0], stage, {**stage, "date": "2026-11-11"})
    assert "is closed already" in found.said.complaints[0].what
    taken(store, folder, BEGUN[0], stage)
    (found,) = judged(store, folder, {**stage, "date": "2026-11-11"})
    assert "is closed already" in found.said.complaints[0].what


def test_what_stays_open_of_a_stated_stage_is_named(store: Store, folder: Path) -> None:
    """Tasks that close by themselves are not closed by a word."""
    (found,) = judged(store, folder, BEGUN[0], {"kind": "stage", "id": "cutover", **TOLD})
    assert found.adoption
    assert any(one.what.startswith("Still open in this stage: ") for one in found.said.remarks)


def test_two_days_of_one_question_are_refused(store: Store, folder: Path) -> None:
    """Of the same row, or of all rows; a row of its own stands beside the rest, wherever it stands in the file."""
    day = {"kind": "date", "id": "port_orders.foc_on", "date": "2026-12-15"}
    for second in ({**day, "date": "2026-12-18"}, {**day, "date": "2026-12-18", "by": "the carrier"}):
        (found,) = judged(store, folder, BEGUN[0], day, second)
        (complaint,) = found.said.complaints
        assert complaint.what.endswith("has another day in facts.csv line 3, column 9: 2026-12-15.")
        assert complaint.where == "facts.csv line 4, column 9"
    row = {**day, "row": "+16175550100", "date": "2026-12-18"}
    (found,) = judged(store, folder, BEGUN[0], row, {**row, "row": "(617) 555-0100", "date": "2026-12-19"})
    assert "has another day" in found.said.complaints[0].what
    case = taken(store, folder, BEGUN[0], day, row)
    assert case.context().column("port_orders.foc_on") == ["2026-12-18", "2026-12-15"]
    (found,) = judged(store, folder, day, row)
    assert (found.said.complaints, found.adoption, found.known) == ([], None, 2)
    (found,) = judged(store, folder, day, row, {**day, "date": "2026-12-19"})
    assert found.said.complaints
    (found,) = judged(store, folder, {**row, "date": "2026-12-21"})
    assert any("2026-12-21, instead of 2026-12-18" in line for line in found.lines)
    case = taken(store, folder, {**row, "date": "2026-12-21"})
    moved = [str(line.what) for line in case.record.evidence if line.what.kind == "date.moved"]
    assert moved
    assert all(what.endswith("15 Dec 2026, 21 Dec 2026, before that 15 Dec 2026, 18 Dec 2026") for what in moved)


def test_a_day_of_a_task_is_stated_by_whoever_may_report_it(store: Store, folder: Path) -> None:
    """As with `onboard done --date`; of a question anybody may, as anybody answers it."""
    out = {"kind": "order", "id": "telephony.forward-port-orders", "date": "2026-11-10", "by": "the desk"}
    day = {"kind": "date", "id": "telephony.forward-port-orders", "date": "2026-12-15", "by": "Ana Ortiz"}
    (found,) = judged(store, folder, BEGUN[0], out, day)
    (complaint,) = found.said.complaints
    assert "is not of the provider's" in complaint.what
    assert complaint.where == f"facts.csv line 4, column {list(COLUMNS).index('by') + 1}"
    for other in ({"by": "the desk"}, {"id": "port_orders.foc_on"}):
        assert judged(store, folder, BEGUN[0], out, {**day, **other})[0].said.complaints == []


def test_two_days_by_which_something_is_due_are_refused(store: Store, folder: Path) -> None:
    """A task that is out is due once."""
    due = {"kind": "date", "id": PORT, "date": "2026-12-01"}
    rows = (BEGUN[0], {"kind": "order", "id": "telephony.forward-port-orders", **TOLD})
    due = {"kind": "date", "id": "telephony.forward-port-orders", "date": "2026-12-01"}
    (found,) = judged(store, folder, *rows, due, {**due, "date": "2026-12-02"})
    assert "has another day" in found.said.complaints[0].what
    case = taken(store, folder, *rows, due)
    assert case.record.tasks["telephony.forward-port-orders"].due_on == date(2026, 12, 1)


def test_a_day_or_decision_that_is_not_asked_is_refused(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With these answers it would be left out without a word."""
    monkeypatch.setenv(settings.PROFILES.name, str(folder))
    only = 'when = { question = "shop.name", is = "Other" }'
    day = f'[section.shop.question.visit]\nkind = "date"\nlabel = "Visit"\ninformational = true\n{only}\n\n'
    text = BAKERY.replace("[task.gather.greet]", f"{day}[task.gather.greet]").replace(
        'on = ["shop.name"]', f'on = ["shop.name"]\n{only}'
    )
    (folder / "bakery-voice.toml").write_text(text)
    rows = (
        {"kind": "date", "id": "shop.visit", "date": "2026-12-15"},
        {"kind": "decision", "id": "go", "decided": "Yes", **TOLD},
    )  # fmt: skip
    for name, wrong in (("Bun", 2), ("Other", 0)):
        (folder / "shop.toml").write_text(f'[shop]\nname = "{name}"\novens = 3\n')
        answers = {"profile": "bakery-voice", "kind": "answers", "document": "shop.toml"}
        (found,) = judged(store, folder, answers, *rows)
        assert ["is not asked with these answers" in one.what for one in found.said.complaints] == [True] * wrong


def test_a_wanted_go_live_of_a_customer_that_is_there_is_taken(store: Store, folder: Path) -> None:
    """It is shown with what it was, kept with its record, and the same again is nothing new."""
    taken(store, folder, *BEGUN)
    for day, was in (("2026-12-20", ""), ("2026-12-22", ", instead of 2026-12-20")):
        row = {"kind": "task", "id": LETTER, "date": "2026-11-03", "by": "Ben O'Neil", "document": "loa.pdf"}
        (found,) = judged(store, folder, {**row, "go-live": day})
        assert found.lines == [f"Wanted go-live: {day}{was}."]
        assert found.adoption
        adopt(store, found, "R. Diaz", NOW)
        assert store.customer(NAME).go_live_on == date.fromisoformat(day)
        (found,) = judged(store, folder, {**row, "go-live": day})
        assert found.adoption is None
    (found,) = judged(store, folder, {**row, "go-live": "2026-12-22"}, {**row, "go-live": "2026-12-23"})
    assert "differs" in found.said.complaints[0].what
    assert store.verify() == []


def test_orders_of_one_task_are_stated_by_row(store: Store, folder: Path) -> None:
    """Each with its number; what is not stated to be out is sent, and said so; the task is done once all are out."""
    order = {"kind": "order", "id": PORT, **TOLD}
    first = {**order, "row": "+16175550100", "reference": "PON-1"}
    second = {**order, "row": "+15085550100", "reference": "PON-2"}
    letter = {**BEGUN[1], "date": "2026-11-03"}
    (found,) = judged(store, folder, BEGUN[0], letter, first)
    assert ["6 numbers of Blackstone" in one.what for one in found.said.remarks if "will be sent" in one.what] == [True]
    case = taken(store, folder, BEGUN[0], letter, first)
    assert PORT not in case.record.tasks
    left = [action.key for action in plan(case, "telephony").changes if action.task == PORT]
    assert left == [f"{PORT}/+15085550100"]
    (found,) = judged(store, folder, {**first, "reference": "PON-3"})
    assert "is out already" in found.said.complaints[0].what
    case = taken(store, folder, second)
    assert state(case, PORT) is TaskState.DONE
    assert [action.task for action in plan(case, "telephony").changes if action.task == PORT] == []


def test_what_stated_answers_undo_is_listed(store: Store, folder: Path) -> None:
    """Before they are kept, as with any other way to change them."""
    case = taken(store, folder, *BEGUN)
    document = {name: part for name, part in case.document.items() if isinstance(part, dict | list)}
    document["company"] = {**document["company"], "name": "Another Dental Group"}
    write_toml(case.questionnaire, document, folder / "later.toml")
    (found,) = judged(store, folder, {"kind": "answers", "document": "later.toml"})
    assert any("These answers undo what was done." in line and "Sign the letter" in line for line in found.lines)


CELLS: Mapping[str, tuple[str, ...]] = {
    "service": ("chinook", "other"),
    "name": ("Bright Smile", "Dull Smile"),
    "go-live": ("2026-12-24", "soon"),
    "kind": (*KINDS, "tusk"),
    "id": (LETTER, PORT, "telephony", "gather", "telephony.forward-port-orders", "gather.collect-users",
           "port_orders.foc_on", "company.go_live_on", "go-no-go", "migration-agreement", "nothing"),
    "row": ("+16175550100", "Boston", "x"),
    "date": ("2026-11-12", "2026-12-15", "2026-11-12T10:00", "soon"),
    "by": ("Cy",),
    "role": ("support-engineer", "customer", "nobody"),
    "decided": ("yes", "rejected", "maybe"),
    "asked": ("window=evening", "window"),
    "reference": ("PON-9",),
    "document": ("loa.pdf", "answers.toml", "none.pdf"),
    "note": ("by telephone",),
}  # fmt: skip


ALWAYS = ("kind", "id", "date", "by")
ROWS = st.fixed_dictionaries(
    {name: st.sampled_from(CELLS[name]) for name in ALWAYS},
    optional={name: st.sampled_from(cells) for name, cells in CELLS.items() if name not in ALWAYS},
)


def shown(found: TakenOver) -> list[Any]:
    """All that the dry run shows of a customer."""
    return [found.lines, found.known, found.said.remarks, found.said.complaints]


@given(ROWS)
@settings_of(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_passed_over(store: Store, folder: Path, row: dict[str, str]) -> None:
    """Whatever stands in it: the dry run shows something that it does not show without the row, cell by cell."""
    (before,) = judged(store, folder, BEGUN[0])
    (after,) = judged(store, folder, BEGUN[0], row)
    said = shown(after) != shown(before)
    assert said or not {*row} - {"service", "name"}
    if after.adoption is None:
        return
    for column in row.keys() - {"service", "name", "kind", "id"}:
        less = {name: cell for name, cell in row.items() if name != column}
        (other,) = judged(store, folder, BEGUN[0], less)
        assert shown(other) != shown(after)


@pytest.mark.parametrize("name", ["/etc/hostname", "../outside.pdf"])
@pytest.mark.parametrize("kind", [{"kind": "task", "id": LETTER, "by": "Ben O'Neil"}, {"kind": "answers"}])
def test_a_file_names_nothing_outside_its_folder(
    store: Store, folder: Path, name: str, kind: Mapping[str, str]
) -> None:
    """What a list of somebody else names lies beside it: no other file of this machine comes into the record."""
    below = folder / "list"
    below.mkdir()
    (folder / "outside.pdf").write_bytes(b"%PDF secret")
    row = {"profile": "chinook", "name": "Bright Smile", "date": "2026-11-03", "document": name, **kind}
    (found,) = judged(store, below, row)
    assert found.adoption is None
    assert "lies outside" in str(found.said.complaints[0])


def test_a_name_beyond_reason_is_refused_in_its_cell(store: Store, folder: Path) -> None:
    """As for a customer that is made new."""
    (found,) = judged(store, folder, {**BEGUN[0], "name": "x" * 251}, *BEGUN[1:])
    assert found.adoption is None
    assert "at most 250 characters" in str(found.said.complaints[0])
