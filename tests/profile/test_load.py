"""Profiles by id and by file."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.domain.calendar import Calendar
from onboarding.domain.condition import Condition
from onboarding.domain.registry import Registry
from onboarding.domain.task import STAGES, LeadCase, LeadTime, Unit
from onboarding.errors import InputError, ProfileError
from onboarding.profile.edition import edition_at
from onboarding.profile.load import lint, load_profile, profile_ids
from onboarding.resources import shipped
from tests.profile.sound import write

PROVIDERS = sorted(shipped("data", "providers").glob("*.toml"))
DELIVER = "telephony.deliver-numbers"
TEMPLATES = sorted(shipped("data", "templates", "questions").glob("*.toml"))


@pytest.mark.parametrize("path", PROVIDERS, ids=lambda path: path.stem)
def test_every_profile_is_clean(path: Path) -> None:
    """Every file in data/providers lints clean and loads."""
    assert [str(finding) for finding in lint(path)] == []
    assert load_profile(path.stem).id == path.stem


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_is_used_and_read_without_a_finding(path: Path) -> None:
    """Every file of shared questions is part of some profile, all of which are clean."""
    users = [profile for profile in PROVIDERS if f"questions/{path.name}" in edition_at(profile).files]
    assert users


@pytest.mark.parametrize("name", profile_ids())
def test_blanks_around_a_text_are_no_part_of_it(name: str) -> None:
    """A text of several lines ends with its last word; so its translation is found."""
    profile = load_profile(name)
    texts = [task.guide for task in profile.tasks] + [question.help for question in profile.questionnaire.questions()]
    texts += [section.help for section in profile.questionnaire.sections] + [row.text for row in profile.references]
    assert any(texts)
    assert [text for text in texts if text != text.strip()] == []


def test_a_party_works_on_its_own_calendar(tmp_path: Path) -> None:
    """What it leaves out is as in the provider's; others work where the provider does."""
    desk = 'title = "Service desk"'
    own = 'calendar = { country = "GB", subdivision = "ENG", time_zone = "Europe/London" }'
    zone, closing = 'time_zone = "America/New_York"', 'time_zone = "America/Chicago"\ncloses_at = "16:00"'
    profile = load_profile(write(tmp_path, (desk, f"{desk}\n{own}"), (zone, closing)))
    assert profile.calendars == {"desk": Calendar("GB", "ENG", "Europe/London", closes_at="16:00")}
    assert profile.data.calendar.build() == Calendar("US", "", "America/Chicago", closes_at="16:00")


def test_a_lead_time_has_cases_and_hours(tmp_path: Path) -> None:
    """Each case has its own length; what stands beside them holds otherwise."""
    case = '{ when = { rows = "people", at_least = 50 }, business_days = 1, received_by = "13:00" }'
    task = load_profile(write(tmp_path, ("weeks = 2, ", f"weeks = 2, cases = [{case}], "))).task(DELIVER)
    assert task is not None
    many = Condition("at_least", values=(50,), rows="people")
    assert task.lead == LeadTime(
        2, Unit.WEEKS, source="test",
        cases=(LeadCase(many, LeadTime(1, Unit.BUSINESS_DAYS, received_by=time(13))),),
    )  # fmt: skip


def test_a_profile_is_typed_objects(tmp_path: Path) -> None:
    """Tables become parties, stages, tasks, gates, questions, rules and references."""
    profile = load_profile(write(tmp_path))
    assert profile.id == "small-voice"
    assert [stage.id for stage in profile.stages] == list(STAGES)
    assert profile.runs == ("engineer",)
    deliver = profile.task("telephony.deliver-numbers")
    assert deliver is not None
    assert deliver.lead == LeadTime(2, Unit.WEEKS, source="test")
    assert (deliver.stage, deliver.connector) == ("telephony", "manual")
    switch = profile.task("cutover.switch")
    assert switch is not None
    assert switch.lead == LeadTime(2, Unit.DAYS, "people.wanted_on", is_before=True)
    request = profile.task("telephony.request-numbers")
    assert request is not None
    assert (request.connector, request.params.to) == ("support", "desk@smallvoice.example")
    plan = profile.questionnaire.question("people.plan")
    assert plan is not None
    assert [option.label for option in plan.options] == ["Basic", "Full"]
    assert [section.id for section in profile.questionnaire.sections] == ["telephony", "people"]


