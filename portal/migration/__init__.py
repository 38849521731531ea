"""Bring the cards, balances and history of an old card system over: files, rehearsal, switch.

The procedures decide and know how far it has come; what is here reads files, carries portions and prints.
"""
