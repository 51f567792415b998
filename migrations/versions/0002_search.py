"""Full text search over products: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQLITE = "CREATE VIRTUAL TABLE product_search USING fts5(title, keywords, body, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
POSTGRESQL = (
    "CREATE TABLE product_search (product_id integer PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE, document tsvector NOT NULL)",
    "CREATE INDEX ix_product_search_document ON product_search USING gin (document)",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE)
        return
    for statement in POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE product_search")
