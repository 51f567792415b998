"""Files that are sold, the links to them, and who took them when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("variants", sa.Column("has_file", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("variants") as batch:
        batch.alter_column("has_file", server_default=None)
    op.create_table(
        "digital_files",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_digital_files_variant_id_variants"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_digital_files")),
    )
    op.create_table(
        "download_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line_items.id"], name=op.f("fk_download_links_line_id_line_items"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_download_links_order_id_orders"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_links")),
    )
    op.create_index(op.f("ix_download_links_order_id"), "download_links", ["order_id"])
    op.create_table(
        "downloads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line_items.id"], name=op.f("fk_downloads_line_id_line_items")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_downloads_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downloads")),
    )
    op.create_index(op.f("ix_downloads_order_id"), "downloads", ["order_id"])


def downgrade() -> None:
    op.drop_table("downloads")
    op.drop_table("download_links")
    op.drop_table("digital_files")
    with op.batch_alter_table("variants") as batch:
        batch.drop_column("has_file")
