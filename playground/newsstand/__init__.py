"""An offline newsstand: invented tech news in five feeds, labelled 示例.

It gives the bot something to read where there is no network. Every name, product and number in it is made up;
nothing here imports the bot.
"""

from playground.newsstand.stand import Newsstand

__all__ = ["Newsstand"]
