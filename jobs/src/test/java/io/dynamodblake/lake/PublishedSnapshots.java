package io.dynamodblake.lake;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Made-up snapshots for tests. */
final class PublishedSnapshots {
  private PublishedSnapshots() {}

  /** One that has everything. */
  static PublishedSnapshot example(String id) {
    return new PublishedSnapshot(
        id,
        "snapshot=" + id,
        "e1",
        Optional.of("arn:e"),
        "f1",
        Optional.of(Instant.EPOCH),
        "f2",
        "f3",
        OutputFormat.CSV,
        List.of("day(at)"),
        List.of("at"),
        Optional.of("lake"),
        1,
        2,
        3,
        Optional.of("f4"),
        Optional.of(new CsvDialect('\t', false, true, true)),
        Optional.of(
            new IcebergVersion(Optional.of(new IcebergName("glue", "shop", "orders")), "u1", 42)),
        "r1",
        Instant.EPOCH);
  }
}
