"""The least a person could write: tantivy-py and rjieba, one query, ten hits. Usage: INDEX QUERY"""

import sys

import rjieba
import tantivy

builder = tantivy.SchemaBuilder()
builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
builder.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="position")
schema = builder.build()
searcher = tantivy.Index(schema, path=sys.argv[1]).searcher()
text = sys.argv[2]
words = [word.lower() for word in rjieba.cut_for_search(text.strip('"'), False) if word.strip()]
if text.startswith('"') and len(words) > 1:
    query = tantivy.Query.phrase_query(schema, "words", words)
else:
    terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "words", word)) for word in words]
    query = tantivy.Query.boolean_query(terms)
for _, address in searcher.search(query, 10).hits:
    document = searcher.doc(address)
    print(f"{document['key'][0]}:{document['text'][0]}")
