"""From a source text to what its structure shows: findings with rule and lines, metrics, similarity. Never runs it."""
