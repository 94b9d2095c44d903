"""The table ``[report]`` of a profile: what its completion report counts and shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.catalog import Wants
from onboarding.domain.condition import Condition
from onboarding.domain.report import KNOWN, NUMBERS, PLAIN, SHOWS, ReportBlock, ReportPlan, Show, Tally
from onboarding.profile.draft import Draft
from onboarding.profile.names import Names
from onboarding.profile.source import Place, Table, hint


def take_report(table: Table, draft: Draft) -> None:
    """Reads the table into ``draft.report_plan``; a profile without one has the report every provider has."""
    if "report" not in table:
        return
    report = table.table("report")
    draft.places["report", ""] = report.place
    tallies = tuple(_tally(name, inside) for name, inside in report.tables("tally"))
    blocks = tuple(_block(name, inside, draft) for name, inside in report.tables("block"))
    draft.report_plan = ReportPlan(
        report.text("title", PLAIN.title), report.text("ordered"), tallies or PLAIN.tallies, blocks
    )
    report.close()


def _tally(name: str, table: Table) -> Tally:
    found = Tally(
        name,
        table.text("title", KNOWN.get(name, name), required=name not in KNOWN),
        table.text("rows", required=name not in KNOWN),
        dict(table.mapping("where")),
        table.text("sum"),
        table.texts("tasks"),
        table.texts("columns"),
        table.texts("port"),
        table.texts("new"),
        table.texts("holders"),
    )
    table.close()
    return found


def _block(name: str, table: Table, draft: Draft) -> ReportBlock:
    draft.places["report-block", name] = table.place
    shows = table.raw("show")
    if not isinstance(shows, list) or not shows:
        draft.report(table.place, f"what does it show? Write [[report.block.{name}.show]] with a kind")
        shows = []
    found = ReportBlock(
        name,
        table.text("title", name, required=True),
        table.text("text"),
        tuple(_show(Table(table.place.at("show", number), item, draft.findings)) for number, item in enumerate(shows)),
        table.condition(),
    )
    table.close()
    return found


def _show(table: Table) -> Show:
    kind = table.one_of("kind", tuple(SHOWS), "", required=True)
    about = {key: value for key, value in table.values.items() if key not in ("kind", "when")}
    return Show(kind, about, table.condition())


def check_report(draft: Draft) -> None:
    """Whatever the report points at must be there; adds what is found to ``draft.findings``."""
    names, place = Names(draft), draft.place("report", "")
    for tally in draft.report_plan.tallies:
        _check_tally(tally, names, draft, place.at("tally", tally.id))
    for block in draft.report_plan.blocks:
        at = draft.place("report-block", block.id)
        names.condition(block.when, at.at("when"))
        for number, show in enumerate(block.shows):
            _check_show(show, names, draft, at.at("show", number))


def _check_tally(tally: Tally, names: Names, draft: Draft, place: Place) -> None:
    for key in ("tasks", "port", "new"):
        names.wanted[Wants.TASKS](list(getattr(tally, key)), place.at(key))
    if (tally.port or tally.new or tally.holders) and tally.id != NUMBERS:
        draft.report(place, "'port', 'new' and 'holders' are for the tally of numbers")
    names.wanted[Wants.QUESTIONS](list(tally.holders), place.at("holders"))
    if not tally.rows:
        return
    names.wanted[Wants.TABLE](tally.rows, place.at("rows"))
    if tally.sum:
        names.wanted[Wants.QUESTION](f"{tally.rows}.{tally.sum}", place.at("sum"))
    _check_where(tally.where, tally.rows, names, place.at("where"))
    _check_columns(tally.columns, tally.rows, names, draft, place.at("columns"))


def _check_show(show: Show, names: Names, draft: Draft, place: Place) -> None:
    names.condition(show.when, place.at("when"))
    entry = SHOWS.get(show.kind)
    if entry is None:
        return
    for key in (key for key in entry.needs if key not in show.about):
        draft.report(place, f"{show.kind!r} needs {key!r}: {entry.needs[key].value}")
    for key, value in show.about.items():
        wants = entry.parameters.get(key)
        if wants is None:
            draft.report(place.at(key), f"{show.kind!r} has no parameter {key!r}{hint(key, entry.parameters)}")
        else:
            names.wanted[wants](value, place.at(key))
    for need in (need for need in entry.reads if need not in draft.sections):
        draft.report(place, f"{show.kind!r} reads {need}, which is not asked")
    rows = show.about.get("rows")
    if isinstance(rows, str):
        _check_where(show.about.get("where"), rows, names, place.at("where"))
        _check_columns(show.about.get("columns"), rows, names, draft, place.at("columns"))
    _check_known(show.about.get("gates"), "gate", draft.gates, draft, place.at("gates"))
    _check_known(show.about.get("references"), "reference", {r.id: r for r in draft.references}, draft,
                 place.at("references"))  # fmt: skip
    _check_known(show.about.get("procedures"), "operation", draft.procedures, draft, place.at("procedures"))


def _check_where(where: Any, rows: str, names: Names, place: Place) -> None:
    for column, wanted in where.items() if isinstance(where, Mapping) else ():
        values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
        names.condition(Condition("is", f"{rows}.{column}", values), place.at(column))


def _check_columns(columns: Any, rows: str, names: Names, draft: Draft, place: Place) -> None:
    if isinstance(columns, tuple):
        names.wanted[Wants.QUESTIONS](list(columns), place)
    for number, column in enumerate(columns if isinstance(columns, list | tuple) else ()):
        if str(column).partition(".")[0] != rows:
            draft.report(place.at(number), f"{column!r} is no column of {rows!r}")


def _check_known(named: Any, kind: str, known: Mapping[str, object], draft: Draft, place: Place) -> None:
    for number, name in enumerate(named if isinstance(named, list) else ()):
        if name not in known:
            draft.report(place.at(number), f"there is no {kind} {name!r}{hint(str(name), list(known))}")
