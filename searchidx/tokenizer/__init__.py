"""Word segmentation: jieba's answer, token for token, in search mode without its hidden Markov model.

``Tokenizer(load()).tokenize(text)`` gives exactly what ``jieba.tokenize(text, mode="search", HMM=False)`` gives, from a
mapped dictionary and without importing jieba. The model is left out because it tokenizes the same word differently in
different sentences. Choosing the tokens that become terms is the analyzer's business.

    jieba          tokens of a text with their offsets
    segmenter      text to words: blocks by the dictionary, and the characters between them
    route          the most probable segmentation of one block
    bulk           the same answer by compiled code, where that is installed
    user_overlay   the dictionary with the user's words laid over it
"""

from collections.abc import Callable

from searchidx.tokenizer.jieba import Token, Tokenizer

__all__ = ["Token", "Tokenizer", "bulk_tokenizer"]


def bulk_tokenizer(text_bytes: int | None = None) -> Callable[[str], list[str]]:
    """Return the fastest function with the answers of :meth:`Tokenizer.terms`, for indexing.

    Args:
        text_bytes: Approximate size of the text, if it may be so small that loading takes longer than tokenizing.
    """
    from searchidx.tokenizer import bulk

    is_large = text_bytes is None or text_bytes >= bulk.MIN_BULK_BYTES
    return bulk.fastest_tokenizer() if is_large else bulk.light_tokenizer()
