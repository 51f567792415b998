"""`python -m benchmarks [-k CASE] [--rounds N] [--seconds S]`: a line for each case, against a bare Flask view (R)."""

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["benchmarks", "-p", "no:randomly", "-p", "no:xdist", "-q", "--no-header", *sys.argv[1:]]))
