"""What is told to whoever watches the machines."""
