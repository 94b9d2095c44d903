"""What the table's script says; it takes the reader's words from here by the English ones."""

from __future__ import annotations

from onboarding.domain.language import Language, say

WORDS = (
    say("Undo"),
    say("Take back the last change (Ctrl+Z)"),
    say("Add row"),
    say("Add a row at the end"),
    say("Duplicate"),
    say("Copy the selected rows below themselves"),
    say("Delete"),
    say("Delete the selected rows; Undo brings them back"),
    say("Copy all"),
    say("Copy the whole table with its headings, for a spreadsheet"),
    say("Enter or F2 edits a cell, Escape leaves the table. Paste rows from a spreadsheet with Ctrl+V."),
    say("No rows yet: add one, or paste rows from a spreadsheet."),
    say("{label}: rows"),
    say("Taken back."),
    say("{rows} duplicated."),
    say("{rows} deleted. Undo brings them back."),
    say("{rows} copied."),
    say("{rows} pasted."),
    say("{rows} pasted, {count} of them new."),
    say("The browser did not allow copying. Select the cells and press Ctrl+C."),
    say("{title}: not asked here."),
    say("Not asked here"),
    say("Row {number}, {title}"),
    say("Go to the cell"),
    say("and {count} more, marked in the table"),
    say("row"),
    say("rows"),
    say("problem"),
    say("problems"),
)


def words_in(language: Language) -> dict[str, str]:
    """English text -> what is shown."""
    return {str(text): language(text) for text in WORDS}
