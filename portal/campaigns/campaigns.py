"""Campaigns: a draft with its steps, the review before the start, progress and results."""

from flask import abort, request

from portal import access, db, formats, pages, wording
from portal.campaigns.blueprint import ID, bp, key
from portal.forms import amount

ONE = "/campaigns/" + ID.format("campaignID")
STEP = ONE + "/steps/<int(max=99):stepPosition>"


@bp.get("/campaigns")
@access.admin
def campaignList():
    size, mark = pages.page_size(), pages.after(2)
    rows = db.read(
        "SELECT * FROM ntf_campaignList"
        " WHERE %s::timestamptz IS NULL OR (created, campaign_id) < (%s::timestamptz, %s::bigint)"
        " ORDER BY created DESC, campaign_id DESC LIMIT %s",
        [*(mark or (None, None))[:1], *(mark or (None, None)), size + 1],
    )
    return pages.render(
        "campaigns/page.html",
        "campaigns/_campaigns.html",
        page=pages.keyset(rows, "created", "campaign_id", size=size),
        segments=db.row("SELECT count(*) AS number FROM ntf_segmentList").number,
    )


@bp.get("/campaigns/new")
@access.admin
def newCampaign():
    return pages.render("campaigns/draft.html", "campaigns/_form.html", campaign=None, **lists())


@bp.post("/campaigns")
@access.admin
def addCampaign():
    outcome = save(None)
    address = f"/campaigns/{outcome.details['campaignID']}" if outcome.ok else "/campaigns"
    return pages.answer(outcome, address, form=newCampaign)


@bp.get(ONE)
@access.admin
def campaign(campaignID):
    row = campaign_of(campaignID)
    if row.state == "draft":
        return pages.render(
            "campaigns/draft.html",
            "campaigns/_form.html",
            campaign=row,
            steps=steps_of(row.campaign_id),
            **lists(),
        )
    return pages.render(
        "campaigns/campaign.html",
        "campaigns/_campaign.html",
        campaign=row,
        steps=steps_of(row.campaign_id),
        results=db.row("SELECT ntf_campaignResults(%s) AS told", [row.campaign_id]).told,
        currency=formats.currency(),
    )


@bp.post(ONE)
@access.admin
def saveCampaign(campaignID):
    return pages.answer(save(campaign_of(campaignID).campaign_id), campaign, campaignID=campaignID)


@bp.get(ONE + "/review")
@access.admin
def reviewCampaign(campaignID):
    row = campaign_of(campaignID)
    outcome = db.call("ntf_reviewCampaign", campaignID=row.campaign_id, actor=access.actor())
    return pages.told(
        outcome,
        "campaigns/review.html",
        "campaigns/_review.html",
        campaign=row,
        steps=steps_of(row.campaign_id),
        counted=outcome.details,
        trouble=trouble_of(outcome),
    )


@bp.post(ONE + "/<any(start, pause, resume, stop, delete):what>")
@access.admin
def turnCampaign(campaignID, what):
    row = campaign_of(campaignID)
    outcome = db.call(
        f"ntf_{what}Campaign", campaignID=row.campaign_id, requestKey=key(), actor=access.actor()
    )
    back = {"start": reviewCampaign}.get(what, campaign)
    address = "/campaigns" if what == "delete" else f"/campaigns/{campaignID}"
    return pages.answer(outcome, address, form=lambda: back(campaignID))


# Steps and their texts


@bp.post(ONE + "/steps")
@access.admin
def addStep(campaignID):
    row = campaign_of(campaignID)
    outcome = db.call(
        "ntf_saveStep", campaignID=row.campaign_id, waitHours=24, requestKey=key(), actor=access.actor()
    )
    return pages.answer(outcome, f"/campaigns/{campaignID}", form=lambda: campaign(campaignID))


