"""What a checker or grader raises when it cannot judge."""


class InternalError(Exception):
    """The setter's mistake: nobody's answer was wrong."""


class CompileError(Exception):
    """A submission that does not compile; here, those never get as far as a checker."""
