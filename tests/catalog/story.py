"""How the tests of the import run one and look at what came of it."""

from sqlalchemy import select

from storefront.catalog.importing.applying import Applying
from storefront.catalog.importing.file import judged
from storefront.catalog.product import Product
from storefront.stock.counting import counted
from storefront.stock.level import StockLevel


def run(session, path, **options):
    outcomes = Applying("eur", counted, **options).apply(session, list(judged(path, "eur")))
    session.commit()
    session.expunge_all()
    return outcomes


def words(outcomes):
    return {outcome.judged.handle: outcome.word for outcome in outcomes}


def reasons(outcomes):
    return [(line, text) for outcome in outcomes for line, text in outcome.judged.refusals]


def the(session, handle="tea"):
    return session.scalar(select(Product).where(Product.handle == handle))


def pieces(session, handle="tea"):
    return session.get(StockLevel, the(session, handle).variants[0].id).on_hand
