"""What submissions of the matrices are to be: the word that their first line says after `//`.

plain N       takes a moment
slow N        takes longer than two heartbeats
fault N       judging fails once, through a fault of ours, and then goes well
poison N      judging fails each time
scored N      is scored once it is judged, as are those that follow
flawed N      scoring fails once, through a fault of ours, and then goes well
weighed N     scoring takes longer than its lease, until another takes it up
unscorable N  cannot be scored, and no other try would help

Those that are to be scored are assessments; so is what is never judged, for which nobody may be forgotten.
"""

from collections.abc import Mapping

OF_SCORING = ("scored", "flawed", "weighed", "unscorable")
OPERATOR = {"Authorization": "Bearer of-the-tests-operator"}
OPERATOR_TOKEN = OPERATOR["Authorization"].removeprefix("Bearer ")
_ASSESSMENTS = (*OF_SCORING, "poison")

OUTCOMES = """
    SELECT s.id || ' ' || s.status || ' ' || coalesce(s.verdict, '-') || ' ' || j.state
           || ' ' || (SELECT count(*) FROM judgements AS m WHERE m.submission_id = s.id)
           || ' ' || (SELECT count(*) FROM runs WHERE judgement_id IN
                         (SELECT m.id FROM judgements AS m WHERE m.submission_id = s.id))
           || ' ' || (SELECT status FROM events AS e WHERE e.submission_id = s.id ORDER BY seq DESC LIMIT 1)
           || ' ' || (SELECT s.last_seq - count(*) + s.last_seq - max(seq) FROM events AS e
                       WHERE e.submission_id = s.id)
           || ' ' || coalesce((SELECT w.state FROM scoring AS w WHERE w.submission_id = s.id), '-')
           || '/' || (SELECT count(*) FROM scores AS c WHERE c.submission_id = s.id)
           || '/' || (SELECT count(*) FROM evidence_entries AS n WHERE n.submission_id = s.id)
      FROM submissions AS s JOIN jobs AS j ON j.submission_id = s.id
     WHERE s.user_id = '{user}' ORDER BY s.id
"""
"""Status, verdict, job, judgements, runs, last event, missing events; scoring/scores/entries of evidence."""

CAUSES = """
    SELECT s.id || ' judging ' || f.attempt || ': ' || convert_from(f.cause, 'UTF8')
      FROM submissions AS s JOIN faults AS f ON f.submission_id = s.id WHERE s.user_id = '{user}'
     UNION ALL
    SELECT s.id || ' scoring ' || w.attempt || ': ' || convert_from(w.cause, 'UTF8')
      FROM submissions AS s JOIN scoring AS w ON w.submission_id = s.id WHERE s.user_id = '{user}'
"""

SCORERS = """
    SELECT split_part(lease_token, '/', 1) FROM scoring JOIN submission_files USING (submission_id)
      JOIN submissions AS s ON s.id = submission_id
     WHERE scoring.state = 'leased' AND s.user_id = '{user}'
       AND convert_from(content, 'UTF8') LIKE '// weighed %'
"""
"""Who is at the score of something that takes its time."""


def kind_of(content: bytes) -> str:
    return content.split()[1].decode()


def body(source: str, *, problem_id: str, user_id: str) -> Mapping[str, str]:
    """A request. `source`: kind and number."""
    return {
        "problem_id": problem_id,
        "language": "c",
        "source": f"// {source}\n",
        "user_id": user_id,
        "lane": "assessment" if source.split(maxsplit=1)[0] in _ASSESSMENTS else "practice",
    }


def is_over(outcome: list[str]) -> bool:
    """Judged or given up on, and, if it is to be scored, that, too."""
    return outcome[0] in ("judged", "failed") and outcome[-1].split("/")[0] not in ("waiting", "leased")


def check_undisturbed(source: str, outcome: list[str]) -> None:
    """What becomes of each kind when nothing goes wrong."""
    status, verdict, job, judgements, runs, told, missing, score = outcome
    kind = source.split(maxsplit=1)[0]
    if kind == "poison":
        assert (status, verdict, job) == ("failed", "JE", "dead")
        assert (judgements, runs, told) == ("0", "0", "failed")
        assert score == "unscored/0/0"
    else:
        assert verdict in ("AC", "WA")
        assert (status, job, judgements, runs, told) == ("judged", "done", "1", "2", "judged")
    if kind == "unscorable":
        assert score == "unscored/0/0"
    elif kind in OF_SCORING:
        assert score == "scored/1/1"
    elif kind != "poison":
        assert score == "-/0/0", "nobody has asked for a score"
    assert missing == "0"
