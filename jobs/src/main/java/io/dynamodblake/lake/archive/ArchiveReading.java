package io.dynamodblake.lake.archive;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.json.PlainFields;
import io.dynamodblake.schema.TableSchema;
import java.io.Serializable;
import java.util.Objects;

/**
 * How tasks read the files of an archive. Shipped to executors.
 *
 * @param options bounds, and how whoever asks writes options
 * @param cutoffMicros records from before it are left out
 * @param taken how many of the first files had been applied before, and are needed again
 * @param continues whether the table has taken files of the archive before, so that what is older
 *     in other files came late
 * @param keepExpired whether deletes of what had expired are passed over
 * @param fields how the members of plain records are named
 * @param onlyPlain whether all records are such
 * @param schema the columns of the table, by which plain values are understood
 * @param quarantine the folder of bad records; empty if the first one fails the run
 * @param mostOfTask bad records that one task may meet before it fails
 */
public record ArchiveReading(
    ReadOptions options,
    long cutoffMicros,
    int taken,
    boolean continues,
    boolean keepExpired,
    PlainFields fields,
    boolean onlyPlain,
    TableSchema schema,
    String quarantine,
    long mostOfTask)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ArchiveReading {
    Objects.requireNonNull(options, "options is null");
    Objects.requireNonNull(fields, "fields is null");
    Objects.requireNonNull(schema, "schema is null");
    Objects.requireNonNull(quarantine, "quarantine is null");
  }
}
