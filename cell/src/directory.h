/* directory.h: reading a directory that is held as an fd. */
#ifndef CELL_DIRECTORY_H
#define CELL_DIRECTORY_H

#include <dirent.h>

/* A list of its own of what is in `dir`, from the beginning, which stays open. NULL with errno. */
DIR *directory_open(int dir);

/* The next entry that is neither "." nor ".."; NULL at the end, where errno is 0, or with errno. */
struct dirent *directory_next(DIR *list);

#endif
