echo thief
