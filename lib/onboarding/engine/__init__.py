"""Doing: one place acts on a plan, one place executes notebooks, one place runs many customers."""
