package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.DataRefusedException;
import java.io.FileNotFoundException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.shaded.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.iceberg.shaded.org.apache.avro.InvalidAvroMagicException;

/** Metadata of a table of Iceberg that is gone or is not what Iceberg has written. */
final class Damage {
  private Damage() {}

  /**
   * Returns what to throw in the place of a failure of Iceberg: if that is because of damage, a
   * sentence with the way out, and otherwise the failure itself, as of a store that does not
   * answer.
   *
   * @param place where the table is, for people
   */
  static RuntimeException said(RuntimeException failure, String place) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NotFoundException
          || cause instanceof FileNotFoundException
          || cause instanceof JsonProcessingException
          || cause instanceof InvalidAvroMagicException) {
        return new DataRefusedException(
            "Cannot read the table of Iceberg: a file of its metadata is gone or damaged, %s; put it back, or drop the table, which for a folder is to delete its folder metadata, and flatten a full export with %s"
                .formatted(place, Words.FLATTEN.of(FlattenKeys.REPLACE)),
            failure);
      }
    }
    return failure;
  }
}
