"""Rules of addresses that are compiled for writing addresses only when one is written."""

from collections.abc import Callable
from typing import Any

from werkzeug import routing


class Rule(routing.Rule):
    """Werkzeug writes and compiles two functions for each rule that it is given; a process has 130 and uses a few."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder

        def build(_rule: routing.Rule, /, **values: Any) -> tuple[str, str]:
            built: Callable[..., tuple[str, str]] = compile_now(append_unknown).__get__(self, None)
            if append_unknown:
                self._build_unknown = built
            else:
                self._build = built
            return built(**values)

        return build
