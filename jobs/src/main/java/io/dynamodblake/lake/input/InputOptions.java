package io.dynamodblake.lake.input;

import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.KeyAttribute;
import java.util.List;
import java.util.Optional;

/**
 * What is read, where it is not a lake table.
 *
 * @param path a file or folder, or the name of a table
 * @param where condition over the columns; only rows for which it holds are read
 * @param table name of the DynamoDB table that the rows stand for
 * @param keys its key attributes, as far as the user has named them
 * @param delimiter what stands between the fields of CSV
 * @param emptyAbsent whether an empty field in quotes of CSV is null, and not the empty text
 * @param words how whoever asks writes options, for messages
 */
public record InputOptions(
    String path,
    Optional<String> where,
    String table,
    List<KeyAttribute> keys,
    char delimiter,
    boolean emptyAbsent,
    Words words) {
  public InputOptions {
    keys = List.copyOf(keys);
  }
}
