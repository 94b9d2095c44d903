"""A customer keeps the edition it began with, and is moved to another only when somebody says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.ending import cancel
from onboarding.case.moving import change_to, edition_named, move
from onboarding.domain.action import Outcome, Verdict
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.errors import InputError, ProfileError
from onboarding.notebook.standing import edition_html
from onboarding.profile.edition import short
from onboarding.profile.load import edition_of
from onboarding.stages.desired import desired
from onboarding.stages.edition_change import left_behind
from onboarding.store.blobs import BlobStore
from onboarding.store.store import Store
from tests.case.bakery import OVENS, SHOP, STAGES, head

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
BAKERY = f"""\
{head()}[party.customer]
title = "Customer"
side = "customer"

{STAGES}[gate.go]
title = "Go"
kind = "decision"
question = "Shall we?"
owed_by = "customer"
roles = ["customer"]
on = ["shop.name"]

{SHOP}
{OVENS}[task.gather.greet]
title = "Greet the shop"
party = "engineer"
channel = "call"
evidence = "A note"
params = {{ fields = ["shop.name"] }}

[task.gather.count]
title = "Count the ovens"
party = "engineer"
channel = "site-visit"
evidence = "A number"
params = {{ fields = ["shop.ovens"] }}

[task.cutover.switch]
title = "Switch"
party = "engineer"
channel = "portal"
gates = ["go"]
evidence = "A call"
"""
OTHER = (
    BAKERY.replace('["shop.name"] }', '["shop.name", "shop.street"] }')
    .replace('on = ["shop.name"]', 'on = ["shop.name", "shop.street"]')
    .replace('title = "Switch"', 'title = "Switch over"')
    .replace("[task.cutover.switch]", '[task.cutover.test]\ntitle = "Test"\nparty = "engineer"\nchannel = "call"\n'
             'evidence = "A call"\n\n[task.cutover.switch]')
)  # fmt: skip
OVENS = OTHER[OTHER.index("[section.shop.question.ovens]") : OTHER.index("[task.gather.greet]")]
COUNT = OTHER[OTHER.index("[task.gather.count]") : OTHER.index("[task.cutover.test]")]
OTHER = OTHER.replace(COUNT, "").replace(
    OVENS, '[section.shop.question.street]\nkind = "text"\nlabel = "Street"\ninformational = true\n\n'
)
"""Shows the street at the greeting and has it approved, asks no more for ovens, tests before it switches."""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bakery's profile, where profiles are looked for."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    path = tmp_path / "bakery-voice.toml"
    path.write_text(BAKERY)
    return path


@pytest.fixture
def case(file: Path, tmp_path: Path) -> Iterator[Case]:
    """A customer of it, made today."""
    with Store.open(tmp_path / "workspace", "") as store:
        store.create_customer(Customer("bun", "Bun & Son", AT, is_training=True), "bakery-voice", "ana",
                              edition_of("bakery-voice"))  # fmt: skip
        found = Case.open(store, "bun", AT, "ana")
        found.save_answers({"shop": {"name": "Bun & Son", "ovens": 3}}, "test")
        yield found


def done(case: Case, *tasks: str) -> None:
    for task in tasks:
        case.at += timedelta(hours=1)
        work.done(case, task, note="done")


def approve(case: Case) -> None:
    decide(case.acting("Ben Bun"), Vote("go", True, "customer"))


def state(case: Case, task: str) -> TaskState:
    return case.progress().task(task).state


def again(case: Case) -> Case:
    """The same customer, opened anew."""
    return Case.open(case.store, "bun", case.at, "ana")


def test_a_changed_file_changes_no_customer(case: Case, file: Path) -> None:
    """Not its tasks, nor its questions; who is made after it has what the file says then."""
    done(case, "gather.greet", "gather.count")
    file.write_text(OTHER)
    found = again(case)
    assert [task.id for task in found.profile.tasks] == ["gather.greet", "gather.count", "cutover.switch"]
    assert found.edition == case.edition != edition_of("bakery-voice").digest
    assert state(found, "gather.greet") is TaskState.DONE
    case.store.create_customer(Customer("roll", "Roll", AT), "bakery-voice", "ana", edition_of("bakery-voice"))
    assert Case.open(case.store, "roll", AT, "ana").profile.task("cutover.test") is not None


def test_a_runbook_says_what_a_customer_was_moved_from(case: Case, file: Path) -> None:
    """With when, by whom and why; before that only the edition itself."""
    assert "moved from" not in edition_html(case)
    file.write_text(OTHER)
    old = case.edition
    move(case, edition_of("bakery-voice"), "the street matters")
    html = edition_html(again(case))
    assert f"moved from {short(old)} on 2 Mar 2026 by ana: the street matters" in html


def test_who_is_finished_stays_so_when_the_file_is_gone(case: Case, file: Path) -> None:
    """Complete remains complete, and the report can be made."""
    from onboarding.report.completion import figures_of

    done(case, "gather.greet", "gather.count")
    approve(case)
    done(case, "cutover.switch")
    assert case.progress().is_complete
    file.unlink()
    found = again(case)
    assert found.progress().is_complete
    assert figures_of(found).head.edition == case.edition


def test_what_a_move_comes_to_is_shown_and_then_is_so(case: Case, file: Path) -> None:
    """What re-opens and why, what closes, what is left behind, what is new; other words alone change nothing."""
    done(case, "gather.greet", "gather.count")
    approve(case)
    case.save_answers({"shop": {"name": "Bun & Son", "ovens": 3}}, "test")
    file.write_text(OTHER)
    edition = edition_of("bakery-voice")
    shown = change_to(case, edition)
    assert shown.sentences() == [
        "The gate closes: Go.",
        "Count the ovens (done), of an earlier edition: kept, nothing follows from it.",
        "Not asked any more, its answer is kept: Shop: Ovens.",
        "Called otherwise: Switch over, before that Switch.",
        "New task: Test.",
        "New question: Street.",
    ]
    assert again(case).edition == case.edition
    move(case, edition, "the street matters")
    found = again(case)
    assert found.edition == edition.digest
    assert [task.id for task in found.profile.tasks] == ["gather.greet", "cutover.test", "cutover.switch"]
    assert state(found, "gather.greet") is TaskState.DONE
    assert not found.progress().gates["go"].is_open
    assert found.checked().problems == ()
    assert found.orphans == {"shop": {"ovens": 3}}
    assert [one.task for one in left_behind(found.context())] == ["gather.count"]
    (line,) = [line for line in found.record.evidence if line.what.kind == "edition.moved"]
    assert (line.what.values["from"], line.what.values["to"]) == (case.engagement.editions[0].digest, edition.digest)
    assert "the street matters" in str(line.what)
    assert found.store.verify() == []


ASKED = '\n[gate.go.asks.{name}]\nkind = "{kind}"\nlabel = "{label}"\n'


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("", ASKED.format(name="day", kind="date", label="Which day")),
        (ASKED.format(name="day", kind="text", label="Day"), ASKED.format(name="day", kind="date", label="Day")),
        ("", "needs_evidence = true\n"),
        ('question = "Shall we?"', 'question = "Shall we, at night?"'),
    ],
)
def test_a_decision_whose_gate_asks_something_else_is_taken_anew(case: Case, file: Path, was: str, now: str) -> None:
    """The gate is listed before the move, closed after it with an event; moved back, the yes counts again."""

    def text(part: str) -> str:
        place = BAKERY.index("[section.shop]") if not part.startswith("question") else 0
        return BAKERY.replace('question = "Shall we?"', part) if not place else BAKERY[:place] + part + BAKERY[place:]

    file.write_text(text(was))
    if text(was) != BAKERY:
        move(case, edition_of("bakery-voice"), "as it was")
    old = case.edition
    answers = {"day": "Monday"} if "day" in was else {}
    decide(case.acting("Ben Bun"), Vote("go", True, "customer", answers=answers))
    case.save_section("shop", {"name": "Bun & Son", "ovens": 4})
    file.write_text(text(now))
    assert case.progress().gates["go"].is_open
    assert "The gate closes: Go." in change_to(case, edition_of("bakery-voice")).sentences()
    move(case, edition_of("bakery-voice"), "")
    found = again(case)
    gate = found.progress().gates["go"]
    assert not gate.is_open
    assert any("Ben Bun had approved, but the question is another since." in one for one in map(str, gate.missing))
    lines = [str(line.what) for line in found.record.evidence if line.what.kind == "gate.redefined"]
    assert lines == ["Ben Bun had approved “Go”; the edition of the profile asks otherwise"]
    found.note_progress()
    assert len([line for line in again(case).record.evidence if line.what.kind == "gate.redefined"]) == 1
    move(found, edition_named(case.store, old), "back")
    assert again(case).progress().gates["go"].is_open


def test_a_gate_that_is_only_worded_otherwise_stays_open(case: Case, file: Path) -> None:
    """Another title, another label of what is asked, or less that is asked: what was said still says it."""
    ask = ASKED.format(name="day", kind="text", label="Day")
    place = BAKERY.index("[section.shop]")
    file.write_text(BAKERY[:place] + ask + BAKERY[place:])
    move(case, edition_of("bakery-voice"), "")
    decide(case.acting("Ben Bun"), Vote("go", True, "customer", answers={"day": "Monday"}))
    for text in (
        (BAKERY[:place] + ask + BAKERY[place:]).replace('label = "Day"', 'label = "Which day"'),
        BAKERY.replace('title = "Go"', 'title = "Go ahead"'),
    ):
        file.write_text(text)
        assert not any("gate closes" in one for one in change_to(case, edition_of("bakery-voice")).sentences())
        move(case, edition_of("bakery-voice"), "")
        found = again(case)
        assert found.progress().gates["go"].is_open
        assert not [line for line in found.record.evidence if line.what.kind == "gate.redefined"]


def test_a_gate_that_is_cut_out_is_named(case: Case, file: Path) -> None:
    """With nothing else that differs: as a whole, or where it holds a task no more."""
    gate = BAKERY[BAKERY.index("[gate.go]") : BAKERY.index("[section.shop]")]
    file.write_text(BAKERY.replace('gates = ["go"]', 'helpers = ["customer"]').replace(gate, ""))
    assert change_to(case, edition_of("bakery-voice")).sentences() == [
        "Not a gate any more, what was decided is kept: Go."
    ]
    other = (
        '[task.cutover.look]\ntitle = "Look"\nparty = "engineer"\nchannel = "call"\nevidence = "x"\ngates = ["go"]\n'
    )
    file.write_text(BAKERY.replace('gates = ["go"]\n', "") + "\n" + other)
    assert change_to(case, edition_of("bakery-voice")).sentences() == [
        "Not held any more by “Go”: Switch.",
        "New task: Look.",
    ]


def test_a_task_that_is_held_from_then_on_and_one_that_is_back_are_named(case: Case, file: Path) -> None:
    """A gate that is there already holds another task too; what was done before counts again, and is not new."""
    done(case, "gather.count")
    held = BAKERY.replace('params = { fields = ["shop.name"] }', 'params = { fields = ["shop.name"] }\ngates = ["go"]')
    file.write_text(held.replace(COUNT, "").replace('label = "Ovens"', 'label = "Ovens"\ninformational = true'))
    found = change_to(case, edition_of("bakery-voice")).sentences()
    assert "Held by “Go” from then on: Greet the shop." in found
    move(case, edition_of("bakery-voice"), "")
    assert state(case, "gather.greet") is TaskState.BLOCKED
    file.write_text(BAKERY)
    assert change_to(again(case), edition_of("bakery-voice")).sentences() == [
        "Not held any more by “Go”: Greet the shop.",
        "Stands again as it was done: Count the ovens.",
    ]


def test_what_the_new_edition_would_have_done_otherwise_is_done_anew(case: Case, file: Path) -> None:
    """The street is shown at the greeting, once there is one; moved back, the greeting stands as it was done."""
    done(case, "gather.greet")
    old = case.edition
    file.write_text(OTHER)
    move(case, edition_of("bakery-voice"), "")
    assert state(case, "gather.greet") is TaskState.DONE
    case.save_section("shop", {"name": "Bun & Son", "street": "1 Elm Street"})
    assert state(case, "gather.greet") is TaskState.READY
    move(case, edition_named(case.store, old[:8]), "a mistake")
    found = again(case)
    assert (found.edition, state(found, "gather.greet")) == (old, TaskState.DONE)
    assert found.document == {"shop": {"name": "Bun & Son", "ovens": 3}}
    assert found.orphans == {"shop": {"street": "1 Elm Street"}}


def test_a_revision_has_it_done_anew(case: Case, file: Path) -> None:
    """Where the profile says that what was done before does not do; the record says why, with an event of its own."""
    done(case, "gather.greet")
    file.write_text(BAKERY.replace('title = "Greet the shop"\n', 'title = "Greet the shop"\nrevision = 1\n'))
    shown = change_to(case, edition_of("bakery-voice"))
    (sentence,) = shown.effects.sentences()
    assert sentence.startswith("To be done anew: Greet the shop. The edition of the profile is another since")
    move(case, edition_of("bakery-voice"), "")
    assert state(case, "gather.greet") is TaskState.READY
    assert [line.what.kind for line in case.record.evidence][-1] == "task.redefined"
    done(case, "gather.greet")
    assert state(case, "gather.greet") is TaskState.DONE


def test_a_case_that_is_open_follows(case: Case, file: Path) -> None:
    """As a kernel that stays open for days: with the next look it has the edition that somebody moved it to."""
    other = again(case)
    file.write_text(OTHER)
    move(other, edition_of("bakery-voice"), "")
    assert case.progress().task("cutover.test").state is TaskState.READY
    assert case.edition == other.edition


@pytest.mark.parametrize("how", ["finished", "ended"])
def test_who_is_finished_or_has_ended_is_not_moved(case: Case, file: Path, how: str) -> None:
    """Refused by name; nothing is kept."""
    if how == "finished":
        done(case, "gather.greet", "gather.count")
        approve(case)
        done(case, "cutover.switch")
        code = r"EDITION-FINISHED: Bun & Son \(bun\) was handed over on 2026-03-02"
    else:
        cancel(case, "they closed")
        code = "CUSTOMER-ENDED: Bun & Son has ended"
    file.write_text(OTHER)
    before = case.store.moment("bun").head
    with pytest.raises(InputError, match=code):
        move(case, edition_of("bakery-voice"), "")
    assert case.store.moment("bun").head == before


def test_the_same_edition_is_no_other(case: Case, file: Path) -> None:
    """Also where the file was only written anew."""
    file.write_text(BAKERY)
    with pytest.raises(InputError, match="EDITION-SAME"):
        change_to(case, edition_of("bakery-voice"))


def test_the_catalogue_beside_the_profile_is_kept_with_it(case: Case, file: Path) -> None:
    """The customer reads the words of its edition, over those that are shipped, whatever becomes of the catalogue."""
    catalogue = file.parent / "languages" / "es.toml"
    catalogue.parent.mkdir()
    catalogue.write_text('[words]\n"Ovens" = "Hornos"\n', encoding="utf-8")
    pan = Customer("pan", "Pan", AT, language="es", is_training=True)
    case.store.create_customer(pan, "bakery-voice", "ana", edition_of("bakery-voice"))
    catalogue.write_text('[words]\n"Ovens" = "Fogones"\n', encoding="utf-8")
    found = Case.open(case.store, "pan", AT, "ana")
    question = found.questionnaire.question("shop.ovens")
    assert question is not None
    assert question.label == "Hornos"
    assert found.language("done") == "hecho"
    alone = file.parent / "bakery-voice.es.toml"
    alone.write_text('[words]\n"Ovens" = "Cocinas"\n', encoding="utf-8")
    assert found.edition != edition_of("bakery-voice").digest
    move(found, edition_of("bakery-voice"), "")
    assert found.language("Ovens") == "Cocinas"


def test_an_edition_is_read_once_for_all_its_customers(case: Case, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are opened in a process: each of its files once, checked, and parsed once."""
    for number in range(5):
        made = Customer(f"bun-{number}", "Bun", AT, is_training=True)
        case.store.create_customer(made, "bakery-voice", "ana", edition_of("bakery-voice"))
    file.unlink()
    read: list[str] = []
    get = BlobStore.get

    def counted(self: BlobStore, name: str, digest: str) -> bytes:
        read.append(name)
        return get(self, name, digest)

    monkeypatch.setattr(BlobStore, "get", counted)
    with Store.open(case.store.layout.folder, "") as store:
        opened = [Case.open(store, f"bun-{number}", AT, "ana") for number in range(5)]
        files = store.edition(case.edition).digests.values()
    assert sorted(read) == sorted([case.edition, *files])
    assert len({id(one._offer) for one in opened}) == 1


