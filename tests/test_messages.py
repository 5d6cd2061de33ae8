"""A message is stored as a code with details, and nothing but its sentence is for people."""

import errno
import os

import pytest

from searchidx import messages
from searchidx.messages import Message, message, nested


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (message("password"), "it is protected by a password"),
        (message("damaged_characters", 1), "1 damaged character"),
        (message("damaged_characters", 20), "20 damaged characters"),
        (message("line_encoding", 1, "gb18030"), "1 line read as gb18030"),
        (message("not_text", "zip"), "not text but a ZIP archive"),
        (nested("chapter", 3, part=message("damaged_characters", 2)), "chapter 3: 2 damaged characters"),
        (
            nested("mailbox_message", 2, part=nested("unread_part", part=message("encoding", "'x'"))),
            "message 2: a part is not read: there is no encoding called 'x'",
        ),
        (message("input", "EIO"), os.strerror(errno.EIO)),
        (message("attachment", "{0}", "text", "{}"), "{0}: {}"),
        (
            message("library", ".pdf", "pypdfium2"),
            ".pdf files need pypdfium2: pip install 'searchidx[documents]'",
        ),
    ],
)
def test_the_sentence_of_a_code_contains_its_details(value, sentence):
    assert value.sentence == sentence


@pytest.mark.parametrize("value", [message("later", 1, "a"), message("chapter", 3), message("file_size")])
def test_a_code_of_another_version_is_shown_as_it_is(value):
    assert value.sentence == " ".join(("a message of another version:", value.code, *value.details))


@pytest.mark.parametrize(
    "value",
    [message("password"), nested("chapter", 3, part=message("no_text")), messages.of_text("一句旧话")],
)
def test_a_message_comes_back_from_json(value):
    assert messages.load(messages.dump(value)) == value


def test_a_sentence_of_an_earlier_version_is_shown_as_it_is():
    assert messages.load("it holds {} and more").sentence == "it holds {} and more"


@pytest.mark.parametrize("parsed", [None, 3, [], [1], ["a", None], ["a", ["b"]], {"a": "b"}])
def test_json_that_is_no_message_is_refused(parsed):
    with pytest.raises(ValueError, match="neither a sentence nor a code"):
        messages.load(parsed)


def test_every_code_of_the_registry_has_a_sentence():
    # As many details as any code takes; a code that took more would be shown as one of another version.
    for code in (*messages._SENTENCES, *messages._NESTED):
        assert not Message(code, ("2", "image", "a", "b")).sentence.startswith(
            "a message of another version"
        ), code
