"""The part of the report about runs: each with its outcome and the digest of its archived notebook."""

from __future__ import annotations

from onboarding.domain.language import ENGLISH, say
from onboarding.html.classed import badge, digest, faint, lines, table
from onboarding.html.parts import Markup, paragraph
from onboarding.report.figures import Figures
from onboarding.report.fragment import Block
from onboarding.report.words import Voice
from onboarding.store.model import Run, RunOutcome

SHOWN_RUNS = 40
"""Runs that are shown, the newest."""

OUTCOMES = {
    RunOutcome.DONE: ("good", say("done")),
    RunOutcome.PARKED: ("wait", say("parked")),
    RunOutcome.FAILED: ("stop", say("failed")),
    RunOutcome.BAD_INPUT: ("stop", say("bad input")),
    RunOutcome.DIED: ("stop", say("died")),
    RunOutcome.TIMED_OUT: ("stop", say("timed out")),
}


def runs(figures: Figures) -> Block:
    """Every run with its outcome and the digest of its archived notebook."""
    voice = figures.voice
    if not figures.runs:
        return Block(paragraph(voice("No run has been archived.")))
    titles = {lane.id: lane.title for lane in figures.timeline.stages}
    shown = figures.runs[-SHOWN_RUNS:]
    html = table(
        voice("Runs"),
        voice.heads({say("Run"): 24, say("Outcome"): 18, say("When"): 26, say("Archived notebook"): 32}),
        [_run_row(r, titles, voice) for r in shown],
        0,
        True,
    )
    if len(shown) < len(figures.runs):
        html += paragraph(
            voice(
                "The newest {count} of {total} runs; all are in the data file.",
                count=len(shown),
                total=len(figures.runs),
            ),
            "note",
        )
    return Block(html, voice.count(len(figures.runs), "run"))


def _run_row(run: Run, titles: dict[str, str], voice: Voice) -> list[Markup | str]:
    tone, word = OUTCOMES[run.outcome] if run.outcome else ("wait", say("still going"))
    return [
        lines(titles.get(run.stage, run.stage), faint(run.id)),
        lines(badge(tone, voice(word)), faint(_message(run, voice))),
        lines(voice.instant(run.started_at), faint(_took(run, voice)), faint(_who(run, voice))),
        digest(run.digest) or voice("not archived"),
    ]


def _message(run: Run, voice: Voice) -> str:
    """How the run ended; in another language without an error's own words, which are in the data file."""
    return voice(run.message.sentence) if voice.language is ENGLISH or run.message.kind != "run.failed" else ""


def _who(run: Run, voice: Voice) -> str:
    return voice("by {who}, version {version}", who=run.by, version=run.library_version)


def _took(run: Run, voice: Voice) -> str:
    """Nothing for a run on a simulated clock, which stands still."""
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    if seconds < 1:
        return ""
    if seconds < 120:
        return voice("took {count} s", count=f"{seconds:.0f}")
    return voice("took {count} min", count=f"{seconds / 60:.0f}")
