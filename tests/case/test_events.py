"""What a customer's work leaves in the record: events, of which sentences are made in every language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from onboarding.case import leaving_out, trying_again
from onboarding.domain.event import Event, event_from_json
from onboarding.domain.language import places
from onboarding.engine.stage_run import RunParameters, run_stage
from onboarding.profile.catalogues import load_language
from onboarding.store import audit, tables
from onboarding.store.columns import Happened
from tests.engine.notebooks import no_kernel
from tests.world import World

COLUMNS = [
    (table, column)
    for table in tables.metadata.sorted_tables
    for column in table.c
    if isinstance(column.type, Happened)
]


def kept(world: World) -> Iterator[str]:
    """Every event as the database holds it."""
    with world.store._database.reading() as connection:
        for table, column in COLUMNS:
            rows = connection.execute(audit.select_raw(table)).mappings()
            yield from (row[column.name] for row in rows if row[column.name] is not None)


def work(world: World) -> None:
    """A customer's days: what programs do, what people do, what is refused, what is lost, and runs about it."""
    world.apply("gather")
    world.finish_telephony()
    world.apply("provision")
    world.sandbox.mail_fault("drop-after")
    world.apply("enable_services")
    unknown = [view.task.id for view in world.case.progress().tasks if view.state == "unknown"]
    trying_again.again(world.case, unknown[0], "Chinook has no such mail.")
    leaving_out.waive(world.case, unknown[0], "reseller", "Bought elsewhere.")
    leaving_out.skip(world.case, "cutover.verify-services", "Tried before.")
    for stage in ("gather", "provision", "cutover"):
        run_stage(world.store, stage, RunParameters(world.name, True, world.at.isoformat()), executor=no_kernel)


def words(event: Event) -> list[str]:
    """The sentence of an event without what is filled in: its own words, in pieces."""
    values = sorted(map(str, strings(event.values)), key=len, reverse=True)
    text = str(event)
    for value in filter(None, values):
        text = text.replace(value, "\0")
    return [piece.strip() for piece in text.split("\0") if len(re.findall(r"\w+", piece)) > 2]


def strings(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    else:
        yield value


def test_the_record_holds_events_and_no_sentence(lenient: World) -> None:
    """Every kept text is a kind with its values; the words of its sentence stand nowhere in it, and are in Spanish."""
    work(lenient)
    spanish, kinds = load_language("es"), set()
    for text in kept(lenient):
        event = event_from_json(json.loads(text))
        kinds.add(event.kind)
        assert not [piece for piece in words(event) if piece in text], text
        assert not words(event) or spanish(event.sentence) != str(event), event
        assert not places(spanish(event.sentence)) or "{" in text
    assert {"task.check-holds", "task.reported", "task.left-out", "task.again", "action.done", "mail.sent"} <= kinds
    assert {"mail.unknown", "run.complete", "run.waits"} <= kinds
