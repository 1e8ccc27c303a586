"""Bells and events between hosts.

What a broadcasting engine (PostgreSQL, Redis) must do, and what is made of it.
"""
