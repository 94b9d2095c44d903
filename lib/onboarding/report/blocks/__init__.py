"""What a block of a provider's completion report can show, each named by ``kind`` in the profile.

It is a function ``(guide, params) -> shapes``: what the customer's record and answers say, without any HTML. One that
has nothing to say for a customer gives no shapes and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, TypeVar

from onboarding.domain.callflow_picture import Picture
from onboarding.domain.extension_failure import Asked
from onboarding.domain.history import Evidence, TaskState
from onboarding.domain.json import Answers
from onboarding.domain.language import LazyText, _
from onboarding.domain.params import Params, Text
from onboarding.domain.registry import BlockType, installed
from onboarding.report.report_model import Cell, SectionFigure, Shape, TableFigure
from onboarding.report.tallies import RowProofs, lists
from onboarding.stages.context import Context
from onboarding.stages.planned import picture_of
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import TaskStatus

P = TypeVar("P", bound=Params)


@dataclass(frozen=True)
class Guide:
    """One customer as blocks look at it; ``earlier`` are the answers as they were when a task was done, by its id."""

    context: Context
    progress: ProjectStatus
    proofs: RowProofs
    earlier: Mapping[str, Answers] = field(default_factory=dict)

    def view(self, task: str, or_done: bool = False) -> TaskStatus | None:
        """The task as it stands, of one for every row as a whole, None when it is not needed.

        ``or_done``: nor was, when it was done.
        """
        found = self.progress.task(task) if self.progress.has(task) else None
        kept = self.context.kept(task) if or_done else None
        is_done = kept is not None and kept.state is TaskState.DONE
        return found if found and (is_done or found.state is not TaskState.NOT_NEEDED) else None

    @cached_property
    def picture(self) -> Picture | None:
        """The call flow in the customer's language, see `picture_of`."""
        return picture_of(self.context, self.context.language)

    def party(self, name: str) -> str:
        return _(self.context.profile.party_title(name))

    def evidence(self, task: str) -> list[Evidence]:
        ids = [one.id for one in self.context.made_of(task)] or [task]
        return [line for name in ids for line in self.context.lines(name) if line.is_proof]


Block: TypeAlias = Callable[[Guide, P], Iterator[Shape]]


class Captioned(Params):
    """Whatever is shown may have a caption."""

    caption: Text = ""


def block(name: str, params: type[P], *, reads: Sequence[str] = ()) -> Callable[[Block[P]], BlockType[Block[P]]]:
    """Makes a function the block of that name; ``reads`` as `Extension` says."""
    return lambda function: BlockType("block", name, function, params, tuple(reads))


def table(caption: str, columns: Mapping[LazyText, int], rows: Iterable[tuple[Cell, ...]]) -> Iterator[TableFigure]:
    """A table of the rows where there are any; ``columns`` are headers with their widths in per cent."""
    if found := tuple(rows):
        yield TableFigure(_(caption), tuple(columns.items()), found)


def sections_of(guide: Guide) -> Iterator[SectionFigure]:
    """The profile's blocks, then lists of what was counted; whatever has nothing to say is left out.

    Raises OnboardingError when one breaks.
    """
    values = guide.context.values
    for part in guide.context.profile.report.blocks:
        if part.when is not None and not part.when.holds(values):
            continue
        asked = [show for show in part.shows if show.when is None or show.when.holds(values)]
        by = Asked(guide.context.profile.id, f"block {part.id}")
        shapes = tuple(
            s for show in asked for s in installed().get("block", show.kind).all_of(guide, show.params, asked=by)
        )
        if shapes:
            yield SectionFigure(part.id, _(part.title), _(part.text) if part.text else "", shapes)
    yield from lists(guide.context, guide.proofs)
