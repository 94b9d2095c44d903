"""How the tables came to be: one revision a release that changes them, run by alembic."""
