"""Whether the database has all that was accepted, or was restored to an earlier point.

    accepted ──► witness: the newest submissions that this process saw committed
                   │ at most once a second, and at the end
                   └──► DATA_DIR/witness/doors.json, worker.json      outside the database

    database ◄── each second: are they still there?
                   │ no: the database lost them
                   └──► a break is recorded: the next timeline, from what is there to what is missing

No database knows by itself that it was put back to an earlier point: a restored one looks like one in which
nothing more had happened. Who saw more has to tell it. A witness of some seconds ago is enough: what it
saw is there, or is not.

testimony.py   what a process saw, and the file that outlives it
watch.py       seeing, looking, telling
ports.py       the database's side
"""
