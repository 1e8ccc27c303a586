"""What the kernel's programs count into: one page a slot, of 64-bit numbers in the processor's order.

0 … CALLS-1   system calls by their number        ARMED         whether the slot's program has begun
OTHER_CALLS   those of a higher number            SWITCHES …    as `domain.trace.Counts` has them
LIVE_THREADS  now                                 THREADS_MAX   at once
"""

CALLS = 500  # numbers are given out one by one; the highest is below 470 in 2026
OTHER_CALLS = CALLS
ARMED = 504
VOLUNTARY_SWITCHES = 505
INVOLUNTARY_SWITCHES = 506
PAGE_FAULTS = 507
LIVE_THREADS = 508
THREADS_MAX = 509
NUMBERS = 512
NUMBER_BYTES = 8
REGION_BYTES = NUMBERS * NUMBER_BYTES  # one page of either architecture's smallest size
