"""What always holds, whatever dies or hangs: nothing accepted is lost, nothing is judged twice in effect."""
