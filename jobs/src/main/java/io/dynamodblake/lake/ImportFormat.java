package io.dynamodblake.lake;

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

  /** The word in the ImportTable request. */
  String inputFormat() {
    return name();
  }

  /** The end of file names, before that of the compression. */
  String extension() {
    return this == ION ? ".ion" : ".json";
  }

  LineWriter newWriter() {
    return this == ION ? new IonItemWriter() : new JsonItemWriter();
  }
}
