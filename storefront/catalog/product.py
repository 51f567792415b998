"""What is for sale: products and the variants that are bought."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.catalog.image import ProductImage
from storefront.catalog.plan import Plan, Terms
from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money


class Kind(StrEnum):
    """What a buyer receives."""

    PHYSICAL = "physical"
    DIGITAL = "digital"
    PLAN = "plan"


class Status(StrEnum):
    """Shopify's three; only an active and published product is on show."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"


class Shown(StrEnum):
    """What buyers are told of a variant's stock. untracked: nothing, it is not counted and can always be bought."""

    UNTRACKED = "untracked"
    IN_STOCK = "in_stock"
    FEW = "few"
    LAST = "last"
    SOLD_OUT = "sold_out"


class Product(Base):
    """`handle`: unique, in the address. `description`: sanitised HTML. `option1` to `option3`: names of its options."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    vendor: Mapped[str] = mapped_column(default="")
    product_type: Mapped[str] = mapped_column(default="")
    tags: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=Kind.PHYSICAL)
    status: Mapped[str] = mapped_column(default=Status.ACTIVE)
    published: Mapped[bool] = mapped_column(default=True)
    option1: Mapped[str] = mapped_column(default="")
    option2: Mapped[str] = mapped_column(default="")
    option3: Mapped[str] = mapped_column(default="")
    seo_title: Mapped[str] = mapped_column(default="")
    seo_description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.position", cascade="all, delete-orphan"
    )
    images: Mapped[list[ProductImage]] = relationship(order_by=ProductImage.position, cascade="all, delete-orphan")

    __table_args__ = (Index("ix_products_on_show", "status", "published", "id"),)

    @property
    def on_show(self) -> bool:
        """Whether buyers may see it."""
        return self.status == Status.ACTIVE and self.published

    @property
    def sellable(self) -> bool:
        """Whether it can be bought today: plans without terms, and downloads without a file, are announced but not sold yet."""
        if self.kind == Kind.PLAN:
            return self.on_show and any(variant.active and variant.plan is not None for variant in self.variants)
        if self.kind == Kind.DIGITAL:
            return self.on_show and any(variant.active and variant.has_file for variant in self.variants)
        return self.on_show and self.kind == Kind.PHYSICAL


class Variant(Base):
    """What is bought. `price`, `compare_at`: minor units of `currency`. `tracked`: its stock is counted.

    `sku`: the merchant's own word; two variants may share it. `oversell`: may be sold beyond its stock (Shopify's
    inventory policy "continue"). `shown`: the word that the stock room keeps here, so that a page of the catalogue
    needs no look at the stock. `active`: False once it vanished from its product. `has_file`: buyers can download it.
    """

    __tablename__ = "variants"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    option1: Mapped[str] = mapped_column(default="")
    option2: Mapped[str] = mapped_column(default="")
    option3: Mapped[str] = mapped_column(default="")
    sku: Mapped[str | None] = mapped_column(index=True)
    barcode: Mapped[str] = mapped_column(default="")
    price: Mapped[int]
    compare_at: Mapped[int | None]
    currency: Mapped[str]
    grams: Mapped[int] = mapped_column(default=0)
    requires_shipping: Mapped[bool] = mapped_column(default=True)
    tracked: Mapped[bool] = mapped_column(default=False)
    oversell: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    has_file: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[str] = mapped_column(default=Shown.UNTRACKED)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("product_images.id", ondelete="SET NULL"))

    product: Mapped[Product] = relationship(back_populates="variants")
    image: Mapped[ProductImage | None] = relationship(foreign_keys=[image_id])
    plan: Mapped[Plan | None] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("product_id", "option1", "option2", "option3"),
        CheckConstraint("price >= 0", name="price_not_negative"),
    )

    @property
    def ships(self) -> bool:
        """Whether a parcel is needed: never for what is downloaded, whatever a file said."""
        return self.requires_shipping and self.product.kind != Kind.DIGITAL

    @property
    def title(self) -> str:
        """Its options' values, empty for a product's only variant."""
        values = [value for value in (self.option1, self.option2, self.option3) if value]
        return "" if values == ["Default Title"] else " / ".join(values)

    def sell_by(self, terms: Terms | None) -> None:
        """Let it be paid for by these terms, or once where there are none."""
        if terms is None:
            self.plan = None
        elif self.plan is None:
            self.plan = Plan()
            self.plan.take(terms)
        elif self.plan.terms != terms:
            self.plan.take(terms)

    @property
    def money(self) -> Money:
        """Its price."""
        return Money(self.price, self.currency)

    @property
    def former_money(self) -> Money | None:
        """The former price, whatever it is."""
        return Money(self.compare_at, self.currency) if self.compare_at is not None else None

    @property
    def compare_at_money(self) -> Money | None:
        """The former price, only where it is higher."""
        if self.compare_at is None or self.compare_at <= self.price:
            return None
        return Money(self.compare_at, self.currency)
