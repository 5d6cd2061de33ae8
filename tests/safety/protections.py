"""Every protection of SECURITY.md: where it stands, how it is taken out, and which test then fails.

:mod:`tests.safety.without` takes them out one at a time; ``python -m tests.safety.protections`` prints the table.
"""

import sys
from dataclasses import dataclass

LOCAL = "searchidx/local"
INGEST = "searchidx/ingest"


@dataclass(frozen=True)
class Protection:
    """One line of defence.

    Attributes:
        name: By which it is taken out.
        against: What it is for.
        what: What it does.
        file: Where it stands.
        usual: Text of that file, once in it.
        without: What stands there when it is taken out.
        test: What then fails: file of this folder and name of the test, with its parameters or without.
    """

    name: str
    against: str
    what: str
    file: str
    usual: str
    without: str
    test: str


PROTECTIONS = (
    # --- Kill ---
    Protection(
        "sweep-after-commit",
        "kill",
        "old files go only once the new table stands",
        f"{LOCAL}/writer.py",
        "            self.lock.confirm()\n            self._publish(contents)",
        "            for entry in self.contents.segments:\n"
        "                if entry.name not in {kept.name for kept in contents.segments}:\n"
        "                    disk.remove(os.path.join(self.directory, entry.name))\n"
        "            self._publish(contents)",
        "test_kill.py::test_kill_at_any_operation_on_the_disk",
    ),
    Protection(
        "sweep-left-overs",
        "kill",
        "the next commit removes what a killed run left",
        f"{LOCAL}/writer.py",
        "return toc.SEGMENT_FILE.fullmatch(name) is not None and name not in named",
        "return False",
        "test_kill.py::test_a_killed_run_leaves_nothing_once_another_has_committed",
    ),
    Protection(
        "worker-ends-with-its-parent",
        "kill",
        "a worker whose parent is gone ends at once",
        f"{INGEST}/worker.py",
        "        asked.put(line)\n    os._exit(0)",
        "        asked.put(line)\n    import time; time.sleep(120); os._exit(0)",
        "test_kill.py::test_a_worker_ends_when_its_parent_is_gone",
    ),
    Protection(
        "dead-worker-is-noticed",
        "kill",
        "the batch of a dead worker is done again, or the run fails; it is never taken for done",
        f"{INGEST}/pool.py",
        "            if why is None or self._stopped:",
        "            if True:",
        "test_kill.py::test_kill_one_worker",
    ),
    Protection(
        "signals-as-ctrl-c",
        "kill",
        "a signal that ends a run, or a terminal that is closed, commits what is whole",
        "searchidx/cli/stopping.py",
        '_NAMES = ("SIGTERM", "SIGHUP", "SIGBREAK")',
        "_NAMES = ()",
        "test_stopped_runs.py::test_a_terminal_that_is_closed_commits_what_is_whole",
    ),
    Protection(
        "signals-once",
        "kill",
        "the second of these signals does not break off that commit",
        "searchidx/cli/stopping.py",
        "        if not self._is_interrupted:\n",
        "        if True:\n",
        "test_stopped_runs.py::test_a_signal_that_comes_twice_changes_nothing",
    ),
    Protection(
        "workers-are-deaf",
        "kill",
        "a signal to all processes of a run leaves its workers to their parent",
        f"{INGEST}/pool.py",
        'for name in ("SIGINT", "SIGTERM", "SIGHUP") if',
        'for name in ("SIGINT",) if',
        "test_stopped_runs.py::test_a_signal_commits_what_is_whole_within_seconds[SIGTERM-group]",
    ),
    Protection(
        "last-outcomes",
        "kill",
        "workers of an interrupted run write what they have read",
        f"{INGEST}/update.py",
        "            for outcome in pool.last_outcomes():",
        "            for outcome in ():",
        "test_stopped_runs.py::test_a_signal_commits_what_is_whole_within_seconds[SIGTERM-process]",
    ),
    # --- Power loss ---
    Protection(
        "flush-files",
        "power loss",
        "a file is flushed before anything names it",
        f"{LOCAL}/disk.py",
        "        file.flush()\n        _flush(file.fileno())",
        "        file.flush()",
        "test_power_loss.py::test_no_power_cut_loses_a_commit_or_leaves_half_of_one",
    ),
    Protection(
        "flush-files-of-workers",
        "power loss",
        "so is what worker processes write",
        f"{LOCAL}/disk.py",
        "        file.flush()\n        _flush(file.fileno())",
        "        file.flush()",
        "test_power_loss.py::test_what_workers_write_is_flushed_before_a_table_names_it",
    ),
    Protection(
        "rename-into-place",
        "power loss",
        "a table is written beside the old one and renamed",
        f"{LOCAL}/writer.py",
        "        disk.write_file(path + _TEMPORARY, [toc.encode(contents)])\n"
        "        disk.rename(path + _TEMPORARY, path)",
        "        disk.write_file(path, [toc.encode(contents)])",
        "test_power_loss.py::test_no_power_cut_loses_a_commit_or_leaves_half_of_one",
    ),
    Protection(
        "flush-names-before",
        "power loss",
        "names of segments are durable before the table that names them",
        f"{LOCAL}/writer.py",
        "        disk.flush_folder(self.directory)\n        disk.write_file(path + _TEMPORARY",
        "        disk.write_file(path + _TEMPORARY",
        "test_power_loss.py::test_no_power_cut_loses_a_commit_or_leaves_half_of_one",
    ),
    Protection(
        "flush-names-after",
        "power loss",
        "a commit is acknowledged once its name is durable",
        f"{LOCAL}/writer.py",
        "        try:\n            disk.flush_folder(self.directory)\n        except OSError:\n"
        "            self._take_back(path)\n            raise",
        "        return",
        "test_power_loss.py::test_no_power_cut_loses_a_commit_or_leaves_half_of_one",
    ),
    # --- Failing I/O ---
    Protection(
        "one-clear-line",
        "failing disk",
        "whatever the disk refuses is one line that says so",
        f"{LOCAL}/writer.py",
        "            self._publish(contents)\n        except OSError as error:",
        "            self._publish(contents)\n        except ZeroDivisionError as error:",
        "test_failing_io.py::test_every_call_of_an_indexing_run_may_fail[once]",
    ),
    Protection(
        "take-back",
        "failing disk",
        "a rename that can't be made durable is undone",
        f"{LOCAL}/writer.py",
        "            self._take_back(path)\n",
        "",
        "test_failing_io.py::test_every_call_of_an_indexing_run_may_fail[once]",
    ),
    Protection(
        "close-costs-nothing",
        "failing disk",
        "a file that was only read may fail to close",
        f"{LOCAL}/disk.py",
        "    with suppress(OSError):\n        os.close(fd)",
        "    os.close(fd)",
        "test_failing_io.py::test_every_call_of_an_indexing_run_may_fail[once]",
    ),
    Protection(
        "clear-away-after-failure",
        "full disk",
        "what a failed run wrote is removed at once",
        f"{LOCAL}/writer.py",
        "        try:\n            self._sweep()\n        finally:",
        "        try:\n            pass\n        finally:",
        "test_failing_io.py::test_a_full_disk_leaves_the_last_commit",
    ),
    Protection(
        "memory-of-the-system",
        "full memory",
        "a file that was refused memory by the system stays as it was read last, and is tried again",
        f"{INGEST}/batch.py",
        "        short = limiting.is_short_of_memory(self._limits)",
        "        short = False",
        "test_failing_io.py::test_too_little_memory_is_no_fault_of_a_file",
    ),
    Protection(
        "killed-for-memory",
        "full memory",
        "so does a file whose readers the system killed",
        f"{INGEST}/pool.py",
        "        if self._killed or (not self._expired and limiting.is_short_of_memory(self._limits)):",
        "        if False:",
        "test_failing_io.py::test_a_system_that_kills_for_want_of_memory_costs_no_document",
    ),
    # --- An unplugged disk ---
    Protection(
        "absent-roots-keep-documents",
        "unplugged disk",
        "what is below a root that is missing, unreadable or empty is kept",
        f"{INGEST}/plan.py",
        "_Missing(unseen, absent or AbsentRoots(()), drop=drop)",
        "_Missing(unseen, AbsentRoots(()), drop=drop)",
        "test_absent_roots.py::test_documents_below_an_absent_root_are_kept_and_counted",
    ),
    Protection(
        "disks-below-roots-keep-documents",
        "unplugged disk",
        "so is what is on a disk that was mounted somewhere below",
        f"{INGEST}/absent.py",
        "if device == UNKNOWN or device in self._devices or os.path.lexists(path):",
        "if True:",
        "test_absent_roots.py::test_a_disk_mounted_below_a_root_may_be_away",
    ),
    Protection(
        "stamps-tell-files-apart",
        "replaced file",
        "a file in the place of another of the same size and time is hashed",
        f"{LOCAL}/stamps.py",
        "            and _agree(self.ctime_ns, other.ctime_ns)\n"
        "            and (self.device != other.device or _agree(self.inode, other.inode))\n",
        "",
        "test_replaced_files.py::test_a_file_of_the_same_size_and_time_in_the_place_of_another_is_read",
    ),
    Protection(
        "named-files-are-hashed",
        "replaced file",
        "a file that is named is hashed whatever its times",
        f"{INGEST}/update.py",
        "again=frozenset(named or ()),",
        "again=frozenset(),",
        "test_replaced_files.py::test_a_file_whose_stamp_says_nothing_is_read_when_it_is_named",
    ),
    # --- Corruption ---
    Protection(
        "checksum-of-chunks",
        "corruption",
        "a CRC-32 for every 16 KiB, checked before they are served",
        f"{LOCAL}/container.py",
        "if zlib.crc32(view[at : at + CHUNK]) != int(self._crcs[number]):",
        "if False:",
        "test_corruption.py::test_every_flipped_bit_is_found",
    ),
    Protection(
        "checksum-of-heads",
        "corruption",
        "a CRC-32 of the head of every file, its version included: damage is not taken for a newer format",
        f"{LOCAL}/container.py",
        "if zlib.crc32(head, zlib.crc32(preamble[:_SUMMED])) != head_crc:",
        "if False:",
        "test_corruption.py::test_repair_brings_back_everything_whose_source_is_there",
    ),
    Protection(
        "checksum-of-tables",
        "corruption",
        "size and CRC-32 of the table of contents",
        f"{LOCAL}/toc.py",
        "if len(body) != size or _checksum(number, body) != crc:",
        "if False:",
        "test_corruption.py::test_every_flipped_bit_is_found",
    ),
    Protection(
        "size-of-files",
        "corruption",
        "every file says how long it is",
        f"{LOCAL}/container.py",
        "        if size != self.size:",
        "        if False:",
        "test_corruption.py::test_bytes_put_at_the_end_are_found",
    ),
    Protection(
        "seal",
        "corruption",
        "the table knows each file by one checksum of all of it",
        f"{LOCAL}/segment.py",
        "        if actual != named:",
        "        if actual[:-1] != named[:-1]:",
        "test_corruption.py::test_a_segment_of_the_same_shape_is_another_one",
    ),
    Protection(
        "number-of-the-commit",
        "corruption",
        "a table says which commit it is of",
        f"{LOCAL}/toc.py",
        "    if contents.generation != max(generations):",
        "    if False:",
        "test_corruption.py::test_an_older_table_under_a_newer_name_is_found",
    ),
    Protection(
        "newer-format",
        "corruption",
        "what a later version wrote is named as such and left alone",
        f"{LOCAL}/formats.py",
        "    if number > CURRENT:",
        "    if False:",
        "test_corruption.py::test_a_segment_of_another_format_is_named_as_such",
    ),
    Protection(
        "older-format",
        "corruption",
        "what an earlier version wrote in a format given up since is named as such, with the command that rebuilds it",
        f"{LOCAL}/formats.py",
        "    if number < OLDEST_READABLE:",
        "    if False:",
        "test_corruption.py::test_a_segment_of_another_format_is_named_as_such",
    ),
    # --- Readers and writers ---
    Protection(
        "lock",
        "other processes",
        "one writer at a time",
        f"{LOCAL}/lock.py",
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "            pass",
        "test_readers_and_writers.py::test_a_second_writer_waits_its_turn",
    ),
    Protection(
        "lock-is-still-there",
        "other processes",
        "a commit is refused when somebody has removed the lock",
        f"{LOCAL}/writer.py",
        "            self.lock.confirm()\n",
        "",
        "test_readers_and_writers.py::test_who_removes_a_lock_does_not_get_two_writers_into_one_commit",
    ),
    Protection(
        "lock-of-workers",
        "other processes",
        "workers of a killed run hold its lock until the last of them has gone",
        f"{INGEST}/worker.py",
        'pass_fds=inherited if os.name == "posix" else ()',
        "pass_fds=()",
        "test_readers_and_writers.py::test_workers_of_a_killed_run_keep_its_lock",
    ),
    Protection(
        "look-again",
        "other processes",
        "a reader that meets a commit in the making looks again",
        f"{LOCAL}/snapshot.py",
        "if attempt < _TRIES - 1 and toc.latest(directory) != last:",
        "if False:",
        "test_readers_and_writers.py::test_a_reader_that_meets_a_commit_looks_again",
    ),
    Protection(
        "drives-without-locks",
        "other processes",
        "a drive that knows no locks is named, and not written to",
        f"{LOCAL}/lock.py",
        "if error.errno in _NO_LOCKS:",
        "if False:",
        "test_readers_and_writers.py::test_a_drive_without_locks_is_read_and_not_written_to",
    ),
    # --- A stranger's index ---
    Protection(
        "roots-stay-in-their-folder",
        "stranger's index",
        "a root that counts from the folder of the index does not lead out of it",
        f"{LOCAL}/toc.py",
        'if any(map(leaves_home, (*parsed["roots"], *parsed.get("lists", ())))):',
        "if False:",
        "test_strangers_index.py::test_a_root_that_counts_from_the_folder_does_not_lead_out_of_it",
    ),
    Protection(
        "bounded-blocks",
        "stranger's index",
        "a stored block unfolds to some megabytes at most",
        f"{LOCAL}/stored.py",
        ", _BLOCK_LIMIT)",
        ")",
        "test_strangers_index.py::test_bombs_of_all_kinds_are_refused_soon",
    ),
    Protection(
        "names-of-segments",
        "stranger's index",
        "a table names files of its own folder and of one form",
        f"{LOCAL}/toc.py",
        "not SEGMENT_FILE.fullmatch(entry.name) or ",
        "",
        "test_strangers_index.py::test_entries_of_a_segment_are_refused",
    ),
    Protection(
        "types-of-tables",
        "stranger's index",
        "every fact of a table is of its type and range",
        f"{LOCAL}/toc.py",
        " or not all(map(_is_count, (*counts, *entry.deleted)))",
        "",
        "test_strangers_index.py::test_entries_of_a_segment_are_refused",
    ),
    Protection(
        "places-of-arrays",
        "stranger's index",
        "an array lies within what is checked",
        f"{LOCAL}/container.py",
        "if offset < 0 or count < 0 or start + count * dtype.itemsize > end:",
        "if False:",
        "test_strangers_index.py::test_heads_of_containers_may_say_anything",
    ),
    Protection(
        "postings-name-paragraphs",
        "stranger's index",
        "a posting list names no paragraph that is not there",
        f"{LOCAL}/segment.py",
        "if len(found.paragraphs) and int(found.paragraphs[-1]) >= limit:",
        "if False:",
        "test_strangers_index.py::test_postings_that_name_paragraphs_far_away_are_refused",
    ),
    Protection(
        "no-links",
        "stranger's index",
        "no link in an index folder is followed",
        f"{LOCAL}/disk.py",
        '_NO_LINK = getattr(os, "O_NOFOLLOW", 0)',
        "_NO_LINK = 0",
        "test_strangers_index.py::test_names_may_be_anything_but_files",
    ),
    Protection(
        "files-only",
        "stranger's index",
        "no pipe, device or folder is opened as a file",
        f"{LOCAL}/disk.py",
        "    if not S_ISREG(os.fstat(fd).st_mode):",
        "    if False:",
        "test_strangers_index.py::test_names_may_be_anything_but_files",
    ),
    Protection(
        "private-files",
        "other users",
        "files of an index are 0600, whatever the umask",
        f"{LOCAL}/disk.py",
        "            os.fchmod(fd, 0o600)",
        "            pass",
        "test_strangers_index.py::test_an_index_is_private_whatever_the_umask",
    ),
    Protection(
        "private-folders",
        "other users",
        "folders that are made are 0700, whatever the umask",
        f"{LOCAL}/disk.py",
        "        os.mkdir(path, 0o700)",
        "        os.mkdir(path); return",
        "test_strangers_index.py::test_an_index_is_private_whatever_the_umask",
    ),
    # --- A stranger's document ---
    Protection(
        "size-unpacked",
        "stranger's document",
        "what an archive will unpack to is added up before anything is unpacked",
        "searchidx/readers/packages.py",
        "if len(entries) > _MOST_PARTS or size > LARGEST or size > max(1 << 24, _RATIO * len(data)):",
        "if False:",
        "test_hostile_documents.py::test_bombs_are_refused_for_what_they_are",
    ),
    Protection(
        "no-entities",
        "stranger's document",
        "entities of XML stay as they are",
        "searchidx/readers/packages.py",
        "        resolve_entities=False,\n        no_network=True,\n        load_dtd=False,",
        "        resolve_entities=True,\n        no_network=True,\n        load_dtd=True,",
        "test_hostile_documents.py::test_nothing_outside_is_read",
    ),
    Protection(
        "time-of-a-file",
        "stranger's document",
        "a worker gets so much of the processor's time for one file and no more",
        f"{INGEST}/limits.py",
        "        signal.setitimer(signal.ITIMER_PROF, processor_seconds)\n",
        "",
        "test_hostile_documents.py::test_a_worker_without_a_parent_is_ended_by_its_own_alarm",
    ),
    Protection(
        "hanging-files",
        "stranger's document",
        "and so much by the clock, for what hangs",
        f"{INGEST}/limits.py",
        "        signal.setitimer(signal.ITIMER_REAL, clock_seconds)\n",
        "        signal.setitimer(signal.ITIMER_REAL, 60)\n",
        "test_hostile_documents.py::test_a_worker_ends_itself_when_a_file_hangs",
    ),
    Protection(
        "busy-machine",
        "other processes",
        "a file is given up for the processor's time it takes, not for that of other programs",
        f"{INGEST}/limits.py",
        "    _set_timers(limits.seconds, limits.clock_seconds)",
        "    _set_timers(limits.seconds, limits.seconds)",
        "test_hostile_documents.py::test_a_busy_machine_costs_no_file",
    ),
    Protection(
        "memory-of-a-file",
        "stranger's document",
        "a worker gets so much memory and no more",
        f"{INGEST}/worker.py",
        "    limiting.confine(limits)\n",
        "",
        "test_hostile_documents.py::test_a_file_that_wants_too_much_is_left_out[memory]",
    ),
    Protection(
        "text-of-a-file",
        "stranger's document",
        "a document holds so much text and no more",
        f"{INGEST}/limits.py",
        "    if _exceeds(paragraphs, limits.text_megabytes << 20):",
        "    if False:",
        "test_hostile_documents.py::test_a_file_with_too_much_text_is_left_out",
    ),
    Protection(
        "size-of-a-file",
        "stranger's document",
        "no more of a file is read than a file may have",
        f"{INGEST}/limits.py",
        "    if len(raw) > most:",
        "    if False:",
        "test_hostile_documents.py::test_a_file_that_grows_while_it_is_read_is_read_to_its_limit",
    ),
    Protection(
        "libraries-in-workers",
        "stranger's document",
        "what a library reads is read in a worker",
        f"{INGEST}/limits.py",
        "in _TAME",
        "is not None",
        "test_hostile_documents.py::test_libraries_are_for_workers_only",
    ),
    Protection(
        "links-of-corpora",
        "stranger's document",
        "links in a folder are not followed, unless asked for",
        f"{INGEST}/rules.py",
        "    follow: bool = False",
        "    follow: bool = True",
        "test_hostile_documents.py::test_nothing_outside_is_read",
    ),
    # --- A stranger's query ---
    Protection(
        "length-of-a-query",
        "stranger's query",
        "4,096 characters",
        "searchidx/query/parse.py",
        "    if len(source) > MAX_LENGTH:",
        "    if False:",
        "test_attack_queries.py::test_what_is_refused_is_refused_with_a_line_that_says_what_is_allowed",
    ),
    Protection(
        "words-of-a-query",
        "stranger's query",
        "256 words",
        "searchidx/query/parse.py",
        "    if len(terms) > MAX_TERMS:",
        "    if False:",
        "test_attack_queries.py::test_what_is_refused_is_refused_with_a_line_that_says_what_is_allowed",
    ),
    Protection(
        "depth-of-a-query",
        "stranger's query",
        "50 brackets in each other",
        "searchidx/query/parse.py",
        "        if depth > MAX_DEPTH:",
        "        if False:",
        "test_attack_queries.py::test_what_is_refused_is_refused_with_a_line_that_says_what_is_allowed",
    ),
    Protection(
        "time-of-a-query",
        "stranger's query",
        "a query that costs more than two seconds is ended",
        f"{LOCAL}/effort.py",
        "        if _now() > self._end:",
        "        if False:",
        "test_attack_queries.py::test_a_query_that_costs_too_much_is_cut_with_a_line_that_says_how_to_go_on",
    ),
    Protection(
        "time-of-suggestions",
        "stranger's query",
        "what may have been meant is looked for in a quarter of that",
        f"{LOCAL}/reader.py",
        "        self._begin(_SUGGESTING)",
        "        self._begin()",
        "test_attack_queries.py::test_a_search_and_what_it_suggests_take_no_longer_than_one_question",
    ),
    Protection(
        "dictionary-uncounted",
        "stranger's query",
        "nobody's query is refused for the dictionary that had to be compiled first",
        f"{LOCAL}/reader.py",
        "        lexicon.load()  # before the clock runs",
        "        # before the clock runs",
        "test_attack_queries.py::test_what_a_first_query_makes_ready_is_not_counted",
    ),
    # --- A folder of the user's ---
    Protection(
        "folder-of-its-own",
        "user's folder",
        "an index is never written among files of the user's",
        f"{LOCAL}/writer.py",
        "    if other := toc.foreign_entry(directory):",
        "    if other := None:",
        "test_foreign_folder.py::test_the_folder_of_the_documents_is_refused",
    ),
    # --- What is shown ---
    Protection(
        "signs-for-controls",
        "what is shown",
        "control characters and overrides are shown as signs",
        "searchidx/render/safe.py",
        "    return _UNSAFE.sub(_sign, text)",
        "    return text",
        "test_shown.py::test_mistakes_name_things_safely",
    ),
    Protection(
        "escapes-in-json",
        "what is shown",
        "JSON escapes them",
        "searchidx/render/safe.py",
        'return _UNSAFE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", line)',
        "return line",
        "test_shown.py::test_an_index_of_a_stranger_is_shown_safely",
    ),
    # --- Same in, same out ---
    Protection(
        "statistics-of-the-living",
        "order of things",
        "what is deleted counts in no score",
        f"{LOCAL}/snapshot.py",
        "total = sum(part.live_total(field) for part in self.segments)",
        "total = sum(part._totals[field] for part in self.segments)",
        "test_same_answers.py::test_any_order_of_whatever_happens",
    ),
    Protection(
        "ties-by-path",
        "order of things",
        "equal scores come in the order of their paths",
        f"{LOCAL}/selection.py",
        "    if same.any():",
        "    if False:",
        "test_same_answers.py::test_any_number_of_processes_and_any_order_of_batches_give_the_same_answers",
    ),
)


def table() -> str:
    """The rows of SECURITY.md."""
    rows = ["| against | protection | taken out by | test that fails |", "|---|---|---|---|"]
    rows += [
        f"| {one.against} | {one.what} | `{one.name}` | `{one.test.replace('::', '` `')}` |"
        for one in PROTECTIONS
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
