-- A copy of a database must not fetch, delete or send the letters of the original.
UPDATE iris_email_account
   SET active = false,
       incoming_secret = NULL,
       outgoing_secret = NULL;
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE module = 'iris_email'
          AND name IN ('ir_cron_check_mail', 'ir_cron_send'));
-- Not even if somebody makes the accounts active again.
UPDATE iris_email
   SET state = 'error'
 WHERE type = 'outbox'
   AND state IN ('queued', 'sending');
