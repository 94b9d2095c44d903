"""What a completion report is made of when the profile says nothing, and what it counts."""

from __future__ import annotations

from onboarding.domain.report import HEADLINES, NUMBERS, PLAIN, SERVICES, USERS, ReportPlan, Tally


def test_every_report_counts_users_numbers_and_services() -> None:
    """Under the names a profile uses for them; all three stand on the first screen."""
    assert [(tally.id, tally.title) for tally in PLAIN.tallies] == [
        ("users", "Users"), ("numbers", "Numbers"), ("services", "Services"),
    ]  # fmt: skip
    assert (USERS, NUMBERS, SERVICES, HEADLINES) == ("users", "numbers", "services", 3)
    assert PLAIN.title == "Completion report"


def test_a_tally_is_found_by_its_name() -> None:
    """Another name is none."""
    doors = Tally("doors", "Doors", "doors")
    plan = ReportPlan(tallies=(Tally("users", "Users"), doors))
    assert plan.tally("doors") is doors
    assert plan.tally("door") is None


def test_a_tally_of_rows_is_the_profiles_own() -> None:
    """The others count what every report knows."""
    assert Tally("doors", "Doors", "doors").is_own
    assert not Tally("users", "Users").is_own
