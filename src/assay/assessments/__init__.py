"""From judgements, traces and findings to scores that explain themselves, and the evidence for them."""
