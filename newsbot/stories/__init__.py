"""Articles that tell the same event, as one story; and the stories, best first.

article | signature.signature | cluster.keys | (the store looks up candidates) | cluster.choose
          (same.py: are two the same?  apart.py: what shows that they are not?)
articles | lead.lead
stories | rank.board | rank.rank, rank.reasons, suggest.suggest        story | related.related
"""
