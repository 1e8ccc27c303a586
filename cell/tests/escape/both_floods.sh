#! attack: floods both streams at once; each is cut at its limit and the run ends
#! status: output
#! limits: stdout_bytes=100000 stderr_bytes=100000
yes & yes >&2
wait
