"""Sentences of messages, as a person is shown them."""

from collections.abc import Iterable

from searchidx.messages import Message


def sentences(messages: Iterable[Message]) -> tuple[str, ...]:
    """Return the sentence of each message."""
    return tuple(message.sentence for message in messages)
