package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * How CSV of a snapshot was written, which whoever reads it has to know. Everything else is as RFC
 * 4180 has it.
 *
 * @param delimiter what stands between fields
 * @param gzip whether files are compressed
 * @param byteOrderMark whether files begin with the mark of UTF-8
 * @param escapesFormulas whether an apostrophe stands before texts that programs for tables would
 *     take for formulas
 */
public record CsvDialect(
    char delimiter, boolean gzip, boolean byteOrderMark, boolean escapesFormulas) {
  /** Of snapshots of which nothing else was said. */
  public static final CsvDialect USUAL = new CsvDialect(',', true, false, false);

  private static final String KEY = "csv";

  void putInto(ObjectNode tree) {
    ObjectNode node = tree.putObject(KEY);
    node.put("delimiter", String.valueOf(delimiter));
    node.put("compression", gzip ? "gzip" : "none");
    node.put("byteOrderMark", byteOrderMark);
    node.put("escapesFormulas", escapesFormulas);
  }

  /** Empty where nothing is said, as in documents of versions before. */
  static Optional<CsvDialect> of(JsonNode tree, PointerText text) {
    JsonNode node = tree.path(KEY);
    if (!node.isObject()) {
      return Optional.empty();
    }
    String delimiter = node.path("delimiter").asText();
    if (delimiter.length() != 1) {
      throw text.unreadable("key '%s' has no 'delimiter' of one character".formatted(KEY));
    }
    return Optional.of(
        new CsvDialect(
            delimiter.charAt(0),
            text.required(node, "compression").equals("gzip"),
            node.path("byteOrderMark").asBoolean(),
            node.path("escapesFormulas").asBoolean()));
  }
}
