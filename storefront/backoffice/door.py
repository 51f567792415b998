"""The merchants' door: its views register themselves here."""

from flask import Blueprint

blueprint = Blueprint("backoffice", __name__, url_prefix="/backoffice")
HOME = "/backoffice"
SIGN_IN = "/backoffice/session"
