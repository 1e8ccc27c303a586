"""From source files to a verdict, test by test.

    prepare   the files go into a fresh slot's /box
    compile   in the sandbox too, with limits of its own                   CE ends it
    for each test, in the problem's order:
        execute    input in, output into a memory file of ours             facts
        classify   facts → TLE, MLE, OLE, RTE, SV, JE, or "to be checked"  anything but the last ends it
        check      our memory file against the answer, or by the jury      WA, PE, or AC and a score
        grade      which test is next, and what all of them come to        the verdict, the score

Where to look: `judge.py` and `desk.py` are the order above, `trial.py` is one test, `stand.py` the
candidate's slot; `run_once.py` and `custom_run.py` are their short siblings, which judge nobody.
`classify.py` is the only place that turns facts into verdicts, `dialects.py` what the jury's programs mean,
`grading.py` the arithmetic of groups, `near_limit.py` what is repeated. `jury.py` runs validators and
graders, `interaction.py` interactors; `compare.py` and `comparisons/` are the default output validator;
`budget.py` turns a problem's limits into those of one run. A test's answer is opened only here, after the
run has ended, and no candidate's slot ever has it. The rules in words: docs/judging.md.
"""
