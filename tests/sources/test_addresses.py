"""One address for one article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.sources.addresses import canonical


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("http://example.com:80/a#part", "http://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://example.com/a?utm_source=x&id=7&spm=1.2&from=timeline", "https://example.com/a?id=7"),
        (
            "https://例子.测试/新闻?q=手机",
            "https://xn--fsqu00a.xn--0zwm56d/%E6%96%B0%E9%97%BB?q=%E6%89%8B%E6%9C%BA",
        ),
        ("https://example.com/%E6%96%B0?a=%20", "https://example.com/%E6%96%B0?a=%20"),
        (" https://exam\nple.com/a ", "https://example.com/a"),
        ("http://[2606:4700::1]/a", "http://[2606:4700::1]/a"),
        (
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1&sn=ab&chksm=cd&scene=21#wechat_redirect",
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1&sn=ab",
        ),
        ("https://mp.weixin.qq.com/s/AbC?scene=1", "https://mp.weixin.qq.com/s/AbC"),
    ],
)
def test_an_address_is_cleaned(url: str, expected: str) -> None:
    """What says how somebody got here is off, what names the article stays."""
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "tg://resolve",
        "http://user:pass@example.com/",
        "http://example.com@evil.test/",
        "http://",
        "http://[::1",
        "/relative",
        "http://example.com:99999/",
        "http://" + "a" * 3000,
        "http://exa<mple.com/",
        "http://a..b\\c/",
    ],
)
def test_what_leads_nowhere_good_is_none(url: str) -> None:
    """Only http and https, to a host, without anybody's name before it."""
    assert canonical(url) is None


def test_a_relative_address_belongs_to_its_base() -> None:
    """Feeds and pages link relatively."""
    assert canonical("../b?x=1", "https://example.com/news/a/") == "https://example.com/news/b?x=1"


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """A canonical address is its own canonical address, and no text raises."""
    once = canonical(f"https://example.com/{text}")

    assert once is None or canonical(once) == once
