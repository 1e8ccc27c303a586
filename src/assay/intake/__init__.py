"""Accept: check a draft, then record submission, job and idempotency key in one transaction."""