def test_a_profile_changes_a_template_and_leaves_the_rest(tmp_path: Path) -> None:
    """Words, options and requirement may change, questions may be dropped and added; the template's order stays."""
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "telephony.toml").write_text(
        'title = "Telephony"\n[question.kind]\nkind = "choice"\nlabel = "Kind"\nrequirements = ["X-01"]\n'
        'options = { port = "Port", new = "New" }\n[question.fax]\nkind = "yes-no"\nlabel = "Fax"\n'
        '[question.note]\nkind = "text"\nlabel = "Note"\n'
    )
    change = (
        '[section.telephony]\nhelp = "Lines."\ndrop = ["fax"]\n'
        '[section.telephony.question.kind]\nrequired = true\noptions = { port = "Keep", new = "New", none = "None" }\n'
        'requirements = ["X-02"]\n'
        "[section.telephony.question.note]\ninformational = true\n"
        '[section.telephony.question.lines]\nkind = "integer"\nlabel = "Lines"\ninformational = true\n\n'
    )
    profile = load_profile(write(tmp_path, ("[section.people]\n", change + "[section.people]\n")))
    section = profile.questionnaire.section("telephony")
    assert section is not None
    assert [question.name for question in section.questions] == ["kind", "note", "lines"]
    kind = section.questions[0]
    assert (kind.required, kind.label, kind.requirements) == (True, "Kind", ("X-01", "X-02"))
    assert [option.label for option in kind.options] == ["Keep", "New", "None"]


def test_the_questionnaire_s_version_moves_with_the_questions_only(tmp_path: Path) -> None:
    """Another word in a task changes the profile's digest; another word in a question changes the version too."""
    first = load_profile(write(tmp_path))
    task = load_profile(write(tmp_path, ('title = "Move voicemail"', 'title = "Move the voicemail"')))
    question = load_profile(write(tmp_path, ('label = "Wanted on"', 'label = "Wanted for"')))
    assert first.digest != task.digest
    assert first.questionnaire.version == task.questionnaire.version != question.questionnaire.version


def test_a_broken_profile_is_refused_with_everything_that_is_wrong(tmp_path: Path) -> None:
    """The error names each finding by file, line and key."""
    path = write(tmp_path, ('party = "customer"', 'party = "aunt"'), ('key = "email"', 'key = "mail"'))
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert caught.value.code == "PROFILE-BROKEN"
    assert "2 things are wrong" in caught.value.message
    assert f"{path}:" in caught.value.message
    assert "task.gather.fill-in.party: there is no party 'aunt'" in caught.value.message
    assert "section.people.key" in caught.value.message
    assert caught.value.exit_code == 2


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """Loading twice gives the same object; after a change, the new content."""
    path = write(tmp_path)
    first = load_profile(path)
    assert load_profile(path) is first
    write(tmp_path, ('title = "Small Voice"', 'title = "Smaller Voice"'))
    assert load_profile(path).title == "Smaller Voice"


def test_a_file_that_was_only_written_anew_is_not(tmp_path: Path) -> None:
    """What counts is what the files hold: the same at another time is the same object, also after another content."""
    path = write(tmp_path)
    first = load_profile(path)
    os.utime(path, (1, 1))
    assert load_profile(path) is first
    write(tmp_path, ('title = "Small Voice"', 'title = "Large Voice"'))
    assert load_profile(path) is not first
    write(tmp_path)
    assert load_profile(path) is first


@pytest.mark.parametrize("name", ["nowhere", "../chinook", "", "/etc/passwd", "Chinook", "chinook\n", "a" * 300])
def test_an_unknown_id_is_refused_with_those_that_are_known(name: str) -> None:
    """An id is never a path; the message lists what there is."""
    with pytest.raises(InputError, match="PROFILE-UNKNOWN") as caught:
        load_profile(name)
    assert "chinook" in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere.toml", "nul\0.toml", "a" * 300 + ".toml"])
def test_a_file_that_cannot_be_read_is_a_broken_profile(name: str) -> None:
    """A path that leads nowhere is reported as calmly as a wrong key."""
    with pytest.raises(ProfileError, match="the file cannot be read"):
        load_profile(name)


def test_a_folder_of_one_s_own_adds_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ONBOARDING_PROFILES names a folder whose profiles come before those that are shipped."""
    write(tmp_path)
    (tmp_path / "chinook.toml").write_text((tmp_path / "small-voice.toml").read_text())
    (tmp_path / "Notes.toml").write_text("")
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    assert profile_ids() == sorted({*(path.stem for path in PROVIDERS), "small-voice"})
    assert load_profile("small-voice").title == "Small Voice"
    assert load_profile("chinook").provider == "Small Voice"


def test_loading_brings_no_heavy_library() -> None:
    """A profile is read with pydantic and nothing heavier, so that the command line stays quick."""
    code = (
        "import sys; from onboarding.profile.load import load_profile; load_profile('chinook');"
        "heavy = {'pandas', 'sqlalchemy', 'openpyxl', 'holidays', 'tomlkit', 'IPython'} & set(sys.modules);"
        "print(*sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


class BrokenEntry:
    """The entry point of a package that cannot be imported."""

    name, value = "connector.theirs", "theirs:connector"

    def load(self) -> None:
        raise ImportError("no such library")


def test_a_broken_package_breaks_those_profiles_alone_that_name_it(tmp_path: Path) -> None:
    """A profile that asks portals for something by name does not need every connector."""
    registry = Registry(entries=lambda: [BrokenEntry()])
    assert load_profile("chinook", registry).id == "chinook"
    theirs = write(tmp_path, ('evidence = "A count"', 'evidence = "A count"\nconnector = "theirs"'))
    with pytest.raises(ProfileError, match=r"EXTENSION-BROKEN.*no such library"):
        load_profile(theirs, registry)
