"""Which words are names of people."""

from __future__ import annotations

from functools import cache

from newsbot.chinese.chars import is_han
from newsbot.chinese.lexicon import file
from newsbot.chinese.segment import known
from newsbot.chinese.tech import kind

# Common surnames; left out are those that are rather other words (时 成 和 应 全 路).
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝"
    "包宁尚符舒阮柯纪梅童凌毕单季裴霍涂苗谷盛曲翁冉骆蓝游辛靳管柴蒙鲍华喻祁蒲房滕屈饶牟艾尤穆卓"
    "古吉缪简车芦麦褚娄窦戚岑景党宫卜冷晏席卫米柏宗瞿桂佟臧闵苟邬卞姬仇栾隋刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩佘池查麻苑迟邝"
)
# No given name holds these; a guess of jieba's that does is a phrase.
_NOT_IN_NAMES = frozenset("的了着过是在有不这那也都就很还又被把让给与或及等们个种家")


def is_surname(ch: str) -> bool:
    """Is this one character a common surname?"""
    return ch in _SURNAMES


def is_person(word: str) -> bool:
    """Does a word look like a Chinese person's name: a surname and 2 or 3 characters, or a person of the field?"""
    of_the_field = kind(word)
    if of_the_field:
        return of_the_field == "person"
    if not 2 <= len(word) <= 3 or word[0] not in _SURNAMES:
        return False
    if not all(map(is_han, word)) or _NOT_IN_NAMES & set(word):
        return False
    return word in _listed() or not known(word)


@cache
def _listed() -> frozenset[str]:
    """The words that jieba's dictionary marks as names of people and that begin with a surname."""
    with file("dict.txt").open(encoding="utf-8") as lines:
        parts = (line.split() for line in lines)
        return frozenset(
            word for word, _, tag in parts if tag == "nr" and word[0] in _SURNAMES and len(word) <= 3
        )
