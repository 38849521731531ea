"""Sentences for people: what a procedure answered, found by its reason and said in the person's language.

A new reason is one line in REASONS, a new kind of quote line one in LINES. Placeholders are the names in `details`
(or `params`): money with its currency, dates, times and numbers arrive formatted. What stands in neither table is
said as the procedure says it, in English. After a change run `scripts/words.py`.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import get_domain, gettext

from portal import formats

MONEY = re.compile(r"-?\d+\.\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*")
# What people wrote themselves: a category may be called 2027-02-28.
GIVEN = {
    "name",
    "code",
    "other",
    "latin",
    "category",
    "tariff",
    "tariffs",
    "option",
    "note",
    "reason",
    "sku",
    "attribute",
    "column",
}

# Amounts of bonuses, where no currency says that it is money.
COUNTED = {"amount", "available", "balance", "remaining"}


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated when it is said."""
    return sentence


class Counted(NamedTuple):
    """A sentence that changes with a number, which stands under `by` and is written %(num)s."""

    one: str
    many: str
    by: str


def NN_(one: str, many: str, by: str = "days") -> Counted:
    """Mark both forms for the catalogues."""
    return Counted(one, many, by)


REASONS: dict[str, str | Counted] = {
    # Any domain
    "actor_required": N_("Sign in first."),
    "not_allowed": N_("You may not do this."),
    "invalid_value": N_("This value cannot be read. Please check it."),
    "request_key_reused": N_("This form was already sent with other values. Reload the page to start anew."),
    "no_such_user": N_("There is no such person."),
    "invalid_amount": N_("Enter an amount with at most two decimals."),
    "insufficient_balance": N_("The balance is not enough: %(missing)s is missing."),
    "quote_changed": N_("The price has changed since it was shown. Please look at the new one below."),
    # Accounts
    "actor_locked": N_("Your account is locked."),
    "own_account": N_("Nobody does this to their own account. Ask a colleague."),
    "invalid_name": N_("A name has 1 to 200 characters on one line."),
    "invalid_email": N_("An e-mail address looks like name@example.com."),
    "invalid_phone": N_("A phone number looks like +421 903 123 456."),
    "invalid_login": N_(
        "A login has 3 to 64 small Latin letters, digits, dots and underscores and begins with a letter."
    ),
    "invalid_username": N_(
        "A username has 1 to 128 small Latin letters, digits and . _ @ + - and begins with a letter or digit."
    ),
    "email_taken": N_("This e-mail address belongs to another account."),
    "phone_taken": N_("This phone number belongs to another account."),
    "login_taken": N_("This login belongs to another account."),
    "username_taken": N_("This username is taken."),
    "no_such_role": N_("Choose one of the roles."),
    "no_such_locale": N_("Choose one of the languages."),
    "no_such_time_zone": N_("Choose one of the time zones."),
    "password_length": N_("A password has %(shortest)s to %(longest)s characters."),
    "password_common": N_("This password is one of the first that anybody tries. Choose another."),
    "wrong_password": N_("That is not the password."),
    "password_changed": N_("The password is changed. All other browsers are signed out."),
    "sign_in_failed": N_("That is not right. Check what you typed."),
    "account_locked": N_("This account is locked. Please contact us."),
    "too_many_attempts": NN_(
        "Too many attempts. Try again in %(num)s second.",
        "Too many attempts. Try again in %(num)s seconds.",
        by="seconds",
    ),
    "signed_in": N_("Signed in."),
    "signed_out": N_("Signed out."),
    "session_ended": N_("That browser is signed out."),
    "no_such_session": N_("That browser is signed out already."),
    "sessions_ended": NN_(
        "%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", by="count"
    ),
    "registered": N_("Registered."),
    "link_sent": N_("We have sent a link. Open it to go on."),
    "no_such_link": N_("This link is not complete. Open it from the message again."),
    "link_used": N_("This link has been used already."),
    "link_expired": N_("This link is not good any more. Ask for a new one."),
    "profile_saved": N_("Saved."),
    "key_changed": N_("Saved."),
    "key_unchanged": N_("It is so already."),
    "last_key": N_("Without it this person could not sign in any more."),
    "email_changed": N_("The e-mail address is now %(email)s."),
    "role_changed": N_("%(name)s has another role now."),
    "user_locked": N_("%(name)s is locked and signed out."),
    "user_unlocked": N_("%(name)s may sign in again."),
    "already_locked": N_("%(name)s is locked already."),
    "not_locked": N_("%(name)s is not locked."),
    "note_required": N_("Say why, in 1 to 1000 characters."),
    "cabinet_opened": N_("You are in the cabinet of %(name)s."),
    "cabinet_left": N_("You are in your own cabinet."),
    "setting_saved": N_("Saved."),
    "invalid_setting": N_("This setting cannot have that value."),
    "currency_in_use": N_("There are accounts already, so the currency stays."),
    "invalid_limits": N_("The smallest top-up cannot be above the largest."),
    # Money
    "amount_missing": N_("Enter an amount."),
    "amount_not_a_number": N_("Enter an amount as a number."),
    "amount_not_positive": N_("The amount must be more than zero."),
    "amount_too_large": N_("That is too much for one movement."),
    "amount_too_precise": N_("An amount has at most two decimals."),
    "below_minimum": N_("The smallest top-up is %(minimum)s."),
    "above_maximum": N_("The largest top-up is %(maximum)s."),
    "balance_too_large": N_("No account holds more than %(maximum)s."),
    "purpose_missing": N_("Say what the money is for."),
    "purpose_too_long": N_("At most %(maximum)s characters, please."),
    "note_missing": N_("Say why, in a few words."),
    "note_too_long": N_("At most %(maximum)s characters, please."),
    "no_such_counterparty": N_("Choose one of the accounts."),
    "wrong_counterparty": N_("This account is not for such a movement. Choose another."),
    "wrong_currency": N_("The account is in %(currency)s."),
    "too_many_requests": N_("Too many requests are waiting already. Cancel one first."),
    "no_such_movement": N_("There is no such operation."),
    "already_posted": N_("It is posted already."),
    "already_cancelled": N_("It was cancelled already."),
    "already_captured": N_("It is paid already."),
    "already_voided": N_("It was let go already."),
    "already_reversed": N_("It was taken back already."),
    "not_waiting": N_("This is money held: take it or let it go."),
    "not_held": N_("This operation holds no money."),
    "not_reversible": N_("Only what is posted, and is no taking back itself, can be taken back."),
    "belongs_to_tariff": N_("It belongs to a change of tariff. Take that change back."),
    "more_than_held": N_("Only %(held)s is held."),
    "same_person": N_("One person alone does not decide such a sum. Ask a colleague."),
    "topped_up": N_("%(amount)s is posted. The balance is %(balance)s."),
    "charged": N_("%(amount)s is posted. The balance is %(balance)s."),
    "awaits_approval": N_("%(amount)s waits for another manager."),
    "top_up_requested": N_(
        "Your top-up of %(amount)s has the reference %(reference)s. Name it when you pay."
    ),
    "approved": N_("%(amount)s is posted. The balance is %(balance)s."),
    "rejected": N_("%(amount)s is turned down."),
    "request_cancelled": N_("The top-up of %(amount)s is cancelled."),
    "held": N_("%(amount)s is set aside."),
    "captured": N_("%(amount)s is posted, %(released)s is released. The balance is %(balance)s."),
    "voided": N_("%(amount)s is available again."),
    "reversed": N_("%(amount)s is posted. The balance is %(balance)s."),
    # Tariffs
    "no_such_tariff": N_("There is no such tariff."),
    "no_such_period": N_("This tariff is not sold for such a period."),
    "tariff_disabled": N_("This tariff is not sold any more."),
    "tariff_changed": N_("You have %(tariff)s now. On your balance: %(balanceAfter)s."),
    "tariff_extended": N_("%(tariff)s is extended until %(deadline)s. On your balance: %(balanceAfter)s."),
    "tariff_scheduled": N_("%(tariff)s begins on %(startsOn)s; until then nothing changes."),
    "schedule_cancelled": N_("The planned change is dropped; the present tariff stays."),
    "nothing_scheduled": N_("No change of tariff is planned."),
    "renewal_on": N_("%(tariff)s will be renewed on %(deadline)s for %(price)s."),
    "renewal_off": N_("The tariff will not be renewed by itself."),
    "nothing_to_renew": N_("There is no tariff with a deadline to come, so nothing can be renewed."),
    "takes_effect_now": N_(
        "Only a cheaper tariff can wait for the deadline of the present one. Make this change now."
    ),
    "endless_needs_admin": N_("%(tariff)s costs money; only an administrator gives it without end."),
    "already_without_end": N_("You have %(tariff)s already, without end."),
    # The catalogue of tariffs
    "tariff_added": N_("The tariff %(tariff)s is in the catalogue."),
    "tariff_saved": N_("%(tariff)s is saved. New prices hold for future purchases."),
    "tariff_switched_off": N_("%(tariff)s is no longer offered. Who has it keeps it."),
    "tariff_switched_on": N_("%(tariff)s is offered again."),
    "tariff_copied": N_("%(tariff)s is a copy of %(copyOf)s. It is offered once you switch it on."),
    "tariff_deleted": N_("The tariff %(tariff)s is deleted."),
    "option_added": N_("The option %(option)s can now be given a value in each tariff."),
    "option_saved": N_("The option %(option)s is saved."),
    "option_switched_off": N_("The option %(option)s is off: it answers as not set, its values are kept."),
    "option_switched_on": N_("The option %(option)s is on again, with the values it had."),
    "option_deleted": N_("The option %(option)s is deleted."),
    "option_value_set": N_("%(option)s in %(tariff)s is now %(after)s."),
    "option_value_cleared": N_("%(option)s in %(tariff)s is not set; its default holds."),
    "user_option_value_set": N_("The personal value of %(option)s is now %(value)s, from %(from)s."),
    "user_option_value_ended": N_("The personal value of %(option)s has ended."),
    "changed_meanwhile": N_(
        "%(changedBy)s changed this at %(changedAt)s. Close the form and look at it again."
    ),
    "name_missing": N_("Give it a name."),
    "name_taken": N_("The name %(name)s is taken already."),
    "too_long": N_("That is too long: at most %(maximum)s."),
    "all_prices_or_none": NN_(
        "The price for %(num)s month is missing: give all four prices, or none for a free tariff.",
        "The price for %(num)s months is missing: give all four prices, or none for a free tariff.",
        by="period",
    ),
    "price_not_a_number": N_("A price is a number."),
    "price_negative": N_("A price is zero or more."),
    "price_too_large": N_("A price is at most %(maximum)s."),
    "price_too_precise": N_("A price has at most two decimals."),
    "default_must_be_free": N_(
        "This is the default tariff, given to everybody without end: it must stay free."
    ),
    "is_default": N_("%(tariff)s is the default tariff. Choose another default in the settings first."),
    "in_use": N_("It is or was used, and what happened names it. Switch it off instead."),
    "no_such_option": N_("There is no such option."),
    "option_disabled": N_("The option %(option)s is off: a value of it would have no effect."),
    "invalid_code": N_(
        "A code starts with a Latin letter and goes on with letters, digits, dots, dashes or underscores, 63 at most."
    ),
    "code_taken": N_("There is an option with the code %(code)s already."),
    "code_in_use": N_("%(code)s has values, and programs ask for them by this code: it stays."),
    "invalid_type": N_("Choose one of the types."),
    "choices_not_wanted": N_("Only an option of the type choice has choices."),
    "choices_missing": N_("Give the choices, one a line."),
    "choice_unreadable": N_("A choice has 1 to %(maximum)s characters."),
    "choice_twice": N_("The choice %(choice)s is there twice."),
    "reserved_word": N_("%(word)s is a value of every option anyway, and no choice of its own."),
    "values_do_not_fit": N_("These values would not fit: %(found)s. Change or clear them first."),
    "value_missing": N_("Give a value."),
    "value_not_a_number": N_("%(option)s takes a number such as 50 or 0.5."),
    "value_not_yes_or_no": N_("%(option)s takes yes or no."),
    "value_not_a_choice": N_("%(option)s takes one of: %(choices)s."),
    "starts_in_past": N_("It can start today at the earliest."),
    "ends_before_it_starts": N_("The first day without it comes after its first day."),
    "overlaps": N_("From %(from)s the value is %(value)s already. End that one first."),
    "no_such_value": N_("There is no such personal value."),
    "already_ended": N_("It ended on %(until)s."),
    # Coupons
    "coupon_added": N_("The coupon %(written)s can be used."),
    "coupon_switched_off": N_(
        "The coupon %(written)s can no longer be used. Prices that it gave stay as they were paid."
    ),
    "coupon_switched_on": N_("The coupon %(written)s is switched on again."),
    "coupon_deleted": N_("The coupon %(written)s is deleted. Its code is not given again."),
    "coupon_is_deleted": N_("The coupon %(written)s is deleted already."),
    "coupon_exists": N_("There is a coupon %(written)s already."),
    "code_retired": N_("There was a coupon %(written)s, which is deleted. Its code is not given again."),
    "code_missing": N_("Give the coupon a code."),
    "code_too_long": N_("A code has at most %(maximum)s characters."),
    "code_unreadable": N_("A code is one line of characters that can be typed."),
    "percentage_out_of_range": N_("A percentage is more than 0 and at most 100."),
    "discount_not_a_number": N_("Give the value as a number."),
    "value_not_positive": N_("The value must be more than zero."),
    "value_too_large": N_("The value is at most %(maximum)s."),
    "value_too_precise": N_("A value has at most two decimals."),
    "unknown_period": N_("A period is 1, 6, 12 or 36 months."),
    "ends_before_start": N_("It would end before it begins."),
    "over_already": N_("That end is over already."),
    "limit_not_positive": N_("A limit is at least 1; leave it empty for none."),
    "single_is_used_once": N_("A coupon for single use is used once, by one person."),
    "no_such_category": N_("There is no such category."),
    "category_added": N_("The category %(category)s is there."),
    "category_saved": N_("%(before)s is now named %(after)s."),
    "category_deleted": NN_(
        "The category %(category)s is deleted, and with it %(num)s coupon.",
        "The category %(category)s is deleted, and with it %(num)s coupons.",
        by="coupons",
    ),
    "category_name_taken": N_("There is a category named %(name)s already."),
    "category_in_use": N_("An import, a personal discount or an unfinished order of coupons names it."),
    "count_unconfirmed": NN_(
        "Type %(num)s: it is about %(num)s coupon.",
        "Type %(num)s: it is about %(num)s coupons.",
        by="coupons",
    ),
    "count_out_of_range": N_("Order 1 to %(maximum)s coupons at once."),
    "length_out_of_range": N_("A code has %(minimum)s to %(maximum)s random characters."),
    "codes_too_easy": N_(
        "With %(length)s random characters at most %(maximum)s codes are hard to guess. Take more characters."
    ),
    "coupons_ordered": NN_("%(num)s coupon is being made.", "%(num)s coupons are being made.", by="coupons"),
    "coupons_changed": NN_("%(num)s coupon is changed.", "%(num)s coupons are changed.", by="changed"),
    "coupons_changed_partly": N_(
        "Changed: %(changed)s. So already: %(same)s. Deleted earlier: %(deleted)s. Not found: %(missing)s."
    ),
    "nothing_chosen": N_("No coupon is chosen."),
    "too_many_coupons": N_("At most %(maximum)s coupons at once. Narrow the filter."),
    "no_such_generation": N_("There is no such order."),
    "revoked_already": N_("It was revoked already."),
    "coupons_revoked": NN_(
        "%(num)s coupon is taken back. Used ones stay.",
        "%(num)s coupons are taken back. Used ones stay.",
        by="coupons",
    ),
    # Imports
    "source_added": N_("%(name)s is added. Its schedule is still switched off."),
    "source_saved": N_("%(name)s is saved."),
    "source_deleted": N_("%(name)s is removed."),
    "no_such_source": N_("There is no such source."),
    "mapping_unreadable": N_("Say which column each field comes from."),
    "mapping_field_unknown": N_("There is no such field in what this source holds."),
    "mapping_column_invalid": N_("Name a column; only some fields can be the same for every row."),
    "mapping_constant_invalid": N_("This field cannot have this value."),
    "mapping_field_missing": N_("Say in which column it stands."),
    "mapping_two_ends": N_("Either an end or a lifetime says how long it is valid, not both."),
    "holds_is_fixed": N_("Something was imported from it already, so what it holds stays."),
    "provider_added": N_("%(name)s is added. It is still switched off."),
    "provider_saved": N_("%(name)s is saved."),
    "provider_on": N_("%(name)s is switched on."),
    "provider_off": N_("%(name)s is switched off."),
    "provider_reset": N_("%(name)s is used again."),
    "test_queued": N_("A test is on its way to %(address)s."),
    "no_such_provider": N_("There is no such provider."),
    "channel_is_fixed": N_("A provider stays with its channel."),
    "channel_is_needed": N_("Links that people wait for go by this channel, so it stays on."),
    "channel_on": N_("The channel is switched on."),
    "channel_off": N_("The channel is switched off."),
    "kind_on": N_("These messages go by this channel from now on."),
    "kind_off": N_("These messages do not go by this channel any more."),
    "kind_is_fixed": N_("These messages always go by this channel."),
    "consent_is_asked": N_("Advertising goes only to who has agreed to it himself."),
    "settings_unreadable": N_("The settings are not JSON."),
    "setting_unknown": N_("There is no setting %(setting)s; there are %(known)s."),
    "setting_invalid": N_("The setting %(setting)s cannot be used."),
    "no_address": N_("There is no address for this channel in your profile."),
    "password_needed": N_("Another server gets the password only if you enter it again."),
    "source_in_use": N_("Coupons or discounts came from it, so it stays. Its schedule can be switched off."),
    "source_is_read": N_("It is being read at this moment. Try again when that is over."),
    "trial_asked": N_("A worker tries it out."),
    "ending_allowed": N_(
        "The next import ends what is not in the table any more. It runs as soon as a worker is free."
    ),
    "nothing_held": N_("No import waits for your word any more."),
    "source_reachable": N_("The server is %(server)s, and its table %(table)s can be read."),
    "host_unknown": N_("There is no host %(host)s."),
    "connection_refused": N_("Nothing listens at %(host)s:%(port)s."),
    "connection_timeout": N_("The server at %(host)s:%(port)s does not answer."),
    "connection_lost": N_("The connection to %(host)s:%(port)s broke."),
    "host_not_allowed": N_("The server lets nobody in from this machine."),
    "password_wrong": N_("The server refuses the user %(user)s with this password."),
    "password_wanted": N_("The server asks for the password in clear, which it is not told."),
    "database_missing": N_("There is no database %(database)s."),
    "database_denied": N_("The user %(user)s may not use the database %(database)s."),
    "table_missing": N_("There is no table %(table)s in %(database)s."),
    "table_denied": N_("The user %(user)s may not read the table %(table)s."),
    "column_missing": N_("The table %(table)s has no column %(column)s."),
    "key_not_unique": N_(
        "The key column %(column)s has no unique index of its own, or a value twice: rows could be left out."
    ),
    "key_nullable": N_("The key column %(column)s may be empty."),
    "key_unordered": N_("The key column %(column)s cannot order the reading."),
    "tls_missing": N_("The server at %(host)s:%(port)s does not speak TLS."),
    "certificate_unreadable": N_("The certificate is no PEM text that can be read."),
    "file_wanted": N_("The server asks for a file of this machine, which it does not get."),
    "query_too_long": N_("The server ended a query that took too long."),
    "too_many_rows": N_("The table has more rows than any source may have."),
    # A person's own price
    "no_code": N_("Type the code of a coupon."),
    "no_such_coupon": N_("There is no coupon %(code)s."),
    "coupon_looks_cyrillic": N_(
        "%(code)s has letters that only look Latin. Type it in the Latin alphabet: %(latin)s."
    ),
    "coupon_disabled": N_("The coupon %(code)s is switched off."),
    "coupon_used": N_("The coupon %(code)s has been used up."),
    "coupon_used_by_you": N_("You have used the coupon %(code)s already."),
    "coupon_not_yet": N_("The coupon %(code)s is valid from %(from)s."),
    "coupon_expired": N_("The coupon %(code)s was valid until %(until)s."),
    "coupon_other_tariff": N_("The coupon %(code)s is for other tariffs: %(tariffs)s."),
    "coupon_other_period": N_("The coupon %(code)s is for other periods, in months: %(periods)s."),
    "coupon_given_twice": N_("The coupon %(code)s was given twice and counts once."),
    "coupon_same_kind": N_("The coupon %(code)s does not add to %(other)s: both are of one kind."),
    "coupon_not_needed": N_("The price would not be lower with the coupon %(code)s: it is kept for you."),
    "too_many_codes": N_("Five codes count at most: %(code)s is one too many."),
    "coupon_not_applied": N_("A code does not count. Look at the price below."),
    "reason_missing": N_("Say why, in words for the customer: they stand beside the price."),
    "discount_set": N_("%(name)s gets %(share)s %% off."),
    "discount_ended": N_("%(name)s has no %(share)s %% off any more."),
    "no_such_discount": N_("There is no such discount."),
    "discount_of_source": N_(
        "It comes from %(source)s, and would come again with the next import. End it there."
    ),
    # Contacts and Pohoda
    "bad_character": N_("It has a character that cannot be written."),
    "bad_country": N_("A country is its two capital letters."),
    "link_saved": N_("The link with Pohoda is saved."),
    "link_off": N_("The link with Pohoda is switched off."),
    "no_such_encoding": N_("Pohoda reads windows-1250 or utf-8."),
    "out_of_range": N_("From %(minimum)s to %(maximum)s."),
    "ex_system_missing": N_("Our identifiers need a name in Pohoda."),
    "ico_missing": N_("Give the IČO of the accounting unit."),
    "url_missing": N_("Give the address of the mServer: http://…"),
    "folder_missing": N_("Give both folders."),
    "unit_in_use": N_("People are linked with contacts of this unit under this name already."),
    "pack_open": N_("A pack is still without an answer. Wait for it, or give it up first."),
    "people_queued": NN_(
        "%(num)s person is sent to Pohoda.", "%(num)s people are sent to Pohoda.", by="people"
    ),
    "field_saved": N_("%(name)s is saved."),
    "no_such_field": N_("There is no such field."),
    "no_such_direction": N_("Choose which way the field goes."),
    "no_such_winner": N_("Choose whose change wins."),
    "rule_tried": NN_(
        "%(num)s contact would be registered, with one message.",
        "%(num)s contacts would be registered, each with one message.",
        by="register",
    ),
    "rule_saved": N_("The rule is saved."),
    "count_changed": NN_(
        "%(num)s contact would be registered now: look at it and confirm that number.",
        "%(num)s contacts would be registered now: look at them and confirm that number.",
        by="register",
    ),
    "contact_registered": N_("%(name)s is registered."),
    "no_such_contact": N_("There is no such contact in Pohoda."),
    "already_registered": N_("This contact has an account already."),
    "was_erased": N_("This person was erased here and is not registered again."),
    "processing_restricted": N_("In Pohoda the processing of this contact's data is restricted."),
    "several_emails": N_("There are several e-mail addresses in one field."),
    "no_email": N_("The contact has no e-mail address."),
    "contact_apart": N_("The contact stays without an account."),
    "contact_judged": N_("The contact goes by the rule."),
    "conflict_decided": N_("It is decided."),
    "no_such_conflict": N_("There is no such conflict."),
    "already_decided": N_("It is decided already."),
    "cannot_take": N_("The value from Pohoda cannot be taken over here."),
    "duplicate_merged": N_("From now on the account and the contact are kept equal."),
    "kept_apart": N_("They stay two."),
    "no_such_pair": N_("There is no such pair."),
    "two_accounts": N_("Two accounts have money and a history each: keep them apart, and lock one."),
    "merge_in_pohoda": N_("Two contacts of Pohoda's are joined there, by joining addresses."),
    "linked_already": N_("One of the two is linked with another already. Join the contacts in Pohoda."),
    "on_its_way": N_("It is on its way at this moment."),
    "contact_queued": N_("%(name)s is sent to Pohoda as soon as it answers."),
    "pack_cancelled": NN_(
        "The pack is given up; %(num)s contact waits again.",
        "The pack is given up; %(num)s contacts wait again.",
        by="contacts",
    ),
    "no_such_pack": N_("There is no such pack."),
    "pack_over": N_("This pack is over."),
    "gone_allowed": N_("The next comparison takes what is missing as gone."),
    "no_comparison_held": N_("No comparison waits for a word."),
    "person_erased": N_("The person's data are erased here. Erase the contact in Pohoda too."),
    "already_erased": N_("This person was erased already."),
    "is_staff": N_("Make this person a customer first."),
    "name_unconfirmed": N_("To confirm, type %(name)s."),
    "balance_left": N_("There is money on the account: pay it out first."),
    # Promotions
    "draft_opened": N_("A draft is begun. Nothing of it holds until it is published."),
    "draft_exists": N_("There is a draft already. Publish or discard it first."),
    "no_such_set": N_("There is no such set of promotions."),
    "draft_discarded": N_("The draft is discarded. What is in force stays."),
    "no_draft": N_("There is no such draft: it was published or discarded."),
    "promotion_added": N_("The rule is in the draft. It holds once the draft is published."),
    "promotion_saved": N_("The rule is saved in the draft. It holds once the draft is published."),
    "promotion_deleted": N_("The rule is not in the draft any more. It ends when the draft is published."),
    "no_such_promotion": N_("There is no such rule."),
    "promotion_exists": N_("There is a rule with this code already."),
    "promotion_changed": N_("Somebody else has changed this rule meanwhile. Look at it again."),
    "counts_always": N_("That rule always counts, so nothing can keep it off."),
    "other_group": N_("That rule is in the group %(group)s already: use that one, or none."),
    "set_published": N_("The promotions are in force, from the next receipt on."),
    "draft_changed": N_("The draft was changed meanwhile. Look at the changes again."),
    "nothing_changed": N_("The draft is the same as what is in force."),
    "set_settings_saved": N_("The settings are in the draft. They hold once it is published."),
    "no_such_setting": N_("There is no such setting."),
    "setting_out_of_range": N_("A number in this place is whole and not that large."),
    "budget_saved": N_("The budget is %(amount)s now."),
    "no_budget": N_("This rule has no budget."),
    "budget_given": N_("%(given)s of it is given already."),
    "days_in_wrong_order": N_("The first day comes before the last."),
    "too_many_weeks": N_("At most ten years later or earlier."),
    "invalid_moment": N_("That is no moment."),
    "promotion_code_invalid": N_("A code is small Latin letters, digits and dashes, 64 at most."),
    "name_too_long": N_("A name has at most 200 characters."),
    "unknown_kind": N_("Choose what the rule gives."),
    "wrong_phase": N_("This cannot be taken off there."),
    "value_not_wanted": N_("This kind of rule has no such number."),
    "per_missing": N_("Say whether it is off a unit, a line or the receipt."),
    "per_not_wanted": N_("Only an amount is off a unit, a line or the receipt."),
    "offer_not_understood": N_("What the rule gives is not complete, or a number in it cannot be."),
    "condition_not_understood": N_("A condition has a value that it can never have."),
    "never_valid": N_("It would never be valid."),
    "hours_half": N_("Hours have a beginning and an end."),
    "group_name_invalid": N_("The name of a class or group has 1 to 64 characters."),
    "class_not_wanted": N_(
        "Classes are for what is taken off goods; for the whole receipt there are groups."
    ),
    "basis_not_known_yet": N_("What is taken off goods is counted at full prices."),
    "threshold_out_of_range": N_("This sum is too large, or less than zero."),
    "cap_not_positive": N_("It must be more than zero; leave it empty for no limit."),
    "cap_not_wanted": N_("A gift is given whole or not at all."),
    "limit_not_wanted": N_("Only what uses several items can be given several times."),
    "limit_missing": N_("Without anything to buy, say how many are free."),
    "priority_out_of_range": N_("A priority is at most 1,000,000."),
    "budget_not_positive": N_("A budget is more than zero; leave it empty for none."),
    "budget_half": N_("A budget has a sum, a period, and says for whom."),
    "budget_not_understood": N_("Choose a period and for whom the budget is."),
    "no_such_receipt": N_("There is no such sale."),
    "no_such_tier": N_("Choose a tier."),
    "no_such_account": N_("This person has no club account."),
    "no_lines": N_("There is nothing in the basket."),
    "too_many_lines": N_("That is too many lines."),
    "wrong_line": N_("Line %(line)s cannot be read."),
    "wrong_quantity": N_(
        "The quantity of line %(line)s is not a number above 0 with at most three decimals."
    ),
    "wrong_price": N_("The price of line %(line)s is not an amount with at most two decimals."),
    "wrong_coupons": N_("A coupon has 1 to 64 characters, and there are at most 20."),
    "wrong_pay": N_("Bonuses to pay with: max, none, or an amount."),
    # The club
    "account_blocked": N_("The club account is blocked."),
    "account_unblocked": N_("The club account earns and spends again."),
    "account_merged": N_("This club account is part of another now."),
    "accounts_merged": N_("The accounts are one now."),
    "same_account": N_("Name two different accounts."),
    "receipts_waiting": N_("Receipts of the other account are still to be booked. Try again in a minute."),
    "not_blocked": N_("The account is not blocked."),
    "bonuses_granted": N_("Given: %(amount)s. Together there are %(balance)s now."),
    "lot_adjusted": N_("Corrected: %(remaining)s are left of it."),
    "no_such_lot": N_("There are no such bonuses."),
    "lot_expired": N_("They have ended: what is left of them counts no more."),
    "insufficient_bonuses": N_("Only %(available)s of it can be taken."),
    "more_than_given": N_("That would be more than was given. Give other bonuses instead."),
    "no_such_kind": N_("Choose one of the kinds."),
    "kind_inactive": N_("Bonuses of this kind are not given any more."),
    "kind_added": N_("The kind of bonuses is there."),
    "kind_saved": N_("The kind of bonuses is saved. What was given keeps its validity."),
    "kind_needed": N_("The portal gives bonuses of this kind itself, so it stays on."),
    "unit_fixed": N_("Bonuses and service points are not the same. Add another kind instead."),
    "no_such_unit": N_("Choose bonuses or service points."),
    "no_such_rule": N_("Choose how long it works."),
    "invalid_scope": N_("Write a line for each attribute, as brand: columbia, nike."),
    "invalid_names": N_("Give a name in English, of at most 100 characters in each language."),
    "tier_added": N_("The tier is there."),
    "tier_saved": N_("The tier is saved."),
    "tier_taken": N_("Another tier begins with the same purchases."),
    "lowest_tier_needed": N_("One tier must begin at zero."),
    "card_added": N_("The card %(number)s can be used."),
    "card_replaced": N_("The card is %(number)s now; %(replaced)s is not taken any more."),
    "card_blocked": N_("The card %(number)s is not taken any more."),
    "card_not_active": N_("This card is not in use any more."),
    "no_such_card": N_("There is no such card."),
    "card_taken": N_("This card was given to somebody already."),
    "invalid_card": N_("A card number has 4 to 32 letters and digits."),
    "too_many_cards": N_("Ten cards are enough. Block one first."),
    "birthday_set": N_("The birthday is noted."),
    "birthday_fixed": N_("The birthday is noted already. Ask at a store if it is wrong."),
    "invalid_birthday": N_("A birthday is a day since 1900."),
    "receipt_claimed": N_("The receipt is yours, and so is what it earns."),
    "no_such_sale": N_(
        "There is no receipt of this store, day, till and number with this sum. Compare it with the paper."
    ),
    "receipt_taken": N_("This receipt is somebody's already."),
    "claim_too_late": NN_(
        "A receipt can be claimed for %(num)s day only.", "A receipt can be claimed for %(num)s days only."
    ),
    "store_saved": N_("The store %(name)s is saved."),
    "no_such_store": N_("There is no such store."),
    "store_closed": N_("The store is closed."),
    "wrong_store_id": N_(
        "It has 1 to 32 small Latin letters, digits and dashes and begins with a letter or digit."
    ),
    "wrong_store_name": N_("A name has 1 to 200 characters on one line."),
    "wrong_country": N_("A country is its two letters, as sk."),
    "wrong_time_zone": N_("Choose one of the time zones."),
    "wrong_channel": N_("A channel is one word of small Latin letters, digits and dashes."),
    "key_added": N_("The key is good from now on."),
    "key_revoked": N_("This key signs nothing any more."),
    "no_such_key": N_("There is no such key."),
    "too_many_keys": N_("The store has very many keys. Revoke some first."),
    # Products
    "product_saved": N_("%(name)s is saved."),
    "products_imported": N_("The file is read."),
    "product_exists": N_("%(sku)s is in the list already: %(name)s."),
    "product_changed": N_("Somebody changed this product meanwhile. Look at it again, then save."),
    "product_twice": N_("%(sku)s is in the file twice; the first row counts."),
    "wrong_product": N_("This is no list of products."),
    "no_products": N_("A file has 1 to %(maximum)s products."),
    "wrong_sku": N_("An article has a number of 1 to 64 characters."),
    "wrong_floor": N_("The lowest price is zero or more, with at most two decimals."),
    "not_yes_or_no": N_("%(field)s is yes or no."),
    "wrong_attribute": N_(
        "An attribute is a short Latin word with a value of 1 to 100 characters; this is none: %(attribute)s."
    ),
    "wrong_category": N_("A category is a path as ski/boots, without / at its ends."),
    "too_many_cells": N_("The row has more cells than the first row has names."),
    "file_missing": N_("Choose a file."),
    "file_empty": N_("The file has no rows below its first one."),
    "file_too_long": N_("The file has more than %(maximum)s rows. Divide it."),
    "file_too_large": N_("The file is too large when it is unpacked. Divide it."),
    "file_not_utf8": N_("This CSV file is not UTF-8. Save it as “CSV UTF-8”, or as XLSX."),
    "file_not_read": N_("This is no CSV or XLSX file that can be read."),
    "no_sku_column": N_("The first row has no column sku."),
    "column_unknown": N_(
        "Column %(place)s is called “%(column)s”, which is no name of a column or an attribute."
    ),
    "column_twice": N_("The column %(column)s is there twice."),
    # Jobs and messages
    "no_such_schedule": N_("There is no such schedule."),
    "schedule_saved": N_("The schedule is saved."),
    "invalid_cron": N_("The five fields cannot be read: numbers, *, ranges 1-5, lists 1,3 and steps */10."),
    "never_due": N_("No month has such a day, so this would never run."),
    "run_queued": N_("It runs as soon as a worker is free."),
    "already_waiting": N_("It waits for a worker already."),
    "no_such_message": N_("There is no such message."),
    "message_queued": N_("The message is sent as soon as a worker is free."),
    "message_cancelled": N_("The message is given up."),
    "messages_cancelled": NN_(
        "%(num)s message is given up.", "%(num)s messages are given up.", by="messages"
    ),
    "no_such_choice": N_("There is no such message on that channel any more. Look at the page again."),
    "always_sent": N_("This message is always sent."),
    "consents_saved": N_("Saved: it holds from the next message on."),
    "consents_kept": N_("Nothing was changed."),
    "consent_saved": N_("Saved: it holds from the next message on."),
    "consent_kept": N_("Nothing was changed."),
    "quiet_hours_saved": N_("The quiet hours are saved."),
    "quiet_hours_reset": N_("The quiet hours are the portal's again."),
    "invalid_time": N_("A time is hours and minutes, as 21:30; give both, or neither."),
    "unsubscribed": N_("No such messages come any more."),
    "subscribed_again": N_("Such messages come again."),
    "nothing_to_undo": N_("There is nothing to take back any more."),
    "messages_read": N_("All messages are read."),
    "message_opened": N_("The message is read."),
    "message_hidden": N_("The message is removed."),
    "message_delivered": N_("The message is in the inbox."),
    "already_sent": N_("The message was sent already."),
    "being_sent": N_("The message is being sent at this moment."),
    # Texts of messages
    "text_saved": N_("The text is saved. The next message goes out with it."),
    "text_reset": N_("The delivered text is sent again. Yours stays among the versions."),
    "text_restored": N_("Version %(restored)s is sent again."),
    "text_unchanged": N_("The text is like that already."),
    "text_not_own": N_("There is no text of your own here."),
    "no_such_version": N_("There is no such version of this text."),
    "no_such_kind_of_text": N_("There are no texts of this kind."),
    "subject_missing": N_("Give it a subject."),
    "body_missing": N_("Write a text."),
    "text_too_long": N_("At most %(maximum)s characters, please."),
    "control_character": N_("It holds a character that has no shape of its own. Type this place anew."),
    "brace_alone": N_("A brace stands alone. A placeholder is {name}; for a brace itself write {{ or }}."),
    "unknown_placeholder": N_("There is no {%(name)s} here. There are %(known)s."),
    "optional_in_subject": N_("{%(name)s} may have no value, so it cannot stand in a subject."),
    "wrong_choice": N_(
        "{%(name)s} is written with its words, and with words for all others: {%(name)s|…=…|other=…}."
    ),
    "wrong_button": N_("A button is a line of its own: [its words]({link})."),
    "missing_placeholder": N_("Without {%(name)s} the message is of no use."),
    # Campaigns
    "people_counted": N_("Counted."),
    "conditions_unreadable": N_("These conditions cannot be read."),
    "too_many_conditions": N_("A segment has at most %(maximum)s conditions."),
    "condition_unknown": N_("Condition %(place)s cannot be asked."),
    "condition_value_missing": N_("Say which in condition %(place)s."),
    "condition_value_invalid": N_("A value of condition %(place)s cannot be read."),
    "days_out_of_range": N_("Say how many days, as a whole number."),
    "segment_added": N_("The segment is saved."),
    "segment_saved": N_("The segment is saved."),
    "segment_deleted": N_("The segment %(name)s is deleted."),
    "segment_in_use": N_("The campaign %(other)s goes to this segment."),
    "no_such_segment": N_("Choose a segment."),
    "channels_missing": N_("Choose at least one channel."),
    "control_out_of_range": N_("The control group is 0 to 50 per cent."),
    "day_missing": N_("Say the last day on which messages may go out."),
    "campaign_added": N_("The campaign is saved as a draft."),
    "campaign_saved": N_("The campaign is saved as a draft."),
    "campaign_deleted": N_("The draft %(name)s is deleted."),
    "no_such_campaign": N_("There is no such campaign."),
    "campaign_started": N_("The campaign has started; what it is stays."),
    "no_such_step": N_("There is no such step."),
    "too_many_steps": N_("A campaign has at most %(maximum)s steps."),
    "wait_out_of_range": N_("Wait 0 to %(maximum)s hours."),
    "step_condition_unknown": N_("Choose who gets it."),
    "first_is_for_all": N_("The first step goes to everybody, at the start."),
    "nothing_to_use": N_("No step before this one gives a bonus or a coupon."),
    "gift_unknown": N_("Choose what comes with it."),
    "not_a_bonus": N_("Campaigns give bonuses that pay goods."),
    "step_saved": N_("Step %(position)s is saved."),
    "step_deleted": N_("Step %(position)s is gone."),
    "not_the_last_step": N_("Only the last step can be taken off, and one stays."),
    "step_text_saved": N_("The text is saved."),
    "step_text_missing": N_("Step %(position)s has no English text for all channels."),
    "no_such_language": N_("Choose one of the languages."),
    "text_missing": N_("Write a text."),
    "gift_not_possible": N_("What step %(position)s gives cannot be given any more."),
    "no_provider": N_("One of the channels is switched off, so nothing carries its messages."),
    "segment_broken": N_("The conditions of the segment cannot be asked any more. Save it anew."),
    "nobody_in_segment": N_("There is nobody in the segment."),
    "nobody_reachable": N_("Nobody in the segment has agreed to campaigns on these channels."),
    "campaign_begun": N_("The campaign is on its way."),
    "campaign_paused": N_("The campaign is paused."),
    "campaign_resumed": N_("The campaign goes on."),
    "campaign_stopped": N_("The campaign is stopped."),
    "not_in_this_state": N_("The campaign is in another state by now."),
}

