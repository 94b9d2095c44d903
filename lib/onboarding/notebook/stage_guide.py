"""What a profile teaches about a stage: why each task is there, how it is done, what to look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from onboarding.domain.history import TaskState
from onboarding.domain.language import ENGLISH
from onboarding.domain.task import Reference
from onboarding.html.inline import LINE, faint, prose, strong
from onboarding.html.parts import EMPTY, Markup, details, element, fill, join, link
from onboarding.notebook.panel import notice_html
from onboarding.stages.task_status import TaskStatus

FULL = 3
"""Tasks whose guide stands open; more at once are not read."""


def guide_html(
    views: Sequence[TaskStatus],
    title_of: Callable[[str], str] = str,
    references: Iterable[Reference] = (),
    ours: Collection[str] = (),
) -> Markup:
    """The guides of the tasks that apply, in their order: open for what ``ours`` can do now, folded for all else.

    ``title_of`` gives the title of a party id, ``ours`` are the parties who work with the tool; everybody where there
    is none. What is done stands last, all of it under one line, before it so much of
    what has to wait as would be a list of its own.
    """
    guided = [view for view in views if view.task.guide and view.state is not TaskState.NOT_NEEDED]
    ahead = [view for view in guided if not view.state.is_closed]
    possible = [view for view in ahead if view.state is not TaskState.BLOCKED]
    now = [view for view in possible if not ours or (view.waits_for or view.task.party) in ours][:FULL]
    now = now if possible else ahead[:1]
    later = [view for view in ahead if view.state is TaskState.BLOCKED and view not in now]
    together = later if len(later) > FULL else []
    near = [view for view in ahead if view not in together]
    parts = [_open(view, title_of) if view in now else _folded(view, title_of) for view in near]
    if together:
        words = f"{ENGLISH.count(len(together), 'task')} not possible yet"
        parts.append(details(words, join(_folded(view, title_of) for view in together)))
    if done := [_folded(view, title_of) for view in guided if view.state.is_closed]:
        parts.append(details(f"{ENGLISH.count(len(done), 'task')} of this stage done", join(done)))
    parts += [_text(strong(link(one.url, one.title)), one.text) for one in references]
    return join(parts) if parts else notice_html("done", "No task of this stage applies to this customer.")


def _open(view: TaskStatus, title_of: Callable[[str], str]) -> Markup:
    return _text(_title(view, title_of), view.task.guide)


def _folded(view: TaskStatus, title_of: Callable[[str], str]) -> Markup:
    return details(_title(view, title_of), _text(EMPTY, view.task.guide))


def _title(view: TaskStatus, title_of: Callable[[str], str]) -> Markup:
    """With whom it is now, or who does it once it can be done."""
    party = view.task.party if view.state is TaskState.BLOCKED else view.waits_for or view.task.party
    return fill("{} {}", strong(view.task.title), faint(title_of(party)))


def _text(title: Markup, text: str) -> Markup:
    """No line longer than is read with ease."""
    style = f"max-width:46em;border-left:{LINE};padding:2px 0 2px 14px;margin:8px 0 14px"
    head = element("div", title) if title else EMPTY
    return element("div", head + prose(text), {"style": style})
