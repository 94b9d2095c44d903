"""Blocks as a profile finds them: by kind, each with parameters of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from onboarding.domain.condition import Condition, Where
from onboarding.domain.params import Names
from onboarding.domain.question import Kind
from onboarding.domain.registry import installed
from onboarding.domain.report import ReportBlock, ReportPlan, Show, Tally
from onboarding.report.blocks import Guide, sections_of
from onboarding.report.delivery import Delivery
from onboarding.report.tallies import RowProofs
from onboarding.stages.assessment import assess
from tests.extensions import params
from tests.stages.small import asked, question, small

BLOCKS = {found.name: found for found in installed().all("block")}
SHEET = asked(
    question("company.name"),
    question("users.email"),
    question("users.kind", Kind.CHOICE, "office", "shared"),
    tables={"users": "email"},
)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_says_what_it_is_for(name: str) -> None:
    """In a sentence for the reference page."""
    assert BLOCKS[name].summary.endswith(".")


WRONG: dict[str, tuple[str, dict[str, Any], tuple[str | int, ...], str]] = {
    "no table": ("rows", {"rows": "company"}, ("rows",), "there is no table section 'company'"),
    "a column of another table": ("rows", {"rows": "users", "columns": ["users.email", "company.name"]},
                                  ("columns", 1), "'company.name' is no column of 'users'"),
    "a column that is not asked": ("rows", {"rows": "users", "columns": ["users.name"]}, ("columns", 0),
                                   "there is no question 'users.name'"),
    "rows with what no row can have": ("rows", {"rows": "users", "where": {"kind": ["office", "fax"]}}, ("where",),
                                       "'fax' is no option of users.kind"),
    "no task": ("steps", {"tasks": ["cutover.go"]}, ("tasks", 0), "there is no task 'cutover.go'"),
    "no gate": ("decisions", {"gates": ["went"]}, ("gates", 0), "there is no gate 'went'; did you mean 'went-live'?"),
    "no reference": ("notes", {"references": ["U-1"]}, ("references", 0), "there is no reference 'U-1'"),
    "no operation": ("notes", {"procedures": ["x"]}, ("procedures", 0), "there is no operation 'x'"),
    "a caption of nothing": ("sides", {"caption": ""}, ("caption",), "a text is wanted here"),
    "a parameter of another": ("invoice", {"tasks": []}, ("tasks",), "Extra inputs"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_parameters_is_said_where_it_stands(case: str) -> None:
    """The place is that of the parameter in the profile."""
    name, about, place, message = WRONG[case]
    names = Names({q.id: q for q in SHEET.questions()}, {s.id: s for s in SHEET.sections}, gates=["went-live"])
    with pytest.raises(ValidationError) as refused:
        BLOCKS[name].params.model_validate(about, context=names)
    [error] = refused.value.errors()
    assert error["loc"] == place
    assert message in error["msg"]


def test_blocks_stand_in_the_order_of_the_profile() -> None:
    """Each under its heading; one that has nothing to say, and one that is not meant, are left out; tallies follow."""
    name = Show("answers", params("block", "answers", fields=["company.name"]))
    never = Condition("is", "company.name", ("Dark",))
    notes, nothing = (Show("notes", params("block", "notes", texts=texts)) for texts in (["One."], []))
    plan = ReportPlan(
        blocks=(
            ReportBlock(
                "notes",
                "To be known",
                "Read this.",
                (notes, nothing),
            ),
            ReportBlock("empty", "Nothing", "", (Show("answers", params("block", "answers", fields=["users"])),)),
            ReportBlock("never", "Never", "", (name,), never),
            ReportBlock("company", "Company", "", (name, replace(name, when=never))),
        ),
        tallies=(
            Tally("seats", "Seats", "users", Where({"kind": ["office", "x"]}), columns=("users.email",)),
            Tally("none", "None", "users", Where({"kind": "shared"}), columns=("users.email",)),
        ),
    )
    users = [{"email": "a@x.example", "kind": "office"}, {"email": "b@x.example"}]
    context = small(SHEET, {"company": {"name": "Bright"}, "users": users}, report=plan)
    progress = assess(context)
    found = list(sections_of(Guide(context, progress, RowProofs(context, Delivery(context, progress)))))
    assert [(section.id, section.title, section.text, len(section.shapes)) for section in found] == [
        ("notes", "To be known", "Read this.", 1),
        ("company", "Company", "", 1),
        ("seats", "Seats", "", 1),
    ]
    assert found[-1].shapes[0].total == 1  # type: ignore[union-attr]
