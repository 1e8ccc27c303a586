# Uses no CPU at all: only a limit on wall time ends this.
sleep
