"""Provider profiles: which there are, what one asks of whom, whether its file is sound."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli import show
from onboarding.cli.shell import Shell, command, help_alone
from onboarding.errors import ProfileError

PANEL = "Commands"
book = typer.Typer(cls=Shell, callback=help_alone, invoke_without_command=True)

ProfileId = Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's id, such as chinook, or its file.")]


@command(book, "list", PANEL, "onboard profile list")
def list_profiles() -> None:
    """List the profiles and what they onboard to."""
    from onboarding.profile.load import load_profile, profile_ids

    rows = []
    for profile_id in profile_ids():
        try:
            profile = load_profile(profile_id)
            rows.append([profile_id, profile.provider, profile.title, show.count(len(profile.tasks), "task")])
        except ProfileError as error:
            rows.append([profile_id, "", f"broken: {error.code}; see `onboard profile lint {profile_id}`", ""])
    show.table(["Profile", "Provider", "Title", "Tasks"], rows)


@command(book, "show", PANEL, "onboard profile show chinook")
def show_profile(profile: ProfileId) -> None:
    """Show who does what, in order, with lead times and gates."""
    from onboarding.profile.load import load_profile

    found = load_profile(profile)
    show.line(f"{found.title} ({found.provider})")
    if found.source:
        show.line(f"Source: {found.source}")
    for stage in found.stages:
        show.line()
        show.line(f"{stage.title}" + (f"; opens by {', '.join(stage.gates)}" if stage.gates else ""))
        rows = [
            [
                task.id,
                found.party_title(task.party) + (" (inferred)" if task.is_inferred else ""),
                task.channel.value,
                task.lead or "",
                ", ".join(task.gates),
                task.title,
            ]
            for task in found.tasks_of(stage.id)
        ]
        show.table(["Task", "Who", "How", "Takes", "Gates", "What"], rows)
    show.line()
    rows = [[gate.id, gate.kind, found.party_title(gate.owed_by), gate.title] for gate in found.gates.values()]
    show.table(["Gate", "Kind", "Owed by", "What"], rows)


@command(book, "lint", PANEL, "onboard profile lint", "onboard profile lint my-provider.toml")
def lint(
    profiles: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROFILE", help="Ids or files; all profiles without one.", show_default=False),
    ] = None,
) -> None:
    """Look for mistakes in profiles: each is named with file, line and key. Ends with 2 when there are any."""
    from onboarding.profile.load import load_profile, profile_ids

    is_sound = True
    for name in profiles or profile_ids():
        try:
            found = load_profile(name)
            questions = sum(1 for _ in found.questionnaire.questions())
            show.line(
                f"{name}: sound; {show.count(len(found.tasks), 'task')}, {show.count(len(found.gates), 'gate')}, "
                f"{show.count(questions, 'question')}."
            )
        except ProfileError as error:
            is_sound = False
            show.problem(error.code, error.message.rstrip(), error.remedy)
    if not is_sound:
        raise typer.Exit(ProfileError.exit_code)
