"""The only reader of the environment. Every setting is `ASSAY_…`, and a command's flag wins over it.

The keys of a bucket alone have the names that everybody gives them (AWS_…).
"""

from assay.settings.model import DockerSettings, QueueKind, S3Settings, Settings
from assay.settings.reading import DEFAULT_HOST, DEFAULT_PORT, default_data_dir, read_settings, usable_cores
from assay.settings.values import DEFAULT_ROLE, DEFAULT_RUBRIC, WARM_ROOT

__all__ = [
    "DEFAULT_HOST",
    "DEFAULT_PORT",
    "DEFAULT_ROLE",
    "DEFAULT_RUBRIC",
    "WARM_ROOT",
    "DockerSettings",
    "QueueKind",
    "S3Settings",
    "Settings",
    "default_data_dir",
    "read_settings",
    "usable_cores",
]
