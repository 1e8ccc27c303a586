"""What all brokers have in common: how an announcement is written, and whose turn it is."""
