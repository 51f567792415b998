"""When the rate of disputes rose over a limit, and the indexes that count payments by day and buyers' earlier orders."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

PAID = sa.text("received > 0")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "dispute_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_alarms")),
    )
    op.create_index(
        "uq_dispute_alarms_open", "dispute_alarms", ["level"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_payments_paid", "payments", ["paid_at", "currency", "received", "order_id"],
        sqlite_where=PAID, postgresql_where=PAID,
    )
    op.create_index("ix_orders_buyer_paid", "orders", ["buyer_id", "completed_at"])


def downgrade() -> None:
    op.drop_index("ix_orders_buyer_paid", table_name="orders")
    op.drop_index("ix_payments_paid", table_name="payments", sqlite_where=PAID, postgresql_where=PAID)
    op.drop_index("uq_dispute_alarms_open", table_name="dispute_alarms", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_table("dispute_alarms")
