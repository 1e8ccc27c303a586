"""The log of evidence and the store of scores, on the fake and on both databases."""
