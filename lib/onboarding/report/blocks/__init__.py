"""What a block of a provider's completion report can show, each named by ``kind`` in the profile.

It is a function ``(guide, params) -> shapes``: what the customer's record and answers say, without any HTML. One that
has nothing to say for a customer gives no shapes and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from onboarding.domain.language import say
from onboarding.domain.params import Params, Text
from onboarding.domain.registry import BlockType, installed
from onboarding.domain.report import Show
from onboarding.report.counted import lists
from onboarding.report.guide import Guide
from onboarding.report.shapes import SectionFigure, Shape

P = TypeVar("P", bound=Params)
Block: TypeAlias = Callable[[Guide, P], Iterator[Shape]]


class Captioned(Params):
    """Whatever is shown may have a caption."""

    caption: Text = ""


def block(name: str, params: type[P], *, reads: Sequence[str] = ()) -> Callable[[Block[P]], BlockType[Block[P]]]:
    """Makes a function the block of that name; ``reads`` as `Extension` says."""
    return lambda function: BlockType("block", name, function, params, tuple(reads))


def sections_of(guide: Guide) -> Iterator[SectionFigure]:
    """The profile's blocks, then lists of what was counted; whatever has nothing to say is left out."""
    values = guide.context.values
    for part in guide.context.profile.report.blocks:
        if part.when is not None and not part.when.holds(values):
            continue
        asked = [show for show in part.shows if show.when is None or show.when.holds(values)]
        shapes = tuple(shape for show in asked for shape in _shapes(guide, show))
        if shapes:
            yield SectionFigure(part.id, say(part.title), say(part.text) if part.text else "", shapes)
    yield from lists(guide.context, guide.proofs)


def _shapes(guide: Guide, show: Show) -> Iterator[Shape]:
    yield from installed().get("block", show.kind).function(guide, show.params)
