"""Every call of every sandbox is counted, each kind shown to the referee once, and what it finds names the test."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.calls import Calls
from tests.fixtures.judging import SHARED, judged
from tests.sandbox.till import Till


def test_a_call_that_stripe_would_not_answer_so_is_named_with_its_test(till: Till, tmp_path: Path) -> None:
    if not SHARED.exists():
        pytest.skip("there is no referee beside the checkout")
    till.v1.customers.create({"name": "Ada"})
    till.v1.customers.create({"name": "Bo"})
    good = [one for one in till.sandbox.requests() if one["path"] == "/v1/customers" and one["status"] == 200][-2:]
    bad: Any = copy.deepcopy(good[1])
    bad["response"]["balance"] = "none"
    unknown = bad | {"path": "/v1/nothing", "status": 404, "response": {"error": {"type": "invalid_request_error"}}}
    calls, log = Calls(), tmp_path / "log"
    calls.watch(log, lambda: True)
    log.write_text("".join(json.dumps(one) + "\n" for one in good))
    calls.hear("tests/a.py::good")
    with log.open("a") as file:
        file.write("".join(json.dumps(one) + "\n" for one in (bad, unknown)) + '{"method": "half a li')
    calls.hear("tests/b.py::bad")
    assert (calls.count, len(calls.kinds)) == (4, 3)
    calls.save(tmp_path / "saved")
    all_calls = Calls()
    all_calls.add(tmp_path / "saved")
    all_calls.add(tmp_path / "saved")
    assert (all_calls.count, len(all_calls.kinds)) == (8, 3)
    found = judged(all_calls, tmp_path)
    assert {where for where, _ in found} == {"tests/b.py::bad: POST /v1/customers"}
    assert any("balance" in finding for _, finding in found)


def test_items_of_lists_are_shown_once(tmp_path: Path) -> None:
    calls, log = Calls(), tmp_path / "log"
    calls.watch(log, lambda: False)
    items = [{"id": f"cus_{number}Aa", "balance": number} for number in range(3)]
    answer = {"object": "list", "data": items, "has_more": False, "url": "/v1/customers"}
    call = {"method": "GET", "path": "/v1/customers?limit=3", "body": "", "status": 200, "response": answer}
    log.write_text(json.dumps(call) + "\n")
    calls.hear("tests/a.py::lists")
    assert [len(kept["response"]["data"]) for _, kept in calls.kinds.values()] == [1]
    log.write_text(json.dumps(call) * 2 + "\n")
    calls.hear("tests/a.py::ended")
    assert calls.count == 1