LINES: dict[str, str | Counted] = {
    "tariff_price": NN_("%(tariff)s, %(num)s month", "%(tariff)s, %(num)s months", by="period"),
    "tariff_free": N_("%(tariff)s, free"),
    "personal_discount": N_("Your discount %(share)s %%: %(reason)s"),
    "coupon": N_("Coupon %(code)s"),
    "unused_days": NN_(
        "%(num)s day of %(tariff)s not used, of %(of)s paid for",
        "%(num)s days of %(tariff)s not used, of %(of)s paid for",
    ),
    "unused_forfeited": NN_(
        "%(num)s day of %(tariff)s not used: it is lost",
        "%(num)s days of %(tariff)s not used: they are lost",
    ),
}


def say(outcome) -> str:
    """The sentence for a procedure's answer.

    >>> say(db.call("fin_charge", username="bob", amount="10", purpose="…"))
    'Zostatok nestačí: chýba 12,50 €.'
    """
    return sentence(REASONS.get(outcome.reason), outcome.details or {}, outcome.msg)


def line(quoted: Mapping[str, Any]) -> str:
    """The words of a quote's line {code, params, amount, text}."""
    return sentence(LINES.get(quoted.get("code")), quoted.get("params") or {}, quoted.get("text") or "")


def why(ignored: Mapping[str, Any]) -> str:
    """Why a code does not count {code, reason, msg, details}."""
    return sentence(REASONS.get(ignored["reason"]), ignored["details"], ignored["msg"])


