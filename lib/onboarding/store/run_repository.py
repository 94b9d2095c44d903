"""Runs: one execution of one runbook for one customer, and the executed notebook it leaves behind."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from onboarding.domain.event import Event
from onboarding.errors import EvidenceError, InputError
from onboarding.store import tables
from onboarding.store.agenda import stays_noted
from onboarding.store.database_errors import file_faults
from onboarding.store.process import Process, is_alive, this_process
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, made, values_of
from onboarding.store.values import Run, RunOutcome, RunStart

_STAGE = re.compile(r"[a-z][a-z0-9_-]{0,40}")


class Runs(Repository):
    """The runs of all customers. A run's id is ``<customer>.<number>``; a customer's engagements share the numbers."""

    def start_run(self, start: RunStart) -> str:
        """Keeps that a run begins in this process and returns its id.

        Earlier runs of the customer whose process is gone are concluded first. Raises InputError RUN-STAGE.
        """
        if not _STAGE.fullmatch(start.stage):
            words, command = f"{start.stage[:60]!r} is not a stage.", "See `onboard run --help`."
            raise InputError("RUN-STAGE", words, "Correct its id.", command)
        self.conclude_dead_runs(start.at, start.customer)
        mine = this_process()
        values = values_of(start)
        values |= {"started_at": values.pop("at"), "host": mine.host, "pid": mine.pid, "process": mine.started}
        values |= {"notebook": "", "digest": "", "size": 0, "begun_at": datetime.now(UTC)}
        with self._writing(values.pop("customer")) as scope:
            values["number"] = _last_number(scope) + 1
            scope.add(tables.runs, values, start.by, "run.start", start.at)
            stays_noted(scope)
        return _id(start.customer, values["number"])

    def finish_run(
        self,
        run_id: str,
        outcome: RunOutcome | str,
        message: Event,
        at: datetime,
        notebook: bytes | None = None,
        last_cell: int | None = None,
    ) -> Run:
        """Keeps how the run ended and archives the executed notebook, read-only, with its SHA-256.

        ``last_cell`` is the index of the last cell that ran. Raises EvidenceError RUN-FINISHED when the run has an
        outcome already.
        """
        customer, number = _parse(run_id)
        with self._writing(customer) as scope:
            row = _row(scope, number)
            if row.outcome is not None:
                raise EvidenceError("RUN-FINISHED", f"Run {run_id} ended as {row.outcome} already.", "Start a new run.")
            path = _archived(customer, row)
            values: dict[str, Any] = {
                "outcome": RunOutcome(outcome), "message": message, "finished_at": at, "last_cell": last_cell,
            }  # fmt: skip
            if notebook is not None:
                values |= {"notebook": path, "digest": self._archive.put(path, notebook), "size": len(notebook)}
            elif found := self._archive.digest(path):  # its writer died between the file and the row
                values |= {"notebook": path, "digest": found[0], "size": found[1]}
            values |= {"number": number, "engagement": row.engagement}
            scope.change(tables.runs, values, row.by, f"run.{values['outcome']}", at)
            stays_noted(scope)
            return _run_in(scope, _row(scope, number))

    @contextmanager
    def folder_of(self, run_id: str) -> Iterator[Path]:
        """An empty folder for the notebook of a run while it runs; gone when the run has ended.

        What is in it when the process is killed is archived by `conclude_dead_runs`.
        """
        place = self._database.layout.running / run_id
        shutil.rmtree(place, ignore_errors=True)  # of a run with this number that a restored database does not know
        with file_faults(str(place)):
            place.mkdir(parents=True)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def conclude_dead_runs(self, at: datetime, customer: str | None = None) -> list[Run]:
        """Concludes as died the unfinished runs whose process on this host is gone, and returns them.

        Their notebooks are archived as they were last saved. A run that was killed after it had ended has left its
        folder, which goes now.
        """
        query = self._of_customers(tables.runs, None).where(tables.runs.c.outcome.is_(None))
        if customer is not None:  # whichever of its engagements they are of
            query = query.where(tables.engagements.c.customer == self.customer(customer).id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        self._clear_up(customer)
        dead = [row for row in rows if is_alive(Process(row.host, row.pid, row.process)) is False]
        return [self._conclude(row.customer, row, at) for row in dead]

    def _conclude(self, customer: str, row: Any, at: datetime) -> Run:
        run_id, notebook = _id(customer, row.number), None
        place = self._database.layout.running / run_id
        if self._archive.digest(_archived(customer, row)) is None:
            notebook = next((path.read_bytes() for path in place.glob("*.ipynb")), None)
        run = self.finish_run(run_id, RunOutcome.DIED, Event("run.lost"), at, notebook)
        shutil.rmtree(place, ignore_errors=True)
        return run

    def _clear_up(self, customer: str | None) -> None:
        """Removes the folders of runs that ended, and whose process did not live to do it."""
        for place in self._database.layout.running.glob(f"{customer or '*'}.*"):
            with suppress(InputError):  # a folder of which this database knows no run is left as it is
                if self._is_left_over(place):
                    shutil.rmtree(place, ignore_errors=True)

    def _is_left_over(self, place: Path) -> bool:
        """Whether nobody works there any more, and no notebook lies there that is not in the archive as it is."""
        customer, number = _parse(place.name)
        with self._reading(customer) as scope:
            row = _row(scope, number)
        if row.outcome is None or is_alive(Process(row.host, row.pid, row.process)) is not False:
            return False
        return all(sha256(path.read_bytes()).hexdigest() == row.digest for path in place.glob("*.ipynb"))

    def runs(self, customer: str | None = None) -> list[Run]:
        """All runs, or those of one customer, in the order they were begun, whatever instant they worked as of."""
        number = [] if customer is None else [tables.runs.c.number]  # of one customer that is surer than a clock
        by_start = (*number, tables.runs.c.begun_at, tables.engagements.c.customer, tables.runs.c.number)
        query = self._of_customers(tables.runs, customer).order_by(None).order_by(*by_start)
        with self._database.reading() as connection:
            return [_run(row.customer, row.service, row) for row in connection.execute(query)]

    def run(self, run_id: str) -> Run:
        """One run. Raises InputError RUN-UNKNOWN."""
        customer, number = _parse(run_id)
        with self._reading(customer) as scope:
            return _run_in(scope, _row(scope, number))


def _id(customer: str, number: int) -> str:
    return f"{customer}.{number:04d}"


def _last_number(scope: Scope) -> int:
    """The greatest number of a run of the customer, whichever engagement it was of."""
    query = select(func.max(tables.runs.c.number)).where(_of_any(scope))
    return int(scope.connection.scalar(query) or 0)


def _of_any(scope: Scope) -> Any:
    return tables.runs.c.engagement.in_([one.id for one in scope.engagements])


def _archived(customer: str, row: Any) -> str:
    """Where the notebook of a run lies in the archive, with the service where the run names one."""
    service = row.parameters.get("service")
    return f"{customer}/{row.number:04d}-{f'{service}-' if service else ''}{row.stage}.ipynb"


def _parse(run_id: str) -> tuple[str, int]:
    customer, _, number = run_id.rpartition(".")
    if not customer or not number.isascii() or not number.isdigit():
        raise _unknown(run_id)
    return customer, int(number[:9])


def _unknown(run_id: str) -> InputError:
    return InputError("RUN-UNKNOWN", f"There is no run {run_id[:80]!r}.", "A run's id looks like bright-smile.0007.")


def _row(scope: Scope, number: int) -> Any:
    row = scope.connection.execute(select(tables.runs).where(_of_any(scope), tables.runs.c.number == number)).first()
    if row is None:
        raise _unknown(_id(scope.customer, number))
    return row


def _run_in(scope: Scope, row: Any) -> Run:
    service = next(one.service for one in scope.engagements if one.id == row.engagement)
    return _run(scope.customer, service, row)


def _run(customer: str, service: str, row: Any) -> Run:
    return made(Run, row, id=_id(customer, row.number), customer=customer, service=service)
