"""What statements say of payments, and questions about them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
DUE = sa.text("next_try IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "charge_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("last4", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_questions")),
    )
    with op.batch_alter_table("charge_questions") as batch:
        batch.create_index("ix_charge_questions_created_at", ["created_at"])
        batch.create_index("ix_charge_questions_due", ["next_try"], sqlite_where=DUE, postgresql_where=DUE)
    with op.batch_alter_table("payments") as batch:
        batch.add_column(sa.Column("descriptor", sa.String(), nullable=False, server_default=""))
        batch.create_index("ix_payments_last4", ["card_last4", "paid_at"])


def downgrade() -> None:
    with op.batch_alter_table("payments") as batch:
        batch.drop_index("ix_payments_last4")
        batch.drop_column("descriptor")
    op.drop_table("charge_questions")
