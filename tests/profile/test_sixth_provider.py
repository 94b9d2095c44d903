"""A sixth provider, made from the commented template by somebody who knows words and not Python."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onboarding import settings
from onboarding.case.case import Case
from onboarding.cli.simulation import play
from onboarding.domain.history import Customer
from onboarding.domain.registry import installed
from onboarding.domain.reservation import InventoryState
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.profile.load import lint, load_profile, profile_ids
from onboarding.resources import shipped
from onboarding.store.store import Store

TEMPLATE = shipped("data", "templates", "profile.toml")
NAME = "granite-state-voice"
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
POTTERY = Customer("northbrook-pottery", "Northbrook Pottery", AT)

WORDS = {
    "Your Provider": "Granite State Voice",
    "your-provider.example": "granitestatevoice.example",
    "Onboarding coordinator": "Welcome desk",
    'runs = ["coordinator"]': 'runs = ["coordinator", "engineer"]',
    'meetings]\ntitle = "Meetings"': 'fax]\ntitle = "Fax"',
    "guide, page": "welcome book, page",
    "business_days = 4": "weeks = 2",
}

ANSWERS: dict[str, Any] = {
    "company": {
        "name": "Northbrook Pottery", "domain": "northbrookpottery.example", "time_zone": "America/New_York",
        "go_live_on": "2026-05-04",
    },
    "contacts": [
        {"name": "Mae Lindgren", "role": "primary", "email": "mae@northbrookpottery.example"},
        {"name": "Otis Grant", "role": "signer", "email": "otis@northbrookpottery.example"},
    ],
    "sites": [{"name": "Kiln", "street": "7 Clay Lane", "city": "Concord", "state": "NH", "zip": "03301"}],
    "users": [
        {"first_name": "Mae", "last_name": "Lindgren", "email": "mae@northbrookpottery.example", "site": "Kiln",
         "extension": "201", "services": ["voice"], "voice_plan": "full", "did": "+16035550110"},
        {"first_name": "Otis", "last_name": "Grant", "email": "otis@northbrookpottery.example", "site": "Kiln",
         "extension": "202", "services": ["voice", "fax"], "voice_plan": "basic", "did": "+16035550111"},
        {"first_name": "Ida", "last_name": "Rowe", "email": "ida@northbrookpottery.example", "site": "Kiln",
         "extension": "203", "services": ["fax"]},
    ],
    "telephony": {"kind": "port"},
    "port_orders": [
        {"btn": "+16035550100", "losing_carrier": "Old Wire", "scope": "full", "signer": "Otis Grant", "site": "Kiln",
         "bill_on": "2026-02-20"},
    ],
    "port_numbers": [{"number": "+16035550100", "btn": "+16035550100"}],
    "did_ranges": [{"start": "+16035550110", "end": "+16035550119"}],
    "greeting": {"text": "Welcome to Northbrook Pottery.", "recorded_by": "customer"},
    "devices": [{"mac": "08-00-0F-AA-00-01", "user": "mae@northbrookpottery.example"}],
}  # fmt: skip


def authored() -> str:
    """The template as an author leaves it: words replaced, the optional parts uncommented."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for old, new in WORDS.items():
        assert old in text, old
        text = text.replace(old, new)
    return re.sub(r"^#\| ?", "", text, flags=re.MULTILINE)


@pytest.fixture
def profile_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "profiles"
    folder.mkdir()
    monkeypatch.setenv(settings.PROFILES.name, str(folder))
    path = folder / f"{NAME}.toml"
    path.write_text(authored(), encoding="utf-8")
    return path


def test_the_template_is_a_whole_profile_as_it_stands() -> None:
    """An author begins with something that works."""
    assert lint(TEMPLATE) == []


def test_the_template_explains_itself() -> None:
    """Every kind of part has a comment before it, and the usual recipes are named."""
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#") and not line.startswith("#|")]
    assert len(comments) > 50
    said = " ".join(comments)
    for part in ("party", "service", "gate", "rule", "claim", "task", "operation", "reference"):
        assert f"[{part}." in said, part
    for planner in ("manual", "check", "request", "confirm", "record", "rows"):
        assert installed().find("planner", planner)
        assert f" {planner} " in said, planner


def test_an_author_makes_a_clean_profile_of_it(profile_path: Path) -> None:
    """Words replaced and parts uncommented, nothing else: the lint has nothing to say, and the profile is there."""
    assert lint(profile_path) == []
    assert NAME in profile_ids()
    profile = load_profile(NAME)
    assert profile.provider == "Granite State Voice"
    assert [pack.id for pack in profile.packs] == ["extension-plan", "number-ranges"]
    assert "shown-numbers-are-ours" not in [rule.id for rule in profile.questionnaire.rules]
    assert list(profile.procedures) == ["delete"]
    assert [claim.id for claim in profile.claims] == ["port", "direct-number", "device"]


