"""What a gate or a task can check for itself.

A check answers with what is missing, as sentences; nothing missing means that it holds. It looks at other tasks through
``closed``, never at the record, so that a skipped or not needed task counts as closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from pydantic import ConfigDict, PrivateAttr, ValidationInfo, model_validator

from onboarding.domain.extension_failure import Asked
from onboarding.domain.language import _
from onboarding.domain.params import CheckName, Params, StageId, TaskId
from onboarding.domain.registry import CheckType, installed
from onboarding.domain.task import Task, Waits, WantsDocuments
from onboarding.stages.context import Closed, Context

P = TypeVar("P", bound=Params)
Check: TypeAlias = Callable[[Context, P, Closed], list[str]]

SHOWN = 5
"""Missing things that are named before the rest is counted."""


def check(
    name: str, params: type[P], *, reads: Sequence[str] = (), may_read: Sequence[str] = ()
) -> Callable[[Check[P]], CheckType[Check[P]]]:
    """Makes a function the check of that name; ``reads`` and ``may_read`` as `Extension` says."""
    return lambda function: CheckType("check", name, function, params, tuple(reads), tuple(may_read))


class WaitsFor(Params):
    """Of a check that waits for tasks to be closed."""

    tasks: tuple[TaskId, ...] = ()

    def waited_for(self, tasks: Iterable[Task]) -> Iterator[str]:
        """Ids of the tasks that are waited for, out of all ``tasks`` of the profile."""
        yield from self.tasks


class WaitsForStages(WaitsFor):
    """Of a check that waits for tasks, and for whole stages."""

    stages: tuple[StageId, ...] = ()

    def waited_for(self, tasks: Iterable[Task]) -> Iterator[str]:
        """The tasks, and those of the stages that do not come back."""
        yield from self.tasks
        yield from (task.id for task in tasks if task.stage in self.stages and not task.every)


class NeedsDocuments(Params):
    """Of a check that is not content with somebody's word that a task is done: it wants the document."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Ids of the tasks whose documents it wants."""
        raise NotImplementedError


class TaskCheck(Params):
    """Of a task that closes by itself: the name of a check, and that check's own parameters beside it."""

    model_config = ConfigDict(extra="allow")

    check: CheckName
    _params: Params = PrivateAttr()

    @model_validator(mode="after")
    def _read(self, info: ValidationInfo) -> TaskCheck:
        found = installed().get("check", self.check)
        self._params = found.params.model_validate(self.__pydantic_extra__ or {}, context=info.context)
        return self

    @property
    def params(self) -> Params:
        """Those of the check."""
        return self._params

    def waited_for(self, tasks: Iterable[Task]) -> Iterator[str]:
        """What the check waits for."""
        yield from self._params.waited_for(tasks) if isinstance(self._params, Waits) else ()

    @property
    def documents(self) -> tuple[str, ...]:
        """Ids of the tasks whose documents the check wants."""
        return self._params.documents if isinstance(self._params, WantsDocuments) else ()


def missing(name: str, params: Params, context: Context, closed: Closed) -> tuple[str, ...]:
    """What the check of that name finds missing. Raises OnboardingError when it breaks."""
    return tuple(installed().get("check", name).all_of(context, params, closed, asked=Asked(context.profile.id)))


def shorten(sentences: Sequence[str]) -> list[str]:
    """The first few sentences and a count of the rest."""
    if len(sentences) <= SHOWN:
        return list(sentences)
    return [*sentences[:SHOWN], _("And {count} more.", count=len(sentences) - SHOWN)]
