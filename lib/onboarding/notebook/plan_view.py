"""A plan as it is read before anybody agrees to it: what is created or changed, which mail goes out word for word,
which step is handed to whom, and what has to wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import Any, TypeAlias

from onboarding.domain.action import Action, Deferred, Operation, Plan
from onboarding.domain.language import ENGLISH
from onboarding.domain.task import declared_id, row_of
from onboarding.html.inline import badge, box, faint, foldable, lines, prose, strong, table
from onboarding.html.parts import EMPTY, Markup, details, escaped, fill, join
from onboarding.notebook.wording import shown, words
from onboarding.stages.plan import left_to_do

ALIKE = 4  # new things of one kind from which on a row each is enough
MUCH = 12  # cells of a table within a mail that stand open
SHOWN_CHANGES = 200  # a longer list is not read; the command line prints all of it
Look: TypeAlias = Callable[[Sequence[Action]], Markup]
"""How some of a plan's changes are shown."""

PLACES = {"manual": "by a person", "support": "by mail", "mmp": "portal"}

OPERATION_TONES: dict[Operation, tuple[str, str, str]] = {
    Operation.CREATE: ("done", "create", "+"),
    Operation.CHANGE: ("ready", "change", "~"),
    Operation.REMOVE: ("stopped", "remove", "-"),
    Operation.NO_OP: ("quiet", "as it is", "="),
    Operation.ASK: ("waiting", "ask", "→"),
}


def place_of(action: Action) -> str:
    """Where the action takes effect, in words."""
    return PLACES.get(action.connector, action.connector)


def button_words(actions: Sequence[Action]) -> str:
    """What a button says that carries out these actions."""
    if not actions:
        return "Nothing to change: note where the tasks stand"
    noun, verb = "change", "Make"
    if all(action.operation is Operation.ASK for action in actions):
        noun, verb = "step", "Hand over"
    elif all(action.resource == "request" for action in actions):
        noun, verb = "request", "Send"
    return f"{verb} this {noun}" if len(actions) == 1 else f"{verb} these {ENGLISH.count(len(actions), noun)}"


def plan_table_html(
    plan: Plan,
    title_of: Callable[[str], str] = str,
    task_of: Callable[[str], str] = str,
    asked: Collection[str] = (),
    limit: int = SHOWN_CHANGES,
    is_whole: bool = True,
) -> Markup:
    """The exact changes of a plan, each field as old -> new; then what cannot be done yet and why.

    ``title_of`` gives the title of a party id, ``task_of`` that of a task id; ``asked`` are tasks somebody was asked
    for before, which are counted only. Changes beyond ``limit`` are counted, not listed; rows of people's work are
    folded. Of a part of a plan, which is not the ``is_whole``, neither the digest is shown nor that nothing is to be
    changed.
    """
    changes = left_to_do(plan, asked)
    same = len(plan.actions) - len(plan.changes)
    waiting = {action.task for action in plan.changes if action not in changes}
    parts = [_change_count(changes)] if changes or is_whole else []
    parts += _listed_changes(changes, limit)
    if waiting:
        steps = ENGLISH.count(len(waiting), "step")
        parts.append(box("waiting", f"{steps} handed over before; the answer is waited for"))
    if same:
        parts.append(box("done", f"{ENGLISH.count(same, 'thing')} already as wanted, left alone"))
    if plan.drift:
        rows = [[one.summary, *_drifted(one)] for one in plan.drift]
        parts.append(
            table(["What", "As it is now", "As it was handed over"], rows, "Changed by the customer since, left alone")
        )
    parts.append(_deferred(plan.deferred, title_of, task_of))
    return join([*parts, lines([faint(f"Plan {plan.digest[:12]}")]) if is_whole else EMPTY])


def _listed_changes(changes: Sequence[Action], limit: int) -> Iterator[Markup]:
    left = limit
    for look, group in _grouped(changes):
        some = group if look is _rows_table else group[: max(left, 0)]
        left -= 0 if look is _rows_table else len(group)
        if some:
            yield look(some)
    if left < 0:
        yield box("quiet", f"and {-left} more changes; `run.plan()` is a table of all")


