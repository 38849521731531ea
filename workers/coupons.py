"""Jobs of the coupons."""

from portal import db


def generate(run) -> None:
    """Make the coupons that were ordered; whoever is killed between two batches has made whole ones."""
    orders = db.read("SELECT * FROM cpn_generationList WHERE state = 'making' ORDER BY generation_id")
    run.total = sum(order.coupons - order.made for order in orders)
    for order in orders:
        finished = False
        while not finished:
            run.go_on()
            batch = db.call("cpn_makeCoupons", generationID=order.generation_id).details
            run.done += batch["made"]
            finished = batch["isFinished"]
    run.counts["coupons_made"] = run.done
