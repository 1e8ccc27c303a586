"""A backup: one file with all of an installation, of either database and for either.

    assay-backup.json             which format this is, and which release wrote it
    tables/NAME/000001.jsonl.gz   rows, one JSON list a line, some MB a part
    settings.json                 what the environment set, without its secrets
    blobs/ab/cdef…                test data by SHA-256; not there if they are kept elsewhere
    manifest.json                 all of the above with sizes and SHA-256, and what the installation was
    manifest.sha256               that of the manifest

It is a tar file (ustar, plain), so that any machine can look into it, and is read as if a stranger had sent
it: these names, plain files, and nothing else (archive.py).

create.py    one instant of the database and the blobs that it names, written as it is read
verify.py    every hash, count and reference; all damage in one pass, without a database
restore.py   into an empty installation, whole or not at all
"""
