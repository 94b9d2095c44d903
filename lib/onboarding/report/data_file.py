"""The figures of a report for machines: everything the report shows, and all the rows it folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic_core import to_json as to_indented

from onboarding.domain.json import JSON
from onboarding.domain.language import Language
from onboarding.domain.reseller import Reseller
from onboarding.files import write_atomically
from onboarding.report.delivery import Count
from onboarding.report.figures import Figures
from onboarding.text import visible

FORMAT = "onboarding-completion/1"


def to_json(figures: Figures) -> bytes:
    """The figures as JSON in UTF-8: instants in UTC, lengths of time in seconds, counts with their sums.

    The same figures always give the same bytes.
    """
    document = _sorted({"format": FORMAT, **_plain(figures)})
    return to_indented(document, indent=1) + b"\n"


def write_json(figures: Figures, target: Path) -> Path:
    """Writes `to_json` beside a report; returns ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, to_json(figures))
    return target


def _plain(value: Any) -> JSON:
    if isinstance(value, str):  # most of all there is
        return visible(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return _sorted({visible(name): _plain(item) for name, item in value.items()})
    if isinstance(value, Language):
        return value.code
    if isinstance(value, Reseller):
        return value.id
    if is_dataclass(value) and not isinstance(value, type):
        return _sorted({**_sums(value), **{field.name: _plain(getattr(value, field.name)) for field in fields(value)}})
    return _plain_time(value)


def _sums(value: Any) -> dict[str, JSON]:
    if not isinstance(value, Count):
        return {}
    return {"ordered": value.ordered, "delivered": value.delivered, "missing": value.missing}


def _plain_time(value: Any) -> JSON:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return visible(value)


def _sorted(found: Mapping[str, JSON]) -> dict[str, JSON]:
    return dict(sorted(found.items()))
