# coding: stolen.main
#! attack: a source in a code that hides what it says, with a codec of one's own
#! verdict: CE
print("x")
