"""Which words a week had more of than the weeks before it."""

from __future__ import annotations

from collections.abc import Mapping

from newsbot.models.review import Rising

PRIOR = 5  # stories; from none to three is then as much as from five to eleven
LEAST_RISE = 1.2  # smoothed; less than this is chance


def rising(
    this: Mapping[str, int], before: Mapping[str, int], weeks: int, most: int = 8, least: int = 3
) -> list[Rising]:
    """The words that rose most, the strongest first.

    A word's score is the smoothed ratio of what there is to what was to be expected:

        (count + PRIOR) / (expected + PRIOR)
        expected = its count before × (all of this week / all before)

    Its logarithm is the log ratio of two rates under a symmetric prior, without which the rarest words win
    (Monroe, Colaresi and Quinn, "Fightin' Words", 2008). What is expected grows with the archive, so that no
    word rises only because there is more of everything. What rises also has more stories than in an average
    week: anything else could not be shown as a rise.

    Of equal scores the greater count comes first, then the word. Where nothing is known of the weeks before,
    the count alone decides.

    :param this: stories of this week by tag
    :param before: the same, summed over the weeks before
    :param weeks: how many these are; 0 for a bot that is young
    :param most: words
    :param least: stories of this week, without which a word is left out
    """
    known = before if weeks > 0 else {}
    all_now, all_before = sum(this.values()), max(1, sum(known.values()))
    found = []
    for word, count in this.items():
        past = known.get(word, 0)
        score = (count + PRIOR) / (past * all_now / all_before + PRIOR)
        usual = past / weeks if weeks > 0 else None
        if count >= least and count > (usual or 0) and score >= LEAST_RISE:
            found.append((score, Rising(word, count, usual)))
    found.sort(key=lambda one: (-one[0], -one[1].count, one[1].word))
    return [one for _, one in found[:most]]
