"""The HTTP door: REST, server-sent events and WebSockets. It translates and decides nothing.

app.py            puts the parts together
edge.py           the outermost layer: security headers, HEAD, and what happens to a bug of ours
visitors.py       turns away what pages of other sites send
refusals.py       every error as application/problem+json (RFC 9457)
body.py           bounded reading and parsing of what a stranger sent
submissions.py    submit, look, poll
events.py         follow a submission live; follow.py keeps that from leaking
runs.py           run one's own program on one's own inputs
judgements.py     verdicts and their runs
problems.py       list, look, import
languages.py      what can be submitted
health.py         for whoever keeps the server running
schemas.py        the shapes of requests and answers; openapi.py describes them
services.py       the ports that the door stands on
limits.py         its bounds
"""
