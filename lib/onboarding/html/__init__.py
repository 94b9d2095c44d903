"""HTML escaped by construction: every function takes text or `Markup` and gives `Markup`, and escapes only text."""
