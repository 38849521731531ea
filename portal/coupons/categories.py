"""Categories of coupons."""

from flask import abort, request

from portal import access, db, pages
from portal.coupons.blueprint import CHANGED, bp
from portal.coupons.forms import count, number
from portal.forms import ID, asker


@bp.get("/coupons/admin/categories")
@access.admin
def categories(edit=None):
    rows = db.read("SELECT * FROM cpn_categoryList ORDER BY lower(name)")
    edit = edit or request.args.get("edit", type=number)
    return pages.render(
        "coupons/categories.html",
        "coupons/_categories.html",
        categories=rows,
        edited=next((row for row in rows if row.category_id == edit), None),
    )


@bp.post("/coupons/admin/categories")
@access.admin
def addCategory():
    outcome = db.call("cpn_saveCategory", name=request.form.get("name", ""), **asker())
    return pages.answer(outcome, categories)


@bp.post(f"/coupons/admin/categories/<{ID}:categoryID>")
@access.admin
def saveCategory(categoryID):
    outcome = db.call("cpn_saveCategory", categoryID=categoryID, name=request.form.get("name", ""), **asker())
    return pages.answer(outcome, categories, form=lambda: categories(categoryID))


@bp.get(f"/coupons/admin/categories/<{ID}:categoryID>/delete")
@access.admin
def categoryDeletion(categoryID):
    row = db.row("SELECT * FROM cpn_categoryList WHERE category_id = %s", [categoryID]) or abort(404)
    return pages.render("coupons/delete_category.html", "coupons/_delete_category.html", category=row)


@bp.post(f"/coupons/admin/categories/<{ID}:categoryID>/delete")
@access.admin
def deleteCategory(categoryID):
    outcome = db.call("cpn_deleteCategory", categoryID=categoryID, expectedCoupons=count(), **asker())
    return pages.answer(
        outcome, categories, form=lambda: categoryDeletion(categoryID), close=True, events=CHANGED
    )
