"""Rendering of results: one :class:`~searchidx.render.renderer.Renderer` each for a terminal, a pipe and a program.

Pure code from results and a :class:`~searchidx.render.look.Look` to lines without line ends. Nothing here writes, detects
terminal capabilities or opens an index.
"""
