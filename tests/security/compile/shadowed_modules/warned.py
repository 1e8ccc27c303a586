if __name__ is "x":
    print("x")
