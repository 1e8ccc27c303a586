"""The schema's history, forward only: versions/NNNN_*.py, applied by Alembic.

The last release's code must run on the new schema: columns are added first and dropped a release later.
"""
