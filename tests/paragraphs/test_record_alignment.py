"""Each field of a record has the line and column at which it stands in its file, whatever order the text has."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx import line_map
from searchidx.readers import read
from searchidx.readers.locating import located

NAMES = ("id", "text", "作者", "备注")
VALUES = st.text("abc甲乙丙,;|: \n", max_size=12)


def misplaced(name: str, source: str, words: list[str]) -> list[tuple[str, object]]:
    """Words of the paragraphs of a file that are not where their line maps say, or in no paragraph."""
    data = source.encode()
    paragraphs = located(read(f"/c/{name}", data), data).paragraphs
    lines = source.split("\n")
    wrong: list[tuple[str, object]] = []
    for word in words:
        holder = next((paragraph for paragraph in paragraphs if word in paragraph.text), None)
        if holder is None:
            wrong.append((word, None))
            continue
        position = line_map.locate(holder.line_map, holder.text, holder.text.index(word))
        if position is None or not lines[holder.line - 1 + position.line][position.column :].startswith(word):
            wrong.append((word, position))
    return wrong


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        (
            "a.json",
            '[\n {"id": 5, "text": "北岸",\n  "k": "暗礁",\n "名": "江小舟"}\n]\n',
            ["北岸", "暗礁", "江小舟"],
        ),
        (
            "a.json",
            '[\n {"id": 5,\n  "k": "暗礁",\n "名": "江小舟",\n "text": "北岸的\\n夜里"}\n]\n',
            ["北岸", "夜里", "暗礁", "江小舟"],
        ),
        (
            "a.csv",
            '姓名,备注,内容,电话\n江小舟,"甲\n乙说","渡口\n的灯坏了",138\n何小溪,"丙\n丁",戊,139\n',
            ["江小舟", "甲", "乙说", "渡口", "的灯坏了", "138", "丙", "丁", "戊", "139"],
        ),
        ("a.csv", '姓名,内容\n江小舟,"说""好""了\n再见"\n', ["江小舟", "再见"]),
        (
            "a.jsonl",
            '{"id":"X-7","author":{"name":"江小舟","tags":["重庆","码头"]},"text":"潮水来了"}\n',
            ["X-7", "江小舟", "重庆", "码头", "潮水"],
        ),
        (
            "a.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 江小舟>早安</v>\n<v 何小溪>早</v>\n",
            ["江小舟", "何小溪"],
        ),
        ("a.html", '<p>甲\n<input\n placeholder="身份证"></p>', ["身份证"]),
    ],
)
def test_every_field_is_where_its_line_map_says(name, source, words):
    assert misplaced(name, source, words) == []


def unique(values: list[str]) -> tuple[list[str], list[str]]:
    """Values with a mark of their own in front of each, and these marks."""
    marks = [f"〔{number}〕" for number in range(len(values))]
    return [mark + value for mark, value in zip(marks, values, strict=True)], marks


@given(st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), min_size=1, max_size=4), st.permutations(NAMES))
def test_fields_of_any_table_are_where_they_are_said_to_be(rows, names):
    values, marks = unique([value for row in rows for value in row])
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(values[start : start + 4] for start in range(0, len(values), 4))
    assert misplaced("a.csv", held.getvalue(), marks) == []


@given(
    st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), min_size=1, max_size=4),
    st.permutations(NAMES),
    st.sampled_from([None, 1]),
)
def test_fields_of_any_json_are_where_they_are_said_to_be(rows, names, indent):
    values, marks = unique([value for row in rows for value in row])
    records = [dict(zip(names, values[start : start + 4], strict=True)) for start in range(0, len(values), 4)]
    source = json.dumps(records, ensure_ascii=False, indent=indent)
    assert misplaced("a.json", source, marks) == []