@bp.get(STEP)
@access.admin
def step(campaignID, stepPosition):
    row = campaign_of(campaignID)
    texts = db.read(
        "SELECT * FROM ntf_campaignTextList WHERE campaign_id = %s AND position = %s",
        [campaignID, stepPosition],
    )
    locale, channel = request.values.get("locale", "en"), request.values.get("channel", "")
    place = {
        "kind": f"campaign:{campaignID}:{stepPosition}",
        "locale": locale if locale in formats.LANGUAGES else "en",
        "channel": channel if channel in row.channels else "",
    }
    return pages.render(
        "campaigns/step.html",
        "campaigns/_step.html",
        campaign=row,
        step=next((one for one in steps_of(campaignID) if one.position == stepPosition), None) or abort(404),
        texts={(text.locale, text.channel): text for text in texts},
        **place,
        **wording.values_of(**place),
    )


@bp.post(STEP)
@access.admin
def saveStep(campaignID, stepPosition):
    gift, _, kind = request.form.get("gift", "").partition(":")
    outcome = db.call(
        "ntf_saveStep",
        campaignID=campaign_of(campaignID).campaign_id,
        stepPosition=stepPosition,
        waitHours=request.form.get("waitHours") or "0",
        condition=request.form.get("condition", ""),
        gift=gift,
        giftKind=kind or None,
        giftValue=amount("giftValue"),
        giftDays=request.form.get("giftDays") or None,
        requestKey=key(),
        actor=access.actor(),
    )
    return pages.answer(outcome, step, campaignID=campaignID, stepPosition=stepPosition)


@bp.post(STEP + "/text")
@access.admin
def saveStepText(campaignID, stepPosition):
    outcome = db.call(
        "ntf_saveStepText",
        campaignID=campaign_of(campaignID).campaign_id,
        stepPosition=stepPosition,
        channel=request.form.get("channel", ""),
        locale=request.form.get("locale", ""),
        subject=request.form.get("subject", ""),
        body=request.form.get("body", ""),
        requestKey=key(),
        actor=access.actor(),
    )
    return pages.answer(outcome, step, campaignID=campaignID, stepPosition=stepPosition)


@bp.post(STEP + "/delete")
@access.admin
def deleteStep(campaignID, stepPosition):
    row = campaign_of(campaignID)
    outcome = db.call(
        "ntf_deleteStep",
        campaignID=row.campaign_id,
        stepPosition=stepPosition,
        requestKey=key(),
        actor=access.actor(),
    )
    return pages.answer(outcome, f"/campaigns/{campaignID}", form=lambda: campaign(campaignID))


def save(campaignID):
    return db.call(
        "ntf_saveCampaign",
        campaignID=campaignID,
        name=request.form.get("name", ""),
        segmentID=request.form.get("segmentID") or None,
        channels=[code for code in request.form.getlist("channels") if code],
        lastDay=request.form.get("lastDay") or None,
        startsAt=request.form.get("startsAt") or None,
        controlShare=request.form.get("controlShare") or None,
        purchaseDays=request.form.get("purchaseDays") or None,
        goal=request.form.get("goal", ""),
        requestKey=key(),
        actor=access.actor(),
    )


def lists() -> dict:
    return {
        "segments": db.read("SELECT segment_id, name FROM ntf_segmentList ORDER BY name"),
        "today": db.row("SELECT as_today() AS day").day,
    }


def trouble_of(outcome):
    """What keeps a draft from starting, as the start itself would refuse it."""
    if not outcome.ok or not outcome.details["trouble"]:
        return None
    return db.Outcome(0, outcome.details["sentence"], outcome.details["trouble"], outcome.details["about"])


def campaign_of(campaignID):
    return db.row("SELECT * FROM ntf_campaignList WHERE campaign_id = %s", [campaignID]) or abort(404)


def steps_of(campaignID):
    return db.read(
        "SELECT * FROM ntf_campaignStepList WHERE campaign_id = %s ORDER BY position", [campaignID]
    )
