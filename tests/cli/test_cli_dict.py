"""``searchidx dict``, and the files of synonyms and stop words, from the command line."""

import json


def test_words_are_added_listed_changed_and_removed(searchidx, home):
    done = searchidx("dict", "add", "云原生", "Visual  Studio Code", "Windows 10")
    assert (done.code, done.out) == (0, "")
    path = home / "config" / "searchidx" / "words.txt"
    assert done.err == f"searchidx: 3 words added, 0 changed · 3 words in {path}\n"
    assert searchidx("dict", "list").lines == ["云原生", "Visual Studio Code", "Windows 10 1"]
    assert searchidx("dict", "add", "云原生", "--frequency", "30", "--kind", "nz").err.startswith(
        "searchidx: 0 words added, 1 changed"
    )
    assert json.loads(searchidx("dict", "list", "--json").lines[0]) == {
        "word": "云原生",
        "frequency": 30,
        "kind": "nz",
    }
    gone = searchidx("dict", "remove", "云原生", "没有的词")
    assert gone.code == 0
    assert "没有的词 is not in the user dictionary" in gone.err
    assert searchidx("dict", "remove", "没有的词").code == 1
    assert searchidx("dict", "list").lines == ["Visual Studio Code", "Windows 10 1"]


def test_files_are_imported_with_every_bad_line_named_and_exported_again(searchidx, home):
    file = home / "work" / "词.txt"
    file.write_bytes(b"\xef\xbb\xbf" + "石墨烯 5 n\r\n\r\n----\r\n云原生\r\n".encode() + b"\xff\xfe\r\n")
    done = searchidx("dict", "import", "词.txt")
    assert done.code == 2
    assert done.err.splitlines()[:2] == [
        "searchidx: 词.txt, line 3: it has neither a letter nor a digit; signs are found as they are written",
        "searchidx: 词.txt, line 5: not UTF-8",
    ]
    assert searchidx("dict", "export").lines == ["石墨烯 5 n", "云原生"]
    assert searchidx("dict", "export", "copy.txt").code == 0
    assert (home / "work" / "copy.txt").read_text("utf-8") == "石墨烯 5 n\n云原生\n"
    assert "exists already" in searchidx("dict", "export", "copy.txt").mistake
    (home / "work" / "gb.txt").write_bytes("信创\n".encode("gb18030"))
    assert searchidx("dict", "import", "gb.txt", "--encoding", "gb18030").code == 0
    assert searchidx("dict", "list").lines[-1] == "信创"


def test_a_bad_line_in_the_file_is_told_and_not_lost(searchidx, home, index):
    path = home / "config" / "searchidx" / "words.txt"
    path.parent.mkdir(parents=True)
    path.write_text("跑腿专员\n!!!\n", "utf-8")
    found = searchidx("search", "--index", str(index), "跑腿专员")
    assert found.code == 0
    assert f"note: {path}, line 2: it has neither" in found.err
    searchidx("dict", "add", "岚江日报")
    assert path.read_text("utf-8") == "跑腿专员\n岚江日报\n!!!\n"


def test_mistakes_are_one_line(searchidx, home, index):
    assert searchidx("dict", "ad", "词").mistake == "dict: 'ad' is not an action; did you mean add?"
    assert searchidx("dict", "云原生").mistake.endswith("to add it: searchidx dict add 云原生")
    assert searchidx("dict", "add").mistake.startswith("dict add needs a word")
    assert searchidx("dict", "add", "---a", "--frequency", "-3").code == 2
    assert searchidx("dict", "add", "好", "--frequency", "many").mistake.startswith(
        "--frequency: 'many' is not"
    )
    assert searchidx("dict", "add", "！！").mistake.startswith("！！ can't be a word: it has neither")
    assert searchidx("dict", "import", "none.txt").mistake == "none.txt: No such file or directory"
    assert searchidx("search", "--index", str(index), "a", "--words", "none.txt").mistake.endswith(
        "none.txt does not exist; create it or change the setting"
    )


def test_a_word_counts_at_once_and_so_do_synonyms_and_stop_words(searchidx, home, index):
    def explained(*flags: str) -> list[str]:
        out = searchidx("explain", "--index", str(index), "--json", "跑腿专员正式", *flags).out
        return [
            row["term"] for row in json.loads(out)["terms"] if row["field"] == "words" and row["paragraphs"]
        ]

    assert "跑腿专员" not in explained()
    searchidx("dict", "add", "跑腿专员")
    assert "跑腿专员" in explained()
    assert "跑腿专员" in json.loads(searchidx("tokens", "--json", "跑腿专员").out)["query_words"]
    (home / "work" / "stop.txt").write_text("正式\n", "utf-8")
    assert "正式" in explained()
    assert "正式" not in explained("--stop-words", "stop.txt")
    (home / "work" / "synonyms.txt").write_text("跑路人 => 跑腿专员\n", "utf-8")
    found = searchidx("search", "--index", str(index), "--synonyms", "synonyms.txt", "--json", "跑路人")
    hits = [json.loads(line) for line in found.lines[:-1]]
    assert [hit["match"] for hit in hits][:1] == ["words"]
    assert "跑腿专员" in hits[0]["text"]


def test_a_project_names_its_own_files(searchidx, home, index):
    (home / "work" / "searchidx.toml").write_text('words = "terms.txt"\nsynonyms = "s.txt"\n', "utf-8")
    (home / "work" / "s.txt").write_text("招租, 租赁\n", "utf-8")
    assert searchidx("dict", "add", "便民信息").err.endswith(f"{home / 'work' / 'terms.txt'}\n")
    assert (home / "work" / "terms.txt").read_text("utf-8") == "便民信息\n"
    found = searchidx("search", "--index", str(index), "租赁")
    assert "招租" in found.out


def test_an_index_is_cut_with_the_words(searchidx, home, corpus):
    from searchidx.api import open as open_index

    searchidx("dict", "add", "跑腿专员")
    assert searchidx("index", "--index", "own", str(corpus)).code == 0
    with open_index(home / "work" / "own") as opened:
        assert [part.user_words for part in opened.engine().snapshot.segments] == [{"跑腿专员"}]
