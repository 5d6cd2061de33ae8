"""From files to a committed index: what to read, who reads it, what changed since the last time."""

from searchidx.ingest.absent import AbsentRoot
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.report import Progress, Repair, Report
from searchidx.ingest.schedule import CommitSchedule
from searchidx.ingest.staleness import Stale

__all__ = [
    "AbsentRoot",
    "CommitSchedule",
    "EncodingRules",
    "Limits",
    "Progress",
    "Repair",
    "Report",
    "Stale",
    "WalkRules",
]
