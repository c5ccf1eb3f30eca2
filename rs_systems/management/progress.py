"""A bar that shows how far a long command is."""

from django.core.management.base import OutputWrapper

WIDTH = 30
STEP = 0.1


class ProgressBar:
    """Draws itself over again on a terminal; elsewhere writes a line every tenth."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._shown = 0.0

    def show(self, part: float, words: str) -> None:
        """Show the part that is done (0 to 1), and what is being done."""
        step = 0.005 if self._is_terminal else STEP
        if part < self._shown + step and part < 1:
            return
        self._shown = part
        bar = "#" * round(part * WIDTH)
        line = f"[{bar:<{WIDTH}}] {part:4.0%} {words}"
        self._out.write(f"\r{line}" if self._is_terminal else line, ending=self._ending())
        self._out.flush()

    def _ending(self) -> str:
        return "" if self._is_terminal else "\n"
