"""The report of each guide states what its managers ask for, taken from the example customer's own answers."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from onboarding.domain.number import national
from onboarding.domain.task import declared_id
from onboarding.report.completion import CompletionReport
from onboarding.report.delivery import Count
from onboarding.report.formatter import Formatter
from onboarding.report.outcome_figures import ReportStanding
from onboarding.report.render import render
from onboarding.report.report_model import SectionFigure, TableFigure
from tests.report.cases import executed
from tests.report.guides import GUIDES, Ended, ended, figures_at, finished, hostile_guide
from tests.report.hostile import PAYLOADS

NOTHING = "\N{EN DASH}"
OURS = {
    "h2", "h3", "p", "span", "dl", "div", "dt", "dd", "table", "caption", "colgroup", "col", "thead", "tbody", "tr",
    "th", "td", "ul", "li", "details", "summary", "code", "a", "img",
}  # fmt: skip


def section(one: Ended, name: str) -> SectionFigure:
    return next(found for found in one.figures.sections if found.id == name)


def words(one: Ended, name: str) -> str:
    """What a reader finds under that heading."""
    found = next(
        part for part in CompletionReport(one.figures).guide().sections if part["title"] == section(one, name).title
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found["html"])).replace("\xa0", " ").split())


def done_on(one: Ended, task: str) -> date:
    return one.context.record.tasks[task].at.astimezone(ZoneInfo(one.figures.head.zone)).date()


def shown(value: date) -> str:
    return Formatter().day(value).replace("\xa0", " ")


def tally(one: Ended, name: str) -> Count:
    return next(found.count for found in one.figures.tallies if found.id == name)


@pytest.mark.parametrize("profile", GUIDES)
def test_every_report_comes_to_the_same_verdict_and_fits(profile: str, tmp_path: Path) -> None:
    """Complete, everything ordered is delivered, no empty heading, and less than 200 kB in one file."""
    one = ended(profile)
    assert one.figures.outcome.standing is ReportStanding.COMPLETE
    assert [found.id for found in one.figures.tallies if found.count.missing or not found.count.ordered] == []
    rendered = render(executed(one.figures), tmp_path / "r.html")
    assert rendered.size < 200_000
    page = rendered.path.read_text(encoding="utf-8")
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert [html.escape(found.title, quote=False) for found in one.figures.sections] == [
        title for title in titles if html.unescape(title) in {found.title for found in one.figures.sections}
    ]
    assert not re.search(r"</h2>\s*(<p>[^<]*</p>\s*)?</div>\s*<div class=\"prose\"", page)


def test_mitel_states_portal_requirements_and_emergency_numbers() -> None:
    """Portal address, every requirement met, bundles with quantities, ranges, locations, the known error."""
    one = ended("mitel-micloud")
    values = one.context.values
    assert values["customer_details"]["portal_url"] in words(one, "portal")
    coverage = words(one, "coverage")
    for row in values["requirements"]:
        assert row["requirement"] in coverage
    assert coverage.count("✓ met") == len(values["requirements"])
    bundles = words(one, "bundles")
    for row in values["bundles"]:
        assert f"{row['name']} {row['quantity']}" in bundles
    for row in values["did_ranges"]:
        assert f"{national(row['start'], 'US')} {national(row['end'], 'US')} ✓ read back" in bundles
    emergency = words(one, "emergency")
    assert values["emergency"]["default_cesid"] in emergency
    for row in values["erls"]:
        assert f"{row['site_name']} {row['number']} {row['location']} {row['zone']}" in emergency
    assert "MiTeam Meetings" in words(one, "known")
    assert "Recover after a change that failed" in words(one, "known")
    assert tally(one, "users") == Count(read_back=len(values["users"]))
    assert tally(one, "bundles").read_back == sum(row["quantity"] for row in values["bundles"])


def test_teams_settles_the_contract_and_names_the_first_invoice() -> None:
    """Line by line with the note that explains a difference; the first of the month after the numbers were added."""
    one = ended("univoip-teams")
    lines = {row["item"]: row for row in one.context.rows("contract_lines")}
    contract = words(one, "contract")
    for title, item, delivered in (
        ("Cloud Voice user", "voice-user", 13),
        ("Auto attendant or call queue", "entry-point", 3),
        ("Rented telephone", "rented-phone", 5),
        ("Telephone bought from UniVoIP", "bought-phone", 1),
    ):
        assert f"{title} {lines[item]['quantity']} {delivered} ✓ as contracted" in contract
    ported = lines["ported-number"]
    assert f"Ported number {ported['note']} {ported['quantity']} 11 ! 1 more than contracted explained" in contract
    added = done_on(one, "telephony.add-numbers")
    first = date(added.year, added.month + 1, 1)
    assert f"First invoice {shown(first)}" in contract
    assert one.figures.invoice is not None
    assert one.figures.invoice.on == first
    assert shown(first) in re.sub(r"<[^>]+>", " ", CompletionReport(one.figures).heading().html).replace("\xa0", " ")


def test_teams_tells_licences_found_and_bought_the_two_calls_and_what_was_lent() -> None:
    """What the first answers gave, what was bought or removed since; both calls; no test number is left."""
    one = ended("univoip-teams")
    licences = words(one, "licences")
    assert f"Ruben Castillo A3 Teams Phone Standard {NOTHING}" in licences
    assert "Darnell Brooks A3 Microsoft Teams Domestic Calling Plan Teams Phone Standard" in licences
    assert f"Elena Marsh A5 {NOTHING} {NOTHING}" in licences
    assert "Remove the Microsoft Calling Plans" in licences
    test = words(one, "test-call")
    for task in ("telephony.make-test-call", "telephony.answer-test-call"):
        found = one.context.profile.task(task)
        assert found
        assert f"{found.title} {shown(done_on(one, task))}" in test
    assert "Tom Okafor Yes" in test
    assert "Still to be given back" not in test
    assert one.context.rows("port_orders")[0]["signer"] in words(one, "porting")
    assert {figure.user for figure in one.figures.numbers} >= {"Elementary line"}


def test_officeconnect_bills_from_the_signature_and_shows_both_sides() -> None:
    """Activation Completion and first invoice on one day; customer beside provider; classes with who attended."""
    one = ended("univoip-officeconnect")
    signed = done_on(one, "cutover.sign-completion")
    completion = words(one, "completion")
    assert f"Sign the Activation Completion {shown(signed)}" in completion
    assert f"First invoice {shown(signed)}" in completion
    [sides] = section(one, "sides").shapes
    assert isinstance(sides, TableFigure)
    assert [head for head, _ in sides.columns] == ["Stage", "Customer", "Provider"]
    needed = [task for party in one.figures.parties for task in party.needed]
    declared = {declared_id(task.id) for task in needed}
    assert sum(len(cell.items) for row in sides.rows for cell in row) == len(declared)
    training = words(one, "training")
    assert "Class 1" in training
    assert training.count("6 of 6") == 2
    assert "Class 3 Mon" in training
    assert "1 of 1" in training
    assert one.context.values["building"]["coi_terms"] in words(one, "building")
    assert "Dedicated" in words(one, "circuit")


def test_officeconnect_ports_after_activation() -> None:
    """The block tells the order, and which numbers were forwarded until then."""
    one = ended("univoip-officeconnect")
    port = words(one, "port")
    assert (
        port.index("Activate the voice service")
        < port.index("Ask the project manager")
        < port.index("Complete the port")
    )
    assert done_on(one, "telephony.request-port") > done_on(one, "cutover.sign-completion")
    for row in one.context.rows("temporary_numbers"):
        assert national(row["stands_for"], "US") in port


def test_emetrotel_tells_reviews_and_who_signed_what() -> None:
    """Questions with answers, discrepancies as settled, both sides on one digest, the plan as it was sent."""
    one = ended("emetrotel")
    reviews = words(one, "reviews")
    for row in one.context.rows("open_questions"):
        assert row["question"] in reviews
        assert row["answer"] in reviews
    for row in one.context.rows("discrepancies"):
        assert row["settled"] in reviews
    ready = words(one, "ready")
    signed = [kept for kept in one.context.record.decisions if kept.gate == "ready-for-configuration"]
    assert {kept.role for kept in signed} == {"primary-contact", "project-manager"}
    assert {ready.count(f"sha256:{kept.digest}") for kept in signed} == {2}
    assert "Lucía Herrera" in ready
    plans = [line for line in one.context.record.evidence if line.task == "gather.present-plan" and line.document]
    assert f"sha256:{plans[-1].document}" in ready


def test_emetrotel_draws_the_call_flow_and_tells_who_is_recorded(tmp_path: Path) -> None:
    """The picture of our own drawing is in the page, with the same in words; and how people are informed."""
    one = ended("emetrotel")
    page = render(executed(one.figures), tmp_path / "r.html").path.read_text(encoding="utf-8")
    assert re.search(r'<img alt="Call flow" src="data:image/svg\+xml;base64,[\w+/=]+">', page)
    flow = words(one, "call-flow")
    for row in one.context.rows("dids"):
        assert f"Number: {national(row['number'], 'US')}" in flow
    recording = words(one, "recording")
    assert one.context.values["recording"]["announcement"] in recording
    assert f"Days a recording is kept {one.context.values['recording']['keep']}" in recording
    assert tally(one, "extensions").delivered == len(one.context.rows("extensions"))


@pytest.mark.parametrize("profile", GUIDES)
def test_hostile_text_in_the_blocks_of_a_guide_stays_text(profile: str) -> None:
    """Every free answer, name, note and document is markup: it opens no element, and most of it is to be read."""
    seen = 0
    for payload in PAYLOADS[:4]:
        found, marks = hostile_guide(profile, payload)
        block = CompletionReport(figures_at(found)).guide()
        assert set(re.findall(r"</?(\w+)", str(block.html))) <= OURS
        page = html.unescape(str(block.html))
        seen += sum(mark in page for mark in marks)
        assert payload in page
    assert seen >= 4 * 4


def test_a_block_for_others_is_not_shown() -> None:
    """Without a circuit, a certificate or numbers to port, their blocks and shows are left out with their headings."""
    found = finished("univoip-officeconnect")
    plain = {**found.values, "circuit": {"provided": False}, "telephony": {"kind": "none"}, "building": {}}
    plain.pop("port_numbers")
    one = figures_at(replace(found, values=plain))
    assert {"circuit", "port"} & {section.id for section in one.sections} == set()
    assert "Certificate of insurance" not in str(CompletionReport(one).guide().html)
