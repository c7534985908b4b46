package io.dynamodblake.json;

import java.io.Serializable;
import java.util.Objects;

/**
 * How the members of a change record in plain JSON are named, of which there is no common form.
 *
 * @param operation INSERT, MODIFY or REMOVE
 * @param time when it was
 * @param keys the key attributes
 * @param newImage the item after it
 * @param oldImage the item before it
 */
public record PlainFields(
    String operation, String time, String keys, String newImage, String oldImage)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As the tutorials name them. */
  public static final PlainFields TUTORIAL =
      new PlainFields("eventName", "timestamp", "keys", "newImage", "oldImage");

  public PlainFields {
    Objects.requireNonNull(operation, "operation is null");
    Objects.requireNonNull(time, "time is null");
    Objects.requireNonNull(keys, "keys is null");
    Objects.requireNonNull(newImage, "newImage is null");
    Objects.requireNonNull(oldImage, "oldImage is null");
  }
}