def _drifted(action: Action) -> tuple[Markup | str, Markup | str]:
    """The fields that differ, as they are now and as they were handed over."""
    if action.before is None:
        return "it is gone", EMPTY
    fields = [(words(name), pair) for name, *pair in action.changes]
    now, then = ([fill("{} {}", faint(name), shown(pair[place])) for name, pair in fields] for place in (0, 1))
    return join(now, "<br>"), join(then, "<br>")


def _deferred(deferred: Sequence[Deferred], title_of: Callable[[str], str], task_of: Callable[[str], str]) -> Markup:
    if not deferred:
        return EMPTY
    rows = [
        [join((task_of(item.task) for item in items), "<br>"), reason, title_of(party)]
        for (reason, party), items in groupby(deferred, key=lambda item: (item.reason, item.party))
    ]
    later = table(["Task", "Why not yet", "Waits for"], rows, "What cannot be done yet")
    return details(f"{ENGLISH.count(len(deferred), 'task')} cannot be done yet", later) if len(rows) > 1 else later


def _grouped(changes: Sequence[Action]) -> list[tuple[Look, list[Action]]]:
    """Runs of changes, and how each is shown: several of one kind together, all else as it comes."""
    found: list[tuple[Look, list[Action]]] = []
    for _task, members in groupby(changes, key=lambda action: (declared_id(action.task), action.operation)):
        group = list(members)
        look = _look_of(group)
        if look is _change_table and found and found[-1][0] is _change_table:
            found[-1][1].extend(group)
        else:
            found.append((look, group))
    return found


def _look_of(group: Sequence[Action]) -> Look:
    first = group[0]
    if len(group) < ALIKE or not first.task:
        return _change_table
    if all(row_of(action.task) and action.resource == "instruction" for action in group):
        return _rows_table
    plain = all(not isinstance(value, Mapping | list) for action in group for value in action.body.values())
    return _alike_table if plain and first.operation in (Operation.CREATE, Operation.ASK) else _change_table


def _rows_table(actions: Sequence[Action]) -> Markup:
    """What people do for many rows of one kind: what is the same is said once, then a row each with its values."""
    common = _in_common([str(action.summary) for action in actions])
    labels = list(dict.fromkeys(label for action in actions for label in _values(action)))
    texts = {str(action.body.get("text") or "") for action in actions}
    own = ["How"] if len(texts) > 1 else []
    rows: list[list[Markup | str]] = []
    for action in actions:
        values = _values(action)
        how = [details("why and how", prose(action.body.get("text") or ""))] if own else []
        rows.append([str(action.summary).removeprefix(f"{common}: "), *(values.get(one, "") for one in labels), *how])
    head = [strong(common), faint(f"by a person, {ENGLISH.count(len(actions), 'row')}")]
    told = [] if own else [details("why and how", prose(text)) for text in texts if text]
    proof = {str(action.body.get("evidence") or "") for action in actions} - {""}
    wanted = [lines([proof_wanted(next(iter(proof)))])] if len(proof) == 1 else []
    inside = foldable(["For", *map(str, labels), *own], rows, common or "What people do")
    return join([lines([join([badge(*OPERATION_TONES[actions[0].operation]), *head], " ")]), *told, *wanted, inside])


def _in_common(summaries: Sequence[str]) -> str:
    """What all of them begin with, before what each row is called."""
    parts = zip(*(one.split(": ")[:-1] for one in summaries), strict=False)
    return ": ".join(words[0] for words in takewhile(lambda words: len(set(words)) == 1, parts))


def _values(action: Action) -> dict[str, str]:
    """What stands beside a person's instruction."""
    return {str(row[0]): shown(row[1]) for row in _rows(action.body.get("values"))}


