"""Evidence: what a score rests on, signed, and in a log that only grows. Verified offline, by anybody."""
