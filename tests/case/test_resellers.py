"""Resellers: whose customers are whose, what can be limited to theirs, and in whose name customers are written to."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onboarding import frames
from onboarding.case.attachments import sheet
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, objections
from onboarding.case.resellers import pass_on, reseller_of, sold_by
from onboarding.cli.app import app
from onboarding.connectors.message import compose, sender_of
from onboarding.domain.history import Customer
from onboarding.domain.reseller import Reseller
from onboarding.errors import EvidenceError, InputError
from onboarding.report.completion import CompletionReport, figures_of
from onboarding.report.data_file import to_json
from onboarding.report.portfolio import Portfolio
from onboarding.stages.basis import has_moved
from onboarding.stages.desired import desired
from onboarding.store.reseller_repository import LARGEST_LOGO, read_resellers
from onboarding.store.store import Store
from tests.world import World

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)  # one dot
ACME = """
[reseller.acme]
name = "Acme Networks"
providers = ["chinook", "emetrotel"]
sender = "onboarding@acme.example"
portal = "https://portal.acme.example"
letter_head = ["Acme Networks, 1 Main Street, Boston, MA 02110", "+1 617 555 0100"]
logo = "acme.png"

[reseller.bell]
name = "Bell & Sons"
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two resellers, a customer of each, and one of nobody."""
    monkeypatch.setenv("ONBOARDING_HOME", str(tmp_path))
    found = Store.open(tmp_path)
    found.layout.resellers.write_text(ACME, encoding="utf-8")
    (tmp_path / "acme.png").write_bytes(PNG)
    for name, reseller in (("adams", "acme"), ("brown", "bell"), ("clark", "")):
        found.create_customer(Customer(name, name.title(), AT, reseller=reseller), "chinook")
        Case.open(found, name, AT, "Pat").note_progress()
    return found


def run(*words: str) -> str:
    said = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.stdout


def test_customers_for_training_are_counted_apart(store: Store) -> None:
    """Who is only trained with is no customer of anybody."""
    store.create_customer(Customer("trial", "Trial", AT, reseller="acme", is_training=True), "chinook")
    lines = [line.split()[-2:] for line in run("reseller").splitlines() if "Acme" in line or "Bell" in line]
    assert lines == [["1", "1"], ["1", "0"]]


def test_lists_and_frames_are_of_one_reseller(store: Store) -> None:
    """Customers, tasks, runs, records and the overview: only theirs, and all without a reseller."""
    found: list[Callable[..., frames.Frame]] = [frames.customers, frames.overview, frames.tasks, frames.records]
    for frame in found:
        assert set(frame(reseller="acme", store=store)["customer"]) == {"adams"}, frame
        assert set(frame(store=store)["customer"]) == {"adams", "brown", "clark"}, frame
    for frame in (frames.runs, frames.evidence, frames.numbers, frames.durations):
        assert set(frame(reseller="acme", store=store)["customer"]) <= {"adams"}, frame
    assert dict(zip(*frames.customers(store=store)[["customer", "reseller"]].to_numpy().T, strict=True)) == {
        "adams": "acme", "brown": "bell", "clark": ""
    }  # fmt: skip


def test_commands_are_of_one_reseller(store: Store) -> None:
    """The status, also for a program; the list of resellers counts their customers."""
    assert [one["customer"] for one in json.loads(run("status", "--reseller", "bell", "--json"))] == ["brown"]
    assert "adams" not in run("status", "--reseller", "bell")
    listed = run("reseller")
    assert "Acme Networks" in listed
    assert "nobody's" in listed
    assert "Clark (clark) is a customer of nobody." in run("reseller", "clark")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("reseller", "adams", "bell", "--nobody"), "RESELLER-WHICH"),
        (("status", "adams", "--reseller", "bell"), "STATUS-WHOSE"),
        (("report", "adams", "--reseller", "bell"), "REPORT-WHOSE"),
    ],
)
def test_what_contradicts_itself_is_refused(words: tuple[str, ...], code: str, store: Store) -> None:
    """One reseller or nobody, one customer or those of a reseller."""
    said = CliRunner().invoke(app, list(words))
    assert (said.exit_code, code in said.stderr) == (2, True)
    assert store.customer("adams").reseller == "acme"


@pytest.mark.parametrize("frame", [frames.customers, frames.tasks, frames.overview])
def test_nobody_takes_a_misspelt_reseller_for_one_without_customers(
    frame: Callable[..., frames.Frame], store: Store
) -> None:
    """It is refused by name; one that is listed and has none gives an empty list."""
    with pytest.raises(InputError, match="RESELLER-UNKNOWN") as refusal:
        frame(reseller="acmee", store=store)
    assert refusal.value.remedy == "There are: acme, bell."
    pass_on(store, "brown", "", "Pat")
    assert len(frame(reseller="bell", store=store)) == 0


def test_the_portfolio_is_of_one_reseller(store: Store) -> None:
    """It says whose, and shows nobody else's customers."""
    html = str(Portfolio(frames.overview(reseller="acme", store=store), AT, set(), "Acme Networks").customers().html)
    assert "Adams" in html
    assert "Brown" not in html
    heading = Portfolio(frames.overview(reseller="acme", store=store), AT, set(), "Acme Networks").heading()
    assert "Portfolio of Acme Networks" in str(heading.html)


