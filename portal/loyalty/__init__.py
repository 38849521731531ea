"""The pages of the club: what a member sees of bonuses, receipts and the card, and what those see who keep it."""

from flask import Flask

from portal.loyalty import bonuses, cards, club, members, products, receipts, stores, words

BLUEPRINTS = (bonuses.bp, cards.bp, club.bp, members.bp, products.bp, receipts.bp, stores.bp)


def init_app(app: Flask) -> None:
    words.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
