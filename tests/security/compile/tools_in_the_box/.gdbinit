shell echo stolen
