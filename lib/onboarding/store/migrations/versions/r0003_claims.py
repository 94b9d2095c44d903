"""Claims on what only one customer may have besides numbers: a SIP user name on a border gateway, a device."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "claims",
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "scope", "value", "customer", "what", "at")],
        sa.PrimaryKeyConstraint("kind", "scope", "value"),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"]),
    )
    op.create_index("ix_claims_customer", "claims", ["customer"])
