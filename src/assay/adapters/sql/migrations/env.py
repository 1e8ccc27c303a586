"""Alembic's entry: one connection to the file in question, one transaction for the whole upgrade."""

from alembic import context
import sqlalchemy as sa

from assay.adapters.sql.sqlite import connect


def run() -> None:
    path = context.config.attributes["path"]
    engine = sa.create_engine("sqlite://", creator=lambda: connect(path), poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "BEGIN EXCLUSIVE"
        )  # a reader of a half-made schema would draw wrong conclusions
        context.configure(connection=connection, transactional_ddl=False)
        context.run_migrations()
        connection.exec_driver_sql("COMMIT")


run()
