"""Plan of a run: the files compared with the documents of the index, and what has to be read, removed or renamed.

A file is unchanged if its size, its times and its inode are those of the last run; otherwise it is hashed, and read only if
its bytes differ. A new file is compared by content with the deleted ones: it may be one of them under another name, whose
paragraphs are kept. A document is deleted only if its file is known to be missing; documents below an unreadable folder or
an absent root are kept.
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
    """Plan of a run.

    Attributes:
        tasks: Files to read.
        unchanged: Number of documents without a change.
        gone: Documents whose files are deleted, or excluded by the rules.
        absent: Documents of missing files that are kept, each with its absent root.
        renamed: Files by the old path of the document that has their content.
        skipped: Files that are not read.
        outdated: Documents of unchanged files that an older revision of their reader read; their files are read again.
        current: Documents with old text whose files are again as they were when they were read.
        refusals: Fingerprints of the skipped files.
        rechecks: Entries of skipped files that are hashed: the same bytes are skipped again.
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

    def skip(self, entry: Skipped, file: Fingerprint | None) -> None:
        """Skip a file, whose fingerprint may be known."""
        self.skipped.append(entry)
        if file is not None:
            self.refusals[entry.path] = file


class Roots:
    """Roots of an index, each with its walk rules."""

    def __init__(self, state: IndexState) -> None:
        """Take the roots of a commit."""
        self.rules = {root: WalkRules.of(state.rules.get(root, ())) for root in state.roots}
        self._walkers: dict[tuple[str, WalkRules], Walker] = {}

    def targets(self, paths: Iterable[str] | None, rules: WalkRules | None) -> list[Target]:
        """Return the targets of a walk over paths; None is all roots.

        Args:
            paths: Absolute paths.
            rules: Walk rules; None is those of the root above, or the defaults.
        """
        if paths is None:
            return [Target(root, walk_rules, root) for root, walk_rules in self.rules.items()]
        selected = [self._target(path, rules) for path in dict.fromkeys(paths)]
        tops = {target.path for target in selected}
        below = [root for root in self.rules if root not in tops and is_below(root, tops)]
        return selected + [Target(root, self.rules[root], root) for root in below]

    def vanished(self) -> list[str]:
        """Return the roots that are missing or empty."""
        return [root for root in self.rules if absence_of(root) in ("missing", "empty")]

    def below(self, paths: Iterable[str]) -> list[Target]:
        """Return the targets of a walk over changed paths, as far as the walks of their roots come to them."""
        targets: dict[str, Target] = {}
        for path in paths:
            root = nearest(path, self.rules)
            if root is not None:
                targets[path] = Target(path, self.rules[root], root, named=path == root)
            else:
                targets |= {
                    top: Target(top, self.rules[top], top) for top in self.rules if is_below(top, {path})
                }
        return [target for path, target in targets.items() if not is_below(os.path.dirname(path), targets)]

    def concerned(self, paths: Iterable[str]) -> set[str]:
        """Return the changed paths that the walk of a root comes to."""
        reached = set()
        for path in paths:
            above, name = os.path.split(path)
            if name in IGNORE_FILES:  # its rules are for all entries beside and below it
                path = above  # noqa: PLW2901 - the folder stands for its ignore file
            root = nearest(path, self.rules)
            if root is None:
                reached |= {path} if any(is_below(top, {path}) for top in self.rules) else set()
            elif self._walker(root, self.rules[root]).may_come_to(path):
                reached.add(path)
        return reached

    def merged_with(self, targets: Iterable[Target]) -> dict[str, WalkRules]:
        """Return the roots with new targets, without those that the walk of another root comes to by the same rules."""
        every = dict(self.rules)
        for target in targets:
            if target.base == target.path or not self._reaches(target.base, target.rules, target.path):
                every[target.path] = target.rules
        independent = dict(every)
        for root, rules in every.items():
            above = os.path.dirname(root)
            outer = nearest(above, independent) if above != root else None
            if outer is None or independent[outer] != rules or rules.are_local:
                continue
            if self._reaches(outer, rules, root):
                del independent[root]
        return dict(sorted(independent.items()))

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
    documents: Mapping[str, IndexedDocument],
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
        targets: Targets of the walk.
        documents: Documents of the index by path.
        refused: Files that the last run skipped.
        fingerprints: Fingerprints of these by path.
        again: Files to hash whatever their stamps, and to read if they were skipped.
        apart: Paths that are never walked, such as that of the index.
        encodings: Encodings configured by the user.
        limits: Limits per file.
        renames: True compares new files with deleted ones.
        vanished: Roots that are missing or empty, whose files may have moved.
        absent: Roots whose documents are kept while the root is absent; by default none.
        rebuild: Read every file, whatever is documents of it.
        drop: True removes documents of absent roots, even of unreadable ones.
    """
    plan = Plan()
    encodings = encodings or EncodingRules()
    before = {entry.path: entry for entry in refused}
    tops = {target.path for target in targets}
    outside = set(apart)
    here: set[str] = set()
    unseen: set[str] = set()
    entered = [target for target in targets if not is_below(target.path, outside)]
    for listed in walk.walk(entered, outside):
        here.add(listed.path)
        if listed.size == UNKNOWN:
            unseen.add(listed.path)
        earlier = None if rebuild or listed.path in again else before.get(listed.path)
        if earlier and limits and limits.exceed(earlier.reason):
            earlier = None
        document, file = documents.get(listed.path), fingerprints.get(listed.path)
        _place(plan, listed, document, earlier, file, encodings, again=listed.path in again, rebuild=rebuild)
    missing = _Missing(unseen, absent or AbsentRoots(()), drop=drop)
    for path in here & documents.keys():
        missing.absent.note_device(documents[path].stamp.device, path)
    for path in documents:
        if path not in here and is_below(path, tops):
            missing.place(plan, path, documents[path].stamp.device)
        elif path in unseen:
            plan.unchanged += 1
    for path, entry in before.items():
        file = fingerprints.get(path)
        device = file.stamp.device if file else UNKNOWN
        if path not in here and (not is_below(path, tops) or missing.is_kept(path, device)):
            plan.skip(entry, file)
    if renames:
        left_behind = [path for path in documents if path not in here and is_below(path, vanished)]
        left_behind += (path for path, root in plan.absent.items() if missing.absent.may_be_elsewhere(root))
        _find_renamed(plan, documents, encodings, {*plan.gone, *left_behind})
    return plan


class _Missing:
    """Paths that the walk did not come to, kept unless the file is documents to be deleted."""

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
    document: IndexedDocument | None,
    refused: Skipped | None,
    file: Fingerprint | None,
    encodings: EncodingRules,
    *,
    again: bool,
    rebuild: bool,
) -> None:
    path, size, stamp, reason = listed
    if reason:
        plan.skip(Skipped(path, reason, size, stamp.mtime_ns), Fingerprint(stamp))
        return
    encoding = encodings.encoding_of(path)
    revision = revision_of(path)
    is_outdated = document is not None and document.revision < revision
    reread = rebuild or (
        document is not None and (is_outdated or encodings.has_changed(path, document.notes))
    )
    is_unchanged = document is not None and document.size == size and document.stamp.is_same(stamp)
    if document and is_unchanged and not reread and not again:
        plan.unchanged += 1
        if document.is_stale:
            plan.current.add(path)
        return
    if is_outdated and is_unchanged:
        plan.outdated.append(path)
    digest = document.digest if document and not reread else ""
    if refused and refused.revision < revision:
        refused = None  # a newer reader may read what an older one refused
    if refused and not document and not encoding and not causes.is_resolved(refused.reason):
        if _is_settled(refused, file, listed):
            plan.skip(refused, file)
            return
        if file and file.digest:
            digest = file.digest
            plan.rechecks[path] = refused
    note = encodings.note(path)
    plan.tasks.append(FileTask(path, size, stamp.mtime_ns, digest, encoding, note, stamp=stamp))


def _is_settled(refused: Skipped, file: Fingerprint | None, listed: Listed) -> bool:
    """Return True if a skipped file shows no change."""
    noted = file.stamp if file else Stamp(refused.mtime_ns)
    return refused.size == listed.size and noted.is_same(listed.stamp)


def _find_renamed(
    plan: Plan, documents: Mapping[str, IndexedDocument], encodings: EncodingRules, gone: Collection[str]
) -> None:
    """Move renamed files from the tasks, and their documents from the deleted ones, to the renames."""
    sizes = {documents[path].size for path in gone} - {0}
    if not sizes:
        return
    missing: dict[tuple[str, str], list[str]] = {}
    for path in gone:
        missing.setdefault((documents[path].digest, suffix_of(path)), []).append(path)
    left = []
    for task in plan.tasks:
        if task.digest or task.path in documents or task.size not in sizes:
            left.append(task)
            continue
        same = missing.get((_hashed(task.path).digest, suffix_of(task.path)), [])
        candidates = [path for path in same if has_same_reading(task.path, documents[path], encodings)]
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
