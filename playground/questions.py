"""What the bot answers when it is asked: a pressed button, words behind @bot.

The wording of refusals is that of tdlib/telegram-bot-api; what is in capitals comes from Telegram's own
servers (core.telegram.org/method/messages.setInlineBotResults).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from playground.content import text_of
from playground.errors import ApiError, bad_request
from playground.links import checked_link
from playground.markup import checked_markup
from playground.reading import utf16
from playground.schema import Params
from playground.telegram import CALLBACK_SECONDS, INLINE_SECONDS, InlineAnswer, Question, Telegram

MOST_TOAST = 200
MOST_RESULTS = 50
MOST_ID_BYTES = 64
MOST_OFFSET_BYTES = 64
CACHE_SECONDS = 300
MOST_CACHE_SECONDS = 24 * 60 * 60
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
UNPARSED_RESULT = "can't parse inline query result"
UNPARSED_BUTTON = "can't parse inline query results button"


def answer_callback_query(telegram: Telegram, params: Params) -> bool:
    """What a press answers; each query once and in time."""
    if utf16(params.get("text", "")) > MOST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query_id = params["callback_query_id"]
    question = _open_question(telegram, telegram.callbacks, query_id, CALLBACK_SECONDS)
    toast = {
        "callback": query_id,
        "user": question.user_id,
        "text": params.get("text", ""),
        "alert": params.get("show_alert", False),
    }
    telegram.toasts[query_id] = toast
    telegram.tell("toast", telegram.chats.get(question.user_id), toast)
    return True


def answer_inline_query(telegram: Telegram, params: Params) -> bool:
    """The results an inline query shows; 50 at most, each id once."""
    answer = _inline_answer(telegram, params)
    query_id = params["inline_query_id"]
    _open_question(telegram, telegram.inline_queries, query_id, INLINE_SECONDS)
    telegram.inline_answers[query_id] = answer
    telegram.wake()
    return True


def _open_question(
    telegram: Telegram, questions: Mapping[str, Question], query_id: str, seconds: float
) -> Question:
    """Mark a query as answered; unknown, old and answered ones are refused alike."""
    question = questions.get(query_id)
    if question is None or question.answered or telegram.clock() - question.asked > seconds:
        raise bad_request(TOO_OLD)
    question.answered = True
    return question


def _inline_answer(telegram: Telegram, params: Params) -> InlineAnswer:
    """The whole answer, checked. Raises ApiError."""
    results = params["results"]
    if len(results) > MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    button = _results_button(params.get("button"))
    messages = {result["id"]: _inline_content(result) for result in results}
    _check_results(results)
    next_offset = params.get("next_offset", "")
    if len(next_offset.encode()) > MOST_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache_time = min(max(params.get("cache_time", CACHE_SECONDS), 0), MOST_CACHE_SECONDS)
    return InlineAnswer(
        results=results,
        messages=messages,
        next_offset=next_offset,
        cache_time=cache_time,
        is_personal=params.get("is_personal", False),
        button=button,
        until=telegram.clock() + cache_time,
    )


def _check_results(results: list[Params]) -> None:
    """Ids of 1 to 64 bytes, each once; an article has a title."""
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(one.encode()) <= MOST_ID_BYTES for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    if any(result["type"] == "article" and not result["title"].strip() for result in results):
        raise bad_request("ARTICLE_TITLE_EMPTY")


def _inline_content(result: Params) -> Params:
    """What the message of a result will be: parsed text and checked buttons; no text where it has none."""
    content: Params = {}
    given = result.get("input_message_content", {})
    if "message_text" in given:
        content |= _inline_text({**given, "text": given["message_text"]})
    markup = checked_markup(result.get("reply_markup"))
    return content | ({"reply_markup": markup} if markup else {})


def _inline_text(params: Params) -> Params:
    """The text of a result; a complaint of the parser says where the text stands."""
    if not params["text"]:
        raise bad_request(f"{UNPARSED_RESULT}: Message text is empty")
    try:
        return text_of(params, too_long="MESSAGE_TOO_LONG")
    except ApiError as refusal:
        reason = refusal.description.removeprefix("Bad Request: ")
        if not reason.startswith("can't parse entities"):
            raise
        raise bad_request(f"{UNPARSED_RESULT}: C{reason[1:]}") from None


def _results_button(button: Params | None) -> Params | None:
    """The row above the results: it starts the bot with a parameter, or opens a web app.

    Both are refused here; the real server takes the parameter and drops the web app.
    """
    if button is None:
        return None
    if len([name for name in ("web_app", "start_parameter") if name in button]) != 1:
        raise bad_request(f"{UNPARSED_BUTTON}: InlineQueryResultsButton must have exactly one optional field")
    if not button["text"].strip():
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    if "web_app" in button:
        _check_web_app(button["web_app"]["url"])
    else:
        _check_start_parameter(button["start_parameter"])
    return button


def _check_web_app(url: str) -> None:
    if not (checked_link(url) or "").startswith("https://"):
        raise bad_request("SWITCH_WEBVIEW_URL_INVALID")


def _check_start_parameter(parameter: str) -> None:
    if not parameter:
        raise bad_request("START_PARAM_EMPTY")
    if not START_PARAMETER.fullmatch(parameter):
        raise bad_request("START_PARAM_INVALID")
