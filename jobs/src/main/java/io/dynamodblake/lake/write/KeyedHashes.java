package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The key that columns are hashed with: read once, and compared with that of the runs before. */
final class KeyedHashes {
  private KeyedHashes() {}

  /**
   * Reads a key: all bytes of the file or secret but one line end behind them.
   *
   * @throws UsageException if there is no such file, or its bytes are no key
   */
  static HashKey read(Optional<HashKeySource> source, Configuration configuration)
      throws IOException {
    if (source.isEmpty()) {
      return HashKey.NONE;
    }
    byte[] bytes = source.get().read(configuration);
    try {
      return HashKey.of(Arrays.copyOf(bytes, withoutLineEnd(bytes)));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "Cannot use hash key: %s, in %s; make one of random bytes"
              .formatted(e.getMessage(), source.get().place()),
          e);
    }
  }

  private static int withoutLineEnd(byte[] bytes) {
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == '\n') {
      end--;
      if (end > 0 && bytes[end - 1] == '\r') {
        end--;
      }
    }
    return end;
  }

  /**
   * The schemas of the tables of a run with the fingerprint of the key, of which at least one has
   * to need it.
   */
  static List<TableSchema> bind(List<TableSchema> schemas, HashKey key, boolean replace) {
    boolean none = schemas.stream().noneMatch(KeyedHashes::isHashed);
    return schemas.stream()
        .map(schema -> none || isHashed(schema) ? bind(schema, key, replace) : schema)
        .toList();
  }

  private static boolean isHashed(TableSchema schema) {
    return schema.writtenColumns().stream()
        .anyMatch(column -> column.protection() == Protection.HASH_HMAC);
  }

  /**
   * The schema with the fingerprint of the key.
   *
   * @param replace whether a table may change its key
   * @throws UsageException if a column wants a key and there is none, or the other way round
   * @throws DataRefusedException if the table was hashed with another key
   */
  static TableSchema bind(TableSchema schema, HashKey key, boolean replace) {
    Optional<Column> hashed =
        schema.writtenColumns().stream()
            .filter(column -> column.protection() == Protection.HASH_HMAC)
            .findFirst();
    if (hashed.isEmpty()) {
      if (key.isPresent()) {
        throw new UsageException(
            "Cannot use %1$s: no column is hashed with it; give one \"protect\": \"hash-hmac\" in schema.json, or leave %1$s out"
                .formatted(Words.FLATTEN.of(FlattenKeys.HASH_KEY)));
      }
      return schema;
    }
    if (!key.isPresent()) {
      throw new UsageException(
          "Cannot hash column %s: \"protect\" is \"hash-hmac\" and there is no key; give its file or secret with %s"
              .formatted(hashed.get().name(), Words.FLATTEN.of(FlattenKeys.HASH_KEY)));
    }
    boolean other = !schema.hashKey().isEmpty() && !schema.hashKey().equals(key.fingerprint());
    if (other && !replace) {
      throw new DataRefusedException(
          "Cannot hash column %s: the table was hashed with another key (its fingerprint is %s, this one's %s), so equal values would not have equal hashes any more; give %s the key of before, or %s if the key was changed on purpose"
              .formatted(
                  hashed.get().name(),
                  schema.hashKey(),
                  key.fingerprint(),
                  Words.FLATTEN.of(FlattenKeys.HASH_KEY),
                  Words.FLATTEN.of(FlattenKeys.REPLACE)));
    }
    return schema.withHashKey(key.fingerprint());
  }
}
