"""The fragments: escaped, foldable, and with the few facts a reader looks for."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from onboarding.domain.language import ENGLISH
from onboarding.profile.catalogues import load_language
from onboarding.report import ordered, outcome, work_sections
from onboarding.report.completion import CompletionReport, in_language
from onboarding.report.data_file import to_json
from onboarding.report.formatter import HEAD, Formatter
from tests.report.cases import START, bright_smile, context, figures, played
from tests.report.hostile import PAYLOADS, hostile

ZONE = ZoneInfo("America/New_York")
OURS = {
    "header", "h1", "h3", "p", "span", "time", "dl", "div", "dt", "dd", "b", "i", "table", "caption", "colgroup", "col",
    "thead", "tbody", "tr", "th", "td", "ul", "li", "details", "summary", "strong", "code", "a",
}  # fmt: skip
PARTS = [name for name in vars(CompletionReport) if not name.startswith("_")]


def words(markup: str) -> str:
    """What a reader sees of HTML, white space folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


class TestWords:
    """Days and lengths as people say them."""

    def test_a_day_is_that_of_the_place(self) -> None:
        """Two at night in London is still the evening before in New York."""
        at = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
        assert Formatter(zone=ZONE).day(at).replace("\xa0", " ") == "Wed 11 Mar 2026"
        assert Formatter(zone=ZONE).instant(at).replace("\xa0", " ") == "Wed 11 Mar 2026, 22:00"

    @pytest.mark.parametrize(
        ("days", "shown"),
        [(0, "no time"), (0.01, "under an hour"), (0.042, "1 hour"), (0.5, "12 hours"), (1, "1 day"), (1.5, "1.5 days"),
         (2, "2 days"), (41.3, "41 days")],
    )  # fmt: skip
    def test_lengths(self, days: float, shown: str) -> None:
        """The unit a person would choose, and no false precision."""
        assert Formatter().length(timedelta(days=days)) == shown

    @pytest.mark.parametrize(
        ("hours", "shown"),
        [
            (1, "2 Mar 2026"),
            (72, "2 Mar to 5 Mar 2026"),
            (24 * 365, "2 Mar 2026 to 2 Mar 2027"),
            (None, "2 Mar 2026 to today"),
        ],
    )
    def test_periods(self, hours: int | None, shown: str) -> None:
        """The year stands once when it is the same."""
        end = None if hours is None else START + timedelta(hours=hours)
        assert Formatter(zone=ZONE).period(START, end).replace("\xa0", " ") == shown

    def test_counts(self) -> None:
        """One, many and none."""
        assert [ENGLISH.count(n, "user") for n in (0, 1, 2000)] == ["no users", "1 user", "2,000 users"]


class TestParts:
    """What each part tells."""

    def test_the_heading_tells_the_outcome_first(self) -> None:
        """Provider, customer, verdict, day, delivered of ordered, next date: in this order."""
        block = outcome.heading(figures(played(bright_smile(), 9)))
        shown = words(block.html).replace("\xa0", " ")
        assert shown.startswith(
            "Completion report · Chinook Communications Bright Smile Dental Group ✓ Complete as of Wed 11 Mar 2026"
        )
        assert "Users 25 of 25 delivered Numbers 26 of 26 delivered Services 52 of 52 delivered" in shown
        assert "Next date Fri 27 Mar 2026 Go-live" in shown
        assert block.head["title"].startswith("Bright Smile Dental Group: completion report")
        assert HEAD in block._repr_mimebundle_()

    def test_a_training_customer_is_marked(self) -> None:
        """Beside the verdict, in the reader's language, and in the data file; nobody else is."""
        found = figures(played(bright_smile(), 9))
        assert "training" not in words(outcome.heading(found).html)
        assert json.loads(to_json(found))["head"]["is_training"] is False
        trained = replace(found, head=replace(found.head, is_training=True))
        assert "training customer as of" in words(outcome.heading(trained).html)
        assert json.loads(to_json(trained))["head"]["is_training"] is True
        spanish = in_language(replace(trained, language=load_language("es")))
        assert "cliente de práctica" in words(outcome.heading(spanish).html)

    def test_proof_shows_the_document_and_its_digest(self) -> None:
        """Name and SHA-256 of the filed letter, and who filed it."""
        shown = words(work_sections.tasks(figures(played(bright_smile(), 9))).html)
        assert re.search(r"telephony\.sign-loa\.pdf sha256:[0-9a-f]{64}", shown)
        assert "customer person" in shown

    def test_planned_promised_and_closed_stand_beside_each_other(self) -> None:
        """Of what is done too, each in a column of its own."""
        found = figures(played(bright_smile(), 9))
        task = next(one for one in found.tasks if one.id == "telephony.sign-loa")
        html = str(work_sections.tasks(found).html)
        assert task.closed_at is not None
        for label, day in (("Planned", task.planned_on), ("Promised", task.promised_on), ("Closed", task.closed_at)):
            assert re.search(rf'data-label="{label}">[^/]*{found.formatter.day(day)}', html)

    def test_a_long_list_is_folded_and_says_so(self) -> None:
        """Of 2,000 users those that need a look come first, and the page says what it leaves out."""
        found = figures(played(bright_smile(2000), 5.2))
        shown = words(ordered.users(found).html)
        assert "60 of 2,000 users are shown, those that are not yet delivered first." in shown
        assert shown.index("Ana Ortiz") < shown.index("Chloé O'Neil")  # nothing of hers is missing
        assert str(ordered.users(found).html).count('<th scope="row"') == 60

    def test_nothing_to_show_is_said_in_words_or_left_out(self) -> None:
        """Parts without rows are a sentence where that is news, otherwise nothing at all; never an empty table."""
        report = CompletionReport(figures(context({"company": {"name": "New"}}, START), ()))
        left_out = {name for name in PARTS if not getattr(report, name)().html}
        assert left_out == {"guide", "users", "numbers"}
        for name in PARTS:
            assert '<tbody role="rowgroup"></tbody>' not in getattr(report, name)().html

    @pytest.mark.parametrize("payload", PAYLOADS[:6])
    def test_hostile_text_stays_text(self, payload: str) -> None:
        """Every free text of a customer stands on the page letter by letter, and opens no element."""
        found, runs, expected = hostile(payload)
        report = CompletionReport(figures(found, runs))
        page = "".join(str(getattr(report, name)().html) for name in PARTS)
        assert set(re.findall(r"</?(\w+)", page)) <= OURS
        seen = html.unescape(page)
        assert [one for one in expected if one not in seen] == []
