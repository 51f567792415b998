"""Two of the staff answer the same bank in the same moment, by two threads of one server: whoever was faster, and told so."""

import pytest

from tests.cashier.answered import answers, at_stripe, calls, number_of, page_of_dispute
from tests.cashier.disputed import FRAUD, sold
from tests.cashier.mira import colleague_at, mira_at
from tests.fixtures.moment import at_one_moment


@pytest.mark.parametrize(
    ("database", "button"),
    [("sqlite", "Send it to the bank"), ("postgres", "Accept the dispute"), ("postgres", "Send it to the bank")],
    indirect=["database"],
)
def test_d15_two_of_the_staff_answer_in_one_moment(counter, button):
    mira = mira_at(counter)
    sold(counter, FRAUD)
    noor = colleague_at(counter, "Noor", "noor@shop.example")
    seen = [(one, page_of_dispute(counter, one)) for one in (mira, noor)]
    number, either = number_of(counter), (303, 409)

    first, second = at_one_moment(
        counter.app,
        lambda: mira.submit(seen[0][1], "Send it to the bank", either, confirmation=number),
        lambda: noor.submit(seen[1][1], button, either, confirmation=number),
    )

    assert sorted((first.status_code, second.status_code)) == [303, 409]
    faster, slower = ("Mira", second) if first.status_code == 303 else ("Noor", first)
    done = "accepted the dispute" if faster == "Noor" and button.startswith("Accept") else "sent the evidence"
    assert f"{faster} has {done} on " in slower.get_data(as_text=True)
    late = mira.submit(seen[0][1], "Send it to the bank", 409, confirmation=number)
    assert f"{faster} has {done} on " in late.get_data(as_text=True)
    counter.work()
    [(kind, state)] = answers(counter)
    assert (kind, state) == ("accepted" if done.startswith("accepted") else "submitted", "done")
    assert (len(calls(counter)), len(calls(counter, "/close"))) == ((0, 1) if kind == "accepted" else (1, 0))
    assert at_stripe(counter)["evidence_details"]["submission_count"] == (kind == "submitted")
