"""Builds the packs from Faker's providers. Needs faker and anyascii; nothing else imports it.

A provider method is run with a stand-in for randomness that records choices instead of
making them; what comes back is the grammar of everything the method can say. Only methods
that cannot be followed this way are sampled.
"""
