"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi`."""

import os

from dotenv import load_dotenv

load_dotenv()

from storefront.roots.app import create_app  # noqa: E402 - .env comes first
from storefront.settings import Settings  # noqa: E402

app = create_app(Settings.from_env(os.environ))
