"""PostgreSQL: everything that SQLite has by now. There the earlier migrations make nothing, and here this
one.

What grows for ever is partitioned by the month in which it began. The partition key is the identity itself: a
UUIDv7 begins with its instant, so that a month is a range of identities, and looking one up finds its
partition without a further column in every key. Tests and old data may have other identities: they go to
the default partition.

Rows that are written in one transaction refer to each other without foreign keys: a partition that is
referred to could not be archived, and checking each row would cost more than writing it.

`bytea` is UTF-8 that programs and compilers wrote: it may hold NUL, which `text` refuses (texts.py).
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTITIONED = ("submissions", "submission_files", "judgements", "runs", "events")

_PROBLEMS = """
    CREATE TABLE problem_versions (
        problem_id text COLLATE "C" NOT NULL,
        version text COLLATE "C" NOT NULL,
        name text NOT NULL,
        cpu_time_ms bigint NOT NULL,
        memory_bytes bigint NOT NULL,
        test_count integer NOT NULL,
        document text NOT NULL,
        recorded_at bigint NOT NULL,
        PRIMARY KEY (problem_id, version)
    );
    CREATE TABLE problems (
        id text COLLATE "C" PRIMARY KEY,
        version text COLLATE "C" NOT NULL,
        FOREIGN KEY (id, version) REFERENCES problem_versions (problem_id, version)
    );
"""

# Room in each page (fillfactor), so that a step of a submission rewrites its row in place and no index.
_SUBMISSIONS = """
    CREATE TABLE submissions (
        id text COLLATE "C" PRIMARY KEY,
        user_id text COLLATE "C",
        tenant text COLLATE "C",
        problem_id text COLLATE "C" NOT NULL,
        problem_version text COLLATE "C" NOT NULL,
        language_id text COLLATE "C" NOT NULL,
        created_at bigint NOT NULL,
        mode text NOT NULL,
        status text NOT NULL CHECK (status IN ('queued', 'compiling', 'running', 'judged', 'failed')),
        verdict text,
        score double precision,
        near_limit boolean,
        test_case integer,
        total integer,
        cpu_time_ms bigint,
        memory_bytes bigint,
        started_at bigint,
        ended_at bigint,
        last_seq integer NOT NULL,
        CHECK (status NOT IN ('judged', 'failed') OR verdict IS NOT NULL)
    ) PARTITION BY RANGE (id);
    CREATE INDEX submissions_by_user ON submissions (user_id, created_at DESC);
    CREATE INDEX submissions_by_problem ON submissions (problem_id, created_at DESC);
    CREATE TABLE submissions_default PARTITION OF submissions DEFAULT WITH (fillfactor = 70);
    CREATE TABLE submission_files (
        submission_id text COLLATE "C" NOT NULL,
        position integer NOT NULL,
        name text NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (submission_id, position)
    ) PARTITION BY RANGE (submission_id);
    CREATE TABLE submission_files_default PARTITION OF submission_files DEFAULT;
    CREATE TABLE idempotency_keys (
        tenant text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        request_sha256 text NOT NULL,
        submission_id text COLLATE "C" NOT NULL,
        created_at bigint NOT NULL,
        PRIMARY KEY (tenant, key)
    );
"""

# Each job is rewritten twice in its short life: what is dead of it is cleared away soon and in small steps.
_JOBS = """
    CREATE TABLE jobs (
        submission_id text COLLATE "C" NOT NULL,
        generation integer NOT NULL,
        lane text COLLATE "C" NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'leased', 'done', 'dead')),
        attempt integer NOT NULL,
        not_before bigint NOT NULL,
        lease_token text,
        lease_until bigint,
        worker_id text,
        cause bytea,
        PRIMARY KEY (submission_id, generation),
        CHECK ((state = 'leased') = (lease_token IS NOT NULL)),
        CHECK ((state = 'leased') = (lease_until IS NOT NULL))
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
    CREATE INDEX jobs_due ON jobs (lane, not_before, submission_id) WHERE state = 'pending';
    CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'leased';
"""

_JUDGEMENTS = """
    CREATE TABLE judgements (
        id text COLLATE "C" NOT NULL,
        submission_id text COLLATE "C" NOT NULL,
        generation integer NOT NULL,
        verdict text NOT NULL,
        test_count integer NOT NULL,
        compile_output bytea NOT NULL,
        message bytea NOT NULL,
        evidence text NOT NULL,
        started_at bigint NOT NULL,
        ended_at bigint NOT NULL,
        mode text NOT NULL,
        score double precision,
        groups text NOT NULL,
        PRIMARY KEY (submission_id, generation)
    ) PARTITION BY RANGE (submission_id);
    CREATE INDEX judgements_by_id ON judgements (id);
    CREATE TABLE judgements_default PARTITION OF judgements DEFAULT;
    CREATE TABLE runs (
        judgement_id text COLLATE "C" NOT NULL,
        ordinal integer NOT NULL,
        test_name text NOT NULL,
        verdict text NOT NULL,
        cpu_time_ms bigint NOT NULL,
        wall_time_ms bigint NOT NULL,
        memory_bytes bigint NOT NULL,
        exit_code integer,
        signal integer,
        message bytea NOT NULL,
        score double precision,
        near_limit boolean NOT NULL,
        passes integer NOT NULL,
        team_message bytea NOT NULL,
        judge_message bytea NOT NULL,
        output bytea NOT NULL,
        error_output bytea NOT NULL,
        PRIMARY KEY (judgement_id, ordinal)
    ) PARTITION BY RANGE (judgement_id);
    CREATE TABLE runs_default PARTITION OF runs DEFAULT;
"""

_EVENTS = """
    CREATE TABLE events (
        submission_id text COLLATE "C" NOT NULL,
        seq integer NOT NULL,
        status text NOT NULL,
        test_case integer,
        total integer,
        verdict text,
        score double precision,
        PRIMARY KEY (submission_id, seq)
    ) PARTITION BY RANGE (submission_id);
    CREATE TABLE events_default PARTITION OF events DEFAULT;
"""

_CUSTOM_RUNS = """
    CREATE TABLE custom_runs (
        id text COLLATE "C" PRIMARY KEY,
        visitor text COLLATE "C" NOT NULL,
        created_at bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'leased', 'done', 'failed')),
        attempt integer NOT NULL,
        lease_token text,
        lease_until bigint,
        request text NOT NULL,
        outcome text,
        cause bytea NOT NULL DEFAULT '',
        CHECK ((state = 'leased') = (lease_token IS NOT NULL)),
        CHECK ((state = 'done') = (outcome IS NOT NULL))
    );
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for script in (_PROBLEMS, _SUBMISSIONS, _JOBS, _JUDGEMENTS, _EVENTS, _CUSTOM_RUNS):
            for statement in script.split(";"):
                if statement.strip():
                    op.execute(statement)
