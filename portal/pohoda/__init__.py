"""Pohoda's address book over XML: contacts into packs, answers into contacts, and the channels they travel on.

Everything here knows XML, HTTP or files, and nothing of the database. A contact is one dict on both sides (model.py).
"""
