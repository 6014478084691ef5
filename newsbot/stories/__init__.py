"""Articles that tell the same event, as one story; and the stories, best first.

article | signature.signature | cluster.keys | (the store looks up candidates) | cluster.choose
articles | lead.lead        stories | rank.rank, related.related
"""
