"""Links by which buyers pay anew, and orders that go on with what another left out."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "payment_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("after_payment_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_payment_links_order_id_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["after_payment_id"],
            ["payments.id"],
            name=op.f("fk_payment_links_after_payment_id_payments"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_links")),
    )
    with op.batch_alter_table("payment_links") as batch:
        batch.create_index(op.f("ix_payment_links_order_id"), ["order_id"])
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("continues_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_orders_continues_id_orders"), "orders", ["continues_id"], ["id"])
        batch.create_index(op.f("ix_orders_continues_id"), ["continues_id"])
    op.create_index(
        "ix_payments_lapsed",
        "payments",
        ["capture_before"],
        sqlite_where=sa.text("state = 'canceled'"),
        postgresql_where=sa.text("state = 'canceled'"),
    )


def downgrade() -> None:
    op.drop_index("ix_payments_lapsed", table_name="payments")
    with op.batch_alter_table("orders") as batch:
        batch.drop_index(op.f("ix_orders_continues_id"))
        batch.drop_constraint(op.f("fk_orders_continues_id_orders"), type_="foreignkey")
        batch.drop_column("continues_id")
    op.drop_table("payment_links")
