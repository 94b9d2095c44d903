"""Decisions and proofs of customers who were under way elsewhere: stated by whoever may say them here, or refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.answers.answer_files import write_toml
from onboarding.answers.fact_file import COLUMNS, read_facts
from onboarding.case import work
from onboarding.case.adopting import TakenOver, adopt, judged_facts
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer, TaskState
from onboarding.errors import OnboardingError
from onboarding.report.completion import figures_of
from onboarding.report.work_sections import decisions
from tests.gates.conftest import ANA, AT, BEN, PAPER, WINDOW, World, answers

Row = Mapping[str, str]
TODAY = {"date": "2026-03-02"}
ANSWERS: Row = {"profile": "two-sides", "kind": "answers", "document": "answers.toml"}
KAY_AND_MO = """
[[person]]
name = "Kay Lund"
roles = ["engineer"]

[[person]]
name = "Mo"
side = "provider"
roles = ["manager"]
"""
READY = {"kind": "decision", "id": "ready", "decided": "yes", "asked": "window=evening", **TODAY}


@pytest.fixture
def folder(world: World) -> World:
    """A folder with the answers of another customer, and a paper."""
    write_toml(world.case().questionnaire, answers(), world.home / "answers.toml")
    (world.home / PAPER.name).write_bytes(PAPER.data)
    return world


def judged(world: World, rows: Iterable[Row], name: str = "elsewhere") -> TakenOver:
    """What a file with these rows comes to, as R. Diaz would enter it."""
    path = world.home / "facts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows({"customer": name, **row} for row in rows)
    (found,) = judged_facts(world.store, read_facts(path), world.home, "R. Diaz", world.at)
    return found


def taken(world: World, *rows: Row) -> Case:
    """The customer once such a file was taken."""
    found = judged(world, [ANSWERS, *rows])
    assert found.said.complaints == []
    adopt(world.store, found, "R. Diaz", world.at)
    return world.case(customer="elsewhere")


def task(name: str, by: str, kind: str = "task", **more: str) -> Row:
    return {"kind": kind, "id": name, "by": by, **TODAY, **more}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({**READY, "role": "customer", "by": "Jonas Berg"}, "by", "Jonas Berg is not listed as Customer."),
        ({**READY, "role": "engineer", "by": ANA}, "by", f"{ANA} is not of the reseller's side: Engineer is."),
        ({**READY, "role": "engineer", "by": "R. Diaz"}, "by", "R. Diaz may not approve answers of their own."),
        ({**READY, "role": "customer", "by": ANA, "asked": ""}, "asked", "Please fill in “Window”."),
        ({**READY, "role": "customer", "by": ANA, "asked": "window=noon"}, "asked", "Window"),
        ({**READY, "role": "customer", "by": ANA, "asked": "evening"}, "asked", "'evening' is no answer."),
        ({**READY, "role": "customer", "by": ANA, "decided": ""}, "decided", "It is not said what was decided."),
        ({**READY, "role": "customer", "by": ANA, "decided": "so"}, "decided", "'so' is neither yes nor no."),
        ({**READY, "role": "customer", "by": ANA, "note": "No."}, "note", "The note says no, the column decided says"),
        ({**READY, "role": "customer", "by": ANA, "note": "rejected by her"}, "note", "The note says no"),
        ({**READY, "role": "customer", "by": ANA, "decided": "no", "note": "approved"}, "note", "The note says yes"),
        (task("late", "Mo", "decision", decided="yes"), "id", "First: Make a test call."),
        (task("telephony.switch", "Jonas Berg"), "by", "is not of the reseller's"),
        (task("cutover.go", "Kay Lund"), "by", "Kay Lund is not listed as Customer."),
        (task("cutover.go", "", "document", document=PAPER.name), "by", "R. Diaz is not listed as Customer."),
        (task("migrate.move", BEN, "document", document=PAPER.name), "by", "is not of the reseller's side"),
        (task("provision.call", BEN, "order"), "by", "is not of the provider's side"),
        (task("migrate", ANA, "stage"), "by", "is not of the reseller's side"),
        (task("cutover", "Kay Lund", "stage"), "by", "Kay Lund is not listed as Customer."),
    ],
)  # fmt: skip
def test_who_may_not_say_it_here_may_not_state_it(row: Row, column: str, words: str, folder: World) -> None:
    """Refused by its cell when it is only looked at, with what to do; nothing of the customer is kept."""
    found = judged(folder, [ANSWERS, row])
    assert found.adoption is None
    (complaint,) = found.said.complaints
    assert words in complaint.what
    assert complaint.where == f"facts.csv line 3, column {list(COLUMNS).index(column) + 1}"
    assert complaint.remedy


def test_who_answers_what_is_not_asked_is_told_what_is(folder: World) -> None:
    """A day in the column of what a gate asks besides is none of its answers; it is said which there are."""
    row = {**READY, "role": "customer", "by": ANA, "asked": "2026-03-02"}
    (complaint,) = judged(folder, [ANSWERS, row]).said.complaints
    assert complaint.what == "'2026-03-02' is no answer."
    assert complaint.remedy == "It asks: window, remark. Write name=value, several of them with ; between."


def test_who_is_listed_nowhere_is_taken_on_trust(folder: World) -> None:
    """Where nobody is known to have the role; it is said before it is kept, in the record, and in the report."""
    rows = (
        task("gather.read", "Kay Lund"), task("cutover.go", ANA), {**READY, "role": "customer", "by": "ana ortiz"},
        {**READY, "role": "engineer", "by": "Kay Lund", "note": "no objections"},
    )  # fmt: skip
    found = judged(folder, [ANSWERS, *rows])
    assert [("role taken on trust" in line, "Kay Lund" in line) for line in found.lines[1:]] == [
        (True, True), (False, False), (False, False), (True, True),
    ]  # fmt: skip
    case = taken(folder, *rows)
    assert case.progress().gates["ready"].is_open
    assert [(one.by, one.is_verified, one.is_stated) for one in case.record.decisions] == [
        (ANA, True, True), ("Kay Lund", False, True),
    ]  # fmt: skip
    assert [str(one.doubt) for one in case.record.decisions] == [
        "stated at adoption, not verified", "stated at adoption, not verified, role taken on trust",
    ]  # fmt: skip
    trust = {line.task: line.is_on_trust for line in case.record.evidence if line.task in ("gather.read", "cutover.go")}
    assert trust == {"gather.read": True, "cutover.go": False}
    assert str(decisions(figures_of(case)).html).count("role taken on trust") == 1


def test_a_stage_leaves_open_what_is_not_theirs_to_say(folder: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they may say is taken; of the rest it is said whose word is wanted."""
    text = (folder.home / "profiles" / "two-sides.toml").read_text()
    more = '[task.cutover.ring]\ntitle = "Ring"\nparty = "engineer"\nchannel = "call"\nevidence = "a call"\n'
    (folder.home / "profiles" / "two-sides.toml").write_text(f"{text}\n{more}")
    found = judged(folder, [ANSWERS, task("cutover", "Kay Lund", "stage")])
    (remark,) = [one for one in found.said.remarks if "stays open: Go" in one.what]
    assert remark.what == "Not for Kay Lund to say, so it stays open: Go."
    assert f"Those who may: {ANA}, {BEN}." in remark.remedy
    case = taken(folder, task("cutover", "Kay Lund", "stage"))
    states = [case.progress().task(name).state for name in ("cutover.ring", "cutover.go")]
    assert states == [TaskState.DONE, TaskState.READY]


