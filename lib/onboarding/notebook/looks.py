"""How the frames of a runbook are shown: whole rows as a panel shows them, all else that is made of them as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import partial

from pandas import DataFrame

from onboarding.domain.action import Plan
from onboarding.frames.case_frames import PLAN, PROBLEMS, plan_of
from onboarding.frames.frame import Frame, FrameLook, plain
from onboarding.frames.history_frames import EVIDENCE, NUMBERS, TASKS
from onboarding.html.inline import foldable
from onboarding.html.parts import Markup
from onboarding.notebook.lists import evidence_html, problems_html
from onboarding.notebook.panel import task_list_html
from onboarding.notebook.plan_view import plan_table_html


def users(frame: Frame) -> Frame:
    """Without the ids of rows, and without the columns that nobody filled in."""
    return frame.looking(FrameLook(frame.look.caption, frame.look.nothing, frame.look.heads, _filled, _has_ids))


def numbers(frame: Frame) -> Frame:
    return frame.looking(FrameLook("Numbers", "There is no number yet.", whole=_numbers_html, fits=NUMBERS.fits))


def tasks(frame: Frame, titles: Mapping[str, str], at: datetime | None = None) -> Frame:
    """``titles`` are those of the tasks for every row, by id; what is late at the instant ``at`` says so, and days are
    those of its zone.
    """
    return frame.looking(FrameLook("Tasks", whole=partial(task_list_html, titles=titles, at=at), fits=TASKS.fits))


def evidence(frame: Frame, zone: tzinfo) -> Frame:
    """With the days of that zone."""
    return frame.looking(FrameLook("Evidence", whole=partial(evidence_html, zone=zone), fits=EVIDENCE.fits))


def problems(frame: Frame) -> Frame:
    whole = partial(problems_html, is_fine=bool((frame["severity"] != "error").all()))
    return frame.looking(FrameLook("Problems", whole=whole, fits=PROBLEMS.fits))


def plan(frame: Frame, made: Plan) -> Frame:
    return frame.looking(FrameLook("Plan", whole=partial(_plan_html, made=made), fits=PLAN.fits))


def _has_ids(frame: DataFrame) -> bool:
    return "row" in frame.columns


def _filled(frame: Frame) -> Markup:
    used = [name for name in frame.columns if name != "row" and not frame[name].isin(["", None]).all()]
    return plain(frame[used], frame.look)


def _numbers_html(frame: Frame) -> Markup:
    rows = [[row["number"], row["kind"], row["state"], row["user"]] for row in frame.rows()]
    return foldable(["Number", "What it is", "Stands", "Who gets it"], rows, "Numbers")


def _plan_html(frame: Frame, made: Plan) -> Markup:
    rows = frame.rows()
    parties, titles = ({row[name]: row[title] for row in rows} for name, title in (("party", "who"), ("task", "title")))
    asked = {row["task"] for row in rows if row["is_asked"]}
    shown = plan_of(frame, made.customer, made.stage)
    return plan_table_html(
        shown,
        parties.__getitem__,
        titles.__getitem__,
        asked,
        is_whole=shown.digest == made.digest and len(shown.drift) == len(made.drift),
    )
