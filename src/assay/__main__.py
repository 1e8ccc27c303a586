"""The `assay` command, and `python -m assay`."""

import signal


def main() -> None:
    """Until the command itself begins nothing needs cleaning up, and Ctrl-C is no reason for a traceback."""
    is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_heard:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from assay.cli.main import main as command  # noqa: PLC0415  takes most of the time before the beginning

    if is_heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


if __name__ == "__main__":
    main()
