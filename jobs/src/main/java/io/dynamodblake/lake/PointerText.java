package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.DataRefusedException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the values of {@code current.json}, and says where one is wrong. */
record PointerText(String place) {

  String required(JsonNode tree, String key) {
    return JsonDocuments.text(tree, key)
        .orElseThrow(() -> unreadable("key '" + key + "' is missing"));
  }

  Optional<Instant> instant(JsonNode tree, String key) {
    try {
      return JsonDocuments.text(tree, key).map(Instant::parse);
    } catch (DateTimeParseException e) {
      throw unreadable("'" + key + "' is not an instant");
    }
  }

  OutputFormat dataFormat(JsonNode tree, String key) {
    String wanted = required(tree, key);
    for (OutputFormat format : OutputFormat.values()) {
      if (format.key().equals(wanted)) {
        return format;
      }
    }
    throw unreadable("unknown data format");
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  DataRefusedException unreadable(String reason) {
    return new DataRefusedException(
        "Cannot read the lake table's pointer: %s, in %s; put back the file as it was, from a copy or an earlier version of the object, or write to a new folder"
            .formatted(reason, place));
  }

  DataRefusedException newer(int version, int known) {
    return new DataRefusedException(
        "Cannot read the lake table's pointer: format version %d, this program knows up to %d, in %s; use a newer dynamodb-lake"
            .formatted(version, known, place));
  }
}
