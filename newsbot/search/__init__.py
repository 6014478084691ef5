"""What a person types, understood; and which articles answer it, best first.

words | query.parse | (the store looks them up) | order.order | snippet.snippet
title, text, tags, source | document.document | (the store indexes it), or query.match for one at a time
"""
