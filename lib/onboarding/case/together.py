"""What is wrong with the answers of a customer that has several services: with those of each, each problem once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onboarding.case.case import Case
from onboarding.domain.json import Answers
from onboarding.domain.question import Problem


def problems_together(case: Case, document: Answers | None = None) -> tuple[Problem, ...]:
    """Problems of the answers to all that the customer's services ask, as they are kept or as in ``document``.

    Rows are counted in the joint document; each names the services for which alone it is wrong.
    """
    found: dict[tuple[str, str, int | None], Problem] = {}
    named: dict[tuple[str, str, int | None], list[str]] = {}
    joint = case.joint_document if document is None else document
    cases = (case, *case.others)
    for one in cases:
        for problem in _problems(one, joint, is_kept=document is None):
            key = problem.code, problem.question, problem.row
            found.setdefault(key, problem)
            named.setdefault(key, []).append(one.service)
    return tuple(_for_whom(problem, tuple(dict.fromkeys(named[key])), len(cases)) for key, problem in found.items())


def _for_whom(problem: Problem, services: tuple[str, ...], count: int) -> Problem:
    return problem if len(services) == count else replace(problem, services=services)


def _problems(case: Case, joint: Answers, is_kept: bool) -> Iterator[Problem]:
    checked = case.checked() if is_kept else case.check(joint)
    places = case.places(joint)
    for problem in checked.problems:
        rows = places.get(problem.section)
        is_moved = rows is not None and problem.row is not None and problem.row < len(rows)
        yield replace(problem, row=rows[problem.row]) if is_moved else problem  # type: ignore[index]