def test_an_extension_that_is_not_installed_is_named(case: Case, file: Path) -> None:
    """Code is never kept with an edition: what it names comes from the installation, or is an error that says so."""
    file.write_text(BAKERY.replace('channel = "call"\n', 'channel = "call"\naction = "bake"\n'))
    oven = Customer("oven", "Oven", AT, is_training=True)
    case.store.create_customer(oven, "bakery-voice", "ana", edition_of("bakery-voice"))
    with pytest.raises(ProfileError, match=r"EDITION-BROKEN.*which is kept") as caught:
        Case.open(case.store, "oven", AT, "ana")
    assert "task.gather.greet.action: there is no planner 'bake'" in caught.value.message
    assert "Install what it names" in caught.value.remedy


DESK = """
[party.desk]
title = "Desk"
side = "provider"
contact = "desk@provider.example"

[task.gather.order]
title = "Order the lines"
party = "engineer"
channel = "e-mail"
action = "request"
evidence = "The order"
params = { to = "desk", subject = "Lines", intro = "Please.", fields = ["shop.ovens"] }

[task.gather.deliver]
title = "Deliver the lines"
party = "desk"
channel = "visit"
action = "confirm"
after = ["gather.order"]
lead = { days = 5, source = "made up" }
evidence = "A list"
"""


