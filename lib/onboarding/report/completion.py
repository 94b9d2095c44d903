"""What the notebook `reports/completion.ipynb` asks for: one customer's figures, shown part by part."""

from __future__ import annotations

from onboarding.case.case import Case
from onboarding.case.clock import parse_moment
from onboarding.case.sample import open_case
from onboarding.report import ordered, outcome, runs, sections, work
from onboarding.report.earlier import earlier_answers
from onboarding.report.figures import Figures, completion_figures
from onboarding.report.fragment import Block
from onboarding.report.spoken import in_language


def figures_of(case: Case) -> Figures:
    """The completion figures of a case at its instant, from its store."""
    customer = case.customer.id
    runs, asked = case.store.runs(customer), case.store.first_asked(customer)
    return completion_figures(case.context(), case.progress(), runs, asked, earlier_answers(case))


def open_report(customer: str, as_of: str = "") -> CompletionReport:
    """The report of one customer as of an ISO instant (empty: now).

    Raises InputError for an unknown customer or an instant that is none, StoreError when the store cannot be read.
    """
    return CompletionReport(figures_of(open_case(customer, parse_moment(as_of))))


class CompletionReport:
    """The parts of one report; each method gives one of them, for a cell to end in."""

    def __init__(self, figures: Figures) -> None:
        self.figures = in_language(figures)

    def heading(self) -> Block:
        return outcome.heading(self.figures)

    def waiting(self) -> Block:
        return outcome.waiting(self.figures)

    def exceptions(self) -> Block:
        return outcome.exceptions(self.figures)

    def services(self) -> Block:
        return ordered.services(self.figures)

    def users(self) -> Block:
        return ordered.users(self.figures)

    def numbers(self) -> Block:
        return ordered.numbers(self.figures)

    def guide(self) -> Block:
        return sections.guide(self.figures)

    def timeline(self) -> Block:
        return work.timeline(self.figures)

    def time_by_party(self) -> Block:
        return work.time_by_party(self.figures)

    def tasks(self) -> Block:
        return work.tasks(self.figures)

    def decisions(self) -> Block:
        return work.decisions(self.figures)

    def dns(self) -> Block:
        return ordered.dns(self.figures)

    def runs(self) -> Block:
        return runs.runs(self.figures)

    def contacts(self) -> Block:
        return ordered.contacts(self.figures)
