"""The call flow of the clinic as it is drawn, reviewed and reported."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from onboarding.domain.callflow import CallFlow
from onboarding.domain.callflow_picture import Picture, Theme, draw
from onboarding.domain.language import Language
from onboarding.notebook.panel import picture_html
from onboarding.report.data_file import to_json
from onboarding.report.figures import completion_figures
from onboarding.report.report_model import PictureFigure
from onboarding.stages import planned
from onboarding.stages.assessment import assess
from onboarding.stages.checks.review import review_parts
from onboarding.stages.planned import picture_of, planned_configuration
from onboarding.stages.planners.presentation import Presentation
from onboarding.stages.stage_overview import pictures_of
from tests.emetrotel.clinic import answers, context, profile

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg: str) -> list[tuple[float, float]]:
    return [(float(r.get("x", "")), float(r.get("y", ""))) for r in Xml.fromstring(svg).iter(f"{SVG}rect")]


def test_every_box_and_every_way_of_the_clinic_is_drawn() -> None:
    """A box for each thing a call meets, a line for each pair of them, words for a reader who does not see it."""
    flow, picture = context().call_flow(), picture_of(context())
    assert picture is not None
    assert len(boxes(picture.svg)) == len(flow.nodes)
    root = Xml.fromstring(picture.svg)
    pairs = {(step.source, step.target) for step in flow.steps}
    assert len(list(root.iter(f"{SVG}path"))) == 2 * len(pairs)
    assert root.get("role") == "img"
    assert "(972) 555-0101" in str(root.get("aria-label"))
    assert len(picture.rows) == len(flow.steps)
    assert ["Menu: Main menu", "9", "Menu: Menú en español"] in [list(row) for row in picture.rows]
    assert ["Menu: Night menu", "nothing pressed", "Announcement: Night message"] in [list(r) for r in picture.rows]
    assert ["Schedule: Nurse hours", "closed", "Outside number: (972) 555-0190"] in [list(r) for r in picture.rows]


def test_a_theme_and_a_language_change_colours_and_words_only() -> None:
    """The page's own colours by default; the customer's language throughout."""
    plain = picture_of(context())
    spanish = picture_of(context(), Language("es", "Español", {"Menu": "Menú", "wrong key": "tecla equivocada"}))
    assert plain is not None
    assert spanish is not None
    assert "currentColor" in plain.svg
    assert "Menú: Main menu" in [row[0] for row in spanish.rows]
    assert boxes(spanish.svg) == boxes(plain.svg)
    dark = draw(context().call_flow(), Theme(ink="#eeeeee")).svg
    assert "currentColor" not in dark
    assert boxes(dark) == boxes(plain.svg)


def test_without_steps_there_is_no_picture() -> None:
    """Nothing answered, nothing drawn."""
    assert draw(CallFlow((), ())).svg == ""
    assert picture_of(context({"company": answers()["company"]})) is None


def test_the_plan_shows_what_will_be_configured() -> None:
    """One page with the picture, its words and every section, in labels instead of codes, with its version (E-18)."""
    task = profile().task("gather.present-plan")
    assert task is not None
    p = task.params
    assert isinstance(p, Presentation)
    page = planned_configuration(p.sections, context())
    for text in ("<svg", "Front desk", "Who is called first", "Whoever has been free longest", "Yealink SIP-T46G",
                 "Each person chooses it at the first log-in", "Version"):  # fmt: skip
        assert text in page
    assert "longest-idle" not in page
    assert "(972) 555-0199" in page
    assert "+1972" not in page
    other = answers(lambda document: document["menus"][0].update(greeting="Hello."))
    assert planned_configuration(p.sections, context(other)) != page
    late = answers(lambda document: document["configuration"].update(ends_on="2026-06-01"))
    assert planned_configuration(p.sections, context(late)) == page, "the schedule is no part of the plan"


def test_what_is_reviewed_is_every_section_and_every_flow() -> None:
    """A flow is what a caller from outside meets first; a direct number to an extension is none (E-14, E-15)."""
    task = profile().task("gather.engineering-review")
    assert task is not None
    parts = review_parts(context(), task.params.sections)
    assert parts[-4:] == ["Office hours", "Aviso de grabación", "Billing", "Nurse hours"]
    assert len(parts) == 20


def test_a_runbook_shows_the_picture_with_its_words() -> None:
    """Where an untrusted notebook loses the drawing, the table below it has every way."""
    [picture] = pictures_of("gather", context())
    html = picture_html(picture)
    assert html.count("<svg") == 1
    assert html.count("<tr>") == len(context().call_flow().steps) + 1
    assert pictures_of("migrate", context()) == []


def test_the_report_carries_the_flow_as_data() -> None:
    """Picture and words are part of the figures that lie beside the report."""
    figures = completion_figures(context(), assess(context()))
    assert figures.call_flow == picture_of(context())
    document = json.loads(to_json(figures))["call_flow"]
    assert document["svg"].startswith("<svg")
    assert len(document["rows"]) == len(context().call_flow().steps)


def test_a_report_draws_the_picture_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Page and data file show the same drawing, which is made of several hundred shapes."""
    drawn: list[CallFlow] = []

    def counted(flow: CallFlow, **words: Any) -> Picture:
        drawn.append(flow)
        return draw(flow, **words)

    monkeypatch.setattr(planned, "draw", counted)
    figures = completion_figures(context(), assess(context()))
    shapes = [shape for section in figures.sections for shape in section.shapes if isinstance(shape, PictureFigure)]
    assert figures.call_flow is not None
    assert [shape.svg for shape in shapes] == [figures.call_flow.svg]
    assert len(drawn) == 1
