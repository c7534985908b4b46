package io.dynamodblake.spark.read;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordKind;
import java.io.Serializable;
import java.util.Objects;

/**
 * What a task does with lines that are no records. Shipped to executors.
 *
 * @param kind what the lines should be
 * @param quarantinePath folder for bad lines; empty for none
 * @param max bad lines that one task may meet before it fails, where they are set aside
 */
record BadLines(
    RecordKind kind, ReadMode mode, ReadOptions options, String quarantinePath, long max)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  BadLines {
    Objects.requireNonNull(kind, "kind is null");
    Objects.requireNonNull(mode, "mode is null");
    Objects.requireNonNull(options, "options is null");
    Objects.requireNonNull(quarantinePath, "quarantinePath is null");
  }
}
