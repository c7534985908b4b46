package io.dynamodblake.lake;

import io.dynamodblake.json.JsonItemWriter;
import java.util.Locale;

/** What {@code ImportTable} reads, of what this program writes. */
public enum ImportFormat {
  /** One line of DynamoDB JSON an item, as exports have it. */
  DYNAMODB_JSON;

  /** The word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The word in the ImportTable request. */
  String inputFormat() {
    return name();
  }

  JsonItemWriter newWriter() {
    return new JsonItemWriter();
  }
}
