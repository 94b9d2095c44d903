"""Provider profiles: which there are, what one asks of whom, whether its file is sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import AsJson
from onboarding.cli.shell import Shell, argument, command, help_alone, option
from onboarding.errors import InputError, ProfileError
from onboarding.profile.folders import is_misnamed, misnamed

if TYPE_CHECKING:
    from onboarding.domain.task import Gate, Stage
    from onboarding.profile.coverage import Row
    from onboarding.profile.model import Profile

PANEL = "Commands"
book = typer.Typer(cls=Shell, callback=help_alone, invoke_without_command=True)

RENAME = "Name it with small letters, digits and single hyphens, such as my-provider.toml."

ProfileId = Annotated[str, argument("PROFILE", "A profile's id, such as chinook, or its file.")]
Profiles = Annotated[list[str] | None, argument("PROFILE", "Ids or files; all profiles without one.")]
AnyProfile = Annotated[str, argument("PROFILE", "Its id or file; all profiles without one.")]
OneStage = Annotated[str, option("--stage", "STAGE", "This stage only: its name or number.")]
Output = Annotated[Path | None, option("-o", "FILE", "Where to write it; shown without one.", "--output")]


@command(book, "list", PANEL, "onboard profile list")
def list_profiles() -> None:
    """List the profiles and what they onboard to."""
    from onboarding.profile.edition import short
    from onboarding.profile.load import edition_of, load_edition, profile_ids

    rows: list[list[Any]] = []
    for profile_id in profile_ids():
        try:
            profile = load_edition(edition := edition_of(profile_id))
            tasks = show.count(len(profile.tasks), "task")
            rows.append(
                [
                    profile_id,
                    profile.provider,
                    [profile.title, edition.own_files.sentence],
                    tasks,
                    short(edition.digest),
                ]
            )
        except ProfileError as error:
            rows.append([profile_id, "", f"broken: {error.code}; see `onboard profile lint {profile_id}`", "", ""])
    show.table(["Profile", "Provider", "Title", "Tasks", "Edition"], rows)
    for path in misnamed():
        show.line(f"Not listed: {path}. {RENAME}")


@command(book, "show", PANEL, "onboard profile show chinook", "onboard profile show chinook --stage telephony")
def show_profile(profile: ProfileId, stage: OneStage = "") -> None:
    """Show who does what, in order: assigned to, duration, comments, and the gates.

    A party the guide leaves open is marked as inferred. Where the guide has two columns, customer and provider, they
    are shown as well.
    """
    from onboarding.profile.load import load_profile
    from onboarding.profile.stages import stage_of

    found = load_profile(profile)
    wanted = stage_of(found, stage) if stage else ""
    show.line(f"{found.title} ({found.provider})")
    if found.source:
        show.line(f"Source: {found.source}")
    for one in found.stages:
        if wanted in ("", one.id):
            _show_stage(found, one)
    used = {name for one in found.stages if one.id == wanted for name in one.gates}
    used |= {name for task in found.tasks_of(wanted) for name in task.gates}
    rows = [
        [gate.id, gate.kind, found.party_title(gate.owed_by), [gate.title, *_terms(gate, found)]]
        for gate in found.gates.values()
        if not wanted or gate.id in used
    ]
    show.line()
    show.table(["Gate", "Kind", "Owed by", "What"], rows)


def _show_stage(profile: Profile, stage: Stage) -> None:
    from onboarding.stages.responsibility import columns, has_columns, responsibilities

    lines = responsibilities(profile, stage.id)
    show.line()
    show.line(f"{stage.title}" + (f"; opens by {', '.join(stage.gates)}" if stage.gates else ""))
    rows = [[line.task, line.assigned_to, line.duration, [line.title, *line.comments]] for line in lines]
    show.table(["Task", "Assigned to", "Duration", "What"], rows)
    if has_columns(profile):
        show.line()
        ours, theirs = columns(lines)
        show.table(["Customer", profile.provider], zip_longest(ours, theirs, fillvalue=""))


def _terms(gate: Gate, profile: Profile) -> list[str]:
    """Who decides and on which terms, in words."""
    if gate.kind != "decision":
        return []
    roles = [profile.party_title(role) for role in gate.roles]
    number = "each of " if gate.each_role else f"{gate.quorum} of " if gate.quorum > 1 else ""
    found = [f"Decided by {number}{(' and ' if gate.each_role else ' or ').join(roles)}"]
    found += ["with proof"] if gate.needs_evidence else []
    found += ["nobody approves answers of their own"] if gate.needs_four_eyes else []
    found += [f"holds for {gate.expires}"] if gate.expires else []
    found += [f"asks: {', '.join(question.label for question in gate.asks)}"] if gate.asks else []
    return ["; ".join(found)]


@command(book, "lint", PANEL, "onboard profile lint", "onboard profile lint my-provider.toml")
def lint(profiles: Profiles = None) -> None:
    """Look for mistakes in profiles: each is named with file, line and key. Ends with 2 when there are any."""
    from onboarding.profile.load import edition_of, linted, profile_ids

    wrong = [Path(name) for name in profiles if is_misnamed(Path(name))] if profiles else misnamed()
    for path in wrong:
        show.problem("PROFILE-NAME", f"{path} is a profile nobody can have: its name is no id.", RENAME)
    is_sound = not wrong
    for name in profiles or profile_ids():
        try:
            found = linted(name)
            kinds = {"task": found.tasks, "gate": found.gates, "question": list(found.questionnaire.questions())}
            counts = ", ".join(show.count(len(things), thing) for thing, things in kinds.items())
            show.line(f"{name}: sound; {counts}.")
            show.own_files(edition_of(name).own_files)
        except (InputError, ProfileError) as error:
            is_sound = False
            show.problem(error.code, error.message.rstrip(), error.command)
    if not is_sound:
        raise typer.Exit(ProfileError.exit_code)


@command(book, "coverage", PANEL, "onboard profile coverage", "onboard profile coverage chinook --json")
def show_coverage(profile: AnyProfile = "", as_json: AsJson = False) -> None:
    """Show every row of a provider's guide with what acts on it.

    It is asked for, checked, decided, ordered, set up, dated, reserved, shown or reported. What nothing acts on is
    named, with the reason where the profile gives one, and so is what is still to come before all of a row is done. Of
    rows that have tests of their own it says which show that the row is kept, and which what is not done.
    """
    from onboarding.profile.coverage import coverage
    from onboarding.profile.load import load_profile, profile_ids

    names = [profile] if profile else profile_ids()
    found = {name: coverage(load_profile(name), _shown(name)) for name in names}
    every = [(name, row) for name, rows in found.items() for row in rows]
    if as_json:
        show.as_json([{"profile": name, **asdict(row), "is_shown": row.is_shown} for name, row in every])
        return
    shown = [
        [name, row.id, ", ".join(row.does) or "nothing", [_reason(row), *row.by, *_proofs(row)]] for name, row in every
    ]
    show.table(["Profile", "Row", "What is done", "By"], shown)
    bare = ", ".join(row.id for _name, row in every if not row.acts)
    words = f"nothing acts on {bare}" if bare else "something acts on each"
    if waiting := [row.id for _name, row in every if row.awaits]:
        words += f"; something is still to come for {', '.join(waiting)}"
    done = sum(row.is_shown for _name, row in every)
    words += f"; {done} are done here with a test that shows it and one of what is not done" if done else ""
    show.line(f"{show.count(len(every), 'row')}; {words}.")


def _shown(name: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Tests are of the shipped files: what takes their place is not shown by them."""
    from onboarding.profile.coverage import shown_by
    from onboarding.profile.load import edition_of

    return {} if edition_of(name).own_files.names else shown_by(name)


def _reason(row: Row) -> str:
    return f"still to come: {row.awaits}" if row.awaits else row.why


def _proofs(row: Row) -> Iterator[str]:
    if row.is_shown:
        yield "done here, with tests:"
    yield from (f"it is kept: {name}" for name in row.keeps)
    yield from (f"what is not done: {name}" for name in row.refuses)


@command(book, "reference", PANEL, "onboard profile reference", "onboard profile reference -o profile-reference.md")
def reference(output: Output = None) -> None:
    """Write one page with every key, rule, check, planner, report block and connector, each with an example."""
    from onboarding.domain.registry import installed
    from onboarding.profile.load import examples
    from onboarding.profile.reference import reference as page

    _write(page(installed(), examples()), output)


@command(book, "schema", PANEL, "onboard profile schema -o profile.json")
def schema(output: Output = None) -> None:
    """Write the JSON Schema of profiles, by which an editor completes and checks while you type."""
    import json

    from onboarding.domain.registry import installed
    from onboarding.profile.reference import profile_schema

    _write(json.dumps(profile_schema(installed()), indent=2, ensure_ascii=False) + "\n", output)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        show.line(text)
    else:
        output.write_text(text, encoding="utf-8")
        show.line(str(output))
