"""Running Assay on a machine: who the processes run as, and what the machine must have."""
