#! attack: modules of one's own under names that the syntax check imports, so that it executes them
#! verdict: ok
#! stdout: clean
import os
print("executed while compiling" if os.path.exists("/box/stolen") else "clean")
