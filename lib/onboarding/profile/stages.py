"""Which stage somebody means, in the words of a command line."""

from __future__ import annotations

import difflib
from pathlib import Path

from onboarding.domain.task import STAGES
from onboarding.errors import InputError
from onboarding.profile.model import Profile


def stage_of(profile: Profile, text: str) -> str:
    """The stage of the profile meant by its id, number, runbook name or an unambiguous beginning of it.

    Raises InputError STAGE-UNKNOWN, with what was probably meant.
    """
    stages = [stage.id for stage in profile.stages]
    word = Path(text.strip().lower().replace("-", "_")).name.removesuffix(".ipynb")
    if word in stages:
        return word
    numbered = {f"{profile.number_of(stage)}": stage for stage in stages}
    number, _, rest = word.partition("_")
    if number in numbered and rest in ("", numbered[number]):
        return numbered[number]
    if rest in stages and rest in STAGES and number == f"{master_number(rest)}":
        return rest
    beginnings = [stage for stage in stages if word and stage.startswith(word)]
    if len(beginnings) == 1:
        return beginnings[0]
    raise _unknown(profile, text)


def known_stage(profile: Profile, stage: str) -> str:
    """The stage itself. Raises InputError STAGE-UNKNOWN for what is no id of a stage of the profile."""
    if not any(one.id == stage for one in profile.stages):
        raise _unknown(profile, stage)
    return stage


def _unknown(profile: Profile, text: str) -> InputError:
    stages = [stage.id for stage in profile.stages]
    words = {beginning: stage for stage in stages for beginning in (stage, stage.partition("_")[0])}
    word = text.strip().lower().replace("-", "_")
    near = [words[found] for found in difflib.get_close_matches(word, words, 1)]
    hint = f"Did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(f"{profile.number_of(stage)} {stage}" for stage in stages)
    return InputError("STAGE-UNKNOWN", f"{profile.title} has no stage {text[:40]!r}.", f"{hint}Stages: {listed}.")


def master_number(stage: str) -> int:
    """The number in the name of the runbook of a stage that has one of its own."""
    return (STAGES.index(stage) + 1) * 10
