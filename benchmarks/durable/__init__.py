"""What durability costs: intake, the queue, bursts and wake-ups, beside what the raw stores do in the same run."""
