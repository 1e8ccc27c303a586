"""What Python checkers and graders written for DMOJ are run with.

`dmoj/` is put beside the setter's file in the sandbox, where it is the package `dmoj`: the documented names
of DMOJ's judge, as far as a program can have them that sees the test's files and talks with the submission.
None of it runs in Assay's own processes. `dmoj.run` is where a run begins.
"""
