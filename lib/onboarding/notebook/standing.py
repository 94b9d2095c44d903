"""Where a stage stands, in words: its state in a line, why nothing is reported at it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onboarding import __version__
from onboarding.case.case import Case
from onboarding.case.doubts import unproved
from onboarding.domain.language import ENGLISH
from onboarding.html.inline import box, faint
from onboarding.html.parts import Markup, element, fill
from onboarding.notebook import panel
from onboarding.profile.edition import short
from onboarding.stages.change_order import to_order
from onboarding.stages.checks import shorten
from onboarding.stages.owed import at_rest, closed_again, first_open, others, owed
from onboarding.stages.project_status import ProjectStatus
from onboarding.text import first_few

FEW = 3
"""Reasons that are named."""


def edition_html(case: Case) -> Markup:
    """Which edition of the profile it is, which one it was moved from, and which version of the program."""
    words = f"Edition {short(case.edition)} of {case.profile.title}, onboarding {__version__}"
    if len(taken_over := case.engagement.editions) > 1:
        before, taken = taken_over[-2:]
        why = f": {taken.why}" if taken.why else ""
        words += f"; moved from {short(before.digest)} on {ENGLISH.day(case.day(taken.at))} by {taken.by}{why}"
    return element("div", faint(words))


def status_html(case: Case, stage: str, progress: ProjectStatus) -> Markup:
    """Who must act at the stage, what is missing, since when and until when."""
    parts = [
        case.customer.name,
        *([case.profile.title] if case.beside else []),
        case.profile.stage(stage).title,
    ]
    title = " · ".join(parts)
    if case.ended:
        return panel.status_line_html("quiet", "ended", missing=case.ended, title=title)
    still, bare = progress.count(stage).open, unproved(stage, case.context(), progress)
    proofs = [f"no file proves: {first_few(bare, FEW)}"] if bare else []
    if not still:
        closed = closed_again(stage, case.profile, progress)
        following = [next_sentence(case, stage, progress), *proofs]
        if closed:
            again = [f"Closed now: {view.gate.title}. {view.missing[0]}" for view in closed]
            return panel.status_line_html("waiting", "complete", missing=[*again, *following], title=title)
        return panel.status_line_html("done", "complete", missing=following, title=title)
    first = first_open(progress, stage)
    who = case.profile.party_title(first.party)
    missing = [first.named if first.gate else first.title, *_in_short(first.reasons)]
    besides = others(progress, stage)
    missing += [f"Also waiting at this stage: {besides.wait}"] if besides.wait else []
    missing += [f"Not possible yet: {besides.later}"] if besides.later else []
    missing += proofs
    tone, word = panel.TASK_TONES[first.state]
    word = f"{word}, overdue" if first.is_overdue(case.at) else word
    since = first.waits_since(case.at)
    days = since and case.day(since), first.due_on
    return panel.status_line_html(tone, word, who, missing, *days, title)


def _in_short(reasons: Sequence[str]) -> list[str]:
    """As many as the line has room for beside what else it says."""
    if len(reasons) <= FEW:
        return list(reasons)
    return [*reasons[: FEW - 1], f"and {len(reasons) - FEW + 1} more reasons"]


def at_rest_html(case: Case, stage: str, progress: ProjectStatus) -> Markup:
    """Why nothing is reported at this stage: it is closed, held up, or somebody has something else to do."""
    if words := at_rest(progress, stage):
        reasons = [] if progress.end else shorten([*dict.fromkeys(_reasons(stage, progress))])
        if len(reasons) > 1:
            return box("waiting", "Nothing can be done here yet.", *reasons)
        return box("done" if progress.is_stage_complete(stage) else "waiting", words)
    title = case.profile.party_title
    still = [fill("{}: {}", title(one.party), one.named) for one in owed(progress, stage)]
    return box("ready", "Nothing is reported here now. Still to be done at this stage:", *still)


def next_sentence(case: Case, stage: str, progress: ProjectStatus) -> str:
    """What comes next; what a runbook has no control for is begun on the command line."""
    name = case.customer.id
    if case.ended:
        command = f"onboard report {name}"
        return f"Nothing is done any more; the report: {command}"
    if more := to_order(case.context()):
        count = ENGLISH.count(len(more), "task")
        command = f"onboard phase {name} --change-order --title TEXT --by WHO"
        return f"The answers are others than were handed over: {count} for a change order. It is begun with: {command}"
    if progress.is_complete:
        command = f"onboard report {name}"
        return f"Everything is complete; the report for the customer: {command}"
    still = [one for one in case.profile.stages if progress.count(one.id).open]
    if any(one.id == stage for one in still):
        return f"Come back to '{case.profile.stage(stage).title}' when something has moved."
    place = [one.id for one in case.profile.stages].index(stage)
    later = [one for one in still if one in case.profile.stages[place:]]
    first, word = (later[0], "Next") if later else (still[0], "Still open before this")
    return f"{word}: {case.profile.number_of(first.id)} {first.title}."


def _reasons(stage: str, progress: ProjectStatus) -> Iterator[str]:
    return (reason for view in progress.of_stage(stage) if not view.state.is_closed for reason in view.reasons)
