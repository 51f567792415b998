"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi`."""

import atexit
import gc
import os

from dotenv import load_dotenv

load_dotenv()
gc.disable()  # what a start loads stays: looking for garbage in it is a fifth of the start

from storefront.roots.app import create_app  # noqa: E402 - .env comes first
from storefront.settings import Settings  # noqa: E402

app = create_app(Settings.from_env(os.environ))
gc.freeze()
atexit.register(gc.unfreeze)  # so that connections are closed, and SQLite puts its log away
gc.enable()
