"""The sandbox's routes name the parameters that the SDK's own services send."""

import ast
import re
from pathlib import Path

import pytest
import stripe

from sandbox import resources
from sandbox.wire.routing import ROUTES, Route
from sandbox.wire.types import adapter

resources.load()


def in_the_sdk() -> dict[tuple[str, str], str | None]:
    """(method, path) -> the parameters' type, read from the source of the SDK's service modules."""
    found: dict[tuple[str, str], str | None] = {}
    folder = Path(stripe.__file__).parent
    for module in folder.rglob("_*_service.py"):
        package = module.parent.relative_to(folder).as_posix()
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            arguments = function.args.args + function.args.kwonlyargs
            notes = [ast.unparse(one.annotation) for one in arguments if one.arg == "params" and one.annotation]
            name = re.search(r"\w+Params", notes[0]) if notes else None
            prefix = "" if package == "." else package.replace("/", ".") + "."
            for method, path in calls(function):
                found[method, re.sub(r"\{\w+\}", "*", path)] = prefix + name[0] if name else None
    return found


def calls(function: ast.FunctionDef) -> list[tuple[str, str]]:
    found = []
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "_request":
            method, url = call.args[0], call.args[1]
            text = url.func.value if isinstance(url, ast.Call) and isinstance(url.func, ast.Attribute) else url
            if isinstance(method, ast.Constant) and isinstance(text, ast.Constant):
                found.append((str(method.value).upper(), str(text.value)))
    return found


SDK = in_the_sdk()
# Stripe's API has these; the SDK's services do not call them.
BESIDE = {("GET", "/v1/charges/*/refunds"), ("POST", "/v1/charges/*/refunds")}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_takes_what_the_sdk_sends(route: Route) -> None:
    place = (route.method, re.sub(r"<\w+>", "*", route.path))
    if place not in BESIDE:
        assert SDK[place] == route.params
    if route.params:
        assert adapter(route.params)
