"""Start-up of a cold search, and its end: code that exists only because it pays, with its figures.

A search is one short process, so the time to its first result is start-up. Each module here replaces something simple, and
stays only while it is worth that. Counted with callgrind on an index of 8,440 files, as millions of instructions of a search
that takes 349 in all; compiled files present (``PYTHONDONTWRITEBYTECODE`` spoils the count).

================================================  ====================================================================
replacement                                       saves
================================================  ====================================================================
:mod:`~searchidx._startup.bare_numpy`             144: numpy's docstrings, types and platform report are not loaded
:mod:`~searchidx._startup.dataclass`              137: methods of dataclasses are closures, not compiled source
:mod:`~searchidx._startup.quick`                  672: Typer, Click and Rich are not imported to parse plain flags
:mod:`~searchidx._startup.collector`              13: no garbage collection while modules load
:func:`searchidx.cli.streams.leave`               9.3 to 10.4, 1.6 to 2.1%: ``os._exit`` instead of the interpreter's
                                                  shutdown; 0.96 of the processor time, median of 40 interleaved pairs
``OPENBLAS_NUM_THREADS`` in the dispatcher        a seventh of numpy's load time: no thread per core is started
:mod:`~searchidx._startup.array_types`            15 ms: ``numpy.typing`` is not imported for annotations
================================================  ====================================================================

Removed, because it did not pay: a block of 31 MB that was allocated and freed, so that glibc keeps freed arrays. It saved 5
to 12% of the page faults and cost 0.1 to 1.2% of the instructions; the processor time was 0.99 and 0.98 of that without it,
in runs that vary by more than that.

To judge one again, compare two copies of the package, with and without it: instructions by ``valgrind --tool=callgrind``,
page faults and processor time by ``getrusage``, runs interleaved. Rules: nothing here is needed for a right answer, a Python
program that imports searchidx gets the ordinary behaviour, and ``tests/_startup`` compares each module with what it replaces.
"""
