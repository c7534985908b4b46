package io.dynamodblake.type;

/**
 * Where a change of an item comes from, beside what it says of the item. Text that is empty stands
 * for what nobody knows.
 *
 * @param writeTimeMicros when it was written, in microseconds since 1970; -1 for unknown
 * @param sequenceNumber its place among the changes of its item: a whole number of up to 40 digits,
 *     in text
 * @param eventId what no other change has
 * @param eventName INSERT, MODIFY or REMOVE
 * @param expired whether DynamoDB removed the item because its time to live had passed
 */
public record ChangeOrigin(
    long writeTimeMicros,
    String sequenceNumber,
    String eventId,
    String eventName,
    boolean expired) {
  /** The time of a change of which nobody knows when it was written. */
  public static final long UNKNOWN_TIME = -1;

  /** Of a change of which nothing but the item before and after it is known. */
  public static final ChangeOrigin UNKNOWN = new ChangeOrigin(UNKNOWN_TIME, "", "", "", false);
}
