# The gulls insist on upper and lower case; this problem's checker runs with case_sensitive.
for _ in range(int(input())):
    print(input()[::-1].lower())
