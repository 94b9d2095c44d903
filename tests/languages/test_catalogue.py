"""The catalogues: complete, of nothing else, with the same placeholders and the same markup."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

import onboarding
from onboarding import settings
from onboarding.domain.language import ENGLISH, Language, LazyText, _
from onboarding.errors import InputError, ProfileError
from onboarding.notebook.grid import WORDS
from onboarding.profile.catalogues import language_codes, load_language

OTHERS = language_codes()[1:]
LETTERS = re.compile(r"[^\W\d_]")


@pytest.mark.parametrize("code", OTHERS)
def test_everything_has_a_translation(translations: ModuleType, code: str) -> None:
    """Whatever a customer may read, of profiles, rules, messages and faces, is in the catalogue."""
    assert translations.missing(code) == []


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_stale_is_left(translations: ModuleType, code: str) -> None:
    """What nobody says any more is taken out."""
    assert translations.stale(code) == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_is_in_the_order_of_its_sources(translations: ModuleType, code: str) -> None:
    """So that writing it anew changes what is new, and nothing else."""
    assert list(translations.catalogue(code)) == [text for texts in translations.sources().values() for text in texts]


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_placeholders(translations: ModuleType, code: str) -> None:
    """Each {name} stands in the translation as often as in the English text, and no other."""
    for english, text in translations.catalogue(code).items():
        assert Counter(re.findall(r"\{\w+\}", english)) == Counter(re.findall(r"\{\w+\}", text)), english


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_markup(translations: ModuleType, code: str) -> None:
    """Bold words, code, paragraphs and surrounding blanks are those of the English text."""
    for english, text in translations.catalogue(code).items():
        assert english.count("**") == text.count("**"), english
        assert re.findall(r"`[^`]*`", " ".join(english.split())) == re.findall(r"`[^`]*`", " ".join(text.split()))
        assert english.count("\n\n") == text.count("\n\n"), english
        assert text == text.strip(), english


def test_the_terms_of_the_trade_are_kept(translations: ModuleType) -> None:
    """The words the Spanish guides use: Firmante Autorizado, Asistente Automático, Colas de Llamadas and others."""
    words = "\n".join(translations.catalogue("es").values()).casefold()
    for term in (
        "portabilidad", "descubrimiento", "firmante autorizado", "anexo a", "hoja de trabajo", "bucle",
        "asistente automático", "colas de llamadas", "desvío", "certificado de seguro", "finalización de activación",
    ):  # fmt: skip
        assert term in words


def test_what_the_table_says_in_the_browser_is_among_its_words() -> None:
    """Every text in the table's script goes through the words it is given, and all of those are used."""
    folder = Path(onboarding.__file__).parent / "notebook"
    source = "".join(
        (folder / name).read_text() for name in ("grid.js", "grid_edit.js", "grid_rows.js", "grid_view.js")
    )
    said = set(re.findall(r'this\.word\("([^"]+)"', source))
    said |= {text for pair in re.findall(r'this\.tool\("([^"]+)", "([^"]+)"', source) for text in pair}
    said |= {form for noun in re.findall(r'this\.many\([^"]*"([^"]+)"', source) for form in (noun, f"{noun}s")}
    said |= {
        text for pair in re.findall(r'\? this\.word\("([^"]+)"[^:]*: this\.word\("([^"]+)"', source) for text in pair
    }
    assert said == {str(word) for word in WORDS}
    loose = re.findall(r'(?:textContent|title|placeholder|aria-label",?) ?[=:]? ?[`"]([A-Z][a-z][^`"]*)[`"]', source)
    assert loose == []


def test_texts_are_found_wherever_the_program_says_them(translations: ModuleType) -> None:
    """Literals that are translated, both of a choice, defaults, and counted nouns in singular and plural."""
    source = """
_("one"); language("two {x}", x=1); self.language("three" if x else "four"); formatter(title or "five")
language.count(n, "row"); count(n, "entry", "entries"); other("six"); _(name)
"""
    assert set(translations.translated(source)) == {
        "one",
        "two {x}",
        "three",
        "four",
        "five",
        "row",
        "rows",
        "entry",
        "entries",
    }


def test_a_language_that_is_not_there_is_named_with_those_that_are() -> None:
    """English is always there; another needs a catalogue."""
    assert load_language("en") is ENGLISH
    with pytest.raises(InputError, match=r"LANGUAGE-UNKNOWN: .*en, es"):
        load_language("../es")


def test_a_broken_catalogue_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue that is no TOML, has no words, no name or is no text is named."""
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    (tmp_path / "languages").mkdir()
    texts = (b"words = [", b'name = "x"', b'words = 1\nname = "x"\nlocale = "x"', b"words = {}", b"\xff")
    for number, text in enumerate(texts):
        (tmp_path / "languages" / f"x{number}.toml").write_bytes(text)
        with pytest.raises(ProfileError, match=f"LANGUAGE-BROKEN: The catalogue x{number}.toml"):
            load_language(f"x{number}")


def test_a_catalogue_of_one_s_own_adds_to_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no name and no words but its own; where both translate a text, its own counts."""
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    shipped = load_language("es")
    (tmp_path / "languages").mkdir()
    own = tmp_path / "languages" / "es.toml"
    own.write_text('[words]\n"Fibre cabinet" = "Armario de fibra"\n"Contents" = "Índice"\n', encoding="utf-8")
    found = load_language("es")
    assert (found.name, found.locale) == (shipped.name, shipped.locale)
    assert (found("Fibre cabinet"), found("Contents")) == ("Armario de fibra", "Índice")
    assert {**shipped.words, "Fibre cabinet": "Armario de fibra", "Contents": "Índice"} == found.words
    (tmp_path / "languages" / "pt.toml").write_text('name = "Português"\nlocale = "pt"\n[words]\n', encoding="utf-8")
    assert language_codes() == ["en", "es", "pt"]


def test_a_sentence_is_said_anew_with_its_parts() -> None:
    """What is ours is translated inside a sentence too; what a customer wrote never is."""
    words = {"First: {title}.": "Primero: {title}.", "Sign": "Firmar", "{a} or {b}": "{a} o {b}", "Main": "Principal"}
    spanish = Language("es", "Español", words, "es_419")
    sentence = _("First: {title}.", title=_("Sign"))
    assert isinstance(sentence, LazyText)
    assert sentence == "First: Sign."
    assert spanish(sentence) == "Primero: Firmar."
    assert spanish("First: {title}.", title="Main") == "Primero: Main."
    assert spanish(_("{a} or {b}", a=sentence, b=["Main", _("Main")])) == "Primero: Firmar. o Main, Principal"
    assert spanish("no such text") == "no such text"
