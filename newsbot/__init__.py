"""Technology news, gathered, understood and delivered.

store.sources.due
| fetcher.fetch            ask politely, or not at all
| sources.parse            bytes -> entries                    (in the sandbox)
| articles.clean | tags.pick | tags.noise | articles.summary   (in the sandbox)
| articles.compare         new, changed, same?              -> store.articles, store.search
| stories.cluster          which event does it tell?        -> store.stories
| stories.rank             with taste
| digests.compose          what this reader gets now        -> store.deliveries
| messages.digest | outbox.pace | messenger.send | outbox.settle -> store.deliveries

Votes come back through handlers -> flows -> store.votes -> taste and rank.
"""

__version__ = "0.1.0"
