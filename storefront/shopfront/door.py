"""The buyers' door."""

from flask import Blueprint

blueprint = Blueprint("shopfront", __name__)
