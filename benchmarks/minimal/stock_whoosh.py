"""The stock recipe's script: open, one query, ten hits. Usage: INDEX QUERY"""

import sys

from jieba.analyse import ChineseAnalyzer  # noqa: F401 -- the index's pickled schema needs it
from whoosh import index
from whoosh.qparser import QueryParser

opened = index.open_dir(sys.argv[1])
with opened.searcher() as searcher:
    query = QueryParser("text", opened.schema).parse(sys.argv[2])
    for hit in searcher.search(query, limit=10):
        print(f"{hit['key']}:{hit['text']}")
