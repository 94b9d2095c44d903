"""The record as pandas DataFrames: of one customer or of all, and what one opened case holds.

    from onboarding import frames

    late = frames.durations(by="stage").query("days > 30")

The docstring of each function lists its columns. A frame without rows has them too, with the same types.
"""

from onboarding.frames.case_frames import CaseFrames
from onboarding.frames.elapsed import durations
from onboarding.frames.frame import Frame
from onboarding.frames.health import Health, overview
from onboarding.frames.history_frames import customers, evidence, numbers, records, runs, tasks

__all__ = [
    "CaseFrames",
    "Frame",
    "Health",
    "customers",
    "durations",
    "evidence",
    "numbers",
    "overview",
    "records",
    "runs",
    "tasks",
]
