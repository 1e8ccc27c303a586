"""Kafka as the broker that spreads due jobs. Its library is loaded where it is used."""
