"""Rule packs, claims and procedures of a profile: pulled in, changed, and every mistake found where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.profile.coverage import acts
from onboarding.profile.load import lint, load_profile
from onboarding.profile.source import Finding
from tests.profile.sound import line_of, write

PACK = """\
title = "People"
as_of = "2026-03-02"
source = "made up for tests"

[rule.one-person-one-number]
check = "unique"
params = { question = "people.number" }
message = "Twice."
source = "page 1"

[rule.area]
check = "forbidden-when"
params = { question = "people.plan", when = { question = "telephony.kind", is = "none" } }
message = "No plan without telephony."
source = "page 2"
"""


def with_pack(folder: Path, text: str = PACK, own: str = "", named: str = "people") -> Path:
    """The sound profile with a pack beside it, and ``own`` written under its rules."""
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "people.toml").write_text(text, encoding="utf-8")
    return write(
        folder,
        ('include = ["telephony"]', f'include = ["telephony"]\nrules = ["{named}"]'),
        ("[rule.one-number]\n", own + "[rule.one-number]\n"),
    )


def only(path: Path) -> Finding:
    found = lint(path)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def test_rules_of_a_pack_come_before_those_of_the_profile(tmp_path: Path) -> None:
    """They are rules like any other; what was pulled in, and of which day, is kept."""
    path = with_pack(tmp_path)
    assert lint(path) == []
    profile = load_profile(path)
    assert [rule.id for rule in profile.questionnaire.rules] == ["one-person-one-number", "area", "one-number"]
    [pack] = profile.packs
    assert (pack.id, pack.title, pack.as_of, pack.rules) == (
        "people", "People", "2026-03-02", ("one-person-one-number", "area"),
    )  # fmt: skip


def test_a_profile_may_change_words_and_weight_or_take_a_rule_out(tmp_path: Path) -> None:
    """What is checked stays the pack's."""
    own = "[rule.area]\noff = true\n[rule.one-person-one-number]\n"
    own += 'message = "Mine."\nseverity = "warning"\nrequirements = ["X-01"]\n'
    profile = load_profile(with_pack(tmp_path, own=own))
    first = profile.questionnaire.rules[0]
    assert [rule.id for rule in profile.questionnaire.rules] == ["one-person-one-number", "one-number"]
    assert (first.message, first.severity, first.requirements, first.check) == ("Mine.", "warning", ("X-01",), "unique")
    assert ("X-01", "rule one-person-one-number") in [(row, f"{act.kind} {act.id}") for row, act in acts(profile)]


def test_a_changed_pack_is_read_again_and_asks_nothing_anew(tmp_path: Path) -> None:
    """The profile's digest moves with its packs; the version of the questionnaire does not."""
    before = load_profile(with_pack(tmp_path))
    after = load_profile(with_pack(tmp_path, PACK.replace("Twice.", "It is there twice already.")))
    assert after.questionnaire.rules[0].message == "It is there twice already."
    assert after.digest != before.digest
    assert after.questionnaire.version == before.questionnaire.version


