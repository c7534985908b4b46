package io.dynamodblake.aws;

import java.time.Instant;
import java.util.Optional;

/**
 * An export to be started.
 *
 * @param prefix without slashes around it; empty for none
 * @param at the instant of a full export; empty is now
 * @param from first instant of an incremental export; empty for a full one
 * @param until the instant after the last one of an incremental export
 */
public record ExportOrder(
    String bucket,
    String prefix,
    Optional<String> bucketOwner,
    Optional<String> kmsKey,
    boolean ion,
    Optional<Instant> at,
    Optional<Instant> from,
    Optional<Instant> until,
    boolean newImagesOnly,
    String clientToken) {
  /** The same as an incremental export that begins there. */
  public ExportOrder beginningAt(Instant time) {
    return new ExportOrder(
        bucket,
        prefix,
        bucketOwner,
        kmsKey,
        ion,
        at,
        Optional.of(time),
        until,
        newImagesOnly,
        clientToken);
  }
}
