"""PostgreSQL under the same ports as SQLite: many hosts, batches on the two hot paths."""
