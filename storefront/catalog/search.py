"""Full text search in the database itself: FTS5 on SQLite, a tsvector on PostgreSQL.

Words are folded here (case, accents, punctuation) for both databases, on the way in and in what people ask, so both
find the same and no query syntax ever reaches them. Every word of a question must begin some word of the product.
"""

import re
import unicodedata
from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.orm import Session

from storefront.catalog.product import Product

LONGEST_QUESTION = 200
WORDS = 8
LONGEST_WORD = 40
_INDEXED_WORDS = 5000

_SQLITE = text(
    "SELECT rowid FROM product_search WHERE product_search MATCH :wanted"
    " ORDER BY bm25(product_search, 10.0, 4.0, 1.0), rowid LIMIT :limit"
)
_POSTGRESQL = text(
    "SELECT product_id FROM product_search WHERE document @@ CAST(:wanted AS tsquery)"
    " ORDER BY ts_rank(document, CAST(:wanted AS tsquery)) DESC, product_id LIMIT :limit"
)


def fold(told: str) -> list[str]:
    """The words of a text, small and without accents: what is compared."""
    plain = unicodedata.normalize("NFKD", told).casefold()
    return re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def find(session: Session, asked: str, limit: int) -> list[int]:
    """Ids of products, best first. Any text is a fair question; one without a word finds nothing."""
    words = [word[:LONGEST_WORD] for word in fold(asked[:LONGEST_QUESTION])][:WORDS]
    if not words:
        return []
    if session.get_bind().dialect.name == "sqlite":
        wanted = " AND ".join("(" + " OR ".join(f'"{form}"*' for form in _forms(word)) + ")" for word in words)
        return list(session.scalars(_SQLITE, {"wanted": wanted, "limit": limit}))
    wanted = " & ".join("(" + " | ".join(f"'{form}':*" for form in _forms(word)) + ")" for word in words)
    return list(session.scalars(_POSTGRESQL, {"wanted": wanted, "limit": limit}))


def _forms(word: str) -> list[str]:
    """The word, and its singular where it looks like an English plural."""
    return [word, word[:-1]] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else [word]


def index(session: Session, product: Product) -> None:
    """Make the product findable by its present words, in the caller's transaction. It must have been flushed."""
    skus = (variant.sku for variant in product.variants if variant.active and variant.sku)
    keywords = " ".join((product.vendor, product.product_type, product.tags, *skus))
    columns = [" ".join(fold(part)[:_INDEXED_WORDS]) for part in (product.title, keywords, _plain(product.description))]
    forget(session, product.id)
    if session.get_bind().dialect.name == "sqlite":
        insert = text(
            "INSERT INTO product_search (rowid, title, keywords, body) VALUES (:id, :title, :keywords, :body)"
        )
        session.execute(insert, {"id": product.id, "title": columns[0], "keywords": columns[1], "body": columns[2]})
        return
    insert = text("INSERT INTO product_search (product_id, document) VALUES (:id, CAST(:document AS tsvector))")
    session.execute(insert, {"id": product.id, "document": _vector(columns)})


def forget(session: Session, product_id: int) -> None:
    """Take a product out of the index."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DELETE FROM product_search WHERE rowid = :id"), {"id": product_id})
    else:
        session.execute(text("DELETE FROM product_search WHERE product_id = :id"), {"id": product_id})


def _plain(html: str) -> str:
    return re.sub(r"<[^>]*>|&\w+;", " ", html)


def _vector(columns: list[str]) -> str:
    """A tsvector literal: made here because PostgreSQL's parser would split words in a way of its own, by the server's
    locale.
    """
    places: dict[str, list[str]] = defaultdict(list)
    position = 0
    for words, weight in zip(columns, "ABD", strict=True):
        for word in words.split():
            position += 1
            if len(places[word[:200]]) < 20 and position < 16_000:
                places[word[:200]].append(f"{position}{weight}")
    return " ".join(f"'{word}':{','.join(at)}" if at else f"'{word}'" for word, at in places.items())