@pytest.mark.parametrize("is_reworded", [True, False])
def test_a_request_that_is_out_is_changed_only_where_it_says_something_else(
    case: Case, file: Path, is_reworded: bool
) -> None:
    """Other words alone send nothing; another field is shown before the move, and is a change under the number."""
    file.write_text((BAKERY + DESK).replace('channel = "visit"', 'channel = "site-visit"'))
    move(case, edition_of("bakery-voice"), "")
    version = case.context().version
    [request] = desired(case.context().known("gather.order"), case.context())
    case.store.intend("bun", "gather", request, "bun.1.gather.order", AT, "ana", version)
    case.store.conclude("bun", "bun.1.gather.order", Outcome(Verdict.DONE, "R-1"), AT)
    case.set_task(TaskRecord("gather.order", TaskState.DONE, AT, "engineer", version=version))
    text = file.read_text()
    file.write_text(text.replace('intro = "Please."', 'intro = "Kindly."') if is_reworded
                    else text.replace('fields = ["shop.ovens"]', 'fields = ["shop.ovens", "shop.name"]'))  # fmt: skip
    shown = change_to(case, edition_of("bakery-voice"))
    assert bool(shown.effects.requests) is not is_reworded
    move(case, edition_of("bakery-voice"), "")
    assert (state(case, "gather.order") is TaskState.DONE) is is_reworded