def test_one_person_is_stated_in_one_role_alone(folder: World) -> None:
    """Where each role approves, another person does; in the file or with what was decided here before."""
    folder.list_people('[[person]]\nname = "Ana Ortiz"\nemail = "ana@brightsmile.example"\nroles = ["engineer"]\n')
    rows = [{**READY, "role": role, "by": ANA} for role in ("customer", "engineer")]
    (complaint,) = judged(folder, [ANSWERS, *rows]).said.complaints
    assert complaint.what == f"{ANA} has decided 'Ready for configuration' as Customer already."
    taken(folder, rows[0])
    (complaint,) = judged(folder, [rows[1]]).said.complaints
    assert complaint.what == f"{ANA} has decided 'Ready for configuration' as Customer already."


def test_who_has_a_login_says_it_with_it(folder: World) -> None:
    """Four eyes are two logins at adoption, too; and whose answers they are is whoever the row says."""
    login = 'login = "ben"\nroles = ["customer"]'
    folder.list_people(f'[[person]]\nname = "Ben O\'Neil"\nemail = "ben@brightsmile.example"\n{login}\n')
    row = {**READY, "role": "customer", "by": BEN}
    (complaint,) = judged(folder, [ANSWERS, row]).said.complaints
    assert complaint.what == f"{BEN} signs in as ben: four eyes are two logins, so R. Diaz cannot enter it."
    folder.store.layout.people.unlink()
    (complaint,) = judged(folder, [{**ANSWERS, "by": "Ben O'Neil"}, row]).said.complaints
    assert complaint.what.startswith(f"{BEN} may not approve answers of their own.")


