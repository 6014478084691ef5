"""Notices, controls and lists, wherever they stand; the article stays."""

from __future__ import annotations

import pytest

from newsbot.articles.boilerplate import trimmed, without_boilerplate

LINE = "某某公司今天在北京发布了一款新的推理芯片，功耗比上一代低三成，明年春天开始供货，价格还没有公布，业内认为它会影响整个行业的格局，也会让更多企业转向国产方案。"


@pytest.mark.parametrize(
    "notice",
    [
        "（责任编辑：张三）", "责任编辑：张三 校对：李四", "返回搜狐，查看更多", "欢迎关注微信公众号某某科技。", "（文/李雷）",
        "更多精彩请扫码关注公众号：某某。", "（图片来源：视觉中国）", "未经授权不得转载。", "本文版权归作者所有，转载请注明出处。",
        "原文链接：https://a.example/b", "喜欢的话请点赞、在看，欢迎转发。",
    ],
)  # fmt: skip
def test_a_notice_behind_a_paragraph_is_cut_off(notice: str):
    """And alone it is left out."""
    assert [LINE] == without_boilerplate([LINE + notice])
    assert LINE == trimmed(LINE + notice)


def test_a_notice_in_the_middle_is_cut_out():
    """In brackets and as a sentence; what stands around it stays."""
    text = f"{LINE}（责任编辑：张三）营收同比增长三成。关注公众号某某获取更多。净利润创下新高。"
    assert [f"{LINE}营收同比增长三成。净利润创下新高。"] == without_boilerplate([text])


def test_a_notice_before_a_paragraph_is_cut_off():
    """Such as those above WeChat's articles."""
    assert [LINE] == without_boilerplate(["点击上方蓝字关注我们！" + LINE])


@pytest.mark.parametrize(
    "news",
    [
        "公司的公众号昨天被封，关注人数超过一百万。", "主播打赏新规今天生效，平台须设上限。", "他要求网站删除这条声明。",
        "法院认定，该公司未经授权使用他人作品训练模型，判令其赔偿 50 万元。", "声明：苹果公司周三宣布，将对这一判决提起上诉。",
        "全国增值电信业务经营许可企业共 16.8 万家，同比增长一成。", "风险提示：该漏洞编号为 CVE-2026-1234，影响所有版本。",
        "京东方获苹果授权发布新一代屏幕，明年量产。", "这并不代表公司的立场。", "记者：您怎么看大模型的未来？",
        "本文首发于《自然》杂志的一项研究显示，大脑会自我修复。", "设计：全新的直角边框，更轻的机身。", "图像来自詹姆斯·韦伯太空望远镜。",
        "苹果回应用户联系不上客服电话。", "用户可立即下载 iOS 19 客户端更新。", "微信上线新功能：长按识别二维码即可付款。",
        "请前往官方下载页面获取安装包。", "现在可以回复特定消息，甚至编辑/删除消息。", "编辑器新版本发布，支持校对。", "法院认定未付费转载构成侵权，判赔三万元。", "某某公司更新版权声明，用户须在下载客户端后同意。",
    ],
)  # fmt: skip
def test_news_about_such_things_is_news(news: str):
    """Alone and in a paragraph."""
    assert [LINE + news] == without_boilerplate([LINE + news])
    assert [news] == without_boilerplate([news])


@pytest.mark.parametrize(
    "heading",
    ["相关资讯", "猜你喜欢", "热门文章", "延伸 · 推荐", "点击进入专题：", "【相关阅读】", "Related articles"],
)
def test_a_list_goes_with_its_heading_and_ends_where_prose_goes_on(heading: str):
    """Titles of other articles are not this one."""
    lines = [LINE, heading, "另一条新闻的标题", "又一条新闻的标题", LINE]
    assert [LINE, LINE] == without_boilerplate(lines)


@pytest.mark.parametrize(
    "line",
    [
        "豫ICP备18024899号-2 豫公网安备 41010502003949号", "声明：以上内容为本网站转自其它媒体，不代表本网观点。", "支持0人", "反对",
        "打赏", "文章价值打分", "分享到：微信 微博 QQ空间", "喜欢就打赏一下吧", "快科技·1997-2023 版权所有", "责任编辑：某某", "更多",
    ],
)  # fmt: skip
def test_what_stands_around_articles_is_left_out(line: str):
    """Each of these is a line of the page the project grew from, or of its like."""
    assert [] == without_boilerplate([line])
