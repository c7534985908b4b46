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
  ION,
  /** One line of CSV an item, with the names in the request; holds texts, and keys that are N. */
  CSV;

  /** Returns the word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the format whose {@link #key} it is. */
  public static ImportFormat ofKey(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The word in the ImportTable request. */
  String inputFormat() {
    return name();
  }

  /** Returns the end of file names, before that of the compression. */
  public String extension() {
    return switch (this) {
      case DYNAMODB_JSON -> ".json";
      case ION -> ".ion";
      case CSV -> ".csv";
    };
  }

  /**
   * Makes a writer of such lines.
   *
   * @param header fields of a line of CSV; not asked by the others
   */
  public LineWriter newWriter(CsvHeader header) {
    return switch (this) {
      case DYNAMODB_JSON -> new JsonItemWriter();
      case ION -> new IonItemWriter();
      case CSV -> new CsvItemWriter(header);
    };
  }
}
