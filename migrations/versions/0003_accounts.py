"""Sign-in links and sessions of buyers; a buyer's own name in keys."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("name", name=op.f("uq_sign_in_links_name")),
    )
    with op.batch_alter_table("sign_in_links") as batch:
        batch.create_index(
            "ix_sign_in_links_due",
            ["next_try"],
            sqlite_where=sa.text("NOT answered"),
            postgresql_where=sa.text("NOT answered"),
        )
        batch.create_index(op.f("ix_sign_in_links_email"), ["email"])
        batch.create_index("ix_sign_in_links_ends_at", ["ends_at"])
    op.create_table(
        "buyer_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name=op.f("fk_buyer_sessions_buyer_id_buyers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_buyer_sessions_token_hash")),
    )
    with op.batch_alter_table("buyer_sessions") as batch:
        batch.create_index(op.f("ix_buyer_sessions_buyer_id"), ["buyer_id"])
        batch.create_index("ix_buyer_sessions_ends_at", ["ends_at"])
    _name_buyers()


def _name_buyers() -> None:
    with op.batch_alter_table("buyers") as batch:
        batch.add_column(sa.Column("reference", sa.String(), nullable=True))
        batch.add_column(sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for (row,) in connection.execute(sa.text("SELECT id FROM buyers")).all():
        named = {"id": row, "name": secrets.token_hex(10)}
        connection.execute(sa.text("UPDATE buyers SET reference = :name WHERE id = :id"), named)
    with op.batch_alter_table("buyers") as batch:
        batch.alter_column("reference", existing_type=sa.String(), nullable=False)
        batch.create_unique_constraint(op.f("uq_buyers_reference"), ["reference"])


def downgrade() -> None:
    with op.batch_alter_table("buyers") as batch:
        batch.drop_constraint(op.f("uq_buyers_reference"), type_="unique")
        batch.drop_column("verified_at")
        batch.drop_column("reference")
    op.drop_table("buyer_sessions")
    op.drop_table("sign_in_links")
