"""How fast the shop is, as ratios to a bare Flask view asked in the same seconds. `python -m benchmarks --help`."""
