"""What a process has once it has begun it keeps for its life.

The garbage collector waits for a full look until a quarter of what it knows is new. Of some ten thousand
objects that never go, that is megabytes of circles nobody needs, and each full look takes longer.
"""

import gc


def settle() -> None:
    """Have the collector leave alone what is there now; it is the start's last step."""
    gc.collect()
    gc.freeze()
