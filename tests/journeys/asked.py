"""The shop's own program with one more address: which modules its process has loaded by now."""

import json
import sys
from typing import Any

from wsgi import app as shop


def app(environ: dict[str, Any], start_response: Any) -> Any:
    """For gunicorn: `tests.journeys.asked:app`."""
    if environ["PATH_INFO"] != "/modules-of-this-process":
        return shop(environ, start_response)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(sorted(sys.modules)).encode()]
