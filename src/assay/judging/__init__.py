"""From source files to a verdict, test by test.

    prepare   the files go into a fresh slot's /box
    compile   in the sandbox too, with limits of its own                   CE ends it
    for each test, in the problem's order:
        execute    input in, output into a memory file of ours             facts
        classify   facts → TLE, MLE, OLE, RTE, SV, JE, or "to be checked"  anything but the last ends it
        check      our memory file against the answer, in a thread         WA ends it, AC goes on

Where to look: `judge.py` is the order above; `run_once.py` and `custom_run.py` are its short
siblings, which judge nobody; `classify.py` is the only place that turns facts into verdicts; `compare.py` and
`lexing.py` are the default output validator; `budget.py` turns a problem's limits into those of one run. A
test's answer is opened only here, after the run has ended, and never reaches the sandbox.
"""