def told(sentences: Mapping[str, str], said: Mapping[str, Any] | None, fallback: str | None) -> str | None:
    """What a worker wrote down {code, details}; a detail that is a sentence's part itself is translated as well."""
    if not said:
        return fallback
    details = {
        name: gettext(value) if name == "why" else value for name, value in said.get("details", {}).items()
    }
    try:
        known = sentences[said["code"]]
        return gettext(known) % details
    except (KeyError, TypeError, ValueError):
        return fallback


def sentence(known: str | Counted | None, details: Mapping[str, Any], fallback: str) -> str:
    """Translate and fill in; where a placeholder has nothing to say, the procedure's own words stand."""
    if known is None:
        return fallback
    values = {name: shown(name, value, details) for name, value in details.items()}
    try:
        if isinstance(known, Counted):
            count = int(details[known.by])
            # flask_babel.ngettext would fill in the bare number alone, and fail on every other placeholder.
            words = get_domain().get_translations().ungettext(known.one, known.many, count)
            return words % {**values, "num": formats.number(count)}
        return gettext(known) % values
    except (KeyError, TypeError, ValueError):
        return fallback


def shown(name: str, value: Any, details: Mapping[str, Any]) -> str:
    """A value of `details` as a person reads it; its form says what it is."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        # Numbers of people and things are counted; a number that names a thing is not.
        return str(value) if name.lower().endswith("id") else formats.number(value)
    text = str(value)
    if name in GIVEN:
        return text
    if MONEY.fullmatch(text) and details.get("currency"):
        return formats.money(text, details["currency"])
    if MONEY.fullmatch(text) and name in COUNTED:
        return formats.number(text, 0 if text.endswith(".00") else 2)
    try:
        if DAY.fullmatch(text):
            return formats.date(text, "long")
        if MOMENT.fullmatch(text):
            return formats.moment(text, "short")
    except ValueError:
        pass  # It only looks like one, as 30 February does.
    return text
