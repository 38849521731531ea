-- Receipts that are still to be booked, the oldest first.
--
--   SELECT * FROM loy_bookingQueue ORDER BY created_at LIMIT 10;
--
CREATE OR REPLACE VIEW loy_bookingQueue AS
SELECT
    loy_toBook.username,
    loy_toBook.receiptID AS receipt_id,
    loy_toBook.createdAt AS created_at,
    as_now() - loy_toBook.createdAt AS age
FROM loy_toBook;

COMMENT ON VIEW loy_bookingQueue IS 'What the booking process takes with loy_bookReceipt; while it is stopped, this grows and nothing is lost.';

GRANT SELECT ON loy_bookingQueue TO portal_booking, portal_web, portal_dba, portal_report;
