"""Real engines for the tests: started on free ports in temporary folders, stopped by their process."""
