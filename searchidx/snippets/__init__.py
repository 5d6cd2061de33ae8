"""Display of a hit: its highlights, its best excerpt, and the width of text in a terminal.

Pure functions of texts and offsets. What must not reach a terminal is the renderer's care
(:mod:`searchidx.render.safe`); here such characters only count for as many columns as they will take.
"""

from searchidx.snippets.excerpt import Excerpt, excerpt
from searchidx.snippets.spans import Spans, find_spans
from searchidx.snippets.width import display_width, truncate

__all__ = ["Excerpt", "Spans", "display_width", "excerpt", "find_spans", "truncate"]
