"""Tell: record a judgement once, fenced by the lease, and let everyone who follows know."""
