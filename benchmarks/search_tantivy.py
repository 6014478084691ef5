"""tantivy, for search_peers.py: one JSON object a line, in and out. Runs in .venv/peers.

python benchmarks/search_tantivy.py words|ngram FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import tantivy

MEMORY = 256_000_000  # bytes, for one thread


def index(kind: str, folder: str) -> Any:
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("id", fast=True)
    schema.add_text_field("body", tokenizer_name="ours", index_option="freq")
    made = tantivy.Index(schema.build(), path=folder)
    is_words = kind == "words"
    tokenizer = tantivy.Tokenizer.whitespace() if is_words else tantivy.Tokenizer.ngram(1, 2)
    made.register_tokenizer("ours", tantivy.TextAnalyzerBuilder(tokenizer).build())
    return made


def query(schema: Any, words: list[str]) -> Any:
    must = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "body", word, "freq")) for word in words]
    return tantivy.Query.boolean_query(must)


def found(held: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The last ones, or the best by bm25, whose ids are told by their places: there is one segment."""
    searcher = held.searcher()
    began = time.perf_counter()
    wanted = query(held.schema, asked["words"])
    if not asked["words"]:
        return {"ids": [], "ms": 0.0}
    if asked.get("best"):
        hits = searcher.search(wanted, asked["limit"], count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
    else:
        hits = searcher.search(wanted, asked["limit"], count=False, order_by_field="id").hits
        ids = [key for key, _ in hits]
    return {"ids": ids, "ms": (time.perf_counter() - began) * 1000}


def main() -> None:
    held, many = index(*sys.argv[1:3]), 0
    writer = held.writer(MEMORY, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any] = {}
        if "add" in asked:
            for text in asked["add"]:
                many += 1
                writer.add_document(tantivy.Document(id=many, body=text))
        elif "commit" in asked:
            writer.commit()
            writer.wait_merging_threads()
            held.reload()
            answer = {"cpu": time.process_time()}
        else:
            answer = found(held, asked)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