def test_a_customer_is_passed_on(store: Store) -> None:
    """By command, with a record of it; only to a reseller that is listed and sells the provider's service."""
    assert "is a customer of Bell &amp; Sons" not in run("reseller", "clark", "bell")
    assert store.customer("clark").reseller == "bell"
    assert "is a customer of nobody" in run("reseller", "clark", "--nobody")
    assert [one.action for one in store.records("clark")].count("customer.change") == 2
    assert store.verify() == []
    with pytest.raises(InputError, match="RESELLER-UNKNOWN"):
        pass_on(store, "clark", "bel", "Pat")
    with pytest.raises(InputError, match=r"RESELLER-PROVIDER: Acme Networks does not sell univoip-teams\."):
        reseller_of(store, "acme", "univoip-teams")
    assert sold_by(store, "bell")("brown")


def test_a_new_customer_is_a_resellers_from_the_first_day(store: Store) -> None:
    """A reseller that is not there, or sells something else, makes none."""
    run("new", "davis", "--profile", "chinook", "--reseller", "acme")
    assert store.customer("davis").reseller == "acme"
    for profile, reseller in (("chinook", "acmee"), ("univoip-teams", "acme")):
        said = CliRunner().invoke(app, ["new", "evans", "--profile", profile, "--reseller", reseller])
        assert said.exit_code == 2
        assert "RESELLER-" in said.stderr
    assert "evans" not in {one.id for one in store.customers()}


def of_acme(world: World) -> Case:
    """The customer of a world, passed on to Acme."""
    case = world.case
    case.store.layout.resellers.write_text(ACME, encoding="utf-8")
    (case.store.layout.folder / "acme.png").write_bytes(PNG)
    pass_on(case.store, case.customer.id, "acme", "Pat", case.at)
    return Case.open(case.store, case.customer.id, case.at, "Pat")


def test_mails_come_from_the_reseller(mixed: World) -> None:
    """From its address, with its letter head below the text; without a reseller from the workspace's."""
    task = mixed.case.profile.task("telephony.request-new-numbers")
    assert task is not None
    [before] = desired(task, mixed.case.context())
    assert sender_of(before, "onboarding@reseller.example") == "onboarding@reseller.example"
    [action] = desired(task, of_acme(mixed).context())
    assert sender_of(action, "onboarding@reseller.example") == "onboarding@acme.example"
    mail = compose(action, "r1", sender_of(action, ""), AT)
    read = message_from_bytes(bytes(mail), policy=policy.default)
    assert read["From"] == "onboarding@acme.example"
    text = read.get_content()
    assert text.splitlines()[-3:] == ["-- ", "Acme Networks, 1 Main Street, Boston, MA 02110", "+1 617 555 0100"]


def test_another_reseller_sends_nothing_again(mixed: World) -> None:
    """Who sends a request is no part of what it asks for: what is out stays out."""
    mixed.apply("telephony")
    name = "telephony.request-new-numbers"
    record = mixed.case.record.tasks[name]
    task = mixed.case.profile.task(name)
    assert task is not None
    case = of_acme(mixed)
    assert not has_moved(task, record, case.context())
    assert case.record.tasks[name] == record


def test_what_customers_are_given_bears_the_resellers_name(mixed: World) -> None:
    """Report, workbook and page; the report's figures name it and do not carry its picture."""
    case = of_acme(mixed)
    report = CompletionReport(figures_of(case))
    heading, contacts = str(report.heading().html), str(report.contacts().html)
    assert "Acme Networks" in heading
    assert '<img src="data:image/png;base64,' in heading
    assert "https://portal.acme.example" in contacts
    assert "1 Main Street" in contacts
    document = json.loads(to_json(figures_of(case)))
    assert document["reseller"] == "acme"
    assert b"base64" not in to_json(figures_of(case))
    assert case.titled.endswith(" · Acme Networks")
    assert sheet(case).data


def test_without_a_reseller_nothing_is_said_of_one(mixed: World) -> None:
    """As it was."""
    assert 'class="brand"' not in str(CompletionReport(figures_of(mixed.case)).heading().html)
    assert mixed.case.titled == mixed.case.customer.name


def test_a_reseller_that_is_listed_no_more_holds_nobody_up(mixed: World) -> None:
    """Its customers go on under its id; a broken file is refused by name."""
    case = of_acme(mixed)
    case.store.layout.resellers.write_text("", encoding="utf-8")
    assert Case.open(case.store, case.customer.id, case.at, "Pat").reseller == Reseller("acme", "acme")
    case.store.layout.resellers.write_text("[reseller.acme]\nnme = 'x'\n", encoding="utf-8")
    with pytest.raises(InputError, match="RESELLER-FILE"):
        Case.open(case.store, case.customer.id, case.at, "Pat").context()


