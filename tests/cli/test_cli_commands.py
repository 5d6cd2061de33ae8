"""The contract of every command: what it does, what it prints, with what exit code it ends."""

import json
import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def own(corpus: Path, tmp_path: Path) -> Path:
    """A copy of the corpus that a test may change."""
    return Path(shutil.copytree(corpus, tmp_path / "own"))


# --- From nothing to an answer ---------------------------------------------------------------------------


def test_index_then_search_just_works_on_a_machine_that_has_no_index(searchidx, corpus, home):
    indexed = searchidx("index", str(corpus))
    assert indexed.code == 0
    assert indexed.out == ""
    assert f"new index in {home / 'data' / 'searchidx' / 'index'}" in indexed.err
    found = searchidx("search", "跑腿专员")
    assert found.code == 0
    assert (
        found.lines[0]
        == f"{corpus}/新闻/岚江.md:5:昨日，岚江市举行跑腿专员聘任仪式，首批三十名专员正式上岗。"
    )
    assert "new index" not in searchidx("index", str(corpus)).err


def test_an_index_made_by_init_belongs_to_the_folder_and_is_used_below_it(searchidx, own, home, monkeypatch):
    monkeypatch.chdir(own)
    made = searchidx("init")
    assert (made.code, made.out) == (0, "")
    assert (own / ".searchidx" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert (own / ".searchidx").stat().st_mode & 0o777 == 0o700
    assert "is empty; searchidx index PATH fills it" in searchidx("search", "公园").mistake
    assert searchidx("index", ".").code == 0
    assert not (home / "data" / "searchidx").exists()
    monkeypatch.chdir(own / "新闻")
    assert searchidx("search", "-l", "张奖山").lines == ["岚江.md"]
    assert "already" in searchidx("init", str(own)).err


@pytest.mark.parametrize(
    "command", [("search", "a"), ("status",), ("index",), ("remove", "a"), ("check",), ("explain", "a")]
)
def test_without_an_index_every_command_says_how_to_build_one(searchidx, command):
    assert searchidx(*command).mistake == "there is no index yet; searchidx index PATH builds one"


def test_the_flag_wins_over_the_environment_and_that_over_the_nearest_index(
    searchidx, corpus, home, monkeypatch
):
    assert searchidx("init").code == 0
    assert searchidx("index", str(corpus / "notes.txt")).code == 0
    assert searchidx("index", str(corpus / "新闻"), "--index", "named").code == 0
    assert searchidx("search", "-c", "内核").lines == ["1"]
    monkeypatch.setenv("SEARCHIDX_INDEX", str(home / "work" / "named"))
    assert searchidx("search", "-c", "内核").lines == ["0"]
    assert searchidx("search", "-c", "内核", "--index", ".searchidx").lines == ["1"]


# --- search ----------------------------------------------------------------------------------------------


@pytest.fixture
def search(searchidx, index, corpus, monkeypatch):
    """Search the corpus from its own folder."""
    monkeypatch.setenv("SEARCHIDX_INDEX", str(index))
    monkeypatch.chdir(corpus)
    return lambda *words: searchidx("search", *words)


def test_piped_output_is_path_line_snippet_with_paths_relative_below_the_working_directory(search):
    found = search("公园广告")
    assert found.code == 0
    assert found.lines[0] == "新闻/岚江.md:13:公园广告招租，价格面议。"
    assert all(line.count(":") >= 2 for line in found.lines)
    assert found.err == ""


def test_json_lines_keep_the_contract(search, corpus):
    *hits, summary = [json.loads(line) for line in search("--json", "跑腿专员").lines]
    first = hits[0]
    assert first["type"] == "hit"
    assert (first["rank"], first["path"]) == (1, str(corpus / "新闻" / "岚江.md"))
    assert (first["line"], first["end_line"], first["page"], first["id"]) == (5, 5, None, None)
    assert first["headings"] == ["岚江日报", "聘任仪式"]
    assert first["match"] == "literal"
    assert {first["text"][start:end] for start, end in first["spans"]} == {"跑腿专员"}
    assert first["snippet"] in first["text"]
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert summary["type"] == "summary"
    assert (summary["query"], summary["total"], summary["shown"]) == ("跑腿专员", len(hits), len(hits))
    assert summary["elapsed_ms"] > 0


def test_the_limit_bounds_the_hits_and_zero_shows_all(search):
    every = search("专员 公园 电话", "-n", "0").lines
    assert len(every) > 3
    assert search("专员 公园 电话", "-n", "2").lines == every[:2]
    assert search("专员 公园 电话", "-n", "2", "--offset", "1").lines == every[1:3]
    *hits, summary = [json.loads(line) for line in search("专员 公园 电话", "-n2", "--json").lines]
    assert (len(hits), summary["shown"], summary["total"]) == (2, 2, len(every))


def test_literal_takes_the_query_as_it_stands(search):
    assert search("-F", "023—49301888").lines == ["新闻/岚江.md:11:电话：023—49301888，联系人张奖山。"]
    assert search("-F", "gcc-12，参数见 C++").code == 0
    loose = search("专员 三十名")
    strict = search("-F", "专员 三十名")
    assert (loose.code, strict.code) == (0, 1)
    assert "without -F" in strict.err


def test_exact_folds_nothing(search):
    assert search("--exact", "張獎山").code == 1
    assert "without --exact: 1 paragraph" in search("--exact", "張獎山").err
    assert search("--exact", "张奖山").lines == search("-F", "张奖山").lines != []
    assert search("--exact", "-c", "张奖山").lines == ["1"]
    assert "without -F and --exact" in search("--exact", "-F", "張獎山").err


def test_files_and_counts(search):
    assert sorted(search("-l", "公园").lines) == ["notes.txt", "新闻/岚江.md"]
    assert search("-c", "-F", "公园").lines == ["3"]
    assert sorted(search("-lc", "-F", "公园").lines) == ["notes.txt:2", "新闻/岚江.md:1"]
    assert len(search("-l", "公园", "-n", "1").lines) == 1
    *files, summary = [json.loads(line) for line in search("--json", "-l", "-F", "公园").lines]
    assert {file["count"] for file in files} == {1, 2}
    assert (summary["total"], summary["shown"]) == (3, 2)
    (counted,) = [json.loads(line) for line in search("--json", "-c", "-F", "公园").lines]
    assert (counted["type"], counted["total"]) == ("summary", 3)


def test_a_list_of_documents_is_whole_unless_a_limit_is_asked_for(search, monkeypatch):
    monkeypatch.setenv("SEARCHIDX_LIMIT", "1")
    assert len(search("公园").lines) == 1
    assert len(search("-l", "公园").lines) == 2
    assert len(search("-l", "公园", "-n", "1").lines) == 1


def test_under_keeps_to_a_path_given_from_the_working_directory(search, corpus, monkeypatch):
    assert search("公园", "-l", "--under", "新闻").lines == ["新闻/岚江.md"]
    assert search("公园", "-l", "--under", str(corpus / "notes.txt")).lines == ["notes.txt"]
    monkeypatch.chdir(corpus / "新闻")
    assert search("公园", "-l", "--under", "..", "-n", "0").code == 0
    elsewhere = search("内核", "--under", ".")
    assert elsewhere.code == 1
    assert f"no match at or below {corpus / '新闻'}; elsewhere: 1 paragraph" in elsewhere.err


def test_nothing_found_is_exit_code_1_and_says_among_how_much(search):
    found = search("龘龘龘")
    assert (found.code, found.out) == (1, "")
    assert found.err.startswith("searchidx: no match in ")
    assert "of 2 documents" in found.err
    assert search("-c", "龘龘龘").out == "0\n"
    assert search("-c", "龘龘龘").code == 1
    assert search("-l", "龘龘龘").code == 1
    *hits, summary = [json.loads(line) for line in search("--json", "龘龘龘").lines]
    assert (hits, summary["total"]) == ([], 0)


def test_nothing_found_reads_no_documents_to_say_among_how_much(search, monkeypatch):
    monkeypatch.setattr(
        "searchidx.local.segment.snapshot.Snapshot.documents", lambda _: pytest.fail("they are read")
    )
    assert search("龘龘龘").code == 1


def test_nothing_found_as_it_stands_is_an_answer_though_it_be_no_query_otherwise(search):
    found = search("-F", "龘 " * 300)
    assert (found.code, found.out) == (1, "")
    assert "no exact match; without -F: " in found.err
    assert "more than 256" in found.err


def test_an_empty_query_says_so(search):
    found = search("")
    assert (found.code, found.err) == (1, "searchidx: the query is empty; type at least one character\n")


def test_words_are_joined_and_a_dash_excludes(search):
    assert search("-l", "公园", "-广告").lines == ["notes.txt"]
    assert search("-l", "--", "公园", "-广告").lines == ["notes.txt"]
    assert search("--", "-linux", "内核").code == 1
    assert search("专员", "AND", "勤").lines == ["新闻/岚江.md:7:专员为企业跑路，腿脚要勤。"]


def test_a_query_read_differently_from_how_it_was_written_comes_with_a_note(search):
    found = search('"公园')
    assert found.code == 0
    assert found.err.startswith("searchidx: note: ")


def test_colour_can_be_forced_and_forbidden(search):
    assert "\x1b[1;31m公园\x1b[0m" in search("公园", "--color", "always").out
    assert "\x1b" not in search("公园", "--color=never").out
    assert "\x1b" not in search("公园").out


# --- index and remove ------------------------------------------------------------------------------------


def test_index_is_incremental_and_reports_it(searchidx, own):
    def report(*words: str) -> dict[str, object]:
        done = searchidx("index", *words, "--json")
        assert done.code == 0
        *_, last = done.lines
        return json.loads(last)

    first = report(str(own))
    assert list(first) == [
        *(
            "documents",
            "paragraphs",
            "added",
            "updated",
            "renamed",
            "removed",
            "unchanged",
            "absent",
            "absent_roots",
            "outdated",
            "rebuilt",
            "skipped",
            "stale_documents",
            "notes",
            "seconds",
        )
    ]
    assert (first["documents"], first["added"], first["unchanged"]) == (2, 2, 0)
    assert first["skipped"] == [{"path": str(own / "picture.png"), "reason": first["skipped"][0]["reason"]}]

    again = report()
    assert (again["added"], again["updated"], again["removed"], again["unchanged"]) == (0, 0, 0, 2)

    (own / "notes.txt").write_text("改了的笔记，龘。\n", encoding="utf-8")
    (own / "new.txt").write_text("新的笔记。\n", encoding="utf-8")
    (own / "新闻" / "岚江.md").unlink()
    changed = report()
    assert (changed["added"], changed["updated"], changed["removed"], changed["unchanged"]) == (1, 1, 1, 0)
    assert searchidx("search", "-c", "龘").lines == ["1"]
    assert searchidx("search", "-c", "跑腿").lines == ["0"]


def test_index_says_in_words_what_it_did_on_standard_error(searchidx, own):
    done = searchidx("index", str(own))
    assert done.out == ""
    assert f"searchidx: skipped {own / 'picture.png'}: " in done.err
    assert "2 documents, " in done.err
    assert " · 2 added, 1 skipped · " in done.err
    assert "no changes" in searchidx("index").err


def test_a_path_that_is_not_there_is_an_error_and_the_others_are_indexed(searchidx, own):
    lost = searchidx("index", str(own / "nowhere"))
    assert lost.mistake == f"{own / 'nowhere'} does not exist"
    mixed = searchidx("index", str(own / "nowhere"), str(own))
    assert mixed.code == 2
    assert "2 documents" in mixed.err
    shutil.rmtree(own)
    gone = searchidx("index", str(own), "--drop-absent")
    assert gone.code == 0
    assert "0 documents, 0 paragraphs · 2 removed" in gone.err


def test_a_bare_index_without_anything_indexed_before_says_what_to_do(searchidx, own):
    assert searchidx("index", str(own)).code == 0
    assert searchidx("remove", str(own)).code == 0
    assert searchidx("index").mistake.endswith("searchidx index PATH")


def test_remove_takes_documents_out_and_tells_when_there_were_none(searchidx, own):
    searchidx("index", str(own))
    removed = searchidx("remove", str(own / "notes.txt"))
    assert (removed.code, removed.out) == (0, "")
    assert "1 document removed · 1 document remains" in removed.err
    assert searchidx("search", "-c", "内核").lines == ["0"]
    assert searchidx("remove", str(own / "notes.txt")).code == 1
    assert json.loads(searchidx("remove", str(own), "--json").out) == {
        "removed": 1,
        "documents": 0,
        "paragraphs": 0,
    }


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs users")
def test_an_index_that_belongs_to_somebody_else_is_read_but_not_added_to(searchidx, own, monkeypatch):
    monkeypatch.chdir(own)
    searchidx("init")
    searchidx("index", ".")
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert searchidx("search", "公园").code == 0
    assert "belongs to another user" in searchidx("index", ".").mistake
    assert "belongs to another user" in searchidx("remove", ".").mistake
    assert searchidx("index", ".", "--index", ".searchidx").code == 0


# --- The others ------------------------------------------------------------------------------------------


def test_status_tells_what_is_indexed_and_what_was_skipped(searchidx, index, corpus):
    told = searchidx("status", "--index", str(index))
    assert told.code == 0
    assert "documents     2" in told.out
    assert str(corpus) in told.out
    assert "1 file skipped:" in told.out
    assert "picture.png" in told.out
    status = json.loads(searchidx("status", "--index", str(index), "--json").out)
    assert status["documents"] == 2
    assert status["roots"] == [str(corpus)]
    assert [entry["path"] for entry in status["skipped"]] == [str(corpus / "picture.png")]


def test_damage_is_counted_and_named_by_index_and_by_status(searchidx, tmp_path):
    folder = tmp_path / "文稿"
    folder.mkdir()
    text = "渡口的堤防已经巡查了三遍，请大家注意安全。"
    (folder / "坏.txt").write_bytes(text.encode() + b"\xe5\xa4\n" + text.encode() + b"\xff")
    (folder / "好.txt").write_text(text, encoding="utf-8")
    index = str(tmp_path / "index")
    done = searchidx("index", str(folder), "--index", index)
    assert f"read {folder / '坏.txt'}: 2 damaged characters" in done.err
    told = searchidx("status", "--index", index).out
    assert "1 document with a note:" in told
    assert any("坏.txt" in line and "2 damaged characters" in line for line in told.splitlines())
    status = json.loads(searchidx("status", "--index", index, "--json").out)
    assert status["notes"] == [{"path": str(folder / "坏.txt"), "note": "2 damaged characters"}]
    again = json.loads(searchidx("index", "--index", index, "--json").out)
    assert again["notes"] == []


def test_what_is_noted_of_many_documents_is_said_once(searchidx, tmp_path):
    for number in range(30):
        (tmp_path / f"{number}.html").write_text("<p></p>", encoding="utf-8")
    index = str(tmp_path / "index")
    searchidx("index", str(tmp_path), "--index", index)
    told = searchidx("status", "--index", index).out
    assert "30 documents with a note:" in told
    assert told.count("no text in it") == 1


def test_tokens_show_folding_words_and_offsets(searchidx):
    shown = searchidx("tokens", "中國農業發展銀行", "ＡＢ")
    assert shown.code == 0
    assert "中国农业发展银行 ab" in shown.out
    analysis = json.loads(searchidx("tokens", "--json", "中國農業發展銀行 ＡＢ").out)
    assert analysis["folded"] == "中国农业发展银行 ab"
    for token in analysis["tokens"]:
        assert analysis["folded"][token["start"] : token["end"]] == token["text"]
    assert {"中国", "农业", "银行"} <= {token["text"] for token in analysis["tokens"]}


def test_explain_shows_the_query_its_terms_and_why_a_paragraph_matches_or_not(
    searchidx, index, corpus, monkeypatch
):
    monkeypatch.chdir(corpus)
    monkeypatch.setenv("SEARCHIDX_INDEX", str(index))
    plain = searchidx("explain", "跑腿专员")
    assert plain.code == 0
    assert "跑腿" in plain.out
    why = searchidx("explain", "跑腿专员", "--path", "新闻/岚江.md:5")
    assert "新闻/岚江.md:5" in why.out
    assert "matches, literal: " in why.out
    assert "rank 1 of " in why.out
    assert searchidx("explain", "跑腿专员", "新闻/岚江.md:5").out == why.out
    why_not = searchidx("explain", "-F", "跑腿专员", "--path", "notes.txt:1")
    assert "does not match: " in why_not.out
    explained = json.loads(searchidx("explain", "--json", "跑腿专员", "--path", "新闻/岚江.md:5").out)
    assert explained["paragraphs"][0]["match"] == "literal"
    nowhere = searchidx("explain", "跑腿", "--path", "notes.txt:999").mistake
    assert nowhere.startswith(
        "notes.txt:999 is no indexed paragraph: no paragraph is at that line; the nearest are at "
    )
    assert "has no path" in searchidx("explain", "跑腿", "--path", ":3").mistake


@pytest.mark.parametrize(
    "place",
    [
        "nosuch.txt:3",
        "没有.md:12",
        "a/b:3",
        "/没有/这里.txt:1",
        "./nosuch:1",
        "报告.DOCX:1",
        "main.py:50",
        "a.csv:999999999",
    ],
)
def test_a_place_of_explain_that_is_no_document_is_an_error_and_behind_dashes_it_is_query(
    searchidx, index, place
):
    told = searchidx("explain", "跑腿", place, "--index", str(index)).mistake
    assert told.startswith(f"{place} is no indexed paragraph: ")
    assert told.endswith(f"; to search for it as text, write -- {place}")
    for words in (["跑腿", "--", place], ["--", "跑腿", place]):
        explained = json.loads(searchidx("explain", "--json", "--index", str(index), *words).out)
        assert (explained["query"], explained["paragraphs"]) == (f"跑腿 {place}", [])


@pytest.mark.parametrize(
    "word", ["10:30", "3.14:2", "注意:3", "http://example.org/a:80", "example.com:80", "a.txt:b", "a.txt:"]
)
def test_what_is_no_place_is_a_word_of_the_query_of_explain(searchidx, index, word):
    explained = json.loads(searchidx("explain", "--json", "跑腿", word, "--index", str(index)).out)
    assert explained["query"] == f"跑腿 {word}"


def test_a_file_that_is_there_and_not_indexed_is_no_place(searchidx, index):
    Path("README").write_text("跑腿专员", encoding="utf-8")
    told = searchidx("explain", "跑腿", "README:1", "--index", str(index)).mistake
    assert "README:1 is no indexed paragraph: it is not in the index" in told


def test_check_reads_the_whole_index_and_names_what_is_damaged(searchidx, own, home):
    searchidx("index", str(own))
    assert searchidx("check").code == 0
    assert json.loads(searchidx("check", "--json").out)["sound"] is True
    largest = max((home / "data" / "searchidx" / "index").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0x10
    largest.write_bytes(content)
    assert largest.name in searchidx("check").mistake


def test_eval_prints_a_line_a_metric(searchidx, index, tmp_path):
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    queries.write_text('{"id": "q1", "text": "张奖山"}\n{"id": "q2", "text": "内核"}\n', encoding="utf-8")
    qrels.write_text("q1\t岚江.md:11\t1\nq2\tnotes.txt:3\t1\n", encoding="utf-8")
    words = ("eval", "--queries", str(queries), "--qrels", str(qrels), "--index", str(index))
    told = searchidx(*words)
    assert told.code == 0
    assert told.lines == ["hit@1 1.000", "MRR@10 1.000", "nDCG@10 1.000", "recall@100 1.000"]
    assert json.loads(searchidx(*words, "--json").out)["MRR@10"] == 1.0
    assert (
        "nowhere"
        in searchidx("eval", "--queries", "nowhere", "--qrels", "nowhere", "--index", str(index)).mistake
    )


def test_an_index_among_documents_is_refused_with_a_line(searchidx, corpus):
    before = sorted(os.listdir(corpus))
    told = searchidx("index", str(corpus), "--index", str(corpus)).mistake
    assert told.startswith(f"{corpus} contains ")
    assert told.endswith(f"name a new or empty folder for the index, such as --index {corpus}/.searchidx")
    assert sorted(os.listdir(corpus)) == before
    assert searchidx("index", str(corpus), "--index", f"{corpus}/.searchidx").code == 0
    shutil.rmtree(corpus / ".searchidx")


def test_a_local_index_is_not_made_where_the_users_things_are(searchidx, home):
    (home / "work" / ".searchidx").mkdir()
    (home / "work" / ".searchidx" / "note.txt").write_text("mine", encoding="utf-8")
    for words in (["init"], ["index", "."]):
        told = searchidx(*words).mistake
        assert (
            told
            == f"{home}/work/.searchidx contains note.txt and no index; name a new or empty folder for the index"
        )
    assert os.listdir(home / "work" / ".searchidx") == ["note.txt"]
