"""What processes of one machine share: the hour, randomness, and doorbells."""