def test_people_of_one_reseller_act_for_its_customers_only(mixed: World) -> None:
    """An entry of people.toml may hold for some resellers."""
    case = of_acme(mixed)
    people = '[[person]]\nname = "Rosa Diaz"\nroles = ["reseller", "customer"]\nresellers = ["{}"]\n'
    case.store.layout.people.write_text(people.format("bell"), encoding="utf-8")
    vote = Vote("go-no-go", True, "reseller")
    assert "GATE-PERSON" in [one.code for one in objections(case.acting("Rosa Diaz"), vote)]
    case.store.layout.people.write_text(people.format("acme"), encoding="utf-8")
    assert "GATE-PERSON" not in [one.code for one in objections(case.acting("Rosa Diaz"), vote)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[reseller.acme\n", "it cannot be read"),
        ("[reseller.acme]\nnme = 'x'\n", "reseller.acme.name: field required; unknown key 'reseller.acme.nme' ("),
        ("[reseller.Acme]\nname = 'x'\n", "reseller.Acme"),
        ("[reseller.acme]\nname = 'x'\nsender = 'nobody'\n", "reseller.acme.sender"),
        ("[reseller.acme]\nname = 'x'\nportal = 'portal'\n", "reseller.acme.portal"),
        ("[reseller.acme]\nname = 'x'\nportal = 'ftp://acme.example'\n", "portal: URL scheme should be"),
        (
            "[[reseller]]\nid = 'acme'\nname = 'x'\n",
            "a reseller stands under [reseller.<id>], such as [reseller.acme], in",
        ),
        (
            "[[reseller.acme]]\nname = 'x'\n",
            "a reseller stands under [reseller.<id>], such as [reseller.acme], in single",
        ),
        ("[reseller.acme]\nname = 'x'\nproviders = 'chinook'\n", "reseller.acme.providers"),
        ("[reseller.acme]\nname = 'x'\nlogo = 'none.png'\n", "the logo none.png cannot be read"),
        ("[reseller.acme]\nname = 'x'\nlogo = 'text.png'\n", "is no PNG or JPEG"),
        ("[reseller.acme]\nname = 'x'\nlogo = 'large.png'\n", "is no PNG or JPEG of at most 100 kB"),
        ("[reseller.acme]\nname = 'x'\nlogo = '../acme.png'\n", "does not lie beside it"),
        ("[resellers.acme]\nname = 'x'\n", "unknown key 'resellers'; resellers stand under [reseller.<id>]"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(text: str, words: str, tmp_path: Path) -> None:
    """Everything at once, with its place."""
    (tmp_path / "resellers.toml").write_text(text, encoding="utf-8")
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "large.png").write_bytes(PNG + bytes(LARGEST_LOGO))
    with pytest.raises(InputError) as refusal:
        read_resellers(tmp_path / "resellers.toml")
    assert refusal.value.code == "RESELLER-FILE"
    assert words in refusal.value.message


@pytest.mark.keeps("C-17")
def test_a_resellers_own_sheet_is_kept_in_versions_and_handed_out_blank(store: Store, tmp_path: Path) -> None:
    """Byte by byte as it was given, the newest or an earlier one; the same once more is no new version."""
    sheet = tmp_path / "sheet.xlsx"
    for version, content in enumerate((b"first", b"second", b"second"), start=1):
        sheet.write_bytes(content)
        assert f"is version {min(version, 2)} of acme's sheet" in run("reseller-sheet", "acme", str(sheet))
    run("reseller-sheet", "acme", "-o", str(tmp_path / "newest.xlsx"))
    run("reseller-sheet", "acme", "-o", str(tmp_path / "first.xlsx"), "--version", "1")
    assert (tmp_path / "newest.xlsx").read_bytes() == b"second"
    assert (tmp_path / "first.xlsx").read_bytes() == b"first"
    assert [one.version for one in store.sheets("acme")] == [2, 1]
    assert "sheet.xlsx" in run("reseller-sheet", "acme")


@pytest.mark.refuses("C-17")
def test_one_reseller_has_no_other_ones_sheet(store: Store, tmp_path: Path) -> None:
    """Nor a version that is not there, nor anything over a file; and a file that was changed is not handed out."""
    sheet = tmp_path / "sheet.xlsx"
    sheet.write_bytes(b"first")
    run("reseller-sheet", "acme", str(sheet))
    assert run("reseller-sheet", "bell").strip() == "There is none."
    refused = {
        ("bell", "-o", "x.xlsx"): "SHEET-NONE",
        ("acme", "-o", "x.xlsx", "--version", "7"): "SHEET-NONE",
        ("acme", "-o", str(sheet)): "SHEET-EXISTS",
        ("acmee",): "RESELLER-UNKNOWN",
    }
    for words, code in refused.items():
        said = CliRunner().invoke(app, ["reseller-sheet", *words])
        assert (said.exit_code, code in said.stderr) == (2, True), words
    [kept] = store.layout.sheets.iterdir()
    kept.chmod(0o600)
    kept.write_bytes(b"other")
    with pytest.raises(EvidenceError, match="FILE-CHANGED"):
        store.sheet("acme")
