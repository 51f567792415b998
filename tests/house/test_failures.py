"""Every known way to fail has a test that cites it, and the page that lists them is today's."""

from tests.house.failures import CHAPTERS, PAGE, citations, failures, page


def test_every_failure_has_a_test() -> None:
    known, cited = {failure.id for failure in failures()}, set(citations())

    assert sorted(known - cited) == []
    assert sorted(cited - known) == [], "cited, but failures.tsv does not know them"
    assert len(known) == len(failures())
    assert {identity[0] for identity in known} == set(CHAPTERS)


def test_the_page_of_failures_is_todays() -> None:
    assert PAGE.read_text() == page(), "run bin/failures"
