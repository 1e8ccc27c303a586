open("/box/stolen", "w").close()
