"""Roles of staff, and what was changed in the team

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("role", sa.String(), nullable=False, server_default="owner"))
    op.create_table(
        "staff_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff.id"], name=op.f("fk_staff_entries_member_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_entries")),
    )
    op.create_index(op.f("ix_staff_entries_member_id"), "staff_entries", ["member_id"])


def downgrade() -> None:
    op.drop_table("staff_entries")
    op.drop_column("staff", "role")
