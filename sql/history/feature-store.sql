-- The history in the form of the offline store of SageMaker Feature Store: a record identifier, an event time, and the three
-- columns that Feature Store adds to each record.
CREATE OR REPLACE VIEW lake.orders_features AS
SELECT
  concat(h.pk, '|', h.sk) AS record_id,
  h.status,
  h.ddb_event_time AS event_time,
  h.ddb_write_time AS write_time,
  h.ddb_write_time AS api_invocation_time,
  h.ddb_is_deleted AS is_deleted
FROM lake.orders_history h
