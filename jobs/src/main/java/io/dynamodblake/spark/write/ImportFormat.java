package io.dynamodblake.spark.write;

import io.dynamodblake.ion.IonItemWriter;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.type.LineWriter;
import java.util.Locale;

/** What {@code ImportTable} reads, of what this program writes. */
public enum ImportFormat {
  /** One line of DynamoDB JSON an item, as exports have it. */
  DYNAMODB_JSON,
  /** One line of Ion text an item, with version marker. */
  ION;

  /** The word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What {@link #key} says. */
  public static ImportFormat ofKey(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The word in the ImportTable request. */
  String inputFormat() {
    return name();
  }

  /** The end of file names, before that of the compression. */
  public String extension() {
    return this == ION ? ".ion" : ".json";
  }

  /** A writer of such lines. */
  public LineWriter newWriter() {
    return this == ION ? new IonItemWriter() : new JsonItemWriter();
  }
}
