package io.dynamodblake.schema.entity;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What is known of a table before its items are looked at.
 *
 * @param keys names of its key attributes, the partition key first; empty if they are not known:
 *     then those are taken for keys that have usual names
 * @param ttlAttribute the attribute by which DynamoDB lets items expire; empty if it is not known:
 *     then it is each that has a usual name
 * @param at moment at which items count as expired, in seconds since 1970
 */
public record EntityHints(List<String> keys, String ttlAttribute, long at) implements Serializable {
  private static final long serialVersionUID = 1L;

  public EntityHints {
    keys = List.copyOf(keys);
    Objects.requireNonNull(ttlAttribute, "ttlAttribute is null");
  }

  /** Returns what is known of a table of which only the moment of its export is. */
  public static EntityHints at(Instant moment) {
    return new EntityHints(List.of(), "", moment.getEpochSecond());
  }

  /** Returns the same with the names of the keys. */
  public EntityHints withKeys(List<String> names) {
    return new EntityHints(names, ttlAttribute, at);
  }

  /** Returns the same with the name of the attribute by which items expire. */
  public EntityHints withTtlAttribute(String name) {
    return new EntityHints(keys, name, at);
  }
}
