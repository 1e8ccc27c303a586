"""Builds things from settings, once. The only place that names an adapter.

house.py    the stores, the intake, the readers: what the doors and a worker stand on
places.py   where programs run, and the judge that runs them there
"""
