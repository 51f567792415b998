"""Who was signed in at checkout."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    signed_in = sa.Column("visitor_id", sa.Integer(), sa.ForeignKey("buyers.id"), nullable=True)
    op.add_column("orders", signed_in, inline_references=True)


def downgrade() -> None:
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("visitor_id")
