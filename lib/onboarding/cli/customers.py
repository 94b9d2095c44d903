"""A customer and what it answers: made, asked, taken in, checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import (
    TRAINING,
    AsJson,
    AsOf,
    CustomerId,
    day_of,
    open_shared,
    open_store,
)
from onboarding.cli.shell import argument, command, flag, option
from onboarding.errors import AnswerError, InputError
from onboarding.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onboarding.answers.reading import Reading
    from onboarding.case.case import Case
    from onboarding.domain.question import Problem, Questionnaire

PANEL = "Customer"
book = typer.Typer()
_OUTPUT = "Where to write it: .xlsx, .html, .pdf, .toml, .json, or a folder for CSV files."
_PROFILE = "The provider; `onboard profile list`. Given several times: a service for each."
_SERVICE = "What it is known as among the customer's services; the profile's id without it."
_RETURN = "Where to write a copy of the workbook with every problem marked, to be sent back."


@command(
    book, "new", PANEL,
    "onboard new bright-smile --profile chinook --go-live 2026-03-30",
    "onboard new bright-smile --profile chinook --answers bright-smile.xlsx",
    "onboard new cedar-valley --profile univoip-teams --profile univoip-officeconnect",
)  # fmt: skip
def new(
    customer: CustomerId,
    profile: Annotated[list[str], option("--profile", "ID", _PROFILE)],
    name: Annotated[str, option("--name", "TEXT", "The customer's name, as people write it.")] = "",
    answers_file: Annotated[Path | None, option("--answers", "FILE", "Answers to begin with.")] = None,
    go_live: Annotated[str, option("--go-live", "DATE", "The wanted go-live, such as 2026-03-30.")] = "",
    language: Annotated[str, option("--language", "CODE", "What the customer reads: en or another.")] = "en",
    reseller: Annotated[str, option("--reseller", "ID", "Whose customer it is, by resellers.toml.")] = "",
    training: Annotated[bool, flag("--training", "For training, for good: every report and status says so.")] = False,
    service: Annotated[str, option("--service", "NAME", _SERVICE)] = "",
    as_of: AsOf = "",
) -> None:
    """Make a customer. The id names folders: small letters, digits and hyphens.

    With several profiles it begins a service for each, as `onboard engage` does for a customer that is there.
    """
    from onboarding.answers.answer_files import read_answers
    from onboarding.answers.joined import joined
    from onboarding.case.case import engineer
    from onboarding.case.clock import check_as_of, dated_back, parse_moment
    from onboarding.case.engaging import make
    from onboarding.domain.history import Customer, check_customer_id
    from onboarding.profile.catalogues import offered_language, translated_questionnaire
    from onboarding.profile.load import edition_of, load_edition

    if check_customer_id(customer) == TRAINING:
        raise InputError("CUSTOMER-TRAINING", f"{TRAINING!r} is the training customer's id.", "Choose another id.")
    editions, go_live_on = [edition_of(one) for one in profile], day_of(go_live, "--go-live")
    found = [load_edition(edition) for edition in editions]
    chosen, *_same = [offered_language(language, one) for one in found]
    asked = joined([one.questionnaire for one in found]) if len(found) > 1 else found[0].questionnaire
    reading = read_answers(translated_questionnaire(asked, chosen), answers_file) if answers_file else None
    title = one_line(name) or _company(reading) or customer
    store, at = open_store(), parse_moment(as_of, found[0].data.calendar.time_zone)
    made = Customer(customer, title, at, go_live_on, chosen.code, training, reseller)
    check_as_of(made, at, None)
    make(store, made, editions, service, engineer())
    titles = " and ".join(one.title for one in found)
    show.line(f"{title} ({customer}) is made, to be onboarded by {titles}{' for training' if training else ''}.")
    if said := dated_back(made):
        show.line(f"{said.removesuffix('.')}, and `onboard audit dates`.")
    case, is_joint = open_shared(customer, as_of)
    for one in (case, *case.others):
        one.note_progress()
    if reading and answers_file:
        _keep(case, _judged(case, reading, is_joint), answers_file, is_joint=is_joint)
    else:
        show.line(f"Next: `onboard sheet {customer} -o {customer}.xlsx`, for the customer to fill in.")


@command(book, "engage", PANEL, "onboard engage cedar-valley --profile univoip-officeconnect")
def engage(
    customer: CustomerId,
    profile: Annotated[str, option("--profile", "ID", "The provider; `onboard profile list`.")],
    service: Annotated[str, option("--service", "NAME", _SERVICE)] = "",
    as_of: AsOf = "",
) -> None:
    """Begin another service for a customer that is there.

    It has tasks, gates, runs and a report of its own; answers, numbers and people are the customer's: what both ask is
    answered once. From then on commands about tasks, gates and runs are told which is meant with --service.
    """
    from onboarding.case.case import engineer
    from onboarding.case.clock import check_as_of, parse_moment
    from onboarding.case.engaging import engage as begin
    from onboarding.profile.load import edition_of, load_edition

    if customer == TRAINING:
        raise InputError("CUSTOMER-TRAINING", "The training customer has one service.", "Make one with --training.")
    edition, store = edition_of(profile), open_store(customer)
    at = parse_moment(as_of, load_edition(edition).data.calendar.time_zone)
    check_as_of(store.customer(customer), at, store.last_record_at(customer))
    case = begin(store, customer, edition, service, at, engineer())
    show.line(f"{case.customer.name} ({customer}) has the service {case.engagement.service}: {case.profile.title}.")
    show.line(f"Its services: {', '.join(one.service for one in store.engagements_of(customer))}.")
    show.line(
        f"Next: `onboard check {customer}`, and `onboard sheet {customer} -o {customer}.xlsx` for what is missing."
    )


@command(
    book, "sheet", PANEL,
    "onboard sheet bright-smile -o bright-smile.xlsx",
    "onboard sheet bright-smile --owner carrier -o carrier.xlsx",
    "onboard sheet bright-smile --print -o bright-smile.pdf",
)  # fmt: skip
def sheet(
    customer: CustomerId,
    output: Annotated[Path, option("-o", "FILE", _OUTPUT, "--output")],
    owner: Annotated[str, option("--owner", "PARTY", "Only the questions this party knows the answers to.")] = "",
    is_printed: Annotated[bool, flag("--print", "As a page to fill in by pen (.html, .pdf).")] = False,
    force: Annotated[bool, flag("--force", "Write over a file that is there.")] = False,
) -> None:  # fmt: skip
    """Write the questionnaire as an Excel workbook or another face, with what is answered already filled in.

    The customer fills it in; `onboard answers` reads it back. One party's part is put back among the others' answers.
    Each row of a table brings its id along (_row_id, hidden in a workbook), by which it is known when it was renamed.
    """
    from onboarding.cli.faces import PRINTED, face_of

    write = face_of(output, owner, is_printed)
    if output.exists() and not force:
        raise InputError("SHEET-EXISTS", f"{output} is there already; a customer may have filled it in.",
                         "Give another name, or --force to write over it.")  # fmt: skip
    case, is_joint = open_shared(customer)
    write(case, output, owner, is_joint)
    if output.suffix.lower() in PRINTED:
        show.line(f"Wrote {output}. Type what comes back on paper into the form in 10_gather.")
    else:
        show.line(f"Wrote {output}. When it comes back: `onboard answers {customer} {output}`")


@command(book, "answers", PANEL, "onboard answers bright-smile bright-smile.xlsx --return to-correct.xlsx",
         "onboard answers bright-smile answers.toml --check-only")  # fmt: skip
def answers(
    customer: CustomerId,
    file: Annotated[Path, argument("FILE", "A workbook (.xlsx), a folder of CSV files, TOML or JSON.")],
    check_only: Annotated[bool, flag("--check-only", "Only look; keep nothing.")] = False,
    returned: Annotated[Path | None, option("--return", "FILE.xlsx", _RETURN)] = None,
    by: Annotated[str, option("--by", "WHO", "Who answered; without it you.")] = "",
    yes: Annotated[bool, flag("--yes", "Keep them although that undoes what was done.")] = False,
    as_of: AsOf = "",
) -> None:
    """Take the customer's answers from a file and name every problem with its place.

    What could be read is kept even when something in it is wrong, as a new version beside the earlier ones. What that
    would undo (tasks, gates, documents) is listed first and confirmed. Ends with 2 when there are errors.
    """
    from onboarding.answers.answer_files import read_answers

    case, is_joint = open_shared(customer, as_of, by)
    asked = case.joint_questionnaire if is_joint else case.questionnaire
    reading = _judged(case, read_answers(asked, file), is_joint)
    if returned:
        _hand_back(asked, reading, file, returned)
    if check_only:
        _show_consequences(case, reading, is_joint)
        _refuse_errors(case, _show_problems(reading.problems), "Nothing was kept, as you wished.")
        show.line("The answers are complete and right. Nothing was kept, as you wished.")
    else:
        _keep(case, reading, file, is_confirmed=yes, is_joint=is_joint)


@command(book, "check", PANEL, "onboard check bright-smile")
def check(customer: CustomerId, as_json: AsJson = False, as_of: AsOf = "") -> None:
    """Say what is missing, wrong or contradictory in the answers that are kept, with the source of each rule.

    Ends with 2 when there are errors; warnings alone hold up nothing.
    """
    from onboarding.case.together import problems_together

    case, is_joint = open_shared(customer, as_of)
    problems = problems_together(case) if is_joint else case.checked().problems
    if as_json:
        show.as_json([_problem_json(problem) for problem in problems])
        is_wrong = any(problem.severity == "error" for problem in problems)
        raise typer.Exit(AnswerError.exit_code if is_wrong else 0)
    _refuse_errors(case, _show_problems(problems), "")
    show.line("The answers are complete and right.")


def _judged(case: Case, reading: Reading, is_joint: bool = False) -> Reading:
    """What was read put among what is kept, with everything that is wrong with file and answers."""
    from onboarding.answers.assigned_questions import judged
    from onboarding.case.together import problems_together

    if is_joint:
        asked, kept = case.joint_questionnaire, case.joint_document
        return judged(asked, kept, reading, case.today, lambda document: problems_together(case, document))
    return judged(case.questionnaire, case.document, reading, case.today)


def _hand_back(asked: Questionnaire, reading: Reading, file: Path, target: Path) -> None:
    """Write a copy of the workbook with its problems marked. Raises InputError when it is no workbook."""
    from onboarding.answers.markup import mark_up
    from onboarding.answers.workbook_guard import MOST_BYTES
    from onboarding.files import read_bytes, write_file

    if file.suffix.lower() != ".xlsx" or target.suffix.lower() != ".xlsx":
        raise InputError("RETURN-NAME", "Problems are marked in a copy of an Excel workbook (.xlsx) only.",
                         "Leave --return out, or give two names that end in .xlsx.")  # fmt: skip
    if target.exists():
        raise InputError("RETURN-EXISTS", f"{target} is there already.", "Give another name with --return.")
    if reading.problems:
        write_file(target, mark_up(asked, read_bytes(file, MOST_BYTES), reading.problems))
        show.line(f"Wrote {target}, with {show.count(len(reading.problems), 'problem')} marked, to be sent back.")
    else:
        show.line(f"There is nothing to mark; {target} was not written.")


def _company(reading: Reading | None) -> str:
    """The company's name where it was answered as text."""
    company = reading.document.get("company") if reading else None
    name = company.get("name") if isinstance(company, dict) else None
    return name.strip()[:200] if isinstance(name, str) else ""