def test_a_no_is_stated_as_a_no(folder: World) -> None:
    """It closes the gate in their words; an older word does not take the place of a later one."""
    no = {**READY, "role": "customer", "by": ANA, "decided": "rejected", "note": "the wrong numbers"}
    found = judged(folder, [ANSWERS, no])
    assert found.lines[-1].startswith("Rejected on 2026-03-02: Ready for configuration")
    case = taken(folder, no)
    assert case.progress().gates["ready"].missing == (f"{ANA} said no. the wrong numbers",)
    before = {**READY, "role": "customer", "by": ANA, "date": "2026-03-01"}
    (complaint,) = judged(folder, [before]).said.complaints
    assert complaint.what == f"“Ready for configuration” was decided by {ANA} on 2026-03-02, after that."
    assert judged(folder, [no]).known == 1
    (complaint,) = judged(folder, [ANSWERS, no, {**no, "decided": "yes", "note": ""}], "third").said.complaints
    assert complaint.what == f"“Ready for configuration” was decided by {ANA} on 2026-03-02, otherwise."


WORDS = st.fixed_dictionaries(
    {
        "of": st.sampled_from([
            ("decision", "ready"), ("decision", "price"), ("decision", "pair"), ("decision", "late"),
            ("task", "gather.read"), ("task", "provision.call"), ("task", "cutover.go"),
        ]),
        "by": st.sampled_from([ANA, BEN, "ana ortiz", "Jonas Berg", "R. Diaz", "Kay Lund", "Mo"]),
        "role": st.sampled_from(["customer", "engineer", "manager"]),
        "decided": st.sampled_from(["yes", "yes", "yes", "no"]),
        "asked": st.sampled_from(["window=evening", "window=evening", ""]),
        "document": st.sampled_from(["", PAPER.name]),
    }
)  # fmt: skip
LISTS = ("", KAY_AND_MO, KAY_AND_MO.replace('"engineer"', '"engineer", "manager"'),
         KAY_AND_MO.replace('name = "Mo"', 'name = "Mo"\nlogin = "mo"'))  # fmt: skip
NUMBERS = count(1)


def rows_of(words: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Each word once, as a row of a file; answers besides only where the gate asks for them."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for one in words:
        kind, name = one["of"]
        row = {"kind": kind, "id": name, "by": one["by"], "document": one["document"], **TODAY}
        if kind == "decision":
            row |= {"role": one["role"], "decided": one["decided"], "asked": one["asked"] if name == "ready" else ""}
        found.setdefault((name,) if kind == "task" else tuple(row.values()), row)
    return list(found.values())


def adopted(world: World, name: str, rows: Sequence[Row]) -> Case:
    """The customer with the rows of a file that can be taken: what is refused is left out."""
    kept, found = [ANSWERS, *rows], None
    while found is None or found.said.complaints:
        found = judged(world, kept, name)
        wrong = {int(one.where.partition(" line ")[2].partition(",")[0]) - 2 for one in found.said.complaints}
        kept = [row for place, row in enumerate(kept) if place not in wrong]
    adopt(world.store, found, "R. Diaz", world.at)
    return world.case(customer=name)


def said(world: World, name: str, rows: Sequence[Row]) -> Case:
    """The same words said here, tasks first as a file is taken; what is refused is left out."""
    world.store.create_customer(Customer(name, name, AT), "two-sides")
    world.case(customer=name).save_answers(answers(), "import")
    for row in sorted(rows, key=lambda one: one["kind"] == "decision"):
        case, document = world.case(row["by"], name), PAPER if row["document"] else None
        with suppress(OnboardingError):
            if row["kind"] == "task":
                work.done(case, row["id"], document=document, is_same_file=True)
            else:
                decide(case, vote(row, document))
    return world.case(customer=name)


def vote(row: Row, document: Attachment | None) -> Vote:
    besides = WINDOW if row["asked"] else {}
    return Vote(row["id"], row["decided"] == "yes", row["role"], "", document, besides, is_same_file=True)


@given(st.lists(WORDS, min_size=1, max_size=7), st.sampled_from(LISTS))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_adopting_opens_no_gate_that_the_same_words_here_would_not(
    folder: World, words: list[dict[str, str]], people: str
) -> None:
    """Whoever says what in which role, whoever is listed: nor is a task done that they could not report."""
    number, rows = next(NUMBERS), rows_of(words)
    folder.store.layout.people.unlink(missing_ok=True)
    if people:
        folder.list_people(people)
    there, here = adopted(folder, f"there-{number}", rows), said(folder, f"here-{number}", rows)
    for one in (there.progress(), here.progress()):
        assert not one.gates["filled-in"].missing
    opened = {name for name, view in there.progress().gates.items() if view.is_open}
    assert opened <= {name for name, view in here.progress().gates.items() if view.is_open}
    done = {view.task.id for view in there.progress().tasks if view.state is TaskState.DONE}
    assert done <= {view.task.id for view in here.progress().tasks if view.state is TaskState.DONE}