def _alike_table(actions: Sequence[Action]) -> Markup:
    """Things of one kind, a row each; what is the same in all of them is shown once."""
    names = list(dict.fromkeys(name for action in actions for name in action.body))
    same = [name for name in names if len({shown(action.body.get(name)) for action in actions}) == 1]
    columns = [name for name in names if name not in same]
    rows = [[shown(action.body.get(name)) for name in columns] for action in actions]
    first = actions[0]
    what = "to create in the" if first.operation is Operation.CREATE else "to be seen in the"
    caption = f"{ENGLISH.count(len(actions), first.resource)} {what} {place_of(first)}"
    common = ", ".join(f"{words(name)} {shown(first.body.get(name))}" for name in same)
    headers = [words(name).capitalize() for name in columns]
    return foldable(headers, rows, f"{caption} ({common})" if common else caption)


def _change_count(changes: Sequence[Action]) -> Markup:
    found = Counter(action.operation for action in changes)
    if not found:
        return box("done", "Nothing is to be changed.")
    tones = [(found[operation], *OPERATION_TONES[operation]) for operation in Operation if found[operation]]
    return lines([join((badge(tone, f"{number} to {word}", icon) for number, tone, word, icon in tones), " ")])


def _change_table(actions: Sequence[Action]) -> Markup:
    return table(["Change", "What", "Where", "Exactly"], map(_action_row, actions), "What will be changed")


def _action_row(action: Action) -> list[Markup | str]:
    is_message = action.resource in ("instruction", "request")
    named = [] if is_message else [faint(f"{action.resource} {action.key}")]
    what = join([strong(action.summary), *named], "<br>")
    return [badge(*OPERATION_TONES[action.operation]), what, place_of(action), _exactly(action)]


def _exactly(action: Action) -> Markup | str:
    if action.operation is Operation.REMOVE:
        return shown(action.before)
    if action.before is None and action.resource == "instruction":
        return _handed_over(action.body)
    if action.before is None and action.resource == "request":
        return _letter(action.body)
    found = []
    for name, old, new in action.changes:
        before = fill("<s>{}</s> → ", shown(old)) if action.before is not None else EMPTY
        found.append(fill("{} {}{}", faint(words(name)), before, shown(new)))
    return join(found, "<br>") or faint("no field differs")


def _handed_over(body: Mapping[str, object]) -> Markup:
    """What a person is asked to do, and the values, both folded as the guide stands above; then the proof wanted."""
    text = body.get("text")
    parts = [details("why and how", prose(text))] if text else []
    if values := _rows(body.get("values")):
        beside = table(["What", "Value"], [list(map(shown, row)) for row in values], "Beside it")
        parts.append(details(f"with {ENGLISH.count(len(values), 'value')}", beside))
    if proof := body.get("evidence"):
        parts.append(proof_wanted(proof))
    return join(parts)


def proof_wanted(evidence: object) -> Markup:
    """What has to be filed when it is done."""
    return fill("<strong>Proof wanted:</strong> {}", evidence)


def _letter(body: Mapping[str, object]) -> Markup:
    """A mail word for word."""
    head = [_named("To", body.get("to") or "nobody yet"), _named("Subject", body.get("subject"))]
    head += [escaped(body["intro"])] if body.get("intro") else []
    head += [_named(row[0], shown(row[1])) for row in _rows(body.get("fields"))]
    inside = [_within(one) for one in _listed(body.get("tables"))]
    foot = [escaped(body["closing"])] if body.get("closing") else []
    foot += [_named("With it", shown(body["attach"]))] if body.get("attach") else []
    return join([lines(head), *inside, lines(foot)])


def _within(one: Mapping[str, Any]) -> Markup:
    """A table of a mail."""
    columns, rows = list(one["columns"]), [list(map(shown, row)) for row in one["rows"]]
    return foldable(columns, rows, str(one["title"]), MUCH // max(len(columns), 1))


def _named(name: object, value: object) -> Markup:
    return fill("{} {}", faint(name), value)


def _rows(value: object) -> list[Sequence[object]]:
    return [row for row in _listed(value) if isinstance(row, list | tuple) and len(row) > 1]


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
