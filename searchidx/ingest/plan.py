"""Compares the files that are there with what the index knows of them: what has to be read, what has gone.

A file is left alone when its size, its times and its inode are those of the last run; else it is hashed, and read only
if its bytes are others. One that is new is compared by content with those
that have gone: it may be one of them under another name, whose paragraphs then stay. Only what is seen not to be there
counts as gone; what is in a folder that can't be looked into, or below a root that is absent, stays as it is.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from searchidx.engine import IndexedDocument, IndexState
from searchidx.errors import ReadError
from searchidx.file_state import NO_STAMP, UNKNOWN, Fingerprint, Stamp
from searchidx.ingest import causes, walk
from searchidx.ingest import limits as limiting
from searchidx.ingest.absent import AbsentRoots, absence_of
from searchidx.ingest.batch import FileTask
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.ingest.ignore.ignoring import IGNORE_FILES
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.paths import is_below, nearest
from searchidx.ingest.walk import SIZE_LIMIT, Listed, Target, Walker
from searchidx.readers import revision_of, suffix_of
from searchidx.results import Skipped


@dataclass(slots=True)
class Plan:
    """What a run has to do.

    Attributes:
        tasks: Files to read.
        unchanged: How many documents are left alone.
        gone: Documents whose files are not there any more, or are no longer wanted.
        absent: Documents that are kept though their files are not there, each with its absent root.
        renamed: Documents by the path they are known by, and the file that has their content now.
        skipped: Files that are left out.
        outdated: Documents of unchanged files that an older revision of their reader read; their files are read again.
        current: Documents whose text was old and whose files are again as they were when they were read.
        refusals: Fingerprints of these that are still good.
        rechecks: Files that were left out before and are to be hashed: they are left out again if their bytes are the same.
    """

    tasks: list[FileTask] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, Listed] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    current: set[str] = field(default_factory=set)
    refusals: dict[str, Fingerprint] = field(default_factory=dict)
    rechecks: dict[str, Skipped] = field(default_factory=dict)

    def leave_out(self, entry: Skipped, file: Fingerprint | None) -> None:
        """Leave a file out, whose fingerprint may be known."""
        self.skipped.append(entry)
        if file is not None:
            self.refusals[entry.path] = file


class Roots:
    """What is indexed, each with the rules it is walked by."""

    def __init__(self, state: IndexState) -> None:
        """Take the roots of a commit."""
        self.rules = {root: WalkRules.of(state.rules.get(root, ())) for root in state.roots}
        self._walkers: dict[tuple[str, WalkRules], Walker] = {}

    def targets(self, paths: Iterable[str] | None, rules: WalkRules | None) -> list[Target]:
        """What to walk when these paths are asked for; None means all there is.

        Args:
            paths: Absolute.
            rules: How to walk them; None means as before, or as the folder they are in.
        """
        if paths is None:
            return [Target(root, known, root) for root, known in self.rules.items()]
        chosen = [self._target(path, rules) for path in dict.fromkeys(paths)]
        tops = {target.path for target in chosen}
        below = [root for root in self.rules if root not in tops and is_below(root, tops)]
        return chosen + [Target(root, self.rules[root], root) for root in below]

    def vanished(self) -> list[str]:
        """Return the roots that are missing or empty."""
        return [root for root in self.rules if absence_of(root) in ("missing", "empty")]

    def below(self, paths: Iterable[str]) -> list[Target]:
        """What to walk when something happened at these paths: each as far as the walk of its root comes to it."""
        found: dict[str, Target] = {}
        for path in paths:
            root = nearest(path, self.rules)
            if root is not None:
                found[path] = Target(path, self.rules[root], root, named=path == root)
            else:
                found |= {
                    top: Target(top, self.rules[top], top) for top in self.rules if is_below(top, {path})
                }
        return [target for path, target in found.items() if not is_below(os.path.dirname(path), found)]

    def concerned(self, paths: Iterable[str]) -> set[str]:
        """What to look at when something happened at these paths: nothing that no walk comes to."""
        found = set()
        for path in paths:
            above, name = os.path.split(path)
            if name in IGNORE_FILES:  # what it says goes for all that is beside it and below
                path = above  # noqa: PLW2901 - from here on the same
            root = nearest(path, self.rules)
            if root is None:
                found |= {path} if any(is_below(top, {path}) for top in self.rules) else set()
            elif self._walker(root, self.rules[root]).may_come_to(path):
                found.add(path)
        return found

    def with_(self, targets: Iterable[Target]) -> dict[str, WalkRules]:
        """All roots when these are added, leaving out what the walk of another comes to by the same rules."""
        every = dict(self.rules)
        for target in targets:
            if target.base == target.path or not self._reaches(target.base, target.rules, target.path):
                every[target.path] = target.rules
        kept = dict(every)
        for root, rules in every.items():
            above = os.path.dirname(root)
            outer = nearest(above, kept) if above != root else None
            if outer is None or kept[outer] != rules or rules.are_local:
                continue
            if self._reaches(outer, rules, root):
                del kept[root]
        return dict(sorted(kept.items()))

    def _target(self, path: str, rules: WalkRules | None) -> Target:
        if rules is not None:
            return Target(path, rules, path)
        root = nearest(path, self.rules)
        return Target(path, self.rules[root], root) if root is not None else Target(path, WalkRules(), path)

    def _reaches(self, base: str, rules: WalkRules, path: str) -> bool:
        return self._walker(base, rules).reaches(path)

    def _walker(self, base: str, rules: WalkRules) -> Walker:
        return self._walkers.setdefault((base, rules), Walker(base, rules))


def make(
    targets: Sequence[Target],
    known: Mapping[str, IndexedDocument],
    refused: Iterable[Skipped],
    fingerprints: Mapping[str, Fingerprint],
    *,
    apart: Iterable[str] = (),
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    renames: bool = True,
    vanished: Collection[str] = (),
    absent: AbsentRoots | None = None,
    drop: bool = False,
    again: Collection[str] = (),
    rebuild: bool = False,
) -> Plan:
    """Plan a run.

    Args:
        targets: Where to look.
        known: What is in the index.
        refused: What was left out the last time.
        fingerprints: Of these, by path.
        again: Files to hash whatever their stamps say, and to read if they were left out.
        apart: Paths that are never looked into: that of the index.
        encodings: Encodings configured by the user.
        limits: What one file may cost now.
        renames: Whether to look into new files for what has gone.
        vanished: Roots that are missing or empty: what was below them may be elsewhere now.
        absent: Roots whose documents are kept if the root is absent; by default none.
        rebuild: Read every file, whatever is known of it.
        drop: Remove these documents instead, even where the root can't be read.
    """
    plan = Plan()
    encodings = encodings or EncodingRules()
    before = {entry.path: entry for entry in refused}
    tops = {target.path for target in targets}
    outside = set(apart)
    here: set[str] = set()
    unseen: set[str] = set()
    wanted = [target for target in targets if not is_below(target.path, outside)]
    for listed in walk.walk(wanted, outside):
        here.add(listed.path)
        if listed.size == UNKNOWN:
            unseen.add(listed.path)
        earlier = None if rebuild or listed.path in again else before.get(listed.path)
        if earlier and limits and limits.exceed(earlier.reason):
            earlier = None
        document, file = known.get(listed.path), fingerprints.get(listed.path)
        _place(plan, listed, document, earlier, file, encodings, again=listed.path in again, rebuild=rebuild)
    missing = _Missing(unseen, absent or AbsentRoots(()), drop=drop)
    for path in here & known.keys():
        missing.absent.note_device(known[path].stamp.device, path)
    for path in known:
        if path not in here and is_below(path, tops):
            missing.place(plan, path, known[path].stamp.device)
        elif path in unseen:
            plan.unchanged += 1
    for path, entry in before.items():
        file = fingerprints.get(path)
        device = file.stamp.device if file else UNKNOWN
        if path not in here and (not is_below(path, tops) or missing.is_kept(path, device)):
            plan.leave_out(entry, file)
    if renames:
        left_behind = [path for path in known if path not in here and is_below(path, vanished)]
        left_behind += (path for path, root in plan.absent.items() if missing.absent.may_be_elsewhere(root))
        _find_renamed(plan, known, encodings, {*plan.gone, *left_behind})
    return plan


class _Missing:
    """Paths that the walk did not come to: kept where nothing proves that the file is gone."""

    def __init__(self, unseen: Collection[str], absent: AbsentRoots, *, drop: bool) -> None:
        self.absent = absent
        self._unseen = unseen
        self._drop = drop

    def is_kept(self, path: str, device: int) -> bool:
        """Return True if the entry of a path is kept."""
        root = self.absent.root_of(path, device)
        return not self._drop if root is not None else is_below(path, self._unseen)

    def place(self, plan: Plan, path: str, device: int) -> None:
        """Enter a document into the plan as absent, unchanged or gone."""
        root = self.absent.root_of(path, device)
        if not self.is_kept(path, device):
            plan.gone.append(path)
        elif root is not None:
            plan.absent[path] = root
        else:
            plan.unchanged += 1


def _place(
    plan: Plan,
    listed: Listed,
    known: IndexedDocument | None,
    refused: Skipped | None,
    file: Fingerprint | None,
    encodings: EncodingRules,
    *,
    again: bool,
    rebuild: bool,
) -> None:
    path, size, stamp, reason = listed
    if reason:
        plan.leave_out(Skipped(path, reason, size, stamp.mtime_ns), Fingerprint(stamp))
        return
    encoding = encodings.encoding_of(path)
    revision = revision_of(path)
    is_outdated = known is not None and known.revision < revision
    reread = rebuild or (known is not None and (is_outdated or encodings.has_changed(path, known.notes)))
    is_unchanged = known is not None and known.size == size and known.stamp.is_same(stamp)
    if known and is_unchanged and not reread and not again:
        plan.unchanged += 1
        if known.is_stale:
            plan.current.add(path)
        return
    if is_outdated and is_unchanged:
        plan.outdated.append(path)
    digest = known.digest if known and not reread else ""
    if refused and refused.revision < revision:
        refused = None  # a newer reader may read what an older one refused
    if refused and not known and not encoding and not causes.is_resolved(refused.reason):
        if _is_settled(refused, file, listed):
            plan.leave_out(refused, file)
            return
        if file and file.digest:
            digest = file.digest
            plan.rechecks[path] = refused
    note = encodings.note(path)
    plan.tasks.append(FileTask(path, size, stamp.mtime_ns, digest, encoding, note, stamp=stamp))


def _is_settled(refused: Skipped, file: Fingerprint | None, listed: Listed) -> bool:
    """Return True if a file that was left out shows no change."""
    noted = file.stamp if file else Stamp(refused.mtime_ns)
    return refused.size == listed.size and noted.is_same(listed.stamp)


def _find_renamed(
    plan: Plan, known: Mapping[str, IndexedDocument], encodings: EncodingRules, gone: Collection[str]
) -> None:
    """Move what is there under another name from the tasks and the gone to the renamed."""
    sizes = {known[path].size for path in gone} - {0}
    if not sizes:
        return
    missing: dict[tuple[str, str], list[str]] = {}
    for path in gone:
        missing.setdefault((known[path].digest, suffix_of(path)), []).append(path)
    left = []
    for task in plan.tasks:
        if task.known or task.path in known or task.size not in sizes:
            left.append(task)
            continue
        same = missing.get((_hashed(task.path).digest, suffix_of(task.path)), [])
        candidates = [path for path in same if has_same_reading(task.path, known[path], encodings)]
        if not candidates:
            left.append(task)
            continue
        name = os.path.basename(task.path)
        old = next((path for path in candidates if os.path.basename(path) == name), candidates[0])
        same.remove(old)
        plan.renamed[old] = Listed(task.path, task.size, task.stamp)
    plan.tasks = left
    plan.gone = [path for path in plan.gone if path not in plan.renamed]
    plan.absent = {path: root for path, root in plan.absent.items() if path not in plan.renamed}


def has_same_reading(path: str, document: IndexedDocument, encodings: EncodingRules) -> bool:
    """Return True if reading a file of the same bytes would give the same document."""
    is_current = document.revision >= revision_of(path)
    return is_current and not encodings.has_changed(path, document.notes)


def fingerprint(task: FileTask) -> Fingerprint:
    """Return the fingerprint of a file, with its digest if it is still the file that was listed."""
    stamp, digest = _hashed(task.path)
    return Fingerprint(task.stamp, digest if stamp == task.stamp else "")


def _hashed(path: str) -> Fingerprint:
    try:
        raw, status = limiting.read_file(path, SIZE_LIMIT)
    except (OSError, ReadError):
        return Fingerprint(NO_STAMP)
    return Fingerprint(Stamp.of(status), hashlib.blake2b(raw, digest_size=16).hexdigest())
