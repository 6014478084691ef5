"""A Telegram of one's own: a strict Bot API server on loopback and a chat page for people.

    server.Playground    start(), stop(), url, token
      .telegram          the people, chats and messages, with verbs for what people do
      .faults            scripted trouble and rate limits
    proxy.Proxy          broken connections between a client and the server

It knows nothing of the bot that talks to it.
"""