def test_a_customer_of_the_sixth_provider_comes_to_completion(profile_path: Path, tmp_path: Path) -> None:
    """Through all six stages with mail and people alone; every number and device is in service at the end."""
    with Store.open(tmp_path / "workspace") as store:
        store.create_customer(POTTERY, NAME)
        case = Case.open(store, POTTERY.id, AT, "Pat Moreau")
        case.save_answers(ANSWERS, "sheet")
        assert [str(problem) for problem in case.checked().errors] == []
        told: list[str] = []

        def run(at: datetime) -> None:
            for stage in stages_to_run(case, case.progress()):
                apply_stage(case, stage, wait=lambda seconds: None)

        class Nobody:
            """No engineers work in a portal of ours."""

        end = play(case, Nobody(), run, lambda at, what: told.append(what))
        assert end.is_complete, [(view.task.id, view.state, view.reasons) for view in end.waiting]
        assert "Authorised signer: Sign the letter of authorization" in told
        assert "Customer approves: Go" in told
        items = store.inventory(POTTERY.id)
        assert [item.value for item in items if item.kind != "number"] == ["08000faa0001"]
        assert len(items) == 1 + 11
        assert {item.state for item in items} == {InventoryState.IN_SERVICE}
        assert store.verify(POTTERY.id) == []


Mistake = tuple[str, str, str]
MISTAKES: dict[str, Mistake] = {
    "a template that is not there": (
        '"port_numbers", "did_ranges"]\n\n#', '"port_numbers", "did_range"]\n\n#', "did you mean 'did_ranges'?"),
    "a pack that is not there": ('["extension-plan",', '["extension-plans",', "did you mean 'extension-plan'?"),
    "a party nobody knows": ('owed_by = "signer"', 'owed_by = "singer"', "there is no party 'singer'"),
    "a gate nobody knows": ('gates = ["letter-on-file"]', 'gates = ["letter"]', "there is no gate 'letter'"),
    "a check nobody knows": ('check = "documents-held"', 'check = "document-held"', "did you mean 'documents-held'?"),
    "a key that is misspelt": ('summary = "Company"', 'sumary = "Company"', "did you mean 'summary'?"),
    "an answer nobody asks for": ('greeting = "greeting" }', 'greeting = "greetings" }', "'greetings'"),
    "a key made of nothing": ('key = "users.email"', 'key = "users.mail"', "there is no question 'users.mail'"),
    "an option nobody offers": ('is = "voice" }\nskip_reason = "Nobody has voice."\nlead',
                                'is = "voices" }\nskip_reason = "Nobody has voice."\nlead', "'voices' is no option"),
    "a lead time that is missing": ('lead = { weeks = 2, source = "47 CFR 52.35" }\n', "", "a 'lead' is wanted"),
    "what belongs to a pack": ('[rule.range-is-no-slip]\n', '[rule.range-is-no-slip]\nparams = { most = 5 }\n',
                               "'params' belongs to the rule pack"),
    "a task that waits for itself": ('after = ["provision.create-company"]\neffort_minutes = 10',
                                     'after = ["provision.create-users"]\neffort_minutes = 10',
                                     "these wait for each other"),
    "a claim on words that is one on numbers": ('form = "number"\nstart', 'form = "text"\nstart',
                                                "a range is one of numbers"),
    "an end nobody confirms": ('confirm = "company.domain"\n', "", "what cannot be undone is confirmed"),
}  # fmt: skip


def spoilt(text: str, *mistakes: Mistake) -> str:
    for old, new, _other in mistakes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_found_with_its_line(name: str, profile_path: Path) -> None:
    """The line is that of the mistake, or of the part around it where something is missing."""
    mistake = MISTAKES[name]
    profile_path.write_text(spoilt(authored(), mistake), encoding="utf-8")
    [finding, *_] = [finding for finding in lint(profile_path) if mistake[2] in finding.message]
    assert finding.file == str(profile_path)
    assert abs(finding.line - line_of(authored(), mistake[0])) <= 10


def test_everything_that_is_wrong_is_said_in_one_go(profile_path: Path) -> None:
    """All mistakes at once, each with file, line and key, in the order of the file."""
    profile_path.write_text(spoilt(authored(), *MISTAKES.values()), encoding="utf-8")
    findings = lint(profile_path)
    for name, (_other, _other, message) in MISTAKES.items():
        assert any(message in finding.message for finding in findings), name
    own = [finding.line for finding in findings if finding.file == str(profile_path)]
    assert own == sorted(own)
    assert all(line > 0 for line in own)
