"""Gates in a profile: how they are read, what the lint says, and who does what."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from onboarding.case import lifecycle
from onboarding.case.decisions import Vote, decide
from onboarding.cli.app import app
from onboarding.domain.history import PartyConfirmation
from onboarding.domain.question import Kind
from onboarding.domain.task import LeadTime, Unit
from onboarding.notebook import panel
from onboarding.profile.load import lint, load_profile
from onboarding.stages.responsibility import columns, responsibilities
from tests.gates.conftest import ANA, AT, PROFILE, World


def test_every_key_is_read() -> None:
    """What a profile says about a decision arrives as it was meant."""
    gates = load_profile(PROFILE).gates
    ready, price = gates["ready"], gates["price"]
    assert (ready.each_role, ready.four_eyes, ready.needs_four_eyes) == (True, None, True)
    assert [(question.id, question.kind, question.required) for question in ready.asks] == [
        ("ready.window", Kind.CHOICE, True), ("ready.remark", Kind.TEXT, False),
    ]  # fmt: skip
    assert (price.expires, price.on) == (LeadTime(30, Unit.DAYS), ("*",))
    assert gates["pair"].four_eyes is False
    assert load_profile(PROFILE).parties["customer"].contact_roles == ("primary", "signer")
    assert lint(PROFILE) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ('roles = ["customer", "engineer"]\neach_role', 'roles = ["customer"]\neach_role', "gate.ready.each_role",
         "at least two 'roles'"),
        ("each_role = true\n", "each_role = true\nquorum = 5\n", "gate.ready.quorum", "as many approvals as roles"),
        ('on = ["*"]', 'on = ["*", "company"]', "gate.price.on", "'*' is every answer already"),
        ("expires = { days = 30 }", 'expires = { days = 30, before = "go-live" }', "gate.price.expires",
         "a while after it was given"),
        ("expires = { days = 30 }", "expires = { days = 0 }", "gate.price.expires", "a while after it was given"),
        ("expires = { days = 30 }", "expires = { days = 3, weeks = 1 }", "gate.price.expires",
         "a lead time has one of"),
        ('on = ["company.name"]\nfour_eyes = false', "four_eyes = true", "gate.pair.four_eyes", "bound to no answers"),
        ('roles = ["manager"]', 'roles = ["engineer", "manager"]', "gate.late.roles",
         "it is the provider's to approve, and 'engineer' alone could"),
        ('kind = "check"\n', 'kind = "check"\neach_role = true\n', "gate.filled-in.each_role", "only a decision"),
        ('kind = "check"\n', 'kind = "check"\nexpires = { days = 3 }\n', "gate.filled-in.expires", "only a decision"),
        ('kind = "choice"\nlabel = "Window"', 'kind = "reference"\nlabel = "Window"', "gate.ready.asks",
         "cannot be a reference"),
        ('options = { day = "During the day", evening = "In the evening" }', "", "gate.ready.asks.window",
         "a choice needs 'options'"),
        ('label = "Remark"', 'label = "Remark"\nlenght = 3', "gate.ready.asks.remark.lenght", "unknown key"),
        ('on = ["users.extension", "company"]', 'on = ["users.extention"]', "gate.ready.on[0]",
         "there is no question or section 'users.extention'; did you mean 'users.extension'?"),
        ('"primary", "signer"', '"primary", "singer"', "party.customer.contact_roles[1]",
         "'singer' is no option of contacts.role"),
        ('side = "reseller"', 'side = "reseller"\ncontact_roles = ["primary"]', "party.engineer.contact_roles",
         "only a party of its side"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(old: str, new: str, where: str, words: str, tmp_path: Path) -> None:
    """Each mistake is reported with its key and its line."""
    text = PROFILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    broken = tmp_path / "two-sides.toml"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    found = [finding for finding in lint(broken) if finding.key == where]
    assert any(words in finding.message for finding in found), lint(broken)
    assert all(finding.line > 1 for finding in found)


def test_who_does_what_and_how_long() -> None:
    """Task, assigned to, duration and comments; what the guide leaves open is marked until somebody confirms it."""
    profile = load_profile(PROFILE)
    call, build = responsibilities(profile, "provision")
    assert (call.assigned_to, call.duration, call.comments) == (
        "Project manager (inferred)", "2 days", ("By telephone",),
    )  # fmt: skip
    assert build.comments == ("In the portal", "Gate: The price is accepted", "Gate: Two have looked at it")
    switch = responsibilities(profile, "telephony")[0]
    assert (switch.duration, switch.comments[:2]) == ("1 h of work", ("By telephone", "With Project manager"))
    confirmed = {"provision.call": PartyConfirmation("provision.call", "manager", "Kay Lund", AT)}
    assert responsibilities(profile, "provision", confirmed)[0].assigned_to == "Project manager (confirmed by Kay Lund)"
    assert columns(responsibilities(profile, "cutover")) == (["Go (Customer; 1 week)"], [])


def test_a_confirmed_party_is_shown_at_the_customer(world: World) -> None:
    """The runbook's table has the party that was confirmed for this customer, and its own column."""
    lifecycle.confirm_party(world.case("Kay Lund"), "provision.call", "customer")
    case = world.case()
    html = panel.responsibilities_html(case.profile, "provision", case.record.parties)
    assert "Customer (confirmed by Kay Lund)" in html
    assert "<li>Make a test call (Customer (confirmed by Kay Lund); 2 days)</li>" in html
    assert "inferred" not in html


def test_the_command_shows_it(home: Path) -> None:
    """`onboard profile show` has the table, both columns, and the terms of each decision; one stage when asked."""
    shown = CliRunner().invoke(app, ["profile", "show", "two-sides"]).stdout
    assert "Project manager (inferred)" in shown
    assert "Go (Customer; 1 week)" in shown
    assert "Decided by each of Customer and Engineer; nobody approves answers of their own; asks: Window" in shown
    assert "Decided by 2 of Engineer or Project manager; holds for 2 business days" in shown
    one = CliRunner().invoke(app, ["profile", "show", "two-sides", "--stage", "40"]).stdout
    assert "enable_services.enable" in one
    assert "provision.call" not in one
    assert "Two have looked at it" not in one


def test_one_person_under_any_name(world: World) -> None:
    """A person is the same by name, by address and by both, in any spelling; an address decides over a name."""
    decide(world.case("ANA   ortiz"), Vote("ready", False, "customer"))
    assert world.gate("ready").missing == (f"{ANA} said no.",)
