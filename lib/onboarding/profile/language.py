"""The languages customers are served in, and a profile in one of them.

A catalogue is a file of ``data/languages``: the English text of profile, questionnaire or program and its translation.
One of the same name in a folder of one's own (`folders`) is laid over it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.params import CONTACT, Params
from onboarding.domain.question import Question, Questionnaire, Section
from onboarding.domain.task import Gate, Procedure, Task
from onboarding.errors import InputError, ProfileError
from onboarding.profile.folders import Kind, files, named, own_instead
from onboarding.profile.model import Profile

WRITTEN = ("subject", "intro", "closing")
"""Parameters of a task that are read by the customer when the mail goes to the customer."""


def language_codes() -> list[str]:
    """Codes of all languages there are, English first."""
    return [ENGLISH.code, *sorted(named(Kind.LANGUAGES))]


def load_language(code: str) -> Language:
    """The language of that code; its catalogue is read again only when it changed.

    Raises InputError LANGUAGE-UNKNOWN, ProfileError LANGUAGE-BROKEN for a catalogue that is none.
    """
    if code == ENGLISH.code:
        return ENGLISH
    if not (catalogues := _catalogues(code)):
        known = ", ".join(language_codes())
        raise InputError("LANGUAGE-UNKNOWN", f"There is no language {code!r}.", f"Languages: {known}.")
    return _laid_over(tuple((path, path.stat().st_mtime_ns) for path in reversed(catalogues)))


def _catalogues(code: str) -> list[Path]:
    return [path for path in files(Kind.LANGUAGES) if path.stem == code]


def own_files(profile: Profile, code: str = ENGLISH.code) -> list[str]:
    """Files of one's own that a profile and a language are made of instead of shipped ones, by name."""
    return own_instead((*profile.files, *_catalogues(code)))


@lru_cache(maxsize=8)
def _laid_over(stamped: tuple[tuple[Path, int], ...]) -> Language:
    """One language of its catalogues, each laid over those before it; name and locale need to stand in one only."""
    whole: dict[str, Any] = {}
    words: dict[str, str] = {}
    for path, _ in stamped:
        try:
            whole |= (tree := tomllib.loads(path.read_text(encoding="utf-8")))
            words |= {str(english): str(text) for english, text in tree["words"].items()}
        except (OSError, ValueError, KeyError, AttributeError, RecursionError) as error:
            raise _broken(path, error) from None
    try:
        return Language(path.stem, str(whole["name"]), words, str(whole["locale"]))
    except KeyError as error:
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> ProfileError:
    return ProfileError("LANGUAGE-BROKEN", f"The catalogue {path.name} cannot be read: {error}.")


@dataclass(frozen=True, eq=False)
class _Same:
    """Something as a key of a cache: itself, not its equal, because it holds dicts."""

    held: Any = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)


def translated_questionnaire(questionnaire: Questionnaire, language: Language) -> Questionnaire:
    """The questionnaire in that language; the same object for the same two, and for English the one given."""
    if language is ENGLISH:
        return questionnaire
    return _questionnaire(_Same(questionnaire), _Same(language))


@lru_cache(maxsize=32)
def _questionnaire(asked: _Same, spoken: _Same) -> Questionnaire:
    held: Questionnaire = asked.held
    language: Language = spoken.held
    return replace(
        held,
        title=language(held.title),
        sections=tuple(_section(section, language) for section in held.sections),
        rules=tuple(replace(rule, message=language(rule.message)) for rule in held.rules),
        parties={party: language(title) for party, title in held.parties.items()},
        language=language,
    )


def _section(section: Section, language: Language) -> Section:
    return replace(
        section,
        title=language(section.title),
        help=language(section.help),
        questions=tuple(_question(question, language) for question in section.questions),
    )


def _question(question: Question, language: Language) -> Question:
    return replace(
        question,
        label=language(question.label),
        help=language(question.help),
        example=language(question.example),
        document=language(question.document),
        options=tuple(replace(option, label=language(option.label)) for option in question.options),
    )


def translated(profile: Profile, language: Language) -> Profile:
    """The profile as it is read in that language. Ids, rules and everything that is worked with stay as they are.

    What is decided or done is bound to the English profile: this one is only for showing.
    """
    if language is ENGLISH:
        return profile
    return replace(
        profile,
        questionnaire=translated_questionnaire(profile.questionnaire, language),
        parties={name: replace(party, title=language(party.title)) for name, party in profile.parties.items()},
        stages=tuple(
            replace(stage, title=language(stage.title), purpose=language(stage.purpose)) for stage in profile.stages
        ),
        tasks=tuple(_task(task, language) for task in profile.tasks),
        gates={name: _gate(gate, language) for name, gate in profile.gates.items()},
        services={name: replace(one, title=language(one.title)) for name, one in profile.services.items()},
        references=tuple(
            replace(row, title=language(row.title), text=language(row.text)) for row in profile.references
        ),
        procedures={name: _procedure(one, language) for name, one in profile.procedures.items()},
        claims=tuple(replace(claim, title=language(claim.title)) for claim in profile.claims),
    )


def _task(task: Task, language: Language) -> Task:
    return replace(
        task,
        title=language(task.title),
        guide=language(task.guide),
        evidence=language(task.evidence),
        skip_reason=language(task.skip_reason),
        params=_params(task.params, language),
    )


def _params(params: Params, language: Language) -> Params:
    """The parameters with what the customer is written."""
    if not str(getattr(params, "to", "")).startswith(CONTACT):
        return params
    written = {name: language(text) for name in WRITTEN if (text := getattr(params, name, ""))}
    return params.model_copy(update=written)


def _gate(gate: Gate, language: Language) -> Gate:
    return replace(
        gate,
        title=language(gate.title),
        question=language(gate.question),
        asks=tuple(_question(question, language) for question in gate.asks),
    )


def _procedure(procedure: Procedure, language: Language) -> Procedure:
    return replace(
        procedure,
        title=language(procedure.title),
        guide=language(procedure.guide),
        needs=tuple(map(language, procedure.needs)),
        follow_ups=tuple(map(language, procedure.follow_ups)),
    )
