package io.dynamodblake.lake.write;

import io.dynamodblake.json.PlainFields;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the archive of a stream is read.
 *
 * @param lateness how much earlier than the moment that a table shows changes are taken, because an
 *     archive has them in no order
 * @param failLate whether one that comes later than that ends the run, instead of being counted
 * @param keepExpired whether the row of an item that DynamoDB deleted because its time had come
 *     stays
 * @param fields how the members of plain JSON records are named, if all are such; otherwise it is
 *     told from each record, with the names of the tutorials
 */
public record ArchiveOptions(
    Duration lateness, boolean failLate, boolean keepExpired, Optional<PlainFields> fields) {
  /** Fifteen minutes, none later, deletes are deletes. */
  public static final ArchiveOptions DEFAULT =
      new ArchiveOptions(Duration.ofMinutes(15), true, false, Optional.empty());

  public ArchiveOptions {
    Objects.requireNonNull(lateness, "lateness is null");
    Objects.requireNonNull(fields, "fields is null");
  }
}
