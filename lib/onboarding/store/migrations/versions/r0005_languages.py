"""The language a customer is served in, where it is not English. Customers kept before stay as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "languages",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("customer"),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"]),
    )
