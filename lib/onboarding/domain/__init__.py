"""The trade's nouns and rules: values and pure functions, no I/O, no clock."""
