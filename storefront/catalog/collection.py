"""Collections: named shelves of products in an order of their own."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base


class Collection(Base):
    """`handle`: unique, in the address."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Shelving(Base):
    """A product's place in a collection."""

    __tablename__ = "collection_products"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_collection_products_in_order", "collection_id", "position", "product_id"),)
