"""Wait: leases on jobs, when to try again, when to give up, and how a waiting worker is woken."""
