"""What is counted and measured in one program, and the findings that come of it rather than of a rule's YAML.

complexity.py   of functions, by lizard: ways through, lengths, parameters
dead_code.py    statements that are never reached, functions that are never called
duplication.py  passages that are there twice
names.py        how things are called
sites.py        where the program had an opportunity to do well or badly
structure.py    how far it is from other programs
measured_rules.py  their rules: id, competency, severity, and from which value on
"""
