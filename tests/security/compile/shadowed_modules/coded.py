# coding: idna
print("x")
