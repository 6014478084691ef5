"""Width, variants and characters."""

from newsbot.chinese.chars import is_han
from newsbot.chinese.variants import fold, simplified
from newsbot.chinese.width import half_width


def test_full_width_letters_become_half_width():
    """Letters, digits and marks become ASCII; Chinese marks stay."""
    assert "AI,2026 《鸿蒙》。" == half_width("ＡＩ，２０２６　《鸿蒙》。")


def test_traditional_becomes_simplified():
    """The same word in both writings is one."""
    assert "鸿蒙系统与台湾半导体" == simplified("鴻蒙系統與臺灣半導體")


def test_folded_texts_are_equal_when_only_the_writing_differs():
    """Width, variant and case do not count."""
    assert fold("chatgpt 鸿蒙") == fold("ＣｈａｔＧＰＴ　鴻蒙")


def test_han_are_chinese_characters_only():
    """Kana, Latin and punctuation are not."""
    assert [True, True, True, False, False, False] == [is_han(ch) for ch in "中〇𠮷あA。"]