@pytest.mark.parametrize("is_out", [True, False])
def test_what_happens_to_a_request_without_the_move_is_not_said_of_it(
    case: Case, file: Path, monkeypatch: pytest.MonkeyPatch, is_out: bool
) -> None:
    """A change that other answers ask for, and a mail that a mail server now takes over, are nothing of the edition."""
    file.write_text((BAKERY + DESK).replace('channel = "visit"', 'channel = "site-visit"'))
    move(case, edition_of("bakery-voice"), "")
    [request] = desired(case.context().known("gather.order"), case.context())
    case.store.intend("bun", "gather", request, "bun.1.gather.order", AT, "ana", case.context().version)
    case.store.conclude("bun", "bun.1.gather.order", Outcome(Verdict.DONE if is_out else Verdict.PENDING, "R-1"), AT)
    case.set_task(TaskRecord("gather.order", TaskState.WAITING, AT, "engineer", version=case.context().version))
    monkeypatch.setenv(settings.SMTP_HOST.name, "mail.example")
    if is_out:
        case.save_answers({"shop": {"name": "Bun & Son", "ovens": 4}}, "test")
    text = file.read_text()
    file.write_text(text.replace('title = "Order the lines"', 'title = "Order lines"'))
    shown = change_to(again(case), edition_of("bakery-voice"))
    assert (shown.effects.requests, [new for _old, new in shown.retitled]) == ((), ["Order lines"])
    if is_out:
        file.write_text(text.replace('fields = ["shop.ovens"]', 'fields = ["shop.ovens", "shop.name"]'))
        assert len(change_to(again(case), edition_of("bakery-voice")).effects.requests) == 1


def test_a_customer_does_not_become_another_providers(case: Case, tmp_path: Path) -> None:
    """A mistyped profile moves nobody: another provider's service is one of its own."""
    other = BAKERY.replace('provider = "Bakery telephones"', 'provider = "Corner telephones"')
    (tmp_path / "corner-voice.toml").write_text(other)
    with pytest.raises(InputError, match=r"EDITION-PROVIDER: .* is offered by Corner telephones.*onboard engage bun"):
        change_to(case, edition_named(case.store, "corner-voice"))
