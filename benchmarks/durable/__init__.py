"""What durability costs: intake and queue, beside what the raw stores do in the same run."""
