"""Events, bells, results and the topics of the queue on Redis. Nothing there is the truth: the rows are."""
