"""The yardstick: Flask with one view that answers a word."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def word() -> str:
    return "hello"
