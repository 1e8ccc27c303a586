"""`assay evidence`: verify, replay, export; the key, the log; erasing people; what could not be scored."""
