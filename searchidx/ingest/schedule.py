"""Schedule of the commits that a long run makes on its way, so that a run that is killed loses minutes."""

from dataclasses import dataclass

from searchidx.config import Settings

_USUAL = Settings()


@dataclass(frozen=True, slots=True)
class CommitSchedule:
    """Schedule of the commits on the way of a run: the first of the two limits that is reached makes one due.

    Attributes:
        seconds: By the clock since the last commit; 0 is any time.
        text_megabytes: Of text that was read since; 0 is any amount.
    """

    seconds: float = _USUAL.commit_seconds
    text_megabytes: int = _USUAL.commit_text

    def is_due(self, seconds: float, text_bytes: int) -> bool:
        """Return True if so much has come together that it is to be committed."""
        is_late = self.seconds > 0 and seconds >= self.seconds
        return is_late or 0 < self.text_megabytes << 20 <= text_bytes