MISTAKES = {
    "a date that is none": ('as_of = "2026-03-02"', 'as_of = "March"', 2, "'March' is not a date"),
    "no day": ('as_of = "2026-03-02"\n', "", 1, "'as_of' is missing"),
    "no source of a rule": (
        'message = "Twice."\nsource = "page 1"', 'message = "Twice."', 5, "names where it comes from"),
    "a rule nobody knows": ('check = "unique"', 'check = "only"', 6, "there is no rule 'only'"),
    "a question nobody asks": ("people.number", "people.numbr", 7, "did you mean 'people.number'?"),
    "an unknown key": ('title = "People"', 'title = "People"\nas_off = "x"', 2, "did you mean 'as_of'?"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_pack_is_found_in_the_pack(name: str, tmp_path: Path) -> None:
    """With the pack's own file and line."""
    old, new, line, message = MISTAKES[name]
    assert PACK.count(old) == 1
    finding = only(with_pack(tmp_path, PACK.replace(old, new)))
    assert (Path(finding.file).name, finding.line) == ("people.toml", line)
    assert message in finding.message


def test_a_pack_that_is_not_there(tmp_path: Path) -> None:
    """The profile's line is named, and what it may have meant."""
    path = with_pack(tmp_path, named="peopel")
    finding = only(path)
    assert (finding.line, finding.key) == (line_of(path, "rules = "), "rules[0]")
    assert "did you mean 'people'?" in finding.message


def test_two_packs_with_a_rule_of_one_name(tmp_path: Path) -> None:
    """The finding of the second one names where the first stands."""
    path = with_pack(tmp_path)
    (tmp_path / "rules" / "more.toml").write_text(PACK, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace('rules = ["people"]', 'rules = ["people", "more"]')
    path.write_text(text, encoding="utf-8")
    messages = [finding.message for finding in lint(path)]
    assert any("there is a rule 'area' already, in" in message and "people.toml" in message for message in messages)


def test_what_is_checked_cannot_be_changed_by_a_profile(tmp_path: Path) -> None:
    """A profile that wants another check writes a rule of its own."""
    path = with_pack(tmp_path, own='[rule.area]\ncheck = "unique"\n')
    assert "'check' belongs to the rule pack" in only(path).message


BESIDE = '[reference.guide]\ntitle = "The guide"'
CLAIM = '[claim.number]\ntitle = "Number"\nform = "number"\nquestion = "people.number"\n'
END = (
    '[operation.delete]\ntitle = "Delete"\nkind = "delete"\nparty = "engineer"\nguide = "Delete it."\n'
    'confirm = "people.email"\nirreversible = true\n'
)


def test_claims_and_procedures_are_read(tmp_path: Path) -> None:
    """They stand beside the course and hold no task."""
    path = write(tmp_path, (BESIDE, CLAIM + 'requirements = ["X-02"]\n' + END + 'requirements = ["X-03"]\n' + BESIDE))
    assert lint(path) == []
    profile = load_profile(path)
    assert [claim.question for claim in profile.claims] == ["people.number"]
    assert profile.procedures["delete"].is_irreversible
    by_row = {row: f"{act.kind} {act.id}" for row, act in acts(profile)}
    assert (by_row["X-02"], by_row["X-03"]) == ("claim number", "procedure delete")


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        (CLAIM.replace("people.number", "people.nombre"), "there is no question 'people.nombre'", "question = "),
        (CLAIM.replace('form = "number"\n', ""), "form = \"number\" is wanted", "question = \"people.number\""),
        (CLAIM.replace("people.number", "people.email"), "a question of the kind number is wanted", "question = "),
        (CLAIM.replace('question = "people.number"\n', ""), "a claim has a 'question', or the 'start'", "[claim"),
        (CLAIM + 'scope = "people.group"\n', "there is no question 'people.group'", "scope"),
        (CLAIM + 'in_service_by = ["gather.ask-peeple"]\n', "there is no task 'gather.ask-peeple'", "in_service_by"),
        (CLAIM.replace('"number"\nq', '"numbers"\nq'), "'numbers' is not one of text, number, mac", "form = "),
        (END.replace("engineer", "ghost"), "there is no party 'ghost'", "party = \"ghost\""),
        (END.replace('kind = "delete"', 'kind = "burst"'), "'burst' is not one of delete, demo", 'kind = "burst"'),
        (END.replace('confirm = "people.email"\n', ""), "what cannot be undone is confirmed", "[operation.delete]"),
        (END.replace("people.email", "people.mail"), "there is no question 'people.mail'", "confirm"),
        (END + 'connector = "pigeon"\n', "there is no connector 'pigeon'", 'connector = "pigeon"'),
        (END.replace('guide = "Delete it."\n', ""), "'guide' is missing", "[operation.delete]"),
    ],
)  # fmt: skip
def test_mistakes_beside_the_course_are_found(text: str, message: str, at: str, tmp_path: Path) -> None:
    """Each with its line."""
    path = write(tmp_path, (BESIDE, text + BESIDE))
    found = [finding for finding in lint(path) if message in finding.message]
    assert len(found) == 1, "\n".join(map(str, lint(path)))
    lines = [number for number, line in enumerate(path.read_text().splitlines(), 1) if line.startswith(at)]
    assert found[0].line in lines


RECIPE = (
    '[task.provision.make-people]\ntitle = "Make people"\nparty = "engineer"\nchannel = "portal"\naction = "rows"\n'
    'evidence = "A list"\n[task.provision.make-people.params]\nresource = "person"\nrows = "people"\n'
    'key = "{telephony.kind}/{people.email}"\nfields = { plan = "people.plan", kind = "telephony.kind" }\n'
)

RECIPE_OF_A_RECORD = (
    RECIPE.replace('"rows"', '"record"').replace('rows = "people"\n', "").replace("/{people.email}", "")
)


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("{people.email}", "{people.mail}", "key", "there is no question 'people.mail'; did you mean 'people.email'?"),
        ('key = "{telephony.kind}/{people.email}"', 'key = "{}"', "key", "there is no question ''"),
        ('plan = "people.plan"', 'plan = "people.plans"', "fields.plan", "no question or section 'people.plans'"),
        ('rows = "people"', 'rows = "telephony"', "rows", "there is no table section 'telephony'"),
        ('resource = "person"\n', "", "", "'rows' needs the parameter 'resource': what the portal calls such a thing"),
        (
            'key = "{telephony.kind}/{people.email}"',
            'key = "telephony.kind"',
            "key",
            "every row of 'people' would have the same key",
        ),
        (RECIPE, RECIPE_OF_A_RECORD, "fields.plan", "'people' is another table: this would always be left out"),
        ("fields = { plan", 'where = { plan = "gold" }\nfields = { plan', "where.plan", "'gold' is no option"),
    ],
)
def test_recipes_made_of_answers_are_looked_through(old: str, new: str, key: str, message: str, tmp_path: Path) -> None:
    """Keys, bodies, tables and conditions name what is asked."""
    sound = RECIPE
    assert lint(write(tmp_path, (BESIDE, sound + BESIDE))) == []
    assert sound.count(old) == 1
    found = lint(write(tmp_path, (BESIDE, sound.replace(old, new) + BESIDE)))
    [finding] = [finding for finding in found if message in finding.message]
    assert finding.key == ".".join(filter(None, ["task.provision.make-people.params", key]))
