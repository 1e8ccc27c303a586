"""Jobs announced on a broker: a relay says what is due; messages are lost, doubled, reordered.

`outbox`: the job is to be announced (`announced_at` is NULL). A message names a submission, and whoever takes
it claims that one, if it is due. Nothing is believed of the broker: who has a seat free looks at the rows,
too (`look`; and `claim` in protocol.py, while the broker is out of reach).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.model.protocol import STEPS, Step, Transition, is_due, leased_to_each
from tests.model.world import Bounds, Job, Submission, World


def publish(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.queue.relay:Relay.announce`: what is due
    (`assay.adapters.memory.announcing:MemoryAnnouncements.due`,
    `assay.adapters.sql.announcing:SqlAnnouncements.due`,
    `assay.adapters.postgres.announcing:PostgresAnnouncements.due`), and what the broker has lost.
    """
    yield from publish_once(world, bounds)
    for number, submission in enumerate(world.submissions):
        if not submission.outbox and not submission.messages:
            yield from _published(world, number, bounds)


def publish_once(world: World, bounds: Bounds) -> Iterator[Step]:
    """Of a relay that believes that the broker keeps what it was told."""
    for number, submission in enumerate(world.submissions):
        if submission.outbox:
            yield from _published(world, number, bounds)


def _published(world: World, number: int, bounds: Bounds) -> Iterator[Step]:
    submission = world.submissions[number]
    if is_due(submission) and world.relaying < 0:
        messages = min(submission.messages + 1, bounds.messages_max)
        after = world.with_submission(number, replace(submission, messages=messages))
        yield Step(name="publish", after=replace(after, relaying=number), submission=number)


def mark(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.memory.announcing:MemoryAnnouncements.mark`,
    `assay.adapters.sql.announcing:SqlAnnouncements.mark`,
    `assay.adapters.postgres.announcing:PostgresAnnouncements.mark`: unless another has the row, or it is
    another job by now.
    """
    if world.relaying >= 0:
        submission = world.submissions[world.relaying]
        for marked in (submission, replace(submission, outbox=False)):
            if marked is submission or submission.job is Job.PENDING:
                after = replace(world.with_submission(world.relaying, marked), relaying=-1)
                yield Step(name="mark", after=after, submission=world.relaying)


def relay_dies(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.queue.relay:Relay.run` goes between publishing and marking."""
    if world.relaying >= 0:
        yield Step(
            name="relay_dies", after=replace(world, relaying=-1), submission=world.relaying, is_fault=True
        )


def message_is_lost(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.queue.broker:Broker.announce` has returned, and the broker's server has gone."""
    for number, submission in enumerate(world.submissions):
        if submission.messages:
            after = world.with_submission(number, replace(submission, messages=submission.messages - 1))
            yield Step(name="message_is_lost", after=after, submission=number, is_fault=True)


def message_is_doubled(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.queue.broker:Broker.receive` may give twice what was not acknowledged in time."""
    for number, submission in enumerate(world.submissions):
        if 0 < submission.messages < bounds.messages_max:
            after = world.with_submission(number, replace(submission, messages=submission.messages + 1))
            yield Step(name="message_is_doubled", after=after, submission=number, is_fault=True)


def broker_loses_everything(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.memory.broker:MemoryTopics.lose_everything`, and what a real one may do."""
    if any(submission.messages for submission in world.submissions):
        emptied = tuple(replace(each, messages=0) for each in world.submissions)
        after = replace(world, submissions=emptied)
        yield Step(name="broker_loses_everything", after=after, submission=-1, is_fault=True)


def take_message(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.queue.on_broker:BrokerQueue.claim`: by compare-and-set
    (`assay.adapters.memory.announcing:MemoryAnnouncements.claim_named`,
    `assay.adapters.sql.announcing:SqlAnnouncements.claim_named`,
    `assay.adapters.postgres.announcing:PostgresAnnouncements.claim_named`).
    """
    for number, submission in enumerate(world.submissions):
        if submission.messages:
            taken = world.with_submission(number, _with_one_message_less(submission))
            if is_due(submission):
                yield from leased_to_each(taken, number, name="take_message")
            else:
                yield Step(name="take_message", after=taken, submission=number, told=False)


def hand_on(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.queue.on_broker:BrokerQueue.claim`, by a worker without that language
    (`assay.adapters.memory.announcing:MemoryAnnouncements.unmark`,
    `assay.adapters.sql.announcing:SqlAnnouncements.unmark`,
    `assay.adapters.postgres.announcing:PostgresAnnouncements.unmark`), or by one that has handed it on often.
    """
    for number, submission in enumerate(world.submissions):
        if submission.messages:
            dropped = _with_one_message_less(submission)
            anew = replace(dropped, outbox=True) if dropped.job is Job.PENDING else dropped
            for after in (dropped, anew):
                yield Step(
                    name="hand_on", after=world.with_submission(number, after), submission=number,
                    is_fault=True,
                )  # fmt: skip


def look(world: World, bounds: Bounds) -> Iterator[Step]:
    """Of what was overlooked (`assay.adapters.memory.announcing:MemoryAnnouncements.overlooked`,
    `assay.adapters.sql.announcing:SqlAnnouncements.overlooked`,
    `assay.adapters.postgres.announcing:PostgresAnnouncements.overlooked`) and then claimed by its name.
    """
    for step in STEPS["claim"](world, bounds):
        yield replace(step, name="look")


def _with_one_message_less(submission: Submission) -> Submission:
    return replace(submission, messages=submission.messages - 1)


STEPS_WITH_BROKER: Mapping[str, Transition] = {
    **STEPS,
    **{
        step.__name__: step
        for step in (
            publish, mark, relay_dies, message_is_lost, message_is_doubled, broker_loses_everything,
            take_message, hand_on, look,
        )
    },
}  # fmt: skip