def _keep(case: Case, reading: Reading, file: Path, is_confirmed: bool = True, is_joint: bool = False) -> None:
    """Show what is wrong, keep the answers all the same, and say so. Raises AnswerError when there are errors.

    What keeping them undoes is shown, and has to be confirmed: InputError ANSWERS-UNDO.
    """
    errors = _show_problems(reading.problems)
    if _show_consequences(case, reading, is_joint) and not (is_confirmed or _agrees()):
        raise InputError("ANSWERS-UNDO", "Nothing was kept: look at what is listed above.",
                         "Give --yes to keep them all the same, or correct the file.")  # fmt: skip
    version = case.save_answers(_document(reading), file.name, is_joint=is_joint)
    _show_problems(problem for problem in case.checked().problems if problem.code == "deleted-before")
    kept = f"The answers are kept as version {version}." if version else "There was no answer to keep."
    _refuse_errors(case, errors, kept)
    show.line(f"The answers are complete and right. {kept}")


def _document(reading: Reading) -> dict[str, Any]:
    """What can be kept: a word where a section belongs has been named as a problem, and there is no place for it."""
    return {name: content for name, content in reading.document.items() if isinstance(content, dict | list)}


def _show_consequences(case: Case, reading: Reading, is_joint: bool = False) -> bool:
    """What would follow from these answers, in a line each, for each service; returns whether it is to be confirmed."""
    from onboarding.case.preview import everywhere

    shown = [(one, found) for one, found in everywhere(case, _document(reading), is_joint) if found.sentences()]
    has_to_be_confirmed = any(found for _, found in shown)
    if shown:
        words = "What follows from these answers:"
        if all(one.record.handed_over for one, _ in shown):
            words = "What a change order would come to with these answers:"
        show.line(words)
        for one, found in shown:
            for sentence in found.sentences():
                show.line(f"  {f'{one.service}: ' if one.service else ''}{sentence}")
        show.line()
    return has_to_be_confirmed


def _agrees() -> bool:
    """Whether a person at a terminal says so; without one nobody does."""
    return sys.stdin.isatty() and typer.confirm("Keep them?")


def _show_problems(problems: Iterable[Problem]) -> int:
    """A table of the problems, if any; returns how many of them are errors."""
    listed = list(problems)
    if listed:
        rows = [[p.place, p.severity, [p.message, *_beside(p)]] for p in listed]
        show.table(["Where", "Kind", "Problem"], rows)
        show.line()
    return sum(problem.severity == "error" for problem in listed)


def _beside(problem: Problem) -> list[str]:
    """Whose rule it is, and for which of the customer's services alone it is wrong."""
    whose = f"(service: {', '.join(problem.services)})" if problem.services else ""
    return [whose, f"(rule: {problem.source})" if problem.source else ""]


def _refuse_errors(case: Case, errors: int, kept: str) -> None:
    if errors:
        words = f"{show.count(errors, 'error')} in the answers of {case.customer.id}. {kept}".strip()
        remedy = "Correct them where they stand and give the file again, or use the form in 10_gather."
        raise AnswerError("ANSWERS", words, remedy)


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        name: getattr(problem, name)
        for name in ("code", "question", "row", "severity", "message", "source", "services")
    }
